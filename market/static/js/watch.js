// A page that waits for somebody asks now and then whether that has changed, and then shows what did: only while it is
// looked at (or listened to), and never under the hands of somebody who types or taps.
const main = document.querySelector("main[data-watch]");
const EVERY = Number(main.dataset.every ?? 15_000);
const SLOWER = 1.2; // a page where money is waited for begins sooner, and comes to this by so much each time
const LONGEST = 16 * EVERY;
const PATIENCE = 20_000;
const CALM = 2_000; // after a touch nothing moves for so long: a tap must not meet what has just come

let { mark } = main.dataset;
let counted = Number(main.dataset.toAnswer ?? 0);
let { title } = document;
let fresh = 0;
const first = Number(main.dataset.first ?? EVERY);
let wait = first;
let touched = 0;
let trouble = "";
let isPending = false; // something came while somebody typed
let isOver = false;
let isAsking = false;
let isWanted = false;
let timer;

// --- what is said -----------------------------------------------------------------------------------------------------

const strip = Object.assign(document.createElement("div"), { className: "notice news", hidden: true });
const line = document.createElement("p");
const button = Object.assign(document.createElement("button"), { className: "button button-plain button-small", type: "button" });
const heard = Object.assign(document.createElement("p"), { className: "sr" });
line.setAttribute("role", "status");
heard.setAttribute("role", "status");
strip.append(line, button);
document.body.append(strip, heard);

const say = () => {
  const sentence = trouble || (isPending ? "Có tin mới." : "");
  if (line.textContent !== sentence) {
    line.textContent = sentence;
    document.dispatchEvent(new CustomEvent("trouble", { detail: trouble }));
  }
  strip.hidden = !sentence;
  button.hidden = !isOver && !(isPending && !trouble);
  button.textContent = isOver ? "Xem lại" : "Xem";
};
button.addEventListener("click", () => { if (isOver) location.reload(); else look(true); });

const number = (count) => { document.title = count ? `(${count}) ${title}` : title; };

// --- what is shown ----------------------------------------------------------------------------------------------------

const count = (waiting) => {
  const tab = document.querySelector("[data-orders]");
  tab?.querySelector(".count")?.remove();
  if (waiting) tab?.append(Object.assign(document.createElement("span"), { className: "count", textContent: waiting }));
};

const controls = (root) => [...root.querySelectorAll("input:not([type=hidden]), select, textarea")];
const wasTyped = (control) => {
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.options) return [...control.options].some((one) => one.defaultSelected !== one.selected && one.index > 0);
  return control.type === "file" ? control.files.length > 0 : control.value !== control.defaultValue;
};
const isTyping = () => controls(main).some((one) => wasTyped(one) || one === document.activeElement) || !!document.querySelector("form[data-sent]");

const words = (root) => {
  const copy = root.cloneNode(true);
  for (const one of copy.querySelectorAll("noscript, [data-flashed], [data-ring], [data-copy]")) one.remove();
  return copy.textContent.replace(/\s+/g, " ");
};

const nameOf = (node) => `${node.tagName} ${node.id || node.name || node.textContent.trim()} ${node.form?.getAttribute("action") ?? node.getAttribute("href") ?? ""}`;
const alike = (node, root) => [...root.querySelectorAll(node.tagName)].find((one) => nameOf(one) === nameOf(node));

// What was typed and what was opened comes along; what has the focus keeps it.
const bring = (now) => {
  for (const one of controls(main).filter(wasTyped)) {
    alike(one, now)?.replaceWith(one);
    one.closest("details")?.setAttribute("open", "");
  }
  for (const opened of main.querySelectorAll("details[open] > summary")) alike(opened, now)?.parentElement.setAttribute("open", "");
};

const exchange = (selector, page, before) => {
  const [was, now] = [document.querySelector(selector), page.querySelector(selector)];
  if (was && now) was.replaceWith(now);
  else if (was) was.remove();
  else if (now) before.after(now);
  now?.dispatchEvent(new Event("shown", { bubbles: true }));
};

const put = (page) => {
  const now = page.querySelector("main");
  const held = main.contains(document.activeElement) && document.activeElement;
  bring(now);
  main.replaceChildren(...now.childNodes);
  exchange("header.top", page);
  exchange(".office-nav", page);
  exchange(".foot", page, main);
  exchange(".bar", page, main);
  document.body.className = page.body.className;
  if (held && held !== main) (alike(held, main) ?? main).focus({ preventScroll: true });
  main.dispatchEvent(new Event("shown", { bubbles: true }));
};

const calm = async () => {
  for (let left = CALM; left > 0; left = touched + CALM - performance.now()) await new Promise((done) => setTimeout(done, Math.min(left, 500)));
};

const fetched = (address, headers) => fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });

// Shows the page as it is now. Nothing of it is touched while somebody types, unless they ask for it.
const show = async (isAsked) => {
  const answer = await fetched(location.href, { Accept: "text/html" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = page.querySelector("main[data-watch]");
  if (answer.redirected || (answer.ok && !now)) { location.reload(); return; }
  if (!answer.ok) throw new Error("no page");
  const isNew = words(now) !== words(main);
  if (isNew && !isAsked) {
    if (!isTyping() && touched + CALM > performance.now()) await calm();
    isPending = isTyping();
    if (isPending) { if (!fresh) number(++fresh); return; } // the strip says it
  }
  isPending = false;
  title = page.title;
  mark = now.dataset.mark;
  if (isNew) put(page);
  told(isNew && !isAsked);
};

// How many are new since somebody last touched the page: orders in a stall, else whatever changed.
const told = (isNew, waiting = 0) => {
  if (waiting) fresh += waiting;
  else if (isNew && !("toAnswer" in main.dataset)) fresh = 1;
  number(fresh);
  if (waiting) heard.textContent = `Có ${waiting} đơn mới.`;
  else if (isNew) heard.textContent = "Trang vừa có tin mới.";
};

const news = async (answer) => {
  const { to_answer: waiting } = await answer.json();
  const [before, was] = [counted, mark];
  if ("live" in main.dataset) await show(false);
  if (mark === was) mark = answer.headers.get("ETag").replaceAll('"', "");
  if (waiting === null) return;
  counted = waiting;
  count(waiting);
  if (waiting <= before) return;
  told(true, waiting - before);
  document.dispatchEvent(new CustomEvent("orders", { detail: waiting - before }));
};

// --- when it asks -----------------------------------------------------------------------------------------------------

const rests = () => document.hidden && !("awake" in main.dataset);

const fail = () => {
  trouble = navigator.onLine ? "Chợ chưa trả lời. Trang tự xem lại sau." : "Mất mạng. Có mạng lại, trang tự xem tin mới.";
  say();
};

const stop = () => {
  isOver = true;
  trouble = "Trang này không tự xem tin được nữa.";
};

const ask = async (isAsked) => {
  if (isAsked) await show(true);
  const answer = await fetched(main.dataset.watch, { Accept: "application/json", "If-None-Match": `"${mark}"` });
  if (answer.status >= 400 && answer.status < 500) { stop(); return; }
  if (answer.status === 200) await news(answer);
  else if (answer.status !== 304) throw new Error("no answer");
  trouble = "";
  wait = Math.min(EVERY, wait * SLOWER);
};

const look = async (isAsked = false) => {
  clearTimeout(timer);
  isWanted ||= isAsked;
  if (rests() || isAsking || isOver) return;
  isAsking = true;
  try {
    const isForPerson = isWanted;
    isWanted = false;
    await ask(isForPerson);
    say();
  } catch {
    wait = Math.min(LONGEST, wait * 2) * (0.9 + Math.random() / 5); // not all phones at once when the market is back
    fail();
  }
  isAsking = false;
  if (isOver || rests()) return;
  if (isWanted) look();
  else timer = setTimeout(look, wait);
};

const again = () => { wait = first; look(); };
const touch = () => { touched = performance.now(); fresh = 0; number(0); };

for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, touch);
document.addEventListener("scroll", () => { touched = performance.now(); }, { passive: true });
document.addEventListener("visibilitychange", () => { if (rests()) clearTimeout(timer); else again(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) again(); });
window.addEventListener("online", again);
window.addEventListener("offline", fail);
if (!rests()) timer = setTimeout(look, wait);
