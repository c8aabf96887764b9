"""The last look before a purchase is placed: what it showed still holds, and its button buys once."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from market.base.db import reading, transaction
from market.catalog.models import Variant
from market.orders.models import Contact, Order
from market.orders.rules import Delivery
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import place, stock, wanted
from tests.web.shop.buying import fill_cart, hidden_fields, review, terms


def orders_placed() -> int:
    return reading().scalar(select(func.count()).select_from(Order)) or 0


def test_a_review_is_not_reached_before_the_form_is_filled(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    answer = client.get("/dat-hang/xem-lai")
    assert (answer.status_code, answer.location) == (303, "/dat-hang")


def test_a_double_click_and_two_tabs_buy_once(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    first_tab = hidden_fields(review(client, terms(cast.htx.stall)).text)
    second_tab = hidden_fields(client.get("/dat-hang/xem-lai").text)
    answers = [client.post("/dat-hang/gui", data=tab) for tab in (first_tab, first_tab, second_tab)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert orders_placed() == 1
    assert stock(cast.gao_nep) == (50_000, 1000)


def test_a_buyer_to_whom_the_answer_was_lost_presses_again_and_sees_the_order(app: Flask, cast: Cast) -> None:
    """Found by kill -9: the name by which a browser sees its orders came with the answer of the last button alone."""
    first, again = app.test_client(), app.test_client()
    fill_cart(first, (cast.gao_nep, "1"))
    fields = hidden_fields(review(first, terms(cast.htx.stall)).text)
    again._cookies = dict(first._cookies or {})
    lost = first.post("/dat-hang/gui", data=fields)
    answer = again.post("/dat-hang/gui", data=fields)
    assert (lost.status_code, answer.location) == (303, lost.location)
    assert re.search(r"/don/DS[0-9A-Z]{7}", again.get(answer.location).text)
    assert orders_placed() == 1


def test_a_page_left_open_while_the_cart_changed_buys_nothing(client: FlaskClient, cast: Cast, now: Clock) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    old = hidden_fields(review(client, terms(cast.htx.stall)).text)
    now.move(seconds=5)
    client.post("/gio-hang/sua", data={"variant_id": cast.gao_nep, "amount": "9"})
    answer = client.post("/dat-hang/gui", data=old)
    assert answer.status_code == 422
    assert "Giỏ hàng đã đổi" in answer.text
    assert "288.000" in answer.text
    assert orders_placed() == 0
    assert client.post("/dat-hang/gui", data=hidden_fields(answer.text)).status_code == 303


def test_a_price_that_changed_is_shown_before_it_is_asked_for(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    old = hidden_fields(review(client, terms(cast.htx.stall)).text)
    with transaction() as session:
        session.get_one(Variant, cast.gao_nep).price = Dong(40_000)
    answer = client.post("/dat-hang/gui", data=old)
    assert answer.status_code == 422
    assert "từ 32.000\u00a0₫ thành 40.000\u00a0₫" in answer.text
    assert orders_placed() == 0
    assert client.post("/dat-hang/gui", data=hidden_fields(answer.text)).status_code == 303
    assert reading().scalars(select(Order.total)).one() == 40_000


def test_what_sold_out_meanwhile_is_named_and_the_rest_can_be_bought(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    fill_cart(client, (cast.dau_xanh, "5"), (cast.gao_nep, "1"))
    old = hidden_fields(review(client, terms(cast.lan.stall), terms(cast.htx.stall)).text)
    place(cast.commune, wanted(cast.dau_xanh, 1000), now=now())
    answer = client.post("/dat-hang/gui", data=old)
    assert answer.status_code == 422
    assert "Hết hàng: Đậu xanh chỉ còn 4\u00a0kg" in answer.text
    assert client.post("/dat-hang/gui", data=hidden_fields(answer.text)).status_code == 303
    assert "Đậu xanh" in client.get("/gio-hang").text
    cookie = client.get_cookie("gio")
    assert cookie is not None
    assert cookie.value == "1"


def test_the_only_thing_sold_out_is_told_plainly(client: FlaskClient, cast: Cast, now: Clock) -> None:
    fill_cart(client, (cast.dau_xanh, "5"))
    old = hidden_fields(review(client, terms(cast.lan.stall)).text)
    place(cast.commune, wanted(cast.dau_xanh, 5000), now=now())
    answer = client.post("/dat-hang/gui", data=old)
    assert answer.status_code == 422
    assert "Hết hàng: Đậu xanh vừa bán hết" in answer.text


@pytest.mark.parametrize("reviewed", ["", "x", "1,0;5,1", "9" * 40, "[]", "{}", "null", "[" * 100_000])
def test_a_made_up_review_is_refused(client: FlaskClient, cast: Cast, reviewed: str) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    honest = hidden_fields(review(client, terms(cast.htx.stall)).text)
    assert client.post("/dat-hang/gui", data=honest | {"reviewed": reviewed}).status_code == 422
    assert orders_placed() == 0


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('"version":3', '"version":4'),
        ('"price":32000', '"price":"32000"'),
        ('"price":32000', '"price":1e3'),
        ('"price":32000', '"price":-1'),
        ('"price":32000', f'"price":{"9" * 20}'),
        ('"amount":1000', '"amount":0'),
        ('"delivery_fee":0', '"delivery_fee":0,"more":1'),
        ('"delivery":"diem_nhan"', '"delivery":"bay"'),
        ('"orders":[', '"orders":[[],'),
        ('"phone":"', '"phone":"x'),
        ('"name":"', f'"name":"{"a" * 81}'),
    ],
)
def test_a_review_that_was_changed_is_refused(client: FlaskClient, cast: Cast, written: str, instead: str) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    honest = hidden_fields(review(client, terms(cast.htx.stall)).text)
    assert written in honest["reviewed"]
    changed = honest["reviewed"].replace(written, instead, 1)
    assert client.post("/dat-hang/gui", data=honest | {"reviewed": changed}).status_code == 422
    assert orders_placed() == 0


@pytest.mark.parametrize(
    "made_up",
    [{"client_key": "a\0b"}, {"client_key": ""}, {"cart_id": "9" * 20}, {"cart_id": "-1"}, {"cart_id": '"x"'}],
)
def test_a_made_up_cart_buys_nothing(client: FlaskClient, cast: Cast, made_up: dict[str, str]) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    honest = hidden_fields(review(client, terms(cast.htx.stall)).text)
    if "cart_id" in made_up:
        cart = re.sub(r'"cart_id":\d+', f'"cart_id":{made_up["cart_id"]}', honest["reviewed"])
        made_up = {"reviewed": cart}
    assert client.post("/dat-hang/gui", data=honest | made_up).status_code == 422
    assert orders_placed() == 0


def test_what_another_tab_typed_since_is_not_what_this_page_places(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    first = review(client, terms(cast.htx.stall, delivery="trong_xa"), address="Xóm 2", name="Bác Năm")
    review(client, terms(cast.htx.stall), address="Xóm 9", name="Cô Sáu")
    assert client.post("/dat-hang/gui", data=hidden_fields(first.text)).status_code == 303
    order = reading().scalars(select(Order)).one()
    contact = reading().scalars(select(Contact)).one()
    assert (contact.name, contact.address, order.delivery) == ("Bác Năm", "Xóm 2", Delivery.IN_COMMUNE)


def test_a_price_of_ones_own_is_refused(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    honest = hidden_fields(review(client, terms(cast.htx.stall)).text)
    cheap = honest | {"reviewed": honest["reviewed"].replace("32000", "1")}
    assert client.post("/dat-hang/gui", data=cheap).status_code == 422
    assert orders_placed() == 0
