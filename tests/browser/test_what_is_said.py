"""What both sides of an order write and do about it, on a phone: long names, in the dark, at 200 %."""

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from market.base.audit import GUEST
from market.base.db import transaction
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.actions import cancel_order, ready_order
from market.values.period import local_day
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE, accept_as_shown, order_row, place, ref, wanted
from tests.web.stall.steps import path

LONG = "Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Thảo"
NOTE = "Gọi trước khi mang đến, nhà có chó, để ở quán cô Hoa đầu ngõ cũng được"
ASKED = "Rau nhà mình có phun thuốc gì không bà ơi, cháu mua cho mẹ mới ốm dậy nên hỏi kỹ. " + "a" * 80


@pytest.fixture
def mai(phone: BrowserContext, address: str) -> Page:
    """The phone on which Mai orders as a guest."""
    phone.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
    return phone.new_page()


def looked_at(page: Page, name: str) -> None:
    picture(page, name)
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}_dark")
    page.emulate_media(color_scheme="light")
    assert faults_everywhere(page) == [], name


def test_a_guest_writes_a_note_asks_more_and_takes_the_order_in(
    app: Flask, mai: Page, phone: BrowserContext, address: str, cast: Cast, now: Clock
) -> None:
    asked = replace(wanted(cast.dau_xanh, 2000), note=NOTE)
    (order_id,) = place(cast.commune, asked, now=now(), buyer=replace(MAI_HERE, name=LONG)).order_ids
    code = order_row(order_id).code
    mai.goto(f"/don/{code}")
    mai.get_by_label("Tin nhắn").fill(ASKED)
    mai.get_by_role("button", name="Gửi tin nhắn").click()
    expect(mai.get_by_text("Tin nhắn đã nằm trong đơn")).to_be_visible()
    looked_at(mai, "order_talk")
    with transaction() as session:
        cancel_order(session, GUEST, order_id, clock=now)
    mai.goto("/don")
    looked_at(mai, "orders_again")
    mai.get_by_role("button", name="Đặt lại").click()
    expect(mai.get_by_text("Đã bỏ lại vào giỏ: Đậu xanh")).to_be_visible()
    looked_at(mai, "checkout_note")
    mai.goto(f"/don/{code}")
    way = mai.get_by_role("link", name="Giữ đơn này trong tài khoản của tôi").get_attribute("href") or ""
    seller = app.test_client()
    make.sign_in(seller, cast.lan.person, now())
    kept = seller.get_cookie("choso")
    assert kept
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    mai.goto(path(cast, code))
    looked_at(mai, "stall_talk")
    mai.goto(f"/ban-hang/{cast.lan.slug}/don")
    looked_at(mai, "stall_hints")
    mai.goto(way)
    looked_at(mai, "order_attach")
    mai.get_by_role("button", name="Giữ đơn này trong tài khoản của tôi").click()
    expect(mai.get_by_text("Đơn đã nằm trong tài khoản của bạn")).to_be_visible()


@pytest.mark.nightly  # each page's own test is by day
def test_nobody_came_and_the_buyer_says_that_they_did(
    app: Flask, mai: Page, phone: BrowserContext, address: str, cast: Cast, now: Clock
) -> None:
    """Both sides on one phone: it is the cookies that tell them apart."""
    buyer = replace(MAI_HERE, name=LONG)
    asked = wanted(cast.dau_xanh, 2000, point=cast.pickup)
    (order_id,) = place(cast.commune, asked, now=now(), buyer=buyer).order_ids
    with transaction() as session:
        accept_as_shown(session, GUEST, order_id, clock=now)
        ready_order(session, GUEST, ref(session, order_id), clock=now)
    mai.goto("/khong-den-lay")
    looked_at(mai, "fetching_terms")
    code = order_row(order_id).code
    now.at = order_row(order_id).fetch_by or now()
    seller = app.test_client()
    make.sign_in(seller, cast.lan.person, now())
    kept = seller.get_cookie("choso")
    assert kept
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    mai.goto(path(cast, code))
    looked_at(mai, "stall_past")
    mai.get_by_role("link", name="Khách không đến lấy", exact=True).click()
    looked_at(mai, "no_show")
    mai.get_by_label("Đã hỏng, không bán nữa").check()
    mai.get_by_role("button", name="Ghi khách không đến lấy").click()
    expect(mai.get_by_text(f"Đã ghi khách không đến lấy đơn {code}")).to_be_visible()
    place(cast.commune, asked, now=now(), buyer=buyer)
    mai.goto(f"/ban-hang/{cast.lan.slug}/don")
    mai.get_by_role("link", name=LONG).first.click()
    expect(mai.get_by_role("heading", name="Lần trước khách không đến lấy")).to_be_visible()
    looked_at(mai, "second_time")
    phone.clear_cookies(name="choso")
    mai.goto(f"/don/{code}")
    looked_at(mai, "not_come")
    mai.get_by_role("button", name="Tôi đã đến").click()
    expect(mai.get_by_text("Đã ghi là bạn có đến")).to_be_visible()


@pytest.mark.nightly  # each page's own test is by day
def test_goods_are_rated_read_answered_and_hidden(
    app: Flask, mai: Page, phone: BrowserContext, address: str, cast: Cast, now: Clock
) -> None:
    asked = wanted(cast.dau_xanh, 2000, point=cast.pickup)
    (order_id,) = place(cast.commune, asked, now=now(), buyer=replace(MAI_HERE, name=LONG)).order_ids
    with transaction() as session:
        order = session.get_one(Order, order_id)
        order.status, order.completed_at, order.completed_on = OrderStatus.DELIVERED, now(), local_day(now())
    code = order_row(order_id).code
    mai.goto(f"/don/{code}")
    mai.get_by_role("link", name="Đánh giá món đã mua").click()
    looked_at(mai, "rate")
    mai.get_by_label("2 sao, chưa ưng").check()
    mai.get_by_label("Vài chữ về món này").fill(ASKED)
    mai.get_by_role("button", name="Gửi đánh giá").click()
    expect(mai.get_by_text("Đã ghi đánh giá")).to_be_visible()
    for who, page, name in (
        (cast.lan.person, f"/ban-hang/{cast.lan.slug}/danh-gia", "stall_ratings"),
        (cast.hung, "/van-phong/danh-gia", "office_ratings"),
    ):
        client = app.test_client()
        make.sign_in(client, who, now())
        kept = client.get_cookie("choso")
        assert kept
        phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
        mai.goto(page)
        looked_at(mai, name)
    mai.goto(f"/gian-hang/{cast.lan.slug}/danh-gia")
    looked_at(mai, "ratings")
