"""What orders have been paid, and where to pay them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from market.base.secrets import vault
from market.orders.models import Contact, Order, Purchase
from market.orders.rules import OrderStatus
from market.payments.models import PaymentRequest
from market.payments.rules.status import PaidStatus, paid_status, remaining, surplus
from market.sellers.models import BankAccount, BankConnection, HolderRelation
from market.sellers.rules.banks import BANKS
from market.values.money import Dong

MOST_OWED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What an order asks for and what came in for it; all else derives from the two."""

    order_id: int
    request_id: int
    asked: Dong
    received: Dong

    @property
    def status(self) -> PaidStatus:
        return paid_status(self.asked, self.received)

    @property
    def remaining(self) -> Dong:
        return remaining(self.asked, self.received)

    @property
    def surplus(self) -> Dong:
        return surplus(self.asked, self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayTo:
    """The account an order was told to pay. `has_feed`: its bank's notices reach us."""

    bin: str
    number: str
    holder: str
    is_family: bool
    has_feed: bool

    @property
    def bank_name(self) -> str:
        bank = BANKS.get(self.bin)
        return bank.short_name if bank else self.bin


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Paid):
    """`to` is None where the stall had no account when the order was placed: it is paid in cash."""

    to: PayTo | None


_HAS_FEED = (
    select(BankConnection.id)
    .where(BankConnection.bank_account_id == BankAccount.id, BankConnection.ended_at.is_(None))
    .correlate(BankAccount)
    .exists()
)


def payment_of(session: Session, order_id: int) -> Payment | None:
    """What an order has been paid and where to pay it; None where it asks for nothing."""
    query = (
        select(
            PaymentRequest.id,
            PaymentRequest.amount,
            PaymentRequest.received,
            BankAccount.bin,
            BankAccount.number_cipher,
            BankAccount.holder,
            BankAccount.relation,
            _HAS_FEED.label("has_feed"),
        )
        .outerjoin(BankAccount, BankAccount.id == PaymentRequest.bank_account_id)
        .where(PaymentRequest.order_id == order_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return Payment(order_id=order_id, request_id=row.id, asked=row.amount, received=row.received, to=_pay_to(row))


def _pay_to(row: Row[int, Dong, Dong, str, str, str, HolderRelation, bool]) -> PayTo | None:
    if row.number_cipher is None:
        return None
    return PayTo(
        bin=row.bin,
        number=vault().decrypt(row.number_cipher),
        holder=row.holder,
        is_family=row.relation is HolderRelation.NGUOI_NHA,
        has_feed=row.has_feed,
    )


def paid_of(session: Session, order_ids: Collection[int]) -> dict[int, Paid]:
    """What each of these orders has been paid, by order id, in one question."""
    query = select(PaymentRequest.order_id, PaymentRequest.id, PaymentRequest.amount, PaymentRequest.received)
    rows = session.execute(query.where(PaymentRequest.order_id.in_(order_ids)))
    return {
        row.order_id: Paid(order_id=row.order_id, request_id=row.id, asked=row.amount, received=row.received)
        for row in rows
    }


def received_for(session: Session, order_id: int) -> Dong:
    """What came in for an order: what cancelling and declining ask about."""
    query = select(PaymentRequest.received).where(PaymentRequest.order_id == order_id)
    return session.scalar(query) or Dong(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed(Paid):
    """An order that still waits for money, as its seller sees it."""

    code: str
    buyer_name: str
    order_status: OrderStatus
    said_paid_at: datetime | None


def payments_owed(session: Session, stall_id: int, *, now: datetime) -> Sequence[Owed]:
    """The stall's accepted and handed-over orders not fully paid yet, the newest first."""
    live = or_(
        Order.status.in_([OrderStatus.SAN_SANG, OrderStatus.DA_GIAO]),
        (Order.status == OrderStatus.DA_NHAN) & or_(Order.due_at.is_(None), Order.due_at > now),
    )
    query = (
        select(
            PaymentRequest.order_id,
            PaymentRequest.id.label("request_id"),
            PaymentRequest.amount.label("asked"),
            PaymentRequest.received,
            Order.code,
            Contact.name.label("buyer_name"),
            Order.status.label("order_status"),
            Order.said_paid_at,
        )
        .join(Order, Order.id == PaymentRequest.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(PaymentRequest.stall_id == stall_id, PaymentRequest.received < PaymentRequest.amount, live)
        .order_by(PaymentRequest.id.desc())
        .limit(MOST_OWED)
    )
    return [Owed(**row) for row in session.execute(query).mappings()]
