"""Tables of a page of the web: what tax and statistics programs save under the name .xls."""

from collections.abc import Iterator
from html.parser import HTMLParser

from market.base.spreadsheets.sheet import (
    AGAIN,
    MAX_COLUMNS,
    MAX_ROWS,
    TOO_WIDE,
    Place,
    Sheet,
    check_size,
    rows_of_text,
)

NO_TABLE = f"Tệp này là trang web (HTML) mang tên bảng tính, trong đó không có bảng nào. Chưa có gì thay đổi. {AGAIN}"
_BEGINS = ("<!doctype html", "<html", "<head", "<meta", "<table", "<body", "<div", "<style")


def is_html(text: str) -> bool:
    return text[:200].lstrip("\ufeff \r\n\t").lower().startswith(_BEGINS)


def tables_in(text: str) -> Iterator[Sheet]:
    """Every table of the page that holds no other one. ValueError where there is none, or one is too large."""
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    tables = [grid for grid in reader.tables if grid]
    if not tables:
        raise ValueError(NO_TABLE)
    for number, grid in enumerate(tables, start=1):
        check_size(grid)
        rows, turned = rows_of_text(grid)
        filled = frozenset(reader.filled.get(id(grid), ()))
        yield Sheet(name=f"Bảng {number}" if len(tables) > 1 else "", rows=rows, filled=filled, turned=turned)


def _span(attributes: dict[str, str | None], name: str) -> int:
    said = attributes.get(name) or "1"
    return min(int(said), MAX_COLUMNS) if said.isascii() and said.isdigit() and int(said) else 1


class _TableReader(HTMLParser):
    """Rows of cells; a tall cell is said on each of its rows, a wide one leaves empty ones after it."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.open: list[list[list[str]]] = []
        self.filled: dict[int, set[Place]] = {}
        self.tall: dict[int, dict[int, tuple[int, str]]] = {}
        self.pieces: list[str] | None = None
        self.spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.open.append([])
        elif tag == "tr" and self.open:
            self._end_row()
            self._begin_row()
        elif tag in ("td", "th") and self.open:
            self._end_cell()
            said = dict(attrs)
            self.pieces, self.spans = [], (_span(said, "rowspan"), _span(said, "colspan"))
        elif tag == "br" and self.pieces is not None:
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self._end_row()
        if tag == "table" and self.open:
            self.tables.append(self.open.pop())

    def handle_data(self, data: str) -> None:
        if self.pieces is not None:
            self.pieces.append(data)

    def close(self) -> None:
        super().close()
        self._end_row()
        while self.open:
            self.tables.append(self.open.pop())

    def _end_row(self) -> None:
        self._end_cell()
        if self.open and self.open[-1]:
            self._fill_tall(self.open[-1])

    def _begin_row(self) -> None:
        grid = self.open[-1]
        if len(grid) >= MAX_ROWS:
            raise ValueError(TOO_WIDE)
        grid.append([])

    def _end_cell(self) -> None:
        if self.pieces is None or not self.open:
            return
        grid, text = self.open[-1], "".join(self.pieces)
        self.pieces = None
        if not grid:
            grid.append([])
        self._fill_tall(grid)
        tall, wide = self.spans
        if tall > 1 and text.strip():
            self.tall.setdefault(id(grid), {})[len(grid[-1])] = (tall - 1, text)
        grid[-1].extend([text, *[""] * (wide - 1)])
        if len(grid[-1]) > MAX_COLUMNS:
            raise ValueError(TOO_WIDE)

    def _fill_tall(self, grid: list[list[str]]) -> None:
        """Cells of the rows above that reach down to where the next cell would stand."""
        tall = self.tall.get(id(grid), {})
        while (column := len(grid[-1])) in tall and self._is_below(grid, column):
            left, text = tall[column]
            tall[column] = (left - 1, text)
            if left <= 1:
                del tall[column]
            self.filled.setdefault(id(grid), set()).add((len(grid) - 1, column))
            grid[-1].append(text)

    def _is_below(self, grid: list[list[str]], column: int) -> bool:
        return len(grid) > 1 and column < len(grid[-2]) and grid[-2][column] == self.tall[id(grid)][column][1]
