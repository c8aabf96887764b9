"""The office's list of classes: how many of the year count, and whose."""

from flask.testing import FlaskClient

from market.outreach.rules.classes import ClassHolder
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class, write_down


def test_the_page_says_how_many_count_whose_they_are_and_what_is_missing(
    hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert "Chưa ghi lớp nào" in hung.get("/van-phong/lop").text
    for holder, people in ((ClassHolder.GROUP, 10), (ClassHolder.OFFICE, 3)):
        held = a_class(cast, now, holder)
        for number in range(people):
            write_down(cast, held, f"Người {number}", now)
    page = hung.get("/van-phong/lop").text
    for words in ("Lớp được tính năm 2026", "lớp có từ 10 người", "13 lượt người học", "thôn Nghĩa Dũng"):
        assert words in page
