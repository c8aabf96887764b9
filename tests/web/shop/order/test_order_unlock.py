"""An order bought on another phone opens by the last four digits of its buyer's, and guessing ends."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.web.shop.buying import buy


def test_another_phone_needs_the_last_four_digits(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    other = app.test_client()
    page = other.get(f"/don/{code}").text
    assert "4 số cuối" in page
    assert "Vũ Thị Mai" not in page
    wrong = other.post(f"/don/{code}/mo", data={"last4": "1234"})
    assert wrong.status_code == 422
    assert "chưa đúng" in wrong.text
    for away in ("https://evil.test/", "/bien-nhan/a\r\nX: 1"):
        right = other.post(f"/don/{code}/mo", data={"last4": "0021", "tiep": away})
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
    assert stopped.status_code == 429
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
    assert app.test_client().post(f"/don/{code}/mo", data={"last4": "0021"}).status_code == 429
