"""What every screen must hold to: no axe violation, no sideways scroll at 320 px, nothing to tap under 44 px."""

import os

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

PALE_WORDS = """() => axe.run(document, {runOnly: ['color-contrast'], resultTypes: ['violations']})
  .then(({violations}) => violations.flatMap(({nodes}) => nodes.map((node) => node.html)))"""
"""After `faults_of`, which brings axe into the page."""

TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  const over = document.documentElement.scrollWidth - room;
  if (over <= 0) return [];
  const scrolls = '.office-nav, .chips, .table-wrap, .sr';
  const sticksOut = (node) => !node.parentElement.closest(scrolls) && node.getBoundingClientRect().right > room + 0.5;
  const nodes = [...document.querySelectorAll('body *')].filter(sticksOut);
  return [`${over} px, ${nodes.at(-1)?.outerHTML.slice(0, 160)}`];
}"""
"""The last node that sticks out is the innermost of the first that do."""


PICTURES = os.environ.get("CHOSO_PICTURES")


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page to look at, where CHOSO_PICTURES names a folder."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def faults_of(page: Page) -> list[str]:
    """Everything wrong with the page that is open, as sentences; the window is left as it was."""
    found = [f"axe: {violation['id']}: {violation['nodes'][0]['html'][:160]}" for violation in _violations(page)]
    size = page.viewport_size
    found += [f"under 44 px: {target}" for target in page.evaluate(SMALL_TARGETS)]
    page.set_viewport_size({"width": 320, "height": 640})
    found += _sideways(page, "at 320 px")
    if size:
        page.set_viewport_size(size)
    return found


def faults_elsewhere(page: Page) -> list[str]:
    """What is wrong with the page on other eyes and screens: in dark colours, with text twice as large, at 1280 px."""
    page.emulate_media(color_scheme="dark")
    found = [f"dark: {html[:160]}" for html in page.evaluate(PALE_WORDS)]
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += _sideways(page, "with text of 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1280, "height": 800})
    found += _sideways(page, "at 1280 px")
    found += [f"under 44 px at 1280 px: {target}" for target in page.evaluate(SMALL_TARGETS)]
    if size:
        page.set_viewport_size(size)
    return found


def _sideways(page: Page, where: str) -> list[str]:
    return [f"scrolls sideways {where}: {widest}" for widest in page.evaluate(TOO_WIDE)]


def _violations(page: Page) -> list[dict[str, object]]:
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    violations: list[dict[str, object]] = results.response["violations"]
    return violations
