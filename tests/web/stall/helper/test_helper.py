"""What a helper does face to face: takes up a mandate by the seller's code."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.sellers.actions import make_mandate_code
from market.sellers.models import Mandate, MandateMethod
from market.values.period import local_day
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in


def path(business: int, act: str) -> str:
    return f"/to-cong-nghe/{business}/{act}"


@pytest.fixture
def vy(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.vy, now())
    return client


@pytest.fixture
def digits(cast: Cast, now: Clock) -> str:
    """What bà Lan reads out from her phone: for three months."""
    with transaction() as writing:
        last_day = local_day(now()).replace(year=2027, month=2)
        return make_mandate_code(writing, Actor(person_id=cast.lan.person), cast.lan.business, last_day, clock=now)


def take(vy: FlaskClient, business: int, code: str):
    return vy.post(path(business, "nhan-uy-quyen"), data={"code": code})


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


# --- a mandate ------------------------------------------------------------------------------------------------------


def test_the_sellers_code_opens_her_stall_until_the_day_she_chose(
    vy: FlaskClient, cast: Cast, digits: str, session: Session, now: Clock
) -> None:
    assert take(vy, cast.lan.business, f"{digits[:3]} {digits[3:]}").location == f"/to-cong-nghe/{cast.lan.business}"

    given = session.scalars(select(Mandate)).one()
    assert (given.method, given.granted_by, given.helper_id) == (MandateMethod.CODE, "Phạm Thị Lan", cast.vy)
    assert str(given.ends_on) == "2027-02-24"
    assert vy.get(f"/ban-hang/{cast.lan.slug}/cai-dat").status_code == 200


def test_a_code_is_taken_once_and_within_ten_minutes(
    vy: FlaskClient, cast: Cast, digits: str, now: Clock, session: Session
) -> None:
    now.move(minutes=11)
    late = take(vy, cast.lan.business, digits)
    assert late.status_code == 422
    assert "Mã chưa đúng hoặc đã hết hạn" in late.text
    assert session.scalars(select(Mandate)).all() == []


def test_one_phone_tries_fifteen_codes_an_hour_whosever_they_are(vy: FlaskClient, cast: Cast, digits: str) -> None:
    """The right one is not looked at either, and what was typed is there still."""
    for _ in range(15):
        assert take(vy, cast.lan.business, wrong(digits)).status_code == 422
    stopped = take(vy, cast.lan.business, digits)
    assert (stopped.status_code, stopped.headers["X-Refused"]) == (429, "too_many_tries")
    assert f'value="{digits}"' in stopped.text


def test_after_five_wrong_tries_the_right_code_is_dead(
    vy: FlaskClient, cast: Cast, digits: str, session: Session
) -> None:
    for _ in range(5):
        assert take(vy, cast.lan.business, wrong(digits)).status_code == 422

    assert take(vy, cast.lan.business, digits).status_code == 422
    assert session.scalars(select(Mandate)).all() == []


def test_the_code_of_one_business_opens_no_other(vy: FlaskClient, cast: Cast, digits: str, session: Session) -> None:
    assert take(vy, cast.theu, digits).status_code == 422
    assert take(vy, cast.tu.business, digits).status_code == 404
    assert session.scalars(select(Mandate)).all() == []


def test_an_empty_code_is_asked_for(vy: FlaskClient, cast: Cast, digits: str) -> None:
    answer = take(vy, cast.lan.business, "")

    assert answer.status_code == 422
    assert "Mời viết mã 6 số" in answer.text


def test_who_is_no_helper_finds_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.lan.person, cast.hung, cast.mai]

    assert keeps_out(app, path(cast.lan.business, "nhan-uy-quyen"), people, method="POST")
