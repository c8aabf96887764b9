// Word on this browser even while the market is closed: asked for by a tap, never before. The market's book says whether
// it tells this browser, the browser whether it still can.
const PATIENCE = 2_000;
const DECLINED = "khong-bao-tin";
const kept = () => { try { return localStorage.getItem(DECLINED) === "1"; } catch { return false; } };
const keep = (isNo) => { try { if (isNo) localStorage.setItem(DECLINED, "1"); else localStorage.removeItem(DECLINED); } catch { /* for this page alone */ } };

const canBe = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const isOf = (subscription, key) => {
  const known = subscription.options.applicationServerKey;
  return !known || bytes(key).join() === new Uint8Array(known).join();
};
const here = async () => (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription();

const subscribed = async (key) => {
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const known = await pushManager.getSubscription();
  if (known && isOf(known, key)) return known;
  await known?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
};

// Answers what the market says; a refusal is thrown with the market's own sentence.
const post = async (box, address, subscription) => {
  const body = new FormData(box.querySelector("form"));
  if (subscription) {
    const { endpoint, keys } = subscription.toJSON();
    for (const [name, value] of Object.entries({ endpoint, ...keys })) body.set(name, value);
  }
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const said = isJson ? await answer.json() : {};
  if (!answer.ok || !isJson) throw new Error(said.sentence ?? "");
  return said;
};

const show = (box, state, sentence = "") => {
  box.hidden = false;
  for (const one of box.querySelectorAll("[data-when]")) one.hidden = !one.dataset.when.split(" ").includes(state);
  const fault = box.querySelector("[data-push-fault]");
  fault.dataset.plain ??= fault.textContent;
  fault.textContent = sentence || fault.dataset.plain;
};

const told = (box, state, sentence = "") => {
  show(box, state, sentence);
  const says = box.querySelector(`p[data-when="${state}"]`);
  box.querySelector("[data-push-status]").textContent = says.textContent;
};

const stateOf = async (box) => {
  if (Notification.permission === "denied") return "blocked";
  const subscription = await here();
  if ("isOn" in box.dataset && Notification.permission === "granted" && subscription && isOf(subscription, box.dataset.push)) return "on";
  return kept() ? "declined" : "off";
};

const acts = {
  on: async (box) => {
    const permission = await Notification.requestPermission();
    if (permission === "denied") return "blocked";
    if (permission !== "granted") return "off";
    await post(box, box.querySelector("form").action, await subscribed(box.dataset.push));
    keep(false);
    box.dataset.isOn = "";
    return "on";
  },
  off: async (box) => {
    const { is_told: isTold } = await post(box, box.dataset.off);
    if (!isTold) await (await here())?.unsubscribe();
    delete box.dataset.isOn;
    return "off";
  },
  decline: async () => { keep(true); return "declined"; },
};

const act = async (button) => {
  const box = button.closest("[data-push]");
  if (box.hasAttribute("aria-busy")) return;
  box.setAttribute("aria-busy", "true");
  try {
    told(box, await acts[button.dataset.does](box));
  } catch (error) {
    told(box, "failed", navigator.onLine && error.message.endsWith(".") ? error.message : "");
  }
  box.removeAttribute("aria-busy");
  if (button.hidden) box.querySelector("button:not([hidden])")?.focus();
};

const showAll = () => document.querySelectorAll("[data-push]").forEach(async (box) => show(box, await stateOf(box)));

// Who signs out leaves nothing behind on a shared phone: neither what is shown already nor what is still on its way.
const leave = async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  for (const one of (await registration?.getNotifications()) ?? []) one.close();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
};
const leaveFirst = async (form) => {
  await Promise.race([leave().catch(() => {}), new Promise((done) => setTimeout(done, PATIENCE))]);
  form.dataset.left = "";
  delete form.dataset.sent;
  form.requestSubmit(); // once more past all who hear of it: what was half typed goes too
};

if (canBe) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-push] [data-does]");
    if (button) act(button);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("[data-forgets]:not([data-left])")) return;
    event.preventDefault();
    leaveFirst(event.target);
  });
  document.addEventListener("shown", showAll);
  showAll();
}
