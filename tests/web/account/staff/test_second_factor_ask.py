"""The second step of signing in: a code of the app, or one on paper; each once, few tries, kept per login session."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers import actions
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.account.resets.test_reset import finish, start
from tests.web.account.staff.test_second_factor import OFFICE, app_code, hung, set_up, sign_in_anew

__all__ = ["hung"]
PATH = "/dang-nhap/ma-xac-thuc"


def give(client: FlaskClient, code: str):
    return client.post(PATH, data={"code": code, "tiep": OFFICE})


def test_a_code_of_the_app_opens_the_office_on_this_phone_alone(
    app: Flask,
    hung: FlaskClient,
    now: Clock,
) -> None:
    secret, _ = set_up(hung, now)
    client, _ = sign_in_anew(app)
    now.move(seconds=30)
    assert "6 số" in client.get(PATH).text
    assert give(client, app_code(secret, now)).location == OFFICE
    assert client.get(OFFICE).status_code == 200
    other, _ = sign_in_anew(app)
    assert other.get(OFFICE).status_code == 303


def test_a_code_of_a_neighbouring_step_is_taken_and_none_twice_or_backwards(
    app: Flask,
    hung: FlaskClient,
    now: Clock,
) -> None:
    secret, _ = set_up(hung, now)
    client, _ = sign_in_anew(app)
    now.move(minutes=5)
    for far in (-2, 2):
        assert give(client, app_code(secret, now, far)).status_code == 422
    assert give(client, app_code(secret, now, -1)).status_code == 303
    assert give(client, app_code(secret, now, 1)).status_code == 303
    for earlier in (-1, 0, 1):
        assert give(client, app_code(secret, now, earlier)).status_code == 422


def test_a_code_on_paper_is_taken_once(
    app: Flask,
    hung: FlaskClient,
    now: Clock,
) -> None:
    _, codes = set_up(hung, now)
    client, _ = sign_in_anew(app)
    assert give(client, codes[3].lower()).location == OFFICE
    assert client.get(OFFICE).status_code == 200
    again = give(client, codes[3])
    assert again.status_code == 422
    assert "đã dùng rồi" in again.text
    assert give(client, codes[4]).status_code == 303


def test_five_wrong_codes_close_it_for_a_quarter_of_an_hour(
    app: Flask,
    hung: FlaskClient,
    now: Clock,
) -> None:
    _, codes = set_up(hung, now)
    client, _ = sign_in_anew(app)
    for _ in range(5):
        assert give(client, "000000").status_code == 422
    assert "chờ 15 phút" in give(client, codes[0]).text
    now.move(minutes=16)
    assert give(client, codes[0]).status_code == 303


def test_a_reset_drops_the_second_factor_where_the_slip_says_so_alone(
    app: Flask,
    hung: FlaskClient,
    cast: Cast,
    now: Clock,
) -> None:
    set_up(hung, now)
    for drops in (False, True):
        new = actions.NewSlip(commune_id=cast.commune, person_id=cast.hung, paper="căn cước", drops_second_factor=drops)
        with transaction() as writing:
            code = actions.make_slip(writing, Actor(), new, clock=now)
        client = app.test_client()
        assert start(client, code).status_code == 303
        now.move(days=1)
        assert finish(client).status_code == 303
        assert client.get(OFFICE).status_code == (200 if drops else 303)


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [])


def test_who_has_none_is_told_that_the_code_is_wrong(client: FlaskClient, cast: Cast, now: Clock) -> None:
    make.sign_in(client, cast.mai, now())
    assert give(client, "123456").status_code == 422
