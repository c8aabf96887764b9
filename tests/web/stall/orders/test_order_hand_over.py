"""The hand-over: by the buyer's code, without it, with cash or without."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.orders.queries.keys import hand_over_key
from market.orders.rules import OrderStatus
from market.payments.models import Allocation
from market.values.money import Dong, format_dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import hidden, press
from tests.payments.steps import notice
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def test_a_whole_order_paid_in_cash_and_confirmed_by_the_buyers_code(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.dau_xanh, "2")
    assert press(lan, path(cast, code), path(cast, code, "nhan")).status_code == 303
    assert order_of(code).status is OrderStatus.ACCEPTED
    assert lan.post(path(cast, code, "san-sang")).status_code == 303
    page = lan.get(path(cast, code, "giao")).text
    assert "Còn phải thu 90.000" in page
    data = hidden(page, "giao") | {"cash": "co", "how": "co_ma", "shown": hand_over_key(code)[-4:].lower()}
    answer = lan.post(path(cast, code, "giao"), data=data)
    assert (answer.status_code, answer.location) == (303, path(cast, code))
    order = order_of(code)
    assert (order.status, order.buyer_confirmed_at) == (OrderStatus.DELIVERED, now())
    assert stock(cast.dau_xanh) == (3000, 0)
    assert reading().scalars(select(Allocation.amount)).one() == 90_000
    page = lan.get(path(cast, code)).text
    assert "Đã nhận đủ tiền" in page
    assert "Nhận đơn" not in page
    again = lan.post(path(cast, code, "giao"), data=data)
    assert (again.status_code, again.location) == (303, path(cast, code))
    assert reading().scalars(select(Allocation.amount)).one() == 90_000


def test_the_buyers_qr_opens_the_hand_over_page_with_its_code_filled_in(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    key = hand_over_key(code)
    page = lan.get(path(cast, code, f"giao?ma={key}")).text
    assert f'value="{key}"' in page
    assert lan.post(path(cast, code, "giao"), data={"cash": "khong", "how": "co_ma", "shown": key}).status_code == 303
    assert order_of(code).buyer_confirmed_at is not None


@pytest.mark.parametrize(("came_in", "left"), [(8_000, "Còn phải thu 4.000"), (12_000, "Đã nhận đủ tiền")])
def test_money_that_came_in_since_the_page_was_opened_is_shown_before_cash_is_written_down(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock, came_in: int, left: str
) -> None:
    code = buy(client, cast.rau_muong)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    said = hidden(lan.get(path(cast, code, "giao")).text, "giao") | {"cash": "co", "how": "khong_ma"}
    notice(1, came_in, code, now())
    answer = lan.post(path(cast, code, "giao"), data=said)
    assert answer.status_code == 409
    assert f"tiền đã vào (nay là {format_dong(Dong(came_in))})" in answer.text
    assert left in answer.text
    assert order_of(code).status is OrderStatus.ACCEPTED
    assert reading().scalars(select(Allocation.amount)).all() == [came_in]


def test_cash_is_not_taken_from_a_page_that_does_not_say_what_it_showed(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    answer = lan.post(path(cast, code, "giao"), data={"cash": "co", "how": "khong_ma"})
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert order_of(code).status is OrderStatus.ACCEPTED


def test_goods_may_be_handed_over_without_a_code(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    answer = lan.post(path(cast, code, "giao"), data={"cash": "khong", "how": "khong_ma", "shown": ""})
    assert answer.status_code == 303
    order = order_of(code)
    assert (order.status, order.buyer_confirmed_at) == (OrderStatus.DELIVERED, None)


def test_a_wrong_code_is_said_and_counted(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    for typed in (code[-4:], "", "AAAA", "BBBB", "CCCC"):
        answer = lan.post(path(cast, code, "giao"), data={"cash": "khong", "how": "co_ma", "shown": typed})
        assert answer.status_code == 422
        assert "Mã nhận hàng chưa đúng" in answer.text
    data = {"cash": "khong", "how": "co_ma", "shown": hand_over_key(code)}
    assert "giao không có mã" in lan.post(path(cast, code, "giao"), data=data).text
    assert order_of(code).status is OrderStatus.ACCEPTED


def test_a_code_that_was_not_looked_at_is_no_wrong_one(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    """Money is missing, a page is old, the order waits: nothing was said of the code."""
    code = buy(client, cast.rau_muong, pay="chuyen_khoan")
    said = {"how": "co_ma", "shown": hand_over_key(code)[-4:]}
    assert lan.post(path(cast, code, "giao"), data=said | {"cash": "khong"}).status_code == 422
    press(lan, path(cast, code), path(cast, code, "nhan"))
    for _ in range(5):
        assert "CHƯA thấy tiền" in lan.post(path(cast, code, "giao"), data=said | {"cash": "khong"}).text
    assert lan.post(path(cast, code, "giao"), data=said | {"cash": "co", "seen": "cũ"}).status_code == 409
    assert press(lan, path(cast, code, "giao"), path(cast, code, "giao"), cash="co", **said).status_code == 303
    assert order_of(code).buyer_confirmed_at is not None


def test_whether_cash_was_taken_must_be_said_while_money_is_owed(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    answer = lan.post(path(cast, code, "giao"), data={"how": "khong_ma", "shown": ""})
    assert answer.status_code == 422
    assert "Mời chọn đã nhận tiền hay chưa" in answer.text


def test_an_order_not_accepted_yet_is_not_handed_over(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    assert "Nhận đơn trước, rồi mới giao" in lan.get(path(cast, code, "giao")).text
    data = {"cash": "khong", "how": "khong_ma", "shown": ""}
    assert lan.post(path(cast, code, "giao"), data=data).status_code == 422
    assert order_of(code).status is OrderStatus.PLACED


def test_another_stall_and_a_guest_hand_nothing_over(
    app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong)
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now(), visitor="htx-phone")
    assert htx.get(path(cast, code, "giao")).status_code == 404
    assert client.get(path(cast, code, "giao")).status_code == 303
