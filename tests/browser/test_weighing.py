"""A hen is weighed on the seller's phone, its buyer is asked for just that and pays it."""

from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from market.base.audit import GUEST
from market.base.db import locked, transaction
from market.catalog.models import Variant
from market.orders.actions.inputs import PlacePurchase
from market.orders.models import Order
from market.orders.rules import PayChoice
from market.payments import actions
from tests.browser.conftest import new_phone
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_less_than_ordered import seller_page
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE, wanted


def a_hen(cast: Cast, now: Clock) -> str:
    """About a kilo and a half, to be transferred once it is weighed; the order's code."""
    with transaction() as session:
        goods = locked(session, Variant, Variant.id == cast.dau_xanh).row
        goods.weighed_within, goods.product.name = 10, "Gà ta thả vườn"
    order = wanted(cast.dau_xanh, 1500, pay=PayChoice.TRANSFER)
    new = PlacePurchase(commune_id=cast.commune, client_key="hen", buyer=MAI_HERE, orders=(order,))
    with transaction() as session:
        (order_id,) = actions.check_out(session, GUEST, new, clock=now).order_ids
        return session.get_one(Order, order_id).code


def test_weighed_then_asked_then_paid(
    chromium: Browser, client: FlaskClient, cast: Cast, now: Clock, address: str
) -> None:
    code = a_hen(cast, now)
    with new_phone(chromium, address) as lans, new_phone(chromium, address) as mais:
        mais.add_cookies([{"name": "khach", "value": MAIS_PHONE, "url": address}])
        mai, lan = mais.new_page(), seller_page(lans, client, cast, now, address)
        lan.goto(f"/ban-hang/{cast.lan.slug}/don/{code}")
        lan.get_by_role("button", name="Nhận đơn").click()
        lan.goto(f"/ban-hang/{cast.lan.slug}/don/{code}")
        assert faults_everywhere(lan) == []
        picture(lan, "weigh_order")
        mai.goto(f"/don/{code}")
        expect(mai.get_by_text("Cân xong mới có số tiền đúng")).to_be_visible()
        assert faults_everywhere(mai) == []
        picture(mai, "weigh_buyer_waits")
        lan.get_by_role("link", name="Cân hàng").click()
        lan.get_by_label("Gà ta thả vườn").fill("1,43")
        assert faults_everywhere(lan) == []
        picture(lan, "weigh_scale")
        lan.get_by_role("button", name="Ghi số cân").click()
        expect(lan.get_by_text("Đã ghi số cân.")).to_be_visible()
        mai.goto(f"/don/{code}/tra-tien")
        expect(mai.get_by_text("64.350").first).to_be_visible()
        assert faults_everywhere(mai) == []
        picture(mai, "weigh_pay")
        lan.goto(f"/ban-hang/{cast.lan.slug}/tien")
        lan.get_by_role("button", name="Đã nhận tiền").first.click()
        mai.goto(f"/don/{code}")
        expect(mai.get_by_text("Đã nhận đủ tiền").first).to_be_visible()
        picture(mai, "weigh_paid")
