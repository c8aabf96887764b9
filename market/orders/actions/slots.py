"""When goods are fetched at a pickup point: chosen at check-out, moved by their stall, taken away by its office.

A point's hours are held (PICKUP) and a slot's name locked (SLOT) before anything is read of them: by who orders, who
moves an order there and who takes one up again. The office changes hours while nobody holds them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import lock_names, locked, locked_all
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.orders.actions import transitions
from market.orders.actions.inputs import PlacePurchase, WantedOrder
from market.orders.actions.telling import note_change, tell_buyer, tell_seller
from market.orders.models import Order
from market.orders.queries.offers import StallOffer
from market.orders.queries.slots import days_of_points, orders_on, point_days, slot_facts
from market.orders.rules import NO_ORDER, OPEN, status_at
from market.orders.rules.slots import (
    AHEAD_DAYS,
    ComingStall,
    PointDays,
    can_move_slot,
    earliest_begin,
    keeps_slots,
    open_slots,
    slots_of,
)
from market.places.actions.closures import ClosedDay, write_closed_day
from market.places.queries.hours import PICKUP, SLOT
from market.places.rules.hours import Slot
from market.sellers.queries.visits import Visit
from market.values.period import local_day
from market.values.quiet import QuietHours

NOTHING_PLACED = "Chưa đặt gì cả, giỏ còn nguyên."
Name = tuple[object, ...]


# --- chosen at check-out ----------------------------------------------------------------------------------------------


def point_names(new: PlacePurchase) -> list[Name]:
    """The points of a check-out, whose hours stay as they are read."""
    return [(PICKUP, point_id) for point_id in sorted({one.pickup_point_id or 0 for one in new.orders} - {0})]


def slot_names(new: PlacePurchase) -> list[Name]:
    """The slots of a check-out, whose orders are counted."""
    return sorted({_slot_name(one.pickup_point_id, one.slot) for one in new.orders if one.slot and one.pickup_point_id})


def _slot_name(point_id: int, slot: Slot) -> tuple[str, int, str]:
    return SLOT, point_id, slot.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visiting:
    """An order that goes to a point, and when its stall comes there."""

    order: WantedOrder
    stall: StallOffer
    visit: Visit


def check_slots(
    session: Session, new: PlacePurchase, stalls: Mapping[int, StallOffer], *, quiet: QuietHours, now: datetime
) -> None:
    """Whether each order that goes to a point has a slot that its stall can keep, with room for it.

    Refused where none was chosen though there are some, or one where there are none; Conflict where it is full or off.
    """
    visiting = list(_visiting(new, stalls))
    with_slots = {one.visit.point_id for one in visiting if one.visit.has_slots}
    points = days_of_points(session, new.commune_id, with_slots, now=now).points if with_slots else {}
    for one in visiting:
        point = points.get(one.visit.point_id)
        if point is None or not keeps_slots(point.hours, one.visit.times):
            _refuse_slot(one)
        else:
            slot = _kept_slot(one, point, coming(one.stall, one.visit, quiet=quiet, now=now), local_day(now))
            points[one.visit.point_id] = point.with_orders(slot, one.stall.stall_id)


def coming(stall: StallOffer, visit: Visit, *, quiet: QuietHours, now: datetime) -> ComingStall:
    """When a stall can come to a point for who orders now. One that looks at strangers first may have to answer."""
    by_itself = stall.accepts_by_itself and not stall.confirms_strangers
    earliest = earliest_begin(now, by_itself=by_itself, quiet=quiet)
    return ComingStall(stall_id=stall.stall_id, times=visit.times, earliest=earliest)


def _visiting(new: PlacePurchase, stalls: Mapping[int, StallOffer]) -> Iterator[_Visiting]:
    for order in new.orders:
        stall = stalls[order.stall_id]
        visit = next((one for one in stall.visits if one.point_id == order.pickup_point_id), None)
        if visit is not None:
            yield _Visiting(order=order, stall=stall, visit=visit)
        elif order.slot is not None:
            raise Refused("no_slots", f"Nơi nhận này không có buổi hẹn. {NOTHING_PLACED}")


def _refuse_slot(one: _Visiting) -> None:
    if one.order.slot is not None:
        sentence = f"{one.visit.point_name} không còn chia buổi cho {one.stall.stall_name}."
        raise Conflict("slot_gone", f"{sentence} {NOTHING_PLACED} Mời xem lại.")


def _kept_slot(one: _Visiting, point: PointDays, stall: ComingStall, today: date) -> Slot:
    """The slot that was chosen, where it can be kept."""
    slot, place = one.order.slot, one.visit.point_name
    if slot is None:
        raise Refused("slot_missing", f"Mời chọn buổi lấy hàng của {one.stall.stall_name} ở {place}.")
    can_be_kept = stall.can_keep(slot) and slot in point.hours.slots(today, AHEAD_DAYS)
    if can_be_kept and point.has_room(slot):
        return slot
    called, left = f"Buổi {slot.words} ở {place}", f"{NOTHING_PLACED} {_next(slots_of(point, stall, today), slot)}"
    if can_be_kept:
        raise Conflict("slot_full", f"{called} vừa đủ đơn. {left}")
    raise Conflict("slot_gone", f"{called} không còn hẹn được. {left}")


def _next(left: Sequence[Slot], gone: Slot) -> str:
    after = [slot for slot in left if slot > gone] or left
    return f"Còn chỗ buổi kế: {after[0].words}." if after else "Chưa có buổi nào khác, mời chọn nơi nhận khác."


# --- taken up again, moved by the stall -------------------------------------------------------------------------------


def lock_slot_of(session: Session, order_id: int) -> None:
    """Hold the slot of an order as it is, before the order itself is locked; nothing for one that has none."""
    row = session.execute(
        select(Order.pickup_point_id, Order.slot_on, Order.slot_begins, Order.slot_ends).where(Order.id == order_id)
    ).one_or_none()
    if row is not None and row.slot_on is not None:
        slot = Slot(row.slot_on, row.slot_begins, row.slot_ends)
        lock_names(session, [_slot_name(row.pickup_point_id, slot)], held=[(PICKUP, row.pickup_point_id)])


def check_place_left(session: Session, row: Order, *, now: datetime) -> None:
    """Whether an order that ended may have its place in its slot again, locked before (`lock_slot_of`); one whose slot
    is over needs none. Conflict where others took it."""
    if row.slot is None or row.pickup_point_id is None or row.slot.ends_at <= now:
        return
    if not point_days(session, row.commune_id, row.pickup_point_id, now=now).has_room(row.slot):
        sentence = f"Buổi {row.slot.words} đã đủ đơn nên đơn {row.code} không nhận lại được."
        raise Conflict("slot_full", f"{sentence} Mời gọi khách đặt buổi khác.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotMove:
    """An order, as its stall knows it, and the slot to which that moves it; `seen`: what its page showed
    (`slot_facts`)."""

    stall_id: int
    order_id: int
    slot: Slot
    seen: str


def move_slot(session: Session, actor: Actor, move: SlotMove, *, clock: Clock) -> None:
    """The stall cannot come in the slot that was chosen and names another: the buyer is told, and may call the order
    off whatever was packed or paid. Idempotent.

    Conflict where it has no slot, is over or its goods have come, or the new one is full, over or none of the point's;
    ChangedSince where it has another than the page showed; NotFound for another stall's.
    """
    point_id = session.scalar(
        select(Order.pickup_point_id).where(Order.id == move.order_id, Order.stall_id == move.stall_id)
    )
    if point_id is not None:
        lock_names(session, [_slot_name(point_id, move.slot)], held=[(PICKUP, point_id)])
    order = locked(session, Order, Order.id == move.order_id, Order.stall_id == move.stall_id, missing=NO_ORDER)
    row, now = order.row, clock()
    if row.slot == move.slot:
        return
    if not can_move_slot(status_at(row.status, row.due_at, now), row.arrived_at, has_slots=row.has_slots):
        raise Conflict("wrong_step", f"Đơn {row.code} không đổi buổi được nữa. Mời tải lại trang.")
    check_seen(move.seen, slot_facts(row))
    _check_open(session, row, move.slot, now)
    was = row.slot
    row.slot_on, row.slot_begins, row.slot_ends, row.slot_off_at = move.slot.day, move.slot.begins, move.slot.ends, now
    transitions.keep_slot(session, order, now=now)
    note_change(session, actor, row, "move_slot", "slot_on", now=now)
    why = f"không tới được buổi {was.words}, " if was else ""
    said = f"{row.stall.name} {why}xin hẹn đơn {row.code} sang {move.slot.words}."
    tell_buyer(session, row, "doi_buoi", f"{said} Không tiện thì mở đơn bấm Hủy.", now, once=now.isoformat())


def _check_open(session: Session, row: Order, slot: Slot, now: datetime) -> None:
    if slot not in open_slots(point_days(session, row.commune_id, row.pickup_point_id or 0, now=now), now):
        raise Conflict("slot_full", f"Buổi {slot.words} đã đủ đơn hoặc điểm nhận đóng cửa. Mời chọn buổi khác.")


# --- taken away by the office -----------------------------------------------------------------------------------------


def close_day(session: Session, actor: Actor, closed: ClosedDay, *, now: datetime) -> int:
    """Close a pickup point on a day: nobody orders for it any more, and each order for it has no slot until its stall
    names another, of which both sides are told. Returns how many orders those are. Idempotent. Refused, NotFound as
    `write_closed_day`."""
    lock_names(session, [(PICKUP, closed.point_id)])
    ids = orders_on(session, closed.point_id, closed.day, now=now)
    orders = locked_all(session, Order, Order.id.in_(ids)) if ids else []
    write_closed_day(session, actor, closed, now=now)
    told = [
        one.row for one in orders if status_at(one.row.status, one.row.due_at, now) in OPEN and _is_on(one.row, closed)
    ]
    for row in told:
        _tell_closed(session, actor, row, closed, now)
    return len(told)


def _is_on(row: Order, closed: ClosedDay) -> bool:
    return row.slot_on == closed.day and row.arrived_at is None and row.fetched_at is None


def _tell_closed(session: Session, actor: Actor, row: Order, closed: ClosedDay, now: datetime) -> None:
    slot = row.slot.words if row.slot else ""
    row.slot_on = row.slot_begins = row.slot_ends = None
    row.slot_off_at, row.fetch_by = now, None  # nobody fails to come to a closed door
    note_change(session, actor, row, "slot_closed", "slot_on", now=now)
    point = row.pickup_point.name if row.pickup_point else ""
    said = f"{point} nghỉ buổi {slot}: {closed.reason.rstrip('.')}. Đơn {row.code}"
    to_buyer = f"{said}: người bán sẽ hẹn buổi khác. Không tiện thì mở đơn bấm Hủy."
    tell_buyer(session, row, "diem_nghi", to_buyer, now, once=closed.day.isoformat())
    to_seller = f"{said}: mời mở đơn, hẹn khách buổi khác."
    tell_seller(session, row, "diem_nghi", to_seller, now, once=closed.day.isoformat())
