"""The cash sheet of one stall: what its buyers owe, for both to sign."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.stall.pickups.steps import bring
from tests.web.stall.pickups.test_pickups import keeper as keeper


def test_it_holds_what_this_stalls_buyers_owe_and_two_signatures(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    beans, rice = bring(cast, now)
    page = keeper.get(f"/diem-nhan/phieu-tien/{cast.lan.slug}").text
    assert (beans in page, rice in page) == (True, False)
    assert "90.000" in page
    assert page.count("(ký, ghi rõ tên)") == 2


def test_a_stall_that_brings_nothing_has_none(keeper: FlaskClient, cast: Cast) -> None:
    assert keeper.get(f"/diem-nhan/phieu-tien/{cast.lan.slug}").status_code == 404


def test_others_find_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    bring(cast, now)
    assert keeps_out(app, f"/diem-nhan/phieu-tien/{cast.lan.slug}", [cast.lan.person, cast.vy, cast.hung, cast.mai])
