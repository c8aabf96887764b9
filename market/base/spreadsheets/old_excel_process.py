"""A process of its own that reads an .xls from its input and writes its sheets as JSON: it imports nothing of the
market, and dies where the file asks for more memory or time than it may have."""

import json
import resource
import sys
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook, SheetVisibleEnum

MOST_MEMORY = 640 * 1024 * 1024
MOST_SECONDS = 10
MOST_ROWS, MOST_COLUMNS = 20_000, 200


def sheets_in(raw: bytes) -> list[dict[str, Any]]:
    with CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
        return [
            {
                "name": one.name,
                "is_hidden": one.visible is not SheetVisibleEnum.Visible,
                "grid": _grid(book.get_sheet_by_name(one.name)),
                "merged": book.get_sheet_by_name(one.name).merged_cell_ranges or [],
            }
            for one in book.sheets_metadata
        ]


def _grid(sheet: Any) -> list[list[object]]:
    last_row, last_column = sheet.end or (0, 0)
    if last_row >= MOST_ROWS or last_column >= MOST_COLUMNS:
        raise SystemExit(2)
    return [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _plain(cell: Any) -> object:
    """Days as people write them: JSON has none."""
    if isinstance(cell, str | int | float | bool):
        return cell
    return f"{cell:%d/%m/%Y}" if hasattr(cell, "year") else str(cell)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.write(json.dumps(sheets_in(sys.stdin.buffer.read())))
