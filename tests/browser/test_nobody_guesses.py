"""A buyer on a phone: where goods are wanted, what they cost, and back to where one was; with scripts and without."""

import pytest
from playwright.sync_api import Browser, Page, expect

from market.base.db import transaction
from market.catalog.models import Variant
from market.places.models import Hamlet
from market.sellers.models import Stall
from market.values.money import Dong
from tests import factories as make
from tests.browser.conftest import PHONE
from tests.browser.looking import faults_of, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import of_many

RICE, BEANS = "/san-pham/3-gao-nep-cai-hoa-vang", "/san-pham/2-dau-xanh"


def put_in(page: Page, *goods: str) -> None:
    for path in goods:
        page.goto(path)
        page.get_by_role("button", name="Thêm vào giỏ").click()
        expect(page.get_by_role("heading", name="Giỏ hàng")).to_be_visible()


def two_stalls_of_long_names(cast: Cast) -> None:
    """The cooperative comes to a second point, bà Lan does not; it sells from 100.000 đồng."""
    with transaction() as session:
        htx = session.get_one(Stall, cast.htx.stall)
        htx.name = "Hợp tác xã nông nghiệp dịch vụ tổng hợp Đại Sơn và các thôn Mỗ Đoạn, Nghĩa Dũng"
        htx.least_order = Dong(60_000)
        point = make.make_pickup_point(session, session.get_one(Hamlet, cast.mo_doan))
        make.make_visit(session, htx, point, days=0b1010, begins=510, ends=570)


def test_one_question_for_all_stalls_and_back_with_what_was_typed(page: Page, cast: Cast, now: Clock) -> None:
    two_stalls_of_long_names(cast)
    put_in(page, RICE, BEANS)
    expect(page.get_by_text("còn thiếu 28.000")).to_be_visible()
    picture(page, "cart-least")
    page.get_by_label("Số lượng Gạo nếp cái hoa vàng").fill("2")
    page.get_by_role("button", name="Đặt hàng").click()
    expect(page.locator("input[type=radio]:checked:visible")).to_have_count(0)
    address = page.get_by_label("Địa chỉ nhận hàng")
    expect(address).to_be_hidden()
    picture(page, "checkout-empty")
    assert faults_of(page) == []
    page.get_by_label("Giao tận nơi trong xã").first.check()
    address.fill("Xóm 2")
    page.get_by_label("Tên của bạn").fill("Mai")
    page.get_by_role("button", name="Quay lại").click()
    expect(page.get_by_role("heading", name="Giỏ hàng")).to_be_visible()
    page.get_by_role("button", name="Đặt hàng").click()
    expect(address).to_have_value("Xóm 2")
    expect(page.get_by_label("Tên của bạn")).to_have_value("Mai")
    page.get_by_label("Số điện thoại").fill("0900 000 021")
    page.get_by_label("Nhà văn hóa thôn Mỗ Đoạn").first.check()
    page.get_by_label("Trả khi nhận hàng").check()
    page.get_by_role("button", name="Xem lại đơn").click()
    expect(page.get_by_text("Rau bà Lan không tới được nơi đã chọn")).to_be_visible()
    picture(page, "checkout-asked")
    assert faults_of(page) == []
    page.get_by_label("Để lại trong giỏ, đặt riêng sau").last.check()
    page.get_by_role("button", name="Xem lại đơn").click()
    expect(page.get_by_role("heading", name="Để lại trong giỏ")).to_be_visible()
    picture(page, "review-apart")
    assert faults_of(page) == []


def test_the_bar_says_what_the_amount_costs(page: Page, cast: Cast, now: Clock) -> None:
    page.goto(RICE)
    total = page.locator("[data-sum]")
    expect(total).to_have_text("32.000\u00a0₫")
    page.get_by_role("button", name="Thêm", exact=True).click()
    page.get_by_role("button", name="Thêm", exact=True).click()
    expect(total).to_have_text("64.000\u00a0₫")
    expect(page.locator("[data-sum-of]")).to_have_text("2 kg × 32.000\u00a0₫")
    picture(page, "product-bar")
    assert faults_of(page) == []
    page.get_by_label("Số lượng").fill("x")
    expect(total).to_have_text("32.000\u00a0₫")


def test_back_from_a_product_is_the_same_place_of_the_list(page: Page, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        stall = session.get_one(Stall, cast.lan.stall)
        for number in range(14):
            make.make_product(session, stall, f"Rau số {number}", now(), price=9_000, unit="mo")
    page.goto("/tim?q=rau")
    card = page.locator(".product-card").last
    card.scroll_into_view_if_needed()
    was = page.evaluate("scrollY")
    assert was > 0
    card.click()
    page.locator("a.back").click()
    page.wait_for_url("**/tim?q=rau")
    page.wait_for_function("was => Math.abs(scrollY - was) < 40", arg=was)


@of_many(1)  # one way by day, with a script; the buttons are the page's own
@pytest.mark.parametrize("has_script", [True, False])
def test_what_is_gone_offers_the_rest_in_one_tap(
    chromium: Browser, address: str, cast: Cast, now: Clock, has_script: bool
) -> None:
    with chromium.new_context(base_url=address, viewport=PHONE, java_script_enabled=has_script) as phone:
        page = phone.new_page()
        put_in(page, BEANS)
        page.get_by_label("Số lượng Đậu xanh").fill("5")
        page.get_by_role("button", name="Đặt hàng").click()
        with transaction() as session:
            session.get_one(Variant, cast.dau_xanh).on_hand = 3000
        page.goto("/gio-hang")
        picture(page, f"cart-rest-{has_script}")
        page.get_by_role("button", name="lấy 3").click()
        expect(page.get_by_label("Số lượng Đậu xanh")).to_have_value("3")
        page.get_by_role("button", name="Đặt hàng").click()
        page.get_by_label("Tên của bạn").fill("Mai")
        page.get_by_role("button", name="Quay lại").click()
        page.get_by_role("button", name="Đặt hàng").click()
        expect(page.get_by_label("Tên của bạn")).to_have_value("Mai")
