"""Workbooks of Excel that people send (.xlsx), read by sheet behind their guards."""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from market.base.spreadsheets.columns import number_of
from market.base.spreadsheets.guard import NOT_XLSX, BadSpreadsheet, Package, open_package
from market.base.spreadsheets.sheet import (
    AGAIN,
    LONGEST_CELL,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    NOT_A_TABLE,
    TOO_FULL,
    TOO_WIDE,
    Marks,
    Place,
    Sheet,
    check_size,
    rows_of_text,
)
from market.base.spreadsheets.workbook import sheets_of
from market.base.spreadsheets.xml import Enough, Malformed, XmlListener, parse

WORKBOOK = "xl/workbook.xml"
_OTHER_FORMAT = re.compile(r"^(content\.xml|mimetype|.*workbook\.bin)$", re.IGNORECASE)
"""What the reader would take for another kind of workbook, of which the guard knows nothing."""
_TEXT_NUMBER = re.compile(r"\s*[0-9]{1,9}\s*")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_YES = ("1", "true")
_SHOWN_OF_FORMULA = 200
"""Characters of a formula that stands for its value."""


def read_workbook(raw: bytes) -> Iterator[Sheet]:
    """The sheets of an .xlsx, one at a time; ValueError says what is wrong with it."""
    marks = _marks(raw)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
            for known in book.sheets_metadata:
                sheet = book.get_sheet_by_name(known.name)
                grid = sheet.to_python(skip_empty_area=False)
                merged = sheet.merged_cell_ranges or []
                is_hidden = known.visible is not SheetVisibleEnum.Visible
                yield sheet_of(known.name, grid, marks.get(known.name, Marks()), merged=merged, is_hidden=is_hidden)
    except CalamineError as error:
        raise ValueError(NOT_A_TABLE) from error


def sheet_of(
    name: str,
    grid: list[list[Any]],
    marks: Marks | None,
    *,
    merged: Sequence[tuple[Place, Place]] = (),
    is_hidden: bool = False,
) -> Sheet:
    """A sheet from a grid of values, whatever file it was in; `marks` None where that file tells none. ValueError where
    it is too large."""
    check_size(grid)
    said = marks or Marks()
    _put_errors(grid, said.errors)
    numbers = frozenset(
        (at, column)
        for at, row in enumerate(grid)
        for column, cell in enumerate(row)
        if isinstance(cell, int | float) and not isinstance(cell, bool)
    )
    filled = _fill_down(grid, merged)
    rows, turned = rows_of_text(grid)
    return Sheet(
        name=name,
        rows=rows,
        is_hidden=is_hidden,
        tells_errors=marks is not None,
        hidden_rows=said.hidden_rows,
        hidden_columns=said.hidden_columns,
        numbers=numbers,
        filled=filled,
        turned=turned,
    )


def _put_errors(grid: list[list[Any]], errors: Mapping[Place, str]) -> None:
    """Where the reader leaves a cell empty, what stands there; a grid ends with its last value, not its last error."""
    for (at, column), said in sorted(errors.items()):
        grid.extend([] for _ in range(at + 1 - len(grid)))
        grid[at].extend("" for _ in range(column + 1 - len(grid[at])))
        if grid[at][column] == "":
            grid[at][column] = said


def _fill_down(grid: list[list[Any]], merged: Sequence[tuple[Place, Place]]) -> frozenset[Place]:
    """What one tall cell says (a hamlet beside its households) holds for each of its rows; where it was put."""
    places: set[Place] = set()
    filled = 0
    for (first, column), (last, last_column) in merged:
        if column == last_column and first < len(grid) and column < len(grid[first]) and grid[first][column] != "":
            below = grid[first + 1 : last + 1]
            filled += len(below)
            if filled > MAX_CELLS:
                raise ValueError(TOO_FULL)
            for at, row in enumerate(below, start=first + 1):
                if column < len(row):
                    row[column] = grid[first][column]
                    places.add((at, column))
    return frozenset(places)


def _marks(raw: bytes) -> dict[str, Marks]:
    """By the name of a sheet what it says of its cells.

    Sizes first; then no cell may lie far out, because the reader lays sheets out as full rectangles, and no text may
    be said so often that the file swells.
    """
    try:
        package = open_package(raw)
        if WORKBOOK not in package.names or any(_OTHER_FORMAT.search(name) for name in package.names):
            raise BadSpreadsheet(NOT_XLSX)
        texts = _TextLengths()
        for name in package.names:
            _walk(package.member(name), texts)
        return _marks_of(package, texts)
    except BadSpreadsheet as error:
        raise ValueError(f"{error} {AGAIN}") from error


def _marks_of(package: Package, texts: "_TextLengths") -> dict[str, Marks]:
    said: dict[str, Marks] = {}
    for name in package.names:
        guard = _PlaceGuard(texts.longest)
        _walk(package.member(name), guard)
        said[name] = Marks(
            errors=guard.errors,
            hidden_rows=frozenset(guard.hidden_rows),
            hidden_columns=frozenset(guard.hidden_columns),
        )
    return {name: said[path] for name, path in sheets_of(package).items()}


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
    coloured column) may be anywhere. Notes what the reader of values does not tell: errors, formulas that were never
    calculated, hidden rows and columns."""

    wanted = "worksheet"

    def __init__(self, lengths: Sequence[int]) -> None:
        self.lengths = lengths
        self.place = self.kind = ""
        self.tag = ""
        self.said = {"v": "", "f": ""}
        self.has_formula = False
        self.length = 0
        self.errors: dict[Place, str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()

    def start(self, tag: str, attributes: dict[str, str], offset: int) -> None:
        super().start(tag, attributes, offset)
        self.tag = tag
        if tag == "c":
            self.place, self.kind = attributes.get("r", ""), attributes.get("t", "")
            self.said, self.has_formula = {"v": "", "f": ""}, False
        elif tag in ("v", "is", "f"):
            self.has_formula = self.has_formula or tag == "f"
            self._place()
        elif tag in ("row", "col") and attributes.get("hidden") in _YES:
            self._note_hidden(tag, attributes)

    def _note_hidden(self, tag: str, attributes: Mapping[str, str]) -> None:
        first, last = (attributes.get(name, "") for name in (("r", "r") if tag == "row" else ("min", "max")))
        if not (_TEXT_NUMBER.fullmatch(first) and _TEXT_NUMBER.fullmatch(last)):
            return
        found, most = (self.hidden_rows, MAX_ROWS) if tag == "row" else (self.hidden_columns, MAX_COLUMNS)
        found.update(range(int(first) - 1, min(int(last), most)))

    def text(self, text: str) -> None:
        if self.tag in self.said:
            self.said[self.tag] += text

    def end(self, tag: str, offset: int) -> None:
        self.tag = ""
        if tag == "v" and self.kind == "s" and _TEXT_NUMBER.fullmatch(self.said["v"]):
            self.length += self._length_of(int(self.said["v"]))
            if self.length > MAX_TEXT:
                raise ValueError(TOO_FULL)
        elif tag == "c":
            self._note_error()

    def _note_error(self) -> None:
        if self.kind == "e" and self.said["v"]:
            self.errors[self._place()] = self.said["v"][:_SHOWN_OF_FORMULA]
        elif self.has_formula and self.kind != "str" and not self.said["v"]:
            self.errors[self._place()] = f"={self.said['f'][:_SHOWN_OF_FORMULA]}"

    def _length_of(self, number: int) -> int:
        return self.lengths[number] if number < len(self.lengths) else 0

    def _place(self) -> Place:
        place = _PLACE.fullmatch(self.place)
        if place is None:
            raise ValueError(NOT_A_TABLE)
        row, column = int(place[2]), number_of(place[1])
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise ValueError(TOO_WIDE)
        return row - 1, column - 1
