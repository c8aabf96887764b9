"""The printed sheet alone suffices: who gets what of whom, and what each still owes."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.queries import counting
from tests.web.stall.pickups.steps import bring
from tests.web.stall.pickups.test_pickups import keeper as keeper


def test_it_says_who_gets_what_of_whom_and_owes_what(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Chưa có hàng chờ lấy" in keeper.get("/diem-nhan/phieu").text
    beans, rice = bring(cast, now)
    with counting() as one:
        page = keeper.get("/diem-nhan/phieu").text
    for words in (beans, rice, "2\u00a0kg", "90.000"):
        assert words in page
    assert "0900 000 021" not in page
    bring(cast, now)
    with counting() as two:
        keeper.get("/diem-nhan/phieu")
    assert len(two) == len(one) <= 9


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/diem-nhan/phieu", [cast.lan.person, cast.vy, cast.hung, cast.mai])
