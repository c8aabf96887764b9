"""Questions about a card's money that left again: a payment's refunds and disputes, who is to see which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from market.base.db import AnyColumn, AnySelect
from market.orders.models import Order
from market.payments.models import CardDispute, CardPayment, CardRefund, PaymentRequest
from market.payments.queries.modes import communes_with
from market.payments.rules.cards import (
    ASK_AGAIN_AFTER,
    DISPUTE_WORDS,
    LOOK_AGAIN_AFTER,
    CardDisputeState,
    CardRefundState,
)
from market.places.rules.modes import Feature
from market.sellers.models import Business, Stall
from market.values.money import Dong
from market.values.phone import Phone

UNDER_WAY = tuple(one for one in CardRefundState if not one.is_over)
NOT_OVER = tuple(one for one in CardDisputeState if not one.is_over)
MOST_SHOWN = 20
MOST_ASKED = 200


def refunds_of_payment(session: Session, payment_id: int) -> Sequence[CardRefund]:
    """All refunds of a go at paying, in turn, as they stand now."""
    query = select(CardRefund).where(CardRefund.card_payment_id == payment_id).order_by(CardRefund.number)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def disputes_of_payment(session: Session, payment_id: int) -> Sequence[CardDispute]:
    """All disputes of a go at paying, in turn, as they stand now."""
    query = select(CardDispute).where(CardDispute.card_payment_id == payment_id).order_by(CardDispute.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRefundable:
    """A card payment of which something may go back to its card: `left` of it is there. `number`: the refund that comes
    next. `is_disputed`: its holder complained, and it waits."""

    payment_id: int
    left: Dong
    number: int
    is_disputed: bool


def card_refundable(session: Session, request_id: int) -> CardRefundable | None:
    """The newest card payment of a request of which something is left; None where none is."""
    left = CardPayment.received - CardPayment.taken_off
    query = select(CardPayment.id, left.label("left")).where(CardPayment.request_id == request_id, left > 0)
    row = session.execute(query.order_by(CardPayment.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    last = session.scalar(select(func.max(CardRefund.number)).where(CardRefund.card_payment_id == row.id))
    waits = select(CardDispute.id).where(CardDispute.card_payment_id == row.id, CardDispute.state.in_(NOT_OVER))
    is_disputed = session.scalar(waits.limit(1)) is not None
    return CardRefundable(payment_id=row.id, left=Dong(row.left), number=(last or 0) + 1, is_disputed=is_disputed)


def card_refunds_of(session: Session, request_id: int) -> Sequence[CardRefund]:
    """The refunds of a request's card payments, in turn: the last twenty."""
    query = select(CardRefund).join(CardPayment, CardPayment.id == CardRefund.card_payment_id)
    newest = query.where(CardPayment.request_id == request_id).order_by(CardRefund.id.desc()).limit(MOST_SHOWN)
    return list(reversed(session.scalars(newest).all()))


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRefundUnderWay:
    """A refund of a stall's order that is on its way to a card; `is_asked`: the gateway has not answered yet."""

    code: str
    amount: Dong
    state: CardRefundState
    at: datetime

    @property
    def is_asked(self) -> bool:
        return self.state is CardRefundState.ASKED


def card_refunds_under_way(session: Session, stall_id: int) -> Sequence[CardRefundUnderWay]:
    """What is on its way to cards at a stall, the oldest first: twenty at most."""
    query = (
        select(Order.code, CardRefund.amount, CardRefund.state, CardRefund.at)
        .join(CardPayment, CardPayment.id == CardRefund.card_payment_id)
        .join(PaymentRequest, PaymentRequest.id == CardPayment.request_id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(CardRefund.state.in_(UNDER_WAY), PaymentRequest.stall_id == stall_id)
        .order_by(CardRefund.id)
        .limit(MOST_SHOWN)
    )
    return [CardRefundUnderWay(**row) for row in session.execute(query).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDispute:
    """A card holder's complaint that is not over, as the seller sees it."""

    code: str
    amount: Dong
    state: CardDisputeState
    due_at: datetime | None

    @property
    def words(self) -> str:
        return DISPUTE_WORDS[self.state]


def _of_disputes(*columns: AnyColumn) -> AnySelect:
    return (
        select(*columns)
        .select_from(CardDispute)
        .join(CardPayment, CardPayment.id == CardDispute.card_payment_id)
        .join(PaymentRequest, PaymentRequest.id == CardPayment.request_id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(CardDispute.state.in_(NOT_OVER))
    )


_SOONEST = func.coalesce(CardDispute.due_at, CardDispute.opened_at), CardDispute.id


def open_disputes(session: Session, stall_id: int) -> Sequence[OpenDispute]:
    """What card holders dispute at a stall now, the next deadline first."""
    query = _of_disputes(Order.code, CardDispute.amount, CardDispute.state, CardDispute.due_at)
    query = query.where(PaymentRequest.stall_id == stall_id).order_by(*_SOONEST).limit(MOST_SHOWN)
    return [OpenDispute(**row) for row in session.execute(query).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputedOrder:
    """An order whose card holder complained at their bank, as the office sees it: no amount."""

    code: str
    stall_name: str
    phone: Phone | None
    state: CardDisputeState
    due_at: datetime | None

    @property
    def words(self) -> str:
        return DISPUTE_WORDS[self.state]


def disputed_orders(session: Session, commune_id: int) -> Sequence[DisputedOrder]:
    """The commune's orders in dispute, the next deadline first: twenty at most."""
    columns = (Order.code, Stall.name.label("stall_name"), Business.phone, CardDispute.state, CardDispute.due_at)
    query = _of_disputes(*columns).join(Stall, Stall.id == Order.stall_id)
    query = query.join(Business, Business.id == Stall.business_id).where(PaymentRequest.commune_id == commune_id)
    return [DisputedOrder(**row) for row in session.execute(query.order_by(*_SOONEST).limit(MOST_SHOWN)).mappings()]


def card_payments_to_look_after(session: Session, *, now: datetime) -> Sequence[int]:
    """The card payments whose gateway is to be asked what became of a refund, or of a dispute that it told nothing of
    for long; of disputes only where the commune's market takes cards."""
    refunds = select(CardRefund.card_payment_id).where(
        CardRefund.state.in_(UNDER_WAY), CardRefund.at < now - ASK_AGAIN_AFTER
    )
    disputes = (
        select(CardDispute.card_payment_id)
        .join(CardPayment, CardPayment.id == CardDispute.card_payment_id)
        .join(PaymentRequest, PaymentRequest.id == CardPayment.request_id)
        .where(
            CardDispute.state.in_(NOT_OVER),
            CardDispute.told_at < now - LOOK_AGAIN_AFTER,
            PaymentRequest.commune_id.in_(communes_with(Feature.CARD)),
        )
    )
    which = or_(CardPayment.id.in_(refunds), CardPayment.id.in_(disputes))
    return session.scalars(select(CardPayment.id).where(which).order_by(CardPayment.id).limit(MOST_ASKED)).all()


def refunds_to_ask(session: Session, payment_id: int) -> Sequence[CardRefund]:
    """The refunds of a go that the gateway has not answered for."""
    return [one for one in refunds_of_payment(session, payment_id) if one.state is CardRefundState.ASKED]
