"""An order bought on another phone opens by the last four digits of its buyer's, and guessing ends."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.attempts import count_try
from market.base.db import reading
from market.orders.actions.brakes import UNLOCK_BY_NETWORK
from market.orders.models import Order
from market.values.codes import new_order_code
from market.web.base.web import network
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.buying import buy, fill_cart, hidden_fields, review, terms


def test_another_phone_needs_the_last_four_digits(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    other = app.test_client()
    page = other.get(f"/don/{code}").text
    assert "4 số cuối" in page
    assert "Vũ Thị Mai" not in page
    wrong = other.post(f"/don/{code}/mo", data={"last4": "1234"})
    assert wrong.status_code == 422
    assert "chưa đúng" in wrong.text
    right = other.post(f"/don/{code}/mo", data={"last4": "0021", "tiep": "https://evil.test/"})
    assert (right.status_code, right.location) == (303, f"/don/{code}")
    assert "Gạo nếp" in other.get(f"/don/{code}").text


def test_the_digits_may_be_full_width_ones(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    assert app.test_client().post(f"/don/{code}/mo", data={"last4": "００２１"}).status_code == 303


@pytest.mark.parametrize("typed", ["", "21", "00021", "-", "+84900000021", "٠٠٢١"])
def test_only_four_digits_open_an_order_and_nothing_else_is_a_try(
    app: Flask, client: FlaskClient, cast: Cast, typed: str
) -> None:
    code, other = buy(client, cast.gao_nep), app.test_client()
    for _ in range(5):
        assert other.post(f"/don/{code}/mo", data={"last4": typed}).status_code == 422
    assert other.post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 303


def test_guessing_the_digits_ends_after_five_tries(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.gao_nep)
    for guess in range(5):
        wrong = app.test_client().post(f"/don/{code}/mo", data={"last4": f"{guess:04d}"})
        assert "chưa đúng" in wrong.text
    stopped = app.test_client().post(f"/don/{code}/mo", data={"last4": "0021"})
    assert stopped.status_code == 422
    assert "thử sai nhiều lần" in stopped.text
    assert client.get(f"/don/{code}").status_code == 200
    now.move(minutes=16)
    assert app.test_client().post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 303


def test_guessing_slowly_ends_after_twenty_tries_a_day(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.gao_nep)
    for guess in range(20):
        now.move(minutes=5)
        wrong = app.test_client().post(f"/don/{code}/mo", data={"last4": f"{guess:04d}"})
        assert "chưa đúng" in wrong.text
    assert app.test_client().post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 422


def test_guessing_at_many_orders_ends_for_the_browser_and_for_no_other(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    """Codes that there are none of count like others: each is tried too seldom to close by itself."""
    code, guesser = buy(client, cast.gao_nep), app.test_client()
    for number in range(10):
        wrong = guesser.post(f"/don/{new_order_code('DS')}/mo", data={"last4": f"{number:04d}"})
        assert (wrong.status_code, "chưa đúng" in wrong.text) == (422, True)
    assert "Máy hoặc mạng này vừa thử sai nhiều đơn" in guesser.post(f"/don/{code}/mo", data={"last4": "0021"}).text
    assert app.test_client().post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 303


def test_guessing_from_fresh_browsers_ends_for_their_network(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    with app.test_request_context(environ_base={"REMOTE_ADDR": "127.0.0.1"}):
        here = network()
    for _ in range(59):
        count_try(UNLOCK_BY_NETWORK, here)
    app.test_client().post(f"/don/{new_order_code('DS')}/mo", data={"last4": "1234"})
    stopped = app.test_client().post(f"/don/{code}/mo", data={"last4": "0021"})
    assert "Máy hoặc mạng này vừa thử sai nhiều đơn" in stopped.text
    elsewhere = {"REMOTE_ADDR": "2001:db8:0:7::1"}
    assert app.test_client().post(f"/don/{code}/mo", data={"last4": "0021"}, environ_base=elsewhere).status_code == 303


def test_the_tries_at_all_orders_of_a_purchase_are_counted_together(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    fill_cart(client, (cast.rau_muong, "1"), (cast.gao_nep, "1"))
    page = review(client, terms(cast.lan.stall), terms(cast.htx.stall))
    receipt = client.post("/dat-hang/gui", data=hidden_fields(page.text)).location
    doors = [receipt, *(f"/don/{code}" for code in reading().scalars(select(Order.code)))]
    for guess in range(5):
        app.test_client().post(f"{doors[guess % 3]}/mo", data={"last4": f"{guess:04d}"})
    for door in doors:
        assert "thử sai nhiều lần" in app.test_client().post(f"{door}/mo", data={"last4": "0021"}).text
