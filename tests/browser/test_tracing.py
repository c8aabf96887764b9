"""A lot's whole story on a phone, and the marketplaces' pages: every screen holds to the rules of the house."""

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.looking import faults_of
from tests.cast import Cast
from tests.channels.templates import FILES
from tests.conftest import Clock
from tests.factories import PASSWORD
from tests.trace import steps


def sign_in(page: Page, phone: str) -> None:
    page.goto("/dang-nhap")
    page.locator("input[type=tel]").fill(phone)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/dang-nhap" not in address)


def tap(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.nightly  # each page's own test is by day
def test_a_lot_from_the_field_to_the_buyers_phone(page: Page, cast: Cast) -> None:
    sign_in(page, "0900 000 012")
    base = f"/ban-hang/{cast.htx.slug}/lo"
    page.goto(base)
    assert faults_of(page) == []
    page.get_by_role("link", name="Mở lô mới").click()
    assert faults_of(page) == []
    page.get_by_label("Ruộng, ao, chuồng nào").fill("Ruộng 12")
    page.get_by_label("Mỗi gói có").fill("5")
    page.locator("[name=pack_unit]").select_option("kg")
    tap(page, "Mở lô")
    page.get_by_role("link", name="Phun", exact=True).click()
    assert faults_of(page) == []
    page.get_by_label("Ngày làm").fill("2026-10-10")
    page.get_by_label("Tên thuốc").fill("Validacin 5L")
    page.get_by_label("Số ngày cách ly").fill("14")
    tap(page, "Ghi vào nhật ký")
    page.get_by_role("link", name="Thu", exact=True).click()
    page.get_by_label("Ngày làm").fill("2026-10-20")
    page.get_by_label("Số lượng").fill("100")
    tap(page, "Ghi vào nhật ký")
    assert "phải từ 24/10/2026" in page.locator("main").inner_text()
    assert faults_of(page) == []
    page.get_by_role("link", name="Sửa dòng đó").click()
    assert faults_of(page) == []
    page.get_by_label("Ngày làm").fill("2026-10-31")
    tap(page, "Ghi dòng đính chính")
    tap(page, "Ghi xong lô")
    page.get_by_label("Số tem cần in").fill("20")
    tap(page, "Làm tem")
    assert faults_of(page) == []
    with page.expect_download() as sheet:
        page.get_by_role("link", name="Tải tờ tem").click()
    assert sheet.value.suggested_filename == "tem-L261124A-1-20.pdf"
    page.locator("#kich-hoat-first").fill("1")
    page.locator("#kich-hoat-last").fill("20")
    tap(page, "Dán tem xong")
    assert "đã dán 20" in page.locator("main").inner_text()
    page.get_by_role("link", name="Thu hồi lô này").click()
    assert faults_of(page) == []


def test_what_a_buyer_sees_of_a_stamp(phone: BrowserContext, cast: Cast, now: Clock) -> None:
    code, active = steps.active_stamp(cast, now())
    [printed] = steps.print_stamps(cast, code, 1, now()).codes
    page = phone.new_page()
    for path in (f"/T/{active}", f"/T/{printed}", "/T/7K3M9PXQ2RA", f"/lo/{code}", "/quet", "/quet?ma=abc"):
        page.goto(path)
        assert faults_of(page) == [], path
    steps.recall(cast, code, now())
    page.goto(f"/T/{active}")
    assert page.locator("h1").inner_text() == "Lô này đã thu hồi"
    assert faults_of(page) == []


@pytest.mark.nightly  # a measure of the screen alone
def test_the_price_stands_beside_a_button_of_one_line(phone: BrowserContext, cast: Cast, now: Clock) -> None:
    code, active = steps.active_stamp(cast, now())
    page = phone.new_page()
    for path in (f"/T/{active}", f"/lo/{code}"):
        page.goto(path)
        button = page.locator(".bar").get_by_role("link", name="Mua món này").bounding_box()
        assert button
        assert button["height"] <= 48


@pytest.mark.nightly  # a walk that repeats in part the first; without a browser by day
def test_a_line_of_the_journal_is_corrected_by_a_quiet_link_beside_it(page: Page, cast: Cast, now: Clock) -> None:
    code = steps.sealed_lot(cast, now())
    sign_in(page, "0900 000 012")
    page.goto(f"/ban-hang/{cast.htx.slug}/lo/{code}")
    line = page.locator(".step").first
    link, whole = line.get_by_role("link").bounding_box(), line.bounding_box()
    assert link
    assert whole
    assert link["height"] >= 44
    assert link["y"] < whole["y"]
    assert link["x"] + link["width"] > whole["x"] + whole["width"] - 2


@pytest.mark.nightly  # a walk that repeats in part tests/web/stall/channels by day
def test_goods_leave_for_shopee_from_a_phone(page: Page, cast: Cast) -> None:
    sign_in(page, "0900 000 012")
    page.goto(f"/ban-hang/{cast.htx.slug}/kenh")
    assert faults_of(page) == []
    shopee = page.locator("section[aria-labelledby=san-shopee]")
    shopee.locator("input[type=file]").set_input_files(FILES / "Shopee_mass_upload_mau.xlsx")
    shopee.get_by_role("button", name="Gửi mẫu").click()
    assert faults_of(page) == []
    page.get_by_role("link", name="Ngành hàng, cân nặng").click()
    assert faults_of(page) == []
    page.get_by_label("Cân nặng khi gửi").fill("1,2 kg")
    tap(page, "Lưu cân nặng")
    tap(page, "Điền 1 món vào mẫu")
    with page.expect_download() as file:
        page.get_by_role("link", name="Tải tệp").click()
    assert file.value.suggested_filename.startswith("shopee-")
    assert faults_of(page) == []
