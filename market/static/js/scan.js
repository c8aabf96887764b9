// The camera reads a code and the form sends it, just as if it had been typed. Where the browser knows no codes itself
// (iPhones, Firefox), a library does: phones that need none do not load it.
const PAUSE = 120; // milliseconds between two looks: a cheap phone has time for its picture, and nobody waits

const page = document.querySelector("[data-scan]");
const start = page.querySelector("[data-scan-start]");
const camera = page.querySelector("[data-camera]");
const video = camera.querySelector("video");
const said = page.querySelector("[data-scan-said]");
const typed = page.querySelector("#ma");
const inviting = said.textContent;
let filming = null;

async function detector() {
  const own = globalThis.BarcodeDetector;
  const known = (await own?.getSupportedFormats().catch(() => [])) ?? [];
  const Detector = known.includes("qr_code") ? own : (await import("../vendor/qr@0.7.0/qr-detector.min.js")).BarcodeDetector;
  return new Detector({ formats: ["qr_code"] });
}

function stop() {
  for (const track of filming?.getTracks() ?? []) track.stop();
  filming = video.srcObject = null;
  camera.hidden = true;
  start.hidden = false;
}

function read(code) {
  stop();
  camera.hidden = false;
  start.hidden = true;
  said.textContent = "Đã đọc được, đang mở…";
  typed.value = code;
  typed.form.requestSubmit();
}

async function look(eye, film) {
  while (filming === film) {
    const [found] = await eye.detect(video).catch(() => []);
    if (found && filming === film) return read(found.rawValue);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

async function begin() {
  start.hidden = true;
  camera.hidden = false;
  said.textContent = inviting;
  try {
    const [eye, film] = await Promise.all([detector(), navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false })]);
    filming = video.srcObject = film;
    if (camera.hidden) return stop(); // turned off before it was on
    await video.play();
    look(eye, film);
  } catch {
    stop();
    typed.focus();
    start.insertAdjacentHTML("afterend", "<p class='notice' role='alert'>Chưa mở được máy ảnh. Cho phép trang dùng máy ảnh, hoặc gõ mã in dưới tem.</p>");
    start.hidden = true;
  }
}

start.classList.remove("awaited"); // from here on it has room only while it is shown
if (navigator.mediaDevices?.getUserMedia) {
  start.hidden = false;
  start.addEventListener("click", begin);
  page.querySelector("[data-scan-stop]").addEventListener("click", stop);
  document.addEventListener("visibilitychange", () => { if (document.hidden && !camera.hidden) stop(); });
}
