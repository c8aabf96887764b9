"""Reading a workbook: its tabs, and the text of a sheet's cells."""

import posixpath
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from market.channels.workbook.guard import NOT_XLSX, TOO_MUCH, guarded_names, member
from market.channels.workbook.xml import Enough, Listener, parse

MAX_CELLS = 500_000
MAX_ROWS = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """An opened file: sheet name -> member path in the order of the tabs, and the strings its cells share."""

    raw: bytes
    sheets: Mapping[str, str]
    strings: tuple[str, ...]

    def rows(self, sheet: str, last: int = MAX_ROWS) -> dict[int, dict[str, str]]:
        """Row number -> column letters -> text in NFC, as far as row `last`; empty cells and rows are absent."""
        reader = _CellReader(self.strings, last)
        parse(member(self.raw, self.sheets[sheet]), reader)
        return reader.rows


def open_workbook(raw: bytes) -> Workbook:
    """Opens an .xlsx after looking at the sizes its directory declares; ValueError says what is wrong with it."""
    names = guarded_names(raw)
    strings = _StringReader()
    if "xl/sharedStrings.xml" in names:
        parse(member(raw, "xl/sharedStrings.xml"), strings)
    return Workbook(raw=raw, sheets=_sheets(raw, names), strings=tuple(strings.found))


def _sheets(raw: bytes, names: frozenset[str]) -> dict[str, str]:
    targets = {
        attributes["Id"]: posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
        for attributes in _attributes(raw, "xl/_rels/workbook.xml.rels", "Relationship")
        if "Id" in attributes and "Target" in attributes
    }
    found = {}
    for attributes in _attributes(raw, "xl/workbook.xml", "sheet"):
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        if targets.get(relation) in names:
            found[nfc(attributes.get("name", ""))] = targets[relation]
    return found


def nfc(text: str) -> str:
    """Composed text with its edges trimmed; line breaks inside stay."""
    return unicodedata.normalize("NFC", text).strip()


class _AttributeReader(Listener):
    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        if tag == self.tag:
            self.found.append(attributes)


def _attributes(raw: bytes, path: str, tag: str) -> list[dict[str, str]]:
    reader = _AttributeReader(tag)
    parse(member(raw, path), reader)
    return reader.found


class _TextReader(Listener):
    """Gathers the text of `t` and `v`, leaving out the phonetic guide (`rPh`)."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.listening = False
        self.phonetic = False

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        self.phonetic = self.phonetic or tag == "rPh"
        self.listening = tag in ("t", "v") and not self.phonetic

    def end(self, tag: str, offset: int) -> None:
        self.phonetic = self.phonetic and tag != "rPh"
        self.listening = False

    def text(self, text: str) -> None:
        if self.listening:
            self.pieces.append(text)

    def take(self) -> str:
        taken = nfc("".join(self.pieces))
        self.pieces.clear()
        return taken


class _StringReader(_TextReader):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def end(self, tag: str, offset: int) -> None:
        super().end(tag, offset)
        if tag == "si":
            self.found.append(self.take())


class _CellReader(_TextReader):
    """Cells by row and column; a row or cell that does not say where it is follows the one before."""

    def __init__(self, strings: Sequence[str], last: int) -> None:
        super().__init__()
        self.last = last
        self.rows: dict[int, dict[str, str]] = {}
        self.strings = strings
        self.row = self.column = self.seen = 0
        self.is_shared = False

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        super().start(tag, attributes, offset)
        if tag == "row":
            self._start_row(attributes)
        elif tag == "c":
            self._start_cell(attributes)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.row, self.column = row_number(attributes, self.row), 0
        if self.row > self.last:
            raise Enough

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.seen += 1
        if self.seen > MAX_CELLS:
            raise ValueError(TOO_MUCH)
        letters = attributes.get("r", "").rstrip("0123456789")
        self.column = number_of(letters) if letters else self.column + 1
        self.is_shared = attributes.get("t") == "s"
        self.pieces.clear()

    def end(self, tag: str, offset: int) -> None:
        super().end(tag, offset)
        if tag == "c" and (text := self._resolve(self.take())):
            self.rows.setdefault(self.row, {})[letters_of(self.column)] = text

    def _resolve(self, text: str) -> str:
        if not (self.is_shared and text):
            return text
        try:
            return self.strings[int(text)]
        except (ValueError, IndexError) as error:
            raise ValueError(NOT_XLSX) from error


def row_number(attributes: Mapping[str, str], previous: int) -> int:
    """Where a row says it is, or the place after the previous one."""
    number = attributes.get("r", str(previous + 1))
    if not re.fullmatch(r"[0-9]{1,7}", number):
        raise ValueError(NOT_XLSX)
    return int(number)


@lru_cache(maxsize=1024)
def letters_of(column: int) -> str:
    """1 -> A, 27 -> AA."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


@lru_cache(maxsize=1024)
def number_of(letters: str) -> int:
    """A -> 1, AA -> 27; ValueError past the sheet's last column, XFD."""
    if not re.fullmatch(r"[A-Z]{1,3}", letters):
        raise ValueError(NOT_XLSX)
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
