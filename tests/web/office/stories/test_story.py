"""One story in the office: the paper, putting it up, changing it, taking it down."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.feedback.test_stories import shown, written
from tests.pages import press


def test_it_goes_up_with_a_paper_and_comes_down_with_every_change(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    page = f"/van-phong/chuyen/{written(cast, now)}"
    assert "Chưa đồng ý với bài này" in hung.get(page).text
    early = hung.post(f"{page}/dang", data={"seen": "x"})
    assert early.status_code == 409
    wrong = press(hung, page, f"{page}/giay", **{"giay-paper": ""})
    assert (wrong.status_code, "Mời ghi giấy gì" in wrong.text) == (422, True)
    for paper in ("Giấy bà Lan ký", "Giấy ký lại"):
        assert press(hung, page, f"{page}/giay", **{"giay-paper": paper}).status_code == 303
        assert press(hung, page, f"{page}/dang").status_code == 303
        assert len(shown(cast)) == 1
        if paper == "Giấy bà Lan ký":
            told = {"title": "Bà Lan", "words": "Bài khác", "bulletin": "Loa"}
            assert press(hung, page, page, **told).status_code == 303
            assert shown(cast) == []
    assert press(hung, page, f"{page}/go").status_code == 303
    assert shown(cast) == []
