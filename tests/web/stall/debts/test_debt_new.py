"""Goods that somebody took on credit without an order."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press


def test_it_is_written_once_and_shown_on_their_page(app: Flask, cast: Cast, now: Clock) -> None:
    lan: FlaskClient = app.test_client()
    sign_in(lan, cast.lan.person, now())
    page = f"/ban-hang/{cast.lan.slug}/tien/mua-chiu/ghi"
    done = press(lan, page, page, name="chị Mai", phone="", text="2 mớ rau", amount="20k")
    assert done.status_code == 303
    shown = lan.get(done.location).text
    assert "2 mớ rau" in shown
    assert "20.000" in shown
    wrong = press(lan, page, page, name="chị Mai", phone="", text="", amount="")
    assert wrong.status_code == 422
    assert "Mời ghi khách lấy gì." in wrong.text
