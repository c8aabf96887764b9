"""The keeper sees which stalls still have to come, and takes in what they bring."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.stall.pickups.steps import bring
from tests.web.stall.pickups.test_pickups import keeper as keeper


def test_each_stall_is_a_row_until_all_of_its_orders_came(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Chưa có gian nào mang hàng tới" in keeper.get("/diem-nhan/nhan").text
    bring(cast, now)
    assert keeper.get("/diem-nhan/nhan").text.count("còn 1 đơn chưa tới") == 2
    address = f"/diem-nhan/nhan/{cast.lan.slug}"
    sent = hidden(keeper.get(address).text, address) | {"whole": "1"}
    assert keeper.post(address, data=sent).location == "/diem-nhan/nhan"
    page = keeper.get("/diem-nhan/nhan").text
    assert (page.count("còn 1 đơn chưa tới"), page.count("đã nhận đủ 1 đơn")) == (1, 1)


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/diem-nhan/nhan", [cast.lan.person, cast.vy, cast.hung, cast.mai])
