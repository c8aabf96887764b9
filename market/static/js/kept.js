// What is typed and not yet sent stays in this browser, for the person who typed it, until the market has taken it or
// they sign out: the form shows it again and says so. Passwords and other secrets are never kept, nor is a file (but for
// the picture of js/photo.js, which lies whole in a database of the browser's): before those are lost, the browser asks.
const BEFORE = "go-do|";
const LONGEST = 3 * 24 * 3600 * 1000; // milliseconds that something half typed is kept
const owner = document.querySelector("script[data-owner]").dataset.owner;
const mine = `${BEFORE}${owner}|`;
const OF_ONE_PAGE = ["seen", "seen_amount", "client_key"]; // go back with what was typed over them
const NOT_WHICH = [...OF_ONE_PAGE, "csrf_token", "draft", "kept_photo"];
const NO_TEXT = ["hidden", "submit", "button", "reset", "image", "password", "file"];
const first = new WeakMap(); // form -> its hidden fields as the page came
let isLeaving = false;

const isSecret = (field) => field.type === "password" || "secret" in field.dataset || field.autocomplete === "one-time-code";
const typed = (form) => [...form.elements].filter((field) => field.name && "value" in field && !NO_TEXT.includes(field.type) && !isSecret(field));
const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
const isTouched = (field) => {
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.value !== standing(field);
  return field.value !== field.defaultValue;
};
// What a list shows when nothing was chosen in it: browsers take the first.
const standing = (list) => ([...list.options].find((one) => one.defaultSelected) ?? list.options[0])?.value;
const pictureOf = (form) => form.elements.kept_photo && { kept: form.elements.kept_photo.value, shown: form.dataset.shown, isHere: Boolean(form.picture || form.isPictureComing) };
const isDirty = (form) => form.returned || typed(form).some(isTouched) || Boolean(form.picture || form.isPictureComing) || Boolean(form.dataset.shown);
const isAsked = (form) => [...form.elements].some((field) => (isSecret(field) || field.type === "file") && field.value && !(field.type === "file" && form.picture && form.isPictureKept) && !field.defaultValue);

function keyOf(form) {
  const which = [...form.querySelectorAll("input[type=hidden]")].filter((field) => !NOT_WHICH.includes(field.name));
  return mine + new URL(form.action).pathname + new URL(form.action).search + which.map((field) => `|${field.name}=${field.value}`).join("");
}

function load(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < LONGEST ? draft : null;
  } catch { return null; }
}

// Pictures lie under the keys of their drafts; one whose draft is gone goes at the next page (`sweep`).
const PICTURES = "go-do-anh";
function inPictures(mode, act) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open(PICTURES, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(PICTURES);
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const work = opening.result.transaction(PICTURES, mode);
      const asked = act(work.objectStore(PICTURES));
      work.oncomplete = () => { opening.result.close(); done(asked.result); };
      work.onabort = () => { opening.result.close(); fail(work.error); };
    };
  });
}

// Returns, later, whether the picture is kept.
function keepPicture(form, key) {
  const { picture } = form;
  if (picture === form.lastPicture) return form.keeping ?? Promise.resolve(false);
  form.lastPicture = picture;
  form.isPictureKept = false;
  form.keeping = putPicture(picture, key).catch(() => false).then((isKept) => {
    if (form.picture === picture) form.isPictureKept = isKept;
    return isKept;
  });
  return form.keeping;
}

async function putPicture(picture, key) {
  localStorage.setItem(PICTURES, "1");
  await inPictures("readwrite", (pictures) => (picture ? pictures.put(picture, key) : pictures.delete(key)));
  return Boolean(picture);
}

async function sweep() {
  if (!localStorage.getItem(PICTURES)) return;
  const here = await inPictures("readonly", (pictures) => pictures.getAllKeys());
  for (const key of here) if (!load(key)) await inPictures("readwrite", (pictures) => pictures.delete(key));
  if (here.every((key) => !load(key))) localStorage.removeItem(PICTURES);
}

// Returns, later, whether the picture is kept too.
function keep(form, more = {}) {
  const key = keyOf(form);
  if (!isDirty(form)) { localStorage.removeItem(key); return keepPicture(form, key); }
  const fields = typed(form).map((field) => [field.name, field.value, isTicked(field) ? field.checked : null]);
  const page = OF_ONE_PAGE.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]);
  const draft = { at: Date.now(), id: crypto.getRandomValues(new Uint32Array(2)).join("-"), fields, page, photo: pictureOf(form), ...more };
  localStorage.setItem(key, JSON.stringify(draft));
  form.draft = draft.id;
  return keepPicture(form, key);
}

function fill(form, draft) {
  for (const [name, value, isOn] of draft.fields) {
    const fields = typed(form).filter((field) => field.name === name && (isOn === null) === !isTicked(field) && (isOn === null || field.value === value));
    for (const field of fields) {
      if (isOn !== null) field.checked = isOn;
      else if (!field.options || [...field.options].some((one) => one.value === value)) field.value = value;
    }
  }
  const back = (more) => form.dispatchEvent(new CustomEvent("photo-back", { detail: { ...draft.photo, ...more } }));
  if (draft.photo?.kept) back();
  if (!draft.photo?.isHere) return;
  form.isPictureComing = true;
  inPictures("readonly", (pictures) => pictures.get(keyOf(form))).catch(() => null).then((small) => {
    form.isPictureComing = false;
    if (small) { form.lastPicture = small; form.isPictureKept = true; form.keeping = Promise.resolve(true); back({ small }); }
  });
}

function restore(form) {
  const key = keyOf(form);
  const draft = load(key);
  if (!draft) { localStorage.removeItem(key); return; }
  if (draft.sent && document.getElementById("problems")) { form.returned = true; keep(form); return; }
  fill(form, draft);
  const stepper = form.querySelector("[data-stepper][data-submit]");
  if (stepper && !form.elements[draft.fields[0]?.[0]]) {
    const said = `Bạn gõ ${draft.fields[0]?.[1]} mà chưa lưu được, nay số còn đã khác. Mời xem lại.`;
    stepper.after(Object.assign(document.createElement("p"), { className: "hint", textContent: said }));
  }
  if (!isDirty(form)) { localStorage.removeItem(key); return; }
  for (const [name, value] of draft.page) if (form.elements[name]) form.elements[name].value = value;
  if (stepper) { for (const field of typed(form).filter(isTouched)) field.dispatchEvent(new Event("change", { bubbles: true })); return; }
  form.querySelectorAll("details").forEach((one) => { if (typed(form).some((field) => one.contains(field) && isTouched(field))) one.open = true; });
  form.closest("details")?.setAttribute("open", "");
  say(form, key);
}

function say(form, key) {
  const said = Object.assign(document.createElement("div"), { className: "notice kept" });
  said.setAttribute("role", "status");
  said.append(Object.assign(document.createElement("p"), { textContent: "Bạn gõ dở ở đây, chưa gửi. Máy này còn giữ chữ bạn gõ." }));
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: "Bỏ phần gõ dở" });
  drop.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    first.get(form).forEach((value, field) => { field.value = value; });
    form.dispatchEvent(new CustomEvent("photo-back", { detail: {} }));
    said.remove();
  });
  said.append(drop);
  form.prepend(said);
}

const forms = () => [...document.querySelectorAll("form[method=post]")];

// The server names the one it took.
function forgetTaken() {
  const [, id] = document.cookie.match(/(?:^|; )(?:__Host-)?da_nhan=([\d-]+)/) ?? [];
  if (!id) return;
  for (const key of kept()) if (load(key)?.id === id) localStorage.removeItem(key);
}
const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(BEFORE));

document.addEventListener("DOMContentLoaded", () => {
  try {
    forgetTaken();
    for (const key of kept()) if (!load(key) || (owner && !key.startsWith(mine))) localStorage.removeItem(key);
    sweep().catch(() => null);
    for (const form of forms()) {
      first.set(form, new Map([...form.querySelectorAll("input[type=hidden]")].map((field) => [field, field.value])));
      restore(form);
    }
  } catch { /* a browser that keeps nothing */ }
});

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const { form } = event.target;
    if (form?.method !== "post") return;
    try { keep(form); } catch { /* a browser that keeps nothing: leaving is asked about below */ form.isUnkept = true; }
  });
}
document.addEventListener("keep", (event) => {
  try { event.detail.isKept = keep(event.target); } catch { /* a browser that keeps nothing */ }
});
document.addEventListener("taken", (event) => localStorage.removeItem(keyOf(event.target)));

document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.target.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const said = event.target.querySelector("[data-offline]") ?? document.createElement("p");
  Object.assign(said, { className: "notice notice-chilli", textContent: "Đang mất mạng nên chưa gửi được. Những gì bạn gõ vẫn ở đây: có mạng thì bấm lại." });
  said.dataset.offline = "";
  said.setAttribute("role", "alert");
  event.target.prepend(said);
  said.scrollIntoView({ block: "center" });
}, true);

window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  isLeaving = true;
  if ("forgets" in form.dataset) { for (const key of kept()) localStorage.removeItem(key); sweep().catch(() => null); return; }
  try {
    if (!isDirty(form)) return;
    keep(form, { sent: true });
    const id = form.elements.draft ?? Object.assign(document.createElement("input"), { type: "hidden", name: "draft" });
    id.value = form.draft;
    form.append(id);
  } catch { /* a browser that keeps nothing */ }
});
window.addEventListener("pageshow", () => { isLeaving = false; });
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && forms().some((form) => isAsked(form) || form.isUnkept)) event.preventDefault();
});
