"""A journal only grows: a line is added, corrected by a new line, or withdrawn by one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import Conflict, NotFound, Refused
from market.trace.actions.lots import count_allowed, held_lot, log_lot
from market.trace.models import JournalEntry, Lot
from market.trace.rules import AMOUNT_NEEDED, JournalKind, LotState
from market.values.period import local_day

OLDEST = timedelta(days=3 * 365)


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


def add_entry(session: Session, actor: Actor, lot_id: int, new: NewEntry, *, now: datetime) -> int:
    """Add a line to an open lot's journal; gives its id. A sealed lot takes corrections alone."""
    lot = held_lot(session, lot_id)
    if known := _with_key(session, lot, new.client_key):
        return known
    if lot.state is not LotState.MO:
        raise Conflict("Lô đã chốt nên không thêm dòng mới được. Ghi sai thì bấm “Sửa” ở dòng đó để đính chính.")
    _check(new, now)
    entry = _write(session, actor, lot, new, now=now)
    session.flush()
    log_lot(session, actor, "add_entry", lot, now=now, fields=(new.kind.value,))
    return entry.id


def correct_entry(session: Session, actor: Actor, entry_id: int, new: NewEntry, *, now: datetime) -> int:
    """Correct a line by a new one; gives the new one's id. The old one stays and is shown struck through."""
    old, lot = _correctable(session, entry_id)
    if known := _with_key(session, lot, new.client_key):
        return known
    if new.kind is not old.kind:
        raise Refused("Dòng đính chính phải cùng loại việc với dòng cũ.")
    _refuse_corrected(session, old)
    _check(new, now)
    entry = _write(session, actor, lot, new, now=now)
    entry.corrects_id = old.id
    return _settle(session, actor, lot, entry, now=now)


def withdraw_entry(session: Session, actor: Actor, entry_id: int, reason: str, *, now: datetime) -> int:
    """Say that a line never happened, by a new line that gives the reason; gives the new one's id."""
    old, lot = _correctable(session, entry_id)
    _refuse_corrected(session, old)
    if not reason.strip():
        raise Refused("Mời ghi vì sao bỏ dòng này: người xem tem sẽ đọc được.")
    entry = _write(
        session, actor, lot, NewEntry(kind=old.kind, happened_on=old.happened_on, note=reason.strip()), now=now
    )
    entry.corrects_id, entry.is_withdrawal = old.id, True
    return _settle(session, actor, lot, entry, now=now)


def _with_key(session: Session, lot: Lot, client_key: str | None) -> int | None:
    known = select(JournalEntry.id).where(JournalEntry.lot_id == lot.id, JournalEntry.client_key == client_key)
    return session.scalar(known) if client_key else None


def _correctable(session: Session, entry_id: int) -> tuple[JournalEntry, Lot]:
    old = session.get(JournalEntry, entry_id)
    if old is None or old.is_withdrawal:
        raise NotFound
    lot = held_lot(session, old.lot_id)
    if lot.state is LotState.THU_HOI:
        raise Conflict("Lô đã thu hồi nên nhật ký không nhận thêm dòng nào.")
    return old, lot


def _refuse_corrected(session: Session, old: JournalEntry) -> None:
    if session.scalar(select(JournalEntry.id).where(JournalEntry.corrects_id == old.id)):
        raise Conflict("Dòng này đã có dòng đính chính. Mời sửa dòng mới nhất.")


def _check(new: NewEntry, now: datetime) -> None:
    today = local_day(now)
    if new.happened_on > today:
        raise Refused("Ngày này chưa tới. Nhật ký chỉ ghi việc đã làm.")
    if new.kind is not JournalKind.GIEO_TRONG and new.happened_on < today - OLDEST:
        raise Refused("Ngày này quá xa. Mời xem lại năm.")
    if new.kind in AMOUNT_NEEDED and not new.amount:
        raise Refused("Mời ghi số lượng: chợ cần để đối chiếu với số tem.")
    if new.kind is JournalKind.PHUN_THUOC and not new.substance:
        raise Refused("Mời ghi tên thuốc như trên nhãn.")


def _write(session: Session, actor: Actor, lot: Lot, new: NewEntry, *, now: datetime) -> JournalEntry:
    """The new line, not yet in the database: a correction still says what it corrects."""
    entry = JournalEntry(
        lot_id=lot.id,
        recorded_at=now,
        recorded_by=actor.person_id,
        on_behalf_of=actor.on_behalf_of,
        is_withdrawal=False,
    )
    for field in NewEntry.__dataclass_fields__:
        setattr(entry, field, getattr(new, field))
    session.add(entry)
    return entry


def _settle(session: Session, actor: Actor, lot: Lot, entry: JournalEntry, *, now: datetime) -> int:
    session.flush()
    if lot.state is LotState.CHOT:
        count_allowed(session, lot)
    verb = "withdraw_entry" if entry.is_withdrawal else "correct_entry"
    log_lot(session, actor, verb, lot, now=now, fields=(entry.kind.value,))
    return entry.id
