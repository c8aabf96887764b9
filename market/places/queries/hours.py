"""When pickup points are open: columns of a statement that asks for more, and the days on which they are closed."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from typing import cast as as_type

from sqlalchemy import ColumnElement, Text, bindparam, cast, func, literal_column, select
from sqlalchemy.orm import Session

from market.base.db import AnyColumn
from market.base.row_query import NamedRow
from market.places.models import PickupPoint, PointClosure, PointWindow
from market.places.rules.hours import OpenWindow, PointHours

PICKUP = "pickup"
"""With a point's number: the name under which its hours and closed days change; who orders there holds it."""
SLOT = "slot"
"""With a slot's point and `Slot.value`: the name under which its orders are counted."""


def rows_as_text(*parts: AnyColumn) -> AnyColumn:
    """Numbers and days of rows as one text, for `rows_in`: a column of a statement that asks for more."""
    texts: list[ColumnElement[str]] = [cast(part, Text) for part in parts]
    joined = reduce(lambda before, part: before.concat(literal_column("','")).concat(part), texts)
    return func.aggregate_strings(joined, as_type(str, literal_column("';'")))


def rows_in(text: str | None) -> list[list[str]]:
    """What `rows_as_text` brought."""
    return [row.split(",") for row in text.split(";")] if text else []


_WINDOWS = (
    select(rows_as_text(PointWindow.weekday, PointWindow.begins, PointWindow.ends))
    .where(PointWindow.pickup_point_id == PickupPoint.id)
    .correlate(PickupPoint)
    .scalar_subquery()
)
_CLOSED = (
    select(rows_as_text(PointClosure.closed_on))
    .where(PointClosure.pickup_point_id == PickupPoint.id, PointClosure.closed_on >= bindparam("first"))
    .correlate(PickupPoint)
    .scalar_subquery()
)
HOURS = select(PickupPoint.id, PickupPoint.capacity, _WINDOWS.label("windows"), _CLOSED.label("closed"))
"""A row a point for `hours_in`; `first`, the day from which on it is asked when they are closed, is to be given."""


def hours_in(row: NamedRow) -> PointHours:
    """The hours of a row of `HOURS`."""
    return PointHours(
        windows=tuple(sorted(OpenWindow(*map(int, one)) for one in rows_in(row["windows"]))),
        closed=frozenset(date.fromisoformat(day) for [day] in rows_in(row["closed"])),
        capacity=row["capacity"],
    )


def closures_of(session: Session, point_id: int, first: date) -> Sequence[PointClosure]:
    """The days from `first` on on which a point is closed, the next first, at most sixty."""
    which = PointClosure.pickup_point_id == point_id, PointClosure.closed_on >= first
    return session.scalars(select(PointClosure).where(*which).order_by(PointClosure.closed_on).limit(60)).all()
