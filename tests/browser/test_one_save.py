"""What was lost silently on a phone once, each as it was found: typed is saved, still there, or asked about."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect

from market.base.db import reading
from market.catalog.models import Variant
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.nights import of_many
from tests.web.shop.buying import WHO

GOODS = "/ban-hang/rau-ba-lan/san-pham"


@pytest.fixture
def lan(app: Flask, phone: BrowserContext, address: str, cast: Cast, now: Clock) -> Page:
    """Bà Lan's phone, signed in."""
    client = app.test_client()
    make.sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    return phone.new_page()


def left(variant: int) -> int | None:
    reading().expire_all()
    return reading().get_one(Variant, variant).on_hand


def goes(page: Page, act: Callable[[], None]) -> None:
    with page.expect_navigation():
        act()


# --- a: one Save --------------------------------------------------------------------------------------------------


def test_the_sticky_save_takes_the_amount_and_the_picture(lan: Page, cast: Cast, tmp_path: Path) -> None:
    picture = tmp_path / "IMG_1.jpg"
    picture.write_bytes(jpeg())
    lan.goto(f"{GOODS}/{shelf.product_id(cast.dau_xanh)}")
    lan.get_by_label("Số lượng mới").fill("33")
    lan.get_by_label("Chọn ảnh có sẵn trong máy").set_input_files(picture)
    goes(lan, lambda: lan.get_by_role("button", name="Lưu", exact=True).last.click())
    expect(lan.get_by_text("số còn 33\u00a0kg; có 2 ảnh")).to_be_visible()
    assert left(cast.dau_xanh) == 33_000


# --- b: steppers --------------------------------------------------------------------------------------------------


@of_many(1)  # ways to leave that one listener serves
@pytest.mark.parametrize("leave", ["tab", "link", "back", "button"])
def test_three_taps_on_plus_are_saved_before_the_next_page(lan: Page, cast: Cast, leave: str) -> None:
    lan.goto("/ban-hang/rau-ba-lan")
    lan.goto(GOODS)
    row = lan.locator(f"#dem-{cast.dau_xanh}")
    for _ in range(3):
        row.get_by_role("button", name="Thêm").click()
    ways = {
        "tab": lambda: lan.get_by_role("link", name="Tiền").click(),
        "link": lambda: lan.get_by_role("link", name="Lô và tem").click(),
        "back": lambda: lan.go_back(),
        "button": lambda: lan.get_by_role("button", name="Báo hết").first.click(),
    }
    goes(lan, ways[leave])
    lan.wait_for_timeout(0 if leave != "back" else 700)
    assert left(cast.dau_xanh) == 8_000


# --- e: in words --------------------------------------------------------------------------------------------------


def test_a_saved_amount_is_said_beside_it_and_tapped_on_without_a_reload(lan: Page, cast: Cast) -> None:
    lan.goto(GOODS)
    row = lan.locator(f"#dem-{cast.dau_xanh}")
    row.get_by_role("button", name="Thêm").click()
    expect(row.get_by_text("Đã lưu Đậu xanh: số còn 6\u00a0kg.")).to_be_visible()
    row.get_by_role("button", name="Thêm").click()
    expect(row.get_by_text("Đã lưu Đậu xanh: số còn 7\u00a0kg.")).to_be_visible()
    assert left(cast.dau_xanh) == 7_000


def test_an_amount_that_changed_meanwhile_is_said_and_not_overwritten(lan: Page, cast: Cast) -> None:
    lan.goto(GOODS)
    shelf.change(cast.dau_xanh, on_hand=4_000)
    row = lan.locator(f"#dem-{cast.dau_xanh}")
    row.get_by_role("button", name="Thêm").click()
    expect(row.get_by_text("số còn (nay là 4\u00a0kg)")).to_be_visible()
    assert left(cast.dau_xanh) == 4_000
    expect(row.locator("[data-stepper] input")).to_have_value("6")


@pytest.mark.nightly  # waits for a browser without a network; check-out does so by day
def test_an_amount_that_did_not_go_out_says_so_and_stays(lan: Page, cast: Cast) -> None:
    lan.goto(GOODS)
    lan.context.set_offline(True)
    row = lan.locator(f"#dem-{cast.dau_xanh}")
    row.get_by_role("button", name="Thêm").click()
    expect(row.get_by_text("Chưa lưu được vì mất mạng")).to_be_visible()
    lan.get_by_role("link", name="Tiền").click()
    lan.context.set_offline(False)
    lan.goto(GOODS)
    expect(lan.get_by_text("Đã lưu Đậu xanh: số còn 6\u00a0kg.").first).to_be_visible()
    assert left(cast.dau_xanh) == 6_000


@pytest.mark.nightly  # waits for a browser without a network; check-out does so by day
def test_an_amount_that_did_not_go_out_is_not_put_over_another_one(lan: Page, cast: Cast) -> None:
    lan.goto(GOODS)
    lan.context.set_offline(True)
    row = lan.locator(f"#dem-{cast.dau_xanh}")
    row.get_by_role("button", name="Thêm").click()
    expect(row.get_by_text("Chưa lưu được vì mất mạng")).to_be_visible()
    lan.context.set_offline(False)
    shelf.change(cast.dau_xanh, on_hand=4_000)
    lan.goto(GOODS)
    expect(row.get_by_text("Bạn gõ 6 mà chưa lưu được")).to_be_visible()
    expect(row.locator("[data-stepper] input")).to_have_value("4")
    assert left(cast.dau_xanh) == 4_000


# --- c: the cart --------------------------------------------------------------------------------------------------


@of_many(1)  # one way by day, with a script; the form is the page's own
@pytest.mark.parametrize("has_script", [True, False])
def test_seven_typed_in_the_cart_are_seven_ordered(
    chromium: Browser, address: str, cast: Cast, has_script: bool
) -> None:
    with chromium.new_context(base_url=address, java_script_enabled=has_script, locale="vi-VN") as phone:
        page = phone.new_page()
        page.goto("/tim?q=rau muong")
        goes(page, lambda: page.locator("a.product-card").first.click())
        goes(page, lambda: page.get_by_role("button", name="Thêm vào giỏ").click())
        page.goto("/gio-hang")
        page.get_by_label("Số lượng Rau muống").fill("7")
        goes(page, lambda: page.get_by_role("button", name="Đặt hàng").click())
        expect(page.get_by_text("Rau muống: 7\u00a0mớ")).to_be_visible()


# --- d: without a network -----------------------------------------------------------------------------------------


def buys(page: Page) -> None:
    page.goto("/tim?q=rau muong")
    goes(page, lambda: page.locator("a.product-card").first.click())
    goes(page, lambda: page.get_by_role("button", name="Thêm vào giỏ").click())
    page.goto("/dat-hang")
    page.locator("[name=name]").fill(WHO["name"])
    page.locator("[name=phone]").fill(WHO["phone"])
    page.locator("[name=place]").first.check()
    page.locator("[name$='-pay']").first.check()


@of_many(1)  # ways to leave that one draft outlives
@pytest.mark.parametrize("way", ["offline", "reload", "lost", "back"])
def test_check_out_survives(page: Page, cast: Cast, way: str) -> None:
    buys(page)
    match way:
        case "offline":
            page.context.set_offline(True)
            page.get_by_role("button", name="Xem lại đơn").click()
            expect(page.get_by_text("Đang mất mạng nên chưa gửi được")).to_be_visible()
            page.context.set_offline(False)
        case "lost":
            page.route("**/dat-hang", lambda route: route.abort())
            page.get_by_role("button", name="Xem lại đơn").click()
            page.wait_for_timeout(300)
            page.unroute("**/dat-hang")
            page.goto("/dat-hang")
        case "reload":
            page.reload()
        case "back":
            goes(page, lambda: page.get_by_role("button", name="Quay lại").click())
            page.goto("/dat-hang")
    expect(page.locator("[name=name]")).to_have_value(WHO["name"])
    expect(page.locator("[name=phone]")).to_have_value(WHO["phone"])
    expect(page.locator("[name=place]").first).to_be_checked()
    expect(page.locator("[name$='-pay']").first).to_be_checked()
    goes(page, lambda: page.get_by_role("button", name="Xem lại đơn").click())
    page.goto("/dat-hang")
    expect(page.get_by_text("Bạn gõ dở ở đây")).to_have_count(0)


@of_many(1)  # where the picture is kept: at the market by day, on the phone by night
@pytest.mark.parametrize("is_sent_ahead", [True, False])
def test_a_listing_survives_with_its_picture(lan: Page, cast: Cast, tmp_path: Path, is_sent_ahead: bool) -> None:
    picture = tmp_path / "IMG_1.jpg"
    picture.write_bytes(jpeg())
    lan.goto(f"{GOODS}/moi")
    if not is_sent_ahead:
        lan.route("**/anh", lambda route: route.abort())
    lan.get_by_label("Chọn ảnh có sẵn trong máy").set_input_files(picture)
    said = "Ảnh đã gửi xong" if is_sent_ahead else "Máy này còn giữ ảnh"
    expect(lan.get_by_text(said)).to_be_visible()
    lan.get_by_label("Tên hàng").fill("Hành củ khô")
    lan.get_by_label("Giá").fill("35k")
    lan.unroute("**/anh")
    lan.context.set_offline(True)
    lan.get_by_role("button", name="Đăng bán").click()
    expect(lan.get_by_text("Đang mất mạng nên chưa gửi được")).to_be_visible()
    lan.context.set_offline(False)
    lan.reload()
    expect(lan.get_by_text("Bạn gõ dở ở đây")).to_be_visible()
    expect(lan.get_by_label("Tên hàng")).to_have_value("Hành củ khô")
    expect(lan.get_by_text("Ảnh đã gửi")).to_be_visible()
    goes(lan, lambda: lan.get_by_role("button", name="Đăng bán").click())
    expect(lan.get_by_text("Đã đăng Hành củ khô")).to_be_visible()
    lan.goto(f"{GOODS}/moi")
    expect(lan.get_by_label("Tên hàng")).to_have_value("")


@pytest.mark.nightly  # a fault of few browsers; the picture that is kept is tried by day
def test_a_picture_that_no_browser_can_keep_says_so(lan: Page, cast: Cast, tmp_path: Path) -> None:
    heavy = tmp_path / "IMG_1.heic"
    heavy.write_bytes(b"\0\0\0\x18ftypheic" + bytes(400))
    lan.add_init_script("indexedDB.open = () => { throw new Error('no room'); };")
    lan.goto(f"{GOODS}/moi")
    lan.route("**/anh", lambda route: route.abort())
    lan.get_by_label("Chọn ảnh có sẵn trong máy").set_input_files(heavy)
    expect(lan.get_by_text("Máy không giữ được ảnh này")).to_be_visible()


def test_what_is_half_typed_is_one_person_s_and_gone_when_they_sign_out(lan: Page, cast: Cast) -> None:
    lan.goto(f"{GOODS}/moi")
    lan.get_by_label("Tên hàng").fill("Hành củ khô")
    assert "Hành củ khô" in lan.evaluate("JSON.stringify(localStorage)")
    lan.goto("/tai-khoan")
    goes(lan, lambda: lan.get_by_role("button", name="Đăng xuất", exact=True).click())
    assert lan.evaluate("Object.keys(localStorage).length") == 0


@pytest.mark.nightly  # a walk that repeats in part those above
def test_half_typed_words_can_be_dropped(lan: Page, cast: Cast) -> None:
    page = f"{GOODS}/{shelf.product_id(cast.dau_xanh)}"
    lan.goto(page)
    lan.get_by_label("Tên hàng").fill("Đậu đen")
    lan.goto(GOODS)
    lan.goto(page)
    expect(lan.get_by_label("Tên hàng")).to_have_value("Đậu đen")
    lan.get_by_role("button", name="Bỏ phần gõ dở").click()
    expect(lan.get_by_label("Tên hàng")).to_have_value("Đậu xanh")
    lan.reload()
    expect(lan.get_by_label("Tên hàng")).to_have_value("Đậu xanh")


def test_half_typed_words_are_not_put_over_what_another_hand_changed_unseen(lan: Page, cast: Cast) -> None:
    page = f"{GOODS}/{shelf.product_id(cast.dau_xanh)}"
    lan.goto(page)
    lan.get_by_label("Giá").fill("46k")
    shelf.change(cast.dau_xanh, price=48_000)
    lan.goto(page)
    expect(lan.get_by_label("Giá")).to_have_value("46k")
    goes(lan, lambda: lan.get_by_role("button", name="Lưu", exact=True).last.click())
    expect(lan.get_by_text("giá (nay là 48.000")).to_be_visible()
    expect(lan.get_by_label("Giá")).to_have_value("46k")
    goes(lan, lambda: lan.get_by_role("button", name="Lưu", exact=True).last.click())
    expect(lan.get_by_text("giá 46.000")).to_be_visible()


# --- f: passwords -------------------------------------------------------------------------------------------------


def test_a_password_is_kept_nowhere_and_asked_about_before_it_is_lost(page: Page, cast: Cast) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay)
    page.goto("/dang-ky")
    page.get_by_label("Họ và tên").fill("Bùi Thị Mơ")
    page.get_by_label("Mật khẩu").first.click()
    page.keyboard.type("mot hai ba bon")
    assert "mot hai ba bon" not in page.evaluate("JSON.stringify(localStorage)")
    page.get_by_role("link", name="Chợ").first.click()
    page.wait_for_url("**/")
    assert asked == ["beforeunload"]
    page.goto("/dang-ky")
    expect(page.get_by_label("Họ và tên")).to_have_value("Bùi Thị Mơ")


@pytest.mark.nightly  # the sentence alone is tried by day in tests/web/account/test_sign_up.py
def test_a_form_that_comes_back_says_that_the_password_does_not(page: Page, cast: Cast) -> None:
    page.goto("/dang-ky")
    page.get_by_label("Họ và tên").fill("Bùi Thị Mơ")
    page.get_by_label("Số điện thoại").fill("12")
    page.get_by_label("Mật khẩu").first.fill("mot hai ba bon")
    page.get_by_label("Tôi đồng ý").check()
    goes(page, lambda: page.get_by_role("button", name="Lập tài khoản").click())
    expect(page.get_by_text("Riêng ô “Mật khẩu” chợ không giữ lại: mời gõ lại.")).to_be_visible()
