"""What happens to an aggregate at once happens in an order; a lock that is taken away is missed."""

import threading

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from market.base.db import locked
from market.catalog.models import Variant
from tests.cast import Cast
from tests.nights import IS_NIGHT, of_many
from tests.races.aggregates import AGGREGATES, DRAWN_BY_DAY, ONE_PAIR_BY_DAY
from tests.races.harness import Aggregate, Move, Pair, disorder, is_noticed, unexplained, unlocked, writing

SAMPLES = ("papers", "carts")
"""Aggregates whose locks the ordinary suite takes away; the nightly one does so with each."""
UNLOCKED = list(AGGREGATES if IS_NIGHT else SAMPLES)


@of_many(24)
@pytest.mark.parametrize("name", AGGREGATES)
def test_two_moves_at_once_end_as_one_after_the_other(app: Flask, cast: Cast, name: str) -> None:
    aggregate = AGGREGATES[name](cast)
    assert disorder(app, aggregate, aggregate.pairs if IS_NIGHT else pairs_by_day(name, aggregate)) == []


def pairs_by_day(name: str, aggregate: Aggregate) -> list[Pair]:
    if name in DRAWN_BY_DAY:
        return aggregate.drawn_pairs[: 1 if name in ONE_PAIR_BY_DAY else None]
    return aggregate.pairs


@pytest.mark.parametrize("name", UNLOCKED)
def test_a_lock_that_is_not_there_is_missed(app: Flask, cast: Cast, name: str) -> None:
    aggregate = AGGREGATES[name](cast)
    assert [table for table in aggregate.tables if not is_noticed(app, aggregate, table)] == []


@pytest.mark.parametrize("name", UNLOCKED)
def test_a_spare_lock_is_not_missed_for_the_reason_given(app: Flask, cast: Cast, name: str) -> None:
    aggregate = AGGREGATES[name](cast)
    for table in aggregate.spare:
        with unlocked([table]):
            assert disorder(app, aggregate, aggregate.pairs, rounds=1) == []


def test_a_deadlock_is_no_refusal(app: Flask, cast: Cast) -> None:
    meeting = threading.Barrier(2)

    def locking(first: int, second: int) -> Move:
        def act(session: Session, _at: int) -> None:
            locked(session, Variant, Variant.id == first)
            if threading.current_thread() is not threading.main_thread():
                meeting.wait(timeout=30)
            locked(session, Variant, Variant.id == second)

        return writing(act)

    moves = {"forth": locking(cast.ruoi, cast.gao_nep), "back": locking(cast.gao_nep, cast.ruoi)}
    crossing = Aggregate(start=lambda: 0, moves=moves, picture=lambda *_: None, tables=["variant"])
    (found,) = unexplained(app, crossing, [("forth", "back")], rounds=1)
    assert "FAULT: DeadlockDetected" in found
