"""Who sits at which desk."""

from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.feedback.models import DeskSeat
from tests.cast import Cast
from tests.pages import press

PAGE = "/van-phong/phan-anh/noi-nhan"


def test_an_officer_is_given_a_seat_and_leaves_it(hung: FlaskClient, cast: Cast) -> None:
    wrong = press(hung, PAGE, PAGE, desk="cong_an", officer="")
    assert (wrong.status_code, "Mời chọn cán bộ" in wrong.text) == (422, True)
    assert press(hung, PAGE, PAGE, desk="cong_an", officer=str(cast.vy)).status_code == 422
    for _ in range(2):
        assert press(hung, PAGE, PAGE, desk="cong_an", officer=str(cast.hung)).status_code == 303
    [seat] = reading().scalars(select(DeskSeat)).all()
    assert "Công an xã, từ" in hung.get(PAGE).text
    assert press(hung, PAGE, f"{PAGE}/{seat.id}/thoi").status_code == 303
    assert "Công an xã, từ" not in hung.get(PAGE).text
    assert "thôi giao cán bộ nhận phản ánh" in hung.get("/van-phong/nhat-ky").text
