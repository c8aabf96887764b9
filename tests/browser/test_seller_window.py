"""What a seller does with her orders and prices on a phone: a no with its undo, the packing list, a price asked back, a
unit that is proposed; with long names, in the dark, at 200 %."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.catalog.models import Product, Variant
from market.orders.models import Contact, Order
from market.payments.actions import OrderRef, ready_order
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.catalog import shelf
from tests.catalog.pictures import jpeg
from tests.conftest import Clock
from tests.payments.steps import Bought, buy

LAN = "/ban-hang/rau-ba-lan"
LONG = "Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Thảo"
GOODS = "Gạo nếp cái hoa vàng bãi rươi Đại Sơn loại thượng hạng"


@pytest.fixture
def lan(app: Flask, phone: BrowserContext, address: str, cast: Cast, now: Clock) -> Page:
    client = app.test_client()
    make.sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    return phone.new_page()


@pytest.fixture
def orders(cast: Cast, now: Clock) -> list[Bought]:
    """Three in hand, one of them packed, one that waits: all of somebody with a long name, of goods with one."""
    with transaction() as session:
        session.get_one(Product, session.get_one(Variant, cast.dau_xanh).product_id).name = GOODS
    bought = [buy(cast, now(), variant=cast.dau_xanh, amount=1000, point=cast.pickup) for _ in range(2)]
    bought.append(buy(cast, now()))
    bought.append(buy(cast, now(), variant=cast.dau_xanh, amount=2000, accepted=False))
    with transaction() as session:
        for contact in session.query(Contact):
            contact.name, contact.note = LONG, "Gọi trước khi mang đến, nhà có chó, để ở quán cô Hoa đầu ngõ cũng được"
        which = OrderRef(stall_id=cast.lan.stall, order_id=bought[0].id)
        ready_order(session, Actor(person_id=cast.lan.person), which, clock=now)
    return bought


def looked_at(page: Page, name: str) -> None:
    picture(page, name)
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}_dark")
    page.emulate_media(color_scheme="light")
    assert faults_everywhere(page) == [], name


def test_none_left_stops_the_goods_and_one_tap_brings_them_back(lan: Page, cast: Cast, orders: list[Bought]) -> None:
    lan.goto(LAN)
    looked_at(lan, "today")
    lan.get_by_role("link", name="Không nhận").click()
    looked_at(lan, "decline")
    lan.get_by_role("button", name="Báo hết hàng, dừng đơn này").click()
    expect(lan.get_by_text(f"Đã ngừng bán: {GOODS}.")).to_be_visible()
    looked_at(lan, "declined")
    lan.get_by_role("button", name="Hoàn tác, bán lại").click()
    expect(lan.get_by_text(re.compile("Đã bán lại như trước"))).to_be_visible()
    reading().expire_all()
    assert not reading().get_one(Variant, cast.dau_xanh).is_sold_out


def test_the_packing_list_is_read_without_a_network(lan: Page, phone: BrowserContext, orders: list[Bought]) -> None:
    lan.goto(f"{LAN}/don")
    looked_at(lan, "orders")
    lan.get_by_role("link", name="Đóng hàng").click()
    expect(lan.get_by_role("heading", name="Nhà văn hóa thôn Nghĩa Dũng")).to_be_visible()
    looked_at(lan, "packing")
    phone.set_offline(True)
    code = reading().get_one(Order, orders[1].id).code
    tick = lan.locator(f"#xong-{code}")
    tick.check()
    lan.mouse.wheel(0, 2000)
    lan.wait_for_timeout(500)
    expect(tick).to_be_checked()
    expect(lan.get_by_role("heading", name="Nhà văn hóa thôn Nghĩa Dũng")).to_have_count(1)
    expect(lan.locator(f"#xong-{reading().get_one(Order, orders[0].id).code}")).to_be_checked()
    lan.emulate_media(media="print")
    expect(lan.get_by_role("link", name="Hôm nay")).to_be_hidden()
    expect(lan.get_by_text(LONG).first).to_be_visible()
    picture(lan, "packing_print")


@pytest.mark.nightly  # a walk of its own; what is proposed is tried by day in tests/catalog/test_prices.py
def test_a_unit_is_proposed_and_chosen_by_a_tap_alone(lan: Page, tmp_path: Path) -> None:
    photo = tmp_path / "IMG_1.jpg"
    photo.write_bytes(jpeg())
    lan.goto(f"{LAN}/san-pham/moi")
    unit, proposal = lan.get_by_label("Bán theo"), lan.locator("[data-units]")
    expect(proposal).to_be_hidden()
    for typed, told in (
        ("Rau muống", "mớ"),
        ("trung ga", "chục (10 quả)"),
        ("Thứ lạ", ""),
        ("Cà chua vườn", ""),
    ):
        lan.get_by_label("Tên hàng").fill(typed)
        if told:
            expect(proposal).to_contain_text(f"Thường bán theo {told}.")
        else:
            expect(proposal).to_be_hidden()
        expect(unit).to_have_value("kg")
    for typed, code in (("Rau muống", "mo"), ("Cà chua vườn", "kg")):
        lan.get_by_label("Tên hàng").fill(typed)
        expect(proposal).to_be_visible()
        proposal.get_by_role("button", name="Chọn").click()
        expect(unit).to_have_value(code)
        expect(proposal).to_be_hidden()
    lan.get_by_label("Tên hàng").fill("Rau muống")
    looked_at(lan, "unit_proposed")
    lan.get_by_label("Tên hàng").fill("Cà chua vườn")
    expect(proposal).to_be_hidden()
    lan.get_by_label("Giá", exact=True).fill("1.000.000")
    lan.get_by_label("Chọn ảnh có sẵn trong máy").set_input_files(photo)
    lan.get_by_role("button", name="Đăng bán").click()
    expect(lan.get_by_text("khác thường với loại hàng này")).to_be_visible()
    looked_at(lan, "price_asked")
    lan.get_by_role("button", name="Đăng bán").click()
    expect(lan.get_by_text("Đã đăng Cà chua vườn")).to_be_visible()


@pytest.mark.nightly  # a walk of its own; without a browser by day
def test_a_jump_in_the_list_is_asked_back(lan: Page, cast: Cast) -> None:
    lan.goto(f"{LAN}/san-pham")
    row = lan.locator(f"#mon-{shelf.product_id(cast.dau_xanh)}")
    row.get_by_text("Sửa giá").click()
    row.get_by_label("Giá mới của Đậu xanh").fill("1tr2")
    row.get_by_role("button", name="Lưu giá").click()
    expect(lan.get_by_text("cao gấp 26 lần giá trước")).to_be_visible()
    looked_at(lan, "jump_asked")
    lan.get_by_role("button", name="Lưu", exact=True).last.click()
    expect(lan.get_by_text(re.compile("1.200.000")).first).to_be_visible()


def test_money_says_who_sees_it(lan: Page) -> None:
    lan.goto(f"{LAN}/tien")
    expect(lan.get_by_text("Họ không thấy số tiền nào trong mục này.")).to_be_visible()
    looked_at(lan, "money")
