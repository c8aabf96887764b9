"""What orders have been paid, and where to pay them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    SQLColumnExpression,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from market.base.db import NOW, Moment, said
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.orders import OF_STALL, is_in_hand, is_overdue
from market.orders.rules import OrderStatus
from market.payments.models import Allocation, PaymentRequest
from market.payments.queries.pages import FIRST, MOST, rows_of_page
from market.payments.queries.pay_to import PAY_TO, PayTo, pay_to_of
from market.payments.rules.status import (
    PaidStatus,
    binds_buyer,
    due_now,
    keeps_order,
    paid_status,
    paid_words,
    remaining,
    surplus,
    wanting_of_deposit,
)
from market.sellers.models import BankAccount
from market.values.money import Dong

MOST_OWED = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What an order asks for, what came in for it and what of that went back; all else derives from these.

    `refunded` is what somebody says went back, `returned` what of that is shown to have arrived. `is_closed`: the order
    has ended undelivered, by time too. `deposit`: what is paid before its goods are kept, until they are packed;
    `kept`: what of it is the stall's because nobody came.
    """

    order_id: int
    request_id: int
    asked: Dong
    received: Dong
    refunded: Dong
    returned: Dong
    owed_back: Dong
    is_closed: bool
    deposit: Dong
    kept: Dong

    @property
    def status(self) -> PaidStatus:
        return paid_status(self.asked, self.received - self.refunded)

    @property
    def words(self) -> str:
        return paid_words(self.asked, self.received - self.refunded, deposit=self.deposit)

    @property
    def keeps_order(self) -> bool:
        """Whether enough is in that no clock ends the order."""
        return keeps_order(self.asked, self.received, deposit=self.deposit)

    @property
    def binds_buyer(self) -> bool:
        """Whether so much is in that its buyer cannot call it off alone."""
        return binds_buyer(self.asked, self.received, deposit=self.deposit)

    @property
    def due(self) -> Dong:
        """What is to be paid next: what is wanting of its deposit, then the rest."""
        return due_now(self.asked, self.received, self.deposit)

    @property
    def awaits_deposit(self) -> bool:
        """Whether what is to be paid next is its deposit."""
        return wanting_of_deposit(self.asked, self.received, self.deposit) > 0

    @property
    def remaining(self) -> Dong:
        return remaining(self.asked, self.received)

    @property
    def told_back(self) -> Dong:
        """What their seller says went back, and nothing shows to have arrived."""
        return Dong(self.refunded - self.returned)

    @property
    def surplus(self) -> Dong:
        """What came in over what was asked and was not given back."""
        return surplus(self.asked, self.received - self.refunded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Paid):
    """`to` is None where the stall had no account when the order was placed: it is paid in cash. `to_card`: what went
    back to a card, or is on its way."""

    to: PayTo | None
    to_card: Dong


_TO_CARD = (
    select(func.coalesce(func.sum(-Allocation.amount), 0))
    .where(Allocation.request_id == PaymentRequest.id, Allocation.card_refund_id.is_not(None))
    .correlate(PaymentRequest)
    .scalar_subquery()
    .label("to_card")
)


def is_over(now: Moment) -> ColumnElement[bool]:
    """A request whose order has ended undelivered, whether or not a job has written that yet. Of a query that joins the
    order. Never NULL."""
    return or_(PaymentRequest.closed_at.is_not(None), is_overdue(now))


def owed_back_by_time(now: Moment) -> ColumnElement[Dong]:
    """What is owed back by time: all of it where the clock has ended the order. Of a query that joins the order."""
    all_of_it = PaymentRequest.received - PaymentRequest.refunded
    return case((is_overdue(now), all_of_it), else_=PaymentRequest.owed_back)


def _sums(now: Moment) -> tuple[SQLColumnExpression[object], ...]:
    """The columns of `Paid`, of a query that joins the order."""
    return (
        PaymentRequest.order_id,
        PaymentRequest.id.label("request_id"),
        PaymentRequest.amount.label("asked"),
        PaymentRequest.received,
        PaymentRequest.refunded,
        PaymentRequest.returned,
        owed_back_by_time(now).label("owed_back"),
        is_over(now).label("is_closed"),
        case((Order.status.in_([said(OrderStatus.PLACED), said(OrderStatus.ACCEPTED)]), Order.deposit), else_=0).label(
            "deposit"
        ),
        PaymentRequest.kept,
    )


def payment_of(session: Session, order_id: int, *, now: datetime) -> Payment | None:
    """What an order has been paid and where to pay it; None where it asks for nothing."""
    query = (
        select(
            *_sums(now),
            *PAY_TO,
            _TO_CARD,
        )
        .join(PaymentRequest.order)
        .outerjoin(BankAccount, BankAccount.id == PaymentRequest.bank_account_id)
        .where(PaymentRequest.order_id == order_id)
    )
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        return None
    sums = {name: row[name] for name in Paid.__dataclass_fields__}
    return Payment(**sums, to=pay_to_of(row), to_card=Dong(int(row["to_card"])))


_OF_ORDERS: BindParameter[Sequence[int]] = bindparam("orders", expanding=True)
_PAID_OF = select(*_sums(NOW)).join(PaymentRequest.order).where(PaymentRequest.order_id.in_(_OF_ORDERS))


def paid_of(session: Session, order_ids: Collection[int], *, now: datetime) -> dict[int, Paid]:
    """What each of these orders has been paid, by order id, in one question; of none, nothing is asked."""
    if not order_ids:
        return {}
    rows = session.connection().execute(_PAID_OF, {"orders": list(order_ids), "now": now}).mappings()
    return {row["order_id"]: Paid(**row) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed(Paid):
    """An order that still waits for money, as its seller sees it."""

    code: str
    buyer_name: str
    order_status: OrderStatus
    said_paid_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedInAll:
    """How many of a stall's orders still wait for money, and how much that is."""

    orders: int
    remaining: Dong


_MISSING = cast(func.coalesce(func.sum(PaymentRequest.amount - PaymentRequest.received), 0), BigInteger)
_IS_OWED = (
    PaymentRequest.stall_id == OF_STALL,
    PaymentRequest.received < PaymentRequest.amount,
    PaymentRequest.closed_at.is_(None),
    or_(is_in_hand(NOW), Order.status == said(OrderStatus.DELIVERED)),
)
OWED_IN_ALL = (
    select(func.count(PaymentRequest.id).label("orders"), _MISSING.label("remaining"))
    .join(PaymentRequest.order)
    .where(*_IS_OWED)
)
"""The columns of `OwedInAll`."""


def owed_in_all(session: Session, stall_id: int, *, now: datetime) -> OwedInAll:
    """What `payments_owed` comes to over all its pages."""
    orders, remaining = session.connection().execute(OWED_IN_ALL, {"stall": stall_id, "now": now}).one()
    return OwedInAll(orders=orders, remaining=Dong(remaining))


_OWED = (
    select(
        *_sums(NOW),
        Order.code,
        Contact.name.label("buyer_name"),
        Order.status.label("order_status"),
        Order.said_paid_at,
    )
    .join(Order, Order.id == PaymentRequest.order_id)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .join(Contact, Contact.id == Purchase.contact_id)
    .where(*_IS_OWED)
    .order_by(PaymentRequest.id.desc())
    .limit(MOST)
    .offset(FIRST)
)


def payments_owed(session: Session, stall_id: int, *, now: datetime, page: int = 1) -> Sequence[Owed]:
    """One page of the stall's accepted and handed-over orders not fully paid yet, the newest first."""
    which = {"stall": stall_id, "now": now} | rows_of_page(page, MOST_OWED)
    return [Owed(**row) for row in session.connection().execute(_OWED, which).mappings()]
