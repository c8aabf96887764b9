"""Files of every shape that clerks send: each row is taken, or told, and no cell is lost (office 4-6, field E)."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.base.spreadsheets.intake import take_in
from market.base.spreadsheets.tables import read_tables
from market.sellers.rules import (
    HamletNames,
    RegisterFile,
    RegisterRow,
    read_row,
    vocabulary,
)
from tests.sellers.shapes import AN, HEAD, SHAPES, Shape, book

HAMLETS = HamletNames([(1, "thôn Nghĩa Dũng"), (2, "thôn Mỗ Đoạn"), (3, "thôn Ô Mễ")], [("xã Đại Sơn", None)])


def file_of(raw: bytes) -> RegisterFile:
    return RegisterFile(tables=take_in(read_tables(raw), vocabulary({}, HAMLETS)))


def read(file: RegisterFile) -> tuple[list[RegisterRow], list[str]]:
    """The rows that read well, and why the others do not."""
    rows, refused = [], []
    for one in file.rows:
        try:
            rows.append(read_row(one, HAMLETS))
        except ValueError as error:
            refused.append(str(error))
    return rows, refused


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_file_of_any_shape_is_read_and_accounted_for(shape: Shape) -> None:
    file = file_of(shape.raw)
    rows, refused = read(file)

    assert [
        {name: getattr(row, name) for name in said} for row, said in zip(rows, shape.read, strict=True)
    ] == shape.read
    assert len(refused) == shape.refused
    assert shape.told in " ".join(row.unread for row in rows)
    assert shape.left in " ".join(line.text for line in file.account())
    assert file.cells == file.read + sum(line.cells for line in file.account())


def test_there_are_forty_shapes_and_more() -> None:
    assert len(SHAPES) >= 40


TYPED = st.text("aộĐ019/.-#=: \n(", max_size=12)


@given(st.lists(st.lists(TYPED, min_size=4, max_size=4), max_size=4))
def test_an_odd_cell_that_a_row_can_do_without_never_costs_the_row(cells: Sequence[Sequence[str]]) -> None:
    rows = [[*AN, *(text.replace("\n", " ") for text in row)] for row in cells]
    csv = "\n".join("\t".join(row) for row in [[*HEAD[:3], HEAD[3], HEAD[5], HEAD[6], HEAD[7]], *rows])
    taken, refused = read(file_of(csv.replace('"', "").encode()))
    assert (len(taken), refused) == (len(rows), [])


def test_the_rows_to_fix_stand_under_their_own_titles_with_the_reason() -> None:
    file = file_of(
        book([["Thôn Ô Mễ"], ["STT", "Tên cơ sở", "Loại hình", "SĐT"], [1, "An", "tiệm", "0912"]], [HEAD[:3], AN])
    )
    (page,) = file.to_fix({3: "Không rõ loại hình."})
    assert page == (
        "S1",
        [
            ("STT", "Tên cơ sở", "Loại hình", "SĐT", "Thôn", "Vì sao"),
            ("1", "An", "tiệm", "0912", "Thôn Ô Mễ", "Không rõ loại hình."),
        ],
    )


def test_the_order_of_sheets_and_rows_says_nothing_of_what_is_read() -> None:
    rows = [[f"Hộ {n}", "HKD", "Ô Mễ"] for n in range(20)]
    mixed = rows[:]
    Random(5).shuffle(mixed)
    said = [sorted(repr(row) for row in read(file_of(book([HEAD[:3], *some])))[0]) for some in (rows, mixed)]
    assert said[0] == said[1]
