"""What arrived is laid out by whose it is."""

from flask import Flask
from flask.testing import FlaskClient

from market.orders.rules.sharing import SHARE_RULE
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden
from tests.web.stall.pickups.steps import bring
from tests.web.stall.pickups.test_pickups import keeper as keeper


def test_only_what_arrived_is_shared_out(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    beans, rice = bring(cast, now)
    assert "Chưa có hàng nào để chia" in keeper.get("/diem-nhan/chia").text
    address = f"/diem-nhan/nhan/{cast.lan.slug}"
    keeper.post(address, data=hidden(keeper.get(address).text, address) | {"whole": "1"})
    page = keeper.get("/diem-nhan/chia").text
    assert (beans in page, rice in page) == (True, False)


def test_what_came_short_is_shared_by_the_rule_of_the_stalls(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    bring(cast, now)
    bring(cast, now)
    address = f"/diem-nhan/nhan/{cast.lan.slug}"
    keeper.post(address, data=hidden(keeper.get(address).text, address) | {"whole": "1"})
    asked = {"mon": f"{cast.lan.slug}|Đậu xanh|kg", "co": "3"}
    page = keeper.get("/diem-nhan/chia", query_string=asked).text
    assert SHARE_RULE in page
    assert page.index("đủ 2\u00a0kg") < page.index("1\u00a0kg, đặt 2\u00a0kg")
    assert "hết, đặt 2\u00a0kg" in keeper.get("/diem-nhan/chia", query_string=asked | {"co": "2"}).text
    for odd in ({"mon": "x"}, {"co": "nhiều"}, {"co": ""}):
        assert "đặt 2\u00a0kg" not in keeper.get("/diem-nhan/chia", query_string=asked | odd).text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/diem-nhan/chia", [cast.lan.person, cast.vy, cast.hung, cast.mai])
