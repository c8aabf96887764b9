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
from market.base.spreadsheets.guard import MAX_BYTES, TOO_BIG, BadSpreadsheet, open_package
from market.base.spreadsheets.xml import Enough, Malformed, XmlListener, parse
from market.values.text import nfc

AGAIN = "Hãy mở tệp bằng Excel, lưu lại dạng .xlsx rồi gửi."
NOT_A_TABLE = f"Tệp này không phải bảng tính (.xlsx hoặc .csv) đọc được. {AGAIN}"
MAX_ROWS = 10_000
MAX_COLUMNS = 200
TOO_WIDE = (
    "Bảng có quá nhiều dòng hoặc cột: nhiều nhất 10.000 dòng, 200 cột. Hãy bỏ phần thừa hoặc chia thành nhiều tệp."
)
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
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
                _fill_down(grid, sheet.merged_cell_ranges or [])
                yield Sheet(name=name, rows=[tuple(_text(cell) for cell in row) for row in grid])
    except CalamineError as error:
        raise ValueError(NOT_A_TABLE) from error


def _fill_down(grid: list[list[Any]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """What one tall cell says (a hamlet beside its households) holds for each of its rows."""
    for (first, column), (last, last_column) in merged:
        if column == last_column and first < len(grid) and column < len(grid[first]):
            for row in grid[first + 1 : last + 1]:
                row[column] = grid[first][column]


def _guard(raw: bytes) -> None:
    """Sizes first; then no cell may lie far out, because the reader lays sheets out as full rectangles."""
    try:
        package = open_package(raw)
        for name in package.names:
            _guard_places(package.member(name))
    except BadSpreadsheet as error:
        raise ValueError(f"{error} {AGAIN}") from error


def _guard_places(xml: bytes) -> None:
    """Any member may be a sheet, whatever its name and encoding; one that is no XML at all is none."""
    guard = _PlaceGuard()
    try:
        parse(xml, guard, encoding=None)
    except Malformed:
        if guard.root:
            raise


class _PlaceGuard(XmlListener):
    """Looks at where the filled cells of a sheet say they are; an empty one (a coloured column) may be."""

    def __init__(self) -> None:
        self.root = ""
        self.place = ""

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        self.root = self.root or tag
        if self.root != "worksheet":
            raise Enough
        if tag == "c":
            self.place = attributes.get("r", "")
        elif tag in ("v", "is", "f"):
            self._check()

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
        rows = [tuple(nfc(cell) for cell in row) for row in csv.reader(StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise ValueError(NOT_A_TABLE) from error
    if len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows):
        raise ValueError(TOO_WIDE)
    return rows
