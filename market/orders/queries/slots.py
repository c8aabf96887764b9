"""What is ordered for the coming slots of pickup points."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from market.base.db import NOW, said
from market.base.row_query import AnyRowQuery, RowQuery
from market.base.seen import Facts
from market.orders.models import Order
from market.orders.rules import OPEN
from market.orders.rules.slots import AHEAD_DAYS, PointDays, open_slots
from market.places.models import PickupPoint
from market.places.queries import QUIET_ROWS, read_quiet_hours
from market.places.queries.hours import HOURS, hours_in, rows_as_text, rows_in
from market.places.rules.hours import Slot
from market.values.period import local_day
from market.values.quiet import QuietHours

# A place is free again as soon as its order has ended, handed over or by time, written or not.
_TAKES_PLACE = Order.status.in_([said(one) for one in sorted(OPEN)]), or_(Order.due_at.is_(None), Order.due_at > NOW)
_TAKEN = (
    select(rows_as_text(Order.slot_on, Order.slot_begins, Order.slot_ends, Order.stall_id))
    .where(
        Order.pickup_point_id == PickupPoint.id,
        Order.slot_on.is_not(None),
        Order.slot_on.between(bindparam("first"), bindparam("last")),
        *_TAKES_PLACE,
    )
    .correlate(PickupPoint)
    .scalar_subquery()
)
# Built once, as every statement of a check-out, which has room for one about this.
_DAYS: AnyRowQuery = RowQuery(
    HOURS.add_columns(_TAKEN.label("taken"), QUIET_ROWS.label("quiet_rows")).where(
        PickupPoint.id.in_(bindparam("point_ids", expanding=True))
    )
)


class DaysOfPoints(NamedTuple):
    """The coming days of points by their ids, and in which hours no clock of their commune runs."""

    points: dict[int, PointDays]
    quiet: QuietHours


def days_of_points(session: Session, commune_id: int, point_ids: Collection[int], *, now: datetime) -> DaysOfPoints:
    """AHEAD_DAYS from today on. What is counted holds only while the slots' names are locked."""
    today = local_day(now)
    asked = {"point_ids": sorted(point_ids), "commune_id": commune_id, "now": now, "first": today, "last": _last(today)}
    rows = _DAYS.named(session.connection(), asked) if point_ids else []
    points = {row["id"]: PointDays(hours=hours_in(row), taken=_taken(row["taken"])) for row in rows}
    return DaysOfPoints(points=points, quiet=read_quiet_hours(rows[0]["quiet_rows"] if rows else None))


def point_days(session: Session, commune_id: int, point_id: int, *, now: datetime) -> PointDays:
    """The coming days of one point."""
    return days_of_points(session, commune_id, [point_id], now=now).points[point_id]


def _taken(text: str | None) -> dict[Slot, dict[int, int]]:
    taken: dict[Slot, dict[int, int]] = {}
    for day, begins, ends, stall_id in rows_in(text):
        there = taken.setdefault(Slot(date.fromisoformat(day), int(begins), int(ends)), {})
        there[int(stall_id)] = there.get(int(stall_id), 0) + 1
    return taken


def _last(today: date) -> date:
    return today + timedelta(days=AHEAD_DAYS)


def orders_on(session: Session, point_id: int, day: date, *, now: datetime) -> list[int]:
    """The ids of the open orders that are to be fetched at a point on a day, in their order."""
    which = Order.pickup_point_id == point_id, Order.slot_on.is_not(None), Order.slot_on == day
    query = select(Order.id).where(*which, *_TAKES_PLACE, Order.fetched_at.is_(None)).order_by(Order.id)
    return list(session.execute(query, {"now": now}).scalars())


def slot_facts(order: Order) -> Facts:
    """When it is to be fetched, as its stall's page shows it before it names another slot."""
    return {"buổi lấy hàng": order.slot.words if order.slot else "chưa hẹn"}


def slots_to_move_to(session: Session, order: Order, *, now: datetime) -> list[Slot]:
    """The slots that an order's stall may name for it instead; none where it is fetched at no point."""
    if order.pickup_point_id is None or not order.has_slots:
        return []
    point = point_days(session, order.commune_id, order.pickup_point_id, now=now)
    return [slot for slot in open_slots(point, now) if slot != order.slot]
