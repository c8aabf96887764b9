"""Tables people send: workbooks and CSV of every make are read, dangerous and broken ones refused with a sentence."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from market.base.spreadsheets.tables import MAX_ROWS, read_tables

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(raw: bytes) -> list[tuple[str, ...]]:
    return [row for sheet in read_tables(raw) for row in sheet.rows]


def with_member(raw: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(raw)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for member in before.namelist():
            content = before.read(member)
            after.writestr(member, change(content) if member == name else content)
    return out.getvalue()


RAW = workbook(["Tên", 912345678, 1.5, date(2025, 7, 1), True, None, "cuối"])


def test_cells_read_as_a_person_reads_them() -> None:
    assert rows_of(RAW) == [("Tên", "912345678", "1.5", "01/07/2025", "True", "", "cuối")]


def test_a_tall_cell_holds_for_each_of_its_rows() -> None:
    book = Workbook()
    for row in (["SỔ HỘ", None], ["Ô Mễ", "Một"], [None, "Hai"], [None, "Ba"], ["Xuân Nẻo", None]):
        book.active.append(row)
    for area in ("A1:B1", "A2:A4", "A5:B5", "Z2:Z4", "A9:A12"):
        book.active.merge_cells(area)
    out = BytesIO()
    book.save(out)
    told = [("SỔ HỘ", ""), ("Ô Mễ", "Một"), ("Ô Mễ", "Hai"), ("Ô Mễ", "Ba"), ("Xuân Nẻo", "")]
    assert rows_of(out.getvalue()) == told


def test_decomposed_marks_are_composed() -> None:
    assert rows_of(workbook(["Đa\u0323i Sơn"])) == [("Đại Sơn",)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_however_excel_saved_it(encoding: str, delimiter: str) -> None:
    # The Vietnamese code page writes tones as marks of their own.
    text = delimiter.join(["Tên", "Hô\u0323 kinh doanh" if encoding == "cp1258" else "Hộ kinh doanh"])
    raw = text.encode(encoding, errors="strict") if encoding != "cp1258" else _cp1258(text)

    assert rows_of(raw) == [("Tên", "Hộ kinh doanh")]


def _cp1258(text: str) -> bytes:
    return text.encode("cp1258")


def far(place: str) -> bytes:
    return with_member(RAW, SHEET, lambda xml: xml.replace(b'r="B1"', b'r="' + place.encode() + b'"'))


@pytest.mark.parametrize("place", ["B1048576", f"A{MAX_ROWS + 1}", "XFD1", "XFD1048576"])
def test_a_cell_far_out_is_refused_before_a_rectangle_is_laid_out(place: str) -> None:
    with pytest.raises(ValueError, match="quá nhiều dòng hoặc cột"):
        rows_of(far(place))


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'r="B1"', b'x="/>" r="XFD1048576"'),
        lambda xml: xml.replace(b'r="B1"', b'r="XF&#68;1048576"'),
        lambda xml: xml.replace(b'r="B1"', b"r = 'XFD1048576'"),
        lambda xml: xml.replace(b'r="B1"', b""),
        lambda xml: xml.replace(b'r="B1"', b'r="b1"'),
        lambda xml: xml.replace(b'r="B1"', b'r="A99999999999"'),
        lambda xml: b'<!DOCTYPE a [<!ENTITY e "x">]>' + xml,
        lambda xml: xml[:400],
        lambda xml: xml.replace(b't="n"', b't="s"'),
    ],
)
def test_a_sheet_with_hidden_places_or_broken_marks_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match="Excel|Bảng"):
        rows_of(with_member(RAW, SHEET, change))


def test_an_empty_cell_far_out_does_no_harm() -> None:
    coloured = b'</row><row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    raw = with_member(RAW, SHEET, lambda xml: xml.replace(b"</row></sheetData>", coloured))

    assert len(rows_of(raw)) == 1


def test_a_small_file_that_unpacks_huge_is_refused() -> None:
    with pytest.raises(ValueError, match="bung ra quá lớn"):
        rows_of(with_member(RAW, SHEET, lambda xml: xml + b" " * 30_000_000))


def test_a_file_over_5_mb_is_refused() -> None:
    with pytest.raises(ValueError, match="5 MB"):
        rows_of(b"a,b\n" * 1_400_000)


def sharing(told: str, times: int) -> bytes:
    """A workbook of one text, which so many cells share."""
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, times + 1))
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    raw = with_member(RAW, SHEET, lambda _: f"<worksheet {main}><sheetData>{cells}</sheetData></worksheet>".encode())
    out = BytesIO(raw)
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst {main}><si><t>{told}</t></si></sst>")
    return out.getvalue()


def test_a_long_text_that_many_cells_share_is_refused_before_it_is_read() -> None:
    """A text of 100,000 letters in a thousand cells took half a minute and 300 MB, sent as 70 KB."""
    told = "".join(map(chr, range(0x1EA0, 0x1EF9))) * 320
    assert rows_of(sharing(told, 100))[99] == (told,)
    with pytest.raises(ValueError, match="quá nhiều chữ"):
        rows_of(sharing(told, 1_000))


def test_a_cell_longer_than_excel_allows_is_refused() -> None:
    long = b"x" * 32_768
    inline = with_member(RAW, SHEET, lambda xml: re.sub(rb">T[^<>]+n</t>", b">" + long + b"</t>", xml))
    for raw in (sharing(long.decode(), 1), inline, b"a," + long):
        with pytest.raises(ValueError, match="ô quá dài"):
            rows_of(raw)


def test_tall_cells_laid_over_one_another_are_refused() -> None:
    merged = b"".join(b'<mergeCell ref="A1:A%d"/>' % (9_999 - number) for number in range(90))
    xml = b'<mergeCells count="90">' + merged + b"</mergeCells>"
    tall = workbook(*([number] for number in range(9_999)))
    with pytest.raises(ValueError, match="quá nhiều chữ"):
        rows_of(with_member(tall, SHEET, lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + xml)))


OTHER_WORKBOOK = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="30000">
<table:table-cell office:value-type="string" table:number-columns-repeated="3000"><text:p>x</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


@pytest.mark.parametrize("beside", [b"", RAW])
def test_another_format_that_is_called_xlsx_is_refused_unread(beside: bytes) -> None:
    """An OpenDocument sheet says in 748 bytes that its one cell stands 90 million times: the reader believed it."""
    out = BytesIO(beside)
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", OTHER_WORKBOOK)
    with pytest.raises(ValueError, match="không phải bảng tính"):
        rows_of(out.getvalue())


def test_more_cells_than_a_register_has_are_refused() -> None:
    with pytest.raises(ValueError, match="quá nhiều chữ"):
        rows_of((",".join("x" * 200) + "\n").encode() * 3_000)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"%PDF-1.7\0",
        b'"' + b"a" * 200_000,
    ],
)
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"không phải bảng tính"):
        rows_of(raw)


def is_read_or_refused(raw: bytes) -> bool:
    try:
        return len(rows_of(raw)) >= 0
    except ValueError as error:
        return bool(str(error))


@settings(max_examples=200)
@given(st.integers(0, len(RAW) - 1), st.integers(0, 255), st.integers(0, len(RAW)))
def test_a_damaged_workbook_is_read_or_refused_and_never_breaks(place: int, byte: int, end: int) -> None:
    damaged = bytearray(RAW)
    damaged[place] = byte

    assert is_read_or_refused(bytes(damaged))
    assert is_read_or_refused(RAW[:end])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    assert is_read_or_refused(raw)


FILES = Path(__file__).parent / "files"


def test_a_workbook_of_old_excel_is_read_with_its_days_numbers_and_hidden_sheets() -> None:
    shown, old = read_tables((FILES / "so-ho-excel-97.xls").read_bytes())
    assert shown.rows[1] == ("Tạp hóa An", "HKD", "Nghĩa Dũng", "912345678", "01/07/2024")
    assert (shown.numbers, shown.tells_errors) == ({(1, 3)}, False)
    assert (old.name, old.is_hidden) == ("2024", True)


def test_a_cell_far_out_in_old_excel_is_refused_before_a_rectangle_is_laid_out() -> None:
    with pytest.raises(ValueError, match="quá nhiều dòng"):
        list(read_tables((FILES / "o-xa.xls").read_bytes()))


def test_errors_formulas_never_calculated_and_what_is_hidden_are_told() -> None:
    book = Workbook()
    page = book.active
    for row in (["Tên", "Số"], ["An", "#REF!"], ["Hai", "=A1&B1"]):
        page.append(row)
    page["B2"].data_type = "e"
    page.row_dimensions[3].hidden = True
    page.column_dimensions["B"].hidden = True
    out = BytesIO()
    book.save(out)
    (sheet,) = read_tables(out.getvalue())
    assert sheet.rows == [("Tên", "Số"), ("An", "#REF!"), ("Hai", "=A1&B1")]
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {1})
