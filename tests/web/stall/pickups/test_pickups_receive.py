"""One stall's goods are counted and taken in with one tap, or a part of them."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row, place, wanted
from tests.pages import hidden, press
from tests.web.stall.pickups.steps import bring
from tests.web.stall.pickups.test_pickups import keeper as keeper
from tests.web.stall.steps import order_of


def test_goods_are_summed_up_and_taken_in_once(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    beans, rice = bring(cast, now)
    address = f"/diem-nhan/nhan/{cast.lan.slug}"
    page = keeper.get(address).text
    assert "Cả thảy 1 đơn" in page
    assert "2\u00a0kg" in page
    sent = hidden(page, address) | {"whole": "1"}
    for said in ("Đã ghi: 1 đơn đã tới điểm nhận", "Không có gì mới"):
        assert keeper.post(address, data=sent).status_code == 303
        assert said in keeper.get("/diem-nhan/nhan").text
    assert (order_of(beans).arrived_at == now(), order_of(rice).arrived_at) == (True, None)
    assert "đã tới đủ" in keeper.get(address).text


def test_a_part_is_taken_in_alone(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    first, second = bring(cast, now)[0], bring(cast, now)[0]
    address = f"/diem-nhan/nhan/{cast.lan.slug}"
    assert press(keeper, address, address).status_code == 422
    assert press(keeper, address, address, ticked=second).status_code == 303
    assert (order_of(first).arrived_at is None, order_of(second).arrived_at is None) == (True, False)


def test_an_order_that_is_not_for_this_point_is_not_found(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    bring(cast, now)
    elsewhere = place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]
    address = f"/diem-nhan/nhan/{cast.lan.slug}"
    code = order_row(elsewhere).code
    assert press(keeper, address, address, ticked=code).status_code == 404
    assert order_of(code).arrived_at is None


def test_a_stall_that_brings_nothing_has_no_page(keeper: FlaskClient, cast: Cast) -> None:
    assert "không có hàng nào" in keeper.get(f"/diem-nhan/nhan/{cast.lan.slug}").text


def test_others_find_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    bring(cast, now)
    for method in ("GET", "POST"):
        people = [cast.lan.person, cast.vy, cast.hung, cast.mai]
        assert keeps_out(app, f"/diem-nhan/nhan/{cast.lan.slug}", people, method=method)
