"""A file is an account: every sheet, column, row and cell of a table that people send is read, or named as left out.

Of no trade: what the titles mean is said by a `Vocabulary`. Cells in = cells read + cells left, for any file.
"""

import enum
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from market.base.spreadsheets.sheet import Place, Row, Sheet
from market.values.text import fold

SHEET_ROWS = 100_000
"""What the number of a row grows by for each sheet before its own: row 5 of the second sheet is 100005."""
SKIPPED = "-"
"""The field of a column that is of no use (a running number, a remark)."""
HEADER_WITHIN = 15
_GUESSED_WITH = 4
_INDEX = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z])\)?")
_NUMBERING = re.compile(r"\(?(?:\d{1,5}|[ivxIVX]{1,5}|[a-zA-Z])[.)]?")
_TOTAL = re.compile(r"(?:tong|cong|tong cong|tong so)(?: (?:so|cong|la|toan xa|ho|co so))*(?: \d.*)?")
_SIGNED = re.compile(
    r"(?:nguoi|can bo) (?:lap|thuc hien|tong hop|ke khai)\b.*|(?:tm|kt|tl) .*|(?:pho )?chu tich.*|thu truong.*|"
    r"truong thon.*|ky (?:va )?ghi ro.*|ky ten.*|noi nhan.*|xac nhan cua.*|.*ngay \d* ?thang \d* ?nam.*"
)
_TITLE_MOST = 80


class CellFate(enum.Enum):
    """What became of cells."""

    READ = enum.auto()
    HEADER = enum.auto()
    TITLE = enum.auto()
    HEADING = enum.auto()
    INDEX = enum.auto()
    FOOT = enum.auto()
    EMPTY = enum.auto()
    SKIPPED = enum.auto()
    UNKNOWN = enum.auto()
    TWICE = enum.auto()
    UNTITLED = enum.auto()
    HIDDEN_SHEET = enum.auto()
    NO_HEADER = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """How a trade reads its tables.

    `field_of`: a title -> its field, SKIPPED, or "" for one that is not understood. `is_header`: whether a row with
    these fields begins a table. `headings_of`: the fields that a text standing alone (a title, a heading between rows,
    a sheet's name) speaks of for the rows below. `needed`: the fields without which a row may be a foot.
    `header_within`: in how many rows from the top a header is looked for.
    """

    field_of: Callable[[str], str]
    is_header: Callable[[Collection[str]], bool]
    headings_of: Callable[[str], Collection[str]]
    needed: tuple[str, ...]
    header_within: int = HEADER_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A row below a header: field -> text of its cells that are not empty, and what a heading above says for it.

    `numbers`, `turned`: the fields whose cell held a number, or was written for an old font. `texts`: the whole row.
    """

    number: int
    cells: Mapping[str, str]
    headings: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    turned: frozenset[str] = frozenset()
    texts: Row = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its title as written, the field it is read as, SKIPPED or "". `sample`: its first text.
    One that is hidden is read like any other."""

    at: int
    title: str
    field: str
    sample: str = ""
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Cells that are not read as a row's: which, and why. `row`: from 1, 0 for a whole column or sheet."""

    fate: CellFate
    cells: int
    text: str
    row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What was made of one sheet; `position` from 0. `cells` came in, of which `read` are its lines'."""

    sheet: str
    position: int
    cells: int
    read: int = 0
    columns: Sequence[Column] = ()
    lines: Sequence[TableLine] = ()
    left: Sequence[Left] = ()
    is_guessed: bool = False
    tells_errors: bool = True

    @property
    def titles(self) -> Row:
        return tuple(column.title for column in self.columns)

    @property
    def is_read(self) -> bool:
        return bool(self.columns) and not self.is_guessed


def row_place(number: int) -> tuple[int, int]:
    """Sheet from 0 and row from 1 of a row's number."""
    return divmod(number, SHEET_ROWS)


def take_in(sheets: Iterable[Sheet], words: Vocabulary) -> list[Table]:
    """What each sheet of a file holds."""
    return [_table(sheet, position, words) for position, sheet in enumerate(sheets)]


def _table(sheet: Sheet, position: int, words: Vocabulary) -> Table:
    cells = sum(map(len, _filled_places(sheet)))
    whole = {"sheet": sheet.name, "position": position, "cells": cells, "tells_errors": sheet.tells_errors}
    if not cells:
        return Table(**whole)  # type: ignore[arg-type]
    header = _header(sheet.rows, words)
    if sheet.is_hidden or header is None:
        fate = CellFate.HIDDEN_SHEET if sheet.is_hidden else CellFate.NO_HEADER
        left = [Left(fate=fate, cells=cells, text=sheet.name)]
        guess = None if sheet.is_hidden else _guessed(sheet.rows, words)
        return Table(**whole, left=left, columns=guess or (), is_guessed=guess is not None)  # type: ignore[arg-type]
    reader = _Reader(sheet=sheet, position=position, words=words, header=header)
    reader.go_through()
    columns = [replace(one, is_hidden=one.at in sheet.hidden_columns) for one in header.columns]
    return Table(**whole, read=reader.read, columns=columns, lines=reader.lines, left=reader.all_left())  # type: ignore[arg-type]


def _filled_places(sheet: Sheet) -> list[list[int]]:
    """By row the columns of the cells that say something of their own."""
    return [
        [column for column, text in enumerate(row) if text and (at, column) not in sheet.filled]
        for at, row in enumerate(sheet.rows)
    ]


# --- the header -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """Rows `first` to `last` (both included, from 0)."""

    first: int
    last: int
    columns: Sequence[Column]

    @property
    def fields(self) -> set[str]:
        return {column.field for column in self.columns} - {"", SKIPPED}


def _header(rows: Sequence[Row], words: Vocabulary) -> _Header | None:
    """The header of one or two lines that says most; the first of equal ones."""
    found: list[_Header] = []
    for last in range(min(len(rows), words.header_within)):
        for first in (last, last - 1):
            if first >= 0 and (first == last or _is_second_line(rows[first], rows[last], words)):
                found.append(_Header(first=first, last=last, columns=_columns(rows, first, last, words)))
    headers = [one for one in found if words.is_header(one.fields)]
    return max(headers, key=lambda one: len(one.fields), default=None)


def _is_second_line(upper: Row, row: Row, words: Vocabulary) -> bool:
    """Whether a row goes on with the titles above it: most of what it says is a title by itself, or said again."""
    told = [(above, text) for above, text in zip(_padded(upper, len(row)), row, strict=False) if text]
    again = sum(1 for above, text in told if above == text or words.field_of(text))
    return bool(told) and 2 * again >= len(told) and sum(1 for text in upper if text) > 1


def _padded(row: Row, length: int) -> Row:
    return (*row, *[""] * (length - len(row)))


def _columns(rows: Sequence[Row], first: int, last: int, words: Vocabulary) -> list[Column]:
    width = max(len(rows[first]), len(rows[last]))
    titles = [_title(_padded(rows[first], width), _padded(rows[last], width), at, words) for at in range(width)]
    below = max((len(row) for row in rows[last + 1 :]), default=0)
    titles += [("", "")] * (below - width)
    samples = _samples(rows[last + 1 :], len(titles))
    return [Column(at=at, title=title, field=said, sample=samples[at]) for at, (title, said) in enumerate(titles)]


def _title(upper: Row, lower: Row, at: int, words: Vocabulary) -> tuple[str, str]:
    """The title of a column and its field: its lowest line's, else both lines' together, else the upper one's."""
    text = lower[at]
    if upper is lower or upper[at] == text or not any(upper):
        return text, words.field_of(text)
    group = next((one for one in reversed(upper[: at + 1]) if one), "") if text else upper[at]
    both = f"{group} {text}".strip()
    said = words.field_of(text) if text else ""
    return (text, said) if said else (both, words.field_of(both))


def _samples(rows: Sequence[Row], width: int) -> list[str]:
    samples = [""] * width
    for row in rows[:200]:
        for at, text in enumerate(row):
            if text and not samples[at] and not _INDEX.fullmatch(text):
                samples[at] = text[:40]
    return samples


def _guessed(rows: Sequence[Row], words: Vocabulary) -> list[Column] | None:
    """The columns of what looks like a header whose titles are not understood; a person can say what they are."""
    for at, row in enumerate(rows[: words.header_within]):
        told = [text for text in row if text]
        is_titles = len(told) >= _GUESSED_WITH and all(len(t) <= _TITLE_MOST and not t[0].isdigit() for t in told)
        if is_titles and len(set(told)) == len(told) and len(rows) > at + 1:
            return _columns(rows, at, at, words)
    return None


# --- the rows -------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Goes through a sheet's rows and says of each cell what became of it."""

    sheet: Sheet
    position: int
    words: Vocabulary
    header: _Header
    lines: list[TableLine] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    read: int = 0
    headings: dict[str, str] = field(default_factory=dict)
    is_over: bool = False
    by_column: Counter[int] = field(default_factory=Counter)
    readable: dict[int, str] = field(default_factory=dict)
    twice: set[int] = field(default_factory=set)

    def go_through(self) -> None:
        self._note_heading(self.sheet.name)
        for column in self.header.columns:
            if column.field and column.field != SKIPPED:
                is_second = column.field in self.readable.values()
                (self.twice.add(column.at) if is_second else self.readable.update({column.at: column.field}))
        for at, own in enumerate(_filled_places(self.sheet)):
            row = self.sheet.rows[at]
            if any(row):
                self._take(at, row, own)

    def _take(self, at: int, row: Row, own: Sequence[int]) -> None:
        fate = self._fate(at, row)
        if fate is not CellFate.READ:
            self.is_over = self.is_over or fate is CellFate.FOOT
            self._leave(fate, at, row, own)
            return
        self.is_over = False
        self.read += sum(1 for column in own if column in self.readable)
        self.by_column.update(column for column in own if column not in self.readable)
        self.lines.append(self._line(at, row))

    def _leave(self, fate: CellFate, at: int, row: Row, own: Sequence[int]) -> None:
        text = " · ".join(row[column] for column in own)
        if fate in (CellFate.TITLE, CellFate.HEADING):
            for alone in dict.fromkeys(text for text in row if text):
                self._note_heading(alone)
        if own:
            self.left.append(Left(fate=fate, cells=len(own), text=text[:120], row=at + 1))

    def _note_heading(self, text: str) -> None:
        self.headings |= dict.fromkeys(self.words.headings_of(text), text)

    def _fate(self, at: int, row: Row) -> CellFate:
        if at <= self.header.last:
            return CellFate.TITLE if at < self.header.first else CellFate.HEADER
        told = [text for text in row if text]
        if all(_INDEX.fullmatch(text) for text in told) and len(told) > 1:
            return CellFate.INDEX
        if self._is_header_again(row):
            return CellFate.HEADER
        alone = {text for text in told if not _NUMBERING.fullmatch(text)}
        if len(alone) == 1 and self.words.headings_of(next(iter(alone))):
            return CellFate.HEADING
        if self._is_foot(row, told):
            return CellFate.FOOT
        return (
            CellFate.READ
            if any(text and column in self.readable for column, text in enumerate(row))
            else CellFate.EMPTY
        )

    def _is_header_again(self, row: Row) -> bool:
        """A table that goes on on another page says its titles again."""
        told = [(column, text) for column, text in enumerate(row) if text]
        titles = self.sheet.rows[self.header.last], self.sheet.rows[self.header.first]
        return len(told) > 1 and any(
            all(column < len(title) and fold(title[column]) == fold(text) for column, text in told) for title in titles
        )

    def _is_foot(self, row: Row, told: Sequence[str]) -> bool:
        said = {self.readable[column] for column, text in enumerate(row) if text and column in self.readable}
        if said.issuperset(self.words.needed):
            return False
        first = [fold(text) for text in told if not _NUMBERING.fullmatch(text)]
        if any(_SIGNED.fullmatch(text) for text in first) or (first and _TOTAL.fullmatch(first[0])):
            return True
        return self.is_over and 2 * len(told) <= len(self.readable)

    def _line(self, at: int, row: Row) -> TableLine:
        cells = {said: row[column] for column, said in self.readable.items() if column < len(row) and row[column]}
        return TableLine(
            number=self.position * SHEET_ROWS + at + 1,
            cells=cells,
            headings=dict(self.headings),
            numbers=self._fields_of(at, self.sheet.numbers),
            turned=self._fields_of(at, self.sheet.turned),
            texts=row,
            is_hidden=at in self.sheet.hidden_rows,
        )

    def _fields_of(self, at: int, places: Collection[Place]) -> frozenset[str]:
        return frozenset(said for column, said in self.readable.items() if (at, column) in places)

    def all_left(self) -> list[Left]:
        """What was left of the rows, after it the columns that were."""
        return [*self.left, *self._columns_left()]

    def _columns_left(self) -> Iterator[Left]:
        for column in self.header.columns:
            if cells := self.by_column[column.at]:
                yield Left(fate=self._fate_of(column), cells=cells, text=column.title)

    def _fate_of(self, column: Column) -> CellFate:
        if column.at in self.twice:
            return CellFate.TWICE
        if column.field == SKIPPED:
            return CellFate.SKIPPED
        return CellFate.UNKNOWN if column.title else CellFate.UNTITLED
