"""Goods that were not right, as a buyer's phone and a seller's phone see it to its end."""

from pathlib import Path

from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from market.base.audit import GUEST
from market.base.db import transaction
from market.base.seen import seen_of
from market.payments import actions
from market.payments.queries import facts_to_confirm
from tests.browser.looking import faults_of, picture
from tests.cast import Cast
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.factories import sign_in
from tests.payments.steps import Bought, paid


def test_a_buyer_complains_with_a_picture_and_takes_what_the_seller_offers(
    page: Page, client: FlaskClient, cast: Cast, now: Clock, order: Bought, address: str, tmp_path: Path
) -> None:
    asked = paid(order)
    seen = seen_of(facts_to_confirm(asked.asked, asked.received))
    with transaction() as session:
        in_cash = actions.HandOver(order_id=order.id, shown=None, cash_taken=True, seen=seen)
        actions.hand_over(session, GUEST, order.stall, in_cash, clock=now)
    photo = tmp_path / "rau.jpg"
    photo.write_bytes(jpeg(1600, 1200))
    page.goto(f"/don/{order.code}")
    picture(page, "complaint_order")
    page.get_by_role("link", name="Hàng không đúng / trả lại").click()
    page.get_by_label("Hỏng, ôi, dập nát").check()
    page.get_by_label("Trả lại tiền").check()
    page.get_by_label("Kể thêm").fill("Rau úng một nửa, lá vàng hết cả")
    page.get_by_label("Ảnh chụp hàng").set_input_files(photo)
    assert faults_of(page) == []
    picture(page, "complaint_form")
    page.get_by_role("button", name="Gửi người bán").click()
    expect(page.get_by_text("Người bán trả lời trước").first).to_be_visible()
    expect(page.get_by_role("img", name="Ảnh 1 khách gửi")).to_have_js_property("complete", True)
    assert page.evaluate("document.querySelector('.complaint-photos img').naturalWidth") > 400
    assert faults_of(page) == []
    picture(page, "complaint_sent")

    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    seller = page.context.new_page()
    page.context.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    seller.goto("/ban-hang/rau-ba-lan")
    assert faults_of(seller) == []
    picture(seller, "complaint_today")
    seller.get_by_role("link", name=f"Đơn {order.code}").click()
    seller.get_by_role("radio", name="Trả lại tiền").check()
    seller.get_by_label("Số tiền trả lại").fill("6k")
    seller.get_by_label("Nói với khách").fill("Cô xin lỗi cháu, cô trả lại một nửa")
    assert faults_of(seller) == []
    picture(seller, "complaint_answer")
    seller.get_by_role("button", name="Gửi câu trả lời").click()
    expect(seller.get_by_text("Khách trả lời trước").first).to_be_visible()

    page.context.clear_cookies(name="choso")
    page.goto(f"/don/{order.code}/bao-hang")
    expect(page.get_by_role("heading", name="Người bán trả lời: trả lại 6.000")).to_be_visible()
    assert faults_of(page) == []
    picture(page, "complaint_offered")
    page.get_by_role("button", name="Đồng ý").click()
    expect(page.get_by_text("Người bán sẽ trả lại bạn 6.000")).to_be_visible()
    assert faults_of(page) == []
    picture(page, "complaint_agreed")

    page.context.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    seller.goto("/ban-hang/rau-ba-lan/tien")
    expect(seller.get_by_text(order.code).first).to_be_visible()
    seller.get_by_role("link", name="Trả lại khách").click()
    expect(seller.get_by_text("6.000").first).to_be_visible()
    picture(seller, "complaint_refund")
    seller.goto(f"/ban-hang/rau-ba-lan/don/{order.code}")
    assert faults_of(seller) == []
    picture(seller, "complaint_stall_order")
