"""What banks need and what came of their calls, as a seller's and a buyer's phone show it."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from market.base.db import transaction
from market.base.secrets import vault
from market.sellers.models import BankAccount
from tests.browser.looking import faults_of, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import of_many
from tests.payments.steps import BANK, HOOK, Bought


def lan_is_paid_at(cast: Cast, **values: str) -> None:
    if number := values.pop("number", None):
        values["number_cipher"] = vault().encrypt(number)
    with transaction() as session:
        session.execute(update(BankAccount).where(BankAccount.business_id == cast.lan.business).values(**values))


@of_many(1)  # the other scheme differs in colours alone
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_seller_s_page_says_what_the_bank_needs_and_what_came(
    page: Page, phone: BrowserContext, address: str, client: FlaskClient, cast: Cast, now: Clock, scheme: str
) -> None:
    sign_in(client, cast.lan.person, now())
    cookie = client.get_cookie("choso")
    assert cookie
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    lan_is_paid_at(cast, bin="970418")
    page.emulate_media(color_scheme=scheme)
    odd = BANK.send(1, 12_000, "x", now(), transactionDate="24/11/2026")
    client.post(HOOK, data=odd.body, headers=odd.headers)
    client.post(HOOK, data=odd.body, headers={"Authorization": "Apikey x"})
    page.goto(f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien")
    for said in ("không báo tiền vào số chính", "vì ngày giờ trong tin", "đang chọn kiểu bảo mật khác"):
        expect(page.get_by_text(said)).to_be_visible()
    assert faults_of(page) == []
    picture(page, f"bank_rules_{scheme}")
    page.goto(f"/ban-hang/{cast.lan.slug}/tien")
    expect(page.get_by_text("vì ngày giờ trong tin")).to_be_visible()
    assert faults_of(page) == []
    picture(page, f"money_unread_{scheme}")


def test_the_memo_of_vietinbank_is_copied_whole(page: Page, cast: Cast, order: Bought) -> None:
    lan_is_paid_at(cast, bin="970415")
    page.goto(f"/don/{order.code}/tra-tien")
    expect(page.get_by_text(f"SEVQR {order.code}", exact=True)).to_be_visible()
    page.get_by_text("App không quét được mã?").click()
    assert faults_of(page) == []
    picture(page, "pay_prefix")


def test_a_wallet_shows_its_number_and_no_code(page: Page, cast: Cast, order: Bought) -> None:
    lan_is_paid_at(cast, bin="971025", number="0900000011")
    page.goto(f"/don/{order.code}/tra-tien")
    expect(page.get_by_text("Tài khoản này là ví điện tử")).to_be_visible()
    expect(page.get_by_role("img", name="Mã QR chuyển")).to_have_count(0)
    assert faults_of(page) == []
    picture(page, "pay_wallet")
