"""Money that goes back, to its end, as a buyer's phone and a seller's phone see it."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from market.base.db import transaction
from market.sellers.models import Stall
from tests.browser.looking import faults_of, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import of_many
from tests.payments.steps import Bought, notice, paid, sent_back

LONG = "Rau sạch hữu cơ gia đình bà Phạm Thị Lan thôn Nghĩa Dũng"


@of_many(1)  # the other scheme differs in colours alone
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_what_was_too_much_goes_back_to_its_end(
    page: Page, client: FlaskClient, cast: Cast, now: Clock, order: Bought, address: str, scheme: str
) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.lan.stall).name = LONG
    notice(1, 112_000, order.code, now())
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"/don/{order.code}/tra-tien")
    page.get_by_role("link", name="Cho số tài khoản nhận lại").click()
    page.get_by_label("Ngân hàng của bạn").select_option("970436")
    page.get_by_role("textbox", name="Số tài khoản").fill("0011 2233 44556")
    page.get_by_role("textbox", name="Tên chủ tài khoản").fill("Vũ Thị Mai")
    picture(page, f"refund_buyer_form_{scheme}")
    page.get_by_role("button", name="Cho số tài khoản này").click()
    expect(page.get_by_text("số đuôi 4556")).to_be_visible()
    assert faults_of(page) == []
    picture(page, f"refund_buyer_{scheme}")

    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    seller = page.context.new_page()
    page.context.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    seller.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    seller.goto("/ban-hang/rau-ba-lan/tien")
    picture(seller, f"refund_money_{scheme}")
    seller.get_by_role("link", name="Trả lại khách").click()
    expect(seller.get_by_role("img", name="Mã QR chuyển 100.000")).to_be_visible()
    expect(seller.locator(".pay-qr img")).to_have_js_property("complete", True)
    assert seller.evaluate("document.querySelector('.pay-qr img').naturalWidth") > 400
    assert faults_of(seller) == []
    picture(seller, f"refund_seller_{scheme}")
    seller.get_by_role("button", name="Tôi đã trả 100.000").click()
    expect(seller.get_by_text("chờ khách báo đã nhận").first).to_be_visible()
    assert faults_of(seller) == []
    picture(seller, f"refund_told_{scheme}")

    page.goto(f"/don/{order.code}/hoan-tien")
    picture(page, f"refund_answer_{scheme}")
    page.get_by_role("button", name="Chưa nhận được").click()
    expect(page.get_by_text("Bạn đã báo chưa nhận được")).to_be_visible()
    assert faults_of(page) == []
    sent_back(2, 100_000, order.code, now())
    page.reload()
    expect(page.get_by_text("Đã trả lại bạn 100.000")).to_be_visible()
    assert paid(order).returned == 100_000
    assert faults_of(page) == []
    picture(page, f"refund_done_{scheme}")
