"""The buyer takes one line off before it is packed: its goods go back once, the order asks for less."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.notices.models import Notice
from market.orders.models import LineChange, Order
from market.orders.rules import OrderStatus
from market.payments.models import PaymentRequest
from market.sellers.models import Stall
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import hidden, press
from tests.payments.steps import notice
from tests.web.shop.buying import fill_cart, hidden_fields, review, terms
from tests.web.stall.steps import order_of, path


@pytest.fixture
def code(client: FlaskClient, cast: Cast) -> str:
    """Three kilos of beans and two bunches of greens of one stall."""
    fill_cart(client, (cast.dau_xanh, "3"), (cast.rau_muong, "2"))
    page = review(client, terms(cast.lan.stall))
    placed = client.post("/dat-hang/gui", data=hidden_fields(page.text))
    return client.get(placed.location).text.split("/don/", 1)[1][:9]


def drop_line(client: FlaskClient, code: str, name: str, **typed: str) -> int:
    (line,) = [line for line in order_of(code).lines if line.product_name == name]
    page = f"/don/{code}/bo-mon"
    return press(client, page, page, line=str(line.id), **typed).status_code


def asked(code: str) -> int:
    query = select(PaymentRequest.amount).join(PaymentRequest.order).where(Order.code == code)
    return int(reading().scalars(query).one())


def test_one_line_goes_and_its_goods_go_back(client: FlaskClient, cast: Cast, code: str) -> None:
    before = order_of(code).total
    assert drop_line(client, code, "Đậu xanh", reason="Nhà còn rồi") == 303
    order = order_of(code)
    assert [line.product_name for line in order.lines] == ["Rau muống"]
    assert (stock(cast.dau_xanh), order.status) == ((5000, 0), OrderStatus.PLACED)
    assert order.total == asked(code) < before
    change = reading().scalars(select(LineChange).where(LineChange.order_id == order.id)).one()
    assert (change.amount, change.reason) == (0, "Nhà còn rồi")
    told = reading().scalars(select(Notice.sentence).where(Notice.kind == "bo_mon")).one()
    assert "Khách bỏ 3\u00a0kg Đậu xanh" in told
    assert "Lý do: Nhà còn rồi" in client.get(f"/don/{code}").text


def test_the_same_form_twice_takes_one_off(client: FlaskClient, cast: Cast, code: str) -> None:
    page = f"/don/{code}/bo-mon"
    line = order_of(code).lines[0]
    sent = hidden(client.get(page).text, page) | {"line": str(line.id)}
    assert client.post(page, data=sent).status_code == 303
    again = client.post(page, data=sent)
    assert again.status_code in (303, 422)
    assert (len(order_of(code).lines), order_of(code).changes, stock(cast.dau_xanh)[1]) == (1, 1, 0)


def test_the_last_line_calls_the_order_off(client: FlaskClient, cast: Cast, code: str) -> None:
    assert drop_line(client, code, "Đậu xanh") == 303
    assert drop_line(client, code, "Rau muống") == 303
    assert order_of(code).status is OrderStatus.CANCELLED


def test_nothing_is_taken_off_what_is_half_paid(client: FlaskClient, code: str, now: Clock) -> None:
    sent = open_page(client, code)
    notice(1, int(order_of(code).total), code, now())
    answer = client.post(f"/don/{code}/bo-mon", data=sent)
    assert answer.status_code == 422
    assert "đã có tiền vào" in answer.text
    assert (len(order_of(code).lines), "không bớt món được" in client.get(f"/don/{code}/bo-mon").text) == (2, True)


def test_nothing_is_taken_off_what_is_packed(
    app: Flask, client: FlaskClient, cast: Cast, code: str, now: Clock
) -> None:
    sent = open_page(client, code)
    lan = app.test_client()
    sign_in(lan, cast.lan.person, now(), visitor="lan-phone")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    press(lan, path(cast, code), path(cast, code, "san-sang"))
    assert client.post(f"/don/{code}/bo-mon", data=sent).status_code == 422
    assert len(order_of(code).lines) == 2


def open_page(client: FlaskClient, code: str) -> dict[str, str]:
    """What its form sends to take the first line off."""
    page = f"/don/{code}/bo-mon"
    return dict(hidden(client.get(page).text, page)) | {"line": str(order_of(code).lines[0].id)}


def test_the_rest_must_still_be_what_the_stall_takes_orders_for(client: FlaskClient, cast: Cast, code: str) -> None:
    with transaction() as session:
        session.execute(update(Stall).where(Stall.id == cast.lan.stall).values(least_order=Dong(50_000)))
    assert drop_line(client, code, "Đậu xanh") == 422
    assert len(order_of(code).lines) == 2


def test_somebody_else_takes_nothing_off(app: Flask, code: str) -> None:
    assert app.test_client().get(f"/don/{code}/bo-mon").status_code == 303
    assert app.test_client().post(f"/don/{code}/bo-mon", data={"line": "1", "seen": "x"}).status_code == 404


def test_which_line_must_be_said(client: FlaskClient, code: str) -> None:
    answer = press(client, f"/don/{code}/bo-mon", f"/don/{code}/bo-mon")
    assert answer.status_code == 422
    assert "Mời chọn món muốn bỏ" in answer.text
