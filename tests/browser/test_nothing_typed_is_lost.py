"""Every form of every page is typed into and left in five ways: what was typed is then saved, still there, or was asked
about. By day a drawn share of the pages, nightly all of them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Browser, Dialog, Page

from tests.browser.test_every_screen import (
    HELPER,
    OF_SOME,
    OFFICE,
    OWN,
    SELLER,
    Market,
    WalkAs,
    fill_cart,
    pages_of,
)
from tests.browser.test_every_screen import (
    market as market,
)
from tests.browser.test_every_screen import (
    walk_as as walk_as,
)
from tests.cast import Cast
from tests.nights import IS_NIGHT
from tests.orders.steps import MAIS_PHONE
from tests.web.base.world import arguments_of

pytestmark = pytest.mark.timeout(900)
BY_DAY = 2
"""Pages of all there are: drawn anew each day, with five ways to leave each."""

TYPE = """() => {
  const typed = [];
  const isSecret = (one) => one.type === 'password' || 'secret' in one.dataset || one.autocomplete === 'one-time-code';
  const forms = [...document.querySelectorAll('form[method=post]')];
  forms.forEach((form, n) => {
    for (const one of form.elements) {
      if (!one.name || ['hidden', 'submit', 'button', 'file', 'fieldset'].includes(one.type) || one.disabled) continue;
      const alike = [...form.elements].filter((other) => other.name === one.name);
      const which = alike.indexOf(one);
      if (one.type === 'radio' || one.type === 'checkbox') {
        if (one.type === 'radio' && alike.at(-1) !== one) continue;
        if (one.type === 'checkbox') one.checked = !one.checked; else one.checked = true;
        if (one.checked !== one.defaultChecked) typed.push([n, one.name, which, one.checked]);
      } else if (one.options) {
        if (one.options.length < 2) continue;
        one.selectedIndex = one.options.length - 1;
        if (!one.options[one.selectedIndex].defaultSelected) typed.push([n, one.name, which, one.value]);
      } else {
        one.value = {date: '2026-11-20', number: '3', tel: '0900 000 055', email: 'a@b.vn'}[one.type]
          ?? (one.inputMode === 'decimal' || one.inputMode === 'numeric' ? '9' : 'gõ dở');
        if (one.maxLength > 0) one.value = one.value.slice(0, one.maxLength);
        typed.push([n, one.name, which, one.value, isSecret(one)]);
      }
      one.dispatchEvent(new Event('input', {bubbles: true}));
      if (!one.closest('[data-stepper]')) one.dispatchEvent(new Event('change', {bubbles: true}));
    }
  });
  return typed;
}"""
"""Types into every field of every form; returns form, name, which of that name, what, and whether it is a secret."""

LOST = """(typed) => {
  const forms = [...document.querySelectorAll('form[method=post]')];
  const value = (one) => ['radio', 'checkbox'].includes(one.type) ? one.checked : one.value;
  return typed.filter(([n, name, which, was]) => {
    if (!forms[n]) return true;
    const here = [...forms[n].elements].filter((one) => one.name === name)[which]
      ?? forms[n].querySelector('[data-stepper] input'); // named after the number that was saved
    return !here || value(here) !== was;
  }).map(([n, name, _which, was, isSecret]) => [`${n}:${name}=${was}`, Boolean(isSecret)]);
}"""


@dataclass
class Leaving:
    """One person's page, left in every way; notes what was lost."""

    page: Page
    lost: list[str] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self.page.on("dialog", self._asked)

    def _asked(self, dialog: Dialog) -> None:
        self.asked += 1
        dialog.accept()

    def all_ways(self, path: str) -> int:
        """How many fields were typed into, each way counted."""
        ways = (self._link, self._tab, self._back, self._reload, self._offline)
        typed = self.left_by(path, ways[0])
        return typed + sum(self.left_by(path, way) for way in ways[1:] if typed)

    def left_by(self, path: str, way: Callable[[], None]) -> int:
        self.page.goto(path)
        self.page.locator("body").click(position={"x": 1, "y": 1})  # a browser asks only somebody who touched the page
        typed, self.asked = self.page.evaluate(TYPE), 0
        if not typed:
            return 0
        way()
        self.page.goto(path)
        gone = [words for words, is_secret in self.page.evaluate(LOST, typed) if not (is_secret and self.asked)]
        if gone:
            self.lost.append(f"{path} left by {way.__name__[1:]}: {', '.join(gone)}")
        self.page.evaluate("localStorage.clear()")
        return len(typed)

    def _link(self) -> None:
        self._tap("main a[href^='/'], header a[href^='/']")

    def _tab(self) -> None:
        self._tap("nav a[href^='/'], a.back, header a[href^='/']")

    def _tap(self, links: str) -> None:
        address = self.page.url
        if self.page.locator(links).count() == 0:
            self.page.goto("/dieu-khoan")
            return
        self.page.locator(links).first.evaluate("(link) => link.click()")
        self.page.wait_for_url(lambda url: url != address)

    def _back(self) -> None:
        self.page.go_back()

    def _reload(self) -> None:
        self.page.reload()

    def _offline(self) -> None:
        self.page.context.set_offline(True)
        form = self.page.locator("form[method=post]:has(input:not([type=hidden]), textarea, select)").first
        form.evaluate("(form) => form.requestSubmit()")
        self.page.context.set_offline(False)


Typed = TypeVar("Typed")


def drawn(pages: list[Typed]) -> list[Typed]:
    return pages if IS_NIGHT else random.sample(pages, min(BY_DAY, len(pages)))


def test_nothing_typed_is_lost(app: Flask, market: Market, walk_as: WalkAs, address: str) -> None:
    cast, things = market.world.cast, market.world.lan
    pages = []
    for person, beginning in ((cast.lan.person, SELLER), (cast.hung, OFFICE), (cast.vy, HELPER), (cast.mai, OWN)):
        walk = walk_as(person)
        rules = pages_of(app, beginning, OF_SOME if beginning == OWN else ())
        paths = [walk.path(rule.endpoint, arguments_of(rule, things)) for rule in rules]
        if beginning == SELLER:
            paths.append(f"/ban-hang/{cast.lan.slug}/don/{market.orders['ready'].code}/giao")
        leaving = Leaving(walk.page)
        pages += [(leaving, path) for path in dict.fromkeys(paths)]
    pages += buyer(app, market, walk_as, address)
    for leaving, path in drawn(pages):
        leaving.all_ways(path)
    assert not (lost := [one for leaving, _ in pages for one in leaving.lost]), "\n".join(dict.fromkeys(lost))


def buyer(app: Flask, market: Market, walk_as: WalkAs, address: str) -> list[tuple[Leaving, str]]:
    """A guest with a cart and an order, and the pages on which one types."""
    code = market.orders["accepted"].code
    mai = walk_as(None)
    mai.page.context.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
    fill_cart(mai.page)
    rule = next(app.url_map.iter_rules("shop.product"))
    product = mai.path("shop.product", arguments_of(rule, market.world.lan | {"slug": market.world.cast.lan.slug}))
    leaving = Leaving(mai.page)
    return [(leaving, path) for path in ("/dat-hang", "/gio-hang", "/dang-nhap", "/dang-ky", f"/don/{code}", product)]


@pytest.mark.nightly  # the browser's own doing, on many pages; with the script by day
def test_without_a_script_back_brings_it_again(
    app: Flask, market: Market, walk_as: WalkAs, chromium: Browser, address: str
) -> None:
    """What the browser itself does, as long as no field forbids it; a secret is not put back."""
    cast, things, lost = market.world.cast, market.world.lan, []
    signed_in = walk_as(cast.lan.person)
    rules = pages_of(app, SELLER)
    paths = drawn([signed_in.path(rule.endpoint, arguments_of(rule, things)) for rule in rules])
    with chromium.new_context(base_url=address, java_script_enabled=False) as bare:
        bare.add_cookies(signed_in.page.context.cookies())
        page = bare.new_page()
        for path in paths:
            page.goto(path)
            typed = page.evaluate(TYPE)
            page.goto("/dieu-khoan")
            page.go_back()
            gone = [words for words, is_secret in page.evaluate(LOST, typed) if not is_secret]
            lost += [f"{path}: {', '.join(gone)}"] if gone else []
    assert not lost, "\n".join(lost)


def test_it_notices_what_is_lost(cast: Cast, walk_as: WalkAs) -> None:
    """Without the script that keeps it, a page loses what was typed, and this test says so."""
    lan = walk_as(cast.lan.person)
    lan.page.route("**/js/kept.js*", lambda route: route.abort())
    leaving = Leaving(lan.page)
    assert leaving.left_by(f"/ban-hang/{cast.lan.slug}/san-pham/moi", leaving._reload) > 0
    assert any("name" in one for one in leaving.lost)
