"""Where stalls bring goods: the pickup points they come to, with days and hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple
from typing import cast as as_type

from sqlalchemy import ColumnElement, Text, case, cast, func, literal_column, select
from sqlalchemy.orm import Session

from market.base.db import AnyColumn
from market.base.seen import Facts
from market.places.models import Hamlet, PickupPoint, PointWindow
from market.sellers.models import Stall, StallVisit
from market.sellers.rules.visits import VisitTimes

NOT_THERE = "không tới"
_BETWEEN, _AFTER = "\x1f", "\x1e"
"""Between the parts of a visit, and after each: no name holds them."""


class Visit(NamedTuple):
    """A pickup point that a stall comes to, and when. `has_slots`: its office named the point's hours by weekday."""

    point_id: int
    point_name: str
    times: VisitTimes
    has_slots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """A pickup point of a commune that takes goods in; when a stall comes to it, None where it does not."""

    id: int
    name: str
    opening_hours: str
    times: VisitTimes | None


def _is_open() -> ColumnElement[bool]:
    """Whether a pickup point (joined with its hamlet) takes goods in."""
    return PickupPoint.is_active & Hamlet.is_active


def _sql(text: str) -> ColumnElement[str]:
    """As SQL: a bound separator is written into the statement anew each time."""
    return literal_column(f"'{text}'")


def _joined(*parts: AnyColumn) -> ColumnElement[str]:
    texts: list[ColumnElement[str]] = [func.coalesce(cast(part, Text), _sql("")) for part in parts]
    return reduce(lambda before, part: before.concat(_sql(_BETWEEN)).concat(part), texts)


_TO_A_POINT = StallVisit.stall_id == Stall.id, Hamlet.commune_id == Stall.commune_id, _is_open()


def comes_to_a_point() -> ColumnElement[bool]:
    """Whether a stall comes to some pickup point, for any query over `stall`."""
    visits = select(StallVisit.id).join(PickupPoint, PickupPoint.id == StallVisit.pickup_point_id)
    return visits.join(Hamlet, Hamlet.id == PickupPoint.hamlet_id).where(*_TO_A_POINT).correlate(Stall).exists()


_HAS_SLOTS = select(PointWindow.id).where(PointWindow.pickup_point_id == PickupPoint.id).exists()
VISIT_ROWS = (
    select(
        func.aggregate_strings(
            _joined(
                Hamlet.sort_key,
                PickupPoint.id,
                PickupPoint.name,
                StallVisit.days,
                StallVisit.begins,
                StallVisit.ends,
                case((_HAS_SLOTS, 1)),
            ),
            as_type(str, _sql(_AFTER)),
        )
    )
    .select_from(StallVisit)
    .join(PickupPoint, PickupPoint.id == StallVisit.pickup_point_id)
    .join(Hamlet, Hamlet.id == PickupPoint.hamlet_id)
    .where(*_TO_A_POINT)
    .correlate(Stall)
    .scalar_subquery()
)
"""Where a stall comes as one text, for `read_visits`: a column of a statement that asks for more, so that no page and
no check-out takes another one for it. Points that closed are left out."""


def read_visits(rows: str | None) -> tuple[Visit, ...]:
    """What `VISIT_ROWS` brought, in the order of the points' hamlets."""
    found = sorted(_read(row) for row in rows.split(_AFTER)) if rows else []
    return tuple(visit for _, _, visit in found)


def _read(row: str) -> tuple[str, int, Visit]:
    place, point_id, name, days, begins, ends, slots = row.split(_BETWEEN)
    times = VisitTimes(days=int(days), begins=int(begins) if begins else None, ends=int(ends) if ends else None)
    return place, int(point_id), Visit(int(point_id), name, times, has_slots=bool(slots))


def visits_of(session: Session, stall_id: int) -> tuple[Visit, ...]:
    """Where a stall comes."""
    return read_visits(session.scalar(select(VISIT_ROWS).select_from(Stall).where(Stall.id == stall_id)))


def points_for(session: Session, commune_id: int, stall_id: int) -> list[OpenPoint]:
    """Every open pickup point of the commune, in the order of the hamlets, and when the stall comes to it."""
    visits = {one.point_id: one.times for one in visits_of(session, stall_id)}
    rows = session.execute(
        select(PickupPoint.id, PickupPoint.name, PickupPoint.opening_hours)
        .join(Hamlet, Hamlet.id == PickupPoint.hamlet_id)
        .where(Hamlet.commune_id == commune_id, _is_open())
        .order_by(Hamlet.sort_key, PickupPoint.id)
    )
    return [
        OpenPoint(id=row.id, name=row.name, opening_hours=row.opening_hours, times=visits.get(row.id)) for row in rows
    ]


def visit_facts(points: Sequence[OpenPoint]) -> Facts:
    """Where a stall comes, all of which its form of points brings."""
    return {point.name: point.times.spoken if point.times else NOT_THERE for point in points}
