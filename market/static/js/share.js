// A page is given on by the phone's own sheet, where Zalo stands first; without it the link opens Zalo's page.
for (const link of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  link.removeAttribute("target");
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const { title, says, share: url } = link.dataset;
    try {
      await navigator.share({ title, text: says, url });
    } catch (error) {
      if (error.name !== "AbortError") window.open(link.href, "_blank", "noopener"); // closed by the person: nothing more
    }
  });
}
