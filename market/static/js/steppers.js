// Amounts with − and +. Where an amount is saved by itself, nothing else happens before it is: no link, no button, no
// other page. What was refused or did not go out is said beside it, and stays there.
const PAUSE = 600; // milliseconds after a tap: three taps are one save
const waiting = new Map(); // form -> its timer, or null while somebody still types
let saving = Promise.resolve(true);
let count = 0; // saves under way
let isGoing = false; // on to something else once all is saved

const read = (text) => Number(text.trim().replace(",", "."));
const write = (number) => String(Math.round(number * 1000) / 1000).replace(".", ",");
const own = (input) => input?.closest?.("[data-stepper][data-submit]") && input.form;
const show = () => document.querySelectorAll("[data-by]").forEach((button) => { button.hidden = false; });
const parse = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const one of page.querySelectorAll("noscript")) one.remove();
  return page;
};

// A form of one amount names its field after the number it is typed over, so that its name changes.
const find = (name, formId) => {
  const form = document.getElementById(formId);
  return (form?.elements[name] ?? form?.querySelector("[data-stepper] input"))?.closest("[data-stepper]");
};

function tell(name, formId, sentence) {
  const stepper = find(name, formId);
  if (!stepper || !sentence) return;
  const said = stepper.parentElement.querySelector("[data-stepper-said]") ?? document.createElement("p");
  Object.assign(said, { className: "hint", textContent: sentence.trim() });
  said.dataset.stepperSaid = "";
  said.setAttribute("role", "status");
  stepper.after(said);
}

// The page as it is after the save, with the same button under the thumb.
function renew(page) {
  const held = document.activeElement?.closest?.("[data-stepper]");
  const [name, form, by] = held ? [held.querySelector("input").name, held.querySelector("input").form.id, document.activeElement.dataset.by] : [];
  for (const part of ["main", ".bar"]) {
    const [was, now] = [document, page].map((one) => one.querySelector(part));
    if (was && now) was.replaceWith(document.adoptNode(now));
  }
  show();
  find(name, form)?.querySelector(by ? `[data-by="${by}"]` : "input").focus({ preventScroll: true });
}

// An amount tapped again meanwhile goes out with what the page says now.
function see(form, page) {
  const seen = page.getElementById(form.id)?.elements.seen;
  if (seen && form.elements.seen) form.elements.seen.value = seen.value;
}

async function send(form, name) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true });
    const page = parse(await answer.text());
    if (answer.ok) {
      form.dispatchEvent(new Event("taken", { bubbles: true }));
      see(form, page);
      const said = page.querySelector(".notice-leaf p")?.textContent;
      if (!waiting.size && !isGoing) renew(page);
      tell(name, form.id, said);
      return true;
    }
    tell(name, form.id, page.querySelector("#problems, main .notice, main p")?.textContent ?? "Chưa lưu được số này.");
    if (answer.status === 409) see(form, parse(await (await fetch(location.href)).text()));
  } catch {
    tell(name, form.id, "Chưa lưu được vì mất mạng. Số bạn gõ còn ở đây: có mạng thì bấm lại.");
  }
  return false;
}

function save(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  count += 1;
  const before = saving;
  saving = (async () => {
    const isTaken = await before;
    const result = await send(form, form.dataset.touched);
    count -= 1;
    return result && (isTaken || count === 0);
  })();
  return saving;
}

async function flush() {
  isGoing = true;
  const all = [...waiting.keys()].map(save);
  const isAllTaken = (await Promise.all([saving, ...all])).every(Boolean);
  isGoing = false;
  return isAllTaken;
}

const isBusy = () => waiting.size > 0 || count > 0;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-by]");
  if (button) {
    const stepper = button.closest("[data-stepper]");
    const input = stepper.querySelector("input");
    input.value = write(Math.max(read(stepper.dataset.min), (read(input.value) || 0) + read(stepper.dataset.step) * Number(button.dataset.by)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  const link = event.target.closest("a[href]");
  if (!link || !isBusy() || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || link.target) return;
  event.preventDefault();
  if (await flush()) location.href = link.href;
});

document.addEventListener("input", (event) => {
  const form = own(event.target);
  if (!form) return;
  form.dataset.touched = event.target.name;
  clearTimeout(waiting.get(form));
  waiting.set(form, null);
});
document.addEventListener("change", (event) => {
  const form = own(event.target);
  if (!form) return;
  form.dataset.touched = event.target.name;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), PAUSE));
});
document.addEventListener("keydown", (event) => {
  const form = event.key === "Enter" && own(event.target);
  if (!form) return;
  event.preventDefault();
  form.dataset.touched = event.target.name;
  save(form);
});

// A button's own form carries its amounts; those of others are saved first.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (waiting.has(form)) {
    clearTimeout(waiting.get(form));
    waiting.delete(form);
  }
  if (!isBusy()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (await flush()) form.requestSubmit(event.submitter);
}, true);

// What the amount typed costs, beside the button that buys it; an amount that is none shows the price of one.
const money = (dong) => `${String(dong).replace(/\B(?=(\d{3})+$)/g, ".")}\u00a0₫`;
function total(form) {
  const [sum, of] = [form?.querySelector("[data-sum]"), form?.querySelector("[data-sum-of]")];
  if (!sum) return;
  const one = [...form.elements].find((field) => field.dataset.price && (field.type === "hidden" || field.checked));
  if (!one) return;
  const amount = Math.round(read(form.elements.amount.value) * 1000);
  const { price, unit } = one.dataset;
  const isOne = !(amount > 0) || amount === 1000;
  sum.textContent = money(isOne ? price : Math.floor((price * amount + 500) / 1000));
  of.textContent = isOne ? `/ ${unit}` : `${write(amount / 1000)} ${unit} × ${money(price)}`;
}
for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => total(event.target.form));
const totals = () => { for (const sum of document.querySelectorAll("[data-sum]")) total(sum.closest("form")); };
window.addEventListener("pageshow", totals);
document.addEventListener("DOMContentLoaded", totals); // after js/kept.js put back what was typed

const leave = () => { for (const form of [...waiting.keys()]) save(form); };
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
show();
