"""What to settle before a period is locked: sales to review, likely twins, late rows, answers that are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.adoption.models import DeclaredSale
from market.adoption.queries.board import KpiBoard
from market.adoption.queries.calling import ToCall, calls_of
from market.adoption.queries.listing import Listed, ListFilter, list_page
from market.adoption.queries.platforms import platform_words
from market.adoption.rules import State
from market.orders.models import COMPLETED, Order
from market.payments.models import Allocation, AllocationKind, PaymentRequest
from market.sellers.models import Business, BusinessHistory, Stall, UnreadCell
from market.sellers.queries.merges import pairs_that_may_be_one
from market.values.period import Period, day_end

MOST = 20
"""So many of each sort are named; where there are more, that is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRow:
    """Something written down after a period about a day inside it: of which business (`order`: about which order), what
    it says, about which day, when it was written."""

    business_id: int
    business: str
    order: str | None
    says: str
    day: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCells:
    """A business with cells of a file that nobody could read: how many."""

    business_id: int
    business: str
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeLock:
    """At most so many (`MOST`) of each sort. `to_review_count`, `twin_count`: of how many in all; of the others nobody
    counts how many more there are."""

    to_review: Sequence[Listed]
    to_review_count: int
    twins: Sequence[tuple[Business, Business]]
    twin_count: int
    late: Sequence[LateRow]
    has_more_late: bool
    calls: Sequence[ToCall]
    has_more_calls: bool
    unread: Sequence[UnreadCells]
    has_more_unread: bool

    @property
    def is_empty(self) -> bool:
        return not (self.to_review or self.twins or self.late or self.calls or self.unread)


def before_lock(session: Session, board: KpiBoard, days: Period, *, now: datetime) -> BeforeLock:
    """What is open of a period, whose last day the board is of."""
    commune_id = board.sources.asked.commune_id
    flagged = list_page(session, board, ListFilter(state=State.TO_REVIEW), 1)
    twins, late = pairs_that_may_be_one(session, commune_id, page=1), late_rows(session, commune_id, days)
    calls, unread = calls_of(session, commune_id, 1, now=now), _unread(session, commune_id)
    return BeforeLock(
        to_review=flagged.listed[:MOST],
        to_review_count=flagged.total,
        twins=twins.pairs[:MOST],
        twin_count=twins.total,
        late=late[:MOST],
        has_more_late=len(late) > MOST,
        calls=calls.rows[:MOST],
        has_more_calls=len(calls.rows) > MOST or calls.has_next,
        unread=unread[:MOST],
        has_more_unread=len(unread) > MOST,
    )


def late_rows(session: Session, commune_id: int, days: Period) -> list[LateRow]:
    """What was written after some days about one of them, the newest first: at most one more than is named."""
    found = [
        *_late_lines(session, commune_id, days),
        *_late_sales(session, commune_id, days),
        *_late_money(session, commune_id, days),
    ]
    return sorted(found, key=lambda one: (one.recorded_at, one.business_id), reverse=True)[: MOST + 1]


def _late_lines(session: Session, commune_id: int, days: Period) -> list[LateRow]:
    line = BusinessHistory
    query = (
        select(Business.id, Business.name, line.source, line.valid_from, line.recorded_at)
        .join(line, line.business_id == Business.id)
        .where(Business.commune_id == commune_id, line.recorded_at >= day_end(days.end))
        .where(line.valid_from.between(days.start, days.end))
        .order_by(line.recorded_at.desc(), line.id.desc())
        .limit(MOST + 1)
    )
    return [
        LateRow(business_id=at, business=name, order=None, says=f"sổ: {source}", day=day, recorded_at=recorded_at)
        for at, name, source, day, recorded_at in session.execute(query)
    ]


def _late_sales(session: Session, commune_id: int, days: Period) -> list[LateRow]:
    sale, words = DeclaredSale, platform_words()
    query = (
        select(Business.id, Business.name, sale.platform, sale.sold_on, sale.declared_at)
        .join(sale, sale.business_id == Business.id)
        .where(Business.commune_id == commune_id, sale.declared_at >= day_end(days.end))
        .where(sale.sold_on.between(days.start, days.end))
        .order_by(sale.declared_at.desc(), sale.id.desc())
        .limit(MOST + 1)
    )
    return [
        LateRow(
            business_id=at,
            business=name,
            order=None,
            says=f"tự khai bán trên {words.get(platform, platform)}",
            day=day,
            recorded_at=recorded_at,
        )
        for at, name, platform, day, recorded_at in session.execute(query)
    ]


def _late_money(session: Session, commune_id: int, days: Period) -> list[LateRow]:
    """What a bank or a gateway told of orders that were completed by then, or what of it was taken off again."""
    query = (
        select(Order.business_id, Stall.name, Order.code, Order.completed_on, Allocation.amount, Allocation.at)
        .join(PaymentRequest, PaymentRequest.order_id == Order.id)
        .join(Allocation, Allocation.request_id == PaymentRequest.id)
        .join(Stall, Stall.id == Order.stall_id)
        .where(COMPLETED, Order.commune_id == commune_id, Order.completed_on.between(days.start, days.end))
        .where(Allocation.at >= day_end(days.end), Allocation.kind != AllocationKind.SELLER)
        .order_by(Allocation.at.desc(), Allocation.id.desc())
        .limit(MOST + 1)
    )
    return [
        LateRow(
            business_id=at,
            business=stall,
            order=code,
            says="tiền báo về sau kỳ" if amount > 0 else "tiền đã báo nay bị gỡ ra",
            day=day,
            recorded_at=recorded_at,
        )
        for at, stall, code, day, amount, recorded_at in session.execute(query)
        if day is not None
    ]


def _unread(session: Session, commune_id: int) -> list[UnreadCells]:
    query = (
        select(Business.id, Business.name, func.count(UnreadCell.id))
        .join(UnreadCell, UnreadCell.business_id == Business.id)
        .where(Business.commune_id == commune_id, UnreadCell.closed_at.is_(None))
        .group_by(Business.id, Business.name)
        .order_by(Business.id)
        .limit(MOST + 1)
    )
    return [UnreadCells(business_id=at, business=name, cells=cells) for at, name, cells in session.execute(query)]
