"""Ghi lượt hỗ trợ: a visit from a phone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.web.stall.settings.test_mandates import mandate
from tests.web.stall.visits.steps import told, visits


def path(business: int) -> str:
    return f"/to-cong-nghe/{business}/luot"


def test_a_visit_is_written_down_once_and_shows_on_the_household(
    app: Flask, vy: FlaskClient, cast: Cast, now: Clock
) -> None:
    answer = vy.post(path(cast.lan.business), data=told())
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/to-cong-nghe/{cast.lan.business}")
    assert vy.post(path(cast.lan.business), data=told()).status_code == 303
    assert len(visits()) == 1
    page = vy.get(f"/to-cong-nghe/{cast.lan.business}").text
    assert "Xong, hẹn làm bước sau, ngày 08/12/2026" in page
    assert "chợ thấy" in page

    lan = app.test_client()
    sign_in(lan, cast.lan.person, now())
    page = lan.get(f"/ban-hang/{cast.lan.slug}/giup-toi").text
    assert "Trần Khánh Vy" in page
    assert "lập tài khoản" in page


def test_another_answer_from_the_same_page_is_refused_with_what_it_did(vy: FlaskClient, cast: Cast) -> None:
    vy.post(path(cast.theu), data=told())
    answer = vy.post(path(cast.theu), data=told(outcome="con_do"))
    assert answer.status_code == 409
    assert "lượt ghé ngày 24/11/2026" in answer.text
    assert len(visits()) == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"agrees": ""}, "Mời hỏi chủ hộ có đồng ý không"),
        ({"steps": []}, "Mời chọn hôm nay làm việc gì"),
        ({"steps": ["khac"]}, "Mời chọn trong danh sách"),
        ({"place": ""}, "Mời chọn ở đâu"),
        ({"outcome": "khac"}, "Mời chọn một mục"),
        ({"visited_on": "2026-11-25"}, "Ngày ghé là hôm nay hoặc"),
        ({"next_on": "2026-11-24"}, "Ngày hẹn phải sau"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_chosen_stays(
    vy: FlaskClient, cast: Cast, said: dict[str, object], sentence: str
) -> None:
    answer = vy.post(path(cast.theu), data=told(**said))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert visits() == []
    assert ('value="tai_khoan" checked' in answer.text) is ("steps" not in said)


def test_nobody_home_asks_nothing_and_where_the_last_visit_was_is_chosen(vy: FlaskClient, cast: Cast) -> None:
    assert 'value="nha_van_hoa" checked' not in vy.get(path(cast.theu)).text
    answer = vy.post(path(cast.theu), data=told(outcome="khong_gap", agrees="", steps=[], place="nha_van_hoa"))
    assert answer.status_code == 303
    page = vy.get(path(cast.theu)).text
    assert 'value="nha_van_hoa" checked' in page
    assert page.count(" checked") == 1


def test_under_a_mandate_consent_is_not_asked_for_again(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    page = vy.get(path(cast.lan.business)).text
    assert "không phải hỏi lại" in page
    assert 'name="agrees"' not in page
    assert vy.post(path(cast.lan.business), data=told(agrees="")).status_code == 303


def test_who_is_no_helper_here_finds_no_household(app: Flask, vy: FlaskClient, cast: Cast) -> None:
    assert keeps_out(app, path(cast.theu), [cast.lan.person, cast.hung, cast.mai])
    assert vy.get(path(cast.htx.business)).status_code == 404
    assert vy.post(path(cast.htx.business), data=told()).status_code == 404
    assert visits() == []
