"""Every form of every page is typed into and left in five ways: what was typed is then saved, still there, or was asked
about. By day a drawn share of the pages, nightly all of them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask
from playwright.sync_api import Dialog, Page
from werkzeug.routing import Rule

from tests.browser.test_every_screen import (
    HELPER,
    OFFICE,
    OF_SOME,
    OWN,
    SELLER,
    Market,
    WalkAs,
    _fill_cart,
    market as market,
    pages_of,
    walk_as as walk_as,
)
from tests.nights import IS_NIGHT
from tests.orders.steps import MAIS_PHONE
from tests.web.base.world import arguments_of

BY_DAY = 2
"""Pages of each person: drawn anew each day, with five ways to leave each."""

TYPE = """() => {
  const typed = [];
  const forms = [...document.querySelectorAll('form[method=post]')];
  forms.forEach((form, n) => {
    for (const one of form.elements) {
      const isHidden = ['hidden', 'submit', 'button', 'file', 'fieldset'].includes(one.type) || one.tagName === 'FIELDSET';
      if (!one.name || isHidden || one.disabled) continue;
      const which = [...form.elements].filter((other) => other.name === one.name).indexOf(one);
      if (one.type === 'radio' || one.type === 'checkbox') {
        if (one.type === 'radio' && [...form.elements].filter((other) => other.name === one.name).at(-1) !== one) continue;
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
        typed.push([n, one.name, which, one.value]);
      }
      one.dispatchEvent(new Event('input', {bubbles: true}));
      if (!one.closest('[data-stepper]')) one.dispatchEvent(new Event('change', {bubbles: true}));
    }
  });
  return typed;
}"""
"""Types into every field of every form; returns form, name, which of that name, what."""

LOST = """(typed) => {
  const forms = [...document.querySelectorAll('form[method=post]')];
  const value = (one) => ['radio', 'checkbox'].includes(one.type) ? one.checked : one.value;
  return typed.filter(([n, name, which, was]) => {
    const here = forms[n] && [...forms[n].elements].filter((one) => one.name === name)[which];
    return !here || value(here) !== was;
  }).map(([n, name]) => `${n}:${name}`);
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
        ways = {"link": self._link, "tab": self._tab, "back": self._back, "reload": self._reload, "offline": self._offline}
        return sum(self._one(path, name, way) for name, way in ways.items())

    def _one(self, path: str, name: str, way: Callable[[], None]) -> int:
        self.page.goto(path)
        self.page.locator("body").click(position={"x": 1, "y": 1})  # a browser asks only somebody who touched the page
        typed, self.asked = self.page.evaluate(TYPE), 0
        if not typed:
            return 0
        way()
        self.page.goto(path)
        gone = self.page.evaluate(LOST, typed)
        if gone and not self.asked:
            self.lost.append(f"{path} left by {name}: {', '.join(gone)}")
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


def drawn(paths: list[str]) -> list[str]:
    found = list(dict.fromkeys(paths))
    return found if IS_NIGHT else random.sample(found, min(BY_DAY, len(found)))


def left(page: Page, paths: list[str]) -> list[str]:
    leaving = Leaving(page)
    for path in drawn(paths):
        leaving.all_ways(path)
    return leaving.lost


def test_nothing_a_seller_typed_is_lost(app: Flask, market: Market, walk_as: WalkAs) -> None:
    cast, things = market.world.cast, market.world.lan
    lan = walk_as(cast.lan.person)
    paths = [lan.path(rule.endpoint, arguments_of(rule, things)) for rule in pages_of(app, SELLER)]
    paths += [f"/ban-hang/{cast.lan.slug}/don/{market.orders['ready'].code}/giao"]
    assert not (lost := left(lan.page, paths)), "\n".join(lost)


def test_nothing_an_officer_or_a_helper_typed_is_lost(app: Flask, market: Market, walk_as: WalkAs) -> None:
    cast, things = market.world.cast, market.world.lan
    lost = []
    for person, beginning in ((cast.hung, OFFICE), (cast.vy, HELPER)):
        walk = walk_as(person)
        paths = [walk.path(rule.endpoint, arguments_of(rule, things)) for rule in pages_of(app, beginning)]
        lost += left(walk.page, paths)
    assert not lost, "\n".join(lost)


def test_nothing_a_buyer_typed_is_lost(app: Flask, market: Market, walk_as: WalkAs, address: str) -> None:
    cast, orders = market.world.cast, market.orders
    things = market.world.lan | {"code": orders["accepted"].code, "slug": cast.lan.slug}
    mai = walk_as(None)
    mai.page.context.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
    _fill_cart(mai.page)
    paths = ["/dat-hang", "/gio-hang", "/dang-nhap", "/dang-ky", f"/don/{orders['accepted'].code}"]
    paths.append(mai.path("shop.product", arguments_of(rule_of(app, "shop.product"), things)))
    lost = left(mai.page, paths)
    own = walk_as(cast.mai)
    lost += left(own.page, [own.path(rule.endpoint, arguments_of(rule, things)) for rule in pages_of(app, OWN, OF_SOME)])
    assert not lost, "\n".join(lost)


def rule_of(app: Flask, endpoint: str) -> Rule:
    return next(app.url_map.iter_rules(endpoint))


def test_it_notices_what_is_lost(app: Flask, market: Market, walk_as: WalkAs) -> None:
    """Without the script that keeps it, a page loses what was typed, and this test says so."""
    lan = walk_as(market.world.cast.lan.person)
    lan.page.route("**/js/kept.js*", lambda route: route.abort())
    leaving = Leaving(lan.page)
    assert leaving.all_ways(f"/ban-hang/{market.world.cast.lan.slug}/san-pham/moi") > 0
    assert any("name" in one for one in leaving.lost)

