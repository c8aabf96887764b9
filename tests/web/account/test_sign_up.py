"""Lập tài khoản: a name, a phone, a password, a consent; a phone may be shared, and costs one hash however many do."""

import unicodedata

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Consent, Person
from market.base.db import transaction
from market.base.secrets import hash_password
from market.values.phone import Phone
from tests import factories as make
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
    client.post("/dang-nhap", data={"phone": "0900 000 011", "password": PASSWORD, "name": "Lan"})
    assert "Phạm Thị Lan" in client.get("/tai-khoan").text


def test_the_same_form_twice_is_one_account_and_signs_in(app: Flask, cast: Cast, session: Session) -> None:
    """A tap too many; the form without its password lets nobody in."""
    sent = NEW | {"client_key": "mot-lan"}
    for _ in range(2):
        client = app.test_client()
        assert client.post("/dang-ky", data=sent).status_code == 303
        assert "Bùi Thị Mơ" in client.get("/tai-khoan").text
    thief = app.test_client().post("/dang-ky", data=sent | {"password": "ruong-lua-xanh"})
    assert (thief.status_code, thief.headers["X-Refused"]) == (422, "signed_up_already")
    assert session.scalar(select(func.count()).where(Person.name == NEW["name"])) == 1
    other = app.test_client().post("/dang-ky", data=sent | {"name": "Bùi Văn Đào"})
    assert (other.status_code, other.headers["X-Refused"]) == (429, "too_many_tries")


def test_signing_up_costs_one_hash_and_tells_nothing_of_who_has_the_phone(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that fits somebody of the phone is as good as any other: it is compared with nobody's."""
    costs: list[str] = []
    monkeypatch.setattr(
        "market.web.account.forms.hash_password", lambda text: costs.append(text) or hash_password(text)
    )
    for module in ("market.accounts.queries", "market.web.account.views"):
        monkeypatch.setattr(f"{module}.is_password", lambda text, _known: bool(costs.append(text)))
    for phone in ("0900 000 011", "0900 000 041"):
        costs.clear()
        answer = app.test_client().post("/dang-ky", data=NEW | {"phone": phone, "password": PASSWORD})
        assert (answer.status_code, answer.location, costs) == (303, "/tai-khoan", [PASSWORD])


def test_who_signs_up_with_a_stall_s_phone_again_and_again_shuts_nobody_out(
    app: Flask, cast: Cast, session: Session
) -> None:
    answers = [app.test_client().post("/dang-ky", data=_guess(number)) for number in range(7)]
    assert [answer.status_code for answer in answers] == [303] * 3 + [429] * 4
    assert "vừa lập nhiều tài khoản" in answers[-1].text
    assert 'value="Bùi Thị Mơ"' in answers[-1].text
    assert int(answers[-1].headers["Retry-After"]) == 86_400

    lan = {"phone": "0900 000 011", "password": PASSWORD}
    assert app.test_client().post("/dang-nhap", data=lan).status_code == 303
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    family = app.test_client().post("/dang-ky", data=_guess(8), environ_base=elsewhere)
    assert family.status_code == 303


def test_a_phone_holds_five_accounts_that_nothing_is_known_of_and_the_oldest_unused_gives_way(
    app: Flask, cast: Cast, session: Session, now: Clock
) -> None:
    def sign_up(number: int) -> tuple[FlaskClient, int]:
        client = app.test_client()
        away = {"REMOTE_ADDR": f"203.0.113.{number}"}
        return client, client.post("/dang-ky", data=_guess(number), environ_base=away).status_code

    first, _ = sign_up(0)
    assert [sign_up(number)[1] for number in range(1, 6)] == [303] * 4 + [422]
    vy = app.test_client()
    make.sign_in(vy, cast.vy, now())
    assert vy.post("/dang-ky", data=_guess(9)).status_code == 303, "a helper enters one more on her own phone"
    now.move(days=1, minutes=1)
    assert first.get("/tai-khoan").status_code == 200, "who comes back keeps the phone"
    assert sign_up(6)[1] == 303
    phones = session.execute(select(Person.phone).where(Person.name == NEW["name"]).order_by(Person.id)).scalars().all()
    assert [phone is None for phone in phones] == [False, True, False, False, False, False, False]
    assert session.scalar(select(func.count()).where(Person.phone == Phone("0900 000 011"))) == 7, (
        "bà Lan's own is apart"
    )


def _guess(number: int) -> dict[str, str]:
    return NEW | {"phone": "0900 000 011", "password": f"ruong-lua-{number}"}


def test_a_page_that_comes_back_without_the_password_says_so(client: FlaskClient, cast: Cast) -> None:
    said = "Riêng ô “Mật khẩu” chợ không giữ lại: mời gõ lại."
    assert said in client.post("/dang-ky", data=NEW | {"phone": "12"}).text
    assert said not in client.post("/dang-ky", data=NEW | {"phone": "12", "password": ""}).text
