// The camera reads a code and the form sends it, just as if it had been typed.
import QrScanner from "../vendor/qr-scanner@1.4.2/qr-scanner.min.js";

const page = document.querySelector("[data-scan]");
const start = page.querySelector("[data-scan-start]");
const camera = page.querySelector("[data-camera]");
const said = page.querySelector("[data-scan-said]");
const typed = page.querySelector("#ma");
const inviting = said.textContent;
let scanner = null;

function stop() {
  scanner?.stop();
  camera.hidden = true;
  start.hidden = false;
}

function read(result) {
  scanner.stop();
  said.textContent = "Đã đọc được, đang mở…";
  typed.value = result.data;
  typed.form.requestSubmit();
}

async function begin() {
  start.hidden = true;
  camera.hidden = false;
  said.textContent = inviting;
  scanner ??= new QrScanner(camera.querySelector("video"), read, { returnDetailedScanResult: true, highlightScanRegion: false, maxScansPerSecond: 10 });
  try {
    await scanner.start();
  } catch {
    stop();
    typed.focus();
    start.insertAdjacentHTML("afterend", "<p class='notice' role='alert'>Chưa mở được máy ảnh. Cho phép trang dùng máy ảnh, hoặc gõ mã in dưới tem.</p>");
    start.hidden = true;
  }
}

if (navigator.mediaDevices?.getUserMedia) {
  start.hidden = false;
  start.addEventListener("click", begin);
  page.querySelector("[data-scan-stop]").addEventListener("click", stop);
  document.addEventListener("visibilitychange", () => { if (document.hidden && !camera.hidden) stop(); });
}
