"""Who rang up holds their order by the address that the stall sent: they follow it, pay it, take it into an account."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.orders.queries.keys import follow_key
from market.orders.rules import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.phoning import by_phone, code_of, write
from tests.pages import press
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of


@pytest.fixture
def code(cast: Cast, now: Clock) -> str:
    return code_of(write(cast, now, by_phone(cast, phone=None)))


def address(code: str, key: str | None = None) -> str:
    return f"/don/{code}/cua-toi/{key or follow_key(code)}"


def test_whose_browser_opened_it_sees_pays_and_calls_it_off_and_has_no_code(client: FlaskClient, code: str) -> None:
    assert "Mã đơn hoặc 4 số" not in client.get(f"/don/{code}").text
    assert "Đậu xanh" not in client.get(f"/don/{code}").text
    assert client.get(address(code)).location == f"/don/{code}"
    page = client.get(f"/don/{code}").text
    assert "Đậu xanh" in page
    assert "Mã QR nhận hàng" not in page
    assert "Đưa mã này cho người bán quét" not in page
    assert client.get(f"/don/{code}/tra-tien").status_code == 200
    assert press(client, f"/don/{code}", f"/don/{code}/huy").status_code == 303
    assert order_of(code).status is OrderStatus.CANCELLED


def test_a_key_opens_no_other_order_and_none_that_its_buyer_placed(client: FlaskClient, cast: Cast, code: str) -> None:
    assert client.get(address(code, "K7K7")).status_code == 404
    own = buy(client, cast.dau_xanh, "1")
    assert client.get(address(own)).status_code == 404


def test_the_stall_itself_is_led_to_its_own_page(app: Flask, cast: Cast, now: Clock, code: str) -> None:
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    lan.get(address(code))
    assert lan.get(f"/don/{code}").location == f"/ban-hang/{cast.lan.slug}/don/{code}"


def test_an_account_takes_it_in_and_no_other_browser_of_the_link_holds_it_then(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, code: str
) -> None:
    first = app.test_client()
    for one in (client, first):
        one.get(address(code))
    sign_in(client, cast.mai, now(), visitor="mai-phone")
    client.get(address(code))
    page = client.get(f"/don/{code}").text
    to_attach = page.split('href="')[-1]
    links = [part.split('"')[0] for part in page.split('href="') if "/giu/" in part.split('"')[0]]
    assert links, to_attach
    assert press(client, links[0], links[0]).status_code == 303
    assert order_of(code).purchase.contact.attached_to_id == cast.mai
    stranger = app.test_client()
    sign_in(stranger, cast.stranger, now(), visitor="other")
    stranger.get(address(code))
    assert "Đậu xanh" not in stranger.get(f"/don/{code}").text
