"""A lot is recalled on its seller's phone, and who looks at its goods or has bought of them reads so."""

import re

import pytest
from playwright.sync_api import Browser, Page

from market.base.db import transaction
from market.orders.models import Order
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_tracing import sign_in, tap
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE, place, wanted
from tests.trace import steps


@pytest.mark.nightly  # its journey without a browser is by day
def test_a_recall_reaches_the_goods_the_cart_the_order_and_who_must_be_called(
    chromium: Browser, page: Page, address: str, cast: Cast, now: Clock
) -> None:
    code, stamp = steps.active_stamp(cast, now())
    with new_phone(chromium, address) as buyers:
        buyer = buyers.new_page()
        buyer.goto("/tim?q=gao+nep")
        buyer.locator(".product-card").first.click()
        goods = buyer.url
        tap(buyer, "Thêm vào giỏ")
        buyer.goto(goods)
        now.move(minutes=1)
        sign_in(page, "0900 000 012")
        page.goto(f"/ban-hang/{cast.htx.slug}/lo/{code}/thu-hoi")
        assert faults_everywhere(page) == []
        page.get_by_label("Lý do thu hồi").fill("Phát hiện mọt trong kho.")
        tap(page, "Thu hồi cả lô")
        page.wait_for_url(re.compile(rf"/lo/{code}$"))
        assert "đang ngừng bán" in page.locator("main").inner_text()
        assert faults_everywhere(page) == []
        picture(page, "recalled-lot")
        for name, path, said in (
            ("recalled-goods", goods, "Người bán chưa có lô khác để bán"),
            ("recalled-in-cart", "/gio-hang", "Đang ngừng bán"),
            ("recalled-stamp", f"/T/{stamp}", "Lô này đã thu hồi"),
        ):
            buyer.goto(path)
            assert said in buyer.locator("main").inner_text()
            assert faults_everywhere(buyer) == []
            picture(buyer, name)


@pytest.mark.nightly  # a walk that repeats in part the one above; without a browser by day
def test_who_bought_of_it_reads_it_and_is_called_from_one_page(
    chromium: Browser, page: Page, address: str, cast: Cast, now: Clock
) -> None:
    code = steps.sealed_lot(cast, now())
    placed = place(cast.commune, wanted(cast.gao_nep, 2000), now=now(), buyer=MAI_HERE)
    with transaction() as session:
        order = session.get_one(Order, placed.order_ids[0]).code
    now.move(minutes=1)
    sign_in(page, "0900 000 012")
    page.goto(f"/ban-hang/{cast.htx.slug}/lo/{code}/thu-hoi")
    page.get_by_label("Lý do thu hồi").fill("Phát hiện mọt trong kho.")
    tap(page, "Thu hồi cả lô")
    page.wait_for_url("**/nguoi-mua")
    assert MAI_HERE.name in page.locator("main").inner_text()
    assert faults_everywhere(page) == []
    picture(page, "recalled-buyers")
    page.get_by_role("link", name=f"đơn {order}").click()
    assert "Chưa giao thì đừng giao" in page.locator("main").inner_text()
    assert faults_everywhere(page) == []
    picture(page, "recalled-order-seller")
    with new_phone(chromium, address) as buyers:
        buyers.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
        buyer = buyers.new_page()
        for name, path in (
            ("recalled-order-buyer", f"/don/{order}"),
            ("recalled-receipt", f"/bien-nhan/{placed.code}"),
            ("recalled-orders", "/don"),
        ):
            buyer.goto(path)
            assert re.search("Đừng dùng|Có lô cần xem", buyer.locator("main").inner_text())
            assert faults_everywhere(buyer) == []
            picture(buyer, name)
