"""Các bước của từng hộ: the plan's three steps and the first sale, household by household."""

from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.visits.steps import told

PATH = "/van-phong/to-cong-nghe/cac-buoc"


def test_what_the_market_sees_and_what_a_helper_wrote_stand_apart(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    assert keeps_out(app, PATH, [cast.vy, cast.lan.person, cast.mai])
    vy = app.test_client()
    sign_in(vy, cast.vy, now())
    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told(steps=["hoa_don"], outcome="xong"))
    vy.post(f"/to-cong-nghe/{cast.theu}/luot", data=told(steps=["dang_hang"], outcome="con_do", client_key="b"))

    rows = {row.split("</a>")[0].rpartition(">")[2]: row for row in hung.get(PATH).text.split("<tr>")[2:]}
    assert rows["Tranh thêu Xuân Nẻo cô Thêu"].count("đã hướng dẫn") == 1, "what was left unfinished is not done"
    assert rows["Rau bà Lan"].count("chợ thấy") == 3
    assert "Rươi anh Tư" not in rows, "a farm household is none of the KPI's"

    of_hamlet = hung.get(f"{PATH}?thon={cast.nghia_dung}").text
    assert "Rau bà Lan" in of_hamlet
    assert "HTX nông nghiệp" not in of_hamlet
    assert "HTX nông nghiệp" in hung.get(f"{PATH}?thon=99999").text
