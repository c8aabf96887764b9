// A short sound for a new order, where somebody on this phone asked for it. A browser lets a page be heard only once it
// was touched: until then the page says so.
const KEY = "keu-khi-co-don";
let sound = null;
let wasSilent = false;

const kept = () => { try { return localStorage.getItem(KEY) === "1"; } catch { return false; } };
const keep = (isOn) => { try { if (isOn) localStorage.setItem(KEY, "1"); else localStorage.removeItem(KEY); } catch { /* for this page alone */ } };
let isOn = kept();
const isHeard = () => sound?.state === "running";

const ring = () => {
  if (!isOn || !isHeard()) return;
  [[880, 0], [1175, 0.2]].forEach(([pitch, after]) => {
    const [tone, gain, at] = [sound.createOscillator(), sound.createGain(), sound.currentTime + after];
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.4, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
    tone.connect(gain).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  });
};

const show = () => document.querySelectorAll("[data-ring]").forEach((box) => {
  const isLoud = isOn && isHeard();
  box.hidden = false;
  box.querySelector("button").textContent = isLoud ? "Tắt tiếng kêu" : "Kêu khi có đơn";
  box.querySelector("p").textContent = isOn && !isLoud
    ? "Đã chọn kêu khi có đơn. Chạm vào trang một lần thì máy mới kêu được."
    : `${isLoud ? "Đang bật. " : ""}Có đơn mới thì máy kêu, khi trang này đang mở trên màn hình.`;
});

const wake = async () => {
  if (!isOn || isHeard()) return;
  sound ??= new AudioContext();
  await sound.resume();
  show();
};

const press = async () => {
  isOn = wasSilent || !isOn;
  keep(isOn);
  await wake();
  ring();
  show();
};

if ("AudioContext" in window) {
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { wasSilent = isOn && !isHeard(); }, true);
  for (const kind of ["pointerup", "keydown"]) document.addEventListener(kind, wake);
  document.addEventListener("click", (event) => { if (event.target.closest("[data-ring] button")) press(); });
  document.addEventListener("orders", ring);
  document.addEventListener("shown", show);
  show();
}
