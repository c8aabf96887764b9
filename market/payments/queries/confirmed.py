"""What of an order's money the providers themselves confirmed when the market asked them: for the commune's figures.

Each is asked inside a statement over `order`, as known at a moment.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from market.orders.models import Order
from market.payments.models import Allocation, AllocationKind, BankCreditCheck, PaymentRequest
from market.payments.rules.checks import CheckOutcome

TAKEN_BACK = (CheckOutcome.UNKNOWN, CheckOutcome.DIFFERS)
"""What a provider may tell of a notice that it confirmed before: reason to look, never silently to uncount."""


def confirmed_for_order(known_at: datetime) -> ColumnElement[int]:
    """What came in for an order by notices that their providers had confirmed by then; what was taken off again by then
    is taken off."""
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


def payer_of_order(known_at: datetime) -> ColumnElement[str | None]:
    """The keyed hash of the account that an order's confirmed money came from (`account_digest`), the first that was
    told; NULL where its provider does not tell."""
    told = _checks(known_at).where(BankCreditCheck.outcome == CheckOutcome.CONFIRMED)
    first = told.with_only_columns(BankCreditCheck.payer_digest).order_by(BankCreditCheck.id).limit(1)
    return first.correlate(Order).scalar_subquery()


def is_contested(known_at: datetime) -> ColumnElement[bool]:
    """Whether a provider, asked again, no longer told the same of money that it had confirmed for an order."""
    again = _checks(known_at).where(BankCreditCheck.outcome.in_(TAKEN_BACK), BankCreditCheck.number > 1)
    confirmed = _checks(known_at).where(BankCreditCheck.outcome == CheckOutcome.CONFIRMED)
    return again.correlate(Order).exists() & confirmed.correlate(Order).exists()


def _checks(known_at: datetime) -> Select[int]:
    """What was told by then of the notices that are or were taken for an order."""
    return (
        select(BankCreditCheck.id)
        .join(Allocation, Allocation.credit_id == BankCreditCheck.credit_id)
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .where(PaymentRequest.order_id == Order.id, BankCreditCheck.asked_at <= known_at)
    )
