"""On a phone: a buyer names their hamlet and sees what bringing costs; a seller has the list of fees, and shares out
what there is too little of."""

import re

from playwright.sync_api import Page

from market.accounts.models import Person
from market.base.db import transaction
from market.places.models import Commune
from market.sellers.models import HamletFee, Stall
from market.values.money import Dong
from tests import factories as make
from tests.browser.looking import faults_everywhere, picture
from tests.browser.test_tracing import sign_in, tap
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.steps import buy


def test_the_fee_of_ones_hamlet_and_a_share_of_what_is_there(page: Page, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        here, stall = session.get_one(Commune, cast.commune), session.get_one(Stall, cast.lan.stall)
        for number in range(38):
            make.make_hamlet(session, here, f"thôn Số {number:02}")
        stall.delivers_in_commune, stall.delivery_fee, stall.free_from = True, Dong(10_000), Dong(200_000)
        stall.sends_by_bus, stall.bus_words = True, "Xe Hải Âu, bến Niệm Nghĩa, chạy 14 giờ"
        session.add(HamletFee(stall_id=stall.id, hamlet_id=cast.mo_doan, fee=Dong(15_000)))
        seller = session.get_one(Person, cast.lan.person).phone.national
    page.goto("/san-pham/1-rau-muong")
    tap(page, "Thêm vào giỏ")
    page.goto("/dat-hang")
    page.get_by_label("Tên của bạn").fill("Vũ Thị Mai")
    page.get_by_label("Số điện thoại").fill("0900 000 021")
    assert not page.get_by_label("Thôn nhận hàng").is_visible()
    page.get_by_text("Giao tận nơi trong xã").first.click()
    page.get_by_label("Thôn nhận hàng").select_option(label="thôn Mỗ Đoạn")
    page.get_by_label("Địa chỉ nhận hàng").fill("Xóm 2")
    page.get_by_text("Trả khi nhận hàng").first.click()
    assert faults_everywhere(page) == []
    picture(page, "hamlet-chosen")
    page.get_by_role("button", name="Xem lại đơn").click()
    page.wait_for_url(re.compile("/xem-lai$"))
    assert page.get_by_text("Phí giao tới thôn Mỗ Đoạn").is_visible()
    assert faults_everywhere(page) == []
    picture(page, "hamlet-fee")

    first = [buy(cast, now(), amount=2000, variant=cast.dau_xanh, accepted=False).id for _ in range(2)]
    sign_in(page, seller)
    page.goto(f"/ban-hang/{cast.lan.slug}/phi-giao")
    assert faults_everywhere(page) == []
    picture(page, "fees-by-hamlet")
    page.goto(f"/ban-hang/{cast.lan.slug}/chia/{cast.dau_xanh}?con=3")
    assert faults_everywhere(page) == []
    picture(page, "share-out")
    tap(page, "Chia, báo 1 khách")
    page.wait_for_url(re.compile("/don$"))
    assert [order_row(one).asked_until is not None for one in first] == [False, True]
    assert faults_everywhere(page) == []
    picture(page, "shared-out")
