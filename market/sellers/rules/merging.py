"""Which rows of a spreadsheet are new businesses, which are known ones, and which must be asked about."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from typing import Self

from market.base.spreadsheets.intake import row_place
from market.sellers.rules.reading import RegisterRow
from market.sellers.rules.register import BusinessKind, BusinessStatus, reason_against_day
from market.values.phone import Phone
from market.values.ranges import ranges_text
from market.values.taxid import TaxId

HISTORIC = frozenset({"kind", "hamlet_id", "status"})
IDENTITY = frozenset({"name", "hamlet_id", "phone", "tax_id"})
"""By what a business is known: a row that a person says is one with others of these is joined to it."""
FIELDS = ("name", "kind", "hamlet_id", "tax_id", "owner_name", "phone", "trade", "address", "status")


def kept_values(row: RegisterRow) -> dict[str, str]:
    """What a row says, as it is stored: field -> value."""
    told = {name: getattr(row, name) for name in (*FIELDS, "valid_from")}
    return {name: str(value) for name, value in told.items() if value is not None}


def row_of_values(kept: Mapping[str, str]) -> RegisterRow:
    """The row that `kept_values` was made of."""
    day, state = kept.get("valid_from"), kept.get("status")
    return RegisterRow(
        name=kept["name"],
        kind=BusinessKind(kept["kind"]),
        hamlet_id=int(kept["hamlet_id"]),
        tax_id=TaxId(kept["tax_id"]) if "tax_id" in kept else None,
        owner_name=kept.get("owner_name"),
        phone=Phone.stored(kept["phone"]) if "phone" in kept else None,
        trade=kept.get("trade"),
        address=kept.get("address"),
        status=BusinessStatus(state) if state else None,
        valid_from=date.fromisoformat(day) if day else None,
    )


class RowOutcome(enum.StrEnum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    ASKED = "asked"
    """It may be a business that the register has under another name, phone or hamlet: a person says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBusiness:
    """A business of the register as far as a row can speak of it; `since` is the day of its history's newest line."""

    id: int
    said: RegisterRow
    since: date | None = None
    unread: frozenset[tuple[str, str]] = frozenset()
    """Field and text of the cells that files brought and nobody could read."""
    also: tuple[RegisterRow, ...] = ()
    """What was said of those that a person merged into it: a row that says the same speaks of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a row: `said` is the whole business after it, `before` what was known of it (None: nothing),
    `fields` those that change. `reason`: why it is refused, or which of its cells is left out. `turn`: a row of a later
    one may need that those of earlier ones were taken in; `says` is what stands in the row itself; `means` the business
    that a person said it is, `near` the one that it may be, `near_row` the row of the file that may say the same.
    `own`: the row without what was `joined` to it, `mark`: what it is known again by in the next file."""

    number: int
    name: str
    outcome: RowOutcome
    reason: str = ""
    business_id: int | None = None
    said: RegisterRow | None = None
    before: RegisterRow | None = None
    fields: Sequence[str] = ()
    turn: int = field(default=0, compare=False)
    says: RegisterRow | None = field(default=None, compare=False)
    means: int | None = field(default=None, compare=False)
    near: int | None = field(default=None, compare=False)
    near_row: int | None = field(default=None, compare=False)
    own: RegisterRow | None = field(default=None, compare=False)
    mark: str = field(default="", compare=False)
    joined: tuple["NumberedRow", ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became, or would become, of a file's rows."""

    decisions: Sequence[Decision]

    def count(self, outcome: str) -> int:
        return sum(decision.outcome == outcome for decision in self.decisions)

    @property
    def refused(self) -> list[Decision]:
        return [decision for decision in self.decisions if decision.outcome is RowOutcome.REFUSED]

    @property
    def asked(self) -> list[Decision]:
        return [decision for decision in self.decisions if decision.outcome is RowOutcome.ASKED]

    @property
    def partly_read(self) -> list[Decision]:
        """The rows that are taken but for a cell, or with one that is worth a second look."""
        not_taken = (RowOutcome.REFUSED, RowOutcome.ASKED)
        return [one for one in self.decisions if one.reason and one.outcome not in not_taken]

    def without(self, left: Mapping[int, str]) -> "ImportReport":
        """The report once these rows stayed out, each for its reason."""
        return ImportReport(
            decisions=[
                replace(one, outcome=RowOutcome.REFUSED, reason=left[one.number]) if one.number in left else one
                for one in self.decisions
            ]
        )

    @property
    def changes(self) -> list[Decision]:
        """The rows that enter or change a business, in the order in which they can be taken in one after the other."""
        changes = [one for one in self.decisions if one.outcome in (RowOutcome.CREATED, RowOutcome.UPDATED)]
        return sorted(changes, key=lambda one: (one.turn, one.number))


def row_words(number: int) -> str:
    """Which row of a file a number is: `dòng 5`, and of a sheet after the first `trang 2, dòng 5`."""
    sheet, row = row_place(number)
    return f"trang {sheet + 1}, dòng {row}" if sheet else f"dòng {row}"


def rows_words(numbers: Iterable[int]) -> str:
    """Many of them: `dòng 2-4, 7; trang 2, dòng 2`."""
    by_sheet: dict[int, list[int]] = {}
    for number in numbers:
        sheet, row = row_place(number)
        by_sheet.setdefault(sheet, []).append(row)
    told = ((sheet, ranges_text(rows)) for sheet, rows in sorted(by_sheet.items()))
    return "; ".join(f"trang {sheet + 1}, dòng {rows}" if sheet else f"dòng {rows}" for sheet, rows in told)


class _Unclear(ValueError):
    """The row may mean another business than it seems to: a person must say which."""


@dataclass(slots=True, kw_only=True)
class _Entry:
    """A business while the rows are gone through; `taken_by` is the row that has spoken of it."""

    id: int | None
    said: RegisterRow
    since: date | None = None
    taken_by: int | None = None
    unread: frozenset[tuple[str, str]] = frozenset()
    also: tuple[RegisterRow, ...] = ()


Key = tuple[str, int, str | None]


def _key(said: RegisterRow) -> Key:
    """By what two rows without tax codes are the same: name as written, hamlet, phone."""
    return (said.name.casefold(), said.hamlet_id, said.phone)


@dataclass(slots=True)
class _Book:
    """The register while the rows are gone through, found by tax code, by key, and by name and hamlet."""

    today: date
    by_id: dict[int, _Entry] = field(default_factory=dict)
    by_tax: dict[str, _Entry] = field(default_factory=dict)
    by_key: dict[Key, list[_Entry]] = field(default_factory=dict)
    by_name: dict[tuple[str, int], list[_Entry]] = field(default_factory=dict)
    by_merged: dict[Key | str, _Entry] = field(default_factory=dict)
    """By what merged ones were called, where no other one is."""

    @classmethod
    def of(cls, known: Iterable[KnownBusiness], *, today: date) -> Self:
        book = cls(today=today)
        for one in known:
            book.put(_Entry(id=one.id, said=one.said, since=one.since, unread=one.unread, also=one.also))
        return book

    def untaken(self) -> Self:
        """As the next run of a file finds it: no row has spoken of any business yet."""
        for entry in chain.from_iterable(self.by_key.values()):
            entry.taken_by = None
        return self

    def put(self, entry: _Entry) -> None:
        key = _key(entry.said)
        if entry.id is not None:
            self.by_id[entry.id] = entry
        if entry.said.tax_id:
            self.by_tax[entry.said.tax_id] = entry
        self.by_key.setdefault(key, []).append(entry)
        self.by_name.setdefault(key[:2], []).append(entry)
        for merged in entry.also:
            self.by_merged |= dict.fromkeys(filter(None, (_key(merged), merged.tax_id)), entry)

    def change(self, entry: _Entry, said: RegisterRow) -> None:
        """Bring a business to what is now said of it: a tax code once known stays."""
        key = _key(entry.said)
        self.by_key[key].remove(entry)
        self.by_name[key[:2]].remove(entry)
        entry.said = said
        self.put(entry)

    def find(self, numbered: "NumberedRow") -> _Entry | None:
        """The business a row speaks of; None where it is a new one; _Unclear where nobody can tell."""
        row = numbered.row
        if numbered.means in self.by_id:
            return self.by_id[numbered.means]
        if row.tax_id and row.tax_id in self.by_tax:
            return self.by_tax[row.tax_id]
        same = self.by_key.get(_key(row), [])
        if len(same) > 1:
            raise _Unclear("Trong sổ có nhiều cơ sở cùng tên, cùng thôn như vậy; ghi mã số thuế hoặc số điện thoại.")
        if same:
            return self._agreeing(same[0], row)
        if merged := self.by_merged.get(row.tax_id or _key(row)) or self.by_merged.get(_key(row)):
            return merged
        return self._lacking_phone(row)

    @staticmethod
    def _agreeing(entry: _Entry, row: RegisterRow) -> _Entry:
        if row.tax_id and entry.said.tax_id:
            raise _Unclear(f"Cơ sở cùng tên, thôn, số điện thoại đã có trong sổ với mã số thuế {entry.said.tax_id}.")
        return entry

    def _lacking_phone(self, row: RegisterRow) -> _Entry | None:
        """The one namesake whose phone is not known yet, when the row tells it."""
        namesakes = [
            entry
            for entry in self.by_name.get(_key(row)[:2], [])
            if not (row.tax_id and entry.said.tax_id) and (row.phone is None or entry.said.phone is None)
        ]
        if not namesakes:
            return None
        if row.phone is None or len(namesakes) > 1:
            raise _Unclear("Trong sổ đã có cơ sở cùng tên, cùng thôn; ghi số điện thoại hoặc mã số thuế để phân biệt.")
        return namesakes[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedRow:
    """A row that reads well, and its number in the file; `means`: the business that a person said it is. `mark`: what
    it is known again by; `joined`: the rows that a person said say the same, with what they fill in of it; `own`: the
    row without that."""

    number: int
    row: RegisterRow
    means: int | None = None
    mark: str = ""
    joined: tuple["NumberedRow", ...] = ()
    own: RegisterRow | None = None

    @property
    def unread(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.field, one.text) for one in self.row.cells)


def by_content(numbered: NumberedRow) -> tuple[int, int, str, int]:
    """The fullest row first, equal ones by what they say, cells that nobody can read among it: whatever order a file
    has them in."""
    said = [getattr(numbered.row, name) for name in (*FIELDS, "valid_from")]
    text = repr([[str(one) for one in said], sorted(numbered.unread)])
    return -sum(1 for one in said if one is not None), -len(numbered.unread), text, numbered.number


def plan(rows: Sequence[NumberedRow], known: Iterable[KnownBusiness], *, today: date) -> list[Decision]:
    """What becomes of each row, by their numbers. Their order says nothing: a row may clear the way for any other.

    An empty cell leaves what is known. No two businesses end up with the same tax code, nor with the same name, hamlet
    and phone through a row. Going through the same rows again changes nothing more: a row whose business another row
    would then take is refused, for a person to say which is meant.
    """
    register, ordered = list(known), sorted(rows, key=by_content)
    repeats = _repeats(ordered)
    told_once = [numbered for numbered in ordered if numbered.number not in repeats]
    unclear: dict[int, Decision] = {}
    while True:
        book = _Book.of(register, today=today)
        decided = _gone_through(book, [numbered for numbered in told_once if numbered.number not in unclear])
        again = _gone_through(book.untaken(), told_once)
        lost = [one for one in told_once if _is_lost(one.number, decided, again)]
        if not lost:
            return [one for _number, one in sorted((repeats | unclear | decided).items())]
        unclear |= {numbered.number: _refused(numbered, _MIXED_UP) for numbered in lost}


_MIXED_UP = "Tệp có dòng khác cùng tên, cùng thôn với dòng này; ghi số điện thoại hoặc mã số thuế để phân biệt."


def _gone_through(book: _Book, rows: Sequence[NumberedRow]) -> dict[int, Decision]:
    """What becomes of each row by its number, the refused ones tried again as long as others clear their way."""
    decided: dict[int, Decision] = {}
    waiting = rows
    turns = count()
    while waiting:
        turn = next(turns)
        for numbered in waiting:
            decided[numbered.number] = replace(
                _decide(book, numbered),
                turn=turn,
                says=numbered.row,
                means=numbered.means,
                mark=numbered.mark,
                joined=numbered.joined,
                own=numbered.own,
            )
        refused = [numbered for numbered in waiting if decided[numbered.number].outcome is RowOutcome.REFUSED]
        if len(refused) == len(waiting):
            break
        waiting = refused
    return decided


def _is_lost(number: int, decided: Mapping[int, Decision], again: Mapping[int, Decision]) -> bool:
    """Whether a row was taken in that would not find the same business a second time."""
    is_taken_in = number in decided and decided[number].outcome is not RowOutcome.REFUSED
    return is_taken_in and again[number].outcome is not RowOutcome.UNCHANGED


def _repeats(rows: Sequence[NumberedRow]) -> dict[int, Decision]:
    """The rows that say again what a fuller one does, by tax code or by name, hamlet and phone: refused."""
    first: dict[Key | str, int] = {}
    refused: dict[int, Decision] = {}
    for numbered in rows:
        marks = [mark for mark in (numbered.row.tax_id, _key(numbered.row)) if mark]
        earlier = next((first[mark] for mark in marks if mark in first), None)
        if earlier is not None:
            refused[numbered.number] = _refused(numbered, f"Trùng với {row_words(earlier)} của tệp.")
        for mark in marks:
            first.setdefault(mark, numbered.number)
    return refused


def _refused(numbered: NumberedRow, reason: str) -> Decision:
    reason = f"{reason} {numbered.row.unread}".rstrip()
    return Decision(number=numbered.number, name=numbered.row.name, outcome=RowOutcome.REFUSED, reason=reason)


def _decide(book: _Book, numbered: NumberedRow) -> Decision:
    row, number = numbered.row, numbered.number
    try:
        entry = book.find(numbered)
        if entry is None:
            _refuse_day(book, row, None)
            return _enter(book, numbered)
        _take(entry, number)
        before = entry.said
        said = _merged(before, row, entry.also)
        _refuse_twin(book, entry, said)
        changed = tuple(name for name in FIELDS if getattr(before, name) != getattr(said, name))
        if HISTORIC & set(changed):
            _refuse_day(book, row, entry.since)
    except _Unclear as error:
        return _refused(numbered, str(error))
    is_new = bool(changed) or not numbered.unread <= entry.unread
    entry.unread |= numbered.unread
    book.change(entry, said)
    return Decision(
        number=number,
        name=row.name,
        outcome=RowOutcome.UPDATED if is_new else RowOutcome.UNCHANGED,
        reason=row.unread,
        business_id=entry.id,
        said=said,
        before=before,
        fields=changed,
    )


def _enter(book: _Book, numbered: NumberedRow) -> Decision:
    row, number = numbered.row, numbered.number
    said = replace(row, status=row.status or BusinessStatus.ACTIVE)
    book.put(_Entry(id=None, said=said, taken_by=number, unread=numbered.unread))
    return Decision(number=number, name=said.name, outcome=RowOutcome.CREATED, reason=row.unread, said=said)


def _take(entry: _Entry, number: int) -> None:
    """Let a row speak of a business, unless another row of the file has done so."""
    if entry.taken_by not in (None, number):
        raise _Unclear(f"Trùng với {row_words(entry.taken_by)} của tệp.")
    entry.taken_by = number


def _merged(known: RegisterRow, row: RegisterRow, also: Sequence[RegisterRow] = ()) -> RegisterRow:
    """What is known after the row: its empty cells leave what was known. Of a row that is called like a merged business
    only what it says anew: what the merged one said, a person has compared already."""
    told = {name: getattr(row, name) for name in (*FIELDS, "valid_from") if getattr(row, name) is not None}
    compared = next((one for one in also if _key(one) == _key(row) or (row.tax_id and one.tax_id == row.tax_id)), None)
    if compared is not None:
        told = {name: value for name, value in told.items() if value != getattr(compared, name)}
    return replace(known, **told)


def _refuse_day(book: _Book, row: RegisterRow, since: date | None) -> None:
    if reason := reason_against_day(row.valid_from or book.today, since, today=book.today):
        raise _Unclear(reason)


def _refuse_twin(book: _Book, entry: _Entry, said: RegisterRow) -> None:
    if any(other is not entry for other in book.by_key.get(_key(said), [])) and _key(said) != _key(entry.said):
        raise _Unclear("Sửa như dòng này thì trùng tên, thôn và số điện thoại với một cơ sở khác trong sổ.")
