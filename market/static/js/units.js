// By what goods are usually sold is proposed from the words of their name; a tap chooses it, nothing else does.
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");

for (const line of document.querySelectorAll("[data-units]")) {
  const { form } = line.previousElementSibling;
  const [name, unit] = [form.elements.namedItem("name"), form.elements.namedItem("unit")];
  const known = new Map(line.dataset.units.split(";").map((one) => one.split("=")));
  const knownBare = new Map([...known].reverse().map(([word, code]) => [bare(word), code]));
  const find = () => {
    const typed = (name?.value ?? line.dataset.name ?? "").normalize("NFC").toLowerCase();
    const words = typed.trim().split(/\s+/);
    const among = typed === bare(typed) ? knownBare : known;
    for (let start = 0; start < words.length; start += 1) {
      const code = among.get(words.slice(start, start + 2).join(" ")) ?? among.get(words[start]);
      if (code) return code;
    }
    return "";
  };
  const propose = () => {
    const code = find();
    const option = [...unit.options].find((one) => one.value === code);
    line.hidden = !code || !option || unit.value === code;
    if (!line.hidden) line.querySelector("strong").textContent = option.textContent;
  };
  line.querySelector("button").addEventListener("click", () => {
    unit.value = find();
    unit.dispatchEvent(new Event("change", { bubbles: true }));
    unit.focus();
  });
  name?.addEventListener("input", propose);
  unit.addEventListener("change", propose);
  propose();
}
