"""A complaint at once: its stall promises while the buyer withdraws, two hands answer, the clock beside an answer."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.errors import Conflict
from market.orders.actions.complaints import withdraw
from market.orders.models import Complaint
from market.orders.rules.complaints import ComplaintOutcome, ComplaintState, Remedy
from market.payments import actions
from market.payments.actions import ComplaintAnswer, ComplaintDecision, OrderRef
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.payments.steps import Bought, assert_sums_hold
from tests.payments.test_complaints import PRICE, answer, handed_over, newest, owed, say, seen, to_office
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap

State, Outcome = ComplaintState, ComplaintOutcome


@pytest.fixture
def waiting(cast: Cast, now: Clock) -> Bought:
    """Mai wants 24.000 đồng back that bà Lan had in cash."""
    order = handed_over(cast, now, in_cash=True)
    say(order, now)
    return order


def promises(order: Bought, now: Clock, amount: int = 2 * PRICE) -> Move:
    new = ComplaintAnswer(remedy=Remedy.MONEY, amount=Dong(amount), goods_back=False, words="", seen=seen(order))

    def act(session: Session) -> None:
        actions.answer_complaint(session, GUEST, OrderRef(stall_id=order.stall, order_id=order.id), new, clock=now)

    return act


def withdraws(order: Bought, now: Clock) -> Move:
    shown = seen(order)

    def act(session: Session) -> None:
        withdraw(session, GUEST, order.id, shown, clock=now)

    return act


def decides(cast: Cast, order: Bought, now: Clock, outcome: Outcome) -> Move:
    shown, complaint = seen(order), newest(order).id

    def act(session: Session) -> None:
        new = ComplaintDecision(outcome=outcome, amount=Dong(0), reason="Đã xem ảnh", seen=shown)
        actions.decide_complaint(session, Actor(person_id=cast.hung), cast.commune, complaint, new, clock=now)

    return act


def ends(order: Bought) -> Complaint:
    assert_sums_hold()
    return newest(order)


def test_what_was_promised_first_is_not_withdrawn_and_the_other_way_round(
    app: Flask, waiting: Bought, now: Clock
) -> None:
    assert overlap(app, promises(waiting, now), withdraws(waiting, now)) == (None, Conflict)
    assert (ends(waiting).state, owed(waiting, now)) == (State.DONE, 2 * PRICE)


def test_what_was_withdrawn_first_promises_nothing(app: Flask, waiting: Bought, now: Clock) -> None:
    assert overlap(app, withdraws(waiting, now), promises(waiting, now)) == (None, Conflict)
    assert (ends(waiting).state, owed(waiting, now)) == (State.WITHDRAWN, 0)


def test_even_without_the_lock_its_numbered_history_lets_one_of_them_happen(
    app: Flask, waiting: Bought, now: Clock
) -> None:
    """What the lock is there for, and what catches it where somebody forgets it: no step has another's number."""
    with unlocked(["order", "payment_request"]):
        assert overlap(app, withdraws(waiting, now), promises(waiting, now)) == (None, Conflict)
    assert (ends(waiting).state, owed(waiting, now)) == (State.WITHDRAWN, 0)


def test_two_officers_decide_once(app: Flask, cast: Cast, waiting: Bought, now: Clock) -> None:
    answer(waiting, now, None, words="Rau tươi lúc giao")
    to_office(waiting, now)
    upheld, not_upheld = (decides(cast, waiting, now, one) for one in (Outcome.UPHELD, Outcome.NOT_UPHELD))
    assert overlap(app, upheld, not_upheld) == (None, Conflict)
    assert (ends(waiting).state, owed(waiting, now)) == (State.DONE, 2 * PRICE)


def test_an_answer_beside_the_clock_is_the_one_or_the_other(app: Flask, waiting: Bought, now: Clock) -> None:
    def late(session: Session) -> bool:
        return actions.advance_complaint(session, waiting.id, clock=now)

    promise = promises(waiting, now)
    now.at += timedelta(hours=12)
    assert overlap(app, late, promise) == (True, Conflict)
    assert (ends(waiting).state, owed(waiting, now)) == (State.OFFICE, 0)
