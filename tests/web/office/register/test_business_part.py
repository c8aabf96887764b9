"""Two lines of the register that were joined by mistake are two again; the page says first what goes which way."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers.models import Business, BusinessMerge
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.web.office.register.pairs import NAME, second_line


def joined(client: FlaskClient, cast: Cast, now: Clock, session: Session) -> tuple[int, str]:
    second = second_line(cast, now)
    page = f"/van-phong/so-ho/{cast.lan.business}/gop-voi/{second}"
    press(client, page, page, name=str(second), phone=str(second))
    merge = session.scalars(select(BusinessMerge.id)).one()
    return second, f"/van-phong/so-ho/{cast.lan.business}/gop-so/{merge}/tach"


def test_both_are_what_they_were(hung: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    second, page = joined(hung, cast, now, session)
    shown = hung.get(page).text
    assert (NAME in shown, "0900 000 011" in shown, "Ở lại" in shown) == (True, True, True)
    assert press(hung, page, page).location == f"/van-phong/so-ho/{second}"
    session.expire_all()
    assert [session.get_one(Business, at).name for at in (cast.lan.business, second)] == ["Rau bà Lan", NAME]
    again = hung.get(f"/van-phong/so-ho/{second}").text
    assert ("Đã gộp vào" in again, "Đang hoạt động" in again) == (False, True)


def test_others_find_nothing(app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    second, page = joined(hung, cast, now, session)
    assert keeps_out(app, page, [cast.lan.person, cast.vy, cast.mai, cast.stranger])
    assert hung.get(page.replace(str(cast.lan.business), str(second), 1)).status_code == 404
