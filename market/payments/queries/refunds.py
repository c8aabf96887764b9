"""Questions about money that goes back: what of it is open, what was said of each refund, where it is to go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BigInteger, ScalarSelect, Text, bindparam, case, func, literal_column, select, union_all
from sqlalchemy.orm import Session, aliased

from market.base.db import NOW, said
from market.base.secrets import vault
from market.base.seen import Facts
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.orders import OF_STALL, is_overdue
from market.payments.models import (
    BankDebit,
    PaymentRequest,
    Refund,
    RefundAccount,
    RefundAnswer,
)
from market.payments.queries.orders import is_over, owed_back_by_time
from market.payments.queries.pages import FIRST, MOST, rows_of_page
from market.payments.rules.refunds import RefundAnswerKind, RefundKind, RefundState, may_be_missed, refund_state
from market.sellers.models import Business, Stall
from market.sellers.rules import BANKS
from market.values.money import Dong, format_dong
from market.values.phone import Phone

MOST_OWED_BACK = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A refund and the last thing said of it; `answers`: how often anything was."""

    refund_id: int
    amount: Dong
    kind: RefundKind
    at: datetime
    last: RefundAnswerKind | None
    answers: int

    @property
    def state(self) -> RefundState:
        return refund_state(self.last)

    @property
    def may_be_confirmed(self) -> bool:
        """Whether the buyer's yes says something new."""
        return self.state is not RefundState.PROVEN

    @property
    def may_be_missed(self) -> bool:
        """Whether the buyer may say that it has not come."""
        return may_be_missed(self.last)


def _last_answer() -> ScalarSelect[RefundAnswerKind | None]:
    later = aliased(RefundAnswer)
    of_it = select(later.kind).where(later.refund_id == Refund.id).correlate(Refund)
    return of_it.order_by(later.number.desc()).limit(1).scalar_subquery()


def _answers() -> ScalarSelect[int]:
    later = aliased(RefundAnswer)
    counted = select(func.count(later.id)).where(later.refund_id == Refund.id)
    return counted.correlate(Refund).scalar_subquery()


_ANSWERED = (
    Refund.id.label("refund_id"),
    Refund.amount,
    Refund.kind,
    Refund.at,
    _last_answer().label("last"),
    _answers().label("answers"),
)


def refunds_answered(session: Session, request_id: int) -> list[Answered]:
    """What went back of a request's money, in turn, with what was said of it."""
    query = select(*_ANSWERED).where(Refund.request_id == request_id).order_by(Refund.id)
    return [Answered(**row) for row in session.execute(query).mappings()]


def facts_of_refunds(refunds: Sequence[Answered]) -> Facts:
    """What a buyer answers on: how much was given back, and in how many goes."""
    total = format_dong(sum(one.amount for one in refunds))
    return {"đã báo hoàn": total, "số lần": str(len(refunds))}


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTo:
    """Where a buyer wants their money back; `is_told_by_bank`: they have not said, and all of it came from there."""

    bin: str
    number: str = field(repr=False)
    holder: str = field(repr=False)
    given_at: datetime
    is_told_by_bank: bool = False

    @property
    def bank_name(self) -> str:
        bank = BANKS.get(self.bin)
        return bank.short_name if bank else self.bin


def refund_account_of(session: Session, request_id: int) -> RefundTo | None:
    """None where the buyer has not said."""
    found = session.scalar(select(RefundAccount).where(RefundAccount.request_id == request_id))
    if found is None:
        return None
    return RefundTo(
        bin=found.bin,
        number=vault().decrypt(found.number_cipher),
        holder=vault().decrypt(found.holder_cipher),
        given_at=found.given_at,
    )


_OF_REQUEST, _LAST, _LATER = aliased(Refund), aliased(RefundAnswer), aliased(RefundAnswer)
_IS_DISPUTED = (
    select(_LAST.id)
    .join(_OF_REQUEST, _OF_REQUEST.id == _LAST.refund_id)
    .where(
        _OF_REQUEST.request_id == PaymentRequest.id,
        _LAST.kind == said(RefundAnswerKind.NOT_GOT),
        ~select(_LATER.id).where(_LATER.refund_id == _LAST.refund_id, _LATER.number > _LAST.number).exists(),
    )
    .correlate(PaymentRequest)
    .exists()
)
_HAS_ACCOUNT = (
    select(RefundAccount.id).where(RefundAccount.request_id == PaymentRequest.id).correlate(PaymentRequest).exists()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedBack:
    """Money of an order that its seller must give back: `is_over` because it ended undelivered, else what is too much.
    `amount` of it nobody says was sent, `told` is their seller's word alone; `is_disputed`: the buyer says that it has
    not come. `has_account`: the buyer has said where to send it.

    `client_key` names the one refund that can follow, so that it counts once however often it is said.
    """

    order_id: int
    request_id: int
    code: str
    buyer_name: str
    amount: Dong
    told: Dong
    is_over: bool
    is_disputed: bool
    has_account: bool
    client_key: str


OWING = union_all(
    select(PaymentRequest.id).where(
        PaymentRequest.stall_id == OF_STALL, PaymentRequest.owed_back > literal_column("0", BigInteger())
    ),
    select(PaymentRequest.id)
    .join(PaymentRequest.order)
    .where(Order.stall_id == OF_STALL, is_overdue(NOW), PaymentRequest.received > PaymentRequest.refunded),
    select(PaymentRequest.id).where(
        PaymentRequest.stall_id == OF_STALL, PaymentRequest.refunded > PaymentRequest.returned
    ),
)
"""The stall's requests of which something is owed back, written or by time, or is not shown to have arrived: each part
has an index of its own."""

_TASKS = (
    select(
        Order.id.label("order_id"),
        PaymentRequest.id.label("request_id"),
        Order.code,
        Contact.name.label("buyer_name"),
        owed_back_by_time(NOW).label("amount"),
        (PaymentRequest.refunded - PaymentRequest.returned).label("told"),
        is_over(NOW).label("is_over"),
        _IS_DISPUTED.label("is_disputed"),
        _HAS_ACCOUNT.label("has_account"),
        PaymentRequest.refunded.cast(Text).label("client_key"),
    )
    .join(Order, Order.id == PaymentRequest.order_id)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .join(Contact, Contact.id == Purchase.contact_id)
)
_IS_TO_DO = case((_IS_DISPUTED, 0), (owed_back_by_time(NOW) > literal_column("0", BigInteger()), 0), else_=1)
_OWED_BACK = _TASKS.where(PaymentRequest.id.in_(OWING)).order_by(_IS_TO_DO, PaymentRequest.id).limit(MOST).offset(FIRST)
_OWED_BACK_OF = _TASKS.where(PaymentRequest.order_id == bindparam("order", type_=BigInteger()))


def owed_back(session: Session, stall_id: int, *, now: datetime, page: int = 1) -> Sequence[OwedBack]:
    """One page of what the stall must give back to buyers: first what waits for the stall, the oldest first, then what
    waits for its buyers' word."""
    which = {"stall": stall_id, "now": now} | rows_of_page(page, MOST_OWED_BACK)
    return [OwedBack(**row) for row in session.connection().execute(_OWED_BACK, which).mappings()]


def owed_back_of(session: Session, order_id: int, *, now: datetime) -> OwedBack | None:
    """What of one order must be given back; None where it asks for no money, or nothing is owed or waits to arrive."""
    row = session.connection().execute(_OWED_BACK_OF, {"order": order_id, "now": now}).mappings().one_or_none()
    found = OwedBack(**row) if row else None
    return found if found and (found.amount or found.told) else None


def debits_unread(session: Session, *, before: datetime, limit: int = 200) -> Sequence[int]:
    """The notices of money that left which were kept before a moment and never looked at, oldest first."""
    query = select(BankDebit.id).where(BankDebit.looked_at.is_(None), BankDebit.received_at < before)
    return session.scalars(query.order_by(BankDebit.id).limit(limit)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedRefund:
    """An order whose buyer says that what its seller gave back has not come, as the office sees it: no amount."""

    code: str
    stall_name: str
    phone: Phone | None
    said_at: datetime


_MISSED = (
    select(Order.code, Stall.name.label("stall_name"), Business.phone, func.max(_LAST.at).label("said_at"))
    .join(PaymentRequest, PaymentRequest.order_id == Order.id)
    .join(Stall, Stall.id == Order.stall_id)
    .join(Business, Business.id == Stall.business_id)
    .join(_OF_REQUEST, _OF_REQUEST.request_id == PaymentRequest.id)
    .join(_LAST, _LAST.refund_id == _OF_REQUEST.id)
    .where(
        PaymentRequest.refunded > PaymentRequest.returned,
        _LAST.kind == said(RefundAnswerKind.NOT_GOT),
        ~select(_LATER.id).where(_LATER.refund_id == _LAST.refund_id, _LATER.number > _LAST.number).exists(),
    )
    .group_by(Order.id, Order.code, Stall.name, Business.phone)
    .order_by(func.max(_LAST.at).desc(), Order.id)
)


def missed_refunds(session: Session, commune_id: int, *, first: int = 0, most: int) -> Sequence[MissedRefund]:
    """The commune's orders of which a buyer says so, the newest word first: from the `first` on, at most so many."""
    query = _MISSED.where(PaymentRequest.commune_id == commune_id).offset(first).limit(most)
    return [MissedRefund(**row) for row in session.execute(query).mappings()]
