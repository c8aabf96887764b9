"""What the office makes of one idea."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_ideas import idea, propose
from tests.pages import press


def test_a_no_wants_a_reason_and_what_is_not_to_be_shown_cannot_be(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    code = propose(cast, now)
    page = f"/van-phong/gop-y/{idea(cast, code).id}"
    assert "Đăng cho bà con" not in hung.get(page).text
    wrong = press(hung, page, page, state="khong_lam", reason="")
    assert (wrong.status_code, "Mời ghi vì sao" in wrong.text) == (422, True)
    shown = press(hung, page, page, state="lam", is_published="y")
    assert (shown.status_code, "không muốn đăng" in shown.text) == (422, True)
    assert press(hung, page, page, state="khong_lam", reason="Chưa có tiền").status_code == 303
    assert "Chưa có tiền" in hung.get(f"/gop-y/{code}").text
