"""Whatever happens to orders, in whatever order: 0 <= reserved <= on hand, and on hand is the sum of the moves."""

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.catalog.models import Reservation, StockMove, Variant
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.jobs import end_overdue
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import examples
from tests.orders.steps import accept_as_shown, cash_as_shown, decline_as_shown, order_row, place, ref, wanted

STEP = st.tuples(
    st.sampled_from(["place", "accept", "decline", "ready", "cancel", "hand_over", "say_paid", "wait", "end"]),
    st.integers(0, 5),
    st.integers(1, 30).map(lambda tenths: tenths * 100),
)


@pytest.mark.parametrize("goods", ["dau_xanh", "rau_muong"])
@settings(max_examples=examples(10))
@given(steps=st.lists(STEP, min_size=3, max_size=14))
def test_stock_always_adds_up(
    app: Flask, cast: Cast, now: Clock, goods: str, steps: list[tuple[str, int, int]]
) -> None:
    variant_id, orders = getattr(cast, goods), list[int]()
    for verb, which, amount in steps:
        with suppress(Refused):
            _step(verb, which, amount, variant_id, orders, cast, now)
        _check(variant_id)
    for order_id in orders:
        with suppress(Refused):
            _move("decline", order_id, now)
    _check(variant_id)


def _step(verb: str, which: int, amount: int, variant_id: int, orders: list[int], cast: Cast, now: Clock) -> None:
    if verb == "place":
        pay = PayChoice.TRANSFER if which % 2 else PayChoice.ON_RECEIPT
        amount = amount if variant_id == cast.dau_xanh else amount * 10
        orders.append(place(cast.commune, wanted(variant_id, amount, pay=pay), now=now()).order_ids[0])
    elif verb == "wait":
        now.at += timedelta(minutes=11 * amount // 100)
    elif verb == "end":
        end_overdue(now())
    elif orders:
        _move(verb, orders[which % len(orders)], now)


def _move(verb: str, order_id: int, now: Clock) -> None:
    with transaction() as session:
        if verb == "accept":
            accept_as_shown(session, GUEST, order_id, clock=now)
        elif verb == "decline":
            decline_as_shown(session, GUEST, order_id, "Hết", clock=now)
        elif verb == "ready":
            actions.ready_order(session, GUEST, ref(session, order_id), clock=now)
        elif verb == "cancel":
            actions.cancel_order(session, GUEST, order_id, clock=now)
        elif verb == "hand_over":
            new = cash_as_shown(session, order_id)
            actions.hand_over(session, GUEST, order_row(order_id).stall_id, new, clock=now)
        else:
            actions.say_paid(session, GUEST, order_id, clock=now)


def _check(variant_id: int) -> None:
    session = reading()
    session.expire_all()
    variant = session.get_one(Variant, variant_id)
    live = session.scalar(
        select(func.coalesce(func.sum(Reservation.amount), 0)).where(
            Reservation.variant_id == variant_id, Reservation.released_at.is_(None)
        )
    )
    assert variant.reserved == live
    assert variant.reserved >= 0
    moves = session.scalar(
        select(func.coalesce(func.sum(StockMove.delta), 0)).where(StockMove.variant_id == variant_id)
    )
    if variant.on_hand is not None:
        assert variant.reserved <= variant.on_hand
        assert variant.on_hand == moves
    else:
        assert moves == 0
