"""Every cell of a file is read or named: cells in are cells read and cells left, whatever the file is like."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.base.spreadsheets.intake import SKIPPED, CellFate, Table, Vocabulary, row_place, take_in
from market.base.spreadsheets.sheet import Sheet

TITLES = {"Tên": "name", "Giá": "price", "Đơn vị": "unit", "STT": SKIPPED}
PRODUCTS = Vocabulary(
    field_of=lambda title: TITLES.get(title, ""),
    is_header=lambda fields: {"name", "price"} <= set(fields),
    headings_of=lambda text: ["group"] if text.startswith("Nhóm ") else [],
    needed=("name", "price"),
)
"""A list of products: the same reading, another trade."""


def table(*rows: Sequence[str], **more: object) -> Table:
    (read,) = take_in([Sheet(name="Hàng", rows=[tuple(row) for row in rows], **more)], PRODUCTS)  # type: ignore[arg-type]
    return read


def cells_of(read: Table) -> list[dict[str, str]]:
    return [dict(line.cells) for line in read.lines]


def fates(read: Table) -> dict[CellFate, int]:
    return {left.fate: sum(one.cells for one in read.left if one.fate is left.fate) for left in read.left}


HEAD = ("STT", "Tên", "Giá", "Màu")


def test_titles_headings_feet_and_columns_nobody_understands_are_named() -> None:
    read = table(
        ["BẢNG GIÁ"],
        HEAD,
        ["(1)", "(2)", "(3)", "(4)"],
        ["Nhóm rau"],
        ["1", "Rau muống", "8000", "xanh"],
        [],
        ["2", "", "", ""],
        HEAD,
        ["3", "Cà", "9000", "tím", "thừa"],
        ["Tổng cộng: 2"],
        ["", "Người lập biểu"],
        ["", "Nguyễn Văn A"],
    )

    assert cells_of(read) == [{"name": "Rau muống", "price": "8000"}, {"name": "Cà", "price": "9000"}]
    assert [line.headings for line in read.lines] == [{"group": "Nhóm rau"}] * 2
    assert fates(read) == {
        CellFate.TITLE: 1,
        CellFate.HEADER: 8,
        CellFate.INDEX: 4,
        CellFate.HEADING: 1,
        CellFate.EMPTY: 1,
        CellFate.FOOT: 3,
        CellFate.SKIPPED: 2,
        CellFate.UNKNOWN: 2,
        CellFate.UNTITLED: 1,
    }
    assert read.cells == read.read + sum(left.cells for left in read.left) == 4 + 23


def test_a_header_of_two_lines_is_read_by_its_lower_one_and_its_upper_one() -> None:
    read = table(["Hàng", "", "Giá"], ["Tên", "Đơn vị", ""], ["Rau", "kg", "8000"])
    assert cells_of(read) == [{"name": "Rau", "unit": "kg", "price": "8000"}]


def test_a_row_below_a_header_is_no_second_line_of_it() -> None:
    assert cells_of(table(["Tên", "Giá"], ["Rau", "8000"])) == [{"name": "Rau", "price": "8000"}]


def test_what_a_tall_cell_says_again_is_counted_once() -> None:
    read = table(["Đơn vị", "Tên", "Giá"], ["kg", "Rau", "1"], ["kg", "Cà", "2"], filled=frozenset({(2, 0)}))
    assert (read.cells, read.read) == (8, 5)
    assert [line.cells["unit"] for line in read.lines] == ["kg", "kg"]


@pytest.mark.parametrize(
    ("rows", "more", "fate"),
    [
        ([["Tên", "Giá"], ["Rau", "1"]], {"is_hidden": True}, CellFate.HIDDEN_SHEET),
        ([["Ghi chú", "x"]], {}, CellFate.NO_HEADER),
    ],
)
def test_a_sheet_that_is_not_read_is_named_with_all_its_cells(rows, more, fate: CellFate) -> None:
    read = table(*rows, **more)
    assert (read.lines, [(left.fate, left.cells) for left in read.left]) == ((), [(fate, read.cells)])


def test_a_header_in_words_nobody_knows_can_be_told() -> None:
    read = table(["Tên gọi", "Đơn giá", "Quy cách", "Nơi bán"], ["Rau", "1", "bó", "chợ"])
    assert read.is_guessed
    assert next((one.title, one.sample) for one in read.columns) == ("Tên gọi", "Rau")


def test_rows_know_the_sheet_they_are_of() -> None:
    sheets = [Sheet(name=name, rows=[("Tên", "Giá"), ("Rau", "1")]) for name in "AB"]
    assert [row_place(line.number) for read in take_in(sheets, PRODUCTS) for line in read.lines] == [(0, 2), (1, 2)]


WORDS = st.sampled_from(["", "", "Tên", "Giá", "STT", "Màu", "Rau", "8000", "1", "Tổng cộng", "Nhóm rau", "(2)"])


@given(st.lists(st.lists(WORDS, max_size=6), max_size=12), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 5))))
def test_cells_in_are_cells_read_and_cells_left(rows: list[list[str]], filled: set[tuple[int, int]]) -> None:
    read = table(*rows, filled=frozenset(filled))
    own = sum(1 for at, row in enumerate(rows) for n, text in enumerate(row) if text and (at, n) not in filled)

    assert read.cells == own
    assert read.read + sum(left.cells for left in read.left) == own
