"""What was set for a day to come is taken back; what holds is not."""

from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.queries import number_on
from market.base.db import transaction
from market.places.models import DatedFact
from market.values.period import local_day
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import send
from tests.web.office.settings.test_facts import PATH, PLAN, said


def test_it_never_holds_and_the_row_stays(hung: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    day = local_day(now()) + timedelta(days=5)
    send(hung, PATH, said(day))
    fact = session.scalars(select(DatedFact).where(DatedFact.value == "60")).one()

    assert [hung.post(f"{PATH}/{fact.id}/bo").status_code for _ in range(2)] == [303, 303]

    session.expire_all()
    assert number_on(session, cast.commune, PLAN, day) is None
    assert session.get_one(DatedFact, fact.id).valid_to == day - timedelta(days=1)
    assert "60 %" not in hung.get(PATH).text
    assert send(hung, PATH, said(day)).status_code == 303, "and set again"
    session.expire_all()
    assert number_on(session, cast.commune, PLAN, day) == 60


def test_what_holds_is_not_taken_back(hung: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    send(hung, PATH, said(local_day(now())))
    fact = session.scalars(select(DatedFact).where(DatedFact.value == "60")).one()
    answer = hung.post(f"{PATH}/{fact.id}/bo")
    assert (answer.status_code, "Số này đã có hiệu lực" in answer.text) == (409, True)
    country = session.scalars(select(DatedFact.id).where(DatedFact.commune_id.is_(None))).first()
    assert hung.post(f"{PATH}/{country}/bo").status_code == 404


def test_others_find_nothing(app: Flask, cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.add(DatedFact(commune_id=cast.commune, key=PLAN, value="9", valid_from=date(2030, 1, 1), source="x"))
    number = session.scalars(select(DatedFact.id).where(DatedFact.value == "9")).one()
    assert keeps_out(app, f"{PATH}/{number}/bo", [cast.lan.person, cast.vy], method="POST")
