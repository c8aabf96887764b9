"""Marketplace files are opened carefully and changed in one place only."""

import struct
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from market.base.spreadsheets import filling
from market.base.spreadsheets.columns import letters_of, number_of
from market.base.spreadsheets.guard import NOT_XLSX, TOO_MUCH
from market.base.spreadsheets.workbook import open_workbook
from market.base.spreadsheets.xml import parse
from tests.channels.templates import SHOPEE, TIKTOK, Maker, cells, members
from tests.nights import examples
from tests.work import calls_of

GRID = [["mã", "tên"], ["1", "gạo"], ["2", "rươi"]]
PATH = "xl/worksheets/sheet1.xml"
MOST_CALLS_A_CELL = 20
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=60)


def with_rows(raw: bytes, path: str, *, first_row: int, rows: Sequence[Mapping[str, filling.Cell]]) -> bytes:
    """The workbook with its sheet at `path` filled."""
    book = open_workbook(raw)
    sheet = next(name for name, place in book.sheets.items() if place == path)
    return filling.with_rows(book, sheet, first_row=first_row, rows=rows)


def packed(names: dict[str, bytes], kind: int = ZIP_DEFLATED) -> bytes:
    raw = BytesIO()
    with ZipFile(raw, "w", kind) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return raw.getvalue()


def packed_bytes(raw: bytes) -> dict[str, bytes]:
    """Each member as it lies in the zip, still compressed."""
    found = {}
    with ZipFile(BytesIO(raw)) as archive:
        for entry in archive.infolist():
            names, extras = struct.unpack_from("<HH", raw, entry.header_offset + 26)
            start = entry.header_offset + 30 + names + extras
            found[entry.filename] = raw[start : start + entry.compress_size]
    return found


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("shared", [False, True])
def test_cells_are_read_whether_shared_inline_or_prefixed(prefix: str, shared: bool) -> None:
    book = open_workbook(Maker(prefix=prefix, shared=shared).make({"Trang": GRID, "Trống": []}))
    assert book.rows("Trang") == {1: {"A": "mã", "B": "tên"}, 2: {"A": "1", "B": "gạo"}, 3: {"A": "2", "B": "rươi"}}
    assert book.rows("Trống") == {}


def test_cells_that_do_not_say_where_they_are_follow_each_other() -> None:
    rows = b"<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    book = open_workbook(Maker().make({"Trang": GRID}, extra={PATH: sheet}))
    assert book.rows("Trang") == {1: {"A": "1", "B": "2"}, 2: {"A": "3"}}


def test_decomposed_letters_are_read_composed() -> None:
    assert open_workbook(Maker().make({"Trang": [["Ma\u0303 đơn ha\u0300ng"]]})).rows("Trang") == {
        1: {"A": "Mã đơn hàng"}
    }


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"%PDF-1.7", "một dòng chữ".encode(), SHOPEE[:3000]])
def test_what_is_no_workbook_is_refused_kindly(raw: bytes) -> None:
    with pytest.raises(ValueError, match="không phải bảng tính Excel"):
        open_workbook(raw)


def test_a_zip_without_a_workbook_is_refused_kindly() -> None:
    with pytest.raises(ValueError, match="không phải bảng tính Excel"):
        open_workbook(packed({"ảnh.txt": b"x"}))


@given(st.integers(0, len(SHOPEE) - 1), st.integers(1, 255))
def test_a_damaged_workbook_is_read_rightly_or_refused_kindly(where: int, change: int) -> None:
    raw = bytearray(SHOPEE)
    raw[where] ^= change
    assert first_cell_or_refusal(bytes(raw)) in ("ps_category|0|0", NOT_XLSX, TOO_MUCH)


def first_cell_or_refusal(raw: bytes) -> str:
    try:
        return open_workbook(raw).rows("Bản đăng tải")[1]["A"]
    except ValueError as refusal:
        return str(refusal)


def test_a_file_over_five_megabytes_is_refused() -> None:
    with pytest.raises(ValueError, match="5 MB"):
        open_workbook(b"x" * (5 * 1024 * 1024 + 1))


def test_a_zip_bomb_is_refused_before_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed({PATH: b"0" * 200_000_000})
    unpacked: list[object] = []
    monkeypatch.setattr(ZipFile, "open", lambda _archive, name, *_rest, **_more: unpacked.append(name))
    with pytest.raises(ValueError, match="quá lớn"):
        open_workbook(bomb)
    assert unpacked == []


def test_a_small_file_that_swells_a_hundredfold_is_refused() -> None:
    with pytest.raises(ValueError, match="quá lớn"):
        open_workbook(packed({PATH: b"0" * 1_000_000}))


def test_a_file_of_a_thousand_members_is_refused() -> None:
    with pytest.raises(ValueError, match="quá lớn"):
        open_workbook(packed({f"xl/{number}.xml": b"<a/>" for number in range(1000)}, ZIP_STORED))


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/a.bin"])
def test_a_file_with_macros_or_foreign_parts_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="macro"):
        open_workbook(Maker().make({"Trang": GRID}, extra={name: b"x"}))


@pytest.mark.parametrize(
    "sheet",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="x"/></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="ABCD1"><v>1</v></c></row></sheetData></worksheet>',
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row></sheetData></worksheet>',
        b"<worksheet><sheetData>",
        '<?xml version="1.0" encoding="utf-16"?><worksheet/>'.encode("utf-16"),
    ],
)
def test_a_sheet_of_broken_or_tricky_xml_is_refused(sheet: bytes) -> None:
    book = open_workbook(Maker().make({"Trang": GRID}, extra={PATH: sheet}))
    with pytest.raises(ValueError, match="không phải bảng tính Excel"):
        book.rows("Trang")


def test_a_sheet_of_endless_cells_is_refused() -> None:
    sheet = (
        b"<worksheet><sheetData><row>"
        + b"".join(b"<c s='%d'/>" % n for n in range(500_001))
        + b"</row></sheetData></worksheet>"
    )
    book = open_workbook(Maker().make({"Trang": GRID}, extra={PATH: sheet}))
    with pytest.raises(ValueError, match="quá lớn"):
        book.rows("Trang")


@given(st.integers(1, 18_278))
def test_column_letters_count_both_ways(column: int) -> None:
    assert number_of(letters_of(column)) == column


@pytest.mark.parametrize("raw", [SHOPEE, TIKTOK])
def test_every_other_member_keeps_its_packed_bytes_and_its_place(raw: bytes) -> None:
    path = "xl/worksheets/sheet2.xml"
    filled = with_rows(raw, path, first_row=7, rows=[{"A": "gạo", "B": 12}])
    before, after = packed_bytes(raw), packed_bytes(filled)
    assert list(before) == list(after)
    assert {name for name in before if before[name] != after[name]} == {path}
    assert filled == with_rows(raw, path, first_row=7, rows=[{"A": "gạo", "B": 12}])


def test_a_zip_whose_sizes_follow_its_members_is_carried_over() -> None:
    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

    pipe = Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for name, content in members(SHOPEE).items():
            archive.writestr(name, content)
    filled = with_rows(pipe.getvalue(), "xl/worksheets/sheet2.xml", first_row=7, rows=[{"A": "gạo"}])
    assert cells(filled, "Bản đăng tải")[6][0] == "gạo"
    with ZipFile(BytesIO(filled)) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize("dimension", [True, False])
def test_rows_below_give_way_and_rows_above_stay(prefix: str, dimension: bool) -> None:
    raw = Maker(prefix=prefix, dimension=dimension).make({"Trang": GRID})
    filled = with_rows(raw, PATH, first_row=2, rows=[{"C": 7, "A": "rau"}, {"B": Decimal("1.25")}])
    assert cells(filled, "Trang") == [["mã", "tên", ""], ["rau", "", 7.0], ["", 1.25, ""]]
    written = members(filled)[PATH]
    assert (b'ref="A1:C3"' in written) is dimension
    assert b"sheetProtection" in written
    header = members(raw)[PATH].partition(b'row r="2"')[0].rpartition(b"sheetViews")[2]
    assert header in written


def test_a_filled_cell_keeps_the_style_that_leaves_its_column_unlocked() -> None:
    columns = b'<cols><col min="2" max="3" width="9" style="4"/><col min="5" max="5" width="9"/></cols>'
    sheet = b"<worksheet>" + columns + b'<sheetData><row r="1"/></sheetData></worksheet>'
    raw = Maker().make({"Trang": GRID}, extra={PATH: sheet})
    written = members(with_rows(raw, PATH, first_row=2, rows=[{"A": 1, "C": 2, "E": 3}]))[PATH]
    assert b'<c r="A2"><v>1</v></c><c r="C2" s="4"><v>2</v></c><c r="E2"><v>3</v></c>' in written


def test_an_empty_sheet_can_be_filled() -> None:
    filled = with_rows(Maker(prefix="x:").make({"Trang": []}), PATH, first_row=1, rows=[{"A": "gạo"}])
    assert cells(filled, "Trang") == [["gạo"]]


def test_filling_with_nothing_takes_old_rows_away() -> None:
    assert cells(with_rows(Maker().make({"Trang": GRID}), PATH, first_row=2, rows=[]), "Trang") == [["mã", "tên"]]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+84", "@SUM(A1)", "-1", "</t></is></c>", "a & b < c > d"])
def test_text_stays_text_and_never_becomes_a_formula(text: str) -> None:
    filled = with_rows(Maker().make({"Trang": GRID}), PATH, first_row=2, rows=[{"A": text}])
    assert cells(filled, "Trang")[1][0] == text
    assert b"<f>" not in members(filled)[PATH]


@settings(max_examples=examples(20))
@given(st.lists(TEXT, min_size=1, max_size=20))
def test_any_text_comes_back_as_it_went(texts: list[str]) -> None:
    written = [f"[{text}]" for text in texts]
    filled = with_rows(Maker().make({"Trang": GRID}), PATH, first_row=2, rows=[{"A": text} for text in written])
    assert [row[0] for row in cells(filled, "Trang")[1:]] == written


def test_characters_that_xml_forbids_are_left_out() -> None:
    filled = with_rows(Maker().make({"Trang": GRID}), PATH, first_row=2, rows=[{"A": "g\x00ạ\x0bo\r\nnếp\ufffe"}])
    assert cells(filled, "Trang")[1][0] == "gạo\nnếp"


def test_two_thousand_rows_of_ten_columns_are_written_in_one_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet is read once, whatever the rows; twice as many rows are twice the work, a few calls for each cell."""
    row = {letters_of(place): "Gạo nếp cái hoa vàng" for place in range(1, 9)} | {"I": 35_000, "J": 10}
    sheet_path, walks = "xl/worksheets/sheet2.xml", []
    monkeypatch.setattr(filling, "parse", lambda xml, listener: (walks.append(1), parse(xml, listener)))
    filled = with_rows(SHOPEE, sheet_path, first_row=7, rows=[row] * 2_000)
    assert walks == [1]
    calls = [
        calls_of(lambda rows=rows: with_rows(SHOPEE, sheet_path, first_row=7, rows=[row] * rows))
        for rows in (0, 1_000, 2_000)
    ]
    assert calls[2] - calls[1] <= 1.1 * (calls[1] - calls[0])
    assert calls[2] - calls[1] <= MOST_CALLS_A_CELL * 10 * 1_000
    sheet = cells(filled, "Bản đăng tải")
    assert len(sheet) == 2_006
    assert sheet[-1][:10] == ["Gạo nếp cái hoa vàng"] * 8 + [35_000.0, 10.0]


def test_the_texts_that_a_cell_is_chosen_from_are_read_however_the_sheet_says_it() -> None:
    """Inline, from cells of this or a hidden sheet, in Excel's old way and in its newer one."""
    made = Workbook()
    page, hidden = made.active, made.create_sheet("Danh sách")
    page.title = "Mẫu"
    for row, word in enumerate(("Việt Nam", "Lào", "Thái Lan"), start=1):
        hidden.cell(row, 2, word)
    for formula, place in (('"Có,Không"', "A2:A9"), ("'Danh sách'!$B$1:$B$3", "C2:D9"), ("=OFFSET(A1,0,0)", "E2:E9")):
        rule = DataValidation(type="list", formula1=formula)
        rule.add(place)
        page.add_data_validation(rule)
    out = BytesIO()
    made.save(out)
    book = open_workbook(out.getvalue())
    countries = ("Việt Nam", "Lào", "Thái Lan")
    assert book.lists("Mẫu") == {"A": ("Có", "Không"), "C": countries, "D": countries}
    newer = (
        '<extLst><ext><x14:dataValidations xmlns:x14="x" xmlns:xm="y"><x14:dataValidation type="list"><x14:formula1>'
        "<xm:f>'Danh sách'!$B$1:$B$2</xm:f></x14:formula1><xm:sqref>G2:G9</xm:sqref></x14:dataValidation>"
        "</x14:dataValidations></ext></extLst></worksheet>"
    )
    path = book.sheets["Mẫu"]
    names = members(out.getvalue())
    names[path] = names[path].replace(b"</worksheet>", newer.encode())
    assert open_workbook(packed(names)).lists("Mẫu")["G"] == countries[:2]
