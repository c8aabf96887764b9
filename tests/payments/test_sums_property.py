"""Whatever happens to money in whatever order: counters are the sums of their rows, and no credit gives too much."""

import contextlib
from dataclasses import dataclass, field

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.payments.models import Allocation, BankCredit
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import examples
from tests.payments.steps import (
    Bought,
    allocate_as_shown,
    assert_sums_hold,
    buy,
    confirm_as_shown,
    count,
    credit,
    dismiss_as_shown,
    notice,
    undo_as_shown,
)

PLACE = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("notice"), PLACE, st.integers(1, 30_000)),
        st.tuples(st.just("unknown"), PLACE, st.integers(1, 30_000)),
        st.tuples(st.just("again"), PLACE, st.just(0)),
        st.tuples(st.just("allocate"), PLACE, st.integers(0, 5)),
        st.tuples(st.just("undo"), PLACE, st.integers(0, 9)),
        st.tuples(st.just("aside"), PLACE, st.integers(0, 5)),
        st.tuples(st.just("word"), PLACE, st.just(0)),
    ),
    min_size=1,
    max_size=12,
)


@dataclass
class Story:
    """Three orders of one stall and the notices that came for them so far."""

    orders: list[Bought]
    now: Clock
    numbers: list[tuple[int, int, str]] = field(default_factory=list)

    def notice(self, place: int, amount: int) -> None:
        self._send(amount, self.orders[place].code)

    def unknown(self, place: int, amount: int) -> None:
        self._send(amount, f"tien rau lan {place}")

    def again(self, place: int, _extra: int) -> None:
        if self.numbers:
            notice(*self.numbers[place % len(self.numbers)], self.now())

    def allocate(self, place: int, which: int) -> None:
        known = self._ids(BankCredit)
        if known:
            order = self.orders[place]
            with transaction() as session:
                allocate_as_shown(session, GUEST, order.stall, known[which % len(known)], order.id, clock=self.now)

    def undo(self, place: int, which: int) -> None:
        known = self._ids(Allocation)
        if known:
            with transaction() as session:
                undo_as_shown(session, GUEST, self.orders[place].stall, known[which % len(known)], clock=self.now)

    def aside(self, place: int, which: int) -> None:
        known = self._ids(BankCredit)
        if known:
            with transaction() as session:
                dismiss_as_shown(session, GUEST, self.orders[place].stall, known[which % len(known)], clock=self.now)

    def word(self, place: int, _extra: int) -> None:
        with transaction() as session:
            confirm_as_shown(session, GUEST, self.orders[0].stall, self.orders[place].id, clock=self.now)

    def _send(self, amount: int, memo: str) -> None:
        self.numbers.append((count(BankCredit) + 1, amount, memo))
        notice(*self.numbers[-1], self.now())

    def _ids(self, table: type[BankCredit] | type[Allocation]) -> list[int]:
        return list(reading().scalars(select(table.id).order_by(table.id)))


@settings(max_examples=examples(5))
@given(steps=STEPS)
def test_sums_hold_after_every_step(app: Flask, cast: Cast, now: Clock, steps: list[tuple[str, int, int]]) -> None:
    story = Story(orders=[buy(cast, now()) for _ in range(3)], now=now)
    for name, place, extra in steps:
        with contextlib.suppress(Refused):
            getattr(story, name)(place, extra)
        assert_sums_hold()


def test_a_credit_allocated_twice_concurrently_is_used_once(app: Flask, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, "khong ma", now())
    with transaction() as session:
        allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)
        with contextlib.suppress(Refused):
            allocate_as_shown(session, GUEST, order.stall, taken, order.id, clock=now)
    assert (credit(taken).allocated, count(Allocation)) == (12_000, 1)
    assert_sums_hold()
