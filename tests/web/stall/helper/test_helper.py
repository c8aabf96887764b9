"""What a helper does face to face: takes up a mandate by the seller's code, makes a code for a new password."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Event
from market.base.db import transaction
from market.sellers.actions import claim_business, make_mandate_code, verify_claim
from market.sellers.models import Mandate, MandateMethod, Post, PostRole
from market.values.period import local_day
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.sellers import shown
from tests.web.stall.settings.test_mandates import mandate


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


# --- a new password -------------------------------------------------------------------------------------------------


def reset(vy: FlaskClient, cast: Cast, person: int | None = None):
    return vy.post(path(cast.lan.business, f"dat-lai-mat-khau/{person or cast.lan.person}"))


def test_a_forgotten_password_is_set_anew_side_by_side(
    app: Flask, vy: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    given = mandate(cast, now)
    assert reset(vy, cast).location == f"/to-cong-nghe/{cast.lan.business}"
    page = vy.get(f"/to-cong-nghe/{cast.lan.business}").text
    shown = re.search(r">(\d{3} \d{3})<", page)
    assert shown
    assert shown.group(1) not in vy.get(f"/to-cong-nghe/{cast.lan.business}").text

    lan = app.test_client()
    new = {"phone": "0900 000 011", "code": shown.group(1), "new": "mua ruoi chin"}
    assert lan.post("/dat-lai-mat-khau", data=new).status_code == 303

    event = session.scalars(select(Event).where(Event.verb == "make_code_reset_password")).one()
    assert (event.actor_id, event.on_behalf_of, event.mandate_id) == (cast.vy, cast.lan.business, given)


def test_without_a_live_mandate_no_password_is_reset(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    assert reset(vy, cast).status_code == 404

    mandate(cast, now)
    sign_in(vy, cast.vy, now.move(days=91))
    assert reset(vy, cast).status_code == 404


def test_only_a_members_password_is_reset(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)

    assert reset(vy, cast, cast.mai).status_code == 404


def test_an_officers_password_is_not_for_a_helper(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    with transaction() as writing:
        day = local_day(now())
        writing.add(Post(commune_id=cast.commune, person_id=cast.lan.person, role=PostRole.OFFICER, starts_on=day))

    answer = reset(vy, cast)
    assert answer.status_code == 422
    assert "Mời người đó tới Phòng Kinh tế" in answer.text


def test_nor_that_of_somebody_with_a_stall_the_helper_may_not_open(vy: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    with transaction() as writing:
        claim = claim_business(writing, Actor(person_id=cast.lan.person), cast.commune, cast.theu, now=now())
    with transaction() as writing:
        seen = shown.paper(cast.commune, claim)
        verify_claim(writing, Actor(person_id=cast.hung), seen, now=now())

    assert reset(vy, cast).status_code == 422


def test_who_is_no_helper_finds_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.lan.person, cast.hung, cast.mai]

    assert keeps_out(app, path(cast.lan.business, "nhan-uy-quyen"), people, method="POST")
    assert keeps_out(app, path(cast.lan.business, f"dat-lai-mat-khau/{cast.lan.person}"), people, method="POST")
