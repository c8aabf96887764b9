"""A phone that was lost is signed out from another."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import Device, begin_login, see_login
from market.accounts.models import LoginSession, Person
from market.accounts.queries import PasswordMatch, login_sessions
from market.base.db import transaction
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def sessions_of(session: Session, person: int) -> list[int]:
    return list(
        session.scalars(select(LoginSession.id).where(LoginSession.person_id == person).order_by(LoginSession.id))
    )


def test_another_of_my_phones_is_signed_out(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    lost = app.test_client()
    sign_in(lost, cast.lan.person, now())
    sign_in(client, cast.lan.person, now())
    lost_id, _ = sessions_of(session, cast.lan.person)
    assert client.get("/tai-khoan").text.count("Đăng xuất máy này") == 1

    assert client.post(f"/tai-khoan/may/{lost_id}/dang-xuat").location == "/tai-khoan"

    assert lost.get("/tai-khoan").status_code == 303
    assert client.get("/tai-khoan").status_code == 200


def test_the_phone_used_last_stands_first(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        for name in ("cũ", "mới", "quên"):
            at = {"commune_id": cast.commune}
            person = writing.get_one(Person, cast.lan.person)
            match = PasswordMatch(person_id=person.id, password_hash=person.password_hash)
            begin_login(writing, match, Device(**at, name=name, visitor=name), clock=lambda: now.move(minutes=1))
    first, second, third = sessions_of(session, cast.lan.person)
    with transaction() as writing:
        see_login(writing, first, now=now.move(days=1))
        see_login(writing, second, now=now.move(days=1))
    assert [login.id for login in login_sessions(session, cast.lan.person, now())] == [second, first, third]


def test_somebody_elses_phone_is_not_there(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    sign_in(app.test_client(), cast.lan.person, now())
    sign_in(client, cast.stranger, now())
    (lans,) = sessions_of(session, cast.lan.person)

    assert client.post(f"/tai-khoan/may/{lans}/dang-xuat").status_code == 404
    assert app.test_client().post(f"/tai-khoan/may/{lans}/dang-xuat").status_code == 303
