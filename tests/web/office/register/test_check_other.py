"""What an officer found otherwise than the register says."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.sellers.models import Business, BusinessStatus
from tests.access import keeps_out
from tests.cast import Cast
from tests.pages import press


def test_one_that_has_closed_is_written_so_and_the_page_says_what_becomes_of_its_stall(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    page = f"/van-phong/so-ho/{cast.lan.business}/ra-soat"
    assert "đơn đang mở người bán vẫn làm nốt" in hung.get(page).text
    assert press(hung, page, page).status_code == 422
    assert "mời chọn thôn mới" in press(hung, page, page, finding="chuyen_thon").text
    assert press(hung, page, page, finding="da_nghi", since="2026-11-01").status_code == 303
    session.expire_all()
    assert session.get_one(Business, cast.lan.business).status is BusinessStatus.TERMINATED


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    page = f"/van-phong/so-ho/{cast.lan.business}/ra-soat"
    assert keeps_out(app, page, [cast.lan.person, cast.vy, cast.mai, cast.stranger])
