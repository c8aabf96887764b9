"""The card gateway's call: genuine, in any order and number, and never believed about sums."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.orders.rules import OrderStatus
from market.payments import actions, queries
from market.payments.card.fake import FakeStripe
from market.payments.models import Allocation, WebhookDelivery
from market.payments.ports import Checkout
from market.payments.rules.status import PaidStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.gate import SECRET, Gate, goes, opened
from tests.payments.steps import Bought, assert_sums_hold, buy, count, notice, paid
from tests.services.crowd import crowd


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


@pytest.fixture
def order(cast: Cast, now: Clock) -> Bought:
    return buy(cast, now())


def test_the_gateway_s_word_pays_the_order(client: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    assert set(gate.tell_all(client, now, twice=True, backwards=True)) == {200}
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)
    assert order_row(order.id).due_at is None
    assert queries.money_today(reading(), order.stall, now=now()).card == 12_000
    [go] = goes(order)
    assert (go.received, go.closed_at) == (12_000, now())
    assert_sums_hold()


@pytest.mark.parametrize("backwards", [False, True])
def test_events_in_either_order_come_to_the_same(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock, backwards: bool
) -> None:
    session_id = gate.begin(order, now)
    gate.fake.pay_session(session_id)
    kinds = [event["type"] for event in gate.fake.events]
    assert kinds == ["payment_intent.created", "payment_intent.succeeded", "checkout.session.completed"]
    assert gate.tell_all(client, now, backwards=backwards) == [200, 200, 200]
    [go] = goes(order)
    assert go.intent_id == gate.intent_of(session_id)
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)


def test_a_delayed_success_is_taken_as_one(client: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    """Another gateway's session may be complete before its money is there."""
    session_id = gate.begin(order, now)
    gate.fake.pay_session(session_id)
    intent = gate.fake.sessions[session_id].intent
    assert intent
    intent.status, intent.received = "processing", 0
    assert gate.tell_all(client, now) == [200, 200, 200]
    [go] = goes(order)
    assert (paid(order).received, go.closed_at, go.intent_id) == (0, None, intent.id)
    intent.status, intent.received = "succeeded", 12_000
    gate.fake.happened("checkout.session.async_payment_succeeded", gate.fake.sessions[session_id])
    assert gate.deliver(client, gate.fake.calls(now())[-1]) == 200
    assert (paid(order).status, goes(order)[0].closed_at) == (PaidStatus.PAID, now())


def test_what_is_told_before_we_know_the_session_is_left_alone_and_found_later(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    with transaction() as session:
        payment_id = actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
    session_id = gate.begin(order, now)
    [go] = goes(order)
    assert go.id == payment_id, "begun twice, it is one"
    with transaction() as session:
        row = queries.card_payment(session, payment_id)
        row.session_id, row.url = None, None
    gate.fake.pay_session(session_id)
    assert gate.tell_all(client, now) == [200, 200, 200]
    assert paid(order).received == 0
    with transaction() as session:
        known = Checkout(id=session_id, status="open", is_paid=False, url=f"{gate.url}/x", intent_id=None)
        actions.note_checkout(session, payment_id, known)
    assert gate.tell_all(client, now) == [200, 200, 200]
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)


def test_a_session_that_ran_out_is_closed_and_pays_nothing(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    session_id = gate.begin(order, now)
    gate.client.expire_checkout(session_id, key="expire")
    assert gate.tell_all(client, now, twice=True) == [200, 200]
    [go] = goes(order)
    assert (go.closed_at, paid(order).received) == (now(), 0)


def test_sums_in_a_call_are_not_believed(client: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    session_id = gate.begin(order, now)
    session = gate.fake.sessions[session_id].as_json()
    said = {"type": "checkout.session.completed", "data": {"object": session | {"payment_status": "paid"}}}
    gate.fake.events = [said]
    assert gate.tell_all(client, now) == [200]
    assert paid(order).status is PaidStatus.UNPAID


def test_a_failure_told_after_the_success_takes_nothing_back(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    [_, succeeded, completed] = gate.fake.events
    failed = json.loads(json.dumps(succeeded)) | {"type": "payment_intent.payment_failed"}
    expired = json.loads(json.dumps(completed)) | {"type": "checkout.session.expired"}
    gate.fake.events = [completed, failed, expired]
    assert gate.tell_all(client, now) == [200, 200, 200]
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_call_is_refused(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock, minutes: int
) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    call = gate.fake.calls(now())[-1]
    now.move(minutes=minutes)
    assert gate.deliver(client, call) == 401
    assert paid(order).received == 0


def test_a_forged_call_is_refused_and_an_odd_one_too(client: FlaskClient, gate: Gate, now: Clock) -> None:
    stranger = FakeStripe(hook_secret="whsec_other", events=[{"type": "payment_intent.succeeded"}])
    assert gate.deliver(client, stranger.calls(now())[0]) == 401
    odd_ones: list[dict[str, object]] = [
        {},
        {"type": 5},
        {"type": "payment_intent.x"},
        {"type": "payment_intent.x", "data": {"object": {"id": 1}}},
        {"type": "checkout.session.completed", "data": {"object": {"id": "pi_x"}}},
        {"type": "charge.refunded"},
    ]
    for odd in odd_ones:
        mine = FakeStripe(hook_secret=SECRET, events=[odd])
        assert gate.deliver(client, mine.calls(now())[0]) == 400
    about_others: list[dict[str, object]] = [
        {"type": "customer.created"},
        {"type": "charge.dispute.created", "data": {"object": {"payment_intent": None}}},
        {"type": "payment_intent.succeeded", "data": {"object": {"id": "pi_nobody"}}},
        {"type": "checkout.session.completed", "data": {"object": {"id": "cs_nobody"}}},
    ]
    for other in about_others:
        assert gate.deliver(client, FakeStripe(hook_secret=SECRET, events=[other]).calls(now())[0]) == 200
    assert client.post("/webhook/stripe/nobody", data=b"{}").status_code == 404
    statuses = reading().scalars(select(WebhookDelivery.status).order_by(WebhookDelivery.id)).all()
    assert statuses == [400] * 6 + [200] * 4, "what is not signed costs no row"


def test_a_gateway_that_does_not_answer_is_asked_to_call_again(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    call = gate.fake.calls(now())[-1]
    gate.goes_away()
    assert gate.deliver(client, call) == 503
    gate.is_back()
    assert gate.deliver(client, call) == 200
    assert paid(order).status is PaidStatus.PAID


def test_the_same_call_twenty_times_at_once_counts_once(app: Flask, gate: Gate, order: Bought, now: Clock) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    call = gate.fake.calls(now())[-1]
    answers = crowd(app, [call] * 20, lambda one: gate.deliver(app.test_client(), one))
    assert (answers, count(Allocation), paid(order).received) == ([200] * 20, 1, 12_000)
    assert_sums_hold()


# --- what the money means -------------------------------------------------------------------------------------------


def test_card_and_transfer_together_are_too_much(client: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    gate.tell_all(client, now)
    notice(1, 12_000, order.code, now())
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.OVERPAID, 12_000)
    assert_sums_hold()


def test_a_card_pays_the_rest_of_a_transfer_that_was_too_little(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    notice(1, 2_000, order.code, now())
    session_id = gate.begin(order, now)
    assert gate.fake.sessions[session_id].amount == 10_000
    gate.fake.pay_session(session_id)
    gate.tell_all(client, now)
    assert (paid(order).status, paid(order).received) == (PaidStatus.PAID, 12_000)
    assert_sums_hold()


def test_a_transfer_while_the_card_is_typed_leaves_the_card_s_money_over(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    session_id = gate.begin(order, now)
    notice(1, 2_000, order.code, now())
    gate.fake.pay_session(session_id)
    gate.tell_all(client, now)
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.OVERPAID, 2_000)
    assert_sums_hold()


def test_less_than_was_asked_is_allocated_as_it_is_and_more_never(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    session_id = gate.begin(order, now)
    gate.fake.pay_session(session_id)
    intent = gate.fake.sessions[session_id].intent
    assert intent
    for received, said in ((5_000, 5_000), (90_000, 12_000)):
        intent.received = received
        gate.tell_all(client, now)
        assert paid(order).received == said
    assert count(Allocation) == 2
    assert_sums_hold()


def test_a_card_s_money_revives_no_order(client: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    session_id = gate.begin(order, now)
    with transaction() as session:
        actions.cancel_order(session, GUEST, order.id, clock=now)
    gate.fake.pay_session(session_id)
    assert set(gate.tell_all(client, now)) == {200}
    assert (order_row(order.id).status, paid(order).received) == (OrderStatus.CANCELLED, 12_000)
