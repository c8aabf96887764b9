"""A guest's purchase is taken into the account of who holds it."""

import pytest
from sqlalchemy import select

from market.accounts.models import Person
from market.base.audit import Actor, Event
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound
from market.notices.models import Notice
from market.notices.rules import OrderNews
from market.orders.actions.attaching import attach_purchase
from market.orders.actions.devices import forget_orders_of_others
from market.orders.models import Contact, Purchase
from market.orders.queries.keys import ATTACH_WITHIN, attach_key, is_attach_key
from market.orders.queries.orders import OrderViewer
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, accept_as_shown, offer_as_shown, place, wanted


def attach(purchase_id: int, person_id: int, now: Clock) -> None:
    with transaction() as session:
        attach_purchase(session, Actor(person_id=person_id), purchase_id, person_id, now=now())


def seen_by(person_id: int | None, device: str = "elsewhere") -> list[int]:
    reading().expire_all()
    viewer = OrderViewer(device=device, person_id=person_id)
    seen = sorted(reading().scalars(viewer.purchases()))
    contacts = {row.id: row for row in reading().scalars(select(Contact))}
    purchases = reading().execute(select(Purchase.id, Purchase.contact_id)).all()
    assert seen == sorted(one for one, contact in purchases if viewer.owns(contacts[contact]))
    return seen


def test_that_purchase_alone_opens_in_the_account_and_on_its_device_as_before(cast: Cast, now: Clock) -> None:
    one, other = (place(cast.commune, wanted(cast.dau_xanh), now=now()) for _ in range(2))
    assert seen_by(cast.mai) == []
    attach(one.purchase_id, cast.mai, now)
    assert seen_by(cast.mai) == [one.purchase_id]
    assert seen_by(None, MAI.device or "") == [one.purchase_id, other.purchase_id]
    assert seen_by(cast.vy, MAI.device or "") == [other.purchase_id]


def test_it_is_in_one_account_alone_and_twice_is_once(cast: Cast, now: Clock) -> None:
    bought = place(cast.commune, wanted(cast.dau_xanh), wanted(cast.gao_nep), now=now())
    for _ in range(2):
        attach(bought.purchase_id, cast.mai, now)
    with pytest.raises(Conflict, match="tài khoản khác"):
        attach(bought.purchase_id, cast.vy, now)
    of_mai = place(cast.commune, wanted(cast.dau_xanh), now=now(), actor=Actor(person_id=cast.mai))
    with pytest.raises(Conflict):
        attach(of_mai.purchase_id, cast.vy, now)
    with pytest.raises(NotFound):
        attach(10**9, cast.mai, now)
    events = reading().scalars(select(Event.subject_id).where(Event.verb == "attach_purchase").order_by(Event.id))
    assert tuple(events) == bought.order_ids


def test_who_bought_stays_as_it_was_and_what_comes_next_is_told_to_the_account(cast: Cast, now: Clock) -> None:
    bought = place(cast.commune, wanted(cast.dau_xanh), now=now())
    attach(bought.purchase_id, cast.mai, now)
    assert reading().scalars(select(Contact.person_id)).all() == [None]
    with transaction() as session:
        accept_as_shown(session, Actor(person_id=cast.lan.person), bought.order_ids[0], clock=now)
    told = reading().scalars(select(Notice.person_id).where(Notice.kind == "da_nhan"))
    assert told.all() == [cast.mai]


def test_what_is_asked_about_its_goods_is_told_to_the_account_too(cast: Cast, now: Clock) -> None:
    bought = place(cast.commune, wanted(cast.dau_xanh, 2000), now=now())
    attach(bought.purchase_id, cast.mai, now)
    with transaction() as session:
        offer_as_shown(session, Actor(person_id=cast.lan.person), bought.order_ids[0], 1000, clock=now)
    told = reading().scalars(select(Notice.person_id).where(Notice.kind == OrderNews.LESS_LEFT))
    assert told.all() == [cast.mai]


def test_the_next_who_signs_in_on_the_phone_finds_nothing_of_it(cast: Cast, now: Clock) -> None:
    bought = place(cast.commune, wanted(cast.dau_xanh), now=now())
    attach(bought.purchase_id, cast.vy, now)
    with transaction() as session:
        """Mai, whose number it was placed with."""
        forget_orders_of_others(session, MAI.device or "", cast.mai, now=now())
    assert reading().get_one(Person, cast.mai).phone == MAI.phone
    assert seen_by(cast.mai, MAI.device or "") == seen_by(None, MAI.device or "") == []
    assert seen_by(cast.vy) == [bought.purchase_id]


def test_one_s_own_stays_open_where_one_signs_in_again(cast: Cast, now: Clock) -> None:
    bought = place(cast.commune, wanted(cast.dau_xanh), now=now())
    attach(bought.purchase_id, cast.vy, now)
    with transaction() as session:
        forget_orders_of_others(session, MAI.device or "", cast.vy, now=now())
    assert seen_by(None, MAI.device or "") == [bought.purchase_id]


def test_a_key_is_of_one_purchase_on_one_browser_for_half_an_hour(now: Clock) -> None:
    key = attach_key(7, "phone", now=now())
    assert is_attach_key(7, "phone", key, now=now())
    assert not is_attach_key(8, "phone", key, now=now())
    assert not is_attach_key(7, "other phone", key, now=now())
    for wrong in ("", "x", "1-x", key[1:], f"9{key}", "٣-x", "1" * 5000):
        assert not is_attach_key(7, "phone", wrong, now=now())
    now.move(seconds=ATTACH_WITHIN.total_seconds())
    assert not is_attach_key(7, "phone", key, now=now())
