"""Two hands at once at one debt: no more is paid off than was owed."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import reading
from market.base.seen import ChangedSince, seen_of
from market.payments import actions
from market.payments.actions import PaidOff
from market.payments.queries.debts import facts_of_debt, owed_by
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.phoning import by_phone, write
from tests.payments.test_debts import on_credit, took
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap

OWED, PART = 20_000, 15_000


def pays(cast: Cast, debtor_id: int, key: str, now: Clock, owed: int = OWED) -> Move:
    """A hand whose page shows what is owed writes that most of it was paid."""
    seen = seen_of(facts_of_debt(Dong(owed)))
    new = PaidOff(debtor_id=debtor_id, amount=Dong(PART), seen=seen, client_key=key)

    def act(session: Session) -> None:
        actions.pay_off(session, Actor(person_id=cast.lan.person), cast.lan.stall, new, clock=now)

    return act


def left(debtor_id: int) -> int:
    reading().expire_all()
    return owed_by(reading(), debtor_id)


@pytest.mark.parametrize("has_order", [False, True])
def test_of_two_hands_that_pay_off_at_once_no_more_is_paid_than_was_owed(
    app: Flask, cast: Cast, now: Clock, has_order: bool
) -> None:
    with app.app_context():
        if has_order:
            on_credit(cast, write(cast, now, by_phone(cast, amount=1000, price=10_000)), now)
        debtor_id = took(cast, now, OWED - 10_000 if has_order else OWED)
    hands = pays(cast, debtor_id, "a", now), pays(cast, debtor_id, "b", now)
    assert overlap(app, *hands) == (None, ChangedSince)
    with app.app_context():
        assert left(debtor_id) == OWED - PART


def test_without_the_lock_more_would_be_paid_than_was_owed(app: Flask, cast: Cast, now: Clock) -> None:
    """Why the debtor is locked, and what the test above would see."""
    with app.app_context():
        debtor_id = took(cast, now, OWED)
    with unlocked(["debtor"]):
        hands = pays(cast, debtor_id, "a", now), pays(cast, debtor_id, "b", now)
        assert overlap(app, *hands) == (None, None)
    with app.app_context():
        assert left(debtor_id) == OWED - 2 * PART < 0


def test_the_same_form_twice_at_once_pays_once(app: Flask, cast: Cast, now: Clock) -> None:
    with app.app_context():
        debtor_id = took(cast, now, OWED)
    assert overlap(app, *(pays(cast, debtor_id, "a", now) for _ in range(2))) == (None, None)
    with app.app_context():
        assert left(debtor_id) == OWED - PART
