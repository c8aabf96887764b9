"""The catalogue of products with potential, on the page and as a spreadsheet."""

from io import BytesIO

from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.cast import Cast
from tests.web.office.survey.steps import survey


def test_the_catalogue_leaves_as_a_spreadsheet_with_every_column(hung: FlaskClient, cast: Cast) -> None:
    assert "Danh mục còn trống" in hung.get("/van-phong/khao-sat").text
    survey(hung, cast.mo_doan, maker="Bà Tám")
    survey(hung, cast.nghia_dung, maker="=1+1", name="Tranh thêu")
    page = hung.get("/van-phong/khao-sat").text
    assert "2 sản phẩm" in page
    assert "Bà Tám" in page

    file = hung.get("/van-phong/khao-sat/danh-muc.xlsx")
    sheet = load_workbook(BytesIO(file.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[2][:4] == ["STT", "Tên sản phẩm", "Thôn", "Hộ, người làm"]
    assert ["Gạo bãi rươi", "thôn Mỗ Đoạn", "Bà Tám"] in [row[1:4] for row in rows]
    assert ["Tranh thêu", "thôn Nghĩa Dũng", "=1+1"] in [row[1:4] for row in rows]
    assert "chưa đối chiếu mẫu" in str(rows[1][0])
