"""Mã xác thực: an officer's second factor is set up with an app, forced where the market runs in earnest."""

import html
import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import RecoveryCode, SecondFactor
from market.accounts.second_factor import STEP_SECONDS
from market.base.secrets import vault
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock

PATH = "/tai-khoan/ma-xac-thuc"
OFFICE = "/van-phong/so-ho"
ASK = "/dang-nhap/ma-xac-thuc"


@pytest.fixture
def hung(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    make.sign_in(client, cast.hung, now())
    return client


@pytest.fixture
def production(app: Flask) -> None:
    app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"env": "production"})


def app_code(secret: str, now: Clock, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // STEP_SECONDS + steps)


def set_up(client: FlaskClient, now: Clock) -> tuple[str, list[str]]:
    """The secret as the page shows it to be typed, and the recovery codes."""
    assert client.post(f"{PATH}/bat-dau").location == PATH
    found = re.search(r'data-copy="([A-Z2-7]{32})"', client.get(PATH).text)
    assert found
    secret = found[1]
    answer = client.post(f"{PATH}/xac-nhan", data={"code": app_code(secret, now)})
    assert answer.location == "/tai-khoan/ma-du-phong"
    codes = re.findall(r"copy-text\">(\w{4} \w{4} \w{4})<", client.get("/tai-khoan/ma-du-phong").text)
    return secret, codes


def sign_in_anew(app: Flask) -> tuple[FlaskClient, str]:
    client = app.test_client()
    answer = client.post("/dang-nhap", data={"phone": "0900 000 001", "password": make.PASSWORD, "tiep": OFFICE})
    return client, answer.location


def test_an_officer_is_offered_it_and_asked_from_then_on(
    app: Flask, hung: FlaskClient, now: Clock, session: Session
) -> None:
    assert f'href="{PATH}"' in hung.get("/tai-khoan").text
    assert hung.get(OFFICE).status_code == 200, "in development it is offered"
    assert "Thêm một lớp khóa" in hung.get(PATH).text
    secret, codes = set_up(hung, now)
    assert len(set(codes)) == 10
    assert hung.get("/tai-khoan/ma-du-phong").location == PATH, "they are shown once"
    assert hung.get(OFFICE).status_code == 200, "this phone has just given it"

    row = session.scalars(select(SecondFactor)).one()
    assert vault().decrypt(row.secret_cipher) == secret
    kept = session.scalars(select(RecoveryCode.code_digest)).all()
    assert not {code.replace(" ", "") for code in codes} & set(kept)
    client, leads_to = sign_in_anew(app)
    assert leads_to == f"{ASK}?tiep={OFFICE}"
    assert client.get(OFFICE).location.startswith(ASK)
    assert client.get("/tai-khoan").status_code == 200, "what is not the office's asks for none"


def test_the_picture_holds_what_the_app_needs(hung: FlaskClient) -> None:
    hung.post(f"{PATH}/bat-dau")
    page = html.unescape(hung.get(PATH).text)
    assert 'aria-label="Mã quét cho ứng dụng xác thực"' in page
    assert "<svg class=" in page


@pytest.mark.usefixtures("production")
def test_in_earnest_an_officer_without_one_reaches_nothing_of_the_office_but_sets_it_up(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    for path in (OFFICE, "/van-phong/duyet", "/van-phong/mat-khau"):
        assert hung.get(path).location.startswith(PATH)
    assert hung.post("/van-phong/mat-khau", data={"phone": "0900 000 011"}).location.startswith(PATH)
    assert "Bắt đầu" in hung.get(hung.get(OFFICE).location).text
    set_up(hung, now)
    assert hung.get(OFFICE).status_code == 200

    vy = app.test_client()
    make.sign_in(vy, cast.vy, now())
    assert vy.get("/to-cong-nghe").status_code == 200, "helpers need none"


def test_a_wrong_code_confirms_nothing(hung: FlaskClient, now: Clock, session: Session) -> None:
    assert "Chưa có mã nào chờ xác nhận" in hung.post(f"{PATH}/xac-nhan", data={"code": "123456"}).text
    hung.post(f"{PATH}/bat-dau")
    answer = hung.post(f"{PATH}/xac-nhan", data={"code": "12345"})
    assert answer.status_code == 422
    assert "Mã chưa đúng" in answer.text
    assert session.scalars(select(SecondFactor.confirmed_at)).one() is None


def test_another_app_is_set_up_by_who_gives_a_code_of_the_old_one(
    app: Flask, hung: FlaskClient, now: Clock, session: Session
) -> None:
    secret, codes = set_up(hung, now)
    thief, _ = sign_in_anew(app)
    for path in ("", "/bat-dau", "/xac-nhan"):
        answer = thief.open(f"{PATH}{path}", method="POST" if path else "GET", data={"code": "123456"})
        assert answer.location.startswith(ASK), "the password alone neither shows nor sets one"
    for wrong in ({}, {"code": "123456"}):
        assert hung.post(f"{PATH}/bat-dau", data=wrong).status_code == 422
    assert session.scalars(select(SecondFactor.offered_cipher)).one() is None

    now.move(minutes=1)
    assert "Còn 10 mã dự phòng" in hung.get(PATH).text
    assert hung.post(f"{PATH}/bat-dau", data={"code": app_code(secret, now)}).location == PATH
    assert "1. Quét bằng ứng dụng" in hung.get(PATH).text
    client, _ = sign_in_anew(app)
    now.move(minutes=1)
    old = client.post(ASK, data={"code": app_code(secret, now)})
    assert old.status_code == 303, "the old app counts until a code of the new one was given"
    found = re.search(r'data-copy="([A-Z2-7]{32})"', hung.get(PATH).text)
    assert found
    hung.post(f"{PATH}/xac-nhan", data={"code": app_code(found[1], now)})
    now.move(minutes=1)
    for gone in (app_code(secret, now), codes[0]):
        assert client.post(ASK, data={"code": gone}).status_code == 422
    assert client.get(OFFICE).status_code == 303, "other phones give the new one"


def test_who_is_no_officer_has_none(app: Flask, cast: Cast) -> None:
    people = [cast.lan.person, cast.vy]
    assert keeps_out(app, PATH, people)
    assert keeps_out(app, f"{PATH}/bat-dau", people, method="POST")
    assert keeps_out(app, f"{PATH}/xac-nhan", people, method="POST")
