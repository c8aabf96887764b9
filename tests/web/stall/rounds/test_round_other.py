"""What a helper found otherwise goes to the office, and changes nothing by itself."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.sellers.models import Business, BusinessStatus
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press

PATH = "/to-cong-nghe/ra-soat"


def test_it_waits_for_the_office(vy: FlaskClient, hung: FlaskClient, cast: Cast, session: Session) -> None:
    page = f"{PATH}/{cast.lan.business}"
    assert "Khác sổ chỗ nào" in press(vy, page, page, finding="doi_khac").text
    assert press(vy, page, page, finding="da_nghi", note="Bác đã nghỉ từ Tết").location == PATH
    session.expire_all()
    assert session.get_one(Business, cast.lan.business).status is BusinessStatus.ACTIVE
    assert "chờ xã ghi sổ" in vy.get(PATH, query_string={"xem": "roi"}).text
    assert "Bác đã nghỉ từ Tết" in hung.get("/van-phong/so-ho/ra-soat?xem=cho").text


def test_others_find_nothing(app: Flask, vy: FlaskClient, cast: Cast) -> None:
    page = f"{PATH}/{cast.lan.business}"
    assert keeps_out(app, page, [cast.lan.person, cast.hung, cast.mai, cast.stranger])
    assert vy.get(f"{PATH}/{cast.tu.business}").status_code == 404
