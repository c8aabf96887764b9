"""Stamps are printed as random codes, activated when they are stuck on, made void when lost; visitors leave a trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked, insert_once
from market.base.drawn import insert_drawn
from market.base.errors import Conflict, Refused
from market.trace.actions.lots import LotRef, locked_lot, log_lot, obstacles_of
from market.trace.models import Lot, Scan, Stamp
from market.trace.rules import StampState, stamps_before
from market.values.codes import new_stamp_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Serials:
    """Stamps of one lot by the numbers printed on them, both ends included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise Refused("bad_range", "Số tem đầu phải nhỏ hơn hoặc bằng số tem cuối.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What was printed: the serial numbers and, in their order, the codes."""

    serials: Serials
    codes: Sequence[str]


def print_stamps(
    session: Session, actor: Actor, which: LotRef, count: int, *, client_key: str | None = None, clock: Clock
) -> Printed:
    """Make `count` stamps of a lot, not yet active; the same `client_key` again returns those it has made.

    Refused for none, Conflict for a recalled lot, SentOtherwise where the key has made another number of them, NotFound
    for another stall's.
    """
    if count < 1:
        raise Refused("count_missing", "Mời ghi số tem cần in, từ 1 trở lên.")
    lot, lot_id = locked_lot(session, which), which.lot_id
    now = clock()
    sent = SentForm(key=client_key, content=("stamps", count), told=f"làm {count} tem")
    if at := used_before(session, f"lot:{lot_id}", sent, now=now):
        return _printed_at(session, lot_id, at)
    if not lot.row.life.can_print:
        raise Conflict("lot_recalled", "Lô đã thu hồi nên không in thêm tem.")
    first, last = lot.row.stamps_printed + 1, lot.row.stamps_printed + count
    common = {"commune_id": lot.row.commune_id, "lot_id": lot_id, "state": StampState.PRINTED, "printed_at": now}
    rows = [common | {"serial": serial} for serial in range(first, last + 1)]
    codes = insert_drawn(session, Stamp, rows, draw=new_stamp_code)
    lot.row.stamps_printed = last
    log_lot(session, actor, "print_stamps", lot, now=now)
    return Printed(serials=Serials(first=first, last=last), codes=list(codes))


def _printed_at(session: Session, lot_id: int, at: datetime) -> Printed:
    """The stamps that were made at a moment, as a form's key remembers it."""
    run = select(Stamp.serial, Stamp.code).where(Stamp.lot_id == lot_id, Stamp.printed_at == at)
    rows = session.execute(run.order_by(Stamp.serial)).all()
    serials = Serials(first=rows[0].serial, last=rows[-1].serial)
    return Printed(serials=serials, codes=[row.code for row in rows])


def activate_stamps(session: Session, actor: Actor, which: LotRef, serials: Serials, *, clock: Clock) -> int:
    """Activate the stamps stuck on packs; returns how many. Those already active or void are passed over: 0
    where all of them are active already.

    Refused while the lot is open, while its journal has an obstacle, and past the packs its journal answers for;
    Conflict for a recalled lot and where none of these stamps can be activated; NotFound for another stall's lot.
    """
    lot = locked_lot(session, which)
    if lot.row.life.is_recalled:
        raise Conflict("lot_recalled", "Lô đã thu hồi nên không kích hoạt tem được.")
    if not lot.row.life.can_activate:
        raise Refused("not_sealed", "Chốt lô trước đã: tem chỉ kích hoạt khi nhật ký đã đủ.")
    if obstacles := obstacles_of(session, lot):
        raise Refused("too_many_stamps", f"Chưa kích hoạt thêm tem được. {obstacles[0].sentence}")
    now = clock()
    count = sum(_move(session, lot, serials, StampState.ACTIVATED, {"activated_at": now}).values())
    if not count and _are_all(session, lot, serials, StampState.ACTIVATED):
        return 0
    if not count:
        raise Conflict("nothing_to_activate", "Các tem trong khoảng này đã kích hoạt, đã hủy hoặc chưa in.")
    _count_activated(lot.row, count)
    log_lot(session, actor, "activate_stamps", lot, now=now)
    return count


def _count_activated(lot: Lot, count: int) -> None:
    """Raise the counter, which the database holds within what was printed and what was packed."""
    allowed = lot.stamps_allowed or 0
    if lot.stamps_allowed is not None and lot.stamps_activated + count > allowed:
        left = allowed - lot.stamps_activated
        raise Refused(
            "too_many_stamps",
            f"Nhật ký chỉ đủ cho {allowed} gói, còn kích hoạt được {left} tem. "
            "Các tem chưa bị đổi. Xem lại lượng đóng gói hoặc số tem.",
        )
    lot.stamps_activated += count


def void_stamps(session: Session, actor: Actor, which: LotRef, serials: Serials, *, clock: Clock) -> int:
    """Make lost or spoilt stamps void for good; returns how many: 0 where all of them are void already. Their pages
    warn from now on. Conflict where none of these can be, NotFound for another stall's lot."""
    lot = locked_lot(session, which)
    counts = _move(session, lot, serials, StampState.VOID, {})
    if not any(counts.values()) and _are_all(session, lot, serials, StampState.VOID):
        return 0
    if not any(counts.values()):
        raise Conflict("nothing_to_void", "Các tem trong khoảng này đã hủy hoặc chưa in.")
    lot.row.stamps_activated -= counts[StampState.ACTIVATED]
    log_lot(session, actor, "void_stamps", lot, now=clock())
    return sum(counts.values())


def _move(
    session: Session, lot: Locked[Lot], serials: Serials, to: StampState, values: Mapping[str, datetime]
) -> dict[StampState, int]:
    """Move the stamps of these numbers that may go there; returns how many, by where they were. Stamps move under their
    lot's lock alone, so one statement does for thousands of them."""
    ours = update(Stamp).where(Stamp.lot_id == lot.row.id, Stamp.serial.between(serials.first, serials.last))
    moving = ours.values(state=to, **values).returning(Stamp.id)
    return {state: len(session.execute(moving.where(Stamp.state == state)).all()) for state in stamps_before(to)}


def _are_all(session: Session, lot: Locked[Lot], serials: Serials, state: StampState) -> bool:
    """Whether every one of these numbers is a stamp of the lot in this state."""
    query = select(func.count()).where(
        Stamp.lot_id == lot.row.id, Stamp.serial.between(serials.first, serials.last), Stamp.state == state
    )
    return session.scalar(query) == serials.last - serials.first + 1


def note_scan(session: Session, stamp: Stamp, visitor: str, *, now: datetime) -> None:
    """Write down a visitor's first look at a stamp; later looks change nothing."""
    row = {"commune_id": stamp.commune_id, "stamp_id": stamp.id, "visitor": visitor, "at": now}
    session.connection().execute(insert_once(session, Scan), row)
