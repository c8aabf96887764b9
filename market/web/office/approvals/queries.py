"""What waits for the office."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session

from market.base.db import AnyParameter, said
from market.catalog.models import Product
from market.orders.models import Complaint
from market.orders.rules.complaints import ComplaintState
from market.sellers.models import Business, BusinessMember, BusinessProposal, ChangeRequest, Stall, WaitingChange

Progress = tuple[int, int, int, int]
"""A kind of what waits, how many of it, their ids' sum, the last id."""
MOST_COUNTED = 200
"""What waits is counted so far: the number stands on every page of the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeQueue:
    """How many things wait for the office: goods to approve, sellers' claims and proposals, changes, complaints."""

    goods: int
    sellers: int
    changes: int
    complaints: int

    @property
    def all(self) -> int:
        return self.goods + self.sellers + self.changes + self.complaints


def told(number: int) -> str:
    """`200+` where more may wait than was counted."""
    return f"{MOST_COUNTED}+" if number >= MOST_COUNTED else str(number)


_COMMUNE: AnyParameter = bindparam("commune_id")
_WAITING = (
    select(Product.id).where(Product.commune_id == _COMMUNE, Product.is_waiting),
    select(BusinessMember.id)
    .join(Business, Business.id == BusinessMember.business_id)
    .where(Business.commune_id == _COMMUNE, BusinessMember.is_waiting),
    select(BusinessProposal.id).where(BusinessProposal.commune_id == _COMMUNE, BusinessProposal.is_waiting),
    select(ChangeRequest.id)
    .join(Stall, Stall.id == ChangeRequest.stall_id)
    .where(Stall.commune_id == _COMMUNE, ChangeRequest.is_waiting),
    select(Complaint.id).where(Complaint.commune_id == _COMMUNE, Complaint.state == said(ComplaintState.OFFICE)),
)
_COUNTED = select(
    *(select(func.count()).select_from(part.limit(MOST_COUNTED).subquery()).scalar_subquery() for part in _WAITING)
)
"""Built once: it is asked on every page of the office, and building it took as long as all else of the question."""


def waiting_for(session: Session, commune_id: int) -> OfficeQueue:
    """What waits for an answer of a commune's office, in one statement: of each no more is counted than is told."""
    goods, claims, proposals, changes, complaints = session.execute(_COUNTED, {"commune_id": commune_id}).one()
    return OfficeQueue(goods=goods, sellers=claims + proposals, changes=changes, complaints=complaints)


def queue_of(progress: Sequence[Progress]) -> OfficeQueue:
    """The same of `queue_progress`, for a page that has asked that already."""
    goods, claims, proposals, changes, complaints, _ = [count for _, count, _, _ in progress]
    return OfficeQueue(goods=goods, sellers=claims + proposals, changes=changes, complaints=complaints)


_CHANGES = (
    select(WaitingChange.id)
    .join(Business, Business.id == WaitingChange.business_id)
    .where(Business.commune_id == _COMMUNE, WaitingChange.is_waiting)
)


def _which(kind: int, waiting: Select[int]) -> Select[int, int, int, int]:
    """Of what another table tells the commune of, by what counts down and not by the id itself: to have its order for
    nothing, SQLite would go through every member that there ever was, and leave the index of those that wait."""
    number = waiting.selected_columns[0]
    is_joined = "commune_id" not in number.table.columns
    newest = waiting.order_by(-number if is_joined else number.desc()).limit(MOST_COUNTED).subquery()
    number = newest.c.id
    return select(
        literal(kind), func.count(number), func.coalesce(func.sum(number), 0), func.coalesce(func.max(number), 0)
    )


_PROGRESS = union_all(*(_which(kind, waiting) for kind, waiting in enumerate([*_WAITING, _CHANGES])))


def queue_progress(session: Session, commune_id: int) -> list[Progress]:
    """What is another one as soon as anything came to wait for a commune's office or waits no more, what waits for its
    24 hours too, in one statement: of the newest of each kind, how many they are, their ids' sum and the last id."""
    rows = session.execute(_PROGRESS, {"commune_id": commune_id})
    return sorted((kind, count, int(total), last) for kind, count, total, last in rows)
