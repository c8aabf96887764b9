"""Đơn qua điện thoại: goods, money and life of an order that its stall wrote down, and whom it says nothing of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from market.base.audit import GUEST, Actor
from market.base.client_keys import SentOtherwise
from market.base.db import reading, transaction
from market.base.errors import NotAllowed, Refused
from market.base.secrets import random_key
from market.catalog.models import Product, Variant
from market.notices.models import Notice
from market.notices.ports import Addressee
from market.orders.actions.hand_over_keys import WrongCode
from market.orders.actions.holding import MOST_HELD_BY_PHONE_HERE
from market.orders.actions.rating import NewRating, rate
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.directory import people_of
from market.orders.queries.keys import hand_over_key
from market.orders.queries.no_shows import no_shows_of
from market.orders.queries.orders import life_of
from market.orders.rules import Delivery, OrderSource, OrderStatus, PayChoice
from market.payments import actions
from market.payments.actions import HandOver
from market.payments.queries import payment_of
from market.places.models import Commune
from market.places.rules.modes import CommuneMode
from market.sellers.models import Stall
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.phoning import by_phone, write
from tests.orders.steps import (
    decline_as_shown,
    offer_as_shown,
    order_row,
    place,
    ref,
    stock,
    wanted,
    weigh_as_shown,
)
from tests.payments.steps import Bought
from tests.payments.test_no_show import note, past


def orders() -> int:
    return reading().scalar(select(func.count(Order.id))) or 0


def hand_over(cast: Cast, order_id: int, now: Clock, *, shown: str | None = None) -> None:
    with transaction() as session:
        new = HandOver(order_id=order_id, shown=shown, cash_taken=False)
        actions.hand_over(session, Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)


def test_it_is_accepted_at_once_and_its_goods_are_held_at_the_price_the_stall_said(cast: Cast, now: Clock) -> None:
    order = order_row(write(cast, now, by_phone(cast, price=40_000)))
    assert (order.source, order.status, order.total) == (OrderSource.PHONE, OrderStatus.ACCEPTED, 80_000)
    assert (order.lines[0].price, order.purchase.contact.device, order.purchase.contact.person_id) == (
        40_000,
        None,
        None,
    )
    assert stock(cast.dau_xanh) == (5000, 2000)
    payment = payment_of(reading(), order.id, now=now())
    assert payment is not None
    assert (payment.asked, payment.received) == (80_000, 0)
    hand_over(cast, order.id, now)
    assert (order_row(order.id).status, stock(cast.dau_xanh)) == (OrderStatus.DELIVERED, (3000, 0))


def test_nothing_says_that_its_buyer_sent_it(cast: Cast, now: Clock) -> None:
    said = life_of(order_row(write(cast, now)), now=now()).steps()
    assert said[0][0] == "Người bán ghi qua điện thoại"
    assert "Đã gửi đơn" not in {text for text, *_ in said}


def test_the_same_form_twice_is_one_order_and_another_under_its_key_is_none(cast: Cast, now: Clock) -> None:
    new = by_phone(cast, key="twice")
    assert write(cast, now, new) == write(cast, now, new)
    with pytest.raises(SentOtherwise):
        write(cast, now, replace(new, name="anh Ba"))
    assert (orders(), stock(cast.dau_xanh)) == (1, (5000, 2000))


@pytest.mark.parametrize("case", ["too much", "another stall's", "no goods", "no price", "no address", "no such point"])
def test_what_cannot_be_is_refused_whole(cast: Cast, now: Clock, case: str) -> None:
    new = by_phone(cast)
    wrong = {
        "too much": by_phone(cast, amount=6000),
        "another stall's": by_phone(cast, variant=cast.gao_nep),
        "no goods": replace(new, wanted=replace(new.wanted, lines=())),
        "no price": by_phone(cast, price=0),
        "no address": replace(new, wanted=replace(new.wanted, delivery=Delivery.IN_COMMUNE)),
        "no such point": replace(new, wanted=replace(new.wanted, pickup_point_id=99_999)),
    }
    with pytest.raises(Refused):
        write(cast, now, wrong[case])
    assert (orders(), stock(cast.dau_xanh)) == (0, (5000, 0))


def test_what_lives_is_sent_no_way_on_which_it_dies(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Product, session.get_one(Variant, cast.dau_xanh).product_id).is_live = True
        session.get_one(Stall, cast.lan.stall).ships_outside = True
    new = by_phone(cast)
    sent = replace(new, address="Số 5 phố Lạ, Hải Phòng", wanted=replace(new.wanted, delivery=Delivery.SHIPPED))
    with pytest.raises(Refused, match="hàng sống"):
        write(cast, now, sent)
    assert write(cast, now, replace(new, client_key=random_key()))


def test_what_is_sold_by_weight_is_weighed_and_its_weight_is_the_stall_s_word(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Variant, cast.dau_xanh).weighed_within = 10
    order_id = write(cast, now, by_phone(cast, amount=1000))
    assert order_row(order_id).to_weigh == 1
    with pytest.raises(Refused):
        hand_over(cast, order_id, now)
    with transaction() as session:
        assert not weigh_as_shown(session, Actor(person_id=cast.lan.person), order_id, 1400, clock=now)
    row = order_row(order_id)
    assert (row.to_weigh, row.asked_until, row.lines[0].amount) == (0, None, 1400)
    assert stock(cast.dau_xanh) == (5000, 1400)
    hand_over(cast, order_id, now)
    assert order_row(order_id).status is OrderStatus.DELIVERED


def test_a_helper_writes_none_and_where_the_market_takes_no_orders_nobody_does(cast: Cast, now: Clock) -> None:
    helper = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=1)
    with pytest.raises(NotAllowed), transaction() as session:
        actions.order_by_phone(session, helper, by_phone(cast), clock=now)
    with transaction() as session:
        session.get_one(Commune, cast.commune).mode = CommuneMode.SHOWCASE
    with pytest.raises(Refused, match="chỉ giới thiệu hàng"):
        write(cast, now)


def test_it_can_be_called_off_and_changed_by_the_stall_s_word_alone(cast: Cast, now: Clock) -> None:
    order_id = write(cast, now)
    with transaction() as session:
        offer_as_shown(session, Actor(), order_id, 1000, clock=now)
    order = order_row(order_id)
    assert (order.total, order.asked_until, order.status) == (45_000, None, OrderStatus.ACCEPTED)
    payment = payment_of(reading(), order_id, now=now())
    assert payment is not None
    assert (payment.asked, stock(cast.dau_xanh)) == (45_000, (5000, 1000))
    with transaction() as session:
        decline_as_shown(session, Actor(), order_id, "Khách gọi lại thôi không lấy", clock=now)
    assert (order_row(order_id).status, stock(cast.dau_xanh)) == (OrderStatus.DECLINED, (5000, 0))


def test_its_hold_ends_like_any_other_s(cast: Cast, now: Clock) -> None:
    order_id = write(cast, now, by_phone(cast, pay=PayChoice.TRANSFER))
    held_for = (order_row(order_id).due_at or now()) - now()
    assert held_for > timedelta(days=2), "the stall's days, not the two hours of somebody who was just told"
    now.move(days=5)
    with transaction() as session:
        assert actions.end_overdue_order(session, order_id, clock=now)
    assert stock(cast.dau_xanh) == (5000, 0)


def test_no_code_of_a_buyer_confirms_it(cast: Cast, now: Clock) -> None:
    order_id = write(cast, now)
    with pytest.raises(WrongCode):
        hand_over(cast, order_id, now, shown=hand_over_key(order_row(order_id).code))
    with pytest.raises(IntegrityError), transaction() as session:
        session.get_one(Order, order_id).buyer_confirmed_at = now()
        session.flush()


def test_nothing_is_sent_to_the_number_that_the_stall_typed(cast: Cast, now: Clock) -> None:
    order_id = write(cast, now)
    told = Addressee(business_id=None, person_id=None, order_id=order_id, purchase_id=None)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order_id), clock=now)
    assert people_of(reading(), told) == ()
    assert (
        reading().scalar(select(Notice.kind).where(Notice.order_id == order_id, Notice.person_id.is_not(None))) is None
    )
    known = place(cast.commune, wanted(cast.rau_muong), now=now())
    of_market = replace(told, order_id=known.order_ids[0])
    assert [one.phones for one in people_of(reading(), of_market)] == [("+84900000021",)]


def test_it_fills_no_bound_of_the_person_whose_number_was_typed(cast: Cast, now: Clock) -> None:
    for _ in range(MOST_HELD_BY_PHONE_HERE):
        write(cast, now, by_phone(cast, amount=100))
    assert place(cast.commune, wanted(cast.dau_xanh), now=now()).is_new


def test_who_did_not_come_for_it_is_not_counted(cast: Cast, now: Clock) -> None:
    order = order_row(write(cast, now))
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, order.id), clock=now)
    bought = Bought(id=order.id, code=order.code, total=order.total, stall=order.stall_id)
    past(bought, now)
    note(bought, now)
    assert order_row(order.id).no_show_at is not None
    again = place(cast.commune, wanted(cast.dau_xanh), now=now()).order_ids[0]
    assert no_shows_of(reading(), order_row(again)) == 0


def test_it_is_rated_by_an_account_that_holds_it_alone(cast: Cast, now: Clock) -> None:
    order_id = write(cast, now)
    hand_over(cast, order_id, now)
    said = NewRating(order_id=order_id, line_id=order_row(order_id).lines[0].id, stars=5, text="Ngon")
    with pytest.raises(Refused, match="Giữ đơn này"), transaction() as session:
        rate(session, GUEST, said, clock=now)
    with transaction() as session:
        contact = session.scalars(select(Contact).join(Purchase).join(Order).where(Order.id == order_id)).one()
        contact.attached_to_id = cast.stranger
        contact.phone = None
    with transaction() as session:
        rate(session, Actor(person_id=cast.stranger), said, clock=now)


def test_a_buyer_without_a_number_is_nobody_s_double(cast: Cast, now: Clock) -> None:
    first = write(cast, now, by_phone(cast, phone=None, name="bác Hai", amount=500))
    order = order_row(first)
    assert order.purchase.contact.phone is None
    assert no_shows_of(reading(), order) == 0
    assert order.lines[0].line_total == Dong(22_500)
