"""A card's money that leaves again: refunds through the gateway and at it, disputes; off once, told when it may be."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import Conflict, NotFound, OutsideError, Refused
from market.base.jobs import Job
from market.orders.rules import OrderStatus
from market.payments import actions
from market.payments.actions.card_leaving import BRING_CARD_BACK
from market.payments.jobs import card_leaving
from market.payments.jobs.card_leaving import look_after_card, look_after_cards
from market.payments.models import Allocation, CardDispute, CardRefund
from market.payments.ports import LeftAgain, Refunded
from market.payments.queries import (
    CardRefundable,
    came_in_lately,
    card_refundable,
    disputed_orders,
    money_lists,
    money_today,
    open_disputes,
    owed_back,
    refunds_answered,
)
from market.payments.rules.cards import CardDisputeState, CardRefundState
from market.payments.rules.refunds import RefundState
from market.payments.rules.status import PaidStatus
from market.places.rules.modes import CommuneMode
from market.values.money import Dong
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import decline_as_shown, order_row
from tests.payments.gate import Gate, goes, opened
from tests.payments.steps import Bought, answer_as_shown, assert_sums_hold, buy, notice, paid
from tests.payments.test_owed_back import give_back, told

PRICE = 12_000


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


@pytest.fixture
def order(cast: Cast, now: Clock) -> Bought:
    return buy(cast, now())


def declined(order: Bought, now: Clock) -> None:
    """The seller has no more of it: what the card brought is owed back."""
    with transaction() as session:
        decline_as_shown(session, GUEST, order.id, "Hết rau", clock=now)


def refundable(order: Bought) -> CardRefundable:
    reading().expire_all()
    found = card_refundable(reading(), paid(order).request_id)
    assert found is not None
    return found


def to_card(order: Bought, amount: int, now: Clock, *, number: int | None = None, owed: int | None = None) -> int:
    """The seller has just opened the order's task, and taps "Trả lại qua thẻ"; the payment's id."""
    shown = refundable(order)
    new = actions.NewCardRefund(
        order_id=order.id,
        payment_id=shown.payment_id,
        number=number or shown.number,
        amount=Dong(amount),
        owed=Dong(paid(order).owed_back if owed is None else owed),
    )
    with transaction() as session:
        actions.ask_card_refund(session, GUEST, order.stall, new, clock=now)
    return shown.payment_id


def states(order: Bought) -> list[tuple[int, CardRefundState]]:
    reading().expire_all()
    query = select(CardRefund).where(CardRefund.card_payment_id == goes(order)[0].id).order_by(CardRefund.number)
    return [(one.amount, one.state) for one in reading().scalars(query)]


def owed(order: Bought, now: Clock) -> list[int]:
    reading().expire_all()
    return [one.amount for one in owed_back(reading(), order.stall, now=now()) if one.order_id == order.id]


# --- through the gateway ----------------------------------------------------------------------------------------------


def test_what_a_card_brought_goes_back_to_it_in_parts_and_never_more(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    intent = gate.pays(client, order, now)
    declined(order, now)
    payment = to_card(order, 5_000, now)
    assert (states(order), owed(order, now)) == ([(5_000, CardRefundState.ASKED)], [7_000]), (
        "written before it is asked"
    )
    assert reading().scalars(select(Job.kind).where(Job.kind == BRING_CARD_BACK)).all() == [BRING_CARD_BACK]
    look_after_card(payment)
    assert (gate.fake.intents[intent].refunded, states(order)) == (5_000, [(5_000, CardRefundState.SUCCEEDED)])
    with pytest.raises(Conflict):
        to_card(order, 7_001, now)
    look_after_card(to_card(order, 7_000, now))
    assert (gate.fake.intents[intent].refunded, paid(order).received, owed(order, now)) == (PRICE, 0, [])
    assert len([one for one in told("hoan_the") if "vào thẻ bạn dùng" in one]) == 2
    assert_sums_hold()


def test_a_second_tap_is_the_first_and_another_amount_is_seen(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    gate.pays(client, order, now)
    declined(order, now)
    to_card(order, 5_000, now, number=1, owed=PRICE)
    to_card(order, 5_000, now, number=1, owed=PRICE)
    for amount, shown in ((6_000, PRICE), (5_000, 3)):
        with pytest.raises(Conflict):
            to_card(order, amount, now, number=1 if shown == PRICE else 2, owed=shown)
    assert states(order) == [(5_000, CardRefundState.ASKED)]
    stranger = actions.NewCardRefund(order_id=order.id, payment_id=99, number=1, amount=Dong(1), owed=Dong(1))
    with transaction() as session, pytest.raises(NotFound):
        actions.ask_card_refund(session, GUEST, order.stall, stranger, clock=now)


def test_no_more_goes_back_to_a_card_than_it_brought(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    notice(1, 2_000, order.code, now())
    gate.pays(client, order, now)
    notice(2, PRICE, order.code, now())
    assert (owed(order, now), refundable(order).left) == ([PRICE], 10_000)
    with pytest.raises(Refused, match="không trả nhiều như vậy"):
        to_card(order, PRICE, now)
    look_after_card(to_card(order, 10_000, now))
    assert (paid(order).status, owed(order, now)) == (PaidStatus.OVERPAID, [2_000])
    assert card_refundable(reading(), paid(order).request_id) is None
    assert_sums_hold()


@pytest.mark.parametrize(
    "later", [timedelta(minutes=3), timedelta(days=2)], ids=["its key is kept", "found by its mark"]
)
def test_a_worker_killed_between_asking_and_noting_asks_again_and_it_goes_back_once(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock, monkeypatch: pytest.MonkeyPatch, later: timedelta
) -> None:
    intent = gate.pays(client, order, now)
    declined(order, now)
    payment = to_card(order, PRICE, now)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(card_leaving, "note_left_again", killed)
        look_after_card(payment)
    assert (len(gate.fake.refunds), states(order)) == (1, [(PRICE, CardRefundState.ASKED)])
    now.move(seconds=later.total_seconds())
    assert look_after_cards(now()) == 1
    look_after_card(payment)
    assert (len(gate.fake.refunds), gate.fake.intents[intent].refunded) == (1, PRICE)
    assert states(order) == [(PRICE, CardRefundState.SUCCEEDED)]
    assert look_after_cards(now()) == 0
    assert_sums_hold()


def test_a_refund_that_fails_reopens_its_task_and_another_may_follow(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    gate.pays(client, order, now)
    declined(order, now)
    gate.fake.refunds_wait = True
    look_after_card(to_card(order, PRICE, now))
    assert (states(order), owed(order, now)) == ([(PRICE, CardRefundState.PENDING)], [])
    [refund] = gate.fake.refunds.values()
    gate.fake.end_refund(refund.id, "failed", "lost_or_stolen_card")
    assert set(gate.tell_all(client, now, twice=True, backwards=True)) == {200}
    assert (states(order), owed(order, now)) == ([(PRICE, CardRefundState.FAILED)], [PRICE])
    [sentence] = [one for one in told("hoan_the") if "Phải trả lại" in one]
    assert "thẻ của khách là thẻ mất" in sentence
    gate.fake.refunds_wait = False
    look_after_card(to_card(order, PRICE, now))
    assert (states(order)[1], owed(order, now)) == ((PRICE, CardRefundState.SUCCEEDED), [])
    assert_sums_hold()


def test_a_refund_that_the_gateway_refuses_is_owed_again_and_one_it_may_not_know_of_waits(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    intent = gate.pays(client, order, now)
    declined(order, now)
    payment = to_card(order, PRICE, now)
    gate.goes_away()
    with pytest.raises(OutsideError):
        look_after_card(payment)
    assert states(order) == [(PRICE, CardRefundState.ASKED)]
    gate.is_back()
    gate.fake.refund_here(intent, 4_000)
    look_after_card(payment)
    assert states(order) == [(PRICE, CardRefundState.FAILED), (4_000, CardRefundState.SUCCEEDED)]
    assert (owed(order, now), refundable(order).left) == ([8_000], 8_000)
    assert_sums_hold()


def test_the_gateway_s_word_that_it_went_through_holds_against_a_no_of_our_own(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    """The keys kept now were of another account for a while, which knew no such payment."""
    gate.pays(client, order, now)
    declined(order, now)
    payment = to_card(order, PRICE, now)
    [asked] = reading().scalars(select(CardRefund)).all()
    with transaction() as session:
        actions.refuse_card_refund(session, asked.id, "resource_missing", clock=now)
    assert owed(order, now) == [PRICE]
    through = Refunded(id="re_1", amount=Dong(PRICE), status="succeeded", mark=asked.key)
    for _ in range(2):
        with transaction() as session:
            actions.note_left_again(session, payment, LeftAgain(refunds=(through,)), clock=now)
    assert (states(order), owed(order, now)) == ([(PRICE, CardRefundState.SUCCEEDED)], [])
    assert_sums_hold()


def test_cards_switched_off_keep_no_money_and_only_hear_of_what_the_seller_sent(
    client: FlaskClient, gate: Gate, cast: Cast, order: Bought, now: Clock
) -> None:
    intent = gate.pays(client, order, now)
    declined(order, now)
    make.switch_mode(cast.commune, CommuneMode.ORDERING, now())
    payment = to_card(order, 5_000, now)
    gate.fake.refund_here(intent, 1_000)
    gate.fake.dispute(intent, status="warning_needs_response")
    look_after_card(payment)
    assert states(order) == [(5_000, CardRefundState.SUCCEEDED)]
    assert (owed(order, now), reading().scalars(select(CardDispute)).all()) == ([7_000], [])


# --- at the gateway ---------------------------------------------------------------------------------------------------


def test_a_refund_made_at_the_gateway_is_off_the_order_once_and_its_clock_goes_again(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    intent = gate.pays(client, order, now)
    assert order_row(order.id).due_at is None
    gate.fake.refund_here(intent, 2_000)
    gate.tell_all(client, now, twice=True)
    assert (paid(order).status, paid(order).received, order_row(order.id).due_at) == (PaidStatus.PARTIAL, 10_000, None)
    gate.fake.refund_here(intent, 10_000)
    assert set(gate.tell_all(client, now, twice=True, backwards=True)) == {200}
    assert (paid(order).status, owed(order, now)) == (PaidStatus.UNPAID, [])
    assert order_row(order.id).due_at is not None
    assert any("Đơn còn THIẾU 12.000" in one for one in told("hoan_the"))
    lately = came_in_lately(reading(), order.stall, now=now())
    assert len(lately) == money_lists(reading(), order.stall, now=now()).came_in == 1
    assert (lately[0].left_again, money_today(reading(), order.stall, now=now()).card) == (PRICE, 0)
    assert_sums_hold()


def test_a_refund_that_the_seller_had_spoken_of_by_hand_shows_her_word_and_is_not_off_again(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    intent = gate.pays(client, order, now)
    declined(order, now)
    give_back(order, PRICE, "hand", now)
    refund = gate.fake.refund_here(intent, PRICE)
    gate.tell_all(client, now, twice=True)
    [one] = refunds_answered(reading(), paid(order).request_id)
    assert (one.state, paid(order).received, paid(order).returned) == (RefundState.PROVEN, PRICE, PRICE)
    gate.fake.end_refund(refund.id, "failed", "insufficient_funds")
    gate.tell_all(client, now)
    assert (paid(order).returned, owed(order, now)) == (0, [0]), "her word alone again"
    with transaction() as session:
        assert answer_as_shown(session, order.id, has_come=True, clock=now)
    assert_sums_hold()


# --- disputes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("end", "received"), [("won", PRICE), ("lost", 0)])
def test_a_dispute_takes_the_money_off_and_only_a_won_one_brings_it_back(
    client: FlaskClient, gate: Gate, cast: Cast, order: Bought, now: Clock, end: str, received: int
) -> None:
    intent = gate.pays(client, order, now)
    made = gate.fake.dispute(intent)
    gate.tell_all(client, now, twice=True)
    [one] = open_disputes(reading(), order.stall)
    assert (one.code, one.amount, one.state) == (order.code, PRICE, CardDisputeState.NEEDS_RESPONSE)
    assert [(one.code, one.due_at) for one in disputed_orders(reading(), cast.commune)] == [(order.code, one.due_at)]
    assert (paid(order).received, open_disputes(reading(), cast.tu.stall)) == (0, [])
    gate.fake.move_dispute(made.id, "under_review")
    gate.fake.move_dispute(made.id, end)
    assert set(gate.tell_all(client, now, twice=True, backwards=True)) == {200}
    assert (paid(order).received, open_disputes(reading(), order.stall)) == (received, [])
    assert disputed_orders(reading(), cast.commune) == []
    [line] = came_in_lately(reading(), order.stall, now=now())
    assert line.left_again == PRICE - received, "what came back is no new money"
    assert money_today(reading(), order.stall, now=now()).card == received
    assert money_lists(reading(), order.stall, now=now()).came_in == 1
    said = told("khieu_nai_the")
    assert ("ngân hàng giữ lại tiền" in said[0], len(said)) == (True, 2)
    assert_sums_hold()


def test_an_inquiry_takes_nothing_and_its_deadline_is_seen(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    made = gate.fake.dispute(gate.pays(client, order, now), status="warning_needs_response")
    gate.tell_all(client, now)
    [one] = open_disputes(reading(), order.stall)
    assert (one.state, paid(order).status) == (CardDisputeState.INQUIRY, PaidStatus.PAID)
    made.status = "warning_closed"
    now.move(hours=13)
    assert look_after_cards(now()) == 1, "asked about where no call came"
    look_after_card(goes(order)[0].id)
    assert open_disputes(reading(), order.stall) == []


def test_what_is_disputed_is_not_sent_back_besides(client: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    made = gate.fake.dispute(gate.pays(client, order, now), status="warning_needs_response")
    gate.tell_all(client, now)
    declined(order, now)
    with pytest.raises(Refused, match="khiếu nại"):
        to_card(order, PRICE, now)
    gate.fake.move_dispute(made.id, "warning_closed")
    gate.tell_all(client, now)
    to_card(order, PRICE, now)
    assert states(order) == [(PRICE, CardRefundState.ASKED)]


def test_a_dispute_after_the_surplus_went_back_by_hand_is_still_off_and_owes_nothing(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    """Paid twice, given back by hand, then disputed: the books say what is there, and refuse no later money."""
    intent = gate.pays(client, order, now)
    over = PRICE + 3_000
    notice(1, over, order.code, now())
    give_back(order, over, "hand", now)
    gate.fake.dispute(intent)
    gate.tell_all(client, now, twice=True)
    assert (paid(order).received, paid(order).refunded, owed(order, now)) == (over, over, [0])
    notice(2, PRICE, order.code, now())
    assert (paid(order).received, owed(order, now)) == (over + PRICE, [0])
    assert_sums_hold()


def test_told_in_any_order_and_number_the_sums_are_those_of_the_gateway(
    client: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    """Refunds and a dispute are told of shuffled, some twice, while they go on."""
    chance, intent = random.Random(26), gate.pays(client, order, now)
    gate.fake.refunds_wait = True
    first = gate.fake.refund_here(intent, 3_000)
    second = gate.fake.refund_here(intent, 2_000)
    dispute = gate.fake.dispute(intent, amount=7_000)
    steps = [
        lambda: gate.fake.end_refund(first.id, "succeeded"),
        lambda: gate.fake.move_dispute(dispute.id, "under_review"),
        lambda: gate.fake.end_refund(second.id, "canceled"),
        lambda: gate.fake.move_dispute(dispute.id, "won"),
    ]
    for step in steps:
        calls = gate.fake.calls(now(), twice=True)
        for call in chance.sample(calls, 3):
            assert gate.deliver(client, call) == 200
        assert_sums_hold()
        step()
    for call in chance.sample(gate.fake.calls(now()), 4):
        assert gate.deliver(client, call) == 200
    assert (paid(order).received, order_row(order.id).status) == (9_000, OrderStatus.ACCEPTED)
    causes = reading().scalars(select(Allocation.card_dispute_id).where(Allocation.card_dispute_id.is_not(None))).all()
    assert len(causes) == 2, "off once, back once"
    assert_sums_hold()
