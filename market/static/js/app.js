// What every page may use: a form is sent once, passwords can be shown, copy buttons copy.
const wake = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  wake("button[type=submit]", (button) => { if (button.form === form) button.setAttribute("aria-busy", "true"); });
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  wake("form[data-sent]", (form) => delete form.dataset.sent);
  wake("[aria-busy]", (button) => button.removeAttribute("aria-busy"));
});

// Pages that all guests share hold no number of lines and one key: both are this browser's own.
const makeOwn = () => {
  wake("[data-cart]", (tab) => {
    const [, lines] = document.cookie.match(/(?:^|; )(?:__Host-)?gio=([1-9]\d{0,2})(?:;|$)/) ?? [];
    tab.querySelector(".count")?.remove();
    if (lines) tab.append(Object.assign(document.createElement("span"), { className: "count", textContent: lines }));
  });
  wake("[data-own-key]", (input) => { input.value = crypto.getRandomValues(new Uint32Array(4)).join("-"); });
};
makeOwn();
window.addEventListener("pageshow", (event) => { if (event.persisted) makeOwn(); });

wake("[data-shows]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    const input = document.getElementById(button.dataset.shows);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.textContent = shown ? "Hiện" : "Ẩn";
    button.setAttribute("aria-pressed", String(!shown));
  });
});

const said = Object.assign(document.createElement("p"), { className: "sr" });
said.setAttribute("role", "status");
document.body.append(said);
const copies = (root) => wake("[data-copy]", (button) => {
  if (!navigator.clipboard) return button.classList.remove("awaited");
  button.hidden = false;
  const word = button.firstChild.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.firstChild.textContent = "Đã chép ✓";
    said.textContent = "Đã sao chép";
    setTimeout(() => { button.firstChild.textContent = word; }, 2000);
  });
}, root);
copies(document);
document.addEventListener("shown", (event) => copies(event.target)); // js/watch.js put new parts into the page

wake("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

wake(".file-box input", (input) => {
  input.addEventListener("change", () => {
    if (input.files.length) input.parentElement.querySelector("[data-chosen]").textContent = `Đã chọn: ${input.files[0].name}`;
  });
});

// A strip of links wider than the screen starts where one is.
wake(".office-nav [aria-current], .chips [aria-current]", (link) => {
  const strip = link.closest(".office-nav, .chips");
  strip.scrollLeft = link.offsetLeft - strip.offsetLeft - 40;
});

// What is typed into the search box and not sent yet goes along with the filters.
document.querySelector(".filters form")?.addEventListener("submit", ({ target }) => {
  const typed = document.getElementById("q")?.value.trim();
  if (target.q && typed) target.q.value = typed;
});

// From a product back to the very place of the list, of search or of the stall that one came from.
document.querySelector("a.back[data-returns]")?.addEventListener("click", (event) => {
  const from = document.referrer && new URL(document.referrer);
  if (!from || from.origin !== location.origin || from.pathname === location.pathname || history.length < 2) return;
  event.preventDefault();
  history.back();
});

document.getElementById("problems")?.focus();
