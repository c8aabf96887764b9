"""Stamps are printed as random codes, activated when they are stuck on, made void when lost; visitors leave a trace.

Many are made in steps before they are printed all at once. Until then they lie behind the last number that the lot
counts (`Lot.stamps_printed`): on no sheet, never activated, and the first that the lot's next printing takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
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
from market.values.period import local_day


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
    """Print `count` stamps of a lot, not yet active: those made ahead, then new ones. The same `client_key` again
    returns those it has printed.

    Refused for none, Conflict for a recalled lot, SentOtherwise where the key has made another number of them, NotFound
    for another stall's.
    """
    if count < 1:
        raise Refused("count_missing", "Mời ghi số tem cần in, từ 1 trở lên.")
    lot = locked_lot(session, which)
    now = clock()
    if at := used_before(session, f"lot:{which.lot_id}", _sent(count, client_key), now=now):
        return _printed(session, Stamp.lot_id == which.lot_id, Stamp.printed_at == at)
    _refuse_recalled(lot.row)
    last = lot.row.stamps_printed + count
    _make(session, lot, range(_made(session, lot) + 1, last + 1), at=now)
    serials = _count_printed(session, lot, last, at=now)
    log_lot(session, actor, "print_stamps", lot, now=now)
    return _printed(session, *_numbered(lot, serials))


def request_stamps(session: Session, which: LotRef, count: int, *, client_key: str | None, clock: Clock) -> None:
    """Write down that a form has asked for `count` stamps, which are printed later. Idempotent.

    Conflict for a recalled lot, SentOtherwise where the form's key has made another number of them, NotFound for
    another stall's.
    """
    lot = locked_lot(session, which)
    if not used_before(session, f"lot:{which.lot_id}", _sent(count, client_key), now=clock()):
        _refuse_recalled(lot.row)


def _sent(count: int, client_key: str | None) -> SentForm:
    return SentForm(key=client_key, content=("stamps", count), told=f"làm {count} tem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """Many stamps of a lot that are printed as one, in steps: all of them bear the moment at which it began."""

    lot: LotRef
    count: int
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintStep:
    """How many stamps a printing lacks still, and its `serials` once it lacks none."""

    lacking: int
    serials: Serials | None


def print_step(session: Session, actor: Actor, printing: Printing, *, most: int, clock: Clock) -> PrintStep:
    """Make some of the stamps that a printing lacks, at most `most`; the step that makes the last one prints them all.

    Conflict for a recalled lot, NotFound for another stall's.
    """
    lot = locked_lot(session, printing.lot)
    _refuse_recalled(lot.row)
    made, last = _made(session, lot), lot.row.stamps_printed + printing.count
    until = max(made, min(made + most, last))
    _make(session, lot, range(made + 1, until + 1), at=printing.began_at)
    if until < last:
        return PrintStep(lacking=last - until, serials=None)
    serials = _count_printed(session, lot, last, at=printing.began_at)
    log_lot(session, actor, "print_stamps", lot, now=clock())
    return PrintStep(lacking=0, serials=serials)


def _refuse_recalled(lot: Lot) -> None:
    if not lot.life.can_print:
        raise Conflict("lot_recalled", "Lô đã thu hồi nên không in thêm tem.")


def _made(session: Session, lot: Locked[Lot]) -> int:
    """The number of the lot's last stamp, printed or made ahead."""
    return session.scalar(select(func.max(Stamp.serial)).where(Stamp.lot_id == lot.row.id)) or 0


def _make(session: Session, lot: Locked[Lot], serials: range, *, at: datetime) -> None:
    common = {"commune_id": lot.row.commune_id, "lot_id": lot.row.id, "state": StampState.PRINTED, "printed_at": at}
    if serials:
        insert_drawn(session, Stamp, [common | {"serial": serial} for serial in serials], draw=new_stamp_code)


def _count_printed(session: Session, lot: Locked[Lot], last: int, *, at: datetime) -> Serials:
    """Count the stamps up to a number as printed at a moment, those too that were made ahead for another printing."""
    serials = Serials(first=lot.row.stamps_printed + 1, last=last)
    session.execute(update(Stamp).where(*_numbered(lot, serials), Stamp.printed_at != at).values(printed_at=at))
    lot.row.stamps_printed = last
    return serials


def _numbered(lot: Locked[Lot], serials: Serials) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Stamp.lot_id == lot.row.id, Stamp.serial.between(serials.first, serials.last)


def _printed(session: Session, *which: ColumnElement[bool]) -> Printed:
    """These stamps, of which there are some."""
    rows = session.execute(select(Stamp.serial, Stamp.code).where(*which).order_by(Stamp.serial)).all()
    serials = Serials(first=rows[0].serial, last=rows[-1].serial)
    return Printed(serials=serials, codes=[row.code for row in rows])


def activate_stamps(session: Session, actor: Actor, which: LotRef, serials: Serials, *, clock: Clock) -> int:
    """Activate the stamps stuck on packs; returns how many. Those already active or void are passed over: 0
    where all of them are active already.

    Refused while the lot is open, while its journal has an obstacle, and past the packs its journal answers for;
    Conflict for a recalled lot, one past its date and where none of these stamps can be activated; NotFound for another
    stall's lot.
    """
    lot = locked_lot(session, which)
    if lot.row.life.is_recalled:
        raise Conflict("lot_recalled", "Lô đã thu hồi nên không ghi dán tem được.")
    now = clock()
    if lot.row.life.is_past(local_day(now)):
        raise Conflict("lot_past", "Lô đã quá hạn sử dụng nên không ghi dán thêm tem được. Các tem chưa bị đổi.")
    if not lot.row.life.can_activate:
        raise Refused("not_sealed", "Ghi xong lô trước đã: nhật ký đủ rồi mới ghi dán tem.")
    if obstacles := obstacles_of(session, lot):
        raise Refused("too_many_stamps", f"Chưa ghi dán thêm tem được. {obstacles[0].sentence}")
    count = sum(_move(session, lot, serials, StampState.ACTIVATED, {"activated_at": now}).values())
    if not count and _are_all(session, lot, serials, StampState.ACTIVATED):
        return 0
    if not count:
        raise Conflict("nothing_to_activate", "Các tem trong khoảng này đã ghi dán, đã hủy hoặc chưa in.")
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
            f"Nhật ký chỉ đủ cho {allowed} gói, còn dán được {left} tem. "
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
    last = min(serials.last, lot.row.stamps_printed)
    ours = update(Stamp).where(Stamp.lot_id == lot.row.id, Stamp.serial.between(serials.first, last))
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
