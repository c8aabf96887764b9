"""The ledger of evidence as a chain: its head, and the first entry that is not what was written."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from market.adoption.models import LedgerEntry, LedgerHead
from market.adoption.rules import FIRST, EvidenceEntry
from market.base.row_query import NamedRow, RowQuery

AT_ONCE = 5_000
_ENTRIES = RowQuery(
    select(*LedgerEntry.__table__.columns)
    .where(LedgerEntry.commune_id == bindparam("commune_id"), LedgerEntry.number > bindparam("after"))
    .order_by(LedgerEntry.number)
    .limit(AT_ONCE)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest entry: its number within the commune, its seal. 0 and nothing where there is none yet."""

    number: int
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first entry that does not say what was written, and what is wrong with it."""

    number: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What looking through a whole ledger found. `passed`: whether the seal that was asked for is one of its own; None
    where none was."""

    head: Head
    broken: Broken | None
    passed: bool | None


def head_of(session: Session, commune_id: int) -> Head:
    row = session.execute(
        select(LedgerHead.number, LedgerHead.seal).where(LedgerHead.commune_id == commune_id)
    ).one_or_none()
    return Head(number=row.number, seal=row.seal) if row else Head(number=0, seal=FIRST)


def verify(session: Session, commune_id: int, seal: str | None = None) -> Verified:
    """Look through a commune's ledger from its first entry on. `seal`: that of a report, which must be met."""
    kept = head_of(session, commune_id)
    number, before, met, broken = 0, FIRST, seal == FIRST, None
    replaced = _Replaced()
    for row in _entries(session, commune_id):
        fault = _fault(row, number, before)
        if fault:
            broken = Broken(number=number + 1, fault=fault)
            break
        number, before = row["number"], row["seal"]
        met = met or before == seal
        replaced.note(row)
    broken = broken or replaced.broken
    if broken is None and (number, before) != (kept.number, kept.seal):
        broken = Broken(number=min(number, kept.number) + 1, fault="sổ dừng ở một dòng khác dòng cuối đã ghi")
    return Verified(head=kept, broken=broken, passed=None if seal is None else met)


class _Replaced:
    """Whether each entry about a sale says that it was replaced when the next one about it was recorded."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, datetime | None]] = {}
        self._wrong: set[int] = set()

    def note(self, row: NamedRow) -> None:
        order_id = row["order_id"]
        if order_id is None:
            return
        if order_id in self._open:
            number, replaced_at = self._open[order_id]
            if replaced_at != row["recorded_at"]:
                self._wrong.add(number)
        self._open[order_id] = row["number"], row["replaced_at"]

    @property
    def broken(self) -> Broken | None:
        still_open = (number for number, replaced_at in self._open.values() if replaced_at is not None)
        first = min((*self._wrong, *still_open), default=None)
        return Broken(number=first, fault="ghi sai lúc được thay bằng dòng sau") if first else None


def _entries(session: Session, commune_id: int) -> Iterator[NamedRow]:
    after = 0
    while rows := _ENTRIES.named(session.connection(), {"commune_id": commune_id, "after": after}):
        yield from rows
        after = rows[-1]["number"]


def _fault(row: NamedRow, number: int, before: str) -> str | None:
    if row["number"] != number + 1:
        return "dòng này không còn"
    names = EvidenceEntry.__dataclass_fields__
    if EvidenceEntry(**{name: row[name] for name in names}).sealed(before) != row["seal"]:
        return "nội dung không khớp với dấu niêm phong"
    return None
