"""There is less than was ordered: the seller says so on one screen, the buyer answers in one tap."""

from dataclasses import replace

from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect

from market.base.audit import GUEST
from market.base.db import transaction
from market.orders.actions.inputs import PlacePurchase
from market.orders.models import Order
from market.payments import actions
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE, MAIS_PHONE, line, wanted


def two_goods(cast: Cast, now: Clock) -> str:
    """Three kilos of beans and two bunches of greens that Mai ordered of bà Lan; the code."""
    order = wanted(cast.dau_xanh, 3000)
    order = replace(order, lines=(*order.lines, line(cast.rau_muong, 2000)))
    new = PlacePurchase(commune_id=cast.commune, client_key="less", buyer=MAI_HERE, orders=(order,))
    with transaction() as session:
        (order_id,) = actions.check_out(session, GUEST, new, clock=now).order_ids
        return session.get_one(Order, order_id).code


def seller_page(phone: BrowserContext, client: FlaskClient, cast: Cast, now: Clock, address: str) -> Page:
    sign_in(client, cast.lan.person, now())
    kept = client.get_cookie("choso")
    assert kept is not None
    phone.add_cookies([{"name": "choso", "value": kept.value, "url": address}])
    return phone.new_page()


def test_less_is_offered_and_taken_in_one_tap(
    chromium: Browser, client: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    code = two_goods(cast, now)
    with new_phone(chromium, address) as lans, new_phone(chromium, address) as mais:
        lan = seller_page(lans, client, cast, now, address)
        lan.goto(f"/ban-hang/{cast.lan.slug}/don/{code}")
        lan.get_by_role("link", name="Còn ít hơn khách đặt").click()
        lan.get_by_role("button", name="Bớt").first.click()
        assert faults_everywhere(lan) == []
        picture(lan, "less_seller")
        lan.get_by_role("button", name="Hỏi khách").click()
        expect(lan.get_by_text("Chờ khách trả lời đến")).to_be_visible()
        picture(lan, "less_seller_waits")
        mais.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
        mai = mais.new_page()
        mai.goto(f"/don/{code}")
        expect(mai.get_by_text("chỉ còn 2 kg Đậu xanh.")).to_be_visible()
        assert faults_everywhere(mai) == []
        picture(mai, "less_buyer")
        mai.get_by_role("button", name="Đồng ý").click()
        expect(mai.get_by_text("Đã ghi: bạn lấy số còn lại.")).to_be_visible()
        picture(mai, "less_buyer_done")
        mai.get_by_role("link", name="Bỏ bớt món").click()
        assert faults_everywhere(mai) == []
        picture(mai, "less_buyer_drop")
