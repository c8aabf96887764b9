"""Tài khoản: where one works, one's password, one's phones."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD, sign_in
from tests.queries import counting


def test_the_page_leads_each_person_to_their_work(app: Flask, cast: Cast, now: Clock) -> None:
    doors = {cast.mai: (True, False, False), cast.vy: (True, True, False), cast.hung: (True, False, True)}
    for person, (sells, helps, serves) in doors.items():
        client = app.test_client()
        sign_in(client, person, now())
        page = client.get("/tai-khoan").text
        assert ('href="/ban-hang"' in page, 'href="/to-cong-nghe"' in page, 'href="/van-phong"' in page) == (
            sells,
            helps,
            serves,
        )


def test_the_first_door_is_a_person_s_post(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    page = client.get("/tai-khoan").text
    assert page.index('href="/van-phong"') < page.index('href="/ban-hang"')
    assert '<a class="button button-main" href="/van-phong">' in page


def test_a_phone_is_told_by_its_kind_and_the_password_is_put_away(client: FlaskClient, cast: Cast) -> None:
    agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) Safari/605"
    fields = {"phone": "0900000011", "password": PASSWORD}
    client.post("/dang-nhap", data=fields, headers={"User-Agent": agent})
    page = client.get("/tai-khoan").text
    assert "Máy tính Mac" in page
    assert '<details class="card">' in page
    wrong = client.post("/tai-khoan", data={"old": "khong phai", "new": "gao nep moi"}).text
    assert '<details class="card" open>' in wrong


def test_a_new_password_signs_the_other_phones_out(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    other = app.test_client()
    sign_in(other, cast.lan.person, now())
    sign_in(client, cast.lan.person, now())

    answer = client.post("/tai-khoan", data={"old": PASSWORD, "new": "gao nep moi"})

    assert answer.status_code == 303
    assert "Đã đổi mật khẩu" in client.get("/tai-khoan").text
    assert other.get("/tai-khoan").status_code == 303
    assert (
        app.test_client().post("/dang-nhap", data={"phone": "0900000011", "password": "gao nep moi"}).status_code == 303
    )


def test_a_wrong_old_password_changes_nothing(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    answer = client.post("/tai-khoan", data={"old": "khong phai", "new": "gao nep moi"})

    assert answer.status_code == 422
    assert "Mật khẩu cũ vẫn giữ nguyên" in answer.text
    assert app.test_client().post("/dang-nhap", data={"phone": "0900000011", "password": PASSWORD}).status_code == 303


def test_a_phone_left_open_guesses_the_old_password_five_times(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())
    guesses = [client.post("/tai-khoan", data={"old": "khong phai", "new": "gao nep moi"}) for _ in range(6)]
    assert [answer.status_code for answer in guesses] == [422] * 5 + [429]
    assert guesses[-1].headers["Retry-After"] == "900"
    assert client.post("/tai-khoan", data={"old": PASSWORD, "new": "gao nep moi"}).status_code == 429
    now.move(minutes=15)
    assert client.post("/tai-khoan", data={"old": PASSWORD, "new": "gao nep moi"}).status_code == 303


def test_a_short_new_password_is_refused(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.lan.person, now())

    assert "Mật khẩu cần từ 8 ký tự" in client.post("/tai-khoan", data={"old": PASSWORD, "new": "1234567"}).text


@pytest.mark.parametrize("weak", ["anh yêu em 99", "Phạm Thị Lan 67", "0900.000.011", "11111111"])
def test_a_new_password_that_is_guessed_first_is_refused(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, weak: str
) -> None:
    sign_in(client, cast.lan.person, now())
    answer = client.post("/tai-khoan", data={"old": PASSWORD, "new": weak})
    assert answer.status_code == 422
    assert "Mời đặt ba từ liền nhau" in answer.text
    assert app.test_client().post("/dang-nhap", data={"phone": "0900000011", "password": PASSWORD}).status_code == 303


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, "/tai-khoan", [])


def test_the_page_asks_the_database_little(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.vy, now())
    client.get("/tai-khoan")

    with counting() as seen:
        client.get("/tai-khoan")

    assert len(seen) <= 6
