"""A workbook for people: what is written is read back, codes keep their zeros, nothing is a formula."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from market.base.spreadsheets.tables import read_tables
from market.base.spreadsheets.writing import workbook_of


def test_what_is_written_opens_as_text_in_its_sheets() -> None:
    book = load_workbook(BytesIO(workbook_of([("A/B", [["0912", "=1+1", "<&>"]]), ("Trang dài" * 9, [["", "x"]])])))

    assert book.sheetnames[0] == "1. A B"
    assert len(book.sheetnames[1]) == 31
    assert [cell.value for cell in book.worksheets[0][1]] == ["0912", "=1+1", "<&>"]
    assert {cell.data_type for cell in book.worksheets[0][1]} <= {"s", "inlineStr"}


def test_nothing_to_write_is_an_empty_sheet() -> None:
    assert [sheet.rows for sheet in read_tables(workbook_of([]))] == [[]]


@given(st.lists(st.lists(st.text("aộ0 =", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=4), min_size=1))
def test_the_market_reads_what_it_wrote(rows: list[list[str]]) -> None:
    (sheet,) = read_tables(workbook_of([("Sổ", rows)]))
    assert [[" ".join(cell.split()) for cell in row] for row in rows] == [
        [cell for cell in row if cell] for row in sheet.rows
    ]


def test_numbers_can_be_added_up_and_the_same_cells_are_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [("Số", [["a", 12, 0], ["", -3]])]
    raw = workbook_of(pages)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert workbook_of(pages) == raw
    sheet = load_workbook(BytesIO(raw)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.rows] == [["a", 12, 0], [None, -3, None]]
    assert sheet["B1"].data_type == "n"
