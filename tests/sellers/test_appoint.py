"""`flask appoint`, `end-officer`, `reset-officer`: what no second officer is there for."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.db import transaction
from market.places.models import Commune
from market.sellers.models import Post
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import by_day_on
from tests.web.account.resets.test_reset import finish, start

pytestmark = by_day_on("sqlite")


def run(app: Flask, *words: str):
    return app.test_cli_runner().invoke(args=words)


def appoint(app: Flask, *words: str):
    return run(app, "appoint", *words)


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


def test_a_code_to_hand_over_makes_who_types_it_an_officer(app: Flask, cast: Cast, now: Clock) -> None:
    done = appoint(app, "--name", "Vũ Thị Mai", "--json")
    assert done.exit_code == 0, done.stderr
    code = json.loads(done.stdout)["code"]
    client = app.test_client()
    sign_in(client, cast.mai, now())
    assert client.post("/tai-khoan/nhan-nhiem-vu", data={"code": code}).status_code == 303
    assert client.get("/van-phong/so-ho").status_code == 200


def test_an_account_is_appointed_in_the_commune_that_is_named_wherever_it_was_made(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """Growth 4: accounts are the installation's, rights a commune's. Of two people with one phone a name says who."""
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        there = make.make_person(writing, far, "Vũ Văn Xa", "0900 000 021", now())
        number, code = there.id, far.code
        writing.get_one(Commune, cast.commune).host = app.config["CHOSO"].host.partition(":")[0]
    assert json.loads(appoint(app, "--person", str(number), "--json").stdout)["person"] == number
    assert json.loads(appoint(app, "--person", str(number), "--commune", code, "--json").stdout)["person"] == number
    assert "Tên chưa khớp" in appoint(app, "0900 000 021", "--commune", code).stderr
    named = ("0900 000 021", "--name", "Vũ Văn Xa", "--commune", code)
    assert json.loads(appoint(app, *named, "--json").stdout)["person"] == number
    posts = session.scalars(select(Post.commune_id).where(Post.person_id == number)).all()
    assert len(set(posts)) == 2
    assert "Chưa có xã nào mang mã 99999" in appoint(app, "0900 000 021", "--commune", "99999").stderr


def test_the_operator_ends_an_officer_s_post(app: Flask, cast: Cast, now: Clock) -> None:
    client = app.test_client()
    sign_in(client, cast.hung, now())
    done = run(app, "end-officer", "0900 000 001")
    assert done.exit_code == 0, done.stderr
    assert client.get("/van-phong/so-ho").status_code == 404
    assert "không phải cán bộ" in run(app, "end-officer", "0900 000 001").stderr


def test_the_operator_lets_the_last_officer_in_again(app: Flask, cast: Cast, now: Clock) -> None:
    done = run(app, "reset-officer", "0900 000 001", "--json")
    assert done.exit_code == 0, done.stderr
    client = app.test_client()
    assert start(client, json.loads(done.stdout)["code"]).status_code == 303
    assert finish(client).status_code == 422, "the wait holds for them too"
    now.move(days=1)
    assert finish(client).status_code == 303
    assert "không phải cán bộ" in run(app, "reset-officer", "0900 000 021").stderr
