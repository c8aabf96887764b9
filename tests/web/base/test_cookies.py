"""Cookies of an https site are this host's alone; what browsers kept under plain names is taken over once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from market.base.db import db
from market.web.base.cookies import CART, CART_COUNT, SECONDS, SESSION, TAKEN, VISITOR
from market.web.base.old_cookies import READ_UNTIL
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE, MAIS_PHONE
from tests.pages import PageClient
from tests.payments.steps import Bought, buy
from tests.services.applications import new
from tests.services.databases import production_of
from tests.web.shop.buying import fill_cart

HTTPS = "https://cho.test"


class Secured(PageClient):
    """A browser that opens the market at its https address."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        return super().open(*args, **({"base_url": HTTPS} | kwargs if isinstance(args[0], str) else kwargs))

    def kept(self) -> dict[str, str]:
        names = [f"{beginning}{name}" for name in SECONDS for beginning in ("", "__Host-")]
        found = {name: self.get_cookie(name, domain="cho.test") for name in names}
        return {name: one.value for name, one in found.items() if one is not None}

    def keep(self, name: str, value: str) -> None:
        self.set_cookie(name, value, domain="cho.test")


@pytest.fixture
def site(app: Flask, cast: Cast) -> Iterator[Flask]:
    """The same market, served at an https address."""
    settings = app.config["CHOSO"]
    site = new(production_of(settings.database_url, settings.storage_url))
    site.test_client_class = Secured
    yield site
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def browser(site: Flask) -> Secured:
    client = site.test_client()
    assert isinstance(client, Secured)
    return client


def age(browser: Secured) -> None:
    """Let what this browser keeps be called as it was before."""
    for name, value in browser.kept().items():
        browser.delete_cookie(name, domain="cho.test")
        browser.keep(name.removeprefix("__Host-"), value)


@pytest.fixture
def order(browser: Secured, cast: Cast, now: Clock) -> Bought:
    browser.keep(VISITOR, MAIS_PHONE)
    return buy(cast, now(), buyer=MAI_HERE)


def filled(browser: Secured, cast: Cast, now: Clock) -> dict[str, str]:
    """What a browser keeps on which bà Lan is signed in, with two lines in the cart; under the names of before."""
    browser.get("/dang-nhap")
    sign_in(browser, cast.lan.person, now(), base_url=HTTPS)
    fill_cart(browser, (cast.rau_muong, "2"), (cast.gao_nep, "0,5"))
    browser.keep(f"__Host-{VISITOR}", MAIS_PHONE)
    age(browser)
    return browser.kept()


def test_on_https_a_cookie_is_this_host_s_alone(browser: Secured, cast: Cast, now: Clock) -> None:
    line = {"variant_id": cast.rau_muong, "amount": "1", "draft": "17-4"}
    answers = [browser.post("/gio-hang/them", data=line)]
    answers += [browser.get("/don"), browser.post("/dang-nhap", data={"phone": "0900 000 099", "password": "x"})]
    said = [one for answer in answers for one in answer.headers.getlist("Set-Cookie")]
    assert {one.partition("=")[0] for one in said} == {f"__Host-{name}" for name in SECONDS}
    for one in said:
        attributes = set(one.split("; ")[1:])
        assert {"Secure", "Path=/", "SameSite=Lax"} <= attributes
        read = one.startswith((f"__Host-{CART_COUNT}=", f"__Host-{TAKEN}="))
        assert ("HttpOnly" in attributes) == (not read), "a script reads a number"
        assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_on_http_names_are_plain_and_nothing_is_secure(client: FlaskClient, cast: Cast) -> None:
    said = client.post("/gio-hang/them", data={"variant_id": cast.rau_muong, "amount": "1"}).headers.getlist(
        "Set-Cookie"
    )
    assert {one.partition("=")[0] for one in said} == {SESSION, CART, CART_COUNT}
    assert not any("Secure" in one for one in said)


def test_who_is_signed_in_under_the_old_name_stays_so_with_the_cart(browser: Secured, cast: Cast, now: Clock) -> None:
    before = filled(browser, cast, now)
    assert before.keys() == SECONDS.keys() - {TAKEN}
    assert "40.000" in browser.get("/gio-hang").text
    after = browser.kept()
    assert after.keys() == {f"__Host-{name}" for name in SECONDS if name != TAKEN}, "the old ones are gone"
    assert {name: after[f"__Host-{name}"] for name in (VISITOR, CART, CART_COUNT)} == {
        name: before[name] for name in (VISITOR, CART, CART_COUNT)
    }
    assert browser.get("/tai-khoan").status_code == 200
    assert "40.000" in browser.get("/gio-hang").text


def test_a_guest_still_sees_the_orders_of_this_browser(browser: Secured, order: Bought) -> None:
    for _ in range(2):
        assert order.code in browser.get("/don").text
    assert browser.kept()[f"__Host-{VISITOR}"] == MAIS_PHONE
    assert VISITOR not in browser.kept()


def test_a_page_that_caches_keep_takes_nothing_over(browser: Secured, order: Bought) -> None:
    for path in ("/static/css/choso.css", "/"):
        with browser.get(path) as answer:
            assert not answer.headers.getlist("Set-Cookie")
    assert order.code in browser.get("/don").text


def test_what_the_first_request_changes_is_kept_as_changed(browser: Secured, cast: Cast, now: Clock) -> None:
    filled(browser, cast, now)
    browser.post("/gio-hang/bo", data={"variant_id": cast.gao_nep})
    assert browser.kept()[f"__Host-{CART_COUNT}"] == "1"


def test_who_signs_out_first_of_all_is_out(browser: Secured, cast: Cast, now: Clock) -> None:
    filled(browser, cast, now)
    assert browser.post("/dang-xuat").status_code == 303
    assert not {SESSION, f"__Host-{SESSION}"} & browser.kept().keys()
    assert browser.get("/tai-khoan").status_code == 303


def test_a_plain_cookie_beside_the_host_s_own_is_not_read(browser: Secured, order: Bought) -> None:
    """A neighbouring host could plant it."""
    browser.keep(f"__Host-{VISITOR}", "another-phone")
    assert order.code not in browser.get("/don").text
    assert browser.kept() == {f"__Host-{VISITOR}": "another-phone"}


def test_a_day_comes_when_plain_names_are_read_no_more(browser: Secured, order: Bought, now: Clock) -> None:
    now.at = READ_UNTIL - timedelta(seconds=1)
    age(browser)
    assert order.code in browser.get("/don").text
    age(browser)
    now.at = READ_UNTIL
    assert order.code not in browser.get("/don").text
    assert VISITOR not in browser.kept()


def test_a_value_of_a_browser_s_making_breaks_nothing(browser: Secured, cast: Cast) -> None:
    odd = 'a"b=c, d'
    browser.keep(CART, odd)
    answer = browser.get("/gio-hang")
    assert answer.status_code == 200
    [kept] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"__Host-{CART}=")]
    assert parse_cookie(kept.partition(";")[0])[f"__Host-{CART}"] == odd
