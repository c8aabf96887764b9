"""What is ordered for the coming slots of pickup points."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from market.base.db import NOW, said
from market.base.seen import Facts
from market.orders.models import Order
from market.orders.rules import OPEN
from market.orders.rules.slots import AHEAD_DAYS, PointDays
from market.places.queries.hours import hours_of
from market.places.rules.hours import Slot
from market.values.period import local_day

# A place is free again as soon as its order has ended, handed over or by time, written or not.
_TAKES_PLACE = Order.status.in_([said(one) for one in sorted(OPEN)]), or_(Order.due_at.is_(None), Order.due_at > NOW)
_OF_POINTS = (
    Order.pickup_point_id.in_(bindparam("point_ids", expanding=True)),
    Order.slot_on.is_not(None),
    Order.slot_on.between(bindparam("first"), bindparam("last")),
)
_BY_SLOT = Order.pickup_point_id, Order.slot_on, Order.slot_begins, Order.slot_ends, Order.stall_id
# Built once, as every statement of a check-out.
_TAKEN = select(*_BY_SLOT, func.count(Order.id).label("orders")).where(*_OF_POINTS, *_TAKES_PLACE).group_by(*_BY_SLOT)


def point_days(session: Session, point_ids: Collection[int], *, now: datetime) -> dict[int, PointDays]:
    """By id the coming days of these points (AHEAD_DAYS, from today on). What is counted holds only while the slots'
    names are locked."""
    today = local_day(now)
    hours = hours_of(session, point_ids, today)
    taken: dict[int, dict[Slot, dict[int, int]]] = {}
    if any(one.windows for one in hours.values()):
        asked = {"point_ids": sorted(point_ids), "now": now, "first": today, "last": _last(today)}
        for row in session.connection().execute(_TAKEN, asked):
            slot = Slot(row.slot_on, row.slot_begins, row.slot_ends)
            taken.setdefault(row.pickup_point_id, {}).setdefault(slot, {})[row.stall_id] = row.orders
    return {point_id: PointDays(hours=one, taken=taken.get(point_id, {})) for point_id, one in hours.items()}


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
