"""Two businesses of the register are joined by two officers at once, either way round, or each with a third."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import market.base.db as db_module
from market.adoption.actions import Joining, join_businesses
from market.adoption.queries import merge_sides_facts, two_sides
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict
from market.base.seen import ChangedSince, seen_of
from market.sellers import actions
from market.sellers.actions import NewBusiness
from market.sellers.models import BusinessHistory, BusinessKind, BusinessMerge, BusinessStatus
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.races.overlap import Move, overlap


def enter(cast: Cast, now: Clock, *names: str) -> list[int]:
    return [_entered(cast, now, name) for name in names]


def _entered(cast: Cast, now: Clock, name: str) -> int:
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.mo_doan,
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        name=name,
        valid_from=local_day(now()) - timedelta(days=9),
        source="sổ",
    )
    with transaction() as session:
        return actions.add_business(session, Actor(person_id=cast.hung), new, now=now())


def join(cast: Cast, now: Clock, one: int, other: int) -> Move:
    with transaction() as session:
        seen = seen_of(merge_sides_facts(two_sides(session, cast.commune, (one, other), now=now())))
    asked = Joining(commune_id=cast.commune, pair=(one, other), chosen={}, seen=seen)
    return lambda writing: join_businesses(writing, Actor(person_id=cast.hung), asked, clock=now)


def ended(session: Session) -> int:
    session.expire_all()
    lines = BusinessHistory.status == BusinessStatus.TERMINATED
    return len(session.scalars(select(BusinessHistory.id).where(lines)).all())


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_pair_joined_twice_at_once_is_joined_once(
    app: Flask, cast: Cast, now: Clock, session: Session, is_turned: bool
) -> None:
    one, other = enter(cast, now, "Quán A", "Quán B")
    again = (other, one) if is_turned else (one, other)

    first, second = overlap(app, join(cast, now, one, other), join(cast, now, *again))

    assert first == second == one
    assert len(session.scalars(select(BusinessMerge.id)).all()) == ended(session) == 1


def test_of_two_joins_that_share_a_business_the_second_sees_the_first(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    one, other, third = enter(cast, now, "Quán A", "Quán B", "Quán C")

    first, second = overlap(app, join(cast, now, one, other), join(cast, now, other, third))

    assert (first, second) == (one, ChangedSince)
    assert ended(session) == 1


def test_a_join_beside_an_edit_takes_neither_unseen(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    one, other = enter(cast, now, "Quán A", "Quán B")
    new = NewBusiness(
        commune_id=cast.commune,
        hamlet_id=cast.nghia_dung,
        kind=BusinessKind.HOUSEHOLD_BUSINESS,
        name="Quán B",
        valid_from=local_day(now()),
        source="giấy",
    )

    def move(writing: Session) -> object:
        return actions.update_business(writing, Actor(person_id=cast.hung), other, new, now=now())

    assert overlap(app, join(cast, now, one, other), move)[1] is Conflict
    assert ended(session) == 1


def test_without_its_locks_a_pair_would_end_each_other(
    app: Flask, cast: Cast, now: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = enter(cast, now, "Quán A", "Quán B")
    moves = join(cast, now, one, other), join(cast, now, other, one)

    def unlocked(query: Select[object], model: type[object]) -> Select[object]:
        return query

    monkeypatch.setattr(db_module, "_for_update", unlocked)
    with pytest.raises((IntegrityError, AssertionError)):
        assert overlap(app, *moves) == (one, one)
