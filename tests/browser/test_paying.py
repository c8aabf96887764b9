"""Paying as a buyer's phone and a seller's phone see it."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, expect

from market.base.audit import GUEST
from market.base.db import transaction
from market.orders.rules import PayChoice
from market.payments import actions
from tests.browser.looking import faults_of, picture
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import of_many
from tests.payments.steps import BANK, HOOK, Bought, buy, notice


def bank_says(client: FlaskClient, order: Bought, amount: int, now: datetime) -> None:
    sent = BANK.send(amount, amount, order.code, now)
    assert client.post(HOOK, data=sent.body, headers=sent.headers).status_code == 200


def test_the_page_turns_green_by_itself(page: Page, client: FlaskClient, order: Bought, now: Clock) -> None:
    page.goto(f"/don/{order.code}/tra-tien")
    expect(page.get_by_text("Tiền về, trang sẽ tự báo.")).to_be_visible()
    expect(page.get_by_role("img", name="Mã QR chuyển")).to_be_visible()
    assert page.evaluate("document.querySelector('.pay-qr img').naturalWidth") > 400
    assert faults_of(page) == []
    picture(page, "pay")
    bank_says(client, order, 200, now())
    expect(page.get_by_text("còn THIẾU 11.800")).to_be_visible()
    picture(page, "pay_short")
    bank_says(client, order, 11_800, now())
    expect(page.get_by_text("Đã nhận đủ tiền")).to_be_visible()
    assert faults_of(page) == []
    picture(page, "pay_done")


def test_account_amount_and_memo_are_copied(page: Page, phone: BrowserContext, order: Bought, address: str) -> None:
    phone.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto(f"/don/{order.code}/tra-tien")
    for label, value in (("Số tài khoản", LAN_ACCOUNT), ("Số tiền", "12000"), ("Nội dung chuyển khoản", order.code)):
        page.get_by_role("button", name=f"Sao chép {label}").click()
        assert page.evaluate("navigator.clipboard.readText()") == value


def test_the_buyer_says_it_is_on_its_way(page: Page, order: Bought) -> None:
    page.goto(f"/don/{order.code}/tra-tien")
    page.get_by_role("button", name="Tôi đã chuyển").click()
    expect(page.get_by_text("CHƯA thấy tiền")).to_be_visible()
    expect(page.get_by_role("link", name="Gọi người bán")).to_be_visible()
    assert faults_of(page) == []
    picture(page, "pay_said")


@of_many(1)  # the other scheme differs in colours alone
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_seller_s_money_page_holds_at_every_size(
    page: Page, client: FlaskClient, cast: Cast, now: Clock, order: Bought, address: str, scheme: str
) -> None:
    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    page.context.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    with transaction() as session:
        actions.say_paid(session, GUEST, order.id, clock=now)
    known, slip = f"{buy(cast, now()).code}.CT tu 0123499999 NGUYEN VAN A toi 0071000888888", order.code[:-1]
    for number, memo in enumerate([known, "chi Mai tra tien rau muong hom qua nhe chi Lan", slip]):
        notice(number + 1, 12_000, f"MBVCB.3278907687.{memo}", now())
    buy(cast, now(), pay=PayChoice.ON_RECEIPT, amount=250_000)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/ban-hang/rau-ba-lan/tien")
    expect(page.get_by_text("Tiền chưa rõ của đơn nào")).to_be_visible()
    assert faults_of(page) == []
    picture(page, f"money_{scheme}")
    page.set_viewport_size({"width": 1280, "height": 800})
    assert faults_of(page) == []
    picture(page, f"money_{scheme}_wide")
    page.set_viewport_size({"width": 360, "height": 640})
    page.get_by_role("button", name=f"Ghi vào đơn {order.code}").first.click()
    expect(page.get_by_text(f"Đã ghi tiền vào đơn {order.code}.")).to_be_visible()
