"""Two businesses that may be one, side by side: what the register says of each, what hangs on each, which goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from market.adoption.models import DeclaredSale, PlatformAccount
from market.adoption.queries.evidence import ENTRY, IS_GOOD, IS_SALE, at_least, sales
from market.adoption.queries.ledger import numbers_of
from market.adoption.queries.parties import LedgerScope
from market.adoption.rules import Evidence, Ledger
from market.adoption.rules.risk_flags import RiskLimits
from market.adoption.rules.staying import Holdings, who_goes_on
from market.base.errors import NotFound
from market.base.row_query import RowQuery
from market.base.seen import Facts
from market.orders.models import Order
from market.orders.rules import OPEN
from market.sellers import queries
from market.sellers.models import Business, BusinessMember, Stall
from market.sellers.rules import FIELDS
from market.values.period import format_date, local_day

COMPARED = FIELDS
"""The fields of the register that are set side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSides:
    """Two businesses as they would be joined."""

    into: Business
    merged: Business
    into_holds: Holdings
    merged_holds: Holdings

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The fields of which both say something, and not the same: a person chooses."""
        return tuple(
            name
            for name in COMPARED
            if None not in (mine := getattr(self.into, name), its := getattr(self.merged, name)) and mine != its
        )

    @property
    def has_two_stalls(self) -> bool:
        return self.into_holds.has_stall and self.merged_holds.has_stall


def two_sides(session: Session, commune_id: int, pair: tuple[int, int], *, now: datetime) -> TwoSides:
    """NotFound for another commune's, and for one business alone."""
    known = queries.businesses_named(session, commune_id, pair)
    if len(known) != len(pair):
        raise NotFound
    holdings = _holdings(session, commune_id, pair, now=now)
    goes_on, ends = who_goes_on(*holdings)
    return TwoSides(
        into=known[goes_on.business_id],
        merged=known[ends.business_id],
        into_holds=goes_on,
        merged_holds=ends,
    )


def _holdings(session: Session, commune_id: int, pair: tuple[int, int], *, now: datetime) -> list[Holdings]:
    today = local_day(now)
    asked = LedgerScope(commune_id=commune_id, since=today, until=today, known_at=now)
    limits = RiskLimits.on(Ledger(lines=(), numbers=numbers_of(session, asked)), today)
    given = {"known_at": now, "late_from": limits.late_from(today), "ids": pair}
    sales = {at: (counted_on, sold_on) for at, counted_on, sold_on in _SALES.rows(session.connection(), given)}
    counts = {name: _counted(session, query.where(column.in_(pair))) for name, (column, query) in _COUNTS.items()}
    papers = {at: len(queries.certificates_in_force(session, at, today)) for at in pair}
    return [
        Holdings(
            business_id=at,
            counted_on=sales[at][0],
            sold_on=sales[at][1],
            has_stall=bool(counts["stall"].get(at)),
            open_orders=counts["open_orders"].get(at, 0),
            members=counts["members"].get(at, 0),
            accounts=counts["accounts"].get(at, 0),
            papers=papers[at],
            declared=counts["declared"].get(at, 0),
        )
        for at in pair
    ]


def _newest(*what: ColumnElement[bool]) -> ColumnElement[date | None]:
    """The day of a business's newest sale that is such: of those before it nothing is asked."""
    query = sales(ENTRY.day).where(ENTRY.business_id == Business.id, *what)
    newest = query.order_by(ENTRY.day.desc(), ENTRY.order_id.desc()).limit(1)
    return newest.correlate(Business).scalar_subquery()


_SALES = RowQuery(
    select(Business.id, _newest(IS_GOOD), _newest(IS_SALE, at_least(Evidence.DECLARED))).where(
        Business.id.in_(bindparam("ids", expanding=True))
    )
)


def _count(column: InstrumentedAttribute[int]) -> Select[int, int]:
    return select(column, func.count()).group_by(column)


_IN_USE = PlatformAccount.checked_at.is_not(None), PlatformAccount.ended_at.is_(None)
_COUNTS = {
    "stall": (Stall.business_id, _count(Stall.business_id)),
    "open_orders": (Order.business_id, _count(Order.business_id).where(Order.status.in_(sorted(OPEN)))),
    "members": (BusinessMember.business_id, _count(BusinessMember.business_id).where(BusinessMember.is_confirmed)),
    "accounts": (PlatformAccount.business_id, _count(PlatformAccount.business_id).where(*_IN_USE)),
    "declared": (DeclaredSale.business_id, _count(DeclaredSale.business_id)),
}


def _counted(session: Session, query: Select[int, int]) -> Mapping[int, int]:
    return {at: number for at, number in session.execute(query)}


def merge_sides_facts(sides: TwoSides) -> Facts:
    """What the page shows of both before they are joined, and which of them goes on."""
    told = {"ở lại": f"số {sides.into.id}"}
    for label, business, holds in (
        ("ở lại", sides.into, sides.into_holds),
        ("gộp vào", sides.merged, sides.merged_holds),
    ):
        facts = {**queries.business_facts(business), **holding_words(holds)}
        told |= {f"{label}: {name}": value for name, value in facts.items()}
    return told


def holding_words(holds: Holdings) -> Facts:
    """What hangs on a business, in words."""
    return {
        "gian hàng": "có" if holds.has_stall else "chưa có",
        "đơn đang mở": str(holds.open_orders),
        "bán gần nhất": format_date(holds.sold_on) if holds.sold_on else "chưa bán",
        "người của cơ sở": str(holds.members),
        "tài khoản trên sàn khác": str(holds.accounts),
        "giấy còn hạn": str(holds.papers),
    }
