"""The card gateway's knock: genuine, in any order and number, and never believed about sums."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import OutsideError, Refused
from market.base.http import Http
from market.base.secrets import random_key
from market.orders.actions import moving
from market.orders.rules import OrderStatus
from market.payments import actions, queries
from market.payments.card.client import StripeClient
from market.payments.card.fake import FakeStripe, HookCall
from market.payments.models import Allocation, CardAccount, CardPayment, WebhookDelivery
from market.payments.rules.status import PaidStatus
from market.payments.views import card_hook
from market.sellers.models import Stall
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.steps import Bought, assert_sums_hold, buy, count, notice, paid
from tests.services.stripes import fake_stripe

KEY = "sk_test_lan"
SECRET = "whsec_lan"


@dataclass
class Gate:
    """Bà Lan's account at the gateway, as tests hold both ends of it."""

    fake: FakeStripe
    client: StripeClient
    url: str
    account: int
    hook: str

    def begin(self, order: Bought, now: Clock, amount: int | None = None) -> str:
        """The intent of an order, made at the gateway and remembered here."""
        intent = self.client.create_intent(Dong(amount or order.total), order.code, key=random_key())
        with transaction() as session:
            actions.note_intent(session, self.account, paid(order).request_id, intent, now=now())
        return intent.id

    def pay(self, intent_id: str) -> None:
        self.client.set_method(intent_id, "pm_card_visa", key=random_key())
        self.client.confirm_intent(intent_id, key=random_key())


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    fake = FakeStripe(hook_secret=SECRET)
    with fake_stripe(fake) as url:
        app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"stripe_mock_url": url})
        with transaction() as session:
            new = actions.NewCardAccount(stall_id=cast.lan.stall, secret_key=KEY, hook_secret=SECRET)
            hook = actions.take_cards(session, GUEST, new, now=now())
        account = reading().scalars(select(CardAccount)).one()
        client = StripeClient(secret_key=KEY, base_url=url)
        yield Gate(fake=fake, client=client, url=url, account=account.id, hook=f"/webhook/stripe/{hook}")


def knock(client: FlaskClient, gate: Gate, call: HookCall) -> int:
    return client.post(gate.hook, data=call.body, headers=call.headers).status_code


def test_no_stall_takes_cards_until_it_says_so(cast: Cast, now: Clock) -> None:
    assert not reading().scalars(select(Stall).where(Stall.accepts_card)).all()
    assert queries.card_account_of(reading(), cast.lan.stall) is None


def test_a_stall_switches_cards_on_and_off_with_its_own_keys(gate: Gate, cast: Cast, now: Clock) -> None:
    kept = reading().scalars(select(CardAccount)).one()
    assert KEY not in kept.secret_cipher
    assert SECRET not in kept.hook_secret_cipher
    with transaction() as session:
        new = actions.NewCardAccount(stall_id=cast.lan.stall, secret_key="sk_test_new", hook_secret=SECRET)
        assert gate.hook.endswith(actions.take_cards(session, GUEST, new, now=now())), "the address stays"
        actions.take_no_cards(session, GUEST, cast.lan.stall, now=now())
    reading().expire_all()
    assert not reading().get_one(Stall, cast.lan.stall).accepts_card


def test_the_gateway_s_word_pays_the_order(client: FlaskClient, gate: Gate, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    gate.pay(gate.begin(order, now))
    for call in gate.fake.calls(now(), twice=True, backwards=True):
        assert knock(client, gate, call) == 200
    assert (paid(order).status, count(Allocation)) == (PaidStatus.DU, 1)
    assert order_row(order.id).due_at is None
    assert queries.money_today(reading(), order.stall, now=now()).card == 12_000
    assert_sums_hold()


def test_sums_in_a_call_are_not_believed(client: FlaskClient, gate: Gate, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    gate.begin(order, now)
    event = json.loads(json.dumps(gate.fake.events[0])) | {"type": "payment_intent.succeeded"}
    event["data"]["object"] |= {"status": "succeeded", "amount_received": 12_000}
    gate.fake.events = [event]
    [call] = gate.fake.calls(now())
    assert knock(client, gate, call) == 200
    assert paid(order).status is PaidStatus.CHUA


def test_a_failure_told_after_the_success_takes_nothing_back(
    client: FlaskClient, gate: Gate, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    intent_id = gate.begin(order, now)
    gate.pay(intent_id)
    failed = json.loads(json.dumps(gate.fake.events[-1])) | {"type": "payment_intent.payment_failed"}
    gate.fake.events.append(failed)
    for call in gate.fake.calls(now()):
        assert knock(client, gate, call) == 200
    assert paid(order).status is PaidStatus.DU


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_call_is_refused(
    client: FlaskClient, gate: Gate, cast: Cast, now: Clock, minutes: int
) -> None:
    order = buy(cast, now())
    gate.pay(gate.begin(order, now))
    call = gate.fake.calls(now())[-1]
    now.move(minutes=minutes)
    assert knock(client, gate, call) == 401
    assert paid(order).received == 0


def test_a_forged_call_is_refused_and_an_odd_one_too(client: FlaskClient, gate: Gate, now: Clock) -> None:
    stranger = FakeStripe(hook_secret="whsec_other", events=[{"type": "payment_intent.succeeded"}])
    assert knock(client, gate, stranger.calls(now())[0]) == 401
    for odd in (
        {},
        {"type": 5},
        {"type": "payment_intent.x"},
        {"type": "payment_intent.x", "data": {"object": {"id": 1}}},
    ):
        mine = FakeStripe(hook_secret=SECRET, events=[odd])
        assert knock(client, gate, mine.calls(now())[0]) == 400
    about_others: list[dict[str, object]] = [
        {"type": "charge.refunded"},
        {"type": "payment_intent.succeeded", "data": {"object": {"id": "pi_nobody"}}},
    ]
    for other in about_others:
        assert knock(client, gate, FakeStripe(hook_secret=SECRET, events=[other]).calls(now())[0]) == 200
    assert client.post("/webhook/stripe/nobody", data=b"{}").status_code == 404
    statuses = reading().scalars(select(WebhookDelivery.status).order_by(WebhookDelivery.id)).all()
    assert statuses == [401, 400, 400, 400, 400, 200, 200, 404]


def test_a_gateway_that_does_not_answer_is_asked_to_call_again(
    client: FlaskClient, gate: Gate, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = buy(cast, now())
    gate.pay(gate.begin(order, now))
    call = gate.fake.calls(now())[-1]

    def away(account: CardAccount) -> StripeClient:
        return StripeClient(secret_key=KEY, base_url="http://127.0.0.1:9", http=Http(tries=1))

    with monkeypatch.context() as patch:
        patch.setattr(card_hook, "gateway_of", away)
        assert knock(client, gate, call) == 503
    assert knock(client, gate, call) == 200
    assert paid(order).status is PaidStatus.DU


def test_the_same_call_twenty_times_at_once_counts_once(app: Flask, gate: Gate, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    gate.pay(gate.begin(order, now))
    call = gate.fake.calls(now())[-1]
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(knock(app.test_client(), gate, call))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, count(Allocation), paid(order).received) == ([200] * 20, 1, 12_000)
    assert_sums_hold()


def test_card_and_transfer_together_are_too_much(client: FlaskClient, gate: Gate, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    gate.pay(gate.begin(order, now))
    knock(client, gate, gate.fake.calls(now())[-1])
    notice(1, 12_000, order.code, now())
    assert (paid(order).status, paid(order).surplus) == (PaidStatus.THUA, 12_000)


def test_a_card_s_money_revives_no_order_and_is_not_taken_off_by_hand(
    client: FlaskClient, gate: Gate, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    intent_id = gate.begin(order, now)
    with transaction() as session:
        moving.cancel_order(session, GUEST, order.id, received=Dong(0), now=now())
    gate.pay(intent_id)
    assert knock(client, gate, gate.fake.calls(now())[-1]) == 200
    assert (order_row(order.id).status, paid(order).received) == (OrderStatus.DA_HUY, 12_000)
    [line] = queries.came_in_lately(reading(), order.stall)
    with transaction() as session, pytest.raises(Refused, match="hoàn tiền ở nơi nhận thẻ"):
        actions.undo(session, GUEST, order.stall, line.allocation_id, now=now())


def test_another_currency_or_another_intent_is_no_payment(gate: Gate, cast: Cast, now: Clock) -> None:
    order, other = buy(cast, now()), buy(cast, now())
    mine, others = gate.begin(order, now), gate.begin(other, now)
    gate.pay(mine)
    gate.pay(others)
    payment = queries.card_payment_id(reading(), gate.account, mine)
    assert payment is not None
    gate.fake.intents[mine].currency = "usd"
    for strange in (mine, others):
        with transaction() as session, pytest.raises(OutsideError):
            actions.settle_card(session, GUEST, payment, gate.client.intent(strange), now=now())
    assert paid(order).received == 0


def test_the_database_itself_refuses_more_than_the_intent(gate: Gate, cast: Cast, now: Clock) -> None:
    gate.begin(buy(cast, now()), now)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(CardPayment).values(received=12_001))
