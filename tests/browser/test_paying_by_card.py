"""Paying by card as a buyer's phone sees it, to the gateway's page and back; and the seller's page of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from market.orders.rules import PayChoice
from market.payments.card.fake import FakeStripe
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE
from tests.payments.gate import KEY, SECRET, Gate, opened
from tests.payments.steps import Bought, buy
from tests.services.loopback import listening


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock, address: str) -> Iterator[Gate]:
    """Bà Lan takes cards; the gateway sends buyers back to where this test serves the market."""
    app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"base_url": address})
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


def look(page: Page, name: str) -> None:
    """What every screen must hold to; a picture of it to look at, where CHOSO_PICTURES names a folder."""
    picture(page, name)
    assert faults_everywhere(page) == [], name


def test_a_card_pays_at_the_gateway_s_page(page: Page, gate: Gate, order: Bought) -> None:
    page.goto(f"/don/{order.code}/tra-tien")
    expect(page.get_by_role("img", name="Mã QR chuyển")).to_be_visible()
    expect(page.get_by_role("button", name="Tôi đã chuyển")).to_be_visible()
    look(page, "pay_with_card")
    page.get_by_role("button", name="Trả bằng thẻ").click()
    expect(page.get_by_text("Chợ số không hỏi và không bao giờ thấy số thẻ của bạn.")).to_be_visible()
    look(page, "card")
    page.get_by_role("link", name="Mở trang trả thẻ").click()
    expect(page.get_by_role("heading", name="Trang trả thẻ để thử")).to_be_visible()
    page.get_by_role("link", name="Thôi, quay lại chợ").click()
    expect(page.get_by_text("Chưa trả tiền bằng thẻ.")).to_be_visible()
    look(page, "card_gave_up")
    page.get_by_role("button", name="Trả bằng thẻ").click()
    page.get_by_role("link", name="Mở trang trả thẻ").click()
    page.get_by_role("button", name="Thẻ bị từ chối").click()
    expect(page.get_by_role("alert")).to_contain_text("Thẻ chưa bị trừ tiền. Ngân hàng từ chối thẻ")
    page.get_by_role("button", name="Trả 12.000").click()
    expect(page.get_by_text("Đã nhận đủ tiền")).to_be_visible()
    assert page.url.endswith(f"/don/{order.code}/tra-tien")
    look(page, "card_paid")


@pytest.mark.nightly  # a walk that repeats in part the one above
def test_the_page_left_open_turns_by_itself_when_the_gateway_calls(
    page: Page, client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    page.goto(f"/don/{order.code}/tra-tien")
    page.get_by_role("button", name="Trả bằng thẻ").click()
    expect(page.get_by_role("link", name="Mở trang trả thẻ")).to_be_visible()
    gate.fake.pay_session(*gate.fake.sessions)
    assert set(gate.tell_all(client, now)) == {200}
    expect(page.get_by_text("Đã nhận đủ tiền")).to_be_visible()


@pytest.mark.nightly  # a walk that repeats in part the first; without a browser by day
def test_a_session_that_ran_out_is_opened_anew_from_the_keyboard(
    page: Page, gate: Gate, order: Bought, now: Clock
) -> None:
    page.goto(f"/don/{order.code}/tra-tien")
    page.get_by_role("button", name="Trả bằng thẻ").click()
    expect(page.get_by_role("link", name="Mở trang trả thẻ")).to_be_visible()
    now.move(minutes=40)
    page.reload()
    expect(page.get_by_text("Trang trả thẻ mở trước đó đã hết giờ")).to_be_visible()
    look(page, "card_ran_out")
    page.get_by_role("button", name="Mở trang trả thẻ").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Mở trang trả thẻ")).to_be_visible()
    assert [session.status for session in gate.fake.sessions.values()] == ["expired", "open"]


@pytest.mark.nightly  # a walk that repeats in part the first; without a browser by day
def test_a_stall_without_an_account_offers_cash_or_card(
    app: Flask, page: Page, cast: Cast, now: Clock, order: Bought, address: str
) -> None:
    with opened(app, cast.htx.stall, now):
        rice = buy(cast, now(), buyer=MAI_HERE, pay=PayChoice.ON_RECEIPT, variant=cast.gao_nep)
        page.goto(f"/don/{rice.code}")
        page.get_by_role("link", name="Trả bằng thẻ · 32.000").click()
        expect(page.get_by_text("hoặc trả bằng thẻ ngay bây giờ")).to_be_visible()
        look(page, "pay_card_without_bank")


@pytest.mark.nightly  # a walk that repeats in part the first; without a browser by day
def test_a_seller_takes_cards(
    app: Flask, page: Page, client: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    page.context.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    with listening(FakeStripe()) as url:
        app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"stripe_mock_url": url})
        page.goto("/ban-hang/rau-ba-lan/tien")
        page.get_by_text("Cách nhận tiền").click()
        page.get_by_role("link", name="Trả bằng thẻ").click()
        page.get_by_text("Lấy hai khóa ở đâu?").click()
        look(page, "stall_card_none")
        page.get_by_label("Khóa riêng").fill("sk_live_mistyped")
        page.get_by_label("Khóa báo tin").fill(SECRET)
        page.get_by_role("button", name="Lưu khóa").click()
        expect(page.get_by_role("alert")).to_contain_text("không nhận khóa riêng này")
        look(page, "stall_card_wrong")
        page.get_by_label("Khóa riêng").fill(KEY)
        page.get_by_label("Khóa báo tin").fill(SECRET)
        page.get_by_role("button", name="Lưu khóa").click()
        expect(page.get_by_text("Đã cất khóa.")).to_be_visible()
        look(page, "stall_card_kept")
        page.get_by_role("button", name="Bật trả bằng thẻ").click()
        expect(page.get_by_text("Đang bật: khách của gian này trả được bằng thẻ.")).to_be_visible()
        look(page, "stall_card_on")
        page.get_by_role("button", name="Tắt trả bằng thẻ").click()
        expect(page.get_by_role("button", name="Bật trả bằng thẻ")).to_be_visible()
