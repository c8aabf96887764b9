"""One who owes: their rows, what they pay, and a row written by mistake."""

from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press


def test_a_payment_by_mistake_is_taken_back_and_the_goods_only_then(app: Flask, cast: Cast, now: Clock) -> None:
    lan: FlaskClient = app.test_client()
    sign_in(lan, cast.lan.person, now())
    book = f"/ban-hang/{cast.lan.slug}/tien/mua-chiu"
    one = press(lan, f"{book}/ghi", f"{book}/ghi", name="chị Mai", text="rau", amount="20k", phone="").location
    assert press(lan, one, one, amount="5k").status_code == 303
    refused = press(lan, one, f"{book}/dong/1/go")
    assert refused.status_code == 422
    assert "Mời gỡ lần trả trước" in refused.text
    assert press(lan, one, f"{book}/dong/2/go").location == one
    assert press(lan, one, f"{book}/dong/1/go").location == one
    page = lan.get(one).text
    assert page.count("đã gỡ") == 2
    assert "Ghi khách trả" not in page
