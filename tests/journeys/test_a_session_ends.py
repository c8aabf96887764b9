"""A sign-in ends: after a year, sooner for who acts for others, and when somebody signs in on the same device."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.base.db import transaction
from market.sellers.models import Post, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD, sign_in
from tests.nights import by_day_on

pytestmark = by_day_on("sqlite")

LAN, HUNG, VY, MAI = "0900 000 011", "0900 000 001", "0900 000 002", "0900 000 021"
HAS_ENDED = "Lần đăng nhập trước trên máy này đã hết hạn"


def signs_in(phone: FlaskClient, number: str, **more: str) -> None:
    assert phone.post("/dang-nhap", data={"phone": number, "password": PASSWORD} | more).status_code == 303


def is_in(phone: FlaskClient) -> bool:
    return phone.get("/tai-khoan").status_code == 200


def in_use(phone: FlaskClient, now: Clock, *, every: timedelta, until: timedelta) -> timedelta:
    """How long a phone that is used every so often stays signed in."""
    begun = now()
    while is_in(phone):
        now.at += every
        assert now() - begun <= until, "it never ends"
    return now() - begun


# --- how long -------------------------------------------------------------------------------------------------------


def test_a_seller_s_phone_stays_signed_in_a_year_at_most(client: FlaskClient, cast: Cast, now: Clock) -> None:
    signs_in(client, LAN)
    assert in_use(client, now, every=timedelta(days=30), until=timedelta(days=500)) == timedelta(days=390)


def test_an_officer_signs_in_each_working_day(client: FlaskClient, cast: Cast, now: Clock) -> None:
    signs_in(client, HUNG)
    assert in_use(client, now, every=timedelta(minutes=30), until=timedelta(days=1)) == timedelta(hours=11)


def test_a_helper_signs_in_each_month(client: FlaskClient, cast: Cast, now: Clock) -> None:
    signs_in(client, VY)
    assert in_use(client, now, every=timedelta(days=1), until=timedelta(days=40)) == timedelta(days=30)


def test_unused_it_ends_after_half_a_year(client: FlaskClient, cast: Cast, now: Clock) -> None:
    signs_in(client, LAN)
    now.move(days=179)
    assert is_in(client)
    now.move(days=180)
    assert not is_in(client)


def test_who_is_appointed_while_signed_in_has_an_officer_s_session(client: FlaskClient, cast: Cast, now: Clock) -> None:
    signs_in(client, MAI)
    now.move(days=2)
    assert is_in(client)
    with transaction() as writing:
        make.make_post(writing, writing.get_one(Person, cast.mai), PostRole.OFFICER, None, now())
    now.move(minutes=61)
    assert not is_in(client)
    signs_in(client, MAI)
    assert is_in(client)


def test_who_no_longer_holds_a_post_has_the_session_of_everybody(client: FlaskClient, cast: Cast, now: Clock) -> None:
    signs_in(client, HUNG)
    with transaction() as writing:
        post = writing.scalars(select(Post).where(Post.person_id == cast.hung)).one()
        post.starts_on, post.ends_on = date(2026, 1, 1), date(2026, 11, 23)
    now.move(hours=2)
    assert is_in(client)
    now.move(days=3)
    assert is_in(client)


def test_a_session_from_before_is_as_long_as_it_would_be_now(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    with transaction() as writing:
        writing.scalars(select(LoginSession)).one().expires_at = now() + timedelta(days=180)
    now.move(days=2)
    assert not is_in(client)


# --- at its end -----------------------------------------------------------------------------------------------------


def test_the_sign_in_page_says_why_and_leads_back(client: FlaskClient, cast: Cast, now: Clock) -> None:
    signs_in(client, HUNG)
    assert HAS_ENDED not in client.get("/dang-nhap").text
    now.move(hours=13)
    sent = client.get("/van-phong")
    assert sent.status_code == 303
    assert HAS_ENDED in client.get(sent.location).text
    signs_in(client, HUNG)
    assert HAS_ENDED not in client.get("/dang-nhap").text


def test_who_never_signed_in_here_or_signed_out_is_told_nothing_of_an_end(client: FlaskClient, cast: Cast) -> None:
    assert HAS_ENDED not in client.get("/dang-nhap").text
    signs_in(client, LAN)
    client.post("/dang-xuat")
    assert HAS_ENDED not in client.get("/dang-nhap").text


def test_what_was_typed_in_a_page_opened_in_time_is_taken(
    client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    """Pages end an hour before the session does; the session itself ends on time."""
    signs_in(client, HUNG)
    now.move(hours=11, minutes=30)
    assert not is_in(client)
    new = {"old": PASSWORD, "new": "ruộng khói gạch"}
    assert client.post("/tai-khoan", data=new).location == "/tai-khoan"

    now.move(minutes=31)
    late = client.post("/tai-khoan", data=new, headers={"Referer": "http://127.0.0.1:8000/tai-khoan"})
    assert late.location.startswith("/dang-nhap")


def test_what_is_sent_too_late_leads_back_to_the_page_it_was_typed_in(
    client: FlaskClient, cast: Cast, now: Clock
) -> None:
    signs_in(client, LAN)
    now.move(days=181)
    page = f"http://{client.application.config['CHOSO'].host}/tai-khoan"
    late = client.post("/tai-khoan", data={"old": PASSWORD}, headers={"Referer": page}, base_url=page[:-10])
    assert late.location == "/dang-nhap?tiep=/tai-khoan"


# --- one device, one session ----------------------------------------------------------------------------------------


def copied(app: Flask, phone: FlaskClient) -> FlaskClient:
    """A thief's browser with a copy of this phone's cookie of signing in."""
    thief = app.test_client()
    kept = phone.get_cookie("choso")
    assert kept is not None
    thief.set_cookie("choso", kept.value)
    return thief


@pytest.mark.parametrize("next_person", [LAN, MAI])
def test_a_new_sign_in_on_a_device_ends_the_one_before_whose_ever_it_was(
    app: Flask, client: FlaskClient, cast: Cast, next_person: str
) -> None:
    signs_in(client, LAN)
    thief = copied(app, client)
    assert is_in(thief)

    signs_in(client, next_person)
    assert is_in(client)
    assert not is_in(thief)


def test_other_devices_stay_signed_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    other = app.test_client()
    signs_in(other, LAN)
    signs_in(client, LAN)
    signs_in(client, MAI)
    assert is_in(other)


def test_signing_up_and_a_new_password_by_code_end_it_too(app: Flask, client: FlaskClient, cast: Cast) -> None:
    signs_in(client, LAN)
    thief = copied(app, client)
    new = {"name": "Bùi Thị Mơ", "phone": "0900 000 041", "password": "ruộng khói gạch", "agrees": "y"}
    assert client.post("/dang-ky", data=new).status_code == 303
    assert not is_in(thief)


def test_a_try_that_fails_ends_nothing(client: FlaskClient, cast: Cast) -> None:
    signs_in(client, LAN)
    assert client.post("/dang-nhap", data={"phone": MAI, "password": "sai rồi nhé"}).status_code == 422
    assert is_in(client)
