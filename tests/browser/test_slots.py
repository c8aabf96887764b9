"""A buyer chooses when to fetch at a pickup point, and its keeper sees it: on phones of 360 pixels."""

import re

from playwright.sync_api import Page

from market.accounts.models import Person
from market.base.audit import GUEST
from market.base.db import transaction
from market.catalog.models import Variant
from market.orders.models import Order
from market.payments import actions
from market.places.models import Hamlet, PickupPoint
from market.sellers.models import PostRole
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_tracing import sign_in, tap
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import accept_as_shown, ref
from tests.orders.test_slots import THURSDAY
from tests.web.stall.steps import order_of


def test_a_slot_is_chosen_once_for_two_stalls_and_stands_on_the_keeper_s_list(
    page: Page, cast: Cast, now: Clock
) -> None:
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 9), (3, 6, 9), (5, 6, 9), capacity=4)
        keeper, hamlet = session.get_one(Person, cast.stranger), session.get_one(Hamlet, cast.nghia_dung)
        make.make_post(session, keeper, PostRole.KEEPER, hamlet, now())
        phone = keeper.phone.national
        products = [session.get_one(Variant, one).product_id for one in (cast.rau_muong, cast.gao_nep)]
    for product_id in products:
        page.goto(f"/san-pham/{product_id}-x")
        tap(page, "Thêm vào giỏ")
        page.wait_for_load_state()
    page.goto("/dat-hang")
    page.get_by_label("Tên của bạn").fill("Vũ Thị Mai")
    page.get_by_label("Số điện thoại").fill("0900 000 021")
    page.locator(f"input[name=place][value=diem-{cast.pickup}]").check()
    for one in (cast.lan, cast.htx):
        radio = page.locator(f"input[type=radio][name=gian{one.stall}-pay][value=khi_nhan]")
        if radio.count():
            radio.check()
    page.locator("button[form=dat-hang][type=submit].button-main").click()
    page.wait_for_url(re.compile("/dat-hang/xem-lai$"))
    assert page.locator("input[type=radio]:checked:not([value=''])").count() == 0
    assert faults_everywhere(page) == []
    picture(page, "slots-asked")
    page.locator("button[form=gui-don]").click()
    page.wait_for_url(re.compile("/dat-hang/gui$"))
    assert page.get_by_text("Mời chọn buổi đến lấy hàng.").is_visible()
    picture(page, "slots-missing")
    page.locator(f"input[value='{THURSDAY.value}']").first.check()
    page.locator("button[form=gui-don]").click()
    page.wait_for_url(re.compile("/bien-nhan/"))
    picture(page, "slots-receipt")
    with transaction() as session:
        codes = [one.code for one in session.query(Order).order_by(Order.id)]
    assert [order_of(code).slot for code in codes] == [THURSDAY, THURSDAY]
    page.goto(f"/don/{codes[0]}")
    assert THURSDAY.title in page.content()
    picture(page, "slots-order")
    for code in codes:
        for act in (accept_as_shown, None):
            with transaction() as session:
                order_id = order_of(code).id
                if act:
                    act(session, GUEST, order_id, clock=now)
                else:
                    actions.ready_order(session, GUEST, ref(session, order_id), clock=now)
    sign_in(page, phone)
    page.goto("/diem-nhan")
    assert page.get_by_text("Thứ Năm 26/11, 6:00–9:00 · 1 khách").is_visible()
    assert faults_everywhere(page) == []
    picture(page, "slots-keeper")
    page.goto("/diem-nhan/phieu")
    assert faults_everywhere(page) == []
    picture(page, "slots-sheet")
