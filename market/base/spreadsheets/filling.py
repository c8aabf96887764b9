"""Putting rows into one sheet of a workbook while every other member stays as it was, byte for byte."""

import copy
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import NamedTuple
from zipfile import ZipFile, ZipInfo

from market.base.spreadsheets.columns import letters_of, number_of
from market.base.spreadsheets.guard import NOT_XLSX, BadSpreadsheet, Package
from market.base.spreadsheets.workbook import Workbook, row_number
from market.base.spreadsheets.xml import Enough, XmlListener, parse

_TAG = re.compile(rb"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_REF = re.compile(rb"""(\sref\s*=\s*["'])([^"']*)""")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOCAL_HEADER = 30
_SIZES_FOLLOW = 0x8

Cell = str | int | Decimal


def with_rows(book: Workbook, sheet: str, *, first_row: int, rows: Sequence[Mapping[str, Cell]]) -> bytes:
    """The workbook as a file whose `sheet` holds `rows` (column letters -> value) from `first_row` on.

    Rows above stay as they are; whatever stood from `first_row` down gives way. Text stays text, never a formula.
    """
    path = book.sheets[sheet]
    xml = book.package.member(path)
    places = _Places(first_row)
    parse(xml, places)
    return _replaced(book.package, path, _sheet_xml(xml, places, rows))


class _ColumnStyle(NamedTuple):
    """The style a run of columns gives its empty cells; in a protected sheet it is what leaves them unlocked."""

    min: int
    max: int
    style: int


class _Places(XmlListener):
    """Where in the sheet's XML the rows to replace begin and end, and where its used range is written."""

    def __init__(self, first_row: int) -> None:
        self.first_row = first_row
        self.row = 0
        self.range: int | None = None
        self.table = self.table_end = -1
        self.rows: int | None = None
        self.styles: list[_ColumnStyle] = []

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        if tag == "dimension":
            self.range = offset
        elif tag == "sheetData":
            self.table = offset
        elif tag == "row":
            self._start_row(attributes, offset)
        elif tag == "col":
            self._note_style([attributes.get(key, "") for key in _ColumnStyle._fields])

    def _note_style(self, numbers: Sequence[str]) -> None:
        if all(re.fullmatch("[0-9]{1,5}", number) for number in numbers):
            self.styles.append(_ColumnStyle(*map(int, numbers)))

    def _start_row(self, attributes: dict[str, str], offset: int) -> None:
        self.row = row_number(attributes, self.row)
        if self.rows is None and self.row >= self.first_row:
            self.rows = offset

    def end(self, tag: str, offset: int) -> None:
        if tag == "sheetData":
            self.table_end = offset
            raise Enough


def _sheet_xml(xml: bytes, places: _Places, rows: Sequence[Mapping[str, Cell]]) -> bytes:
    if places.table < 0:
        raise BadSpreadsheet(NOT_XLSX)
    opening = _tag(xml, places.table)
    name = opening[1:-1].split(maxsplit=1)[0].rstrip(b"/")
    writer = _RowWriter(prefix=name.decode().removesuffix("sheetData"), styles=tuple(places.styles))
    written = "".join(writer.row(row, number) for number, row in enumerate(rows, start=places.first_row)).encode()
    if opening.endswith(b"/>"):
        after = places.table + len(opening)
        body = opening[:-2] + b">" + written + b"</" + name + b">"
        return _before(xml, places.table, places, rows) + body + xml[after:]
    kept = places.table_end if places.rows is None else places.rows
    return _before(xml, kept, places, rows) + written + xml[places.table_end :]


def _tag(xml: bytes, offset: int) -> bytes:
    found = _TAG.match(xml, offset)
    if found is None:
        raise BadSpreadsheet(NOT_XLSX)
    return found.group()


def _before(xml: bytes, end: int, places: _Places, rows: Sequence[Mapping[str, Cell]]) -> bytes:
    """What stands before the new rows, its used range brought up to date."""
    if places.range is None:
        return xml[:end]
    tag = _tag(xml, places.range)
    last = places.first_row - 1 + len(rows)
    widened = _REF.sub(lambda ref: ref[1] + _range(ref[2].decode(), last, rows).encode(), tag, count=1)
    return xml[: places.range] + widened + xml[places.range + len(tag) : end]


def _range(old: str, last_row: int, rows: Iterable[Mapping[str, Cell]]) -> str:
    old_corner = re.fullmatch(r"([A-Z]{1,3})[0-9]+", old.rpartition(":")[2])
    columns = {letters for row in rows for letters in row} | {old_corner[1] if old_corner else "A"}
    return f"A1:{letters_of(max(number_of(letters) for letters in columns))}{max(last_row, 1)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _RowWriter:
    """Writes rows under the sheet's namespace prefix, each cell in the style of its column."""

    prefix: str
    styles: tuple[_ColumnStyle, ...]

    def row(self, row: Mapping[str, Cell], number: int) -> str:
        ordered = sorted(((number_of(letters), value) for letters, value in row.items()), key=lambda cell: cell[0])
        cells = "".join(self._cell(column, number, value) for column, value in ordered)
        return f'<{self.prefix}row r="{number}">{cells}</{self.prefix}row>'

    def _cell(self, column: int, number: int, value: Cell) -> str:
        p, place = self.prefix, f'r="{letters_of(column)}{number}"{_style(self.styles, column)}'
        if not isinstance(value, str):
            return f"<{p}c {place}><{p}v>{Decimal(value):f}</{p}v></{p}c>"
        text = as_xml_text(value)
        return f'<{p}c {place} t="inlineStr"><{p}is><{p}t xml:space="preserve">{text}</{p}t></{p}is></{p}c>'


def as_xml_text(text: str) -> str:
    """The text as a cell's XML says it, without what XML cannot say."""
    return escape(_ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")), quote=False)


@lru_cache(maxsize=1024)
def _style(styles: tuple[_ColumnStyle, ...], column: int) -> str:
    return next((f' s="{run.style}"' for run in styles if run.min <= column <= run.max), "")


def _replaced(package: Package, path: str, content: bytes) -> bytes:
    """The zip with one member's content changed; the others keep their packed bytes, order and dates."""
    packed = BytesIO()
    with ZipFile(packed, "w") as target:
        for entry in package.archive.infolist():
            if entry.filename == path:
                target.writestr(copy.copy(entry), content)
            else:
                _carry_over(package.raw, entry, target, packed)
    return packed.getvalue()


def _carry_over(raw: bytes, entry: ZipInfo, target: ZipFile, packed: BytesIO) -> None:
    carried = copy.copy(entry)
    carried.flag_bits &= ~_SIZES_FOLLOW
    carried.header_offset = packed.tell()
    names, extras = struct.unpack_from("<HH", raw, entry.header_offset + 26)
    start = entry.header_offset + _LOCAL_HEADER + names + extras
    packed.write(carried.FileHeader(zip64=False) + raw[start : start + entry.compress_size])
    target.filelist.append(carried)
    target.NameToInfo[carried.filename] = carried
    target.start_dir = packed.tell()
