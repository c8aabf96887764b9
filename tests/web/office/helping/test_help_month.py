"""A helper's sheet as the office prints it."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.visits.steps import told


def path(person: int) -> str:
    return f"/van-phong/to-cong-nghe/{person}/so-luot"


def test_the_office_reads_a_helper_s_month_and_nobody_else_s(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert keeps_out(app, path(cast.vy), [cast.vy, cast.lan.person, cast.mai])
    assert "chưa ghi lượt nào" in hung.get(path(cast.vy)).text
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told())
    page = hung.get(path(cast.vy)).text
    assert "Tranh thêu Xuân Nẻo cô Thêu" in page
    assert "đồng ý miệng" in page
    assert "Tháng này chưa ghi" in hung.get(f"{path(cast.vy)}?thang=2026-10").text
    assert [hung.get(path(one)).status_code for one in (cast.mai, cast.hung, 99999)] == [404] * 3
