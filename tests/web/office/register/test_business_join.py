"""Two lines of the register side by side: an officer chooses field by field, and they are one."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.sellers.models import Business
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, press
from tests.web.office.register.pairs import NAME, TAX_ID, second_line


def test_what_differs_is_chosen_and_the_two_are_one(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    second = second_line(cast, now)
    page = f"/van-phong/so-ho/{cast.lan.business}/gop-voi/{second}"
    shown = hung.get(page).text
    assert ("Hai bên ghi khác nhau" in shown, "Gian hàng" in shown, TAX_ID in shown) == (True, True, True)
    blank = press(hung, page, page, name=str(second))
    assert (blank.status_code, "Mời chọn một bên" in blank.text) == (422, True)

    done = press(hung, page, page, name=str(second), phone=str(cast.lan.business))

    assert done.location == f"/van-phong/so-ho/{cast.lan.business}#gop-so"
    session.expire_all()
    lan = session.get_one(Business, cast.lan.business)
    assert (lan.name, lan.tax_id, lan.phone and lan.phone.national) == (NAME, TAX_ID, "0900 000 011")
    assert "Đã gộp vào đây" in hung.get(f"/van-phong/so-ho/{cast.lan.business}").text
    ended = hung.get(f"/van-phong/so-ho/{second}").text
    assert f"Đã gộp vào {NAME}" in ended
    assert f"/van-phong/so-ho/{second}/sua" not in ended


def test_what_changed_since_the_page_was_opened_is_shown_first(
    hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    second = second_line(cast, now)
    page = f"/van-phong/so-ho/{cast.lan.business}/gop-voi/{second}"
    typed = hidden(hung.get(page).text, page) | {"name": str(second), "phone": str(second)}
    with transaction() as writing:
        writing.get_one(Business, second).trade = "Rau, củ"
    answer = hung.post(page, data=typed)
    assert (answer.status_code, "Rau, củ" in answer.text) == (409, True)
    assert session.get_one(Business, cast.lan.business).name == "Rau bà Lan"


def test_others_find_nothing(app: Flask, hung: FlaskClient, cast: Cast, now: Clock) -> None:
    page = f"/van-phong/so-ho/{cast.lan.business}/gop-voi/{second_line(cast, now)}"
    assert keeps_out(app, page, [cast.lan.person, cast.vy, cast.mai, cast.stranger])
    assert hung.get(f"/van-phong/so-ho/{cast.lan.business}/gop-voi/{cast.lan.business}").status_code == 404
