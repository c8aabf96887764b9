"""The products on the path to OCOP, where each stands, and papers that end soon."""

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_paper, a_path
from tests.outreach.test_paths import begin, do


def test_the_page_says_where_each_stands_and_which_papers_end(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Xã chưa ghi đường tới OCOP" in hung.get("/van-phong/ocop").text
    a_path(cast, now)
    entry = begin(cast, now)
    do(cast, entry, "Ảnh sản phẩm", now)
    a_paper(cast, cast.tu.business, "VietGAP", 45, now)
    page = hung.get("/van-phong/ocop").text
    for words in (
        "Đang làm hồ sơ",
        "1 / 2",
        "còn 45 ngày",
        "Rươi anh Tư",
        "chưa đối chiếu mẫu",
        "Khả năng tiếp thị 25",
    ):
        assert words in page
