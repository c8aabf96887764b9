// A picture is made small on the phone and sent ahead while the rest is being typed. Where anything of that fails, the
// file itself goes with the form, as it does without this script, and the market makes the same picture of it: in the
// same size, turned the same way, in sRGB.
const LARGEST = { width: 1280, height: 1707 }; // as in market/catalog/pictures/shrinking.py
const QUALITY = 0.85;

const KEPT = "Ảnh chưa gửi được vì mạng yếu. Máy này còn giữ ảnh: có mạng thì bấm gửi, ảnh đi cùng.";
const ONLY_HERE = "Ảnh chưa gửi được vì mạng yếu. Máy không giữ được ảnh này: rời trang thì phải chọn lại.";

// What the market reads or refuses in words it is sent as it is: here a moving picture would become one that stands.
async function isForTheMarket(file) {
  const head = String.fromCharCode(...new Uint8Array(await file.slice(0, 4096).arrayBuffer()));
  const isKnown = head.startsWith("\xff\xd8") || /^(\x89PNG|RIFF....WEBP|....ftyp(hei|mif))/s.test(head);
  return !isKnown || (!head.startsWith("\xff\xd8") && /acTL|ANIM/.test(head));
}

async function small(file) {
  if (await isForTheMarket(file)) return file;
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LARGEST.width / bitmap.width, LARGEST.height / bitmap.height);
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(bitmap.width * scale + 0.5));
  canvas.height = Math.max(1, Math.floor(bitmap.height * scale + 0.5));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/jpeg", QUALITY));
}

function send(address, token, blob, progress) {
  return new Promise((done, fail) => {
    const body = new FormData();
    body.append("csrf_token", token);
    body.append("photo", blob, "anh.jpg");
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "json";
    request.timeout = 120000;
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress.value = Math.round((event.loaded / event.total) * 100); };
    request.onload = () => {
      if (request.status === 200 && request.response) done(request.response);
      else fail(Object.assign(new Error("refused"), { sentence: request.response?.sentence }));
    };
    request.onerror = request.ontimeout = () => fail(new Error("network"));
    request.send(body);
  });
}

// From now on the form sends the small picture, should sending it ahead fail.
function carry(input, blob) {
  const box = new DataTransfer();
  box.items.add(new File([blob], "anh.jpg", { type: blob.type }));
  input.files = box.files;
  return input.files[0];
}

document.querySelectorAll("form[data-photo-form]").forEach((form) => {
  const picker = form.querySelector("[data-keep]");
  const inputs = [...picker.querySelectorAll("input[type=file]")];
  const preview = picker.querySelector("[data-preview]");
  const progress = picker.querySelector("[data-progress]");
  const said = picker.querySelector("[data-said]");
  const kept = form.elements.kept_photo;
  const words = new Map(inputs.map((input) => { const word = input.parentElement.querySelector("[data-chosen]"); return [word, word.textContent]; }));
  let sending = null;

  const keep = () => {
    const event = new CustomEvent("keep", { bubbles: true, detail: { isKept: Promise.resolve(false) } });
    form.dispatchEvent(event);
    return event.detail.isKept;
  };
  const say = (sentence) => { said.textContent = sentence; };
  const show = (source) => { preview.src = source; preview.hidden = false; };

  async function take(input) {
    const file = input.files[0];
    kept.value = "";
    form.picture = undefined;
    delete form.dataset.shown;
    words.forEach((text, word) => { word.textContent = text; });
    inputs.forEach((other) => { if (other !== input) other.value = ""; });
    progress.value = 0;
    progress.hidden = false;
    say("Đang gửi ảnh…");
    let mine = file;
    form.picture = file;
    keep();
    try {
      const blob = await small(file).catch(() => file);
      if (input.files[0] !== file) return;
      if (blob !== file) {
        mine = carry(input, blob);
        form.picture = mine;
        keep();
        show(URL.createObjectURL(blob));
      }
      const answer = await send(picker.dataset.keep, form.elements.csrf_token.value, blob, progress);
      if (input.files[0] !== mine) return;
      kept.value = answer.kept;
      form.dataset.shown = answer.shown;
      form.picture = undefined;
      input.value = "";
      keep();
      if (blob === file) show(answer.shown);
      say("Ảnh đã gửi xong.");
    } catch (error) {
      if (input.files[0] !== mine) return;
      if (error.sentence) { input.value = ""; preview.hidden = true; form.picture = undefined; keep(); }
      say(error.sentence || ((await keep()) ? KEPT : ONLY_HERE));
    }
  }

  function changed(input) {
    if (!input.files.length) return;
    const own = take(input).finally(() => {
      if (sending !== own) return;
      sending = null;
      progress.hidden = true;
    });
    sending = own;
  }

  for (const input of inputs) input.addEventListener("change", () => changed(input));

  // What js/kept.js kept of the picture: its name where it was sent, else the picture itself, which is sent now.
  form.addEventListener("photo-back", ({ detail }) => {
    kept.value = detail.kept ?? "";
    form.picture = detail.small;
    preview.hidden = !(detail.shown || detail.small);
    if (detail.shown) {
      form.dataset.shown = detail.shown;
      show(detail.shown);
      say("Ảnh đã gửi rồi, vẫn giữ ở đây.");
    } else if (detail.small) {
      carry(inputs[0], detail.small);
      changed(inputs[0]);
    }
  });

  form.addEventListener("submit", (event) => {
    if (!sending) return;
    event.preventDefault();
    event.stopPropagation();
    say("Đang gửi nốt ảnh rồi đăng…");
    sending.then(() => form.requestSubmit(event.submitter));
  });
});
