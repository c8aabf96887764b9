"""What of an order's money the providers themselves confirmed when the market asked them: for the commune's figures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, cast, func, select
from sqlalchemy.orm import Session

from market.orders.models import Order
from market.payments.models import Allocation, AllocationKind, BankCreditCheck, PaymentRequest
from market.payments.rules.checks import CheckOutcome

TAKEN_BACK = frozenset({CheckOutcome.UNKNOWN, CheckOutcome.DIFFERS})
"""What a provider may tell of a notice that it confirmed before: reason to look, never silently to uncount."""


def confirmed_for_order(known_at: datetime) -> ColumnElement[int]:
    """What came in for an order by notices that their providers had confirmed by then, in a statement over `order`;
    what was taken off again by then is taken off."""
    confirmed = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .where(PaymentRequest.order_id == Order.id, Allocation.kind == AllocationKind.BANK)
        .where(Allocation.at <= known_at, _is_confirmed_by(known_at))
    )
    return cast(confirmed.correlate(Order).scalar_subquery(), BigInteger)


def _is_confirmed_by(known_at: datetime) -> ColumnElement[bool]:
    """In a statement over `allocation`."""
    told = select(BankCreditCheck.id).where(
        BankCreditCheck.credit_id == Allocation.credit_id,
        BankCreditCheck.outcome == CheckOutcome.CONFIRMED,
        BankCreditCheck.asked_at <= known_at,
    )
    return told.correlate(Allocation).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedMoney:
    """What one confirmed notice pays of an order. `payer_digest` (as `account_digest()` makes it) is None where the
    provider does not tell who paid; `is_contested`: asked again later, it no longer told the same."""

    credit_id: int
    amount: int
    payer_digest: str | None
    payer_last4: str | None
    is_contested: bool


def confirmed_money(session: Session, commune_id: int, *, known_at: datetime) -> Mapping[int, list[ConfirmedMoney]]:
    """By order, every confirmed notice that still pays it, as known then: two statements, however large the commune."""
    sums = (
        select(PaymentRequest.order_id, Allocation.credit_id, cast(func.sum(Allocation.amount), BigInteger))
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(Order.commune_id == commune_id, Allocation.kind == AllocationKind.BANK)
        .where(Allocation.at <= known_at, _is_confirmed_by(known_at))
        .group_by(PaymentRequest.order_id, Allocation.credit_id)
        .having(func.sum(Allocation.amount) > 0)
        .order_by(PaymentRequest.order_id, Allocation.credit_id)
    )
    rows = [(order_id, credit_id, amount) for order_id, credit_id, amount in session.execute(sums)]
    told = _told_of(session, {credit_id for _, credit_id, _ in rows if credit_id}, known_at)
    found: dict[int, list[ConfirmedMoney]] = {}
    for order_id, credit_id, amount in rows:
        if credit_id is not None:
            found.setdefault(order_id, []).append(_money(credit_id, amount, told[credit_id]))
    return found


def _told_of(session: Session, credit_ids: Collection[int], known_at: datetime) -> Mapping[int, list[BankCreditCheck]]:
    query = select(BankCreditCheck).where(BankCreditCheck.credit_id.in_(credit_ids))
    query = query.where(BankCreditCheck.asked_at <= known_at).order_by(BankCreditCheck.number)
    told: dict[int, list[BankCreditCheck]] = {}
    for one in session.scalars(query):
        told.setdefault(one.credit_id, []).append(one)
    return told


def _money(credit_id: int, amount: int, told: list[BankCreditCheck]) -> ConfirmedMoney:
    first = next(one for one in told if one.outcome is CheckOutcome.CONFIRMED)
    return ConfirmedMoney(
        credit_id=credit_id,
        amount=amount,
        payer_digest=first.payer_digest,
        payer_last4=first.payer_last4,
        is_contested=any(one.outcome in TAKEN_BACK for one in told if one.number > first.number),
    )
