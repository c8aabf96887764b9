"""An official document read back: every measure of Nghị định 30/2020/NĐ-CP, Phụ lục I, as the file holds it."""

from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from market.base.documents import measures
from market.base.documents.grid import Grid, GridColumn, LinkedText
from market.base.documents.measures import MOTTO, NATION, text_width
from market.base.documents.official import Letterhead, OfficialDocument, Properties, SignatureBlock
from market.base.documents.wording import (
    BLANK,
    bare_place,
    ended,
    ground_lines,
    number_line,
    place_line,
    recipient_lines,
)

SUBJECT = "Kết quả hộ kinh doanh, hợp tác xã tham gia thương mại điện tử quý IV năm 2026"
LONG = "Đặng Nguyễn Thị Phương Thảo Quỳnh"
SENTENCE = "Ủy ban nhân dân xã yêu cầu các cơ quan, đơn vị được phân công nghiêm túc thực hiện."
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
MADE_AT = datetime(2026, 11, 15, 2, 0, tzinfo=UTC)


def written(*, organ: tuple[str, ...] = ("Phòng Kinh tế",), superior: str | None = "UBND xã Đại Sơn") -> bytes:
    document = OfficialDocument(properties=Properties(title=SUBJECT, author="Phòng Kinh tế", made_at=MADE_AT))
    place = place_line("Đại Sơn", date(2027, 2, 5), year=2027)
    number = number_line(5, "BC-PKT")
    document.letterhead(Letterhead(superior=superior, organ=organ, number=number, place=place, mark="DỰ THẢO"))
    document.title("Báo cáo", SUBJECT)
    document.addressed_to(["Ủy ban nhân dân xã Đại Sơn"])
    document.grounds(ground_lines(["Căn cứ Kế hoạch số 48/KH-UBND", "Căn cứ Quyết định số 1380/QĐ-UBND"]))
    document.heading("I. KẾT QUẢ")
    document.paragraph(SENTENCE)
    document.closing(ended(SENTENCE))
    recipients = recipient_lines(["Như trên", "TT. Đảng ủy xã"], "PKT")
    lines = ["KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"]
    document.signature(SignatureBlock(lines=lines, name=LONG, recipients=recipients))
    document.annex("Phụ lục I", "Bảng chỉ tiêu", "Kèm theo Báo cáo", is_wide=True)
    columns = [GridColumn(head="STT", width=14), GridColumn(head="Số", width=40, is_number=True)]
    document.grid(Grid(columns=columns, rows=[["1", LinkedText(text="BC-KD", address="https://cho.test/BC-KD")]]))
    document.annex("Phụ lục II", "Mã", "Kèm theo Báo cáo")
    return document.to_bytes()


@pytest.fixture(scope="module")
def paper() -> Document:
    return docx.Document(BytesIO(written()))


def told(paragraph: Paragraph) -> tuple[str, float | None, bool, bool]:
    """Its text, its size in points, whether it is bold, whether italic."""
    [run] = paragraph.runs
    return paragraph.text, run.font.size.pt if run.font.size else None, bool(run.bold), bool(run.italic)


def named(paper: Document, text: str) -> Paragraph:
    return next(one for one in paper.paragraphs if one.text == text)


def rule_of(paragraph: Paragraph, column: float) -> float:
    """How long the line is that a paragraph draws, in millimetres; it stands in the middle of its column."""
    shape = paragraph.paragraph_format
    assert not paragraph.text
    assert shape.left_indent is not None
    assert shape.left_indent == shape.right_indent
    line = paragraph._p.pPr.find(qn("w:pBdr")).find(qn("w:top"))
    assert (line.get(qn("w:val")), line.get(qn("w:color"))) == ("single", "000000")
    return float(column - 2 * shape.left_indent.mm)


def head_cells(paper: Document) -> list[_Cell]:
    return [cell for row in paper.tables[0].rows for cell in row.cells]


def test_the_page_is_a4_with_the_decrees_margins(paper: Document) -> None:
    first, wide, last = paper.sections
    assert [(round(one.page_width.mm), round(one.page_height.mm)) for one in (first, last)] == [(210, 297)] * 2
    assert (round(wide.page_width.mm), round(wide.page_height.mm), wide.orientation) == (297, 210, WD_ORIENT.LANDSCAPE)
    for section in paper.sections:
        assert 20 <= round(section.top_margin.mm, 1) <= 25
        assert 20 <= round(section.bottom_margin.mm, 1) <= 25
        assert 30 <= round(section.left_margin.mm, 1) <= 35
        assert 15 <= round(section.right_margin.mm, 1) <= 20
        assert section.gutter == 0


def test_every_letter_is_times_new_roman_and_black(paper: Document) -> None:
    fonts = paper.styles["Normal"].element.rPr.rFonts
    assert {kind: fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "hAnsi", "eastAsia", "cs")} == dict.fromkeys(
        ("ascii", "hAnsi", "eastAsia", "cs"), "Times New Roman"
    )
    assert fonts.get(qn("w:asciiTheme")) is None
    body = [run for one in paper.paragraphs for run in one.runs]
    assert {run.font.name for run in body} == {None}
    assert {run.font.color.rgb for run in body} == {None}
    assert {one.style.name for one in paper.paragraphs if one.style} == {"Normal"}


def test_the_pages_number_stands_centred_above_from_the_second_page_on(paper: Document) -> None:
    assert [one.different_first_page_header_footer for one in paper.sections] == [True, False, False]
    assert "".join(one.text for one in paper.sections[0].first_page_header.paragraphs) == ""
    for section in paper.sections:
        [number] = section.header.paragraphs
        assert [one.text.strip() for one in number._p.iter(qn("w:instrText"))] == ["PAGE"]
        assert number.alignment is CENTRE
        assert {run.font.size for run in number.runs} == {Pt(13)}
        assert not any(run.bold or run.italic for run in number.runs)
        assert section.header_distance < section.top_margin


def test_the_countrys_name_fits_on_its_line_with_the_motto_and_its_rule(paper: Document) -> None:
    _organ, nation, _number, _place = head_cells(paper)
    name, motto, rule = nation.paragraphs
    assert told(name) == (NATION, 12, True, False)
    assert told(motto) == ("Độc lập - Tự do - Hạnh phúc", 13, True, False)
    assert {one.alignment for one in (name, motto)} == {CENTRE}
    assert nation.width.mm == pytest.approx(98, abs=0.1)
    assert text_width(NATION, 12, bold=True) < 98 - 5
    assert rule_of(rule, 98) == pytest.approx(text_width(MOTTO, 13, bold=True), abs=0.2)
    padding = paper.tables[0]._tbl.tblPr.find(qn("w:tblCellMar"))
    assert {edge.tag.split("}")[1]: edge.get(qn("w:w")) for edge in padding} == {"left": "0", "right": "0"}
    assert paper.tables[0]._tbl.tblPr.find(qn("w:tblBorders")) is None
    assert not paper.tables[0].autofit


def test_widths_of_times_are_those_that_were_measured() -> None:
    assert text_width(NATION, 13, bold=True) == pytest.approx(95.7, abs=0.1)
    assert text_width(NATION, 12, bold=True) == pytest.approx(88.3, abs=0.1)
    assert text_width(MOTTO, 13, bold=True) == pytest.approx(55.9, abs=0.1)
    assert text_width("ỦY BAN NHÂN DÂN XÃ ĐẠI SƠN", 12, bold=True) == pytest.approx(65.6, abs=0.1)


def test_the_organ_stands_bold_under_the_one_above_it_over_a_short_rule(paper: Document) -> None:
    superior, organ, rule = head_cells(paper)[0].paragraphs
    assert told(superior) == ("UBND XÃ ĐẠI SƠN", 12, False, False)
    assert told(organ) == ("PHÒNG KINH TẾ", 12, True, False)
    share = rule_of(rule, 67) / text_width("PHÒNG KINH TẾ", 12, bold=True)
    assert 1 / 3 <= share <= 1 / 2


def test_a_committees_long_name_takes_its_lines_and_names_nobody_above() -> None:
    document = docx.Document(BytesIO(written(organ=("Ủy ban nhân dân", "xã Nguyễn Thị Minh Khai"), superior=None)))
    first, second, rule = head_cells(document)[0].paragraphs
    assert [one.text for one in (first, second)] == ["ỦY BAN NHÂN DÂN", "XÃ NGUYỄN THỊ MINH KHAI"]
    assert all(one.runs[0].bold for one in (first, second))
    assert max(text_width(one.text, 12, bold=True) for one in (first, second)) < measures.LEFT_COLUMN
    assert 1 / 3 <= rule_of(rule, 67) / text_width("XÃ NGUYỄN THỊ MINH KHAI", 12, bold=True) <= 1 / 2


def test_number_place_and_the_drafts_mark_stand_in_one_row(paper: Document) -> None:
    _organ, _nation, number, place = head_cells(paper)
    assert told(number.paragraphs[0]) == ("Số: 05/BC-PKT", 13, False, False)
    assert told(number.paragraphs[1]) == ("DỰ THẢO", 13, True, False)
    assert told(place.paragraphs[0]) == ("Đại Sơn, ngày 05 tháng 02 năm 2027", 13, False, True)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2027, 1, 1), "ngày 01 tháng 01 năm 2027"),
        (date(2027, 2, 10), "ngày 10 tháng 02 năm 2027"),
        (date(2027, 3, 9), "ngày 09 tháng 3 năm 2027"),
        (date(2027, 9, 30), "ngày 30 tháng 9 năm 2027"),
        (date(2027, 12, 15), "ngày 15 tháng 12 năm 2027"),
    ],
)
def test_days_under_ten_and_the_first_two_months_have_a_zero(day: date, said: str) -> None:
    assert place_line("Đại Sơn", day, year=2027) == f"Đại Sơn, {said}"


def test_what_the_clerk_fills_in_has_its_room() -> None:
    assert number_line(None, "BC-PKT") == f"Số: {BLANK}/BC-PKT"
    assert number_line(12, "BC-UBND") == "Số: 12/BC-UBND"
    assert place_line("Đại Sơn", None, year=2026) == f"Đại Sơn, ngày {BLANK} tháng {BLANK} năm 2026"
    assert [bare_place(name) for name in ("xã Đại Sơn", "Phường Lê Chân", "Đại Sơn")] == [
        "Đại Sơn",
        "Lê Chân",
        "Đại Sơn",
    ]


def test_title_subject_and_rule(paper: Document) -> None:
    kind, subject = named(paper, "BÁO CÁO"), named(paper, SUBJECT)
    assert [told(one)[1:] for one in (kind, subject)] == [(14, True, False)] * 2
    assert {kind.alignment, subject.alignment} == {CENTRE}
    rule = Paragraph(subject._p.getnext(), subject._parent)
    share = rule_of(rule, 165) / min(text_width(SUBJECT, 14, bold=True), 165)
    assert 1 / 3 <= share <= 1 / 2


def test_the_body_is_justified_with_its_first_line_in_and_room_between(paper: Document) -> None:
    body = named(paper, SENTENCE)
    shape = body.paragraph_format
    assert told(body)[1:] == (14, False, False)
    assert body.alignment is WD_ALIGN_PARAGRAPH.JUSTIFY
    assert shape.first_line_indent == pytest.approx(Mm(12.7), abs=700)
    assert shape.space_after is not None
    assert shape.space_after >= Pt(6)
    assert isinstance(shape.line_spacing, float)
    assert 1 <= shape.line_spacing <= 1.5
    assert told(named(paper, "I. KẾT QUẢ"))[1:] == (14, True, False)
    assert told(named(paper, "Kính gửi: Ủy ban nhân dân xã Đại Sơn."))[1] == 14


def test_grounds_are_italic_and_the_last_sentence_ends_with_its_sign(paper: Document) -> None:
    first, last = (named(paper, f"Căn cứ {one}") for one in ("Kế hoạch số 48/KH-UBND;", "Quyết định số 1380/QĐ-UBND."))
    assert {told(one)[1:] for one in (first, last)} == {(14, False, True)}
    end = next(one for one in paper.paragraphs if one.text.endswith("./."))
    assert end.text == SENTENCE + "/."
    assert end.paragraph_format.keep_with_next
    assert end._p.getnext().tag == qn("w:tbl")


def test_recipients_and_who_signs_stand_side_by_side(paper: Document) -> None:
    to, signer = paper.tables[1].rows[0].cells
    head, *lines = to.paragraphs
    assert told(head) == ("Nơi nhận:", 12, True, True)
    assert [told(one) for one in lines] == [
        (text, 11, False, False) for text in ("- Như trên;", "- TT. Đảng ủy xã;", "- Lưu: VT, PKT.")
    ]
    assert [told(one) for one in signer.paragraphs] == [
        (text, 14, True, False) for text in ("KT. TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", LONG)
    ]
    assert {one.alignment for one in signer.paragraphs} == {CENTRE}
    gap = signer.paragraphs[-1].paragraph_format.space_before
    assert gap is not None
    assert gap.mm > 20
    assert text_width(LONG, 14, bold=True) < signer.width.mm


def test_tables_have_their_head_on_every_page_and_links_that_open(paper: Document) -> None:
    table = paper.tables[2]
    head, row = table.rows
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    assert head.cells[0].paragraphs[0].runs[0].font.size == Pt(11)
    [link] = row.cells[1]._tc.iter(qn("w:hyperlink"))
    assert paper.part.rels[link.get(qn("r:id"))].target_ref == "https://cho.test/BC-KD"


def test_the_same_content_is_the_same_bytes_and_names_no_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    first = written()
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert written() == first
    with ZipFile(BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name or "media" in name for name in package.namelist())  # no seal, no picture
    told_of = docx.Document(BytesIO(first)).core_properties
    assert (told_of.author, told_of.title, told_of.created) == ("Phòng Kinh tế", SUBJECT, MADE_AT.replace(tzinfo=UTC))
