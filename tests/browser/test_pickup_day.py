"""A pickup point's day on its keeper's phone: take in, share out, hand out with two taps, and the paper's ticks."""

import re

from playwright.sync_api import Page

from market.accounts.models import Person
from market.base.db import transaction
from market.orders.queries.keys import hand_over_key
from market.places.models import Hamlet
from market.sellers.models import PostRole
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_tracing import sign_in, tap
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.stall.pickups.steps import bring
from tests.web.stall.steps import order_of


def test_a_day_at_the_point_from_the_first_stall_to_the_paper(page: Page, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        keeper, hamlet = session.get_one(Person, cast.stranger), session.get_one(Hamlet, cast.nghia_dung)
        make.make_post(session, keeper, PostRole.KEEPER, hamlet, now())
        phone = keeper.phone.national
    beans, rice = bring(cast, now)
    later, _ = bring(cast, now)
    sign_in(page, phone)

    page.goto("/diem-nhan/nhan")
    assert faults_everywhere(page) == []
    picture(page, "pickup-coming")
    page.get_by_role("link", name="Rau bà Lan").click()
    assert faults_everywhere(page) == []
    picture(page, "pickup-receive")
    tap(page, "Đã nhận đủ 2 đơn")
    page.wait_for_url(re.compile("/diem-nhan/nhan$"))
    assert order_of(beans).arrived_at is not None
    page.get_by_role("link", name="Chia", exact=True).click()
    assert faults_everywhere(page) == []
    picture(page, "pickup-sort")

    page.get_by_role("link", name="Giao", exact=True).click()
    assert faults_everywhere(page) == []
    picture(page, "pickup-list")
    page.locator(f"a[href$='/diem-nhan/{beans}']").click()
    assert faults_everywhere(page) == []
    picture(page, "pickup-hand-out")
    page.get_by_label("4 ký tự khách đọc").fill(hand_over_key(rice)[-4:])
    tap(page, "Khách đã nhận cả 2 đơn")
    page.wait_for_url(re.compile("/diem-nhan$"))
    assert all(order_of(code).buyer_confirmed_at for code in (beans, rice))

    page.get_by_role("link", name="Phiếu", exact=True).click()
    assert faults_everywhere(page) == []
    picture(page, "pickup-sheet")
    page.get_by_role("link", name="Nhập các dấu trên phiếu").click()
    assert faults_everywhere(page) == []
    picture(page, "pickup-ticks")
    page.locator(f"#ticked-{later}").check()
    tap(page, "Ghi các đơn đánh dấu")
    page.wait_for_url(re.compile("/diem-nhan$"))
    assert order_of(later).fetched_at is not None
    assert order_of(later).buyer_confirmed_at is None
    page.goto(f"/diem-nhan/phieu-tien/{cast.htx.slug}")
    assert faults_everywhere(page) == []
    picture(page, "pickup-cash")
