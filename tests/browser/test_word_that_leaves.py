"""Where a seller wants word, and what could not be sent to her, on a phone: with long names, in the dark, at 200 %."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from market.base.db import reading, transaction
from market.notices.ports import Address
from market.notices.queries import choice_of
from market.notices.rules import ORDER_FACT
from market.notices.senders import SENDERS
from market.sellers.models import Business
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.notices.ways import Loudspeaker, say, work
from tests.registries import only
from tests.web.stall.today.test_unreached import miss

LONG = "Hợp tác xã dịch vụ nông nghiệp tổng hợp rau quả an toàn Nghĩa Dũng Đại Sơn"


@pytest.fixture
def ways(cast: Cast) -> Iterator[None]:
    say(ORDER_FACT, "email, sms")
    mail = Loudspeaker(name="email", word="Thư điện tử", address=Address.EMAIL, people=(cast.lan.person,))
    text = Loudspeaker(name="sms", word="Tin nhắn SMS", address=Address.PHONE, is_paid=True, people=(cast.lan.person,))
    with only(SENDERS, mail, text):
        yield


def signed_in(app: Flask, phone: BrowserContext, address: str, person: int, now: Clock) -> Page:
    client = app.test_client()
    make.sign_in(client, person, now())
    kept = client.get_cookie("choso")
    assert kept
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    return phone.new_page()


def looked_at(page: Page, name: str) -> None:
    picture(page, name)
    page.emulate_media(color_scheme="dark")
    picture(page, f"{name}_dark")
    page.emulate_media(color_scheme="light")
    assert faults_everywhere(page) == [], name


def test_a_seller_says_where_she_wants_word_and_hears_a_test(
    app: Flask, phone: BrowserContext, address: str, cast: Cast, now: Clock, ways: None
) -> None:
    page = signed_in(app, phone, address, cast.lan.person, now)
    page.goto(f"{address}/tai-khoan/nhan-tin")
    page.get_by_label("Địa chỉ thư điện tử").fill("lan.rau.sach.nghia.dung.dai.son@thu.test")
    page.get_by_label("Có đơn mới thì báo cả ban đêm").check()
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Đã lưu nơi nhận tin.")).to_be_visible()
    assert choice_of(reading(), cast.lan.person).wakes_for_orders
    page.get_by_role("button", name="Gửi thử").last.click()
    expect(page.get_by_text("Đang gửi thử qua Tin nhắn SMS")).to_be_visible()
    work()
    page.goto(f"{address}/tai-khoan/nhan-tin")
    expect(page.get_by_text("đã gửi", exact=False).first).to_be_visible()
    looked_at(page, "ways")


@pytest.mark.nightly  # each page's own test is by day
def test_what_did_not_arrive_is_read_on_a_phone(
    app: Flask, phone: BrowserContext, address: str, cast: Cast, now: Clock, ways: None
) -> None:
    with transaction() as session:
        session.get_one(Business, cast.lan.business).name = LONG
    miss(now, cast.lan.business, "a", "b")
    page = signed_in(app, phone, address, cast.lan.person, now)
    page.goto(f"{address}/ban-hang/rau-ba-lan")
    expect(page.get_by_text("2 tin chưa gửi được tới bạn.")).to_be_visible()
    picture(page, "unreached_today")
    page.get_by_role("link", name="Xem và sửa nơi nhận tin").click()
    looked_at(page, "unreached")
    page.get_by_role("button", name="Tôi biết rồi").click()
    expect(page.get_by_text("chưa gửi được tới bạn")).to_have_count(0)
    office = signed_in(app, phone, address, cast.hung, now)
    miss(now, cast.lan.business, "c")
    office.goto(f"{address}/van-phong/cai-dat/tin-bao")
    expect(office.get_by_text("1 tin chưa tới")).to_be_visible()
    looked_at(office, "office_notices")
