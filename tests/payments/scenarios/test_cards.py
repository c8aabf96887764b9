"""A card's money: told in any order, asked for twice, beside a transfer."""

import json
import time
from contextlib import suppress

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.orders.rules import OrderStatus
from market.payments import actions
from market.payments.card.client import CardRefused
from market.payments.jobs.card_leaving import look_after_card
from market.payments.models import Allocation
from market.payments.ports import NewCheckout
from market.payments.queries import card_payment, owed_back
from market.payments.rules.status import PaidStatus
from market.values.money import Dong
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.gate import Gate, goes, new_checkout
from tests.payments.steps import BANK, HOOK, Bought, assert_sums_hold, count, notice, paid
from tests.payments.test_card_leaving import to_card
from tests.services.crowd import crowd


def test_scenario_25_early_late_and_contrary_events_end_in_what_the_gateway_says_when_asked(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    session_id = gate.begin(order, now)
    gate.fake.pay_session(session_id)
    [created, succeeded, completed] = gate.fake.events
    failed = json.loads(json.dumps(succeeded)) | {"type": "payment_intent.payment_failed"}
    expired = json.loads(json.dumps(completed)) | {"type": "checkout.session.expired"}
    gate.fake.events = [succeeded, failed, expired, completed, created, failed, succeeded]
    assert set(gate.tell_all(client, now, twice=True)) == {200}, "the intent is told before anybody knows of it"
    assert (paid(order).status, count(Allocation)) == (PaidStatus.PAID, 1)
    assert goes(order)[0].closed_at is not None
    assert_sums_hold()
    gate.fake.events = []
    intent = gate.intent_of(session_id)
    gate.fake.refund_here(intent, 4_000)
    dispute = gate.fake.dispute(intent, amount=8_000)
    gate.fake.move_dispute(dispute.id, "won")
    assert set(gate.tell_all(client, now, twice=True, backwards=True)) == {200}
    assert (paid(order).status, paid(order).received) == (PaidStatus.PARTIAL, 8_000), "a won dispute is not off"
    assert_sums_hold()


def test_scenario_25_a_refund_and_a_dispute_told_before_the_create_call_returned_are_found_with_the_payment(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    """Nobody here knows the session yet; the order ends meanwhile. What is told late revives nothing."""
    with transaction() as session:
        payment_id = actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
    begun = card_payment(reading(), payment_id)
    made = gate.client.create_checkout(new_checkout(order, begun), key=begun.idempotency_key)
    gate.fake.pay_session(made.id)
    gate.fake.refund_here(gate.intent_of(made.id), 4_000)
    assert set(gate.tell_all(client, now)) == {200}
    with transaction() as session:
        actions.cancel_order(session, GUEST, order.id, clock=now)
        actions.note_checkout(session, payment_id, made)
    assert set(gate.tell_all(client, now, backwards=True)) == {200}
    assert order_row(order.id).status is OrderStatus.CANCELLED
    assert [one.amount for one in owed_back(reading(), order.stall, now=now())] == [8_000]
    assert_sums_hold()


def test_scenario_26_a_lost_answer_asked_for_again_makes_one_payment_and_another_body_is_an_error(
    gate: Gate, order: Bought, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    gate.fake.lost = 1
    gate.begin(order, now)
    assert len(gate.fake.sessions) == 1
    [go] = goes(order)
    asked = new_checkout(order, go)
    other = NewCheckout(
        amount=Dong(99_000),
        order_code=asked.order_code,
        success_url=asked.success_url,
        cancel_url=asked.cancel_url,
        expires_at=asked.expires_at,
    )
    with pytest.raises(CardRefused) as refused:
        gate.client.create_checkout(other, key=go.idempotency_key)
    assert (refused.value.kind, refused.value.permanent, len(gate.fake.sessions)) == ("idempotency_error", True, 1)


def test_scenario_26_a_refund_whose_answer_was_lost_is_asked_for_again_and_goes_back_once(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    gate.pays(client, order, now)
    notice(1, 12_000, order.code, now())
    payment_id = to_card(order, 12_000, now)
    gate.fake.lost = 9
    for _ in range(4):
        with suppress(OutsideError):
            look_after_card(payment_id)
    assert [one.amount for one in gate.fake.refunds.values()] == [12_000]
    look_after_card(payment_id)
    assert (paid(order).status, owed_back(reading(), order.stall, now=now())) == (PaidStatus.PAID, [])
    assert_sums_hold()


def test_scenario_29_a_card_and_a_transfer_at_one_moment_are_too_much_and_the_second_is_to_be_given_back(
    app: Flask, gate: Gate, order: Bought, now: Clock
) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    card, bank = gate.fake.calls(now())[-1], BANK.send(1, 12_000, order.code, now())

    def told(is_card: bool) -> int:
        client = app.test_client()
        if is_card:
            return gate.deliver(client, card)
        return client.post(HOOK, data=bank.body, headers=bank.headers).status_code

    assert crowd(app, [True, False] * 4, told) == [200] * 8
    assert (paid(order).status, paid(order).surplus, count(Allocation)) == (PaidStatus.OVERPAID, 12_000, 2)
    assert [one.amount for one in owed_back(reading(), order.stall, now=now())] == [12_000]
    look_after_card(to_card(order, 12_000, now))
    assert (paid(order).status, owed_back(reading(), order.stall, now=now())) == (PaidStatus.PAID, [])
    assert_sums_hold()
