"""Who waits for a new password of mine, or of those I sell with; and a button that stops it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import PasswordReset
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.account.resets.test_reset import MakeSlip, finish, join, signs_in, slip, start

__all__ = ["slip"]
PATH = "/tai-khoan/dat-lai-mat-khau"


@pytest.fixture
def waiting(client: FlaskClient, slip: MakeSlip, session: Session) -> int:
    """Somebody waits for a new password of bà Lan."""
    start(client, slip())
    return session.scalars(select(PasswordReset.id)).one()


def signed_in(app: Flask, person: int, now: Clock) -> FlaskClient:
    client = app.test_client()
    make.sign_in(client, person, now())
    return client


def test_every_page_of_a_signed_in_phone_says_so_and_leads_to_the_button_that_stops_it(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, waiting: int
) -> None:
    lan = signed_in(app, cast.lan.person, now)
    for page in ("/tai-khoan", f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don"):
        assert "Có máy đang xin đặt lại mật khẩu" in lan.get(page).text
    assert "Từ <strong>09:00 25/11</strong>" in lan.get(PATH).text

    assert lan.post(f"{PATH}/{waiting}/chan").location == PATH
    assert "Không ai xin đặt lại" in lan.get(PATH).text
    assert "Có máy đang xin" not in lan.get("/tai-khoan").text
    now.move(days=1)
    assert "đã bị chặn" in client.get("/dat-lai-mat-khau").text
    assert finish(client).status_code == 422
    assert signs_in(app, make.PASSWORD)


def test_a_member_of_the_same_stall_stops_it_too_and_nobody_else(
    app: Flask, cast: Cast, now: Clock, waiting: int, session: Session
) -> None:
    join(cast, now, cast.lan.business, cast.mai)
    for person in (cast.tu.person, cast.vy, cast.stranger):
        other = signed_in(app, person, now)
        assert "Không ai xin" in other.get(PATH).text
        assert other.post(f"{PATH}/{waiting}/chan").status_code == 404

    mai = signed_in(app, cast.mai, now)
    assert "Tài khoản của Phạm Thị Lan" in mai.get(PATH).text
    assert mai.post(f"{PATH}/{waiting}/chan").status_code == 303
    stopped = session.get_one(PasswordReset, waiting)
    assert (stopped.stopped_at, stopped.stopped_by) == (now(), cast.mai)
    now.move(hours=1)
    assert mai.post(f"{PATH}/{waiting}/chan").status_code == 303
    session.expire_all()
    assert session.get_one(PasswordReset, waiting).stopped_at != now()


def test_what_is_set_already_cannot_be_stopped(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, waiting: int
) -> None:
    now.move(days=1)
    finish(client)
    answer = signed_in(app, cast.lan.person, now).post(f"{PATH}/{waiting}/chan")
    assert answer.status_code == 422
    assert "gọi cán bộ xã ngay" in answer.text


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [])
    assert keeps_out(app, f"{PATH}/1/chan", [cast.stranger], method="POST")
