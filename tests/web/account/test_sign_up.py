"""Lập tài khoản: a name, a phone, a password, a consent; a phone may be shared, its password not."""

import unicodedata

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Consent, Person
from market.base.attempts import Attempt
from market.base.db import transaction
from market.base.secrets import hash_password
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD

NEW = {"name": "Bùi Thị Mơ", "phone": "0900 000 041", "password": "mot hai ba", "agrees": "y"}


def test_somebody_signs_up_and_is_signed_in_with_their_consent_kept(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    answer = client.post("/dang-ky", data=NEW)

    person = session.scalars(select(Person).where(Person.name == "Bùi Thị Mơ")).one()
    consent = session.scalars(select(Consent).where(Consent.person_id == person.id)).one()
    assert (answer.status_code, answer.location) == (303, "/tai-khoan")
    assert person.phone == "+84900000041"
    assert person.password_hash
    assert person.password_hash.startswith("$argon2id$")
    assert (consent.purpose, consent.text_version) == ("terms", "2026-11")
    assert "Bùi Thị Mơ" in client.get("/tai-khoan").text


def test_the_page_shows_its_password_on_request_and_leads_to_the_terms(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/dang-ky").text

    assert 'data-shows="password"' in page
    assert 'href="/dieu-khoan"' in page


def test_after_signing_up_one_is_where_one_wanted_to_be(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/dang-ky?tiep=/ban-hang").text.count('value="/ban-hang"') == 1
    assert client.post("/dang-ky", data=NEW | {"tiep": "/ban-hang"}).location == "/ban-hang"


AWAY = ["https://xau.example", "//xau.example", "/\\xau.example", "/\t/xau.example", " //xau.example", "/a\r\nX: 1"]


@pytest.mark.parametrize("away", AWAY)
def test_another_site_is_never_the_way_on(client: FlaskClient, cast: Cast, away: str) -> None:
    assert client.post("/dang-ky", data=NEW | {"tiep": away}).location == "/tai-khoan"


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/dang-ky", data={"name": "Bùi Thị Mơ", "phone": "12", "password": "ngan"})

    assert answer.status_code == 422
    for part in (
        "Số điện thoại chưa đúng",
        "Mật khẩu cần từ 8 ký tự",
        "Cần bạn đồng ý",
        'value="Bùi Thị Mơ"',
        'value="12"',
    ):
        assert part in answer.text
    assert "ngan" not in answer.text


def test_a_password_that_is_too_long_is_told_so(client: FlaskClient, cast: Cast) -> None:
    assert "dài quá 200 ký tự" in client.post("/dang-ky", data=NEW | {"password": "a" * 201}).text


WEAK = ["12345678", "Mật khẩu 123", "0900000041", "+84 900 000 041", "bùi thị mơ 1967", "Đại Sơn 2026", "cho-so-88"]


@pytest.mark.parametrize("weak", WEAK)
def test_a_password_that_is_guessed_first_is_refused_with_what_to_do(
    client: FlaskClient, cast: Cast, session: Session, weak: str
) -> None:
    answer = client.post("/dang-ky", data=NEW | {"password": weak})
    assert answer.status_code == 422
    assert answer.headers["X-Refused"] == "weak_password"
    assert "Mời đặt ba từ liền nhau" in answer.text
    assert 'value="Bùi Thị Mơ"' in answer.text
    assert session.scalar(select(func.count()).where(Person.name == NEW["name"])) == 0


def test_a_password_taken_before_the_list_was_asked_still_signs_in(client: FlaskClient, cast: Cast) -> None:
    with transaction() as writing:
        writing.get_one(Person, cast.mai).password_hash = hash_password("12345678")
    assert client.post("/dang-nhap", data={"phone": "0900 000 021", "password": "12345678"}).status_code == 303


def test_marks_typed_apart_from_their_letters_are_the_same_password(app: Flask, cast: Cast) -> None:
    app.test_client().post("/dang-ky", data=NEW | {"password": "mật khẩu của mơ"})
    typed = {"phone": NEW["phone"], "password": unicodedata.normalize("NFD", "mật khẩu của mơ")}
    assert app.test_client().post("/dang-nhap", data=typed).status_code == 303


def test_a_family_shares_a_phone_with_two_passwords(client: FlaskClient, cast: Cast, session: Session) -> None:
    client.post("/dang-ky", data=NEW | {"phone": "0900 000 011"})
    client.post("/dang-xuat")

    client.post("/dang-nhap", data={"phone": "0900 000 011", "password": NEW["password"]})
    assert "Bùi Thị Mơ" in client.get("/tai-khoan").text
    client.post("/dang-xuat")
    client.post("/dang-nhap", data={"phone": "0900 000 011", "password": PASSWORD})
    assert "Phạm Thị Lan" in client.get("/tai-khoan").text


def test_the_same_phone_and_password_twice_is_one_account(client: FlaskClient, cast: Cast, session: Session) -> None:
    answer = client.post("/dang-ky", data=NEW | {"phone": "0900 000 011", "password": PASSWORD})

    assert answer.status_code == 422
    assert "đã có tài khoản với mật khẩu này" in answer.text
    count = select(func.count()).where(Person.phone == Phone("0900 000 011"))
    assert session.scalar(count) == 1


def test_signing_up_is_no_way_around_the_limit_of_tries(app: Flask, cast: Cast, session: Session, now: Clock) -> None:
    guesses = [app.test_client().post("/dang-ky", data=_guess(number)) for number in range(7)]

    assert [answer.status_code for answer in guesses] == [303] * 5 + [422] * 2
    assert "thử sai nhiều lần" in guesses[-1].text
    assert session.scalar(select(func.count(Attempt.id))) == 5


def _guess(number: int) -> dict[str, str]:
    return NEW | {"phone": "0900 000 011", "password": f"ruong-lua-{number}"}
