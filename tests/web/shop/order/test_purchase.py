"""The receipt of a purchase: one code over the orders of all its stalls."""

import re
from html import unescape
from urllib.parse import unquote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.orders.models import Order, Purchase
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import accept_as_shown
from tests.queries import counting
from tests.web.shop.buying import buy, fill_cart, hidden_fields, review, terms


def buy_of_two(client: FlaskClient, cast: Cast) -> str:
    fill_cart(client, (cast.rau_muong, "1"), (cast.gao_nep, "1"))
    page = review(client, terms(cast.lan.stall), terms(cast.htx.stall))
    return client.post("/dat-hang/gui", data=hidden_fields(page.text)).location


def test_a_receipt_names_its_orders_and_their_sum(client: FlaskClient, cast: Cast) -> None:
    path = buy_of_two(client, cast)
    page = client.get(path).text
    for order in reading().scalars(select(Order)):
        assert f"/don/{order.code}" in page
    assert "44.000" in page
    assert 'href="tel:+84900000011"' in page
    assert reading().scalars(select(Purchase.code)).one() in page
    assert 'href="https://zalo.me/0900000011"' in page
    code = reading().scalars(select(Order.code).where(Order.stall_id == cast.lan.stall)).one()
    assert f"tôi vừa đặt đơn {code} trên Chợ số Đại Sơn. Mời xem: http://cho.test/don/{code}" in page
    assert "tra-loi" not in page


def main_button(page: str) -> tuple[str, str]:
    """Where the main button of the page's bar leads, and its words."""
    bar = page.partition('class="bar"')[2]
    [(address, words)] = re.findall(r'<a class="button button-main" href="([^"]+)">(.*?)</a>', bar, re.DOTALL)
    return unescape(address), re.sub(r"<[^>]+>|\s+", " ", words).strip()


def test_the_main_button_is_the_message_to_who_has_not_answered(
    client: FlaskClient, app: Flask, cast: Cast, now: Clock
) -> None:
    """It was "Đi chợ tiếp" (trial: people 11). A text message needs no pasting, with a script or without."""
    code = buy(client, cast.dau_xanh, "1")
    path = f"/bien-nhan/{reading().scalars(select(Purchase.code)).one()}"
    address, words = main_button(client.get(path).text)
    assert words == "Nhắn người bán"
    assert address.startswith("sms:+84900000011?body=")
    assert f"tôi vừa đặt đơn {code}" in unquote(address)
    assert "Đi chợ tiếp" in client.get(path).text.partition('class="bar"')[0]
    with transaction() as session:
        accept_as_shown(session, GUEST, reading().scalars(select(Order.id)).one(), clock=now)
    assert main_button(client.get(path).text) == ("/", "Đi chợ tiếp")


def test_of_several_sellers_the_main_button_leads_to_the_first_who_has_not_answered(
    client: FlaskClient, app: Flask, cast: Cast, now: Clock
) -> None:
    path = buy_of_two(client, cast)
    page = client.get(path).text
    address, words = main_button(page)
    assert (words, f'id="{address.removeprefix("#")}"' in page) == ("Nhắn từng người bán", True)
    other = app.test_client()
    other.post(f"{path}/mo", data={"last4": "0021"})
    assert main_button(other.get(path).text) == ("/", "Đi chợ tiếp")


def test_each_order_s_own_lines_are_counted(client: FlaskClient, cast: Cast) -> None:
    buy(client, cast.ruoi)
    fill_cart(client, (cast.rau_muong, "1"), (cast.dau_xanh, "1"), (cast.gao_nep, "1"))
    page = review(client, terms(cast.lan.stall), terms(cast.htx.stall))
    receipt = client.get(client.post("/dat-hang/gui", data=hidden_fields(page.text)).location).text
    assert sorted(re.findall(r"· (\d+) món ·", receipt)) == ["1", "2"]


def test_a_receipt_takes_few_statements_whatever_its_orders(client: FlaskClient, cast: Cast) -> None:
    path = buy_of_two(client, cast)
    with counting() as seen:
        client.get(path)
    assert len(seen) <= 2


def test_a_receipt_on_another_phone_asks_for_four_digits(app: Flask, client: FlaskClient, cast: Cast) -> None:
    path = buy_of_two(client, cast)
    other = app.test_client()
    page = other.get(path)
    assert "4 số cuối" in page.text
    assert "44.000" not in page.text
    assert not [code for code in reading().scalars(select(Order.code)) if code in page.text]
    wrong = other.post(f"{path}/mo", data={"last4": "1234"})
    assert (wrong.status_code, "chưa đúng" in wrong.text) == (422, True)
    answer = other.post(f"{path}/mo", data={"last4": "0021"})
    assert (answer.status_code, answer.location) == (303, path)
    opened = other.get(path).text
    assert "44.000" in opened
    assert "Lời nhắn có sẵn" not in opened


def test_a_receipt_that_is_none_is_not_found(client: FlaskClient, cast: Cast) -> None:
    buy(client, cast.gao_nep)
    for code in ("BNxxxxxxx", "x", "BN1234567"):
        assert client.get(f"/bien-nhan/{code}").status_code == 404
