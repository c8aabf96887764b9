"""The ideas that people sent, and their list as a workbook."""

from io import BytesIO

from flask.testing import FlaskClient
from openpyxl import load_workbook

from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_ideas import propose


def test_the_list_by_state_and_the_workbook_without_anybody_s_phone(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    propose(cast, now, phone=Phone("0900 000 021"), signed="Mai", title="=HYPERLINK(1)")
    shown = hung.get("/van-phong/gop-y").text
    assert "=HYPERLINK(1)" in shown
    assert "=HYPERLINK(1)" not in hung.get("/van-phong/gop-y?xem=lam").text
    answer = hung.get("/van-phong/gop-y.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[0][:4] == ("Ngày gửi", "Ý tưởng", "Kể rõ", "Trạng thái")
    assert rows[1][:4] == ("24/11/2026", "=HYPERLINK(1)", "Mở chợ ở nhà văn hóa", "Chưa trả lời")
    assert load_workbook(BytesIO(answer.data)).active["B2"].data_type in ("s", "inlineStr")
    assert not {"0900 000 021", "+84900000021", "Mai"} & {cell for row in rows for cell in row}
