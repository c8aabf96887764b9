"""One product on the path: its dossier, the commune's points, its paper, and that it stops."""

from datetime import timedelta

from flask.testing import FlaskClient

from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_paper, a_path
from tests.outreach.test_paths import begin, do
from tests.pages import hidden, press

POINTS = {"a": "30", "b": "20", "c": "25", "assessed_on": "2026-11-24", "note": "Biên bản 3"}


def test_an_entry_is_led_to_its_paper_on_one_page(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    a_path(cast, now)
    entry = begin(cast, now)
    path = f"/van-phong/ocop/{entry}"
    step = {"step": "Ảnh sản phẩm", "done_on": "2026-11-20", "proof": "hồ sơ 3"}
    assert press(hung, path, f"{path}/buoc", **(step | {"done_on": "2027-01-01"})).status_code == 422
    assert press(hung, path, f"{path}/buoc", **step).status_code == 303
    assert press(hung, path, f"{path}/diem", **(POINTS | {"b": "26"})).status_code == 422
    assert press(hung, path, f"{path}/diem", **POINTS).status_code == 303
    paper = a_paper(cast, cast.htx.business, "OCOP 4 sao", 90, now)
    assert press(hung, path, f"{path}/giay", paper=str(paper)).status_code == 303
    page = hung.get(path).text
    for words in ("Hồ sơ: 1 / 2", "75 điểm", "Biên bản 3", "OCOP 4 sao số QĐ 12", "20/11/2026, hồ sơ 3"):
        assert words in page


def test_points_on_a_dossier_that_changed_meanwhile_are_not_written(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    a_path(cast, now)
    entry = begin(cast, now)
    path = f"/van-phong/ocop/{entry}"
    seen = hidden(hung.get(path).text, f"{path}/diem")
    do(cast, entry, "Ảnh sản phẩm", now)
    late = hung.post(f"{path}/diem", data=POINTS | seen)
    assert late.status_code == 409
    assert "Từ lúc bạn mở trang đã có thay đổi: Ảnh sản phẩm" in late.text
    assert "Chưa đánh giá" in hung.get(path).text


def test_an_entry_moves_to_the_newer_version_and_stops(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    a_path(cast, now)
    entry = begin(cast, now)
    path = f"/van-phong/ocop/{entry}"
    a_path(cast, now, "Câu chuyện", since=local_day(now()) + timedelta(days=1))
    assert "Xét theo bản mới" not in hung.get(path).text
    make.sign_in(hung, cast.hung, now.move(days=1))
    assert "Xã đã có bản mới" in hung.get(path).text
    assert hung.post(f"{path}/ban-moi").status_code == 303
    assert "Câu chuyện" in hung.get(path).text
    assert hung.post(f"{path}/thoi", data={"reason": ""}).status_code == 422
    assert hung.post(f"{path}/thoi", data={"reason": "Hộ xin thôi."}).status_code == 303
    page = hung.get(path).text
    assert "Hộ xin thôi." in page
    assert "Ghi điểm" not in page
