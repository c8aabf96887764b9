"""When pickup points are open, as a check-out asks: one statement for all points of a purchase, built once."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import cast as as_type

from sqlalchemy import Text, bindparam, cast, func, literal_column, select
from sqlalchemy.orm import Session

from market.base.db import AnyColumn
from market.places.models import PickupPoint, PointClosure, PointWindow
from market.places.rules.hours import PointHours, Window

PICKUP = "pickup"
"""With a point's number: the name under which its hours and closed days change; who orders there holds it."""
SLOT = "slot"
"""With a slot's point and `Slot.value`: the name under which its orders are counted."""


def _rows(*parts: AnyColumn) -> AnyColumn:
    """Small numbers of a row as one text, the rows apart by a semicolon."""
    joined = cast(parts[0], Text)
    for part in parts[1:]:
        joined = joined.concat(literal_column("','")).concat(cast(part, Text))
    return func.aggregate_strings(joined, as_type(str, literal_column("';'")))


_WINDOWS = (
    select(_rows(PointWindow.weekday, PointWindow.begins, PointWindow.ends))
    .where(PointWindow.pickup_point_id == PickupPoint.id)
    .correlate(PickupPoint)
    .scalar_subquery()
)
_CLOSED = (
    select(_rows(PointClosure.closed_on))
    .where(PointClosure.pickup_point_id == PickupPoint.id, PointClosure.closed_on >= bindparam("first"))
    .correlate(PickupPoint)
    .scalar_subquery()
)
_HOURS = select(PickupPoint.id, PickupPoint.capacity, _WINDOWS.label("windows"), _CLOSED.label("closed")).where(
    PickupPoint.id.in_(bindparam("point_ids", expanding=True))
)


def hours_of(session: Session, point_ids: Collection[int], first: date) -> dict[int, PointHours]:
    """The hours of these points by id, with the days from `first` on on which they are closed."""
    rows = session.connection().execute(_HOURS, {"point_ids": sorted(point_ids), "first": first})
    return {
        row.id: PointHours(
            windows=tuple(sorted(Window(*map(int, one.split(","))) for one in _split(row.windows))),
            closed=frozenset(date.fromisoformat(one) for one in _split(row.closed)),
            capacity=row.capacity,
        )
        for row in rows
    }


def _split(rows: str | None) -> list[str]:
    return rows.split(";") if rows else []


def closures_of(session: Session, point_id: int, first: date) -> Sequence[PointClosure]:
    """The days from `first` on on which a point is closed, the next first, at most sixty."""
    which = PointClosure.pickup_point_id == point_id, PointClosure.closed_on >= first
    return session.scalars(select(PointClosure).where(*which).order_by(PointClosure.closed_on).limit(60)).all()
