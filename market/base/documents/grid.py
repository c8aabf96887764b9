"""Tables of an official document: ruled, their head on every page, a cell that may open an address."""

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from market.base.documents.marks import TextCell, add_link, first_of, fix_widths, keep_rows_whole, repeat_head
from market.base.documents.measures import TABLE_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    """`width` in millimetres; `is_number` stands at the right edge."""

    head: str
    width: float
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedText:
    """A cell that opens an address."""

    text: str
    address: str


GridCell = str | LinkedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    columns: Sequence[GridColumn]
    rows: Sequence[Sequence[GridCell]]


def write_grid(document: Document, grid: Grid) -> None:
    """At a document's end."""
    table = document.add_table(rows=1 + len(grid.rows), cols=len(grid.columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    fix_widths(table, [column.width for column in grid.columns])
    head, *rows = table.rows
    repeat_head(table)
    keep_rows_whole(table)
    for cell, column in zip(head.cells, grid.columns, strict=True):
        _write(cell, column.head, WD_ALIGN_PARAGRAPH.CENTER, is_bold=True)
    for row, values in zip(rows, grid.rows, strict=True):
        for cell, value, column in zip(row.cells, values, grid.columns, strict=True):
            _write(cell, value, WD_ALIGN_PARAGRAPH.RIGHT if column.is_number else WD_ALIGN_PARAGRAPH.LEFT)


def _write(cell: TextCell, value: GridCell, alignment: WD_ALIGN_PARAGRAPH, *, is_bold: bool = False) -> None:
    paragraph = first_of(cell)
    paragraph.alignment = alignment
    if isinstance(value, LinkedText):
        add_link(paragraph, value.text, value.address, TABLE_SIZE)
        return
    run = paragraph.add_run(value)
    run.font.size = Pt(TABLE_SIZE)
    if is_bold:
        run.bold = True
