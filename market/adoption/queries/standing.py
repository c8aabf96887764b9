"""Where completed sales stand, as their facts said at a moment: what the ledger's entries are written from.

It is what `rules.facts`, `rules.summary` and `rules.counting` say of a sale in memory, said to the database of one sale
at each moment at which anything about it changed; kept equal by tests/adoption/test_same_figures.py.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from market.adoption.models import EvidenceReview, LedgerEntry, RaisedFlag, SaleCheck
from market.adoption.queries.evidence import holds_at, is_own
from market.adoption.rules import NO_SALE, EntryKind, Evidence, EvidenceEntry, EvidenceState, Verdict
from market.base.conditions import is_among
from market.base.db import AnyColumn, said
from market.base.row_query import RowQuery
from market.orders.models import COMPLETED, Complaint, Order
from market.payments.models import Allocation, AllocationKind, BankCreditCheck, PaymentRequest, Refund
from market.payments.queries.confirmed import Moment, is_confirmed_by
from market.sellers.models import Business


def _allocated(known_at: Moment, *what: ColumnElement[bool]) -> ColumnElement[int]:
    """What of an order's money was put on it by those chosen, less what was taken off again."""
    allocated = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .where(PaymentRequest.order_id == Order.id, Allocation.at <= known_at, *what)
    )
    return cast(allocated.correlate_except(Allocation, PaymentRequest).scalar_subquery(), BigInteger)


def _given_back(known_at: Moment) -> ColumnElement[int]:
    back = (
        select(func.coalesce(func.sum(Refund.amount), 0))
        .join(PaymentRequest, PaymentRequest.id == Refund.request_id)
        .where(PaymentRequest.order_id == Order.id, Refund.at <= known_at)
    )
    by_hand = select(func.coalesce(func.sum(Complaint.by_hand), 0)).where(
        Complaint.order_id == Order.id, Complaint.returned_at <= known_at
    )
    told = back.correlate_except(Refund, PaymentRequest).scalar_subquery()
    return cast(told + by_hand.correlate_except(Complaint).scalar_subquery(), BigInteger)


def _sent_back(known_at: Moment) -> ColumnElement[bool]:
    """Whether money of it went back to a card until nothing of any money stayed on it."""
    refunded, stays = aliased(Allocation), aliased(Allocation)
    request = PaymentRequest.order_id == Order.id
    to_card = (
        select(func.coalesce(func.sum(refunded.amount), 0))
        .join(PaymentRequest, PaymentRequest.id == refunded.request_id)
        .where(request, refunded.card_refund_id.is_not(None), refunded.at <= known_at)
    )
    left = (
        select(func.coalesce(func.sum(stays.amount), 0))
        .join(PaymentRequest, PaymentRequest.id == stays.request_id)
        .where(request, stays.at <= known_at)
    )
    went = to_card.correlate_except(refunded, PaymentRequest).scalar_subquery()
    stayed = left.correlate_except(stays, PaymentRequest).scalar_subquery()
    return and_(cast(went, BigInteger) < 0, cast(stayed, BigInteger) <= 0)


def _verdict(known_at: Moment) -> ColumnElement[str | None]:
    said = select(type_coerce(EvidenceReview.verdict, String)).where(
        EvidenceReview.order_id == Order.id, EvidenceReview.reviewed_at <= known_at
    )
    return said.order_by(EvidenceReview.id.desc()).limit(1).correlate_except(EvidenceReview).scalar_subquery()


def _is_flagged(known_at: Moment) -> ColumnElement[bool]:
    """Whether the job flagged something that no verdict has answered since."""
    decided = select(EvidenceReview.id).where(
        EvidenceReview.order_id == RaisedFlag.order_id,
        EvidenceReview.reviewed_at <= known_at,
        EvidenceReview.reviewed_at >= RaisedFlag.found_at,
    )
    unanswered = ~decided.correlate_except(EvidenceReview).exists()
    flags = select(RaisedFlag.id).where(RaisedFlag.order_id == Order.id, holds_at(RaisedFlag, known_at), unanswered)
    return flags.correlate_except(RaisedFlag).exists()


def _look(known_at: Moment, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    looks = select(SaleCheck.id).where(SaleCheck.order_id == Order.id, holds_at(SaleCheck, known_at), *more)
    return looks.correlate_except(SaleCheck).exists()


def _facts(ids: str) -> list[Select[*tuple[int, str, int, datetime | None]]]:
    """When anything was written about the sales of these ids, and the row of it."""

    def of(about: str, row: AnyColumn, at: AnyColumn, order: AnyColumn) -> Select[*tuple[int, str, int, datetime]]:
        return select(order.label("order_id"), literal(about).label("about"), row.label("about_id"), at.label("at"))

    by_request = PaymentRequest.order_id
    money = of("allocation", Allocation.id, Allocation.at, by_request)
    told = of("bank_credit_check", BankCreditCheck.id, BankCreditCheck.asked_at, by_request)
    back = of("refund", Refund.id, Refund.at, by_request)
    return [
        of("order", Order.id, Order.completed_at, Order.id).where(is_among(Order.id, ids)),
        of("order", Order.id, Order.buyer_confirmed_at, Order.id).where(is_among(Order.id, ids)),
        money.join(PaymentRequest, PaymentRequest.id == Allocation.request_id).where(is_among(by_request, ids)),
        told.join(Allocation, Allocation.credit_id == BankCreditCheck.credit_id)
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .where(is_among(by_request, ids)),
        back.join(PaymentRequest, PaymentRequest.id == Refund.request_id).where(is_among(by_request, ids)),
        of("complaint", Complaint.id, Complaint.returned_at, Complaint.order_id).where(
            is_among(Complaint.order_id, ids)
        ),
        of("sale_check", SaleCheck.id, SaleCheck.found_at, SaleCheck.order_id).where(is_among(SaleCheck.order_id, ids)),
        of("sale_check", SaleCheck.id, SaleCheck.ended_at, SaleCheck.order_id).where(is_among(SaleCheck.order_id, ids)),
        of("raised_flag", RaisedFlag.id, RaisedFlag.found_at, RaisedFlag.order_id).where(
            is_among(RaisedFlag.order_id, ids)
        ),
        of("raised_flag", RaisedFlag.id, RaisedFlag.ended_at, RaisedFlag.order_id).where(
            is_among(RaisedFlag.order_id, ids)
        ),
        of("evidence_review", EvidenceReview.id, EvidenceReview.reviewed_at, EvidenceReview.order_id).where(
            is_among(EvidenceReview.order_id, ids)
        ),
        of("evidence", LedgerEntry.id, LedgerEntry.recorded_at, LedgerEntry.order_id).where(
            LedgerEntry.kind == said(EntryKind.SALE),
            is_among(LedgerEntry.order_id, ids),
            LedgerEntry.replaced_at.is_(None),
        ),
    ]


_RANKED = [one.add_columns(literal(rank).label("rank")) for rank, one in enumerate(_facts("ids"))]
_MOMENTS = union_all(*_RANKED).subquery("moments")
"""`rank`: of several facts of one moment the first one is named."""


def _level(known_at: Moment) -> ColumnElement[int]:
    from_bank = Allocation.kind == AllocationKind.BANK, is_confirmed_by(known_at)
    by_code = func.coalesce(Order.buyer_confirmed_at <= known_at, False)
    is_none = or_(_given_back(known_at) >= type_coerce(Order.total, BigInteger), _sent_back(known_at), is_own())
    return case(
        (is_none, NO_SALE),
        (_allocated(known_at, *from_bank) > 0, Evidence.BANK.value),
        (_allocated(known_at, Allocation.kind == AllocationKind.CARD) > 0, Evidence.CHANNEL_REPORT.value),
        (and_(by_code, _look(known_at, SaleCheck.vouch.is_not(None))), Evidence.BUYER.value),
        else_=Evidence.DECLARED.value,
    )


def _finding(known_at: Moment) -> ColumnElement[str]:
    verdict = _verdict(known_at)
    return case(
        (verdict == Verdict.DOES_NOT_COUNT.value, EvidenceState.STRUCK_OUT.value),
        (_is_flagged(known_at), EvidenceState.FLAGGED.value),
        (verdict == Verdict.COUNTS.value, EvidenceState.COUNTS.value),
        (~_look(known_at), EvidenceState.UNSEEN.value),
        else_=EvidenceState.CLEAN.value,
    )


_SOLD = (
    select(
        Order.id.label("order_id"),
        case((_MOMENTS.c.at > Order.completed_at, _MOMENTS.c.at), else_=Order.completed_at).label("at"),
        _MOMENTS.c.about,
        _MOMENTS.c.about_id,
        _MOMENTS.c.rank,
    )
    .join(Order, Order.id == _MOMENTS.c.order_id)
    .where(COMPLETED, _MOMENTS.c.at.is_not(None))
    .subquery("sold")
)
"""What was known of an order before it was handed over says something of the sale from then on."""
_STANDINGS = RowQuery(
    select(
        Order.commune_id,
        Order.business_id,
        Business.hamlet_id,
        type_coerce(Business.kind, String),
        Order.id,
        Order.completed_on,
        _SOLD.c.at.label("known_at"),
        _SOLD.c.about,
        _SOLD.c.about_id,
        _level(_SOLD.c.at),
        _finding(_SOLD.c.at),
    )
    .join(Order, Order.id == _SOLD.c.order_id)
    .join(Business, Business.id == Order.business_id)
    .order_by(_SOLD.c.at, Order.id, _SOLD.c.rank, _SOLD.c.about_id)
)


def standings_of(session: Session, order_ids: Collection[int]) -> list[EvidenceEntry]:
    """Where each of some completed sales stood at every moment at which anything was written about it, the first
    first: entries without a number yet."""
    return [
        EvidenceEntry(
            commune_id=commune_id,
            number=0,
            kind=EntryKind.SALE,
            business_id=business_id,
            hamlet_id=hamlet_id,
            business_kind=business_kind,
            about=about,
            about_id=about_id,
            day=day,
            recorded_at=at,
            order_id=order_id,
            level=level,
            finding=EvidenceState(finding),
        )
        for (
            commune_id,
            business_id,
            hamlet_id,
            business_kind,
            order_id,
            day,
            at,
            about,
            about_id,
            level,
            finding,
        ) in _STANDINGS.rows(session.connection(), {"ids": order_ids})
    ]


_COMPLETED_OF = RowQuery(
    select(Order.id)
    .where(COMPLETED, Order.commune_id == bindparam("commune_id"), Order.id > bindparam("after"))
    .order_by(Order.id)
    .limit(bindparam("most"))
)


def completed_after(session: Session, commune_id: int, after: int, most: int) -> list[int]:
    """The ids of a commune's completed orders behind an id, so many of them."""
    given = {"commune_id": commune_id, "after": after, "most": most}
    return [order_id for (order_id,) in _COMPLETED_OF.rows(session.connection(), given)]
