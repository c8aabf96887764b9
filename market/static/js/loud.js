// The loudspeaker: what came in stands over the whole screen and is said aloud, by one page of a phone however many are
// open, at most three times, until somebody has heard it. The market has put it into words; here it is only spoken.
const KEY = "loa";
const TIMES = 3;
const AGAIN = 8_000; // between two times
const KEPT = 60; // so many of them are remembered as told
const LONGEST = 15_000; // a voice that never ends ends here
const REST = 0.06; // seconds between two recordings, and more than a decoder puts before them all (Chromium 50 ms)
const LEVELS = [["to", 1], ["vừa", 0.6], ["nhỏ", 0.3]];
// Pitch and beginning of each tone: up for enough, low and hard for too little, up and down for too much, one for the rest.
const TONES = {
  du: ["sine", [660, 0], [990, 0.16]],
  thieu: ["square", [196, 0], [196, 0.22], [196, 0.44]],
  thua: ["triangle", [880, 0], [587, 0.16], [880, 0.32]],
};

let panel = document.querySelector("[data-loud]");
const main = document.querySelector("main");
const LOCK = `${KEY}-${panel.dataset.loud}`;

// --- what this phone keeps --------------------------------------------------------------------------------------------

let memory = { isOn: false, isBrief: false, level: 0, wasTold: false, heard: {} };
const kept = () => {
  try { memory = { ...memory, ...JSON.parse(localStorage.getItem(KEY)) }; } catch { /* for this page alone */ }
  return memory;
};
const keep = (changes) => {
  memory = { ...kept(), ...changes };
  memory.heard = Object.fromEntries(Object.entries(memory.heard).slice(-KEPT));
  try { localStorage.setItem(KEY, JSON.stringify(memory)); } catch { /* for this page alone */ }
};
const heard = (key) => kept().heard[key] ?? { times: 0, at: 0, isDone: false };
const note = (key, changes) => { const { [key]: before, ...others } = kept().heard; keep({ heard: { ...others, [key]: { ...heard(key), ...before, ...changes } } }); };

// --- a voice ----------------------------------------------------------------------------------------------------------

const pause = (milliseconds) => new Promise((done) => setTimeout(done, Math.max(0, milliseconds)));
const fetched = (address, kind) => fetch(address).then((answer) => (answer.ok ? answer[kind]() : null)).catch(() => null);
const { sound: file, places: index } = panel.dataset;
const load = () => Promise.all([fetched(file, "arrayBuffer"), fetched(index, "json")]);
let recordings = load(); // before they are wanted
let isMute = false; // neither a voice nor recordings
let sound = null;
let out = null;
let decoded = null;
let playing = [];
let stop = () => {};
const isHeard = () => sound?.state === "running";

// One of the phone itself alone: others would send what is said to their maker.
const ownVoice = () => globalThis.speechSynthesis?.getVoices().find(({ lang, localService }) => localService && /^vi\b/i.test(lang.replace("_", "-")));

const utter = (text, voice) => new Promise((done, fail) => {
  const said = Object.assign(new SpeechSynthesisUtterance(text), { voice, lang: "vi-VN", volume: LEVELS[kept().level][1], onend: done });
  said.onerror = ({ error }) => { if (["canceled", "interrupted"].includes(error)) done(); else fail(error); };
  speechSynthesis.speak(said);
  setTimeout(done, LONGEST);
});

const play = async (clips) => {
  const [bytes, places] = await recordings;
  isMute = !bytes || !places;
  if (isMute) { recordings = load(); return; } // for the next time
  decoded ??= sound.decodeAudioData(bytes);
  const buffer = await decoded;
  let at = sound.currentTime + REST;
  playing = clips.map((clip) => {
    const [begins, length] = places[clip];
    const source = Object.assign(sound.createBufferSource(), { buffer });
    source.connect(out);
    source.start(at, begins, length + REST);
    at += length + REST;
    return source;
  });
  await Promise.race([pause((at - sound.currentTime) * 1000), new Promise((done) => { stop = done; })]);
};

const hush = () => {
  globalThis.speechSynthesis?.cancel();
  for (const source of playing) source.stop();
  playing = [];
  stop();
};

const ring = async (sort) => {
  const [type, ...tones] = TONES[sort] ?? ["sine", [520, 0]];
  for (const [pitch, after] of tones) {
    const [tone, gain, at] = [sound.createOscillator(), sound.createGain(), sound.currentTime + after];
    Object.assign(tone, { type }).frequency.value = pitch;
    gain.gain.setValueAtTime(0.4, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(gain).connect(out);
    tone.start(at);
    tone.stop(at + 0.22);
  }
  await pause(tones.at(-1)[1] * 1000 + 300);
};

const say = async (text, clips) => {
  out.gain.value = LEVELS[kept().level][1];
  const voice = ownVoice();
  try {
    if (!voice) throw new Error("no voice");
    await utter(text, voice);
  } catch {
    await play(clips.split("|"));
  }
};

const wake = async () => {
  if (isHeard()) return;
  if (!sound) {
    sound = new AudioContext();
    out = sound.createGain();
    out.connect(sound.destination);
  }
  await sound.resume();
};

// --- one page of a phone speaks ---------------------------------------------------------------------------------------

let isLeader = false;
let waiting = null;
let release = null;

// The page that was touched last speaks; the others wait until it is closed.
const lead = async (isForced) => {
  if (isLeader) return;
  if (!navigator.locks) { isLeader = true; return; }
  waiting?.abort();
  const mine = new AbortController();
  waiting = mine;
  const hold = () => new Promise((done) => { isLeader = true; release = done; changed(); });
  try {
    await navigator.locks.request(LOCK, isForced ? { steal: true } : { signal: mine.signal }, hold);
  } catch { /* another page took it, or it is asked for anew */ }
  if (waiting !== mine) return;
  isLeader = false;
  changed();
  if (kept().isOn && isHeard()) lead(false);
};

// --- what is news -----------------------------------------------------------------------------------------------------

let news = new Map(); // by key, the newest first: its row, and until when it may be spoken
let rendered = Date.now();
let isSpeaking = false;
let timer;

const isQuiet = () => !!document.querySelector("[data-quiet]");

const collect = () => {
  const found = new Map();
  const orders = new Set();
  for (const row of document.querySelectorAll("[data-money]")) {
    const { money: key, order, news: left } = row.dataset;
    const isLast = !orders.has(order);
    if (order) orders.add(order);
    const until = rendered + Number(left ?? 0);
    const isNews = until > Date.now() || (kept().isOn && news.has(key));
    if (isNews && isLast && !heard(key).isDone) found.set(key, { row, until: Math.max(until, news.get(key)?.until ?? 0) });
  }
  news = found;
  if (kept().isOn && isQuiet()) for (const key of news.keys()) note(key, { times: TIMES });
};

const words = ({ dataset }) => (kept().isBrief ? [dataset.brief, dataset.briefClips] : [dataset.said, dataset.clips]);
const maySpeak = () => kept().isOn && isLeader && isHeard() && !isQuiet();

const isDue = ([key, { until }]) => until > Date.now() && heard(key).times < TIMES;
const next = () => [...news].reverse().filter(isDue).sort(([a], [b]) => heard(a).times - heard(b).times)[0];

const speak = async () => {
  clearTimeout(timer);
  const [key, { row } = {}] = (!isSpeaking && maySpeak() && next()) || [];
  if (!key) return;
  const { times, at } = heard(key);
  const rest = at + AGAIN - Date.now();
  if (times && rest > 0) { timer = setTimeout(speak, rest); return; }
  isSpeaking = true;
  note(key, { times: times + 1, at: Date.now() });
  show(key, row);
  try {
    await ring(row.dataset.sort);
    if (!heard(key).isDone) await say(...words(row));
  } catch { /* the screen shows it */ }
  if (!heard(key).isDone) note(key, { at: Date.now() });
  isSpeaking = false;
  render();
  speak();
};

// --- what is seen -----------------------------------------------------------------------------------------------------

const screen = Object.assign(document.createElement("dialog"), { className: "loud" });
const body = document.createElement("div");
const more = Object.assign(document.createElement("p"), { className: "loud-more" });
const button = Object.assign(document.createElement("button"), { className: "button loud-button", type: "button", textContent: "Đã nghe" });
body.setAttribute("role", "alert");
screen.setAttribute("aria-label", "Tiền vào");
screen.append(body, more, button);
document.body.append(screen);

const show = (key, row) => {
  if (screen.dataset.key !== key) {
    screen.dataset.key = key;
    screen.className = `loud loud-${row.dataset.sort}`;
    body.replaceChildren(row.querySelector("template").content.cloneNode(true));
  }
  body.querySelector("[data-words]").textContent = words(row)[0];
  more.textContent = news.size > 1 ? `Còn ${news.size - 1} khoản nữa chưa nghe.` : "";
  if (!screen.open) screen.showModal();
};

const cover = () => {
  const key = news.has(screen.dataset.key) ? screen.dataset.key : news.keys().next().value;
  if (kept().isOn && key) { show(key, news.get(key).row); return; }
  delete screen.dataset.key;
  screen.close();
};

const settle = () => {
  hush();
  note(screen.dataset.key, { isDone: true });
  changed();
};
button.addEventListener("click", settle);
screen.addEventListener("cancel", (event) => { event.preventDefault(); settle(); });

// The screen stays on while the loudspeaker is, where the phone lets it.
let light = null;
let isDark = false;
const lighten = async () => {
  if (!kept().isOn) { await light?.release(); light = null; return; }
  if (document.hidden || (light && !light.released)) return;
  try { light = await navigator.wakeLock.request("screen"); isDark = false; } catch { isDark = true; }
};

let trouble = "";
document.addEventListener("trouble", ({ detail }) => { trouble = detail; render(); });

const state = () => {
  if (!kept().isOn) return "Loa đang tắt.";
  if (trouble) return "Trang chưa hỏi được chợ nên loa chưa biết có tiền vào.";
  if (!isHeard()) return "Đã chọn bật loa. Chạm vào trang một lần thì loa mới nói được.";
  if (!isLeader) return "Loa đang nói ở một trang khác của máy này.";
  if (isMute) return "Chưa tải được giọng đọc nên loa chỉ kêu, chưa nói. Mạng tốt hơn thì mở lại trang này.";
  return `Loa đang bật. ${isDark ? "Máy này không cho trang giữ sáng màn hình: để màn hình lâu tắt trong cài đặt máy." : "Màn hình sáng suốt nên tốn pin."}`;
};

const render = () => {
  panel = document.querySelector("[data-loud]");
  const find = (what) => panel.querySelector(`[data-loud-do="${what}"]`);
  const { isOn, isBrief, level } = kept();
  const isLoud = isOn && isHeard();
  panel.hidden = false;
  panel.querySelector("[data-loud-state]").textContent = state();
  find("switch").textContent = isLoud ? "Tắt loa" : "Bật loa";
  find("switch").className = `button button-${isLoud ? "plain" : "main"}`;
  find("brief").textContent = `Đọc số tiền: ${isBrief ? "không" : "có"}`;
  find("volume").textContent = `Tiếng: ${LEVELS[level][0]}`;
};

function changed() {
  if (!kept().isOn) { release?.(); hush(); }
  main.toggleAttribute("data-awake", kept().isOn && isLeader);
  collect();
  cover();
  render();
  speak();
}

// --- what is tapped ---------------------------------------------------------------------------------------------------

let wasSilent = false;

const introduce = () => {
  const { first, firstClips, on, onClips } = panel.dataset;
  const isFirst = !kept().wasTold;
  keep({ wasTold: true });
  return isFirst ? say(first, firstClips) : say(on, onClips);
};

const DO = {
  switch: async () => {
    keep({ isOn: wasSilent || !kept().isOn });
    lighten();
    if (!kept().isOn) return;
    lead(true);
    isSpeaking = true; // nothing else until it has said what it is
    try { await introduce(); } finally { isSpeaking = false; }
  },
  trial: async () => {
    const { trial, trialClips, trialBrief, trialBriefClips } = panel.dataset;
    hush();
    await ring("du");
    await (kept().isBrief ? say(trialBrief, trialBriefClips) : say(trial, trialClips));
  },
  brief: () => keep({ isBrief: !kept().isBrief }),
  volume: () => keep({ level: (kept().level + 1) % LEVELS.length }),
};

const touched = async () => {
  if (!kept().isOn || isHeard()) return;
  await wake();
  lead(true);
  changed();
};

document.addEventListener("click", async ({ target }) => {
  const what = target.closest("[data-loud-do]")?.dataset.loudDo;
  if (!what) return;
  await wake();
  const done = DO[what]();
  changed();
  try { await done; } finally { changed(); }
});
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { wasSilent = kept().isOn && !isHeard(); }, true);
for (const kind of ["pointerup", "keydown"]) document.addEventListener(kind, touched);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && kept().isOn && isHeard()) lead(true);
  lighten().then(changed);
});
main.addEventListener("shown", ({ target }) => { if (target === main) { rendered = Date.now(); changed(); } });
window.addEventListener("storage", ({ key }) => { if (key === KEY) changed(); });
lighten().then(changed);
