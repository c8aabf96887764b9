"""Reading a workbook: its tabs, and the text of a sheet's cells."""

import posixpath
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from market.base.spreadsheets.columns import letters_of, number_of
from market.base.spreadsheets.guard import NOT_XLSX, TOO_MUCH, BadSpreadsheet, Package, open_package
from market.base.spreadsheets.xml import Enough, XmlListener, parse

MAX_CELLS = 500_000
MAX_ROWS = 1_048_576
MAX_LISTED = 2_000
_MOST_PLACES = 200
_LIST_PLACE = re.compile(
    r"=?(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<name>[^'!]+))!)?"
    r"\$?(?P<first>[A-Z]{1,3})\$?(?P<from>[0-9]{1,7})(?::\$?(?P<last>[A-Z]{1,3})\$?(?P<to>[0-9]{1,7}))?"
)
_COLUMNS = re.compile(r"\$?([A-Z]{1,3})\$?[0-9]*(?::\$?([A-Z]{1,3})\$?[0-9]*)?")
SHARED_STRINGS = "xl/sharedStrings.xml"


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """An opened file: sheet name -> member path in the order of the tabs, and the strings its cells share."""

    package: Package
    sheets: Mapping[str, str]

    @cached_property
    def strings(self) -> tuple[str, ...]:
        reader = _StringReader()
        if SHARED_STRINGS in self.package.names:
            parse(self.package.member(SHARED_STRINGS), reader)
        return tuple(reader.found)

    def rows(self, sheet: str, last: int = MAX_ROWS) -> dict[int, dict[str, str]]:
        """Row number -> column letters -> text in NFC, as far as row `last`; empty cells and rows are absent."""
        reader = _CellReader(self.strings, last)
        parse(self.package.member(self.sheets[sheet]), reader)
        return reader.rows

    def lists(self, sheet: str) -> dict[str, tuple[str, ...]]:
        """Column letters -> the texts among which a cell of the column is chosen, where the sheet says so; no more than
        MAX_LISTED of each."""
        reader = _ListReader()
        parse(self.package.member(self.sheets[sheet]), reader)
        listed = {letters: self._listed(source, sheet) for source, columns in reader.found for letters in columns}
        return {letters: texts for letters, texts in listed.items() if texts}

    def _listed(self, source: str, sheet: str) -> tuple[str, ...]:
        """What a list says: its texts themselves, or the cells that it points to."""
        if source.startswith('"'):
            return tuple(filter(None, map(_composed, source.strip('"').replace('""', '"').split(","))))
        place = _LIST_PLACE.fullmatch(source)
        name = (
            _composed(place["quoted"].replace("''", "'") if place["quoted"] else place["name"] or sheet)
            if place
            else ""
        )
        if place is None or name not in self.sheets or place["first"] != (place["last"] or place["first"]):
            return ()
        first, last = int(place["from"]), min(int(place["to"] or place["from"]), int(place["from"]) + MAX_LISTED - 1)
        try:
            rows = self.rows(name, last)
        except BadSpreadsheet:
            return ()
        texts = (rows.get(row, {}).get(place["first"], "") for row in range(first, last + 1))
        return tuple(dict.fromkeys(filter(None, texts)))


def open_workbook(raw: bytes) -> Workbook:
    """Opens an .xlsx after looking at the sizes its directory declares; BadSpreadsheet says what is wrong with it."""
    package = open_package(raw)
    return Workbook(package=package, sheets=sheets_of(package))


def sheets_of(package: Package) -> dict[str, str]:
    """Sheet name -> member path, in the order of the tabs."""
    targets = {
        attributes["Id"]: posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")
        for attributes in _attributes(package, "xl/_rels/workbook.xml.rels", "Relationship")
        if "Id" in attributes and "Target" in attributes
    }
    found = {}
    for attributes in _attributes(package, "xl/workbook.xml", "sheet"):
        relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        if targets.get(relation) in package.names:
            found[_composed(attributes.get("name", ""))] = targets[relation]
    return found


def _composed(text: str) -> str:
    """In NFC with its edges trimmed; line breaks inside stay, unlike in `values.text.nfc`."""
    return unicodedata.normalize("NFC", text).strip()


class _AttributeReader(XmlListener):
    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        if tag == self.tag:
            self.found.append(attributes)


def _attributes(package: Package, path: str, tag: str) -> list[dict[str, str]]:
    reader = _AttributeReader(tag)
    parse(package.member(path), reader)
    return reader.found


class _TextReader(XmlListener):
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
        taken = _composed("".join(self.pieces))
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
            raise BadSpreadsheet(TOO_MUCH)
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
            raise BadSpreadsheet(NOT_XLSX) from error


def row_number(attributes: Mapping[str, str], previous: int) -> int:
    """Where a row says it is, or the place after the previous one."""
    number = attributes.get("r", str(previous + 1))
    if not re.fullmatch(r"[0-9]{1,7}", number):
        raise BadSpreadsheet(NOT_XLSX)
    return int(number)


class _ListReader(XmlListener):
    """The lists that cells are chosen from: what each says, and its columns; Excel's old kind and its newer one."""

    def __init__(self) -> None:
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.is_list = False
        self.pieces: list[str] = []
        self.said = {"formula1": "", "sqref": ""}

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        if tag == "dataValidation":
            self.is_list = attributes.get("type") == "list"
            self.said = {"formula1": "", "sqref": attributes.get("sqref", "")}
        self.pieces.clear()

    def text(self, text: str) -> None:
        if self.is_list:
            self.pieces.append(text)

    def end(self, tag: str, offset: int) -> None:
        if not self.is_list:
            return
        if tag in ("formula1", "f") and self.pieces:
            self.said["formula1"] = "".join(self.pieces).strip()
        elif tag == "sqref":
            self.said["sqref"] = "".join(self.pieces)
        elif tag == "dataValidation":
            self.found.append((self.said["formula1"], _columns_in(self.said["sqref"])))
            self.is_list = False
        self.pieces.clear()


def _columns_in(places: str) -> tuple[str, ...]:
    """The columns that places such as `J7:J1006 L7` lie in, no more than 200 of each."""
    found: list[str] = []
    for place in places.split()[:_MOST_PLACES]:
        if match := _COLUMNS.fullmatch(place):
            first, last = number_of(match[1]), number_of(match[2] or match[1])
            found += [letters_of(column) for column in range(first, min(last, first + _MOST_PLACES) + 1)]
    return tuple(found)
