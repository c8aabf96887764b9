"""The year's OCOP products: those that an officer has looked at and that held in the year."""

from datetime import date
from io import BytesIO

import docx
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from market.base.db import transaction
from market.sellers.models import Certificate
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import by_day_on

OCOP = "/van-phong/bao-cao/ocop"


@pytest.fixture
def papers(cast: Cast, now: Clock) -> None:
    """Chả rươi with four stars, rice whose paper ran out in 2025, silk that nobody has looked at."""
    with transaction() as session:
        for business, scope, kind, since, until, is_checked in (
            (cast.tu.business, "Chả rươi", "OCOP 4 sao", date(2026, 3, 1), date(2029, 3, 1), True),
            (cast.htx.business, "Gạo bãi rươi", "OCOP 3 sao", date(2022, 6, 1), date(2025, 6, 1), True),
            (cast.theu, "Tranh thêu", "OCOP 5 sao", date(2026, 1, 1), None, False),
            (cast.htx.business, "Rau", "VietGAP", date(2026, 1, 1), None, True),
        ):
            told = {"number": f"QĐ {scope}", "issuer": "UBND thành phố", "scope": scope, "kind": kind}
            looked = {"checked_by": cast.hung, "checked_at": now()} if is_checked else {}
            session.add(Certificate(business_id=business, valid_from=since, valid_to=until, **told, **looked))


@pytest.mark.usefixtures("papers")
def test_the_year_lists_what_was_looked_at_and_held_in_it(hung: FlaskClient) -> None:
    page = hung.get(OCOP).text
    assert "Chả rươi" in page
    assert (
        "xã có 1 sản phẩm OCOP đã xem giấy, trong đó 1 được cấp trong năm; đến ngày 24/11/2026 còn hiệu lực 1" in page
    )
    for absent in ("Gạo bãi rươi", "Tranh thêu", "VietGAP"):
        assert absent not in page
    assert "chưa đối chiếu mẫu" in page
    before = hung.get(f"{OCOP}?nam=2025").text
    assert "Gạo bãi rươi" in before
    assert "01/06/2025" in before
    assert "đến ngày 31/12/2025 còn hiệu lực 0" in before


@pytest.mark.usefixtures("papers")
def test_the_files_hold_the_same_and_are_the_same_bytes_all_day(hung: FlaskClient, now: Clock) -> None:
    files = {kind: hung.get(f"{OCOP}/{kind}").data for kind in ("docx", "xlsx")}
    paper = docx.Document(BytesIO(files["docx"]))
    assert [cell.text for cell in paper.tables[1].rows[1].cells][1:5] == [
        "Chả rươi",
        "OCOP 4 sao",
        "Rươi anh Tư",
        "thôn Mỗ Đoạn",
    ]
    assert any(one.text.endswith("./.") for one in paper.paragraphs)
    assert any("chưa đối chiếu mẫu" in one.text for one in paper.paragraphs)
    sheet = load_workbook(BytesIO(files["xlsx"])).worksheets[0]
    assert [cell.value for cell in sheet[5]][:3] == [1, "Chả rươi", "OCOP 4 sao"]
    now.move(hours=3)
    assert {kind: hung.get(f"{OCOP}/{kind}").data for kind in files} == files


@by_day_on("sqlite")
@pytest.mark.parametrize("asked", ["", "?nam=1990", "?nam=abc", "?nam=2099"])
def test_a_year_without_products_says_what_to_do(hung: FlaskClient, asked: str) -> None:
    page = hung.get(f"{OCOP}{asked}").text
    assert "Sản phẩm OCOP năm 2026" in page
    assert "Chưa có sản phẩm nào" in page
    assert docx.Document(BytesIO(hung.get(f"{OCOP}/docx").data)).tables


def test_only_officers_have_the_list(client: FlaskClient, cast: Cast, now: Clock) -> None:
    for person in (cast.lan.person, cast.vy, cast.stranger):
        sign_in(client, person, now())
        assert [client.get(path).status_code for path in (OCOP, f"{OCOP}/docx", f"{OCOP}/xlsx")] == [404] * 3
