"""The buyer is asked whether they take less: one tap answers, and what the order asks for follows."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.notices.models import Notice
from market.orders.models import Order, OrderLine
from market.orders.rules import OrderStatus, PayChoice
from market.payments.jobs import end_overdue
from market.payments.models import PaymentRequest
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import hidden, press
from tests.payments.steps import notice
from tests.web.shop.buying import buy, fill_cart, hidden_fields, review, terms
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def order_two(client: FlaskClient, cast: Cast, *, pay: PayChoice = PayChoice.ON_RECEIPT) -> str:
    """Three kilos of beans and two bunches of greens of one stall."""
    fill_cart(client, (cast.dau_xanh, "3"), (cast.rau_muong, "2"))
    page = review(client, terms(cast.lan.stall, pay=pay))
    placed = client.post("/dat-hang/gui", data=hidden_fields(page.text))
    return client.get(placed.location).text.split("/don/", 1)[1][:9]


def offer(lan: FlaskClient, cast: Cast, code: str, *left: str, **fields: str) -> int:
    lines = order_of(code).lines
    typed = {f"con-{line.id}": amount for line, amount in zip(lines, left, strict=False)}
    page = path(cast, code, "con-it")
    return press(lan, page, page, **typed, **fields).status_code


def asked(code: str) -> int:
    query = select(PaymentRequest.amount).join(PaymentRequest.order).where(Order.code == code)
    return int(reading().scalars(query).one())


def lines_of(code: str) -> list[tuple[str, int]]:
    return [(line.product_name, line.amount) for line in order_of(code).lines]


def test_one_tap_takes_what_is_left(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = order_two(client, cast)
    before = order_of(code)
    assert offer(lan, cast, code, "2") == 303
    assert stock(cast.dau_xanh) == (5000, 2000)
    shown = client.get(f"/don/{code}").text
    assert "chỉ còn 2\u00a0kg Đậu xanh" in shown
    assert press(client, f"/don/{code}", f"/don/{code}/dong-y").status_code == 303
    order = order_of(code)
    price = order.lines[-1].price
    assert order.status is OrderStatus.ACCEPTED
    assert sorted(lines_of(code)) == [("Rau muống", 2000), ("Đậu xanh", 2000)]
    assert order.total == before.total - price == asked(code)
    assert (stock(cast.dau_xanh), order.due_at is None) == ((5000, 2000), False)


def test_the_line_that_was_sold_stays_as_it_was(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = order_two(client, cast)
    offer(lan, cast, code, "2")
    press(client, f"/don/{code}", f"/don/{code}/dong-y")
    all_lines = select(OrderLine).where(OrderLine.order_id == order_of(code).id, OrderLine.variant_id == cast.dau_xanh)
    first, then = reading().scalars(all_lines.order_by(OrderLine.id))
    assert (first.amount, first.changed_at is None) == (3000, False)
    assert (then.amount, then.changed_at, then.price) == (2000, None, first.price)
    told = "Người bán báo chỉ còn 2\u00a0kg Đậu xanh (khách đặt 3\u00a0kg): khách đồng ý."
    assert told in client.get(f"/don/{code}").text


def test_no_takes_the_line_off_and_the_rest_goes_on(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = order_two(client, cast)
    offer(lan, cast, code, "2")
    assert press(client, f"/don/{code}", f"/don/{code}/thoi").status_code == 303
    order = order_of(code)
    assert (order.status, lines_of(code)) == (OrderStatus.ACCEPTED, [("Rau muống", 2000)])
    assert (stock(cast.dau_xanh), asked(code)) == ((5000, 0), order.total)


def test_no_to_the_only_line_ends_the_order(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "3")
    offer(lan, cast, code, "1")
    assert "đơn dừng, bạn không mất gì" in client.get(f"/don/{code}").text
    assert press(client, f"/don/{code}", f"/don/{code}/thoi").status_code == 303
    order = order_of(code)
    assert (order.status, order.ended_reason) == (OrderStatus.DECLINED, "Chỉ còn 1\u00a0kg Đậu xanh")
    assert (stock(cast.dau_xanh), lines_of(code)) == ((5000, 0), [("Đậu xanh", 3000)])


def test_who_does_not_answer_pays_for_nothing_they_did_not_agree_to(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = order_two(client, cast)
    offer(lan, cast, code, "2")
    page = client.get(f"/don/{code}").text
    assert "Không trả lời thì coi như không lấy" in page
    now.move(hours=30)
    end_overdue(now())
    assert lines_of(code) == [("Rau muống", 2000)]
    assert (order_of(code).status, asked(code)) == (OrderStatus.ACCEPTED, order_of(code).total)
    end_overdue(now())
    assert press_late(client, code) == 409
    told = [one.sentence for one in reading().scalars(select(Notice).where(Notice.order_id == order_of(code).id))]
    assert sum("chưa trả lời kịp giờ" in sentence for sentence in told) == 2


def press_late(client: FlaskClient, code: str) -> int:
    """From a page that was open all the while."""
    return client.post(f"/don/{code}/dong-y", data={"seen": "x", "lan": "1"}).status_code


def test_money_that_is_in_pays_what_was_agreed_and_the_rest_goes_back(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = order_two(client, cast, pay=PayChoice.TRANSFER)
    press(lan, path(cast, code), path(cast, code, "nhan"))
    client.get(f"/don/{code}")
    paid = int(order_of(code).total)
    notice(1, paid, code, now())
    assert offer(lan, cast, code, "1") == 303
    press(client, f"/don/{code}", f"/don/{code}/dong-y")
    order = order_of(code)
    request = reading().scalars(select(PaymentRequest).where(PaymentRequest.order_id == order.id)).one()
    assert (request.received, request.owed_back, order.due_at) == (paid, paid - order.total, None)
    assert "Người bán sẽ trả lại bạn" in client.get(f"/don/{code}").text


def test_nobody_is_asked_to_pay_before_they_have_answered(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = order_two(client, cast, pay=PayChoice.TRANSFER)
    offer(lan, cast, code, "2")
    page = client.get(f"/don/{code}/tra-tien").text
    assert "Mời trả lời ở trang đơn trước" in page
    assert client.get(f"/don/{code}/qr.png").status_code == 404
    assert client.post(f"/don/{code}/da-chuyen").status_code == 409
    assert lan.post(path(cast, code, "san-sang")).status_code == 409


def test_the_same_answer_twice_is_one_and_another_one_is_told(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = order_two(client, cast)
    offer(lan, cast, code, "2")
    sent = hidden(client.get(f"/don/{code}").text, f"/don/{code}/dong-y")
    assert [client.post(f"/don/{code}/dong-y", data=sent).status_code for _ in range(2)] == [303, 303]
    assert client.post(f"/don/{code}/thoi", data=sent).status_code == 409
    assert ("Đậu xanh", 2000) in lines_of(code)


def test_an_answer_to_what_was_asked_before_is_told_what_is_asked_now(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = order_two(client, cast)
    offer(lan, cast, code, "2")
    sent = hidden(client.get(f"/don/{code}").text, f"/don/{code}/dong-y")
    assert offer(lan, cast, code, "1") == 303
    answer = client.post(f"/don/{code}/dong-y", data=sent)
    assert answer.status_code == 409
    assert "chỉ còn 1\u00a0kg Đậu xanh" in answer.text
    assert order_of(code).asked_until is not None


def test_nobody_else_answers(app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = order_two(client, cast)
    offer(lan, cast, code, "2")
    assert app.test_client().post(f"/don/{code}/dong-y", data={"seen": "x", "lan": "1"}).status_code == 404
    assert app.test_client().post(f"/don/{code}/thoi", data={"seen": "x", "lan": "1"}).status_code == 404
    assert order_of(code).asked_until is not None
