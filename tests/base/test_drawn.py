"""Codes that are taken are drawn again: of purchases, orders, lots and stamps, also by two at once."""

import threading
from collections.abc import Callable, Iterator
from itertools import chain, count, repeat

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.base.drawn import MOST_DRAWS, NoFreeCode
from market.orders.models import Order, Purchase
from market.trace.models import Lot, Stamp
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns
from tests.orders.steps import place, wanted
from tests.services.crowd import crowd
from tests.trace import steps

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

ORDER, PURCHASE = "market.orders.actions.placing.new_order_code", "market.orders.actions.placing.new_purchase_code"
Draws = Callable[[str, Iterator[str]], None]


class OneAtATime(Iterator[str]):
    """An iterator that several threads may ask."""

    def __init__(self, inner: Iterator[str]) -> None:
        self._inner, self._lock = inner, threading.Lock()

    def __next__(self) -> str:
        with self._lock:
            return next(self._inner)


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Draws:
    """Let what draws codes draw these."""

    def patch(name: str, drawn: Iterator[str]) -> None:
        monkeypatch.setattr(name, lambda *_letters: next(drawn))

    return patch


def orders_and_purchases(session: Session) -> tuple[list[str], list[str]]:
    orders, purchases = select(Order.code).order_by(Order.id), select(Purchase.code).order_by(Purchase.id)
    return list(session.scalars(orders)), list(session.scalars(purchases))


def test_taken_codes_at_checkout_are_drawn_again(cast: Cast, now: Clock, draws: Draws, session: Session) -> None:
    draws(ORDER, iter(["A", "A", "A", "A", "B", "B", "C"]))
    draws(PURCHASE, iter(["X", "X", "X", "Y"]))
    place(cast.commune, wanted(cast.gao_nep), now=now())
    placed = place(cast.commune, wanted(cast.gao_nep), wanted(cast.rau_muong), now=now())
    assert placed.is_new
    assert orders_and_purchases(session) == (["A", "B", "C"], ["X", "Y"])
    as_asked = [session.get_one(Order, order_id).stall_id for order_id in placed.order_ids]
    assert as_asked == [cast.htx.stall, cast.lan.stall], "each order keeps its own row, whichever code it got"


def test_a_purchase_sent_twice_is_told_from_a_taken_code(
    cast: Cast, now: Clock, draws: Draws, session: Session
) -> None:
    draws(PURCHASE, iter(["X", "X", "Y"]))
    one = place(cast.commune, wanted(cast.gao_nep), now=now(), client_key="one")
    again = place(cast.commune, wanted(cast.gao_nep), now=now(), client_key="one")
    other = place(cast.commune, wanted(cast.gao_nep), now=now(), client_key="other")
    assert (one.code, again.code, other.code) == ("X", "X", "Y")
    assert (again.is_new, other.is_new) == (False, True)


def test_where_no_code_is_free_nothing_is_placed(cast: Cast, now: Clock, draws: Draws, session: Session) -> None:
    drawn = count()
    place(cast.commune, wanted(cast.gao_nep), now=now())
    taken = session.scalars(select(Order.code)).one()
    draws(ORDER, (taken for _ in drawn))
    with pytest.raises(NoFreeCode, match="order"):
        place(cast.commune, wanted(cast.gao_nep), now=now())
    assert next(drawn) == MOST_DRAWS
    assert len(orders_and_purchases(session)[1]) == 1


def test_checkouts_that_draw_the_same_codes_at_once_are_all_placed(
    app: Flask, cast: Cast, now: Clock, draws: Draws, session: Session
) -> None:
    buyers = 6
    draws(ORDER, OneAtATime(chain(repeat("A0", buyers), (f"A{number}" for number in count(1)))))
    draws(PURCHASE, OneAtATime(chain(repeat("X0", buyers), (f"X{number}" for number in count(1)))))
    wished = wanted(cast.gao_nep)

    placed = crowd(app, range(buyers), lambda _: place(cast.commune, wished, now=now()).code)
    orders, purchases = orders_and_purchases(session)
    assert (len(set(placed)), len(set(orders)), sorted(purchases)) == (buyers, buyers, sorted(placed))


def test_a_lot_takes_the_first_code_that_is_free(cast: Cast, now: Clock, session: Session) -> None:
    first, second = steps.rice_lot(cast, now()), steps.rice_lot(cast, now())
    assert (first[-1], second[-1]) == ("A", "B")
    with transaction() as writing:
        writing.scalars(select(Lot).where(Lot.code == first)).one().code = f"{first[:-1]}C"
    assert [steps.rice_lot(cast, now())[-1], steps.rice_lot(cast, now())[-1]] == ["D", "E"]


def test_lots_opened_at_once_bear_different_codes(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    opened = crowd(app, range(4), lambda number: steps.rice_lot(cast, now(), key=f"form-{number}"))
    assert len(set(opened)) == 4
    assert sorted(session.scalars(select(Lot.code))) == sorted(opened)


def test_stamps_of_two_lots_never_share_a_code(
    app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    """Both print at once, and both draw every code the other draws."""
    lots = [steps.sealed_lot(cast, now()) for _ in range(2)]
    own = threading.local()

    def draw() -> str:
        own.drawn = getattr(own, "drawn", 0) + 1
        return f"{own.drawn:011d}"

    monkeypatch.setattr("market.trace.actions.stamps.new_stamp_code", draw)

    one, other = crowd(app, lots, lambda lot: list(steps.print_stamps(cast, lot, 10, now()).codes))
    assert len({*one, *other}) == 20
    assert sorted(session.scalars(select(Stamp.code))) == sorted([*one, *other])
    for lot in lots:
        rows = session.execute(select(Stamp.serial).join(Stamp.lot).where(Lot.code == lot).order_by(Stamp.serial))
        assert [row.serial for row in rows] == list(range(1, 11))
