"""Nhận nhiệm vụ: the code of a slip that was handed over; tests/web/office/posts has what may be taken by whom."""

from flask import Flask
from flask.testing import FlaskClient

from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock

PATH = "/tai-khoan/nhan-nhiem-vu"


def test_a_wrong_code_is_said_and_stays_and_ten_an_hour_are_looked_at(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    make.sign_in(client, cast.mai, now())
    assert f'href="{PATH}"' in client.get("/tai-khoan").text
    assert "trao tận tay" in client.get(PATH).text
    answer = client.post(PATH, data={"code": "BCFG HJKM NPQR"})
    assert answer.status_code == 422
    assert 'value="BCFG HJKM NPQR"' in answer.text
    for _ in range(10):
        answer = client.post(PATH, data={"code": "BCFG HJKM NPQR"})
    assert answer.headers["X-Refused"] == "too_many_tries"


def test_an_empty_code_is_asked_for(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make.sign_in(client, cast.mai, now())
    assert "Mời gõ mã trên phiếu" in client.post(PATH, data={"code": ""}).text


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [])
