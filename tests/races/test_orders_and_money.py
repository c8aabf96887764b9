"""Every move of an order against money that is coming in, and against another move: who waits reads what is new."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import db, reading, transaction
from market.base.seen import Facts as SeenFacts
from market.base.seen import seen_of
from market.orders.models import Order
from market.orders.queries.keys import answer_key
from market.orders.rules import OrderStatus
from market.payments import actions
from market.payments.jobs import end_overdue
from market.payments.models import BankCredit, CardPayment, PaymentRequest
from market.payments.queries import Paid, facts_to_accept, facts_to_decline, paid_of
from market.payments.rules.matching import Unmatched
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.nights import of_many
from tests.orders.steps import MAI_HERE, MAIS_PHONE, order_row, stock
from tests.pages import press
from tests.payments.gate import Gate, goes, opened
from tests.payments.steps import BANK, HOOK, Bought, assert_sums_hold, buy
from tests.races.overlap import overlap, race

MONEY = "UPDATE payment_request"
MOVE = 'UPDATE "order"'
PRICE = 12_000
ANSWERED, ENDED = 303, 409
Facts = tuple[OrderStatus, bool, int, int]
"""Where an order stands, whether a clock runs, what came in, what is owed back."""


@dataclass
class People:
    """Everybody with a phone, and the order they press buttons for."""

    app: Flask
    now: Clock
    order: Bought
    seller: FlaskClient
    buyer: FlaskClient
    machine: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.machine = self.app.test_client()

    def stall(self, verb: str, **data: str) -> int:
        """A form that is refused comes back as 422, whatever the reason."""
        status = self.seller.post(f"/ban-hang/rau-ba-lan/don/{self.order.code}/{verb}", data=data).status_code
        return ENDED if status == 422 else status

    def accept(self) -> int:
        page = f"/ban-hang/rau-ba-lan/don/{self.order.code}"
        return press(self.seller, page, f"{page}/nhan").status_code

    def decline(self) -> int:
        page = f"/ban-hang/rau-ba-lan/don/{self.order.code}/tu-choi"
        status = press(self.seller, page, page, why="xa").status_code
        return ENDED if status == 422 else status

    def ready(self) -> int:
        return self.stall("san-sang")

    def hand_over(self) -> int:
        return self.stall("giao", cash="khong", how="khong_ma")

    def hand_over_for_cash(self) -> int:
        """The seller has in hand what their page showed as owed."""
        path = f"/ban-hang/rau-ba-lan/don/{self.order.code}/giao"
        return press(self.seller, path, path, cash="co", how="khong_ma").status_code

    def signed_accept(self) -> int:
        return self.signed("nhan", facts_to_accept)

    def signed_decline(self) -> int:
        return self.signed("tu-choi", facts_to_decline)

    def signed(self, verb: str, facts: Callable[[Order, Paid | None], SeenFacts]) -> int:
        """By a link that shows the order as it is now: only one that waits for its answer has the button."""
        code = self.order.code
        with self.app.app_context(), Session(db.engine) as session:
            paid = paid_of(session, [self.order.id], now=self.now()).get(self.order.id)
            shown = {"why": "xa", "seen": seen_of(facts(session.get_one(Order, self.order.id), paid))}
        return self.app.test_client().post(f"/tra-loi/{code}/{answer_key(code)}/{verb}", data=shown).status_code

    def confirm(self) -> int:
        """The seller says on their word that what their page of money showed as owed has come in."""
        path = f"/ban-hang/rau-ba-lan/don/{self.order.code}/da-nhan-tien"
        return press(self.seller, "/ban-hang/rau-ba-lan/tien", path).status_code

    def cancel(self) -> int:
        return self.buyer.post(f"/don/{self.order.code}/huy").status_code

    def say_paid(self) -> int:
        return self.buyer.post(f"/don/{self.order.code}/da-chuyen").status_code

    def expire(self) -> int:
        """The job, two hours on: 303 where it ended the order."""
        self.now.move(hours=2)
        with self.app.app_context():
            return ANSWERED if end_overdue(self.now()) else ENDED

    def pay(self) -> int:
        sent = BANK.send(1, PRICE, self.order.code, self.now())
        return self.machine.post(HOOK, data=sent.body, headers=sent.headers).status_code

    def facts(self) -> Facts:
        row = order_row(self.order.id)
        query = select(PaymentRequest).where(PaymentRequest.order_id == self.order.id)
        request = reading().scalars(query).one()
        return row.status, row.due_at is not None, request.received, request.owed_back


@pytest.fixture
def people(app: Flask, cast: Cast, now: Clock) -> People:
    """Mai has ordered to transfer; bà Lan has accepted."""
    return gather(app, cast, now, accepted=True)


@pytest.fixture
def unanswered(app: Flask, cast: Cast, now: Clock) -> People:
    return gather(app, cast, now, accepted=False)


def gather(app: Flask, cast: Cast, now: Clock, *, accepted: bool) -> People:
    seller, buyer = app.test_client(), app.test_client()
    sign_in(seller, cast.lan.person, now())
    buyer.set_cookie("khach", MAIS_PHONE)
    order = buy(cast, now(), accepted=accepted, buyer=MAI_HERE)
    return People(app=app, now=now, order=order, seller=seller, buyer=buyer)


@pytest.fixture
def gate(app: Flask, people: People, cast: Cast, now: Clock) -> Iterator[Gate]:
    """Mai has paid at the card gateway's page, and the market was not told yet."""
    with opened(app, cast.lan.stall, now) as gate:
        gate.fake.pay_session(gate.begin(people.order, now))
        yield gate


KEPT: Facts = (OrderStatus.ACCEPTED, False, PRICE, 0)
DECLINED: Facts = (OrderStatus.DECLINED, False, PRICE, PRICE)
AFTER_MONEY: dict[str, tuple[int, Facts]] = {
    "cancel": (422, KEPT),
    "decline": (ENDED, KEPT),
    "signed_decline": (ENDED, KEPT),
    "ready": (ANSWERED, (OrderStatus.READY, False, PRICE, 0)),
    "hand_over": (ANSWERED, (OrderStatus.DELIVERED, False, PRICE, 0)),
    "say_paid": (ANSWERED, KEPT),
    "expire": (ENDED, KEPT),
}


def without_clock(facts: Facts) -> Facts:
    """An ended order's clock says nothing any more."""
    status, has_clock, received, owed = facts
    return status, has_clock and status in (OrderStatus.PLACED, OrderStatus.ACCEPTED), received, owed


@pytest.mark.parametrize("move", AFTER_MONEY)
def test_a_move_waits_for_a_bank_notice_and_sees_its_money(people: People, move: str) -> None:
    answer, facts = AFTER_MONEY[move]
    assert race(people.pay, getattr(people, move), after=MONEY) == (200, answer)
    assert without_clock(people.facts()) == facts
    assert_sums_hold()


@of_many(4)
@pytest.mark.parametrize("move", AFTER_MONEY)
def test_a_move_waits_for_a_card_settlement_and_sees_its_money(people: People, gate: Gate, move: str) -> None:
    call = gate.fake.calls(people.now())[-1]
    answer, facts = AFTER_MONEY[move]
    told = race(lambda: gate.deliver(people.machine, call), getattr(people, move), after=MONEY)
    assert told == (200, answer)
    assert without_clock(people.facts()) == facts
    assert_sums_hold()


def test_two_calls_about_one_card_payment_put_its_money_on_once(people: People, gate: Gate) -> None:
    [go] = goes(people.order)
    intent = gate.client.intent(next(iter(gate.fake.intents)))
    with transaction() as session:
        session.get_one(CardPayment, go.id).intent_id = intent.id

    def settle(writing: Session) -> int:
        return actions.settle_card(writing, GUEST, go.id, intent, clock=people.now)

    assert overlap(people.app, settle, settle) == (PRICE, 0)
    assert without_clock(people.facts()) == KEPT
    assert_sums_hold()


def test_an_acceptance_that_waits_for_money_is_shown_it_first_and_then_sets_no_clock(unanswered: People) -> None:
    assert race(unanswered.pay, unanswered.accept, after=MONEY) == (200, ENDED)
    assert unanswered.facts() == (OrderStatus.PLACED, False, PRICE, 0)
    assert unanswered.accept() == ANSWERED
    assert unanswered.facts() == KEPT


@pytest.mark.parametrize("move", ["decline", "signed_decline"])
def test_a_decline_that_waits_for_money_is_shown_it_first_and_then_owes_it_back(unanswered: People, move: str) -> None:
    decline = getattr(unanswered, move)
    assert race(unanswered.pay, decline, after=MONEY) == (200, ENDED)
    assert unanswered.facts() == (OrderStatus.PLACED, False, PRICE, 0)
    assert decline() == ANSWERED
    assert without_clock(unanswered.facts()) == DECLINED


def test_a_word_that_waits_for_a_bank_notice_counts_nothing(people: People) -> None:
    assert race(people.pay, people.confirm, after=MONEY) == (200, ENDED)
    assert people.facts() == KEPT
    assert_sums_hold()


def test_cash_at_hand_over_that_waits_for_a_bank_notice_counts_nothing(people: People) -> None:
    """What is owed is on the page: the seller is shown that it came in by the bank as well."""
    assert race(people.pay, people.hand_over_for_cash, after=MONEY) == (200, ENDED)
    assert people.facts() == KEPT
    assert_sums_hold()


def test_a_bank_notice_that_waits_for_cash_at_hand_over_waits_for_a_person(people: People) -> None:
    assert race(people.hand_over_for_cash, people.pay, after=MONEY) == (ANSWERED, 200)
    assert people.facts() == (OrderStatus.DELIVERED, False, PRICE, 0)
    assert reading().scalars(select(BankCredit.unmatched_reason)).one() == Unmatched.ORDER_CLOSED
    assert_sums_hold()


def test_two_hands_that_confirm_money_count_it_once(people: People) -> None:
    assert race(people.confirm, people.confirm, after=MONEY) == (ANSWERED, ANSWERED)
    assert people.facts() == KEPT
    assert_sums_hold()


def test_money_that_waits_for_an_acceptance_stops_its_clock(unanswered: People) -> None:
    assert race(unanswered.accept, unanswered.pay, after=MOVE) == (ANSWERED, 200)
    assert unanswered.facts() == KEPT


ENDS = {
    "cancel": OrderStatus.CANCELLED,
    "decline": OrderStatus.DECLINED,
    "signed_decline": OrderStatus.DECLINED,
    "expire": OrderStatus.EXPIRED,
}


@pytest.mark.parametrize("move", ENDS)
def test_a_bank_notice_that_waits_for_an_end_revives_nothing_and_is_owed_back(people: People, move: str) -> None:
    assert race(getattr(people, move), people.pay, after=MOVE) == (ANSWERED, 200)
    assert without_clock(people.facts()) == (ENDS[move], False, PRICE, PRICE)
    assert reading().scalars(select(BankCredit.unmatched_reason)).one() is None
    assert_sums_hold()


@pytest.mark.parametrize("move", ENDS)
def test_card_money_that_waits_for_an_end_is_owed_back(people: People, gate: Gate, move: str) -> None:
    if move == "expire":
        people.now.move(hours=2)

    def told() -> int:
        return gate.deliver(people.machine, gate.fake.calls(people.now())[-1])

    assert race(getattr(people, move), told, after=MOVE) == (ANSWERED, 200)
    assert without_clock(people.facts()) == (ENDS[move], False, PRICE, PRICE)
    assert_sums_hold()


PAIRS = [
    ("cancel", "decline"),
    ("decline", "cancel"),
    ("cancel", "ready"),
    ("expire", "cancel"),
    ("cancel", "expire"),
    ("expire", "ready"),
    ("cancel", "say_paid"),
    ("ready", "cancel"),
    ("ready", "expire"),
    ("say_paid", "expire"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_moves_that_exclude_each_other_the_first_alone_counts(people: People, first: str, second: str) -> None:
    answers = race(getattr(people, first), getattr(people, second), after=MOVE)
    assert answers == (ANSWERED, ENDED)
    assert_holds_what_is_open(people)


def test_two_hands_that_accept_accept_once(unanswered: People) -> None:
    assert race(unanswered.accept, unanswered.accept, after=MOVE) == (ANSWERED, ANSWERED)
    assert [event.verb for event in events_of(reading(), "order", unanswered.order.id)] == ["place", "accept"]
    assert_holds_what_is_open(unanswered)


def test_two_hands_that_decline_decline_once(unanswered: People) -> None:
    assert race(unanswered.decline, unanswered.signed_decline, after=MOVE) == (ANSWERED, ANSWERED)
    assert [event.verb for event in events_of(reading(), "order", unanswered.order.id)] == ["place", "decline"]
    assert_holds_what_is_open(unanswered)


def test_an_order_that_is_accepted_meanwhile_is_shown_so_before_it_is_declined(unanswered: People) -> None:
    assert race(unanswered.accept, unanswered.decline, after=MOVE) == (ANSWERED, ENDED)
    assert unanswered.facts()[0] is OrderStatus.ACCEPTED


@pytest.mark.parametrize(("first", "second"), [("cancel", "accept"), ("decline", "accept")])
def test_an_unanswered_order_is_answered_once(unanswered: People, first: str, second: str) -> None:
    assert race(getattr(unanswered, first), getattr(unanswered, second), after=MOVE) == (ANSWERED, ENDED)
    assert_holds_what_is_open(unanswered)


@pytest.mark.parametrize("move", ["ready", "cancel"])
def test_two_hands_that_press_the_same_button_move_an_order_once(people: People, move: str) -> None:
    assert race(getattr(people, move), getattr(people, move), after=MOVE) == (ANSWERED, ANSWERED)
    verbs = [event.verb for event in events_of(reading(), "order", people.order.id)]
    assert verbs == ["place", "accept", "see_acceptance", move]
    assert_holds_what_is_open(people)


def test_goods_handed_over_by_two_hands_leave_once(app: Flask, cast: Cast, now: Clock) -> None:
    people = gather(app, cast, now, accepted=True)
    people.pay()
    assert race(people.hand_over, people.hand_over, after="UPDATE reservation") == (ANSWERED, ANSWERED)
    assert people.facts() == (OrderStatus.DELIVERED, False, PRICE, 0)
    assert [event.verb for event in events_of(reading(), "order", people.order.id)].count("complete") == 1


def test_cash_taken_by_two_hands_is_written_down_once(people: People) -> None:
    assert race(people.hand_over_for_cash, people.hand_over_for_cash, after=MONEY) == (ANSWERED, ANSWERED)
    assert people.facts() == (OrderStatus.DELIVERED, False, PRICE, 0)
    assert_sums_hold()


def assert_holds_what_is_open(people: People) -> None:
    is_open = people.facts()[0] in (OrderStatus.PLACED, OrderStatus.ACCEPTED, OrderStatus.READY)
    variant = order_row(people.order.id).lines[0].variant_id
    assert stock(variant)[1] == (1000 if is_open else 0)


WAITERS: dict[str, Callable[[People], int]] = {
    "accept": People.accept,
    "decline": People.decline,
    "cancel": People.cancel,
    "pay": People.pay,
}


@pytest.mark.parametrize("move", WAITERS)
def test_a_move_that_waited_past_the_clock_comes_too_late(unanswered: People, move: str) -> None:
    """The time that decides is that after the wait, not that at which the button was pressed. Money that came too late
    is owed back."""
    assert waited_past_the_clock(unanswered, WAITERS[move]) == (200 if move == "pay" else ENDED)
    status, _, received, owed = unanswered.facts()
    late = (OrderStatus.EXPIRED, PRICE, PRICE) if move == "pay" else (OrderStatus.PLACED, 0, 0)
    assert (status, received, owed) == late


@pytest.mark.parametrize("move", [People.signed_accept, People.signed_decline])
def test_a_signed_link_that_waited_past_its_time_answers_nothing(
    unanswered: People, move: Callable[[People], int]
) -> None:
    """A paid order has no clock: only the link's own time can end the link."""
    unanswered.pay()
    assert waited_past_the_clock(unanswered, move) == ENDED
    assert unanswered.facts() == (OrderStatus.PLACED, False, PRICE, 0)


def waited_past_the_clock(people: People, move: Callable[[People], int]) -> int:
    """The answer to a button that is pressed in time, and waits half a day for the order."""

    def long_work() -> int:
        with people.app.app_context(), transaction() as session:
            session.scalars(select(Order).where(Order.id == people.order.id).with_for_update()).one()
            people.now.move(hours=12)
        return 0

    return race(long_work, lambda: move(people), after='SELECT "order".id')[1]
