"""One order as its buyer sees it: opened on the phone that bought it, or by the phone's last four digits."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.catalog.models import Product, Variant
from market.orders.models import Order
from market.orders.queries.keys import hand_over_key
from market.orders.rules import Acceptance, OrderStatus
from market.payments import actions
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import accept_as_shown, ref, stock
from tests.pages import press
from tests.payments.steps import confirm_as_shown
from tests.queries import counting
from tests.web.shop.buying import buy, fill_cart, hidden_fields, review, terms


def order_id(code: str) -> int:
    return reading().scalars(select(Order.id).where(Order.code == code)).one()


def status(code: str) -> OrderStatus:
    reading().expire_all()
    return reading().scalars(select(Order.status).where(Order.code == code)).one()


def accept(code: str, now: Clock) -> None:
    with transaction() as session:
        accept_as_shown(session, GUEST, order_id(code), clock=now)


def test_a_new_order_shows_how_to_reach_the_seller(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    page = client.get(f"/don/{code}").text
    assert 'href="tel:+84900000011"' in page
    assert 'href="https://zalo.me/0900000011"' in page
    assert f"Chào Rau bà Lan, tôi vừa đặt đơn {code} trên Chợ số Đại Sơn. Mời xem: http://cho.test/don/{code}" in page
    assert "tra-loi" not in page
    assert "Đậu xanh" in page
    assert "90.000" in page
    assert "Người bán trả lời trước 8 giờ tối nay" in page
    assert "Khi nhận hàng" not in page


def test_an_order_opens_however_its_code_is_typed(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    assert client.get(f"/don/{code.lower()}").status_code == 200
    for wrong in ("x", "DS", code[:-1]):
        assert client.get(f"/don/{wrong}").status_code == 404


def test_an_accepted_order_shows_the_code_to_hand_over(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.gao_nep)
    accept(code, now)
    page = client.get(f"/don/{code}").text
    assert f'<strong class="copy-text">{hand_over_key(code)[-4:]}</strong>' in page
    assert 'class="qr"' in page
    assert "tra-loi" not in page


def test_the_code_of_the_hand_over_does_not_stand_before_that_of_the_bank(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """It was the first code a buyer saw, and looked like a bank's (trial: people 11)."""
    transfer, cash = buy(client, cast.dau_xanh, "1", pay="chuyen_khoan"), buy(client, cast.gao_nep)
    for code in (transfer, cash):
        accept(code, now)
    page, other = (client.get(f"/don/{code}").text for code in (transfer, cash))
    folded = page.partition("Mã nhận hàng, dùng khi đã cầm hàng</summary>")[2].partition("</details>")[0]
    assert (folded.count('class="qr"'), page.count('class="qr"')) == (1, 1)
    assert "không phải mã chuyển tiền" in folded
    assert ("Mã nhận hàng, dùng khi" in other, 'id="nhan-hang"' in other) == (False, True)
    assert "không phải mã chuyển tiền" in other
    with transaction() as session:
        confirm_as_shown(session, Actor(person_id=cast.lan.person), cast.lan.stall, order_id(transfer), clock=now)
    assert 'id="nhan-hang"' in client.get(f"/don/{transfer}").text, "paid: now it is what comes next"


def test_a_transfer_is_asked_for_once_accepted(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.dau_xanh, "1", pay="chuyen_khoan")
    page = client.get(f"/don/{code}").text
    assert "Chuyển khoản · " not in page
    assert "Chuyển khoản sau khi người bán nhận đơn." in page
    accept(code, now)
    page = client.get(f"/don/{code}").text
    assert "Trả bằng chuyển khoản." in page
    assert "Chuyển khoản · 45.000" in page
    assert "Mời trả tiền trước 11 giờ trưa nay" in page
    assert "Chưa thấy tiền" in page
    now.move(hours=2)
    page = client.get(f"/don/{code}").text
    assert "Đã quá hạn" in page
    assert "Chuyển khoản · " not in page


def test_the_person_who_bought_sees_it_on_every_phone(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    code = buy(client, cast.gao_nep)
    other = app.test_client()
    sign_in(other, cast.mai, now(), visitor="another-phone")
    assert "Gạo nếp" in other.get(f"/don/{code}").text
    stranger = app.test_client()
    sign_in(stranger, cast.stranger, now(), visitor="third-phone")
    assert "4 số cuối" in stranger.get(f"/don/{code}").text


def test_the_buyer_cancels_while_nothing_is_ready(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    assert stock(cast.dau_xanh) == (5000, 2000)
    answer = client.post(f"/don/{code}/huy")
    assert (answer.status_code, status(code)) == (303, OrderStatus.CANCELLED)
    assert stock(cast.dau_xanh) == (5000, 0)
    assert client.post(f"/don/{code}/huy").status_code == 303
    page = client.get(f"/don/{code}").text
    assert "Đã hủy" in page
    assert "Hủy đơn này" not in page


def test_nobody_else_cancels_it(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    assert app.test_client().post(f"/don/{code}/huy").status_code == 404
    assert status(code) is OrderStatus.PLACED


def test_a_ready_order_is_not_cancelled_alone(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.gao_nep)
    accept(code, now)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order_id(code)), clock=now)
    assert "Hủy đơn này" not in client.get(f"/don/{code}").text
    assert client.post(f"/don/{code}/huy").status_code == 409


def test_every_post_of_an_order_needs_its_token(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    app.config["WTF_CSRF_ENABLED"] = True
    for path in ("mo", "huy"):
        assert client.post(f"/don/{code}/{path}").status_code == 400


def test_an_order_page_takes_few_statements(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    with counting() as seen:
        client.get(f"/don/{code}")
    assert len(seen) <= 5


def test_the_buyers_words_hold_no_script_of_theirs(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep, "1", note="<script>alert(1)</script>")
    assert not re.search(r"<script>alert", client.get(f"/don/{code}").text)


# --- clocks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/don/{}", "/don/{}/tra-tien", "receipt"])
def test_the_time_to_transfer_begins_when_the_buyer_opens_the_order(
    client: FlaskClient, cast: Cast, now: Clock, page: str
) -> None:
    code = buy(client, cast.dau_xanh, "1", pay="chuyen_khoan")
    accept(code, now)
    seen = now.move(hours=5)
    address = f"/bien-nhan/{receipt_of(code)}" if page == "receipt" else page.format(code)
    assert "trước 4 giờ chiều nay" in client.get(address).text
    row = order_now(code)
    assert (row.acceptance, row.acceptance_known_at, row.due_at) == (Acceptance.SEEN, seen, seen + timedelta(hours=2))
    now.move(hours=1)
    client.get(address)
    assert order_now(code).acceptance_known_at == seen


def test_what_nobody_looked_at_was_not_seen(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    """A browser that fetches ahead, one that asks for the head alone, one opened by four digits, a stranger."""
    code = buy(client, cast.dau_xanh, "1", pay="chuyen_khoan")
    accept(code, now)
    client.get(f"/don/{code}", headers={"Sec-Purpose": "prefetch;prerender"})
    client.head(f"/don/{code}")
    other = app.test_client()
    other.post(f"/don/{code}/mo", data={"last4": "0021"})
    assert "bạn có 2 giờ ban ngày" in other.get(f"/don/{code}").text
    app.test_client().get(f"/don/{code}")
    assert order_now(code).acceptance is Acceptance.UNKNOWN


def test_a_late_tap_of_the_buyer_offers_the_same_goods_in_one_tap(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.dau_xanh, "2")
    now.at = order_now(code).due_at or now()
    late = client.post(f"/don/{code}/huy")
    assert (late.status_code, late.headers["X-Refused"]) == (409, "order_lapsed")
    assert "Đặt lại" in late.text
    for _ in range(2):
        answer = press(client, f"/don/{code}", f"/don/{code}/dat-lai")
        assert (answer.status_code, answer.location) == (303, "/dat-hang")
    page = client.get("/dat-hang").text
    assert "Đã bỏ lại vào giỏ: " in page
    assert "90.000" in client.get("/gio-hang").text, "tapped twice, the same two kilos"


def test_ordering_again_says_what_is_dearer_less_or_gone(client: FlaskClient, cast: Cast, now: Clock) -> None:
    fill_cart(client, (cast.dau_xanh, "4"), (cast.rau_muong, "1"))
    stall = cast.lan.stall
    placed = client.post("/dat-hang/gui", data=hidden_fields(review(client, terms(stall)).text))
    code = re.findall(r"/don/(DS[0-9A-Z]{7})", client.get(placed.location).text)[0]
    client.post(f"/don/{code}/huy")
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == cast.rau_muong).values(price=Dong(15_000)))
    other = client.application.test_client()
    buy(other, cast.dau_xanh, "3", phone="0900 000 022")
    assert client.post(f"/don/{code}/dat-lai").location == "/dat-hang"
    page = client.get("/dat-hang").text
    assert "Đậu xanh chỉ còn 2\u00a0kg." in page
    assert "Rau muống nay giá 15.000\u00a0₫, lúc trước 12.000\u00a0₫." in page
    with transaction() as session:
        session.execute(update(Product).values(is_hidden=True))
    refused = client.post(f"/don/{code}/dat-lai")
    assert (refused.status_code, refused.headers["X-Refused"]) == (422, "not_for_sale")
    assert "Đậu xanh nay không còn. Rau muống nay không còn." in refused.text


def test_every_ended_order_is_bought_again_from_the_list_and_the_receipt(client: FlaskClient, cast: Cast) -> None:
    ended, going = buy(client, cast.dau_xanh, "2"), buy(client, cast.gao_nep)
    client.post(f"/don/{ended}/huy")
    receipts = {one: f"/bien-nhan/{receipt_of(one)}" for one in (ended, going)}
    for page in ("/don", receipts[ended]):
        assert f'action="/don/{ended}/dat-lai"' in client.get(page).text
        assert press(client, page, f"/don/{ended}/dat-lai").location == "/dat-hang"
        said = "Đã bỏ lại vào giỏ: Đậu xanh 2\u00a0kg, giá 45.000\u00a0₫."
        assert said in client.get("/dat-hang").text
    for page in ("/don", receipts[going]):
        assert f'action="/don/{going}/dat-lai"' not in client.get(page).text
    opened = client.application.test_client()
    opened.post(f"{receipts[ended]}/mo", data={"last4": "0021"})
    assert "dat-lai" not in opened.get(receipts[ended]).text


def test_the_list_of_orders_says_until_when(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = buy(client, cast.dau_xanh, "1", pay="chuyen_khoan")
    assert "Người bán trả lời trước 8 giờ tối nay" in client.get("/don").text
    accept(code, now)
    client.get(f"/don/{code}")
    assert "Trả tiền trước 11 giờ trưa nay" in client.get("/don").text


def order_now(code: str) -> Order:
    reading().expire_all()
    return reading().scalars(select(Order).where(Order.code == code)).one()


def receipt_of(code: str) -> str:
    return order_now(code).purchase.code
