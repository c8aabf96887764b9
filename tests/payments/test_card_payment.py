"""A go at paying by card: one open at a time, held goods, nothing believed but the gateway, closed when unwanted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from market.base.audit import GUEST, Actor, Event
from market.base.db import locked, reading, transaction
from market.base.errors import Conflict, OutsideError, Refused
from market.base.jobs import Job
from market.orders.actions import transitions
from market.orders.models import Order
from market.orders.rules import OrderStatus, PayChoice, hold_deadline
from market.payments import actions, queries
from market.payments.card.gateway import fetch
from market.payments.jobs import (
    END_CARD_SESSIONS,
    HANDLERS,
    ask_for_card_sessions,
    end_card_sessions,
    end_sessions_of_account,
)
from market.payments.models import CardAccount, CardPayment
from market.payments.rules.cards import CHECKOUT_LIFE, HOLD_BEYOND
from market.payments.rules.status import PaidStatus
from market.sellers.models import Stall, Verification
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import NIGHT, order_row
from tests.payments.gate import KEY, NOBODY, SECRET, Gate, accepts, goes, keys_seen, new_checkout, opened
from tests.payments.steps import (
    Bought,
    assert_sums_hold,
    buy,
    notice,
    paid,
    undo_as_shown,
)
from tests.sellers.changing import pass_a_day, save_keys


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


@pytest.fixture
def order(cast: Cast, now: Clock) -> Bought:
    return buy(cast, now())


# --- the stall's keys -----------------------------------------------------------------------------------------------


def test_no_stall_takes_cards_until_it_says_so(cast: Cast) -> None:
    assert not reading().scalars(select(Stall).where(Stall.accepts_card)).all()
    assert queries.card_account_of(reading(), cast.lan.stall) is None


def test_a_stall_switches_cards_on_and_off_with_its_own_keys(gate: Gate, cast: Cast, now: Clock) -> None:
    kept = reading().scalars(select(CardAccount)).one()
    assert KEY not in kept.secret_cipher
    assert SECRET not in kept.hook_secret_cipher
    assert queries.card_secrets_for(reading(), KEY) == {kept.key: SECRET}
    with transaction() as session:
        seen = keys_seen(session, cast.lan.stall)
        new = actions.NewCardKeys(stall_id=cast.lan.stall, seen=seen, secret_key="sk_test_newer", hook_secret=None)
        assert gate.hook.endswith(save_keys(session, new, now)), "the address stays"
        actions.disable_card_payments(session, GUEST, cast.lan.stall, now=now())
    assert queries.card_secrets_for(reading(), KEY) == {kept.key: SECRET}, "the old ones hold"
    assert pass_a_day(now) == 1
    reading().expire_all()
    keys = queries.card_keys_of(reading(), cast.lan.stall)
    assert keys is not None
    assert (keys.secret_last4, keys.hook_last4, keys.is_test) == ("ewer", "2026", True)
    assert not accepts(cast.lan.stall)


def test_switching_twice_changes_and_records_once(gate: Gate, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        lan, seen = Actor(person_id=cast.lan.person), keys_seen(session, cast.lan.stall)
        actions.enable_card_payments(session, lan, cast.lan.stall, seen=seen, now=now())
    kinds = ["keep_card_keys", "take_cards"]
    verbs = reading().scalars(select(Event.verb).where(Event.verb.in_(kinds)).order_by(Event.id)).all()
    assert verbs == kinds


def test_keys_are_kept_of_verified_stalls_and_both_at_first(cast: Cast, now: Clock) -> None:
    seen = keys_seen(reading(), cast.lan.stall)
    new = actions.NewCardKeys(stall_id=cast.lan.stall, seen=seen, secret_key=KEY, hook_secret=None)
    with transaction() as session, pytest.raises(Refused, match="đủ cả hai khóa"):
        save_keys(session, new, now)
    with transaction() as session, pytest.raises(Refused, match="lưu khóa trước"):
        lan, seen = Actor(person_id=cast.lan.person), keys_seen(session, cast.lan.stall)
        actions.enable_card_payments(session, lan, cast.lan.stall, seen=seen, now=now())
    with transaction() as session:
        session.scalars(
            select(Verification).where(Verification.business_id == cast.lan.business)
        ).one().ended_at = now()
    with transaction() as session, pytest.raises(Refused, match="Xã chưa xác nhận hộ, HTX của bạn"):
        save_keys(session, replace(new, hook_secret=SECRET), now)


# --- a go -----------------------------------------------------------------------------------------------------------


def test_the_goods_are_held_while_a_card_is_typed_and_at_most_a_day(gate: Gate, order: Bought, now: Clock) -> None:
    known = now()
    assert order_row(order.id).due_at == known + timedelta(hours=2)
    now.move(hours=1, minutes=59)
    gate.begin(order, now)
    assert order_row(order.id).due_at == now() + CHECKOUT_LIFE + HOLD_BEYOND
    gate.begin(order, now)
    [go] = goes(order)
    assert go.expires_at == now() + CHECKOUT_LIFE
    with transaction() as session:
        held = locked(session, Order, Order.id == order.id)
        transitions.hold_for_card(session, GUEST, held, until=now() + timedelta(days=9), now=now())
    assert order_row(order.id).due_at == NIGHT.deadline(known, timedelta(hours=24))


@pytest.mark.parametrize(
    "read",
    [
        lambda go: queries.card_payment(reading(), go.id),
        lambda go: queries.open_card_payment(reading(), go.request_id),
    ],
    ids=["by its id", "the open one"],
)
def test_a_go_is_read_as_it_stands_now_whatever_was_read_of_it_before(
    gate: Gate, order: Bought, now: Clock, read: Callable[[CardPayment], CardPayment]
) -> None:
    with transaction() as session:
        payment_id = actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
    at_hand = queries.card_payment(reading(), payment_id)
    made = gate.client.create_checkout(new_checkout(order, at_hand), key=at_hand.idempotency_key)
    with transaction() as session:
        actions.note_checkout(session, payment_id, made)
    assert read(at_hand).session_id == made.id


def test_a_restored_market_whose_ids_come_again_asks_with_new_keys(gate: Gate, order: Bought, now: Clock) -> None:
    """The gateway remembers keys for a day; a market put back to this morning counts its rows from there again."""
    gate.begin(order, now)
    with transaction() as session:
        session.execute(delete(CardPayment))
    first = set(gate.fake.sessions)
    now.move(minutes=5)
    assert gate.begin(order, now) not in first


def test_pay_on_receipt_has_a_clock_of_days_that_moves_at_its_end_alone(gate: Gate, cast: Cast, now: Clock) -> None:
    early, late = (buy(cast, now(), pay=PayChoice.ON_RECEIPT) for _ in range(2))
    due = hold_deadline(PayChoice.ON_RECEIPT, now(), 3, NIGHT)
    gate.begin(early, now)
    assert order_row(early.id).due_at == due
    now.at = due - timedelta(minutes=5)
    gate.begin(late, now)
    assert order_row(late.id).due_at == now() + CHECKOUT_LIFE + HOLD_BEYOND


def test_only_what_asks_for_money_is_begun(gate: Gate, cast: Cast, order: Bought, now: Clock) -> None:
    unanswered, cancelled, settled = buy(cast, now(), accepted=False), buy(cast, now()), buy(cast, now())
    with transaction() as session:
        actions.cancel_order(session, GUEST, cancelled.id, clock=now)
    notice(1, 12_000, settled.code, now())
    for no, sentence in ((unanswered, "không nhận tiền"), (cancelled, "không nhận tiền"), (settled, "đủ tiền rồi")):
        with transaction() as session, pytest.raises(Conflict, match=sentence):
            actions.begin_card(session, GUEST, no.stall, no.id, clock=now)
    with transaction() as session:
        actions.disable_card_payments(session, GUEST, order.stall, now=now())
    with transaction() as session, pytest.raises(Conflict, match="không nhận thẻ"):
        actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
    now.move(hours=2)
    with transaction() as session, pytest.raises(Conflict, match="không nhận tiền"):
        actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
    assert goes(order) == []


def test_another_amount_waits_until_the_first_session_is_closed(gate: Gate, order: Bought, now: Clock) -> None:
    gate.begin(order, now)
    notice(1, 2_000, order.code, now())
    with transaction() as session, pytest.raises(Conflict, match="vừa đổi"):
        actions.begin_card(session, GUEST, order.stall, order.id, clock=now)
    assert len(goes(order)) == 1


def test_the_database_itself_keeps_one_open_and_no_more_received_than_asked(
    gate: Gate, order: Bought, now: Clock
) -> None:
    gate.begin(order, now)
    [go] = goes(order)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(CardPayment).values(received=12_001))
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(update(CardPayment).values(url=None))
    with pytest.raises(Conflict), transaction() as session:
        second = {"card_account_id": go.card_account_id, "request_id": go.request_id, "amount": Dong(1)}
        session.add(CardPayment(**second, created_at=now(), expires_at=now()))


def test_another_currency_session_or_intent_is_no_payment(gate: Gate, cast: Cast, now: Clock) -> None:
    order, other = buy(cast, now()), buy(cast, now())
    mine, others = gate.begin(order, now), gate.begin(other, now)
    gate.fake.pay_session(mine)
    gate.fake.pay_session(others)
    [go] = goes(order)
    gate.fake.intents[gate.intent_of(mine)].currency = "usd"
    for strange in (mine, others):
        told = fetch(gate.client, strange)
        with transaction() as session, pytest.raises(OutsideError):
            actions.sync_checkout(session, GUEST, go.id, told, clock=now)
    mixed = replace(fetch(gate.client, mine), intent=gate.client.intent(gate.intent_of(others)))
    with transaction() as session:
        session.execute(update(CardPayment).where(CardPayment.id == go.id).values(intent_id=gate.intent_of(mine)))
    with transaction() as session, pytest.raises(OutsideError):
        actions.sync_checkout(session, GUEST, go.id, mixed, clock=now)
    assert paid(order).received == 0


def test_a_card_s_money_is_not_taken_off_by_hand(client: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    gate.tell_all(client, now)
    [line] = queries.came_in_lately(reading(), order.stall, now=now())
    with transaction() as session, pytest.raises(Refused, match="hoàn tiền ở nơi nhận thẻ"):
        undo_as_shown(session, GUEST, order.stall, line.allocation_id, clock=now)


# --- what comes round -----------------------------------------------------------------------------------------------


def test_money_is_found_where_no_call_ever_came(gate: Gate, order: Bought, now: Clock) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    assert end_card_sessions(now()) == 0, "its time is not up"
    now.move(minutes=45)
    assert order_row(order.id).due_at > now(), "still held"  # type: ignore[operator]
    assert end_card_sessions(now()) == 1
    assert (paid(order).status, order_row(order.id).due_at) == (PaidStatus.PAID, None)
    assert end_card_sessions(now()) == 0
    assert_sums_hold()


def test_sessions_that_nobody_should_pay_are_closed_at_the_gateway(gate: Gate, cast: Cast, now: Clock) -> None:
    cancelled, transferred, short, kept = (buy(cast, now()) for _ in range(4))
    sessions = {order.code: gate.begin(order, now) for order in (cancelled, transferred, short, kept)}
    with transaction() as session:
        actions.cancel_order(session, GUEST, cancelled.id, clock=now)
    notice(1, 12_000, transferred.code, now())
    notice(2, 2_000, short.code, now())
    assert end_card_sessions(now()) == 3
    status = {code: gate.fake.sessions[session_id].status for code, session_id in sessions.items()}
    assert status == {
        cancelled.code: "expired",
        transferred.code: "expired",
        short.code: "expired",
        kept.code: "open",
    }
    with transaction() as session:
        actions.disable_card_payments(session, GUEST, cast.lan.stall, now=now())
    assert end_card_sessions(now()) == 1
    assert goes(kept)[0].closed_at == now()


def test_a_go_that_the_gateway_knows_nothing_of_is_closed(gate: Gate, order: Bought, cast: Cast, now: Clock) -> None:
    """Its answer never came, or the stall's keys are of another account now."""
    unanswered = buy(cast, now())
    with transaction() as session:
        actions.begin_card(session, GUEST, unanswered.stall, unanswered.id, clock=now)
    del gate.fake.sessions[gate.begin(order, now)]
    now.move(minutes=46)
    assert end_card_sessions(now()) == 2
    assert [goes(one)[0].closed_at for one in (order, unanswered)] == [now(), now()]


def test_a_gateway_that_is_away_is_asked_again_later(
    gate: Gate, order: Bought, cast: Cast, now: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    second = buy(cast, now())
    for one in (order, second):
        gate.fake.pay_session(gate.begin(one, now))
    now.move(minutes=46)
    gate.goes_away()
    assert gate.app.config["CHOSO"].stripe_mock_url == NOBODY
    assert end_card_sessions(now()) == 2
    assert caplog.messages.count("card session not closed") == 1, "asked once in a round, not for each of its sessions"
    assert [goes(one)[0].closed_at for one in (order, second)] == [None, None]
    gate.is_back()
    end_card_sessions(now())
    assert [paid(one).status for one in (order, second)] == [PaidStatus.PAID, PaidStatus.PAID]
    assert order_row(order.id).status is OrderStatus.ACCEPTED


def test_each_account_is_asked_by_a_job_of_its_own(gate: Gate, order: Bought, now: Clock) -> None:
    gate.fake.pay_session(gate.begin(order, now))
    assert ask_for_card_sessions(now()) == 0
    now.move(minutes=46)
    assert [ask_for_card_sessions(now()) for _ in range(2)] == [1, 1]
    [job] = reading().scalars(select(Job).where(Job.kind == END_CARD_SESSIONS))
    handler = HANDLERS[END_CARD_SESSIONS]
    assert handler.runs_apart, "a gateway that drips its answer is ended"
    end_sessions_of_account(job.payload | {"account_id": 0})
    assert paid(order).status is not PaidStatus.PAID, "another account's"
    handler.do(job.payload)
    assert paid(order).status is PaidStatus.PAID
