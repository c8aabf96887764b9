"""Tables that people send, as rows of text: a workbook of Excel, old or new, a CSV however Excel saved it, a page of
the web that a program called .xls."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO

from market.base.spreadsheets.excel import read_workbook
from market.base.spreadsheets.guard import MAX_BYTES, TOO_BIG
from market.base.spreadsheets.html_table import is_html, tables_in
from market.base.spreadsheets.old_excel import OLE_MARK, read_old_workbook
from market.base.spreadsheets.sheet import (
    AGAIN,
    MAX_ROWS,
    NOT_A_TABLE,
    Place,
    Row,
    Sheet,
    check_size,
    rows_of_text,
)
from market.values.old_fonts import turned

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
XML_SPREADSHEET = f"Tệp này là bảng tính dạng XML cũ của Excel, chợ không đọc. Chưa có gì thay đổi. {AGAIN}"
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:[eE]\+?[0-9]+)?")
_QUOTED = re.compile(r'="([^"]*)"')
"""How a CSV keeps the zeros of a code from Excel."""
_SAMPLE = 20_000
_LINES_LOOKED_AT = 60

__all__ = ["MAX_ROWS", "Row", "Sheet", "read_tables"]


def read_tables(raw: bytes) -> Iterator[Sheet]:
    """The sheets of a file, one at a time; ValueError says what is wrong with it."""
    if len(raw) > MAX_BYTES:
        raise ValueError(f"{TOO_BIG} Hãy chia thành nhiều tệp nhỏ hơn.")
    if raw.startswith(b"PK"):
        yield from read_workbook(raw)
    elif raw.startswith(OLE_MARK):
        yield from read_old_workbook(raw)
    else:
        yield from _of_text(_decoded(raw))


def _of_text(text: str) -> Iterator[Sheet]:
    if "urn:schemas-microsoft-com:office:spreadsheet" in text[:2_000]:
        raise ValueError(XML_SPREADSHEET)
    if is_html(text):
        yield from tables_in(text)
    else:
        yield _csv_sheet(text)


def _decoded(raw: bytes) -> str:
    """UTF-8 (with or without its mark), Excel's "Unicode text", else the Vietnamese code page of old Excel, or the
    bytes of an old font as they are."""
    if not raw.startswith(UTF16_MARKS) and _is_of_old_font(raw):
        return raw.decode("latin-1")
    encodings = ("utf-16",) if raw.startswith(UTF16_MARKS) else ("utf-8-sig", "cp1258")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(NOT_A_TABLE)


def _is_of_old_font(raw: bytes) -> bool:
    """Whether the lines that are not ASCII read as Vietnamese only when they are turned, and are no UTF-8."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        lines = raw[:_SAMPLE].decode("latin-1").splitlines()[:-1] or [raw.decode("latin-1")]
        odd = [line for line in lines if not line.isascii()]
        return bool(odd) and 2 * sum(1 for line in odd if turned(re.split("[,;\t]", line))) > len(odd)
    return False


def _csv_sheet(text: str) -> Sheet:
    if "\0" in text or not text.strip():
        raise ValueError(NOT_A_TABLE)
    rows = _csv_rows(text)
    check_size(rows)
    read, places = rows_of_text(rows)
    return Sheet(name="", rows=read, numbers=_numbers(read), turned=places)


def _csv_rows(text: str) -> list[list[str]]:
    lines = text.splitlines()[:_LINES_LOOKED_AT]
    said = lines[0].strip().lower() if lines else ""
    delimiter = said[4:] if re.fullmatch("sep=[,;\t|]", said) else _delimiter(lines)
    if said.startswith("sep="):
        text = "\n" + text.partition("\n")[2]
    try:
        read = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(NOT_A_TABLE) from error
    return [[_QUOTED.sub(r"\1", cell) if cell.startswith("=") else cell for cell in row] for row in read]


def _delimiter(lines: Sequence[str]) -> str:
    """What stands equally often in most lines; of equal ones what stands in more lines. A long heading above the
    table may hold more commas than any row of it."""
    longest = max(lines, key=len)

    def agreeing(one: str) -> int:
        counts = Counter(count for line in lines if (count := line.count(one)) > 1)
        return max(counts.values(), default=0)

    def lines_with(one: str) -> int:
        return sum(1 for line in lines if one in line)

    return max(",;\t", key=lambda one: (agreeing(one), lines_with(one), longest.count(one)))


def _numbers(rows: list[Row]) -> frozenset[Place]:
    """The cells that Excel may have taken for numbers before it wrote the CSV: none of a column that kept a zero."""
    found = [(at, n) for at, row in enumerate(rows) for n, cell in enumerate(row) if _NUMBER.fullmatch(cell)]
    kept = {column for at, column in found if rows[at][column].startswith("0")}
    return frozenset(place for place in found if place[1] not in kept)
