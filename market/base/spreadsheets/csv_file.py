"""Tables for people's spreadsheets: CSV that opens with its letters right and runs nothing."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK = "\ufeff"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV with a byte order mark; a cell that a spreadsheet would take for a formula gets a quote first."""
    file = StringIO()
    csv.writer(file, lineterminator="\r\n").writerows([_plain(cell) for cell in row] for row in rows)
    return BYTE_ORDER_MARK + file.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(BEGINS_A_FORMULA) else cell
