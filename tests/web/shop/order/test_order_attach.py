"""A guest takes what they ordered into their account, on the browser that ordered it."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD
from tests.pages import press
from tests.web.shop.buying import buy

VY = "0900 000 002"
"""Whose number none of these orders was placed with."""


def signs_in(client: FlaskClient, number: str, to: str = "") -> str:
    answer = client.post("/dang-nhap", data={"phone": number, "password": PASSWORD, "tiep": to})
    assert answer.status_code == 303
    return answer.location


def way_in(client: FlaskClient, code: str) -> str:
    """Where the order's page leads to take it in."""
    found = re.search(rf"/don/{code}/giu/[0-9A-Z-]+", client.get(f"/don/{code}").text)
    return found[0] if found else ""


def owns(client: FlaskClient, code: str) -> bool:
    return 'name="last4"' not in client.get(f"/don/{code}").text and code in client.get("/don").text


def test_it_goes_through_the_sign_in_and_is_seen_on_every_phone(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code, other = buy(client, cast.gao_nep), buy(client, cast.gao_nep)
    way = way_in(client, code)
    assert client.get(way).status_code == 303
    assert signs_in(client, VY, to=way) == way
    assert not owns(client, code)
    assert "Giữ đơn này trong tài khoản của tôi" in client.get(way).text
    assert press(client, way, way).location == f"/don/{code}"
    elsewhere = app.test_client()
    signs_in(elsewhere, VY)
    for one in (client, elsewhere):
        assert owns(one, code)
        assert not owns(one, other)
        assert way_in(one, code) == ""


def test_a_key_opens_nothing_on_another_phone_or_later(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.gao_nep)
    way, thief = way_in(client, code), app.test_client()
    signs_in(thief, VY)
    assert thief.get(way).status_code == thief.post(way).status_code == 404
    signs_in(client, VY)
    now.move(minutes=31)
    assert client.get(way).status_code == client.post(way).status_code == 404
    assert "không phải của máy này" in client.get(way).text


def test_the_second_account_is_told_that_the_first_holds_it(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    way = way_in(client, code)
    signs_in(client, VY)
    assert press(client, way, way).status_code == 303
    client.post("/dang-xuat", data={})
    signs_in(client, "0900 000 031")
    answer = press(client, way, way)
    assert answer.status_code == 422
    assert "đã nằm trong một tài khoản khác" in answer.text
    assert not owns(client, code)


def test_whose_digits_opened_it_is_offered_nothing(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code, other = buy(client, cast.gao_nep), app.test_client()
    assert other.post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 303
    signs_in(other, VY)
    other.post(f"/don/{code}/mo", data={"last4": "0021"})
    assert way_in(other, code) == ""


def test_an_order_placed_signed_in_is_not_offered(client: FlaskClient, cast: Cast) -> None:
    signs_in(client, VY)
    assert way_in(client, buy(client, cast.gao_nep)) == ""
