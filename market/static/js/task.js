// A page of long work looks every two seconds how far it has come, without flicker; once it is over it loads anew.
const WAIT = 2000;

const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [was, now] = [document, page].map((one) => one.querySelector("[data-task]"));
      if (!now || was.dataset.task !== now.dataset.task || !now.querySelector("progress")) { location.reload(); return; }
      was.querySelector("section").replaceWith(now.querySelector("section"));
    }
  } catch { /* no signal: asked again below */ }
  setTimeout(look, WAIT);
};

if (document.querySelector("[data-task]")) setTimeout(look, WAIT);
