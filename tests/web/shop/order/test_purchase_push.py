"""Being told by push of one purchase, on the phone that placed it without an account."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.notices.models import PushSubscription
from market.orders.models import Order, Purchase
from market.orders.queries.push import browsers_of_guest, browsers_of_person
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden
from tests.pushing import push_service, sent_by
from tests.services.push import FakePushService
from tests.web.shop.buying import buy


@pytest.fixture
def service(app: Flask) -> Iterator[FakePushService]:
    with push_service(app) as service:
        yield service


def receipt_of(order_code: str) -> str:
    query = select(Purchase.code).join(Order, Order.purchase_id == Purchase.id).where(Order.code == order_code)
    return f"/bien-nhan/{reading().scalars(query).one()}"


def told(order_code: str) -> int:
    order = reading().scalars(select(Order).where(Order.code == order_code)).one()
    return len(browsers_of_guest(reading(), order.commune_id, order_id=order.id, purchase_id=None))


def forms(page: str) -> list[str]:
    return re.findall(r'action="([^"]*bao-tin)"', page)


def test_the_phone_that_ordered_is_asked_on_its_receipt_and_its_order(
    client: FlaskClient, service: FakePushService, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    receipt = receipt_of(code)
    assert [forms(client.get(path).text) for path in (receipt, f"/don/{code}")] == [[f"{receipt}/bao-tin"]] * 2

    sent = hidden(client.get(f"/don/{code}").text, f"{receipt}/bao-tin") | sent_by(service.phone())
    assert client.post(f"{receipt}/bao-tin", data=sent).json == {"is_told": True}
    assert told(code) == 1
    assert "data-is-on" in client.get(f"/don/{code}").text
    assert client.post(f"{receipt}/thoi-bao-tin").json == {"is_told": False}
    assert told(code) == 0


def test_the_next_purchase_is_asked_for_anew(client: FlaskClient, service: FakePushService, cast: Cast) -> None:
    first, phone = buy(client, cast.rau_muong), service.phone()
    client.post(f"{receipt_of(first)}/bao-tin", data=sent_by(phone))
    second = buy(client, cast.dau_xanh)
    assert (told(first), told(second)) == (1, 0)
    assert "data-is-on" not in client.get(f"/don/{second}").text
    client.post(f"{receipt_of(second)}/bao-tin", data=sent_by(phone))
    assert (told(first), told(second)) == (1, 1)


def test_nobody_else_is_told_of_it(
    app: Flask, client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    """Not by its address alone, nor by the phone's last digits, nor signed in as somebody else."""
    code = buy(client, cast.rau_muong)
    receipt, stranger = receipt_of(code), app.test_client()
    for _ in range(2):
        for path in ("bao-tin", "thoi-bao-tin"):
            answer = stranger.post(f"{receipt}/{path}", data=sent_by(service.phone()))
            assert answer.status_code == 404
        assert forms(stranger.get(receipt).text) == []
        stranger.post(f"{receipt}/mo", data={"digits": "0021"})
    sign_in(stranger, cast.stranger, now())
    assert stranger.post(f"{receipt}/bao-tin", data=sent_by(service.phone())).status_code == 404
    assert reading().scalars(select(PushSubscription.id)).all() == []


def test_who_signed_in_to_order_is_told_as_a_person(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    sign_in(client, cast.mai, now())
    code = buy(client, cast.rau_muong)
    assert forms(client.get(f"/don/{code}").text) == ["/tai-khoan/bao-tin"]
    assert client.post(f"{receipt_of(code)}/bao-tin", data=sent_by(service.phone())).status_code == 404
    client.post("/tai-khoan/bao-tin", data=sent_by(service.phone()))
    assert len(browsers_of_person(reading(), cast.commune, cast.mai, now=now())) == 1


def test_an_order_that_is_over_asks_nobody(client: FlaskClient, service: FakePushService, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    client.post(f"/don/{code}/huy")
    assert forms(client.get(f"/don/{code}").text) == []


def test_a_signed_out_phone_that_forgets_is_told_nothing(
    client: FlaskClient, service: FakePushService, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong)
    client.post(f"{receipt_of(code)}/bao-tin", data=sent_by(service.phone()))
    sign_in(client, cast.mai, now())
    client.post("/dang-xuat", data={"forgets": "y"})
    assert told(code) == 0


def test_home_search_and_goods_ask_nothing_of_push(client: FlaskClient, service: FakePushService, cast: Cast) -> None:
    for path in ("/", "/tim?q=rau", f"/gian-hang/{cast.lan.slug}", "/gio-hang"):
        assert "push" not in client.get(path).text
