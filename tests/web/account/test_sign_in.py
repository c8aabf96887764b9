"""Đăng nhập: by phone and password, a long stay, tries counted per phone, from any device."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import MOST_FAILURES, NewPassword, change_password
from market.accounts.models import LoginSession, Person
from market.accounts.queries import people_with_phone
from market.base.attempts import Attempt
from market.base.audit import GUEST
from market.base.db import transaction
from market.base.secrets import hash_password, is_password
from market.places.models import Commune
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD
from tests.pages import without_token
from tests.queries import counting

LAN = {"phone": "0900 000 011", "password": PASSWORD}


def test_the_right_password_signs_in_and_leads_back(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/dang-nhap", data=LAN | {"tiep": f"/ban-hang/{cast.lan.slug}"})

    assert (answer.status_code, answer.location) == (303, f"/ban-hang/{cast.lan.slug}")
    assert "Phạm Thị Lan" in client.get("/tai-khoan").text


@pytest.mark.parametrize("typed", ["0900000011", "+84 900 000 011", "0900.000.011", "84900000011"])
def test_a_phone_is_known_however_it_is_typed(client: FlaskClient, cast: Cast, typed: str) -> None:
    assert client.post("/dang-nhap", data=LAN | {"phone": typed}).status_code == 303


def test_a_phone_that_the_number_plan_no_longer_has_still_signs_in(client: FlaskClient, cast: Cast) -> None:
    make.outdate_phone(Person, cast.lan.person)
    assert client.post("/dang-nhap", data=LAN | {"phone": make.GONE}).status_code == 303


def test_a_phone_that_the_number_plan_does_not_have_signs_nobody_up(client: FlaskClient, cast: Cast) -> None:
    new = {"name": "Nguyễn Thị Mới", "phone": make.GONE, "password": "mua-ruoi-chin", "agrees": "y"}
    answer = client.post("/dang-ky", data=new)
    assert answer.status_code == 422
    assert "Số điện thoại chưa đúng" in answer.text


def test_a_phone_is_that_of_people_of_one_commune(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    """Who sells in one commune is nobody in another, whatever host they sign in at."""
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id
    phone = Phone(LAN["phone"])
    assert [one.id for one in people_with_phone(session, cast.commune, phone)] == [cast.lan.person]
    assert list(people_with_phone(session, far, phone)) == []
    with transaction() as writing:
        daughter = make.make_person(writing, writing.get_one(Commune, cast.commune), "Cháu Hoa", phone, now()).id
    assert [one.id for one in people_with_phone(session, cast.commune, phone)] == [cast.lan.person, daughter]
    app.config["TRUSTED_HOSTS"] = ["khac.test"]
    assert app.test_client().post("/dang-nhap", data=LAN, base_url="http://khac.test").status_code == 422


def test_the_cookie_holds_a_random_key_of_which_only_a_fingerprint_is_kept(
    client: FlaskClient, cast: Cast, session: Session
) -> None:
    client.post("/dang-nhap", data=LAN)

    with client.session_transaction() as cookie:
        key = cookie["_user_id"]
    login = session.scalars(select(LoginSession)).one()
    assert len(key) >= 43
    assert key not in (login.key_hash, str(login.id), str(cast.lan.person))


def test_a_phone_stays_signed_in_for_half_a_year_of_use(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """For a year at most, whatever its use: tests/journeys/test_a_session_ends.py."""
    client.post("/dang-nhap", data=LAN)
    for _ in range(2):
        now.move(days=90)
        assert client.get("/tai-khoan").status_code == 200

    now.move(days=181)
    assert client.get("/tai-khoan").status_code == 303


def test_a_wrong_password_says_so_and_keeps_the_phone(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/dang-nhap", data=LAN | {"password": "sai roi nhe"})

    assert answer.status_code == 422
    assert "Số điện thoại hoặc mật khẩu chưa đúng" in answer.text
    assert 'value="0900 000 011"' in answer.text
    assert "sai roi nhe" not in answer.text


def test_an_unknown_phone_is_told_nothing_more(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/dang-nhap", data=LAN | {"phone": "0900 000 099"})

    assert "Số điện thoại hoặc mật khẩu chưa đúng" in answer.text


def test_an_unknown_phone_and_a_wrong_password_take_the_same_work_until_both_are_closed(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, same page, as many statements and hashes, try after try."""
    looked: list[str] = []

    def looking(password: str, known: str | None) -> bool:
        looked.append(password)
        return is_password(password, known)

    monkeypatch.setattr("market.accounts.queries.is_password", looking)

    def answers(phone: str) -> list[tuple[int, str, int, int]]:
        given = []
        for _ in range(MOST_FAILURES + 1):
            looked.clear()
            with counting() as seen:
                answer = client.post("/dang-nhap", data={"phone": phone, "password": "doan mo"})
            given.append((answer.status_code, without_token(answer.text).replace(phone, ""), len(seen), len(looked)))
        return given

    client.get("/")  # the commune is read once in a while
    known, unknown = answers("0900 000 011"), answers("0900 000 099")
    assert known == unknown
    assert [looks for *_, looks in known] == [1] * MOST_FAILURES + [0]


def test_five_wrong_tries_close_a_phone_for_a_quarter_of_an_hour_from_any_browser(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    for _ in range(MOST_FAILURES):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})

    right = app.test_client().post("/dang-nhap", data=LAN)
    assert right.status_code == 422
    assert "Mời chờ 15 phút" in right.text
    assert app.test_client().post("/dang-nhap", data=LAN | {"phone": "0900 000 012"}).status_code == 303

    now.move(minutes=16)
    assert app.test_client().post("/dang-nhap", data=LAN).status_code == 303


def test_strangers_who_guess_do_not_shut_the_owner_out_of_the_phone_they_use(app: Flask, cast: Cast) -> None:
    own = app.test_client()
    assert own.post("/dang-nhap", data=LAN).status_code == 303
    own.post("/dang-xuat")
    for _ in range(MOST_FAILURES):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})

    assert "Mời chờ 15 phút" in app.test_client().post("/dang-nhap", data=LAN).text
    assert own.post("/dang-nhap", data=LAN).status_code == 303


def test_a_known_device_guesses_five_times_more_and_only_at_who_signed_in_on_it(app: Flask, cast: Cast) -> None:
    thief = {"name": "Kẻ Gian", "phone": LAN["phone"], "password": "cua toi day", "agrees": "y"}
    device = app.test_client()
    device.post("/dang-ky", data=thief)
    for _ in range(MOST_FAILURES):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})

    assert "mật khẩu chưa đúng" in device.post("/dang-nhap", data=LAN).text
    for _ in range(MOST_FAILURES):
        answer = device.post("/dang-nhap", data=LAN)
    assert "thử sai nhiều lần" in answer.text


def test_trying_on_while_closed_does_not_keep_it_closed(app: Flask, cast: Cast, now: Clock) -> None:
    for _ in range(MOST_FAILURES * 3):
        app.test_client().post("/dang-nhap", data=LAN | {"password": "doan mo"})
        now.move(minutes=1)
    now.move(minutes=3)

    assert app.test_client().post("/dang-nhap", data=LAN).status_code in (303, 422)
    now.move(minutes=13)
    assert app.test_client().post("/dang-nhap", data=LAN).status_code == 303


def test_an_own_account_on_the_same_phone_does_not_forgive_wrong_guesses(app: Flask, cast: Cast) -> None:
    thief = {"name": "Kẻ Gian", "phone": LAN["phone"], "password": "cua toi day", "agrees": "y"}
    app.test_client().post("/dang-ky", data=thief)

    answers = []
    for number in range(6):
        answers.append(app.test_client().post("/dang-nhap", data=LAN | {"password": f"doan {number}"}))
        app.test_client().post("/dang-nhap", data=LAN | {"password": "cua toi day"})

    assert "thử sai nhiều lần" in answers[-1].text


def test_of_many_tries_at_once_five_are_looked_at(app: Flask, cast: Cast, session: Session) -> None:
    def guess(number: int) -> str:
        with app.app_context():
            return app.test_client().post("/dang-nhap", data=LAN | {"password": f"doan {number}"}).text

    with transaction() as writing:  # looking at a guess takes as long as in the market: others come in meanwhile
        writing.get_one(Person, cast.lan.person).password_hash = hash_password(PASSWORD)
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(guess, range(24)))

    looked_at = [answer for answer in answers if "mật khẩu chưa đúng" in answer]
    assert len(looked_at) <= MOST_FAILURES
    assert all("thử sai nhiều lần" in answer for answer in answers if answer not in looked_at)


def test_tries_are_kept_without_the_phone(client: FlaskClient, cast: Cast, session: Session) -> None:
    client.post("/dang-nhap", data=LAN)

    attempt = session.scalars(select(Attempt)).one()
    assert attempt.succeeded
    assert "900000011" not in attempt.subject


def test_a_revoked_session_is_out_wherever_its_cookie_is(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    client.post("/dang-nhap", data=LAN)
    with transaction() as writing:
        writing.scalars(select(LoginSession)).one().ended_at = now() - timedelta(seconds=1)

    assert client.get("/tai-khoan").status_code == 303


def test_a_password_changed_since_it_was_compared_lets_nobody_in(
    client: FlaskClient, cast: Cast, now: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change_meanwhile(_number: int) -> None:
        with transaction() as writing:
            change_password(writing, GUEST, NewPassword(person_id=cast.lan.person, password_hash="mot"), now=now())

    monkeypatch.setattr("market.web.account.views.succeed_try", change_meanwhile)
    answer = client.post("/dang-nhap", data=LAN)

    assert answer.status_code == 422
    assert "Mật khẩu vừa được đổi ở máy khác" in answer.text
    assert LAN["phone"] in answer.text
    assert session.scalars(select(LoginSession)).all() == []


def test_a_page_asked_for_without_sign_in_is_come_back_to(client: FlaskClient, cast: Cast) -> None:
    sent = client.get("/ban-hang/nhan-co-so?q=rau")

    assert sent.location == "/dang-nhap?tiep=/ban-hang/nhan-co-so?q%3Drau"
    assert client.post(sent.location, data=LAN | {"tiep": "/ban-hang/nhan-co-so?q=rau"}).location.endswith("q=rau")


def test_without_its_csrf_field_nothing_signs_in(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    answer = app.test_client().post("/dang-nhap", data=LAN)

    assert answer.status_code == 400
    assert "tải lại trang" in answer.text


def test_the_page_leads_on_where_there_is_no_account_or_no_password(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/dang-nhap?tiep=/ban-hang").text

    assert 'href="/dang-ky?tiep=/ban-hang"' in page
    assert 'href="/dat-lai-mat-khau"' in page
