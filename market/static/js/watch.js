// A page that waits for money asks now and then whether it came, and shows itself anew when it did.
const page = document.querySelector("[data-watch]");
const SHORTEST = 3000;
const LONGEST = 30000;
let wait = SHORTEST;
let timer;

const ask = async () => {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(page.dataset.watch, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const now = await answer.json();
      if (now.stage !== page.dataset.stage || String(now.received) !== page.dataset.received) { location.reload(); return; }
    }
  } catch { /* no signal: asked again below */ }
  timer = setTimeout(ask, wait);
  wait = Math.min(LONGEST, wait * 1.1);
};

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  wait = SHORTEST;
  ask();
});
if (page) timer = setTimeout(ask, wait);
