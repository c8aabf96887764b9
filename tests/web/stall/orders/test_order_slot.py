"""A stall names another slot, packs by slot, and the point's keeper sees who comes when."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.payments import actions
from market.places.models import Hamlet, PickupPoint
from market.places.rules.hours import Slot
from market.sellers.models import PostRole
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE, MAIS_PHONE, accept_as_shown, order_row, ref, wanted
from tests.orders.steps import place as place_order
from tests.orders.test_slots import THURSDAY, WEDNESDAY
from tests.pages import press


@pytest.fixture
def opened(cast: Cast) -> Cast:
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 9), (3, 6, 9))
    return cast


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def order(cast: Cast, now: Clock, *, slot: Slot = WEDNESDAY, amount: int = 1000) -> int:
    asked = wanted(cast.dau_xanh, amount, point=cast.pickup, slot=slot)
    order_id = place_order(cast.commune, asked, now=now(), buyer=MAI_HERE).order_ids[0]
    with transaction() as session:
        accept_as_shown(session, GUEST, order_id, clock=now)
    return order_id


def get_ready(order_id: int, now: Clock) -> None:
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order_id), clock=now)


def test_the_stall_moves_it_and_the_buyer_may_leave(app: Flask, lan: FlaskClient, opened: Cast, now: Clock) -> None:
    order_id = order(opened, now)
    code = order_row(order_id).code
    path = f"/ban-hang/{opened.lan.slug}/don/{code}/doi-buoi"
    assert path in lan.get(path.removesuffix("/doi-buoi")).text
    assert "checked" not in lan.get(path).text
    assert "Mời chọn một buổi còn chỗ." in press(lan, path, path, slot=WEDNESDAY.value).text
    assert press(lan, path, path, slot=THURSDAY.value).status_code == 303
    assert order_row(order_id).slot == THURSDAY
    get_ready(order_id, now)
    mai = app.test_client()
    mai.set_cookie("khach", MAIS_PHONE)
    page = mai.get(f"/don/{code}").text
    assert f"Buổi lấy hàng bạn chọn không còn. Người bán hẹn bạn sang {THURSDAY.words}." in page
    assert "Hủy đơn này" in page


def test_another_stall_s_order_is_not_found(app: Flask, opened: Cast, now: Clock) -> None:
    code = order_row(order(opened, now)).code
    for method in ("GET", "POST"):
        path = f"/ban-hang/{opened.lan.slug}/don/{code}/doi-buoi"
        assert keeps_out(app, path, [opened.htx.person, opened.stranger], method=method)


def test_what_is_packed_stands_by_slot_and_is_summed_up(lan: FlaskClient, opened: Cast, now: Clock) -> None:
    order(opened, now, slot=THURSDAY, amount=500)
    order(opened, now)
    order(opened, now, amount=1500)
    page = lan.get(f"/ban-hang/{opened.lan.slug}/dong-hang").text
    first, second = page.index(f"Mang tới {WEDNESDAY.words}"), page.index(f"Mang tới {THURSDAY.words}")
    assert first < page.index("Đậu xanh 2,5") < second < page.index("Đậu xanh 0,5")


def test_the_keeper_sees_today_s_slot_first(app: Flask, opened: Cast, now: Clock) -> None:
    with transaction() as session:
        keeper = session.get_one(Person, opened.stranger)
        make.make_post(session, keeper, PostRole.KEEPER, session.get_one(Hamlet, opened.nghia_dung), now())
    ids = [order(opened, now, slot=slot) for slot in (WEDNESDAY, THURSDAY)]
    for one in ids:
        get_ready(one, now)
    now.move(days=2)
    phone = app.test_client()
    sign_in(phone, opened.stranger, now(), visitor="keeper-phone")
    for path in ("/diem-nhan", "/diem-nhan/phieu"):
        page = phone.get(path).text
        assert page.index("Hôm nay, 6:00–9:00 · 1 khách") < page.index("Thứ Tư 25/11, 6:00–9:00 · 1 khách"), path
    reading().expire_all()
