"""A file of the commune as a whole: its rows, and the account of what is not a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from market.base.spreadsheets.intake import SKIPPED, CellFate, Column, Left, Table
from market.sellers.rules.reading import TypedRow, typed_row
from market.sellers.rules.titles import FIELD_TITLES, REQUIRED

REASON_TITLE = "Vì sao"
_WHY: Mapping[CellFate, str] = {
    CellFate.TITLE: "dòng tiêu đề",
    CellFate.HEADER: "hàng tiêu đề cột",
    CellFate.HEADING: "dòng tên thôn hoặc loại hình, đã hiểu cho các dòng dưới",
    CellFate.INDEX: "hàng số thứ tự của cột",
    CellFate.FOOT: "dòng tổng cộng hoặc chữ ký",
    CellFate.EMPTY: "dòng chưa có tên, loại hình hay thôn",
    CellFate.SKIPPED: "cột không thuộc sổ hộ",
    CellFate.UNKNOWN: "cột chưa hiểu, chưa ghi",
    CellFate.TWICE: "cột trùng nghĩa với cột đã đọc, chưa ghi",
    CellFate.UNTITLED: "cột không có tên, chưa ghi",
    CellFate.HIDDEN_SHEET: "trang đang ẩn nên không đọc; muốn đọc thì bỏ ẩn rồi gửi lại",
    CellFate.NO_HEADER: "trang không có hàng tiêu đề của sổ hộ nên không đọc",
}
_OF_FORM = frozenset({CellFate.TITLE, CellFate.HEADER, CellFate.HEADING, CellFate.INDEX})
_BY_ROW = frozenset({CellFate.TITLE, CellFate.HEADER, CellFate.HEADING, CellFate.INDEX, CellFate.FOOT, CellFate.EMPTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """What was left: where, which cells, and why. `cells`: how many."""

    where: str
    text: str
    why: str
    cells: int
    is_of_form: bool = False
    """Whether it is the form that every such sheet has: titles, headings, numbers of columns."""


@dataclass(frozen=True, kw_only=True)
class RegisterFile:
    """What a file holds, sheet by sheet."""

    tables: Sequence[Table]

    @property
    def is_register(self) -> bool:
        """Whether some sheet is one, or may be once its columns are told."""
        return any(table.columns for table in self.tables)

    @cached_property
    def rows(self) -> Sequence[TypedRow]:
        return [typed_row(line) for table in self.tables for line in table.lines]

    @property
    def cells(self) -> int:
        return sum(table.cells for table in self.tables)

    @property
    def read(self) -> int:
        return sum(table.read for table in self.tables)

    @property
    def unknown_columns(self) -> list[Column]:
        """The columns that a person can say the meaning of: with a title, not understood."""
        return [one for table in self.tables for one in table.columns if one.title and not one.field]

    @property
    def hidden_columns(self) -> list[tuple[str, bool]]:
        """The titles of the columns that are hidden in the file, and whether they are read."""
        hidden = [one for table in self.tables if table.is_read for one in table.columns if one.is_hidden]
        return [(one.title or f"thứ {one.at + 1}", bool(one.field) and one.field != SKIPPED) for one in hidden]

    def account(self) -> list[AccountLine]:
        """Every cell that is not read as a row's."""
        return [_line(table, left, len(self.tables)) for table in self.tables for left in table.left]

    def to_fix(self, reasons: Mapping[int, str]) -> list[tuple[str, list[Sequence[str]]]]:
        """By sheet the rows of these numbers under their own titles, with the reason last, to be put right and resent.
        What headings said of a row stands in columns of its own."""
        pages: list[tuple[str, list[Sequence[str]]]] = []
        for table in self.tables:
            added = _added(table)
            lines = [line for line in table.lines if line.number in reasons]
            head = (*table.titles, *(FIELD_TITLES[name] for name in added), REASON_TITLE)
            rows = [
                (
                    *_padded(line.texts, len(table.titles)),
                    *(line.headings.get(name, "") for name in added),
                    reasons[line.number],
                )
                for line in lines
            ]
            if rows:
                pages.append((table.sheet or "Cần sửa", [head, *rows]))
        return pages


def _added(table: Table) -> list[str]:
    """The fields that a sheet has no column for and its headings tell."""
    there = {column.field for column in table.columns} - {SKIPPED}
    return [name for name in REQUIRED if name not in there and any(name in line.headings for line in table.lines)]


def _padded(texts: Sequence[str], width: int) -> Sequence[str]:
    return (*texts[:width], *[""] * (width - len(texts)))


def _line(table: Table, left: Left, sheets: int) -> AccountLine:
    where = f"trang {table.position + 1} “{table.sheet}”" if sheets > 1 else ""
    if left.fate in _BY_ROW:
        where = f"{where}, dòng {left.row}" if where else f"dòng {left.row}"
    elif left.fate not in (CellFate.HIDDEN_SHEET, CellFate.NO_HEADER):
        where = f"{where}, cột {left.text}" if where else f"cột {left.text}"
    return AccountLine(
        where=where or "tệp", text=left.text, why=_WHY[left.fate], cells=left.cells, is_of_form=left.fate in _OF_FORM
    )
