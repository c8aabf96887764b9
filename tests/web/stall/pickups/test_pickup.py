"""An order fetched: the keeper types what the buyer reads out, and the seller hears of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import reading
from market.orders.queries.keys import hand_over_key
from market.orders.rules import MOST_WRONG_CODES, OrderStatus
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import hidden, parse, press
from tests.web.stall.pickups.steps import bring
from tests.web.stall.pickups.test_pickups import keeper as keeper
from tests.web.stall.pickups.test_pickups import lan as lan
from tests.web.stall.pickups.test_pickups import put_at_point
from tests.web.stall.steps import order_of, path


@pytest.fixture
def code(client: FlaskClient, lan: FlaskClient, cast: Cast) -> str:
    return put_at_point(client, lan, cast)


def test_the_buyers_code_is_taken_once_and_the_seller_finishes(
    client: FlaskClient, keeper: FlaskClient, lan: FlaskClient, cast: Cast, code: str
) -> None:
    key = hand_over_key(code)[-4:]
    assert key not in keeper.get(f"/diem-nhan/{code}").text
    page = keeper.get(f"/diem-nhan/{code}").text
    data = hidden(page, f"/diem-nhan/{code}") | {"key": key.lower()}
    for _twice in range(2):
        answer = keeper.post(f"/diem-nhan/{code}", data=data)
        assert (answer.status_code, answer.location) == (303, "/diem-nhan")
    assert order_of(code).buyer_confirmed_at is not None
    assert "Đã ghi khách nhận hàng" in keeper.get(f"/diem-nhan/{code}").text
    assert f"/diem-nhan/{code}" not in keeper.get("/diem-nhan").text
    assert "Bạn đã nhận hàng ở điểm nhận" in client.get(f"/don/{code}").text

    page = lan.get(path(cast, code)).text
    assert "nhận hàng ở điểm nhận lúc" in page
    assert "Không giao được đơn này" not in page
    page = lan.get(path(cast, code, "giao")).text
    assert "Không cần mã nữa" in page
    answer = lan.post(path(cast, code, "giao"), data=hidden(page, "giao") | {"cash": "co"})
    assert answer.status_code == 303
    assert order_of(code).status is OrderStatus.DELIVERED
    assert "khách đã xác nhận" in lan.get(path(cast, code)).text


def test_a_wrong_code_keeps_what_was_typed_and_counts_with_the_stalls_tries(
    keeper: FlaskClient, cast: Cast, code: str
) -> None:
    address = f"/diem-nhan/{code}"
    for _time in range(MOST_WRONG_CODES):
        answer = press(keeper, address, address, key="0000")
        assert answer.status_code == 422
        assert 'value="0000"' in answer.text
        assert "Mã nhận hàng chưa đúng" in answer.text
    assert press(keeper, address, address, key=hand_over_key(code)[-4:]).status_code == 429
    reading().expire_all()
    assert order_of(code).buyer_confirmed_at is None


def test_one_code_hands_out_all_that_a_purchase_has_there(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    """Two taps: the buyer's name, and the one button beside the code that they read out."""
    codes = bring(cast, now)
    page = keeper.get(f"/diem-nhan/{codes[0]}").text
    assert all(code in page for code in codes)
    assert "Khách đã nhận cả 2 đơn" in page
    sent = hidden(page, f"/diem-nhan/{codes[0]}") | {"whole": "1", "key": hand_over_key(codes[1])[-4:]}
    assert keeper.post(f"/diem-nhan/{codes[0]}", data=sent).status_code == 303
    reading().expire_all()
    assert all(order_of(code).fetched_at is not None for code in codes)


def test_a_part_is_handed_out_alone(keeper: FlaskClient, cast: Cast, now: Clock) -> None:
    first, second = bring(cast, now)
    address = f"/diem-nhan/{first}"
    answer = press(keeper, address, address, key=hand_over_key(second)[-4:])
    assert answer.status_code == 422
    assert "Mời đánh dấu ít nhất một đơn" in answer.text
    assert press(keeper, address, address, ticked=second, key=hand_over_key(second)[-4:]).status_code == 303
    reading().expire_all()
    assert (order_of(first).fetched_at is None, order_of(second).fetched_at is None) == (True, False)
    assert "Khách đã nhận hàng" in keeper.get(address).text


def test_what_is_owed_is_said_and_never_confirmed(keeper: FlaskClient, code: str) -> None:
    page = keeper.get(f"/diem-nhan/{code}").text
    assert "Còn phải trả" in page
    assert "Bạn không phải xác nhận tiền" in page
    assert not any("tien" in one.get("name") for one in parse(page).all("input"))


def test_nothing_typed_is_asked_for(keeper: FlaskClient, code: str) -> None:
    answer = press(keeper, f"/diem-nhan/{code}", f"/diem-nhan/{code}", key="")
    assert answer.status_code == 422
    assert "Mời hỏi khách 4 ký tự" in answer.text


def test_others_find_nothing(app: Flask, cast: Cast, code: str) -> None:
    people = [cast.lan.person, cast.vy, cast.hung, cast.mai]
    for method in ("GET", "POST"):
        assert keeps_out(app, f"/diem-nhan/{code}", people, method=method)
