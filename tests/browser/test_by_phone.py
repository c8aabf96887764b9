"""A regular rings up: the order is written in a few touches, handed over on credit, and half of it paid off."""

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_less_than_ordered import seller_page
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.phoning import write

MOST_TOUCHES = 6


class Counting:
    """Taps of a thumb, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.touches = page, 0

    def tap(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=False).first.click()  # type: ignore[arg-type]
        self.touches += 1


def test_a_regular_s_order_takes_few_touches_and_half_of_its_debt_is_paid_off(
    chromium: Browser, client: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    write(cast, now)
    with new_phone(chromium, address) as lans, new_phone(chromium, address) as mais:
        lan = seller_page(lans, client, cast, now, address)
        lan.goto(f"/ban-hang/{cast.lan.slug}/don")
        thumb = Counting(lan)
        picture(lan, "by_phone_orders")
        thumb.tap("link", "Ghi đơn qua điện thoại")
        assert faults_everywhere(lan) == []
        picture(lan, "by_phone_who")
        thumb.tap("link", "chị Mai")
        assert faults_everywhere(lan) == []
        picture(lan, "by_phone_form")
        thumb.tap("button", "Ghi đơn")
        expect(lan.get_by_text("tổng 90.000")).to_be_visible()
        assert thumb.touches <= MOST_TOUCHES
        code = lan.url.rsplit("/", 1)[1]
        lan.get_by_text("Gửi đơn này cho khách xem").click()
        assert faults_everywhere(lan) == []
        picture(lan, "by_phone_order")
        sent = lan.get_by_text("/cua-toi/").first.text_content() or ""
        mai = mais.new_page()
        mai.goto(f"/don/{code}/cua-toi/{sent.rsplit('/', 1)[1].strip()}")
        expect(mai.get_by_text("Hàng đã đặt")).to_be_visible()
        assert faults_everywhere(mai) == []
        picture(mai, "by_phone_buyer")
        lan.get_by_role("link", name="Giao hàng").click()
        lan.get_by_text("Ghi nợ (mua chịu)").click()
        assert faults_everywhere(lan) == []
        picture(lan, "by_phone_hand_over")
        lan.get_by_role("button", name="Đã giao hàng").click()
        expect(lan.get_by_text("Đã ghi vào sổ mua chịu.")).to_be_visible()
        picture(lan, "by_phone_on_credit")
        lan.get_by_role("link", name="Sổ mua chịu").click()
        assert faults_everywhere(lan) == []
        picture(lan, "by_phone_book")
        lan.get_by_role("link", name="chị Mai").click()
        lan.get_by_label("Khách trả").fill("45k")
        assert faults_everywhere(lan) == []
        picture(lan, "by_phone_debt")
        lan.get_by_role("button", name="Ghi khách trả").click()
        expect(lan.get_by_text("còn nợ 45.000").first).to_be_visible()
        picture(lan, "by_phone_half_paid")
        mai.reload()
        expect(mai.get_by_text("Người bán ghi bạn mua chịu")).to_be_visible()
        picture(mai, "by_phone_buyer_owes")
