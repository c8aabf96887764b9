"""What helpers found is written into the register by one tap of an officer, or put away."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.sellers.models import Business, BusinessStatus, CheckFinding, RegisterCheck
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.sellers.test_checks import check

PAGE = "/van-phong/so-ho/ra-soat?xem=cho"


def test_one_is_written_and_one_put_away(hung: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    closed = check(cast, now, cast.theu, CheckFinding.CLOSED)
    moved = check(cast, now, cast.lan.business, CheckFinding.MOVED, to_hamlet_id=cast.mo_doan)
    assert "Trần Khánh Vy xem" in hung.get(PAGE).text
    assert press(hung, PAGE, f"/van-phong/so-ho/ra-soat/{closed}/ghi").location == PAGE
    assert press(hung, PAGE, f"/van-phong/so-ho/ra-soat/{moved}/xong").location == PAGE
    session.expire_all()
    assert session.get_one(Business, cast.theu).status is BusinessStatus.TERMINATED
    assert session.get_one(Business, cast.lan.business).hamlet_id == cast.nghia_dung
    written = {at: done for at, done in session.execute(select(RegisterCheck.id, RegisterCheck.was_written))}
    assert (written[closed], written[moved]) == (True, False)
    assert "Chưa có gì ở đây" in hung.get(PAGE).text


def test_others_find_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    people = [cast.lan.person, cast.vy, cast.mai, cast.stranger]
    waits = check(cast, now, cast.theu, CheckFinding.CLOSED)
    for address in (
        f"/van-phong/so-ho/ra-soat/{waits}/ghi",
        f"/van-phong/so-ho/ra-soat/{waits}/xong",
        f"/van-phong/so-ho/{cast.lan.business}/ra-soat/van-con",
    ):
        assert keeps_out(app, address, people, method="POST")
