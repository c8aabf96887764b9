"""A journal only grows: a line is added, corrected by a new line, or withdrawn by one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import Locked
from market.base.errors import Conflict, NotFound, Refused
from market.trace.actions.lots import LotRef, count_allowed, locked_lot, log_lot
from market.trace.models import JournalEntry, Lot
from market.trace.rules import AMOUNT_NEEDED, KIND_WORDS, JournalKind
from market.values.period import format_date, local_day
from market.values.quantity import format_quantity, unit

OLDEST = timedelta(days=3 * 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRef:
    """A line in the journal of a stall's lot."""

    stall_id: int
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A line as written down; `amount` in thousandths of `unit`. The same `client_key` again adds no second line."""

    kind: JournalKind
    happened_on: date
    note: str = ""
    amount: int | None = None
    unit: str | None = None
    substance: str | None = None
    phi_days: int | None = None
    phi_source: str | None = None
    client_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Why a line never happened. The same `client_key` again adds no second line."""

    reason: str
    client_key: str | None = None


def add_entry(session: Session, actor: Actor, which: LotRef, new: NewEntry, *, clock: Clock) -> int:
    """Add a line to an open lot's journal; returns its id.

    Conflict once the lot is sealed or recalled: it takes corrections alone. Refused where the day or the amount cannot
    be, or what this kind of work must say is missing; NotFound for another stall's lot.
    """
    lot, now = locked_lot(session, which), clock()
    if known := _sent_before(session, lot, new, None, now=now):
        return known
    if not lot.row.life.can_write:
        raise Conflict(
            "lot_sealed", "Lô đã ghi xong nên không thêm dòng mới được. Ghi sai thì bấm “Sửa” ở dòng đó để đính chính."
        )
    _check(new, now)
    entry = _write(session, actor, lot, new, now=now)
    session.flush()
    log_lot(session, actor, "add_entry", lot, now=now, fields=(new.kind.value,))
    return entry.id


def correct_entry(session: Session, actor: Actor, which: EntryRef, new: NewEntry, *, clock: Clock) -> int:
    """Correct a line by a new one; returns the new one's id. The old one stays and is shown struck through.

    NotFound for another stall's line and for one that withdraws another, Conflict for one corrected already or of a
    recalled lot, Refused for another kind of work and as in `add_entry`.
    """
    old, lot = _correctable(session, which)
    now = clock()
    if known := _sent_before(session, lot, new, old, now=now):
        return known
    if new.kind is not old.kind:
        raise Refused("other_kind", "Dòng đính chính phải cùng loại việc với dòng cũ.")
    _refuse_corrected(session, old)
    _check(new, now)
    entry = _write(session, actor, lot, new, now=now)
    entry.corrects_id = old.id
    return _settle(session, actor, lot, entry, now=now)


def withdraw_entry(session: Session, actor: Actor, which: EntryRef, said: Withdrawal, *, clock: Clock) -> int:
    """Say that a line never happened, by a new line that gives the reason; returns the new one's id.

    NotFound for another stall's line and for one that withdraws another, Conflict for one corrected already or of a
    recalled lot, Refused without a reason.
    """
    old, lot = _correctable(session, which)
    now = clock()
    new = NewEntry(kind=old.kind, happened_on=old.happened_on, note=said.reason.strip(), client_key=said.client_key)
    if known := _sent_before(session, lot, new, old, now=now):
        return known
    _refuse_corrected(session, old)
    if not said.reason.strip():
        raise Refused("reason_missing", "Mời ghi vì sao bỏ dòng này: người xem tem sẽ đọc được.")
    entry = _write(session, actor, lot, new, now=now)
    entry.corrects_id, entry.is_withdrawal = old.id, True
    return _settle(session, actor, lot, entry, now=now)


def _sent_before(
    session: Session, lot: Locked[Lot], new: NewEntry, old: JournalEntry | None, *, now: datetime
) -> int | None:
    """The line that this very form has written; `old` is the one that it is about. SentOtherwise where it wrote another
    one."""
    amount = f" {format_quantity(new.amount, unit(new.unit))}" if new.amount and new.unit else ""
    told = f"{KIND_WORDS[new.kind].lower()}{amount}, ngày {format_date(new.happened_on)}"
    sent = SentForm(key=new.client_key, content=("entry", new, old and old.id), told=told)
    used_before(session, f"lot:{lot.row.id}", sent, now=now)
    known = select(JournalEntry.id).where(JournalEntry.lot_id == lot.row.id, JournalEntry.client_key == new.client_key)
    return session.scalar(known) if new.client_key else None


def _correctable(session: Session, which: EntryRef) -> tuple[JournalEntry, Locked[Lot]]:
    """A line and its lot, locked. A line never changes and never changes its lot, so it may be read before."""
    old = session.get(JournalEntry, which.entry_id)
    if old is None or old.is_withdrawal:
        raise NotFound
    lot = locked_lot(session, LotRef(stall_id=which.stall_id, lot_id=old.lot_id))
    if not lot.row.life.can_correct:
        raise Conflict("lot_recalled", "Lô đã thu hồi nên nhật ký không nhận thêm dòng nào.")
    return old, lot


def _refuse_corrected(session: Session, old: JournalEntry) -> None:
    if session.scalar(select(JournalEntry.id).where(JournalEntry.corrects_id == old.id)):
        raise Conflict("already_corrected", "Dòng này đã có dòng đính chính. Mời sửa dòng mới nhất.")


def _check(new: NewEntry, now: datetime) -> None:
    today = local_day(now)
    if new.happened_on > today:
        raise Refused("future_day", "Ngày này chưa tới. Nhật ký chỉ ghi việc đã làm.")
    if new.kind is not JournalKind.SOWING and new.happened_on < today - OLDEST:
        raise Refused("day_too_far", "Ngày này quá xa. Mời xem lại năm.")
    if new.kind in AMOUNT_NEEDED and not new.amount:
        raise Refused("amount_missing", "Mời ghi số lượng: chợ cần để đối chiếu với số tem.")
    if new.kind is JournalKind.SPRAYING and not new.substance:
        raise Refused("name_missing", "Mời ghi tên thuốc như trên nhãn.")


def _write(session: Session, actor: Actor, lot: Locked[Lot], new: NewEntry, *, now: datetime) -> JournalEntry:
    """The new line, not yet in the database: a correction still says what it corrects."""
    entry = JournalEntry(
        lot_id=lot.row.id,
        recorded_at=now,
        recorded_by=actor.person_id,
        on_behalf_of=actor.on_behalf_of,
        is_withdrawal=False,
    )
    for field in NewEntry.__dataclass_fields__:
        setattr(entry, field, getattr(new, field))
    session.add(entry)
    return entry


def _settle(session: Session, actor: Actor, lot: Locked[Lot], entry: JournalEntry, *, now: datetime) -> int:
    session.flush()
    if lot.row.life.is_sealed:
        count_allowed(session, lot)
    verb = "withdraw_entry" if entry.is_withdrawal else "correct_entry"
    log_lot(session, actor, verb, lot, now=now, fields=(entry.kind.value,))
    return entry.id
