"""What every screen must hold to: no axe violation, no sideways scroll at 320 px, nothing to tap under 44 px.

axe comes with every page of a `phone`: sent to each page anew it would cost as much as opening that page.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

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

VIOLATIONS = """(more) => axe.run(document, {resultTypes: ['violations'], ...more})
  .then(({violations}) => violations.map(({id, nodes}) => [id, nodes.map(({html}) => html.slice(0, 160))]))"""
"""Pairs of a rule's name and the elements that break it; what is right stays in the browser: it is the most of it."""

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
    found = _here(page)
    with _sized(page, 320, 640):
        return found + _sideways(page, "at 320 px")


def faults_everywhere(page: Page) -> list[str]:
    """`faults_of`, and what is wrong on other eyes and screens: in the dark, with text twice as large, at 1280 px."""
    found = _here(page) + _in_the_dark(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += _sideways(page, "with text of 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    with _sized(page, 320, 640):
        found += _sideways(page, "at 320 px")
        page.set_viewport_size({"width": 1280, "height": 800})
        found += _sideways(page, "at 1280 px")
        return found + [f"under 44 px at 1280 px: {target}" for target in page.evaluate(SMALL_TARGETS)]


@contextmanager
def _sized(page: Page, width: int, height: int) -> Iterator[None]:
    size = page.viewport_size
    page.set_viewport_size({"width": width, "height": height})
    yield
    if size:
        page.set_viewport_size(size)


def _here(page: Page) -> list[str]:
    page.wait_for_load_state()  # after a tap the next page has been answered, but may not be read yet
    found = [f"axe: {rule}: {nodes[0]}" for rule, nodes in page.evaluate(VIOLATIONS, {})]
    return found + [f"under 44 px: {target}" for target in page.evaluate(SMALL_TARGETS)]


def _in_the_dark(page: Page) -> list[str]:
    page.emulate_media(color_scheme="dark")
    pale = page.evaluate(VIOLATIONS, {"runOnly": ["color-contrast"]})
    page.emulate_media(color_scheme="light")
    return [f"dark: {node}" for _, nodes in pale for node in nodes]


def _sideways(page: Page, where: str) -> list[str]:
    return [f"scrolls sideways {where}: {widest}" for widest in page.evaluate(TOO_WIDE)]
