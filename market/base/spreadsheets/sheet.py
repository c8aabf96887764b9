"""A sheet as rows of text, what must be known of its cells beside their text, and how large one may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from market.values.old_fonts import turned
from market.values.text import nfc

AGAIN = "Hãy mở tệp bằng Excel, lưu lại dạng .xlsx rồi gửi."
NOT_A_TABLE = f"Tệp này không phải bảng tính (.xlsx hoặc .csv) đọc được. {AGAIN}"
MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELLS = 500_000
LONGEST_CELL = 32_767
"""Characters: the most that Excel itself puts into one."""
MAX_TEXT = 4_000_000
"""Characters of a sheet: a small file says the same long text a thousand times, and each time it must be read."""
TOO_WIDE = (
    "Bảng có quá nhiều dòng hoặc cột: nhiều nhất 20.000 dòng, 200 cột. Hãy bỏ phần thừa hoặc chia thành nhiều tệp."
)
TOO_FULL = "Bảng có quá nhiều chữ, hoặc có ô quá dài. Hãy bỏ phần thừa hoặc chia thành nhiều tệp."

Row = tuple[str, ...]
Place = tuple[int, int]
"""Row and column of a cell, both from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's rows of text in NFC, the first of them row 1.

    An error cell says its error (`#REF!`), a formula that was never calculated itself (`=A1&B1`). `hidden_rows` and
    `hidden_columns` count from 0. `tells_errors`: whether it says of errors and of hidden rows. `numbers`: the cells
    that held a number, so that zeros before it may be lost. `filled`: those that say what the tall cell above them
    says. `turned`: those that were written for a font of before Unicode.
    """

    name: str
    rows: Sequence[Row]
    is_hidden: bool = False
    tells_errors: bool = True
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    numbers: frozenset[Place] = frozenset()
    filled: frozenset[Place] = frozenset()
    turned: frozenset[Place] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a sheet says of its cells and the reader of their values does not tell; `errors`: place -> what stands
    there in place of a value."""

    errors: Mapping[Place, str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


def check_size(rows: Sequence[Sequence[object]]) -> None:
    """Asked again of what was read: the guard and the reader may not agree on what a file says. ValueError."""
    if len(rows) > MAX_ROWS or any(len(row) > MAX_COLUMNS for row in rows):
        raise ValueError(TOO_WIDE)
    if sum(1 for row in rows for cell in row if cell != "") > MAX_CELLS:
        raise ValueError(TOO_FULL)


def rows_of_text(grid: Sequence[Sequence[object]]) -> tuple[list[Row], frozenset[Place]]:
    """The cells as people read them, and the places of those that were turned from an old font. ValueError where there
    is more text than a person's table has."""
    rows: list[Row] = []
    places: set[Place] = set()
    length = 0
    for at, row in enumerate(grid):
        texts = [cell if isinstance(cell, str) else "" for cell in row]
        length += sum(map(len, texts))
        if length > MAX_TEXT or any(len(text) > LONGEST_CELL for text in texts):
            raise ValueError(TOO_FULL)
        readable = {} if "".join(texts).isascii() else turned(texts)
        places |= {(at, column) for column in readable}
        rows.append(tuple(text_of(readable.get(column, cell)) for column, cell in enumerate(row)))
    return rows, frozenset(places)


def text_of(cell: object) -> str:
    """A cell as a person reads it: whole numbers without `.0`, days as dd/mm/yyyy."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return nfc(str(cell))
