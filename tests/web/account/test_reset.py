"""Đặt lại mật khẩu: six digits that a helper reads out, ten minutes, five tries, once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import NewCode, make_code
from market.accounts.models import CodePurpose, OneTimeCode, Person
from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import hash_password
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import without_token
from tests.queries import counting

LAN = "0900 000 011"


@pytest.fixture
def digits(cast: Cast, now: Clock) -> str:
    new = NewCode(purpose=CodePurpose.RESET_PASSWORD, person_id=cast.lan.person, commune_id=cast.commune)
    with transaction() as writing:
        return make_code(writing, Actor(person_id=cast.vy), new, now=now())


def reset(client: FlaskClient, digits: str, phone: str = LAN, new: str = "mua ruoi chin"):
    return client.post("/dat-lai-mat-khau", data={"phone": phone, "code": digits, "new": new})


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


def test_the_code_sets_a_password_signs_in_and_signs_every_other_phone_out(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, digits: str
) -> None:
    old = app.test_client()
    sign_in(old, cast.lan.person, now())

    answer = reset(client, f"{digits[:3]} {digits[3:]}")

    assert answer.location == "/tai-khoan"
    assert "Phạm Thị Lan" in client.get("/tai-khoan").text
    assert old.get("/tai-khoan").status_code == 303
    assert app.test_client().post("/dang-nhap", data={"phone": LAN, "password": "mua ruoi chin"}).status_code == 303


def test_a_code_works_once(client: FlaskClient, cast: Cast, digits: str) -> None:
    reset(client, digits)

    again = reset(client, digits)
    assert again.status_code == 422
    assert "Mã chưa đúng hoặc đã hết hạn" in again.text


def test_a_code_is_dead_after_ten_minutes(client: FlaskClient, cast: Cast, now: Clock, digits: str) -> None:
    now.move(minutes=11)

    assert reset(client, digits).status_code == 422


def test_a_phone_that_the_number_plan_no_longer_has_gets_a_new_password(
    client: FlaskClient, cast: Cast, digits: str
) -> None:
    make.outdate_phone(Person, cast.lan.person)

    assert reset(client, digits, phone=make.GONE).location == "/tai-khoan"


def test_a_code_is_read_in_full_width_digits_too(client: FlaskClient, cast: Cast, digits: str) -> None:
    full_width = digits.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})

    assert reset(client, full_width).location == "/tai-khoan"


def test_a_code_is_of_one_phone(client: FlaskClient, cast: Cast, digits: str) -> None:
    assert reset(client, digits, phone="0900 000 012").status_code == 422


def test_after_five_wrong_tries_the_right_code_is_dead_too(client: FlaskClient, cast: Cast, digits: str) -> None:
    for _ in range(5):
        assert reset(client, wrong(digits)).status_code == 422

    assert reset(client, digits).status_code == 422


def test_a_new_code_puts_the_earlier_out(client: FlaskClient, cast: Cast, now: Clock, digits: str) -> None:
    new = NewCode(purpose=CodePurpose.RESET_PASSWORD, person_id=cast.lan.person, commune_id=cast.commune)
    with transaction() as writing:
        later = make_code(writing, Actor(person_id=cast.vy), new, now=now())

    assert later == digits or reset(client, digits).status_code == 422
    assert reset(client, later).status_code == 303


def test_a_code_keeps_when_it_was_used(
    client: FlaskClient, cast: Cast, now: Clock, digits: str, session: Session
) -> None:
    assert reset(client, digits).status_code == 303
    used = now()
    now.move(minutes=5)
    new = NewCode(purpose=CodePurpose.RESET_PASSWORD, person_id=cast.lan.person, commune_id=cast.commune)
    with transaction() as writing:
        make_code(writing, Actor(person_id=cast.vy), new, now=now())
    assert session.scalars(select(OneTimeCode.used_at).order_by(OneTimeCode.id)).all() == [used, None]


def test_a_code_for_something_else_sets_no_password(client: FlaskClient, cast: Cast, now: Clock) -> None:
    new = NewCode(purpose=CodePurpose.GRANT_MANDATE, person_id=cast.lan.person, commune_id=cast.commune)
    with transaction() as writing:
        digits = make_code(writing, Actor(person_id=cast.lan.person), new, now=now())

    assert reset(client, digits).status_code == 422


@pytest.mark.parametrize("weak", ["12345678", "0900000011", "pham thi lan 67", "daison2026"])
def test_a_password_that_is_guessed_first_is_refused_and_the_code_still_works(
    client: FlaskClient, cast: Cast, digits: str, weak: str
) -> None:
    refused = reset(client, digits, new=weak)
    assert refused.status_code == 422
    assert "Mời đặt ba từ liền nhau" in refused.text

    assert reset(client, digits).location == "/tai-khoan"


def test_whose_name_a_password_is_made_of_is_said_to_who_has_the_code_alone(
    client: FlaskClient, cast: Cast, digits: str
) -> None:
    guess = reset(client, wrong(digits), new="pham thi lan 67")
    assert "Mã chưa đúng" in guess.text
    assert "ba từ liền nhau" not in guess.text


def test_unknown_phones_and_wrong_old_and_locked_codes_answer_alike(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, digits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, same page, as many statements, one hash each: nobody learns here who has an account or a code."""
    hashed: list[str] = []
    monkeypatch.setattr(
        "market.web.account.forms.hash_password", lambda text: hashed.append(text) or hash_password(text)
    )
    new = NewCode(purpose=CodePurpose.RESET_PASSWORD, person_id=cast.tu.person, commune_id=cast.commune)
    with transaction() as writing:
        make_code(writing, Actor(person_id=cast.vy), new, now=now())
    for _ in range(5):
        reset(client, wrong(digits))
    phones = {"unknown": "0900 000 099", "no code": "0900 000 012", "wrong": "0900 000 013", "locked": LAN}

    answers = set()
    for phone in phones.values():
        hashed.clear()
        with counting() as seen:
            answer = reset(client, digits, phone=phone)
        page = without_token(answer.text).replace(phone, "")
        answers.add((answer.status_code, answer.headers["X-Refused"], page, len(seen), len(hashed)))

    assert len(answers) == 1
    assert next(iter(answers))[-1] == 1


def test_the_page_says_whom_to_ask_and_keeps_what_was_typed(client: FlaskClient, cast: Cast, digits: str) -> None:
    assert "Tổ công nghệ số" in client.get("/dat-lai-mat-khau").text

    answer = reset(client, wrong(digits), new="ngan")
    assert answer.status_code == 422
    assert f'value="{LAN}"' in answer.text
    assert "Mật khẩu cần từ 8 ký tự" in answer.text
