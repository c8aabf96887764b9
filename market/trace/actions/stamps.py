"""Stamps are printed as random codes, activated when they are stuck on, made void when lost; visitors leave a trace."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import insert_once
from market.base.errors import Conflict, Refused
from market.trace.actions.lots import held_lot, log_lot, obstacles_of
from market.trace.models import Lot, Scan, Stamp
from market.trace.rules import LotState, StampState
from market.values.codes import new_stamp_code

T = TypeVar("T")
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Serials:
    """Stamps of one lot by the numbers printed on them, both ends included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise Refused("Số tem đầu phải nhỏ hơn hoặc bằng số tem cuối.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was printed: the serial numbers and, in their order, the codes."""

    serials: Serials
    codes: Sequence[str]


def print_stamps(session: Session, actor: Actor, lot_id: int, count: int, *, now: datetime) -> Printed:
    """Make `count` stamps of a lot, not yet active. Refused for a recalled lot."""
    if count < 1:
        raise Refused("Mời ghi số tem cần in, từ 1 trở lên.")
    lot = held_lot(session, lot_id)
    if lot.state is LotState.THU_HOI:
        raise Conflict("Lô đã thu hồi nên không in thêm tem.")
    first = lot.stamps_printed + 1
    codes = _free_codes(session, count)
    rows = [
        {"lot_id": lot.id, "serial": serial, "code": code, "state": StampState.DA_IN, "printed_at": now}
        for serial, code in enumerate(codes, start=first)
    ]
    for batch in _batches(rows):
        session.execute(insert(Stamp), batch)
    lot.stamps_printed += count
    log_lot(session, actor, "print_stamps", lot, now=now)
    return Printed(serials=Serials(first=first, last=first + count - 1), codes=codes)


def _free_codes(session: Session, count: int) -> list[str]:
    """Random codes that no stamp bears."""
    codes: dict[str, None] = {}
    while len(codes) < count:
        fresh = {new_stamp_code() for _ in range(count - len(codes))}
        for batch in _batches(sorted(fresh)):
            fresh -= set(session.scalars(select(Stamp.code).where(Stamp.code.in_(batch))))
        codes |= dict.fromkeys(fresh)
    return list(codes)


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def activate_stamps(session: Session, actor: Actor, lot_id: int, serials: Serials, *, now: datetime) -> int:
    """Activate the stamps stuck on packs; gives how many. Those already active or void are passed over.

    Refused while the lot is open, while its journal has an obstacle, and past the packs its journal answers for.
    """
    lot = held_lot(session, lot_id)
    if lot.state is LotState.THU_HOI:
        raise Conflict("Lô đã thu hồi nên không kích hoạt tem được.")
    if lot.state is LotState.MO:
        raise Refused("Chốt lô trước đã: tem chỉ kích hoạt khi nhật ký đã đủ.")
    if obstacles := obstacles_of(session, lot):
        raise Refused(f"Chưa kích hoạt thêm tem được. {obstacles[0].sentence}")
    count = _move(session, lot, serials, (StampState.DA_IN,), {"state": StampState.DA_KICH_HOAT, "activated_at": now})
    if not count:
        raise Conflict("Các tem trong khoảng này đã kích hoạt, đã hủy hoặc chưa in.")
    _count_activated(session, lot, count)
    log_lot(session, actor, "activate_stamps", lot, now=now)
    return count


def _count_activated(session: Session, lot: Lot, count: int) -> None:
    """Raise the counter, which the database holds within what was printed and what was packed."""
    allowed = or_(Lot.stamps_allowed.is_(None), Lot.stamps_activated + count <= Lot.stamps_allowed)
    within = Lot.stamps_activated + count <= Lot.stamps_printed
    raised = session.execute(
        update(Lot)
        .where(Lot.id == lot.id, Lot.state == LotState.CHOT, within, allowed)
        .values(stamps_activated=Lot.stamps_activated + count)
        .returning(Lot.id)
    ).first()
    if raised is None:
        left = (lot.stamps_allowed or 0) - lot.stamps_activated
        raise Refused(
            f"Nhật ký chỉ đủ cho {lot.stamps_allowed or 0} gói, còn kích hoạt được {left} tem. "
            "Các tem chưa bị đổi. Xem lại lượng đóng gói hoặc số tem."
        )


def void_stamps(session: Session, actor: Actor, lot_id: int, serials: Serials, *, now: datetime) -> int:
    """Make lost or spoilt stamps void for good; gives how many. Their pages warn from now on."""
    lot = held_lot(session, lot_id)
    active = _move(session, lot, serials, (StampState.DA_KICH_HOAT,), {"state": StampState.HUY})
    count = active + _move(session, lot, serials, (StampState.DA_IN,), {"state": StampState.HUY})
    if not count:
        raise Conflict("Các tem trong khoảng này đã hủy hoặc chưa in.")
    lot.stamps_activated -= active
    log_lot(session, actor, "void_stamps", lot, now=now)
    return count


def _move(
    session: Session, lot: Lot, serials: Serials, states: Sequence[StampState], values: dict[str, StampState | datetime]
) -> int:
    moved = session.execute(
        update(Stamp)
        .where(Stamp.lot_id == lot.id, Stamp.serial.between(serials.first, serials.last), Stamp.state.in_(states))
        .values(values)
        .returning(Stamp.id)
    )
    return len(moved.all())


def note_scan(session: Session, stamp_id: int, visitor: str, *, now: datetime) -> None:
    """Write down a visitor's first look at a stamp; later looks change nothing."""
    session.execute(insert_once(session, Scan).values(stamp_id=stamp_id, visitor=visitor, at=now))
