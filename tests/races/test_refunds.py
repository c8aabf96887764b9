"""Refunds at once: two hands that each give a part back, her word beside her bank's record, a yes beside a no."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import reading
from market.base.errors import Conflict
from market.payments import actions
from market.payments.models import Refund
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.steps import Bought, answer_as_shown, assert_sums_hold, buy, notice, paid
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap

PRICE, PART = 12_000, 8_000


@pytest.fixture
def owing(cast: Cast, now: Clock) -> Bought:
    """12.000 đồng too much came in."""
    order = buy(cast, now())
    notice(1, 2 * PRICE, order.code, now())
    return order


def gives_back(order: Bought, key: str, now: Clock) -> Move:
    """A hand whose page shows 12.000 as owed gives 8.000 of it back."""
    new = actions.NewRefund(order_id=order.id, amount=Dong(PART), client_key=key, owed=Dong(PRICE))

    def act(session: Session) -> None:
        actions.refund(session, GUEST, order.stall, new, clock=now)

    return act


def given_back() -> int:
    reading().expire_all()
    return reading().scalar(select(func.coalesce(func.sum(Refund.amount), 0))) or 0


def test_of_two_hands_that_give_a_part_back_at_once_no_more_goes_back_than_came_in(
    app: Flask, owing: Bought, now: Clock
) -> None:
    assert overlap(app, gives_back(owing, "a", now), gives_back(owing, "b", now)) == (None, Conflict)
    assert given_back() == paid(owing).refunded == PART
    assert_sums_hold()


def test_without_the_lock_more_would_go_back_than_came_in(app: Flask, owing: Bought, now: Clock) -> None:
    """Why the order and its request are locked, and what the test above would see."""
    with unlocked(["order", "payment_request"]):
        assert overlap(app, gives_back(owing, "a", now), gives_back(owing, "b", now)) == (None, None)
    assert given_back() == 2 * PART > PRICE


def test_a_yes_that_waits_for_a_no_is_the_last_word_and_counts_once(app: Flask, owing: Bought, now: Clock) -> None:
    with app.app_context():
        actions_before = gives_back(owing, "a", now)

    def says(has_come: bool) -> Move:
        return lambda session: answer_as_shown(session, owing.id, has_come=has_come, clock=now)

    assert overlap(app, actions_before, gives_back(owing, "a", now)) == (None, None), "twice is once"
    assert overlap(app, says(has_come=False), says(has_come=True)) == (True, True)
    assert overlap(app, says(has_come=True), says(has_come=False)) == (False, False)
    assert paid(owing).returned == PART
    assert_sums_hold()
