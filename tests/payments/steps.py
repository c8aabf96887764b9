"""Steps of paying that many stories share: an order that waits for money, a bank's notice of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base import clock
from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import Base, reading, transaction
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.orders.actions.inputs import Buyer, PlacePurchase
from market.orders.models import Order
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.banks.sepay.fake import FakeSePay
from market.payments.banks.sepay.feed import SePay
from market.payments.models import Allocation, BankCredit, CardPayment, PaymentRequest
from market.payments.queries import (
    Payment,
    came_in_lately,
    facts_of_refunds,
    facts_to_confirm,
    paid_of,
    payment_of,
    refunds_answered,
    unmatched,
)
from market.payments.rules.refunds import RefundState, refund_memo
from market.sellers.models import BankConnection
from tests.cast import LAN_ACCOUNT, LAN_HOOK, LAN_SECRET, Cast
from tests.orders.steps import MAI, accept_as_shown, wanted

BANK = FakeSePay(account=LAN_ACCOUNT, secret=LAN_SECRET)
HOOK = f"/webhook/sepay/{LAN_HOOK}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """An order as its story needs it."""

    id: int
    code: str
    total: int
    stall: int


def buy(
    cast: Cast,
    now: datetime,
    *,
    amount: int = 1000,
    pay: PayChoice = PayChoice.TRANSFER,
    accepted: bool = True,
    is_seen: bool = True,
    variant: int | None = None,
    buyer: Buyer = MAI,
    point: int | None = None,
) -> Bought:
    """Mai buys from bà Lan (rau muống, 12.000 a bunch), to pay by transfer; the stall has accepted, and Mai seen it."""
    order = wanted(variant or cast.rau_muong, amount, pay=pay, point=point)
    new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=buyer, orders=(order,), cart_id=None)
    with transaction() as session:
        placed = actions.check_out(session, GUEST, new, clock=lambda: now)
        if accepted:
            accept_as_shown(session, GUEST, placed.order_ids[0], clock=lambda: now)
            if is_seen:
                actions.see_acceptance(session, GUEST, placed.order_ids[0], clock=lambda: now)
    row = (
        reading().execute(select(Order.code, Order.total, Order.stall_id).where(Order.id == placed.order_ids[0])).one()
    )
    return Bought(id=placed.order_ids[0], code=row.code, total=int(row.total), stall=row.stall_id)


def allocate_as_shown(
    session: Session, actor: Actor, stall_id: int, credit_id: int, order_id: int, *, clock: Clock
) -> int:
    """The stall has just opened its page of money, and types the order's code at a notice."""
    waiting = next((one for one in unmatched(session, stall_id, now=clock()) if one.credit_id == credit_id), None)
    new = actions.NewMatch(credit_id=credit_id, order_id=order_id, seen=seen_of(waiting.facts) if waiting else "")
    return actions.allocate(session, actor, stall_id, new, clock=clock)


def confirm_as_shown(session: Session, actor: Actor, stall_id: int, order_id: int, *, clock: Clock) -> int:
    """The stall has just opened its page of money, and says that the rest of an order came in."""
    paid = paid_of(session, [order_id], now=clock()).get(order_id)
    seen = seen_of(facts_to_confirm(paid.asked, paid.received, paid.due)) if paid else ""
    return actions.confirm_received(session, actor, stall_id, order_id, seen=seen, clock=clock)


def undo_as_shown(session: Session, actor: Actor, stall_id: int, allocation_id: int, *, clock: Clock) -> None:
    """The stall has just opened its page of money, and takes an amount off its order."""
    lately = came_in_lately(session, stall_id, now=clock())
    seen = {one.allocation_id: seen_of(one.facts) for one in lately}.get(allocation_id, "")
    actions.undo(session, actor, stall_id, actions.Undo(allocation_id=allocation_id, seen=seen), clock=clock)


def dismiss_as_shown(session: Session, actor: Actor, stall_id: int, credit_id: int, *, clock: Clock) -> None:
    """The stall has just opened its page of money, and says that a notice is no payment of an order."""
    waiting = unmatched(session, stall_id, now=clock())
    seen = {one.credit_id: seen_of(one.facts) for one in waiting}.get(credit_id, "")
    actions.dismiss_credit(session, actor, stall_id, actions.SetAside(credit_id=credit_id, seen=seen), clock=clock)


def notice(number: int, amount: int, memo: str, now: datetime, **fields: object) -> int:
    """A bank's notice kept and matched, as the webhook does; returns the credit's id."""
    read = BANK.send(number, amount, memo, now, **fields)
    (known,) = SePay().read(read.body).transactions
    connection = reading().scalars(select(BankConnection.id).where(BankConnection.key == LAN_HOOK)).one()
    with transaction() as session:
        new = actions.NewCredits(connection_id=connection, notices=[known], raw=read.body.decode(), received_at=now)
        (credit_id,) = actions.record_credits(session, new)
    with transaction() as session:
        actions.match_credit(session, credit_id, clock=lambda: now)
    return credit_id


def sent_back(number: int, amount: int, code: str, now: datetime, **fields: object) -> None:
    """The stall's bank tells of money that left with the memo of a refund, kept and looked at as the webhook does."""
    read = BANK.send(number, amount, refund_memo(code), now, **{"transferType": "out", **fields})
    connection = reading().scalars(select(BankConnection.id).where(BankConnection.key == LAN_HOOK)).one()
    new = actions.NewDelivery(provider="sepay", connection_id=connection, raw=read.body)
    with transaction() as session:
        kept = actions.keep_delivery(session, new, now=now)
    if kept is None:
        return
    with transaction() as session:
        brought = actions.read_delivery(session, kept)
    for debit_id in brought.debits:
        with transaction() as session:
            actions.match_debit(session, debit_id, clock=lambda: now)


def refunds_seen(session: Session, order_id: int) -> str:
    """What the buyer's page shows of what was given back."""
    request = session.scalars(select(PaymentRequest.id).where(PaymentRequest.order_id == order_id)).one()
    return seen_of(facts_of_refunds(refunds_answered(session, request)))


def answer_as_shown(session: Session, order_id: int, *, has_come: bool, clock: Clock) -> bool:
    """The buyer has just opened the order's page, and says whether what was given back has come."""
    said = actions.BuyersAnswer(has_come=has_come, seen=refunds_seen(session, order_id))
    return actions.answer_refunds(session, GUEST, order_id, said, clock=clock)


def paid(order: Bought) -> Payment:
    found = payment_of(reading(), order.id, now=clock.now())
    assert found is not None
    return found


def credit(credit_id: int) -> BankCredit:
    reading().expire_all()
    return reading().get_one(BankCredit, credit_id)


def count(table: type[Base]) -> int:
    return reading().scalar(select(func.count()).select_from(table)) or 0


def assert_sums_hold() -> None:
    """Every counter is the sum of its rows, and no credit and no card gives more than came in."""
    reading().expire_all()
    for request in reading().scalars(select(PaymentRequest)):
        rows = reading().scalars(select(Allocation.amount).where(Allocation.request_id == request.id))
        assert request.received == sum(rows)
        refunds = refunds_answered(reading(), request.id)
        assert request.refunded == sum(one.amount for one in refunds) <= request.received
        assert request.returned == sum(one.amount for one in refunds if one.state is RefundState.PROVEN)
    for one in reading().scalars(select(BankCredit)):
        rows = reading().scalars(select(Allocation.amount).where(Allocation.credit_id == one.id))
        assert 0 <= one.allocated == sum(rows) <= one.amount
    for go in reading().scalars(select(CardPayment)):
        rows = reading().scalars(select(Allocation.amount).where(Allocation.card_payment_id == go.id))
        assert 0 <= go.received - go.taken_off == sum(rows) <= go.received <= go.amount
