"""What of an order's money the providers themselves confirmed when the market asked them: for the commune's figures.

As known at a moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    TextClause,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from market.base.db import UtcTime
from market.base.row_query import RowQuery
from market.orders.models import Order
from market.payments.models import Allocation, AllocationKind, BankCreditCheck, PaymentRequest
from market.payments.rules.checks import CheckOutcome

TAKEN_BACK = (CheckOutcome.UNKNOWN, CheckOutcome.DIFFERS)
"""What a provider may tell of a notice that it confirmed before: reason to look, never silently to uncount."""


KNOWN_AT = bindparam("known_at", type_=UtcTime())
WhichOrders = tuple[ColumnElement[bool] | TextClause, ...]
Moment = datetime | ColumnElement[datetime]
"""Or what stands for it in a statement that is built once."""


def is_confirmed_by(known_at: Moment) -> ColumnElement[bool]:
    """Whether a provider had told the same of the notice by then; in a statement over `allocation`."""
    told = select(BankCreditCheck.id).where(
        BankCreditCheck.credit_id == Allocation.credit_id,
        BankCreditCheck.outcome == CheckOutcome.CONFIRMED,
        BankCreditCheck.asked_at <= known_at,
    )
    return told.correlate_except(BankCreditCheck).exists()


def orders_sent_back_to_cards() -> Select[int]:
    """The orders of which money went back to a card until nothing of any money stayed on them: few, and asked once a
    statement."""
    all_of_it = aliased(Allocation)
    stays = select(func.sum(all_of_it.amount)).where(
        all_of_it.request_id == PaymentRequest.id, all_of_it.at <= KNOWN_AT
    )
    return (
        select(PaymentRequest.order_id)
        .join(Allocation, Allocation.request_id == PaymentRequest.id)
        .where(Allocation.card_refund_id.is_not(None), Allocation.at <= KNOWN_AT)
        .group_by(PaymentRequest.id, PaymentRequest.order_id)
        .having(and_(func.sum(Allocation.amount) < 0, stays.correlate(PaymentRequest).scalar_subquery() <= 0))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTold:
    """What banks told of an order's money: `banked` by notices, of it `confirmed` by the providers themselves, in đồng;
    `payer`: the keyed hash of the account the confirmed money came from (`account_digest`), the first that was told,
    None where its provider does not tell; `is_contested`: asked again, a provider no longer told the same."""

    banked: int = 0
    confirmed: int = 0
    payer: str | None = None
    is_contested: bool = False


def bank_told_of(session: Session, which: WhichOrders, given: Mapping[str, object]) -> dict[int, BankTold]:
    """By order of those that the conditions over `order` choose, of no other money is told. The statements are kept:
    `given` has what the conditions leave open, and `known_at`."""
    connection = session.connection()
    amounts = {order_id: (banked, sure) for order_id, banked, sure in _amounts(which).rows(connection, given)}
    checks = {order_id: (payer, again) for order_id, payer, again in _first_told(which).rows(connection, given)}
    found = {}
    for order_id in amounts.keys() | checks.keys():
        banked, confirmed = amounts.get(order_id, (0, 0))
        payer, taken_back = checks.get(order_id, (None, 0))
        found[order_id] = BankTold(banked=banked, confirmed=confirmed, payer=payer, is_contested=bool(taken_back))
    return found


@lru_cache(maxsize=4)
def _amounts(which: WhichOrders) -> RowQuery[int, int, int]:
    if_confirmed = case((is_confirmed_by(KNOWN_AT), type_coerce(Allocation.amount, BigInteger)), else_=0)
    return RowQuery(
        select(
            PaymentRequest.order_id,
            cast(func.sum(Allocation.amount), BigInteger),
            cast(func.sum(if_confirmed), BigInteger),
        )
        .join(Allocation, Allocation.request_id == PaymentRequest.id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(*which, Allocation.kind == AllocationKind.BANK, Allocation.at <= KNOWN_AT)
        .group_by(PaymentRequest.order_id)
    )


@lru_cache(maxsize=4)
def _first_told(which: WhichOrders) -> RowQuery[int, str | None, int]:
    """Of the orders of which a provider confirmed money: who paid, and whether it told otherwise later."""
    is_taken_back = and_(BankCreditCheck.outcome.in_(TAKEN_BACK), BankCreditCheck.number > 1)
    told = (
        select(
            PaymentRequest.order_id,
            func.min(case((BankCreditCheck.outcome == CheckOutcome.CONFIRMED, BankCreditCheck.id))).label("first"),
            func.max(case((is_taken_back, 1), else_=0)).label("taken_back"),
        )
        .join(Allocation, Allocation.request_id == PaymentRequest.id)
        .join(BankCreditCheck, BankCreditCheck.credit_id == Allocation.credit_id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(*which, BankCreditCheck.asked_at <= KNOWN_AT)
        .group_by(PaymentRequest.order_id)
        .subquery()
    )
    first = BankCreditCheck.id == told.c.first
    return RowQuery(select(told.c.order_id, BankCreditCheck.payer_digest, told.c.taken_back).join(told, first))
