"""In which slots of a pickup point the goods of a purchase can be fetched, and which of them make the fewest trips."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from market.orders.rules import OPEN, OrderStatus, PayChoice, answer_deadline
from market.places.rules.hours import PointHours, Slot
from market.sellers.rules.visits import VisitTimes
from market.values.period import local_day
from market.values.quiet import QuietHours

AHEAD_DAYS = 14
"""So far ahead a slot is looked for, today counted."""
MOST_OFFERED = 6
"""Of so many coming slots one is chosen."""
PACK_WITHIN = timedelta(hours=2)
"""What a stall that takes orders by itself has at least, none of it in quiet hours, to pack and to come."""

Taken = Mapping[Slot, Mapping[int, int]]
"""By slot and stall, how many open orders are to be fetched then."""


def earliest_begin(now: datetime, *, by_itself: bool, quiet: QuietHours) -> datetime:
    """When the first slot may begin that can still be kept: once the stall's time to answer is over; where it takes
    orders by itself, once it can have packed."""
    return quiet.deadline(now, PACK_WITHIN) if by_itself else answer_deadline(now, quiet)


def hold_for_slot(due: datetime, pay_choice: PayChoice, slot: Slot | None) -> datetime:
    """Until when goods to be paid on receipt are held: not shorter than until their slot is over. A transfer comes
    before it, or not at all."""
    return max(due, slot.ends_at) if slot is not None and pay_choice is PayChoice.ON_RECEIPT else due


def comes_in(times: VisitTimes, slot: Slot) -> bool:
    """Whether a stall with these times is at the point in this slot: on that weekday, within its hours."""
    is_that_day = bool(times.days & 1 << slot.day.weekday())
    if times.begins is None or times.ends is None:
        return is_that_day
    return is_that_day and times.begins < slot.ends and slot.begins < times.ends


def keeps_slots(hours: PointHours, times: VisitTimes) -> bool:
    """Whether a stall's orders for a point have slots: it comes on named days on which the point is open. Of others the
    day is agreed on, as before there were slots."""
    monday = date(2026, 1, 5)
    week = PointHours(windows=hours.windows).slots(monday, 7)
    return any(comes_in(times, slot) for slot in week)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDays:
    """What is known of a point's coming days: its hours, and what was ordered for each slot already."""

    hours: PointHours
    taken: Taken = field(default_factory=dict)

    def room(self, slot: Slot) -> int | None:
        """How many more orders a slot takes; None: as many as come."""
        if self.hours.capacity is None:
            return None
        return max(0, self.hours.capacity - sum(self.taken.get(slot, {}).values()))

    def has_room(self, slot: Slot, orders: int = 1) -> bool:
        room = self.room(slot)
        return room is None or room >= orders

    def is_brought(self, slot: Slot, stall_id: int) -> bool:
        """Whether a stall brings goods in this slot anyway."""
        return bool(self.taken.get(slot, {}).get(stall_id))

    def with_orders(self, slot: Slot, stall_id: int, orders: int = 1) -> "PointDays":
        """The same with more orders of a stall."""
        there = dict(self.taken.get(slot, {}))
        there[stall_id] = there.get(stall_id, 0) + orders
        return PointDays(hours=self.hours, taken={**self.taken, slot: there})


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingStall:
    """A stall whose goods are to be fetched at a point: when it comes there, when its first slot may begin."""

    stall_id: int
    times: VisitTimes
    earliest: datetime

    def can_keep(self, slot: Slot) -> bool:
        return slot.begins_at >= self.earliest and comes_in(self.times, slot)


def slots_of(point: PointDays, stall: ComingStall, today: date) -> list[Slot]:
    """The next slots, at most MOST_OFFERED, which a stall can keep and in which there is room, in their order."""
    found = (one for one in point.hours.slots(today, AHEAD_DAYS) if stall.can_keep(one) and point.has_room(one))
    return [slot for slot, _ in zip(found, range(MOST_OFFERED), strict=False)]


def open_slots(point: PointDays, now: datetime) -> list[Slot]:
    """The coming slots to which a stall may move an order: it says itself that it comes then."""
    found = (
        one for one in point.hours.slots(local_day(now), AHEAD_DAYS) if one.begins_at > now and point.has_room(one)
    )
    return [slot for slot, _ in zip(found, range(2 * MOST_OFFERED), strict=False)]


def can_move_slot(status: OrderStatus, arrived_at: datetime | None, *, has_slots: bool) -> bool:
    """Whether a stall may still move an order to another slot: its goods have not come to the point. `has_slots`: one
    was chosen for it, or it lost its own."""
    return has_slots and status in OPEN and arrived_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """Stalls of a purchase whose goods can be fetched together, in one slot of `slots`: first those for which most of
    them come anyway, of these the next. No slots: a stall for which there is none."""

    stall_ids: tuple[int, ...]
    slots: tuple[Slot, ...]


def trips(point: PointDays, stalls: Sequence[ComingStall], today: date) -> list[Trip]:
    """The fewest trips that the buyer of these stalls' goods can make to a point, the largest first."""
    left = {one.stall_id: slots_of(point, one, today) for one in stalls}
    found = []
    while left:
        best = _together(point, left)
        together = tuple(stall_id for stall_id in left if stall_id in best)
        slots = _in_all(point, [left.pop(stall_id) for stall_id in together], together)
        found.append(Trip(stall_ids=together, slots=slots))
    return found


def _together(point: PointDays, left: Mapping[int, Sequence[Slot]]) -> Sequence[int]:
    """Of which stalls most can be fetched at once; where none can, one stall alone."""
    best: Sequence[int] = ()
    for slot in sorted({slot for slots in left.values() for slot in slots}):
        room = point.room(slot)
        here = [stall_id for stall_id, slots in left.items() if slot in slots][:room]
        if len(here) > len(best):
            best = here
    return best or [next(iter(left))]


def _in_all(point: PointDays, slots: Sequence[Sequence[Slot]], stall_ids: Sequence[int]) -> tuple[Slot, ...]:
    common = {slot for slot in slots[0] if all(slot in others for others in slots)}
    return proposed(point, [slot for slot in common if point.has_room(slot, len(stall_ids))], stall_ids)


def proposed(point: PointDays, slots: Iterable[Slot], stall_ids: Sequence[int]) -> tuple[Slot, ...]:
    """The slots with those first for which most of these stalls come anyway, of these the next."""
    return tuple(sorted(slots, key=lambda slot: (-_brought(point, slot, stall_ids), slot)))


def _brought(point: PointDays, slot: Slot, stall_ids: Sequence[int]) -> int:
    """How many of these stalls come in a slot anyway."""
    return sum(point.is_brought(slot, stall_id) for stall_id in stall_ids)
