"""`flask appoint`: a commune that has nobody yet gets its first officer."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.sellers.models import Post
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def appoint(app: Flask, *words: str):
    return app.test_cli_runner().invoke(args=["appoint", *words])


def test_who_signed_up_becomes_an_officer_by_phone(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    client = app.test_client()
    sign_in(client, cast.mai, now())
    assert client.get("/van-phong/so-ho").status_code == 404

    done = appoint(app, "0900 000 021", "--json")

    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout) == {"person": cast.mai, "name": "Vũ Thị Mai", "role": "officer"}
    assert client.get("/van-phong/so-ho").status_code == 200
    assert appoint(app, "0900000021").exit_code == 0
    assert len(session.scalars(select(Post).where(Post.person_id == cast.mai)).all()) == 1


def test_a_phone_that_the_number_plan_no_longer_has_is_appointed(app: Flask, cast: Cast) -> None:
    make.outdate_phone(Person, cast.mai)
    assert appoint(app, make.GONE).exit_code == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["0900 000 099"], "chưa có tài khoản"),
        (["12"], "Số điện thoại chưa đúng"),
        (["0900 000 021", "--name", "Người Khác"], "Tên chưa khớp"),
    ],
)
def test_nobody_else_is_appointed(app: Flask, cast: Cast, words: list[str], sentence: str) -> None:
    done = appoint(app, *words)

    assert (done.exit_code, done.stdout) == (1, "")
    assert sentence in done.stderr


def test_without_a_phone_it_is_wrong_usage(app: Flask, cast: Cast) -> None:
    assert appoint(app).exit_code == 2
