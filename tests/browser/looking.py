"""What every screen must hold to: no axe violation, no sideways scroll at 320 px, nothing to tap under 44 px."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SMALL_TARGETS = """() => {
  const visible = (box) => box.width > 1 && box.height > 1;
  const small = [];
  for (const node of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (node.type === 'hidden' || node.disabled) continue;
    const label = ['radio', 'checkbox', 'text'].includes(node.type) && node.closest('label');
    const target = label || node;
    const style = getComputedStyle(target);
    const box = target.getBoundingClientRect();
    if (!visible(box) || style.visibility === 'hidden' || node.closest('.sr, .skip')) continue;
    if (style.display === 'inline') continue;   // a link within a sentence: WCAG 2.5.8's own exception
    const size = `${Math.round(box.width)}x${Math.round(box.height)}`;
    if (box.height < 43.5 || box.width < 43.5) small.push(`${size} ${node.outerHTML.slice(0, 120)}`);
  }
  return small;
}"""


def faults_of(page: Page) -> list[str]:
    """Everything wrong with the page that is open, as sentences; the window is left as it was."""
    found = [f"axe: {violation['id']}: {violation['nodes'][0]['html'][:160]}" for violation in _violations(page)]
    size = page.viewport_size
    found += [f"under 44 px: {target}" for target in page.evaluate(SMALL_TARGETS)]
    page.set_viewport_size({"width": 320, "height": 640})
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        found.append(f"scrolls sideways by {overflow} px at 320 px")
    if size:
        page.set_viewport_size(size)
    return found


def _violations(page: Page) -> list[dict[str, object]]:
    results = Axe().run(page)
    violations: list[dict[str, object]] = results.response["violations"]
    return violations
