"""Refunds to a card at once: two hands, a hand that gives it back otherwise, the gateway's own word."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import Conflict
from market.payments import actions
from market.payments.models import CardRefund
from market.payments.ports import CardDisputed, LeftAgain, Refunded
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import decline_as_shown
from tests.payments.gate import Gate, goes, opened
from tests.payments.steps import Bought, assert_sums_hold, buy, paid
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap

PRICE, PART = 12_000, 8_000


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


@pytest.fixture
def owing(app: Flask, gate: Gate, cast: Cast, now: Clock) -> Bought:
    """Paid by card, then declined."""
    order = buy(cast, now())
    gate.pays(app.test_client(), order, now)
    with transaction() as session:
        decline_as_shown(session, GUEST, order.id, "Hết rau", clock=now)
    return order


def to_card(order: Bought, amount: int, now: Clock, *, number: int = 1) -> Move:
    """A hand whose page shows 12.000 as owed sends some of it to the card."""
    new = actions.NewCardRefund(
        order_id=order.id, payment_id=goes(order)[0].id, number=number, amount=Dong(amount), owed=Dong(PRICE)
    )
    return lambda session: actions.ask_card_refund(session, GUEST, order.stall, new, clock=now) > 0


def by_hand(order: Bought, now: Clock) -> Move:
    new = actions.NewRefund(order_id=order.id, amount=Dong(PART), client_key="hand", owed=Dong(PRICE))

    def act(session: Session) -> None:
        actions.refund(session, GUEST, order.stall, new, clock=now)

    return act


def sent() -> int:
    reading().expire_all()
    return reading().scalar(select(func.coalesce(func.sum(CardRefund.amount), 0))) or 0


def test_of_two_hands_at_once_one_sends_and_the_same_tap_twice_is_one(app: Flask, owing: Bought, now: Clock) -> None:
    first = to_card(owing, PART, now)
    assert overlap(app, first, to_card(owing, PART - 1, now)) == (True, Conflict)
    assert overlap(app, first, first) == (True, True)
    assert (sent(), paid(owing).owed_back) == (PART, PRICE - PART)
    assert_sums_hold()


def test_without_the_locks_both_would_go_on_and_only_the_database_would_stop_the_second(
    app: Flask, owing: Bought, now: Clock
) -> None:
    """Why the payment, its order and its request are locked: both hands would read what neither has taken."""
    with unlocked(["card_payment", "order", "payment_request"]), pytest.raises(IntegrityError):
        overlap(app, to_card(owing, PART, now), by_hand(owing, now))


def test_a_hand_that_gives_it_back_otherwise_waits_and_sees_that_it_is_on_its_way(
    app: Flask, owing: Bought, now: Clock
) -> None:
    assert overlap(app, to_card(owing, PART, now), by_hand(owing, now)) == (True, Conflict)
    assert (sent(), paid(owing).refunded) == (PART, 0)
    assert_sums_hold()


def test_the_same_word_of_the_gateway_twice_at_once_is_off_once(app: Flask, owing: Bought, now: Clock) -> None:
    payment = goes(owing)[0].id
    refund = Refunded(id="re_1", amount=Dong(PART), status="succeeded")
    dispute = CardDisputed(id="du_1", amount=Dong(PRICE), status="needs_response", reason="fraudulent", due_at=None)

    def told(session: Session) -> None:
        actions.note_left_again(session, payment, LeftAgain(refunds=(refund,), disputes=(dispute,)), clock=now)

    assert overlap(app, told, told) == (None, None)
    assert (sent(), goes(owing)[0].taken_off, paid(owing).owed_back) == (PART, PRICE, 0)
    assert_sums_hold()
