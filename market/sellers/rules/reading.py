"""Reads a row of the commune's own spreadsheet: kinds, hamlets and states in whatever words it uses.

What the register cannot do without (name, kind, hamlet) refuses the row; any other cell that is not understood counts
as empty, and is told with what stands in it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from market.base.spreadsheets.intake import TableLine
from market.base.spreadsheets.sheet import Row
from market.sellers.rules.cells import error_in, read_day, read_phone, read_tax_id
from market.sellers.rules.kinds import kind_in_name, kind_named, state_named
from market.sellers.rules.places import HamletNames
from market.sellers.rules.register import BusinessKind, BusinessStatus
from market.sellers.rules.titles import FIELD_TITLES, REQUIRED
from market.values.old_fonts import is_odd
from market.values.period import format_date
from market.values.phone import Phone
from market.values.taxid import TaxId
from market.values.text import fold

T = TypeVar("T")
_SOON = timedelta(days=366)
"""A day within it says that the row is not true yet; a later one is a slip of the pen."""


LONGEST_UNREAD = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadText:
    """A cell that counts as empty, or of which a part was left, as it stands in the file, and why."""

    field: str
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """What a row says of a business; None is an empty cell, which says nothing."""

    name: str
    kind: BusinessKind
    hamlet_id: int
    tax_id: TaxId | None = None
    owner_name: str | None = None
    phone: Phone | None = None
    trade: str | None = None
    address: str | None = None
    status: BusinessStatus | None = None
    valid_from: date | None = None
    unread: str = field(default="", compare=False)
    """The sentences on cells that count as empty, or are worth a second look."""
    cells: tuple[UnreadText, ...] = field(default=(), compare=False)
    """The cells that were not read, or not whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRow:
    """A row as typed: its number in the file (`row_place`), and field -> text of its cells that are not empty.

    `headings`: what stands above it for all its rows. `numbers`: the fields that held a number. `texts`: the whole row.
    """

    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str] = field(default_factory=dict, compare=False)
    numbers: frozenset[str] = field(default=frozenset(), compare=False)
    turned: frozenset[str] = field(default=frozenset(), compare=False)
    texts: Row = field(default=(), compare=False)
    is_hidden: bool = field(default=False, compare=False)

    @property
    def name(self) -> str:
        """The name; where the sheet has none, the owner's."""
        return self.cells.get("name") or self.cells.get("owner_name", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people of a commune said that words of its sheets mean, by folded text."""

    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, BusinessKind] = field(default_factory=dict)
    states: Mapping[str, BusinessStatus] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rows are read beside: the commune's hamlets and words, the phones and tax codes of its register."""

    hamlets: HamletNames
    words: Words = field(default_factory=Words)
    phones: Collection[Phone | None] = ()
    tax_ids: Collection[str | None] = ()
    today: date | None = None


def typed_row(line: TableLine) -> TypedRow:
    return TypedRow(
        number=line.number,
        cells=line.cells,
        headings=line.headings,
        numbers=line.numbers,
        turned=line.turned,
        texts=line.texts,
        is_hidden=line.is_hidden,
    )


def read_row(
    typed: TypedRow, hamlets: HamletNames, phones: Collection[Phone | None] = (), *, known: Known | None = None
) -> RegisterRow:
    """The row's values; ValueError with every fault of it, each a sentence. `phones` are those of the register, numbers
    whatever the plan says now; `known` says all of that and more."""
    cells = _Cells(typed=typed, known=known or Known(hamlets=hamlets, phones=phones))
    name, kind, hamlet_id = cells.name(), cells.kind(), cells.hamlet()
    said = RegisterRow(
        name=name or "",
        kind=kind or BusinessKind.INDIVIDUAL,
        hamlet_id=hamlet_id or 0,
        tax_id=cells.tax_id(),
        owner_name=cells.text("owner_name", 100),
        phone=cells.phone(),
        trade=cells.text("trade", 300),
        address=cells.text("address", 300),
        status=cells.status(),
        valid_from=cells.valid_from(),
        unread=" ".join(cells.all_notes()),
        cells=tuple(cells.unread),
    )
    if cells.faults or cells.missing:
        missing = [f"Thiếu {', '.join(cells.missing)}."] if cells.missing else []
        raise ValueError(" ".join([*missing, *cells.faults, *cells.notes]))
    return said


@dataclass(slots=True, kw_only=True)
class _Cells:
    """Reads cells one by one; gathers the faults that refuse the row, and the notes on cells that do not."""

    typed: TypedRow
    known: Known
    faults: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unread: list[UnreadText] = field(default_factory=list)

    def all_notes(self) -> list[str]:
        typed = self.typed
        hidden = ["Dòng này đang bị ẩn trong tệp, mời xem có đúng là cần ghi."] if typed.is_hidden else []
        turned = ["Chữ viết bằng phông cũ, chợ đã đổi; mời xem lại."] if typed.turned else []
        return [*self.notes, *hidden, *turned]

    def name(self) -> str | None:
        name = self._needed("name", self.typed.name)
        if name is not None and is_odd(name):
            self.faults.append(f"Tên “{name[:40]}” có chữ không đọc được, có thể do phông chữ cũ; mời gõ lại.")
        if name is not None and len(name) > 200:
            self.faults.append(_too_long(name, 200))
        return name

    def kind(self) -> BusinessKind | None:
        typed = self.typed.cells.get("kind")
        if not typed:
            heading = self.typed.headings.get("kind")
            meant = self._quietly(kind_named, heading) or kind_in_name(self.typed.name)
            if not meant:
                self.missing.append(REQUIRED["kind"])
            return meant
        return self._fault_of("kind", typed, self._kind_named)

    def _kind_named(self, text: str) -> BusinessKind:
        return self.known.words.kinds.get(fold(text)) or kind_named(text)

    def hamlet(self) -> int | None:
        typed = self.typed.cells.get("hamlet")
        if not typed:
            told = (self.typed.headings.get("hamlet"), self.typed.cells.get("address"))
            meant = next(filter(None, (self._quietly(self.known.hamlets.find, text) for text in told)), None)
            if not meant:
                self.missing.append(REQUIRED["hamlet"])
            return meant
        return self._fault_of("hamlet", typed, self.known.hamlets.find)

    @staticmethod
    def _quietly(reader: Callable[[str], T], text: str | None) -> T | None:
        try:
            return reader(text) if text else None
        except ValueError:
            return None

    def _needed(self, field: str, text: str | None) -> str | None:
        """The text, or the fault that it is not there."""
        if text and not error_in(text):
            return text
        if text:
            self.faults.append(f"Ô {REQUIRED[field]} báo lỗi {text[:40]}.")
        else:
            self.missing.append(REQUIRED[field])
        return None

    def _fault_of(self, field: str, text: str, reader: Callable[[str], T]) -> T | None:
        if self._needed(field, text) is None:
            return None
        try:
            return reader(text)
        except ValueError as error:
            self.faults.append(str(error))
            return None

    def _optional(self, field: str, reader: Callable[[str], T]) -> T | None:
        text = self.typed.cells.get(field)
        if not text:
            return None
        if error_in(text):
            self._leave(field, text, f"Ô {FIELD_TITLES[field]} báo lỗi {text[:40]} nên chưa ghi.")
            return None
        try:
            return reader(text)
        except ValueError as error:
            self._leave(field, text, str(error))
            return None

    def _leave(self, field: str, text: str, why: str) -> None:
        self.notes.append(why)
        self.unread.append(UnreadText(field=field, text=text[:LONGEST_UNREAD], why=why))

    def text(self, field: str, longest: int) -> str | None:
        return self._optional(field, lambda text: _short(text, longest))

    def phone(self) -> Phone | None:
        read = self._optional("phone", lambda text: read_phone(text, self.known.phones))
        if read is None:
            return None
        number, more = read
        if more:
            self._leave("phone", self.typed.cells["phone"], more)
        return number

    def tax_id(self) -> TaxId | None:
        was_number = "tax_id" in self.typed.numbers
        return self._optional("tax_id", lambda t: read_tax_id(t, was_number=was_number, known=self.known.tax_ids))

    def status(self) -> BusinessStatus | None:
        return self._optional("status", lambda text: self.known.words.states.get(fold(text)) or _state(text))

    def valid_from(self) -> date | None:
        return self._noted("valid_from", self._day)

    def _day(self, text: str) -> tuple[date, str]:
        day, note = read_day(text)
        if self.known.today and day > self.known.today + _SOON:
            raise ValueError(f"Ngày {format_date(day)} còn xa nên chưa ghi.")
        return day, note

    def _noted(self, field: str, reader: Callable[[str], tuple[T, str]]) -> T | None:
        read = self._optional(field, reader)
        if read is None:
            return None
        value, note = read
        self.notes += [note] if note else []
        return value


def _state(text: str) -> BusinessStatus:
    try:
        return state_named(text)
    except ValueError as error:
        raise ValueError(f"{error} Tình trạng chưa ghi.") from error


def _too_long(text: str, longest: int) -> str:
    return f"“{text[:30]}…” dài quá {longest} chữ."


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValueError(f"{_too_long(text, longest)} Ô này chưa ghi.")
    return text
