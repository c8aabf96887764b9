"""A card's money: told in any order, asked for twice, beside a transfer."""

import json
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import reading
from market.payments.card.client import CardRefused
from market.payments.models import Allocation
from market.payments.ports import NewCheckout
from market.payments.queries import owed_back
from market.payments.rules.status import PaidStatus
from market.values.money import Dong
from tests.conftest import Clock
from tests.payments.gate import Gate, goes, new_checkout
from tests.payments.steps import BANK, HOOK, Bought, assert_sums_hold, count, paid
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
    assert_sums_hold()
