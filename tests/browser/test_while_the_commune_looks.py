"""What somebody does on a phone before the commune has answered: goods and an account are written down, changed, put in
force by their own tap; with scripts and without, in the dark, with text of 200 %."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.sellers import queries
from market.sellers.actions import claim_business
from tests import factories as make
from tests.browser.conftest import PHONE
from tests.browser.looking import PICTURES, faults_everywhere, faults_of, picture
from tests.cast import Cast
from tests.catalog import shelf
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.nights import of_many
from tests.web.stall.drafts.test_account_draft import verify

LARGE = "document.documentElement.style.fontSize = '200%'"


def cookie_of(app: Flask, person: int, now: Clock, address: str) -> dict[str, str]:
    client = app.test_client()
    make.sign_in(client, person, now())
    kept = client.get_cookie("choso")
    assert kept
    return {"name": "choso", "value": kept.value, "url": address}


def looked_at(page: Page, name: str) -> None:
    """In the dark with text twice as large, as a picture where those are kept; nothing wrong anywhere."""
    if PICTURES:
        page.emulate_media(color_scheme="dark")
        page.evaluate(LARGE)
        picture(page, f"{name}_dark_200")
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.emulate_media(color_scheme="light")
        picture(page, name)
    assert faults_everywhere(page) == [], name


def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "ca-chua.jpg"
    path.write_bytes(jpeg())
    return path


@of_many(1)
@pytest.mark.parametrize("has_script", [True, False])
def test_goods_and_an_account_wait_until_their_writer_puts_them_in_force(
    app: Flask, chromium: Browser, address: str, cast: Cast, now: Clock, tmp_path: Path, has_script: bool
) -> None:
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    with chromium.new_context(base_url=address, viewport=PHONE, java_script_enabled=has_script) as phone:
        phone.add_cookies([cookie_of(app, cast.mai, now, address)])
        page = phone.new_page()
        page.goto("/ban-hang")
        page.get_by_role("link", name="Soạn sẵn hàng").click()
        page.get_by_role("link", name="Soạn món đầu tiên").click()
        page.get_by_label("Chọn ảnh có sẵn trong máy").set_input_files(photograph(tmp_path))
        page.get_by_label("Tên hàng").fill("Cà chua bi giàn nhà cô Mai")
        page.get_by_label("Giá", exact=True).fill("30k")
        page.get_by_label("Bán theo").select_option("kg")
        page.get_by_role("button", name="Cất lại, chưa đăng").click()
        page.get_by_role("link", name="Sửa").click()
        page.get_by_label("Giá", exact=True).fill("35k")
        page.get_by_role("button", name="Lưu, chưa đăng").click()
        expect(page.get_by_text("35.000")).to_be_visible()
        page.get_by_label("chợ tự đăng các món này").check()
        page.get_by_role("button", name="Lưu lựa chọn này").click()
        expect(page.get_by_text("như bạn đã chọn")).to_be_visible()
        page.goto("/ban-hang")
        page.get_by_role("link", name="Soạn tài khoản nhận tiền").click()
        page.get_by_label("Ngân hàng").select_option("970422")
        page.get_by_label("Số tài khoản").fill("1017 6655 44")
        page.get_by_label("Tên chủ tài khoản").fill("Vũ Thị Mai")
        page.get_by_role("button", name="Cất lại, chưa dùng").click()
        expect(page.get_by_text("số đuôi 5544")).to_be_visible()
        page.goto(verify(cast, now))
        expect(page.get_by_label("Số tài khoản")).to_have_value("1017665544")
        assert queries.live_bank_account(reading(), cast.theu) is None
        page.get_by_role("button", name="Lưu tài khoản").click()
        expect(page.get_by_text("Đang nhận tiền vào")).to_be_visible()
    assert queries.live_bank_account(reading(), cast.theu) is not None


@pytest.fixture
def mai(app: Flask, phone: BrowserContext, address: str, cast: Cast, now: Clock) -> Page:
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    phone.add_cookies([cookie_of(app, cast.mai, now, address)])
    return phone.new_page()


@pytest.mark.nightly  # every page at every size
def test_its_pages_hold_to_what_every_screen_holds_to(mai: Page, cast: Cast, now: Clock, tmp_path: Path) -> None:
    mai.goto("/ban-hang/soan-san/moi")
    mai.get_by_label("Chọn ảnh có sẵn trong máy").set_input_files(photograph(tmp_path))
    mai.get_by_label("Tên hàng").fill("Gạo nếp cái hoa vàng bãi rươi Đại Sơn loại thượng hạng")
    mai.get_by_label("Giá", exact=True).fill("30k")
    mai.get_by_label("Bán theo").select_option("kg")
    mai.get_by_role("button", name="Cất lại, chưa đăng").click()
    expect(mai.get_by_role("heading", name="Hàng soạn sẵn")).to_be_visible()
    looked_at(mai, "drafts")
    mai.get_by_role("link", name="Sửa").click()
    looked_at(mai, "draft_edit")
    mai.goto("/ban-hang/soan-san/tai-khoan")
    looked_at(mai, "account_draft")
    mai.get_by_label("Ngân hàng").select_option("970422")
    mai.get_by_label("Số tài khoản").fill("1017665544")
    mai.get_by_label("Tên chủ tài khoản").fill("Vũ Thị Mai")
    mai.get_by_role("button", name="Cất lại, chưa dùng").click()
    looked_at(mai, "account_draft_kept")
    mai.goto(verify(cast, now))
    looked_at(mai, "bank_drafted")


@pytest.mark.nightly  # the form's own test is by day
def test_the_kind_of_goods_is_the_buyer_s_to_choose(page: Page, cast: Cast, now: Clock) -> None:
    """The bar says so until then, and what it costs after."""
    shelf.show_picture(cast.dau_xanh, now())
    shelf.add_choice(cast.dau_xanh, label="túi 500 g", price=25_000)
    page.goto(f"/san-pham/{shelf.product_id(cast.dau_xanh)}-dau-xanh")
    expect(page.locator("[data-sum-of]")).to_have_text("Mời chọn loại")
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    picture(page, "kinds")
    assert faults_of(page) == []
    page.get_by_role("button", name="Thêm vào giỏ").click()
    expect(page).to_have_url(re.compile("/san-pham/"))
    page.get_by_label("túi 500 g").check()
    expect(page.locator("[data-sum]")).to_have_text("25.000\u00a0₫")
    page.get_by_role("button", name="Thêm vào giỏ").click()
    expect(page.get_by_role("heading", name="Giỏ hàng")).to_be_visible()
    expect(page.get_by_role("link", name="Đậu xanh túi 500 g")).to_be_visible()
