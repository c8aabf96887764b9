"""Orders of several lines, money by bank, card and word, refunds, every move, clocks that jump, word that goes out by
lines that break: what always holds."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from market.base.audit import GUEST, Actor
from market.base.db import locked, reading, transaction
from market.base.errors import Refused
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.catalog.actions.on_hand import Cause, set_on_hand
from market.catalog.models import Reservation, StockMove, Variant
from market.orders.actions.inputs import Buyer, PlacePurchase, WantedOrder
from market.orders.actions.no_show import NoShow
from market.orders.models import Order
from market.orders.queries.changes import changes_of
from market.orders.queries.deposits import bought_before
from market.orders.rules import OPEN, OrderStatus, PayChoice, status_at
from market.orders.rules.deposits import Deposit, DepositAsked
from market.payments import actions
from market.payments.jobs import end_overdue
from market.payments.models import Allocation, BankCredit, BankDebit, CardPayment, PaymentRequest, Refund
from market.payments.ports import Checkout, CheckoutSnapshot, Intent
from market.payments.queries import facts_to_decline, paid_of
from market.payments.rules.status import keeps_order
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.phone import Phone
from market.values.quantity import line_total
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT
from tests.orders.steps import (
    MAI,
    accept_as_shown,
    cash_as_shown,
    decline_as_shown,
    drop_line_as_shown,
    line,
    offer_as_shown,
    ref,
    reply_as_shown,
    take_back_as_shown,
    take_up_as_shown,
    wanted,
    weigh_as_shown,
)
from tests.payments.gate import KEY, SECRET, keys_seen
from tests.payments.steps import (
    allocate_as_shown,
    answer_as_shown,
    assert_sums_hold,
    confirm_as_shown,
    count,
    notice,
    sent_back,
    undo_as_shown,
)
from tests.payments.told import World, assert_all_gone, assert_told, world_outside
from tests.sellers.changing import save_keys

VERBS = [
    *("place", "accept", "decline", "cancel", "ready", "hand_over", "say_paid", "see", "take_up", "take_up", "end"),
    *("offer", "offer", "reply", "reply", "take_back", "drop_line"),
    *("by_weight", "weigh", "weigh", "deposits", "no_show"),
    *("bank", "bank", "word", "card", "allocate", "undo", "refund", "sent_back", "answer"),
    *("jump", "jump_back", "sleep", "sleep"),
    *("work", "work", "line_down", "no_answer", "worker_dies", "lose_jobs"),
]
OUTSIDE = {"work", "line_down", "no_answer", "worker_dies", "lose_jobs"}
ROUNDS, STORIES, LEAST_STEPS = (200, 5, 10) if IS_NIGHT else (1, 6, 4)
"""At night ten thousand steps at least, on each kind of database; each round begins with an empty market."""
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 3), st.integers(1, 20)), min_size=LEAST_STEPS, max_size=18
)
UNDELIVERED = (OrderStatus.DECLINED, OrderStatus.EXPIRED, OrderStatus.CANCELLED)


@dataclass
class Story:
    """What happens at one stall: 5 kg of beans that are counted, and greens that are not."""

    cast: Cast
    now: Clock
    world: World
    orders: list[int] = field(default_factory=list)
    buyer: Buyer = MAI

    def begin(self) -> None:
        """Orders of earlier stories are no more of it; another buyer holds none."""
        self.orders.clear()
        reading().rollback()
        told = count(Order)
        phone = Phone(f"0901 {told // 1000:03d} {told % 1000:03d}")
        self.buyer = replace(MAI, phone=phone, device=f"phone-{told}")
        self.bring_beans()

    def bring_beans(self) -> None:
        """What earlier stories have sold is not there any more, and what they stopped is sold again."""
        with transaction() as session:
            for which in (self.cast.dau_xanh, self.cast.rau_muong):
                goods = locked(session, Variant, Variant.id == which).row
                goods.is_sold_out, goods.sold_out_for, goods.weighed_within = False, None, None
            locked(session, Stall, Stall.id == self.cast.lan.stall).row.deposit_percent = 0
            beans = locked(session, Variant, Variant.id == self.cast.dau_xanh)
            set_on_hand(session, beans, beans.row.reserved + 5000, Cause(actor=GUEST, at=self.now()))

    def place(self, which: int, size: int) -> None:
        pay = PayChoice.TRANSFER if which else PayChoice.ON_RECEIPT
        order = wanted(self.cast.dau_xanh, size * 100, pay=pay)
        if which > 1:
            order = replace(order, lines=(*order.lines, line(self.cast.rau_muong, 1000)))
        order = replace(order, deposit=self.deposit_of(order))
        new = PlacePurchase(commune_id=self.cast.commune, client_key=random_key(), buyer=self.buyer, orders=(order,))
        with transaction() as session:
            self.orders.extend(actions.check_out(session, GUEST, new, clock=self.now).order_ids)

    def deposit_of(self, order: WantedOrder) -> Deposit | None:
        """What the stall asks of Mai before she has had anything from it."""
        stall = reading().get_one(Stall, order.stall_id)
        asked = DepositAsked(percent=stall.deposit_percent, least=stall.deposit_from, takes_transfer=True)
        total = Dong(sum(line_total(one.price, one.amount) for one in order.lines))
        bought = bought_before(reading(), [stall.id], person_id=None, device=MAI.device).get(stall.id, 0)
        return asked.of(total, order.pay_choice, bought_here=bought, kept_percent=100)

    def by_weight(self, size: int) -> None:
        """From now on the beans are sold by what they weigh, or as ordered again."""
        with transaction() as session:
            beans = locked(session, Variant, Variant.id == self.cast.dau_xanh).row
            beans.weighed_within = 10 if size > 5 else None

    def deposits(self, size: int) -> None:
        """From now on the stall asks strangers for a deposit, or for none again."""
        with transaction() as session:
            stall = locked(session, Stall, Stall.id == self.cast.lan.stall).row
            stall.deposit_percent = 30 if size > 5 else 0

    def weigh(self, order: Order, size: int) -> None:
        """As heavy as ordered or nearly, or further off than was told."""
        amounts = [one.estimate or one.amount for one in order.lines if one.weighed_within is not None]
        weights = [amount * (90 + size) // 100 // 10 * 10 for amount in amounts]
        with transaction() as session:
            weigh_as_shown(session, GUEST, order.id, *weights, clock=self.now)

    def no_show(self, order: Order, _size: int) -> None:
        with transaction() as session:
            row = session.get_one(Order, order.id)
            seen = seen_of(facts_to_decline(row, paid_of(session, [order.id], now=self.now()).get(order.id)))
            answer = NoShow(seen=seen, spoiled=frozenset())
            actions.note_no_show(session, GUEST, ref(session, order.id), answer, clock=self.now)

    def accept(self, order: Order, _size: int) -> None:
        with transaction() as session:
            accept_as_shown(session, GUEST, order.id, clock=self.now)

    def decline(self, order: Order, _size: int) -> None:
        with transaction() as session:
            decline_as_shown(session, GUEST, order.id, "Hết", clock=self.now)

    def cancel(self, order: Order, _size: int) -> None:
        with transaction() as session:
            actions.cancel_order(session, GUEST, order.id, clock=self.now)

    def ready(self, order: Order, _size: int) -> None:
        with transaction() as session:
            actions.ready_order(session, GUEST, ref(session, order.id), clock=self.now)

    def hand_over(self, order: Order, size: int) -> None:
        on_credit = actions.HandOver(order_id=order.id, shown=None, cash_taken=False)
        with transaction() as session:
            new = cash_as_shown(session, order.id) if size > 10 else on_credit
            actions.hand_over(session, GUEST, order.stall_id, new, clock=self.now)

    def see(self, order: Order, size: int) -> None:
        """The buyer opens the order's page, or the stall says that it called."""
        with transaction() as session:
            if size > 10:
                actions.tell_acceptance(session, GUEST, ref(session, order.id), clock=self.now)
            else:
                actions.see_acceptance(session, GUEST, order.id, clock=self.now)

    def take_up(self, order: Order, _size: int) -> None:
        with transaction() as session:
            take_up_as_shown(session, GUEST, order.id, clock=self.now)

    def offer(self, order: Order, size: int) -> None:
        """There is a fraction of the first line left, of the second sometimes none."""
        left = [line.amount * (size % 11) // 10 // 100 * 100 for line in order.lines[:1]] + [0] * (size % 3 == 0)
        with transaction() as session:
            offer_as_shown(session, GUEST, order.id, *left, stops_sale=size > 15, clock=self.now)

    def reply(self, order: Order, size: int) -> None:
        with transaction() as session:
            reply_as_shown(session, GUEST, order.id, agrees=size > 10, clock=self.now)

    def take_back(self, order: Order, _size: int) -> None:
        with transaction() as session:
            take_back_as_shown(session, GUEST, order.id, clock=self.now)

    def drop_line(self, order: Order, size: int) -> None:
        with transaction() as session:
            drop_line_as_shown(session, GUEST, order.id, size, clock=self.now)

    def say_paid(self, order: Order, _size: int) -> None:
        with transaction() as session:
            actions.say_paid(session, GUEST, order.id, clock=self.now)

    def bank(self, order: Order, size: int) -> None:
        """A tenth to twice of what is asked comes in."""
        notice(count(BankCredit) + 1, max(1, int(order.total) * size // 10), order.code, self.now())

    def word(self, order: Order, _size: int) -> None:
        with transaction() as session:
            confirm_as_shown(session, GUEST, order.stall_id, order.id, clock=self.now)

    def card(self, order: Order, size: int) -> None:
        """A go at the gateway's page is begun, and paid for one that was begun (perhaps long ago)."""
        with contextlib.suppress(Refused), transaction() as session:
            actions.begin_card(session, GUEST, order.stall_id, order.id, clock=self.now)
        go = reading().scalar(select(CardPayment).join(CardPayment.request).where(PaymentRequest.order_id == order.id))
        if go is None or size < 5:
            return
        made = Checkout(id=f"cs_{go.id}", status="complete", is_paid=True, url="http://x", intent_id=f"pi_{go.id}")
        intent = Intent(id=f"pi_{go.id}", status="succeeded", amount=go.amount, received=go.amount, currency="vnd")
        with transaction() as session:
            actions.note_checkout(session, go.id, made)
            actions.sync_checkout(session, GUEST, go.id, CheckoutSnapshot(checkout=made, intent=intent), clock=self.now)

    def allocate(self, order: Order, size: int) -> None:
        waiting = list(reading().scalars(select(BankCredit.id).where(BankCredit.unmatched_reason.is_not(None))))
        if waiting:
            with transaction() as session:
                credit_id = waiting[size % len(waiting)]
                allocate_as_shown(session, GUEST, order.stall_id, credit_id, order.id, clock=self.now)

    def undo(self, order: Order, size: int) -> None:
        known = list(reading().scalars(select(Allocation.id).order_by(Allocation.id)))
        if known:
            with transaction() as session:
                undo_as_shown(session, GUEST, order.stall_id, known[size % len(known)], clock=self.now)

    def refund(self, order: Order, size: int) -> None:
        """All that is owed back, or a part of it."""
        request = request_of(order)
        owed, key = request.owed_back, str(request.refunded)
        amount = Dong(int(owed) * min(size, 10) // 10)
        new = actions.NewRefund(order_id=order.id, amount=amount, client_key=key, owed=owed)
        with transaction() as session:
            actions.refund(session, GUEST, order.stall_id, new, clock=self.now)

    def sent_back(self, order: Order, size: int) -> None:
        """The bank tells of money that left: what is owed, what was said, or something else."""
        request = request_of(order)
        amount = (request.owed_back, request.refunded - request.returned, size * 1000)[size % 3]
        if amount > 0:
            sent_back(10**6 + count(BankDebit) * 100 + size, amount, order.code, self.now())

    def answer(self, order: Order, size: int) -> None:
        """The buyer says that it has come, or that it has not."""
        with transaction() as session:
            answer_as_shown(session, order.id, has_come=size > 10, clock=self.now)

    def do(self, verb: str, which: int, size: int) -> None:
        if verb == "place":
            self.place(which, size)
        elif verb in ("by_weight", "deposits"):
            getattr(self, verb)(size)
        elif verb == "end":
            end_overdue(self.now())
        elif verb in OUTSIDE:
            getattr(self.world, verb)(size)
        elif verb == "sleep":
            self.now.move(hours=size * 4)
        elif verb.startswith("jump"):
            self.now.move(minutes=size * 13 * (-1 if verb == "jump_back" else 1))
        elif self.orders:
            reading().expire_all()
            getattr(self, verb)(reading().get_one(Order, self.orders[which % len(self.orders)]), size)


def request_of(order: Order) -> PaymentRequest:
    return reading().scalars(select(PaymentRequest).where(PaymentRequest.order_id == order.id)).one()


def orders_with_money() -> Iterator[tuple[Order, PaymentRequest]]:
    reading().expire_all()
    for order in reading().scalars(select(Order)).all():
        yield order, request_of(order)


def assert_orders_hold(now: Clock) -> None:
    for order, request in orders_with_money():
        if order.status in UNDELIVERED:
            assert request.closed_at is not None
            assert request.owed_back == request.received - request.kept - request.refunded
        else:
            assert (request.closed_at, request.kept) == (None, 0)
            assert request.owed_back == max(0, request.received - request.amount) - request.refunded
        assert request.kept <= (order.deposit_kept if order.no_show_at else 0), "by the terms it froze alone"
        assert order.to_weigh == sum(line.is_to_weigh for line in order.lines)
        if order.status in OPEN and keeps_order(request.amount, request.received, deposit=order.deposit):
            assert order.due_at is None, "a paid order has no clock"
        assert request.amount == order.total == sum(line.line_total for line in order.lines)
        refunds = reading().scalars(select(Refund.amount).where(Refund.request_id == request.id))
        assert request.refunded == sum(refunds)
        assert_goods_held(order, now)
    assert_sums_hold()


def assert_goods_held(order: Order, now: Clock) -> None:
    """A live order holds each of its lines, but where a clock that ran ahead gave them away; one that is over none."""
    query = (
        select(Reservation.variant_id, func.sum(Reservation.amount))
        .where(Reservation.order_id == order.id, Reservation.released_at.is_(None))
        .group_by(Reservation.variant_id)
    )
    held = {variant_id: int(amount) for variant_id, amount in reading().execute(query)}
    if order.status not in OPEN:
        assert held == {}
    elif order.due_at is None:
        assert held == amounts_kept(order)
    elif status_at(order.status, order.due_at, now()) in OPEN:
        assert held.items() <= {line.variant_id: line.amount for line in order.lines}.items()


def amounts_kept(order: Order) -> dict[int, int]:
    """What is held for an order that no clock ends: its lines, or as much of them as its buyer is asked to take."""
    offered: dict[int, int] = {}
    if order.asked_until is not None:
        offered = {one.line_id: one.amount for one in changes_of(reading(), order, order.changes)}
    kept = {line.variant_id: offered.get(line.id, line.amount) for line in order.lines}
    return {variant_id: amount for variant_id, amount in kept.items() if amount}


def assert_stock_holds(variant_id: int) -> None:
    variant = reading().get_one(Variant, variant_id)
    live = select(func.coalesce(func.sum(Reservation.amount), 0)).where(
        Reservation.variant_id == variant_id, Reservation.released_at.is_(None)
    )
    assert variant.reserved == reading().scalar(live)
    moves = select(func.coalesce(func.sum(StockMove.delta), 0)).where(StockMove.variant_id == variant_id)
    if variant.on_hand is not None:
        assert 0 <= variant.reserved <= variant.on_hand == reading().scalar(moves)


@pytest.fixture
def story(app: Flask, cast: Cast, now: Clock) -> Iterator[Story]:
    with transaction() as session:
        new = actions.NewCardKeys(
            stall_id=cast.lan.stall, seen=keys_seen(session, cast.lan.stall), secret_key=KEY, hook_secret=SECRET
        )
        save_keys(session, new, now)
        lan, seen = Actor(person_id=cast.lan.person), keys_seen(session, cast.lan.stall)
        actions.enable_card_payments(session, lan, cast.lan.stall, seen=seen, now=now())
    with world_outside(cast.commune, now) as world:
        yield Story(cast=cast, now=now, world=world)


@pytest.mark.parametrize("round_", range(ROUNDS))
@settings(max_examples=STORIES)
@given(steps=STEPS)
def test_orders_stock_and_money_hold_whatever_happens(
    story: Story, round_: int, steps: list[tuple[str, int, int]]
) -> None:
    story.begin()
    story.place(2, 5)
    for verb, which, size in steps:
        with contextlib.suppress(Refused):
            story.do(verb, which, size)
        assert_orders_hold(story.now)
        assert_stock_holds(story.cast.dau_xanh)
        assert_told(story.world)
    for order_id in story.orders:
        with contextlib.suppress(Refused):
            story.decline(reading().get_one(Order, order_id), 0)
    assert_all_gone(story.world)
    assert_orders_hold(story.now)
