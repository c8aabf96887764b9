"""Sổ lượt: the month's sheet of a helper's own visits."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.db import reading
from market.places.queries import hamlet_names
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.visits.steps import told

PATH = "/to-cong-nghe/so-luot"


def test_the_sheet_has_the_month_s_visits_in_order_with_their_sums(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Tháng này chưa ghi lượt nào" in vy.get(PATH).text
    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told(steps=["tai_khoan", "hoa_don"]))
    vy.post(f"/to-cong-nghe/{cast.lan.business}/luot", data=told(client_key="b", visited_on="2026-11-02"))
    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told(client_key="c", visited_on="2026-10-30"))
    page = vy.get(PATH).text
    assert page.index("<td>Rau bà Lan") < page.index("<td>Tranh thêu Xuân Nẻo cô Thêu")
    assert "<strong>2</strong> lượt, <strong>2</strong> hộ" in page
    assert "lập tài khoản 2" in page
    assert "hóa đơn điện tử 1" in page
    assert "Chưa đối chiếu mẫu" in page
    assert "Trần Khánh Vy" in page
    assert hamlet_names(reading(), cast.commune)[cast.nghia_dung] in page
    before = vy.get(f"{PATH}?thang=2026-10").text
    assert "<strong>1</strong> lượt" in before
    for odd in ("2026-13", "9999-01", "xyz"):
        assert "Tháng 11 năm 2026" in vy.get(f"{PATH}?thang={odd}").text


def test_who_is_no_helper_finds_nothing(app: Flask, vy: FlaskClient, cast: Cast, now: Clock) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.hung, cast.mai])
    sign_in(vy, cast.vy, now())
    assert vy.get(f"/van-phong/to-cong-nghe/{cast.vy}/so-luot").status_code == 404
