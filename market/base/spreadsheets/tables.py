"""Tables that people send, as rows of text: an .xlsx (behind its guards), or a CSV however Excel saved it."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from market.base.spreadsheets.columns import number_of
from market.base.spreadsheets.guard import MAX_BYTES, NOT_XLSX, TOO_BIG, BadSpreadsheet, open_package
from market.base.spreadsheets.xml import Enough, Malformed, XmlListener, parse
from market.values.text import nfc

AGAIN = "Hãy mở tệp bằng Excel, lưu lại dạng .xlsx rồi gửi."
NOT_A_TABLE = f"Tệp này không phải bảng tính (.xlsx hoặc .csv) đọc được. {AGAIN}"
MAX_ROWS = 10_000
MAX_COLUMNS = 200
MAX_CELLS = 500_000
LONGEST_CELL = 32_767
"""Characters: the most that Excel itself puts into one."""
MAX_TEXT = 4_000_000
"""Characters of a sheet: a small file says the same long text a thousand times, and each time it must be read."""
TOO_WIDE = (
    "Bảng có quá nhiều dòng hoặc cột: nhiều nhất 10.000 dòng, 200 cột. Hãy bỏ phần thừa hoặc chia thành nhiều tệp."
)
TOO_FULL = "Bảng có quá nhiều chữ so với một sổ hộ, hoặc có ô quá dài. Hãy bỏ phần thừa hoặc chia thành nhiều tệp."
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WORKBOOK = "xl/workbook.xml"
_OTHER_FORMAT = re.compile(r"^(content\.xml|mimetype|.*workbook\.bin)$", re.IGNORECASE)
"""What the reader would take for another kind of workbook, of which the guard knows nothing."""
_TEXT_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's rows of text in NFC, the first of them row 1."""

    name: str
    rows: Sequence[Row]


def read_tables(raw: bytes) -> Iterator[Sheet]:
    """The sheets of a file, one at a time; ValueError says what is wrong with it."""
    if len(raw) > MAX_BYTES:
        raise ValueError(f"{TOO_BIG} Hãy chia thành nhiều tệp nhỏ hơn.")
    if raw.startswith(b"PK"):
        yield from _sheets(raw)
    else:
        yield Sheet(name="", rows=_csv_rows(_decoded(raw)))


# --- workbooks ------------------------------------------------------------------------------------------------------


def _sheets(raw: bytes) -> Iterator[Sheet]:
    _guard(raw)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                grid = sheet.to_python(skip_empty_area=False)
                _check_size(grid)
                _fill_down(grid, sheet.merged_cell_ranges or [])
                yield Sheet(name=name, rows=_rows_of_text(grid))
    except CalamineError as error:
        raise ValueError(NOT_A_TABLE) from error


def _check_size(rows: Sequence[Sequence[object]]) -> None:
    """Asked again of what was read: the guard and the reader may not agree on what a file says."""
    if len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows):
        raise ValueError(TOO_WIDE)
    if sum(1 for row in rows for cell in row if cell != "") > MAX_CELLS:
        raise ValueError(TOO_FULL)


def _fill_down(grid: list[list[Any]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """What one tall cell says (a hamlet beside its households) holds for each of its rows."""
    filled = 0
    for (first, column), (last, last_column) in merged:
        if column == last_column and first < len(grid) and column < len(grid[first]):
            below = grid[first + 1 : last + 1]
            filled += len(below)
            if filled > MAX_CELLS:
                raise ValueError(TOO_FULL)
            for row in below:
                row[column] = grid[first][column]


def _rows_of_text(grid: Sequence[Sequence[object]]) -> list[Row]:
    rows, length = [], 0
    for row in grid:
        lengths = [len(cell) for cell in row if isinstance(cell, str)]
        length += sum(lengths)
        if length > MAX_TEXT or any(one > LONGEST_CELL for one in lengths):
            raise ValueError(TOO_FULL)
        rows.append(tuple(_text(cell) for cell in row))
    return rows


def _guard(raw: bytes) -> None:
    """Sizes first; then no cell may lie far out, because the reader lays sheets out as full rectangles, and no text may
    be said so often that the file swells."""
    try:
        package = open_package(raw)
        if WORKBOOK not in package.names or any(_OTHER_FORMAT.search(name) for name in package.names):
            raise BadSpreadsheet(NOT_XLSX)
        texts = _TextLengths()
        for name in package.names:
            _walk(package.member(name), texts)
        for name in package.names:
            _walk(package.member(name), _PlaceGuard(texts.longest))
    except BadSpreadsheet as error:
        raise ValueError(f"{error} {AGAIN}") from error


def _walk(xml: bytes, listener: "_PartListener") -> None:
    """Any member may be a sheet or hold its texts, whatever its name and encoding; one that is no XML is neither."""
    listener.root = ""
    try:
        parse(xml, listener, encoding=None)
    except Malformed:
        if listener.root:
            raise


class _PartListener(XmlListener):
    """Hears a member of one kind, which its outermost tag tells; of others nothing but that."""

    wanted: str
    root = ""

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        self.root = self.root or tag
        if self.root != self.wanted:
            raise Enough


class _TextLengths(_PartListener):
    """How long each of the texts is that cells share: by number the longest, should there be two such members."""

    wanted = "sst"

    def __init__(self) -> None:
        self.longest: list[int] = []
        self.number = -1

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        self.number = self.number if self.root else -1
        super().start(tag, attributes, offset)
        if tag == "si":
            self.number += 1
            if self.number == len(self.longest):
                self.longest.append(0)
            self.length = 0

    def text(self, text: str) -> None:
        if self.number >= 0:
            self.length += len(text)
            self.longest[self.number] = max(self.longest[self.number], self.length)
            if self.length > LONGEST_CELL:
                raise ValueError(TOO_FULL)


class _PlaceGuard(_PartListener):
    """Looks at where the filled cells of a sheet say they are, and at the shared texts that they name; an empty one (a
    coloured column) may be anywhere."""

    wanted = "worksheet"

    def __init__(self, lengths: Sequence[int]) -> None:
        self.lengths = lengths
        self.place = ""
        self.is_shared = self.listens = False
        self.number = ""
        self.length = 0

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        super().start(tag, attributes, offset)
        if tag == "c":
            self.place, self.is_shared = attributes.get("r", ""), attributes.get("t") == "s"
        elif tag in ("v", "is", "f"):
            self._check()
        self.listens, self.number = self.is_shared and tag == "v", ""

    def text(self, text: str) -> None:
        if self.listens:
            self.number += text

    def end(self, tag: str, offset: int) -> None:
        if self.listens and _TEXT_NUMBER.fullmatch(self.number):
            self.length += self._length_of(int(self.number))
            if self.length > MAX_TEXT:
                raise ValueError(TOO_FULL)
        self.listens = False

    def _length_of(self, number: int) -> int:
        return self.lengths[number] if number < len(self.lengths) else 0

    def _check(self) -> None:
        place = _PLACE.fullmatch(self.place)
        if place is None:
            raise ValueError(NOT_A_TABLE)
        if int(place[2]) > MAX_ROWS or number_of(place[1]) > MAX_COLUMNS:
            raise ValueError(TOO_WIDE)


def _text(cell: object) -> str:
    """A cell as a person reads it: whole numbers without `.0`, days as dd/mm/yyyy."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return nfc(str(cell))


# --- CSV ------------------------------------------------------------------------------------------------------------


def _decoded(raw: bytes) -> str:
    """UTF-8 (with or without its mark), Excel's "Unicode text", else the Vietnamese code page of old Excel."""
    encodings = ("utf-16",) if raw.startswith(UTF16_MARKS) else ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(NOT_A_TABLE)


def _csv_rows(text: str) -> list[Row]:
    if "\0" in text or not text.strip():
        raise ValueError(NOT_A_TABLE)
    first = max(text.splitlines()[:15], key=len)
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(NOT_A_TABLE) from error
    _check_size(rows)
    return _rows_of_text(rows)
