"""A report on the screen, with the very figures of its files."""

import re
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from openpyxl import load_workbook

from market.adoption.papers import DOCX, XLSX
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import by_day_on

PAGE = "/van-phong/bao-cao"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_shows_what_the_file_says(hung: FlaskClient, code: str) -> None:
    page = text_of(hung.get(f"{PAGE}/{code}").text)
    paper = docx.Document(BytesIO(hung.get(f"{PAGE}/{code}/docx").data))
    said = [one.text for one in paper.paragraphs if one.text and "Kèm theo" not in one.text]
    body = said[said.index("I. KẾT QUẢ THỰC HIỆN") : said.index("Phụ lục I")]
    assert len(body) > 10
    for line in body:
        assert " ".join(line.split()) in page
    for table in paper.tables[2:]:
        for row in table.rows[1:]:
            for cell in row.cells[1:]:
                assert "".join(one.text for one in cell._tc.iter(qn("w:t"))) in page
    assert "dự thảo" in page
    assert "1/3 cơ sở có tài khoản và có giao dịch" in page


def test_the_files_links_lead_to_the_figures_rows_at_the_markets_own_address(hung: FlaskClient, code: str) -> None:
    paper = docx.Document(BytesIO(hung.get(f"{PAGE}/{code}/docx").data))
    links = [paper.part.rels[one.get(qn("r:id"))].target_ref for one in paper.element.body.iter(qn("w:hyperlink"))]
    assert len(links) > 40
    for link in links[::9]:
        scheme, _, rest = link.partition("://")
        assert scheme in ("http", "https")
        path = "/" + rest.partition("/")[2]
        assert path.startswith(f"/van-phong/so-lieu/{code}-")
        assert hung.get(path).status_code == 200


def test_the_files_are_the_same_bytes_whenever_they_are_fetched(hung: FlaskClient, code: str, now: Clock) -> None:
    first = {kind: hung.get(f"{PAGE}/{code}/{kind}") for kind in ("docx", "xlsx")}
    assert {kind: one.content_type for kind, one in first.items()} == {"docx": DOCX, "xlsx": XLSX}
    assert first["docx"].headers["Content-Disposition"] == f'attachment; filename="bao-cao-{code}.docx"'
    now.move(hours=7)
    for kind, one in first.items():
        assert hung.get(f"{PAGE}/{code.lower()}/{kind}").data == one.data
    assert load_workbook(BytesIO(first["xlsx"].data)).sheetnames == ["1. Báo cáo", "2. Bảng chỉ tiêu", "3. Mã số liệu"]


@by_day_on("sqlite")
@pytest.mark.parametrize("path", ["BC0000000", "BC7K2M9PM", "x", "BC7K2M9PM/docx"])
def test_there_is_no_report_with_another_code(hung: FlaskClient, code: str, path: str) -> None:
    assert hung.get(f"{PAGE}/{path}").status_code == 404
    assert hung.get(f"{PAGE}/{code}/pdf").status_code == 404


def test_only_officers_read_it(client: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    for path in (f"{PAGE}/{code}", f"{PAGE}/{code}/docx"):
        assert client.get(path).status_code == 303
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        for path in (f"{PAGE}/{code}", f"{PAGE}/{code}/docx", f"{PAGE}/{code}/xlsx"):
            assert client.get(path).status_code == 404
