"""Goods held without money: not for who comes from nowhere and wants much, not for ever, not for strangers of a stall
that looks first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Conflict, Refused
from market.catalog.actions.stock import SoldOut
from market.catalog.models import Reservation, Variant
from market.notices.models import Notice
from market.orders.actions.holding import (
    MOST_HELD_BY_PHONE_HERE,
    MOST_HELD_HERE,
    MOST_HELD_NEARBY_HERE,
    is_held_at_once,
    why_not_hold,
)
from market.orders.actions.inputs import Buyer
from market.orders.jobs import NETWORKS_KEPT, forget_networks
from market.orders.models import Contact
from market.orders.queries.standing import BuyerStanding, Holding, StockShare
from market.orders.rules import OrderStatus, PayChoice, hold_deadline
from market.payments import actions
from market.payments.jobs import end_overdue
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, NIGHT, accept_as_shown, decline_as_shown, order_row, place, ref, stock, wanted


def newcomer(number: int, *, phone: str | None = None, network: str = "carrier") -> Buyer:
    """A fresh browser with an invented phone."""
    given = Phone(phone or f"0901 {number:06d}")
    return replace(MAI, phone=given, device=f"fresh-{number}", network=network)


def order(cast: Cast, now: Clock, variant: int, amount: int, buyer: Buyer, actor: Actor = GUEST) -> int:
    return place(cast.commune, wanted(variant, amount), now=now(), buyer=buyer, actor=actor).order_ids[0]


def accept(order_id: int, now: Clock) -> None:
    with transaction() as session:
        accept_as_shown(session, GUEST, order_id, clock=now)


def hand_over(order_id: int, now: Clock) -> None:
    accept(order_id, now)
    with transaction() as session:
        new = actions.HandOver(order_id=order_id, shown=None, cash_taken=False)
        actions.hand_over(session, GUEST, ref(session, order_id).stall_id, new, clock=now)


def look_first(stall_id: int, **settings: object) -> None:
    with transaction() as session:
        stall = session.get_one(Stall, stall_id)
        for name, value in ({"confirms_strangers": True} | settings).items():
            setattr(stall, name, value)


def test_a_newcomer_pins_no_stock(app: Flask, cast: Cast, now: Clock) -> None:
    """All ten kilograms, by an invented phone, to be paid on receipt: nothing is held before anh Tư says yes."""
    order_id = order(cast, now, cast.ruoi, 10_000, newcomer(1))
    row = order_row(order_id)
    assert (row.status, row.is_held, stock(cast.ruoi)) == (OrderStatus.PLACED, False, (10_000, 0))
    mai = order(cast, now, cast.ruoi, 4000, MAI)
    assert (order_row(mai).is_held, stock(cast.ruoi)) == (True, (10_000, 4000))
    with pytest.raises(Conflict, match="Rươi tươi chỉ còn 6\u00a0kg. Đơn .* vẫn chờ trả lời"):
        accept(order_id, now)
    row = order_row(order_id)
    assert (row.status, row.is_held, stock(cast.ruoi)) == (OrderStatus.PLACED, False, (10_000, 4000))
    with transaction() as session:
        session.get_one(Variant, cast.ruoi).on_hand = 14_000
    accept(order_id, now)
    row = order_row(order_id)
    assert (row.status, row.is_held, stock(cast.ruoi)) == (OrderStatus.ACCEPTED, True, (14_000, 14_000))


def test_half_now_and_half_from_a_fresh_browser_is_all_of_it_too(app: Flask, cast: Cast, now: Clock) -> None:
    held = [order_row(order(cast, now, cast.ruoi, 5000, newcomer(number))).is_held for number in range(2)]
    assert (held, stock(cast.ruoi)) == ([True, False], (10_000, 5000))
    far = order(cast, now, cast.ruoi, 5000, newcomer(3, network="another"))
    assert order_row(far).is_held


def test_who_was_handed_goods_before_may_have_all_of_them(app: Flask, cast: Cast, now: Clock) -> None:
    hand_over(order(cast, now, cast.rau_muong, 1000, MAI), now)
    assert order_row(order(cast, now, cast.ruoi, 10_000, MAI)).is_held
    by_account = Actor(person_id=cast.mai)
    hand_over(order(cast, now, cast.rau_muong, 1000, newcomer(1), by_account), now)
    assert order_row(order(cast, now, cast.gao_nep, 30_000, newcomer(2), by_account)).is_held
    with transaction() as session:
        session.get_one(Variant, cast.gao_nep).on_hand = 60_500
    her_phone_typed = newcomer(3, phone="0900 000 021", network="elsewhere")
    assert not order_row(order(cast, now, cast.gao_nep, 30_500, her_phone_typed)).is_held


def test_a_stall_that_looks_first_holds_nothing_for_strangers(app: Flask, cast: Cast, now: Clock) -> None:
    """Not even where it accepts by itself; for whom it handed goods before, it does."""
    look_first(cast.lan.stall, accepts_by_itself=True)
    stranger = order(cast, now, cast.dau_xanh, 2000, MAI)
    row = order_row(stranger)
    assert (row.status, row.is_held, row.accepted_at) == (OrderStatus.PLACED, False, None)
    assert stock(cast.dau_xanh) == (5000, 0)
    told = reading().scalars(select(Notice.sentence).where(Notice.kind == "don_moi")).one()
    assert "Hàng CHƯA giữ, nhận đơn thì mới giữ" in told
    hand_over(stranger, now)
    assert stock(cast.dau_xanh) == (3000, 0)
    again = order_row(order(cast, now, cast.dau_xanh, 2000, MAI))
    assert (again.status, again.is_held, stock(cast.dau_xanh)) == (OrderStatus.ACCEPTED, True, (3000, 2000))


def test_who_waits_for_a_stall_s_yes_is_counted_too(app: Flask, cast: Cast, now: Clock) -> None:
    look_first(cast.lan.stall)
    for _ in range(MOST_HELD_HERE):
        order(cast, now, cast.rau_muong, 1000, MAI)
    with pytest.raises(Refused, match="đơn chưa trả tiền ở gian này"):
        order(cast, now, cast.rau_muong, 1000, MAI)


def test_what_is_not_there_is_not_ordered_unheld_either(app: Flask, cast: Cast, now: Clock) -> None:
    look_first(cast.lan.stall)
    with pytest.raises(SoldOut, match="Đậu xanh chỉ còn 5\u00a0kg"):
        order(cast, now, cast.dau_xanh, 6000, MAI)


@pytest.mark.parametrize("end", ["decline", "cancel", "expire"])
def test_an_order_that_held_nothing_gives_nothing_back(app: Flask, cast: Cast, now: Clock, end: str) -> None:
    look_first(cast.lan.stall)
    order_id = order(cast, now, cast.dau_xanh, 2000, MAI)
    if end == "expire":
        now.move(days=1)
        assert end_overdue(now()) == 1
    elif end == "decline":
        with transaction() as session:
            decline_as_shown(session, GUEST, order_id, "Hết", clock=now)
    else:
        with transaction() as session:
            actions.cancel_order(session, GUEST, order_id, clock=now)
    row = order_row(order_id)
    assert (row.is_held, stock(cast.dau_xanh)) == (False, (5000, 0))
    assert not reading().scalars(select(Reservation.id).where(Reservation.order_id == order_id)).all()


def test_what_is_paid_on_receipt_is_held_for_the_days_that_its_stall_says(app: Flask, cast: Cast, now: Clock) -> None:
    look_first(cast.lan.stall, confirms_strangers=False, hold_days=2)
    order_id = order(cast, now, cast.dau_xanh, 5000, MAI)
    accept(order_id, now)
    due = order_row(order_id).due_at
    assert due == hold_deadline(PayChoice.ON_RECEIPT, now(), 2, NIGHT)
    now.at = due - timedelta(microseconds=1)
    assert end_overdue(now()) == 0
    now.move(microseconds=1)
    assert end_overdue(now()) == 1
    row = order_row(order_id)
    assert (row.status, row.ended_reason) == (OrderStatus.EXPIRED, "Hết ngày giữ hàng mà chưa giao")
    assert stock(cast.dau_xanh) == (5000, 0)
    told = reading().execute(select(Notice.business_id).where(Notice.kind == "qua_han").order_by(Notice.id)).scalars()
    assert list(told) == [None, cast.lan.business]


def test_a_browser_holds_so_many_orders_at_a_stall_and_one_more_when_one_ends(
    app: Flask, cast: Cast, now: Clock
) -> None:
    held = [order(cast, now, cast.gao_nep, 500, MAI) for _ in range(MOST_HELD_HERE)]
    with pytest.raises(Refused, match="Giỏ vẫn giữ nguyên") as refusal:
        order(cast, now, cast.gao_nep, 500, MAI)
    assert refusal.value.code == "too_many_held"
    order(cast, now, cast.rau_muong, 1000, MAI)
    with transaction() as session:
        actions.cancel_order(session, GUEST, held[0], clock=now)
    order(cast, now, cast.gao_nep, 500, MAI)
    accept(held[1], now)
    with transaction() as session:
        actions.ready_order(session, GUEST, ref(session, held[1]), clock=now)
    order(cast, now, cast.gao_nep, 500, MAI)


def test_fresh_browsers_are_counted_by_phone_and_by_network(app: Flask, cast: Cast, now: Clock) -> None:
    for number in range(MOST_HELD_BY_PHONE_HERE):
        order(cast, now, cast.gao_nep, 500, newcomer(number, phone="0900 000 099"))
    with pytest.raises(Refused, match="Số điện thoại này"):
        order(cast, now, cast.gao_nep, 500, newcomer(50, phone="0900 000 099"))
    for number in range(100, 100 + MOST_HELD_NEARBY_HERE - MOST_HELD_BY_PHONE_HERE):
        order(cast, now, cast.gao_nep, 500, newcomer(number))
    with pytest.raises(Refused, match="Mạng bạn đang dùng"):
        order(cast, now, cast.gao_nep, 500, newcomer(200))
    order(cast, now, cast.gao_nep, 500, newcomer(200, network="another"))


def test_goods_that_are_not_counted_are_not_held_from_anybody(app: Flask, cast: Cast, now: Clock) -> None:
    for _ in range(MOST_HELD_HERE + 1):
        order(cast, now, cast.rau_muong, 1000, MAI)


def test_the_network_is_forgotten_once_nothing_can_be_held_any_more(app: Flask, cast: Cast, now: Clock) -> None:
    order(cast, now, cast.rau_muong, 1000, newcomer(1))
    forget_networks(now.move(seconds=NETWORKS_KEPT.total_seconds()) - timedelta(microseconds=1))
    assert reading().scalars(select(Contact.network)).all() == ["carrier"]
    forget_networks(now())
    reading().expire_all()
    assert reading().scalars(select(Contact.network)).all() == [None]


# --- as pure rules --------------------------------------------------------------------------------------------------


def holding(own: int = 0, phone: int = 0, network: int = 0) -> Holding:
    return Holding(own=own, phone=phone, network=network)


@pytest.mark.parametrize(
    ("here", "everywhere", "told"),
    [
        (holding(own=9), holding(own=19), None),
        (holding(own=10), holding(own=10), "10 đơn chưa trả tiền ở gian này"),
        (holding(), holding(own=20), "nhiều nhất 20 đơn"),
        (holding(phone=9), holding(phone=19), None),
        (holding(phone=10), holding(phone=10), "Số điện thoại này"),
        (holding(), holding(phone=20), "Số điện thoại này"),
        (holding(network=29), holding(network=99), None),
        (holding(network=30), holding(network=30), "Mạng bạn đang dùng"),
        (holding(), holding(network=100), "Mạng bạn đang dùng"),
    ],
)
def test_what_a_buyer_may_hold_without_money_is_bounded(here: Holding, everywhere: Holding, told: str | None) -> None:
    """By a phone that anybody may type, and by a network of many, only who was handed nothing yet."""
    why_not = why_not_hold(BuyerStanding(here=here, everywhere=everywhere), here=1, everywhere=1)
    assert (why_not is None) if told is None else (told in (why_not or "") and "Giỏ vẫn giữ nguyên" in (why_not or ""))
    known = why_not_hold(BuyerStanding(here=here, everywhere=everywhere, bought=1), here=1, everywhere=1)
    assert known == (why_not if told and not told.startswith(("Số", "Mạng")) else None)


def test_all_orders_of_one_purchase_are_counted_together() -> None:
    standing = BuyerStanding(here=holding(own=8), everywhere=holding(own=15))
    assert why_not_hold(standing, here=2, everywhere=5) is None
    assert "ở gian này" in (why_not_hold(standing, here=3, everywhere=3) or "")
    assert "nhiều nhất 20" in (why_not_hold(standing, here=1, everywhere=6) or "")


@pytest.mark.parametrize(
    ("on_hand", "held", "amount", "too_much"),
    [
        (None, 0, 1_000_000, False),
        (24_000, 0, 24_000, True),
        (24_000, 0, 12_000, False),
        (24_000, 0, 12_500, True),
        (24_000, 6_000, 6_000, False),
        (24_000, 6_000, 6_500, True),
        (5_000, 0, 5_000, False),
        (5_000, 2_000, 3_000, False),
    ],
)
def test_a_newcomer_holds_half_of_what_there_is_or_a_basket(
    on_hand: int | None, held: int, amount: int, too_much: bool
) -> None:
    assert StockShare(on_hand=on_hand, held=held).is_too_much(amount, Dong(50_000)) is too_much


def test_the_stall_looks_first_at_a_stranger_s_order_where_it_wants_to_or_it_is_much() -> None:
    stranger, elsewhere, own = BuyerStanding(), BuyerStanding(bought=1), BuyerStanding(bought=1, bought_here=1)
    for confirms, much, held in (
        (False, False, [True, True, True]),
        (False, True, [False, True, True]),
        (True, False, [False, False, True]),
        (True, True, [False, False, True]),
    ):
        assert held == [
            is_held_at_once(confirms_strangers=confirms, standing=one, is_too_much=much)
            for one in (stranger, elsewhere, own)
        ]
