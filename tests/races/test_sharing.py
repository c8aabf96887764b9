"""Goods are shared out among orders as they stand: who cancels or accepts meanwhile is either before it or after it."""

import pytest
from flask import Flask
from sqlalchemy import Select

from market.base import db as db_module
from market.base.audit import GUEST, Actor
from market.base.db import reading
from market.base.seen import ChangedSince, seen_of
from market.orders.queries.sharing import facts_to_share, orders_wanting, scarce_goods, shares_of
from market.orders.rules import OrderStatus
from market.payments.actions import SharedOut, ShareOut, cancel_order, share_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row, stock
from tests.payments.steps import buy
from tests.races.overlap import Move, overlap


@pytest.fixture
def orders(app: Flask, cast: Cast, now: Clock) -> list[int]:
    """Two orders of 2 kg, the second a minute after the first."""
    ids = []
    for _ in range(2):
        ids.append(buy(cast, now(), amount=2000, variant=cast.dau_xanh, accepted=False).id)
        now.move(minutes=1)
    return ids


def sharing(cast: Cast, now: Clock, there: int) -> Move:
    shown = orders_wanting(reading(), cast.lan.stall, cast.dau_xanh, now=now())
    goods = scarce_goods(reading(), cast.lan.stall, cast.dau_xanh)
    seen = seen_of(facts_to_share(shares_of(shown, goods, 0)))
    new = ShareOut(stall_id=cast.lan.stall, variant_id=cast.dau_xanh, there=there, seen=seen)
    return lambda session: share_out(session, Actor(), new, clock=now)


def cancelling(order_id: int, now: Clock) -> Move:
    return lambda session: cancel_order(session, GUEST, order_id, clock=now)


def test_an_order_cancelled_meanwhile_is_shown_before_anything_is_shared(
    app: Flask, cast: Cast, now: Clock, orders: list[int]
) -> None:
    assert overlap(app, cancelling(orders[0], now), sharing(cast, now, 1000)) == (None, ChangedSince)
    assert (order_row(orders[1]).asked_until, stock(cast.dau_xanh)) == (None, (5000, 2000))


def test_two_hands_that_share_at_once_share_once(app: Flask, cast: Cast, now: Clock, orders: list[int]) -> None:
    first, second = overlap(app, sharing(cast, now, 3000), sharing(cast, now, 2500))
    assert (first, second) == (SharedOut(asked=1, declined=0), ChangedSince)
    assert (order_row(orders[1]).changes, stock(cast.dau_xanh)) == (1, (5000, 3000))


def test_without_the_lock_goods_are_kept_for_who_has_cancelled(
    app: Flask, cast: Cast, now: Clock, orders: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why it is held, and what the tests above would see."""
    share, cancel = sharing(cast, now, 1000), cancelling(orders[0], now)

    def unlocked(query: Select[int], _model: type) -> Select[int]:
        return query

    monkeypatch.setattr(db_module, "_for_update", unlocked)
    _, shared = overlap(app, cancel, share)
    assert shared is not ChangedSince
    assert order_row(orders[0]).status is not OrderStatus.CANCELLED or shared == SharedOut(asked=1, declined=1)
