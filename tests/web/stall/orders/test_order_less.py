"""A stall has less than was ordered: it says so on one screen, what it keeps is held, and the buyer is asked."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.catalog.models import Variant
from market.notices.models import Notice
from market.notices.rules import FOR_MONEY, LEAVES, OrderNews
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.models import PaymentRequest
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import hidden, press
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def offer(lan: FlaskClient, cast: Cast, code: str, left: str, **fields: str) -> int:
    (line,) = order_of(code).lines
    page = path(cast, code, "con-it")
    return press(lan, page, page, **{f"con-{line.id}": left}, **fields).status_code


def is_sold_out(variant_id: int) -> bool:
    reading().expire_all()
    return reading().get_one(Variant, variant_id).is_sold_out


def test_what_is_left_is_kept_for_the_buyer_and_the_rest_is_not(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.dau_xanh, "4")
    page = lan.get(path(cast, code, "con-it")).text
    assert "Khách không lấy hoặc không trả lời thì bỏ món đó" in page
    assert offer(lan, cast, code, "2,5") == 303
    order = order_of(code)
    assert (order.status, order.due_at, order.changes) == (OrderStatus.ACCEPTED, None, 1)
    assert stock(cast.dau_xanh) == (5000, 2500)
    query = select(PaymentRequest.amount).join(PaymentRequest.order).where(Order.code == code)
    assert reading().scalars(query).one() == order.total, "nothing is agreed yet"
    told = select(Notice.sentence).where(Notice.order_id == order.id, Notice.kind == OrderNews.LESS_LEFT)
    assert {OrderNews.LESS_LEFT} <= LEAVES & FOR_MONEY, "who must answer hears of it, in whatever way they chose"
    assert "chỉ còn 2,5\u00a0kg Đậu xanh" in reading().scalars(told).one()
    assert "offer_less" in [event.verb for event in events_of(reading(), "order", order.id)]
    assert "Chờ khách trả lời" in lan.get(path(cast, code)).text


def test_the_goods_are_stopped_where_the_seller_says_so_and_sold_again_by_one_tap(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.dau_xanh, "4")
    assert offer(lan, cast, code, "2", stops="y") == 303
    assert is_sold_out(cast.dau_xanh)
    answer = press(lan, path(cast, code), path(cast, code, "ban-lai"))
    assert (answer.status_code, is_sold_out(cast.dau_xanh)) == (303, False)
    assert order_of(code).ended_reason is None
    assert "vẫn dừng" not in lan.get(path(cast, code)).text


def test_enough_after_all_goes_on_as_it_was_ordered(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "4")
    offer(lan, cast, code, "2", stops="y")
    assert press(lan, path(cast, code), path(cast, code, "du-hang")).status_code == 303
    order = order_of(code)
    assert (order.status, order.asked_until, order.due_at is None) == (OrderStatus.ACCEPTED, None, False)
    assert (stock(cast.dau_xanh), is_sold_out(cast.dau_xanh)) == ((5000, 4000), False)
    assert "giao đủ như bạn đặt" in "".join(reading().scalars(select(Notice.sentence)))


@pytest.mark.parametrize(
    ("left", "said"),
    [("5", "điền từ 0 đến 4\u00a0kg"), ("4", "Món nào cũng đủ"), ("0", "chọn Hết hàng"), ("hai", "Chưa đọc được")],
)
def test_what_is_typed_wrong_comes_back_as_typed(
    client: FlaskClient, lan: FlaskClient, cast: Cast, left: str, said: str
) -> None:
    code = buy(client, cast.dau_xanh, "4")
    (line,) = order_of(code).lines
    page = path(cast, code, "con-it")
    answer = press(lan, page, page, **{f"con-{line.id}": left})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{left}"' in answer.text
    assert (order_of(code).status, stock(cast.dau_xanh)) == (OrderStatus.PLACED, (5000, 4000))


def test_the_same_form_twice_asks_once(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "4")
    (line,) = order_of(code).lines
    page = path(cast, code, "con-it")
    sent = hidden(lan.get(page).text, page) | {f"con-{line.id}": "2"}
    assert [lan.post(page, data=sent).status_code for _ in range(2)] == [303, 303]
    assert order_of(code).changes == 1
    other = lan.post(page, data=sent | {f"con-{line.id}": "1"})
    assert other.status_code == 409
    assert "Từ lúc bạn mở trang đã có thay đổi" in other.text


def test_an_old_page_does_not_accept_what_the_buyer_is_asked_about(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.dau_xanh, "4")
    sent = hidden(lan.get(path(cast, code)).text, path(cast, code, "nhan"))
    offer(lan, cast, code, "2")
    assert lan.post(path(cast, code, "nhan"), data=sent).status_code == 409
    assert order_of(code).asked_until is not None


def test_what_is_packed_is_there(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "4")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    press(lan, path(cast, code), path(cast, code, "san-sang"))
    page = lan.get(path(cast, code, "con-it")).text
    assert "Đơn này không còn chờ đóng hàng" in page


def test_the_packing_list_leaves_out_what_is_asked(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "4")
    offer(lan, cast, code, "2")
    assert "Chưa có gì phải đóng" in lan.get(f"/ban-hang/{cast.lan.slug}/dong-hang").text
    press(client, f"/don/{code}", f"/don/{code}/dong-y")
    page = lan.get(f"/ban-hang/{cast.lan.slug}/dong-hang").text
    assert "Đậu xanh 2\u00a0kg" in page
