"""Files of every shape that clerks send: each row is taken, or told, and no cell is lost (office 4-6, field E)."""

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from market.base.spreadsheets.intake import take_in
from market.base.spreadsheets.tables import read_tables
from market.sellers.models import AnswerAbout
from market.sellers.queries.answers import ONE, TWO, Answers
from market.sellers.queries.imports import Beside, plan_beside
from market.sellers.rules import (
    HamletNames,
    ImportReport,
    KnownBusiness,
    RegisterFile,
    RegisterRow,
    RowOutcome,
    TypedRow,
    pair_mark,
    read_row,
    vocabulary,
)
from tests.nights import examples
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


def test_hidden_columns_are_read_and_named() -> None:
    def hide(made: Workbook) -> None:
        for letter in ("D", "E"):
            made["S1"].column_dimensions[letter].hidden = True

    file = file_of(book([[*HEAD[:3], "Điện thoại", "Ghi chú"], [*AN, "0912345678", "nhà ngói"]], change=hide))
    assert file.hidden_columns == [("Điện thoại", True), ("Ghi chú", False)]
    assert [row.phone for row in read(file)[0]] == ["+84912345678"]
    assert file_of(book([[*HEAD[:3], "Điện thoại"], [*AN, "0912345678"]])).hidden_columns == []


# --- whole files, twins and unread cells among them


NAMES = st.sampled_from(["Tạp hóa An", "HKD Tạp hoá An", "Cơ sở tạp hóa An", "Quán Sen", "hộ Quán Sen", "Lò rèn"])
PHONES = st.sampled_from(["", "0912345678", "0987654321", "hỏi con gái", "0912345678 / 0987654321", "#REF!"])
OWNERS = st.sampled_from(["", "Trần Văn An", "Lê Thị Sen"])
ROWS = st.tuples(
    NAMES, st.sampled_from(["HKD", "xưởng lạ"]), st.sampled_from(["Nghĩa Dũng", "Mỗ Đoạn"]), PHONES, OWNERS
)
FIELDS = ("name", "kind", "hamlet", "phone", "owner_name")


def typed(rows: Sequence[Sequence[str]]) -> list[TypedRow]:
    return [
        TypedRow(number=at, cells={name: text for name, text in zip(FIELDS, row, strict=True) if text})
        for at, row in enumerate(rows, start=2)
    ]


def register(known: Sequence[KnownBusiness], said: Mapping[str, str]) -> Beside:
    answers = Answers(said={AnswerAbout.TWIN: said})
    return Beside(hamlets={1: "thôn Nghĩa Dũng", 2: "thôn Mỗ Đoạn"}, names=HAMLETS, answers=answers, known=known)


def taken(known: Sequence[KnownBusiness], rows: Sequence[Sequence[str]], said: Mapping[str, str]) -> ImportReport:
    return plan_beside(register(known, said), typed(rows), today=date(2026, 11, 29))


def after(known: Sequence[KnownBusiness], report: ImportReport) -> list[KnownBusiness]:
    """The register once the rows are in, with the cells that were kept."""
    by_id = {one.id: one for one in known}
    for one in report.changes:
        at = one.business_id if one.business_id is not None else len(by_id) + 1
        kept = by_id[at].unread if at in by_id else frozenset()
        brought = frozenset((cell.field, cell.text) for cell in one.says.cells) if one.says else frozenset()
        assert one.said
        by_id[at] = KnownBusiness(id=at, said=one.said, unread=kept | brought)
    return list(by_id.values())


def answers_to(report: ImportReport, said: Mapping[str, str], *, one: bool) -> dict[str, str]:
    """What a person says of every pair of rows that is asked about."""
    by_number = {row.number: row for row in report.decisions}
    asked = [(by_number[row.near_row], row) for row in report.asked if row.near_row is not None]
    return {**said, **{pair_mark(a.mark, b.mark): ONE if one else TWO for a, b in asked}}


@settings(max_examples=examples(70))
@given(st.lists(ROWS, max_size=7), st.booleans())
def test_the_same_file_twice_changes_nothing_whatever_it_brings(rows: list[tuple[str, ...]], one: bool) -> None:
    said: dict[str, str] = {}
    for _answering in range(4):
        said = answers_to(taken([], rows, said), said, one=one)
    known = after([], taken([], rows, said))
    again = taken(known, rows, said)
    assert again.changes == []


def test_of_two_rows_that_say_the_same_the_one_with_an_unread_cell_stands_whatever_their_order() -> None:
    """The cell is kept beside the business: it went lost where the row without it came first."""
    rows = [("hộ Quán Sen", "HKD", "Nghĩa Dũng", phone, "") for phone in ("", "hỏi con gái")]
    for some in (rows, rows[::-1]):
        (known,) = after([], taken([], some, {}))
        assert sorted(known.unread) == [("phone", "hỏi con gái")]


@settings(max_examples=examples(70))
@given(st.lists(ROWS, max_size=7), st.randoms(use_true_random=False), st.booleans())
def test_any_order_of_rows_gives_the_same_register_whatever_they_bring(
    rows: list[tuple[str, ...]], mix: Random, one: bool
) -> None:
    said: dict[str, str] = {}
    for _answering in range(4):
        said = answers_to(taken([], rows, said), said, one=one)
    mixed = rows[:]
    mix.shuffle(mixed)
    found = [
        sorted((repr(known.said), sorted(known.unread)) for known in after([], taken([], some, said)))
        for some in (rows, mixed)
    ]
    assert found[0] == found[1]


@settings(max_examples=examples(70))
@given(st.lists(ROWS, max_size=7))
def test_every_cell_that_came_in_is_in_the_register_kept_raw_or_told_with_its_row(rows: list[tuple[str, ...]]) -> None:
    report = taken([], rows, {})
    by_number = {one.number: one for one in report.decisions}
    for row in typed(rows):
        one = by_number[row.number]
        if one.outcome in (RowOutcome.REFUSED, RowOutcome.ASKED):
            assert one.reason
            continue
        assert one.says
        kept = {cell.field for cell in one.says.cells}
        for name in row.cells:
            value = one.says.hamlet_id if name == "hamlet" else getattr(one.says, name)
            assert value is not None or name in kept
