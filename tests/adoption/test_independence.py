"""Help that ends: who is helped, who sells alone since, by the month in which help began."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.adoption.queries.independence import help_given, names_of_helped
from market.adoption.rules.independence import HelpGiven, HelpStanding, cohorts
from market.base.audit import Actor, Change, record
from market.base.db import reading, transaction
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.sellers.models import Business, HelpVisit, Mandate
from market.sellers.rules.help_visits import VisitConsent, VisitOutcome, VisitPlace
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.orders.steps import place, wanted

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
GIVEN = HelpGiven(business_id=1, since=TODAY - 60 * DAY, lasts_until=None, ended_on=None, acted_on=None, sold_on=None)


@pytest.mark.parametrize(
    ("ended", "acted", "sold", "standing"),
    [
        (30, None, 29, HelpStanding.ALONE),
        (30, None, 30, HelpStanding.QUIET),
        (30, 10, 20, HelpStanding.QUIET),
        (30, 10, 9, HelpStanding.ALONE),
        (None, None, 59, HelpStanding.ALONE),
        (None, None, 60, HelpStanding.QUIET),
        (None, None, None, HelpStanding.QUIET),
    ],
)
def test_alone_is_who_sold_after_the_last_day_of_help(
    ended: int | None, acted: int | None, sold: int | None, standing: HelpStanding
) -> None:
    days = [None if ago is None else TODAY - ago * DAY for ago in (ended, acted, sold)]
    one = HelpGiven(
        business_id=1, since=GIVEN.since, lasts_until=None, ended_on=days[0], acted_on=days[1], sold_on=days[2]
    )
    assert one.standing is standing
    assert (
        HelpGiven(
            business_id=1, since=GIVEN.since, lasts_until=TODAY, ended_on=None, acted_on=None, sold_on=TODAY
        ).standing
        is HelpStanding.HELPED
    )


def test_households_stand_by_the_month_in_which_help_began() -> None:
    newest, older = cohorts([GIVEN, GIVEN, HelpGiven(**{**_fields(), "since": TODAY, "lasts_until": TODAY})])
    assert (newest.month, newest.total, newest.alone) == (date(2026, 11, 1), 1, 0)
    assert (older.month, older.counts[HelpStanding.QUIET]) == (date(2026, 9, 1), 2)


def _fields() -> dict[str, object]:
    return {"business_id": 2, "ended_on": None, "acted_on": None, "sold_on": None}


def standings(cast: Cast, today: date) -> dict[int, HelpStanding]:
    return {one.business_id: one.standing for one in help_given(reading(), cast.commune, today)}


def complete(cast: Cast, at: datetime) -> None:
    order = place(cast.commune, wanted(cast.rau_muong), now=at).order_ids[0]
    with transaction() as writing:
        row = writing.get_one(Order, order)
        row.status, row.completed_at, row.completed_on = OrderStatus.DELIVERED, at, local_day(at)
        row.accepted_at = row.ready_at = at


@by_day_on("sqlite")
def test_from_a_mandate_that_runs_out_to_selling_alone(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        business, vy, hung = (
            writing.get_one(Business, cast.lan.business),
            writing.get_one(Person, cast.vy),
            writing.get_one(Person, cast.hung),
        )
        given = make.make_mandate(writing, business, vy, hung, now())
        given.ends_on = TODAY + 9 * DAY
        mandate = given.id
    complete(cast, now())
    assert standings(cast, TODAY) == {cast.lan.business: HelpStanding.HELPED}

    now.move(days=10)
    assert standings(cast, TODAY + 10 * DAY) == {cast.lan.business: HelpStanding.QUIET}, "nobody ended it: it ran out"
    complete(cast, now())
    assert standings(cast, TODAY + 10 * DAY) == {cast.lan.business: HelpStanding.ALONE}

    with transaction() as writing:
        actor = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=mandate)
        about = {"subject": "business", "subject_id": cast.lan.business, "business_id": cast.lan.business}
        record(writing, actor, Change(verb="edit_business", **about), now=now.move(days=1))
    assert standings(cast, TODAY + 11 * DAY) == {cast.lan.business: HelpStanding.QUIET}, "a helper did it once more"
    assert names_of_helped(session, [cast.lan.business])[cast.lan.business].hamlet == "thôn Nghĩa Dũng"
    assert session.get_one(Mandate, mandate).revoked_at is None


@by_day_on("sqlite")
def test_a_visit_with_consent_is_help_and_one_in_vain_or_taken_back_is_none(cast: Cast, now: Clock) -> None:
    said = {"commune_id": cast.commune, "hamlet_id": cast.nghia_dung, "helper_id": cast.vy, "visited_on": TODAY}
    said |= {"place": VisitPlace.HOME, "recorded_at": now()}
    helped = {"outcome": VisitOutcome.DONE, "consent": VisitConsent.SPOKEN, "did_account": True}
    with transaction() as writing:
        vain = {"outcome": VisitOutcome.NOBODY, "consent": VisitConsent.NONE}
        writing.add(HelpVisit(**said, **vain, business_id=cast.lan.business, client_key="a"))
        writing.add(HelpVisit(**said, **helped, business_id=cast.theu, client_key="b"))
        taken_back = HelpVisit(**said, **helped, business_id=cast.lan.business, client_key="c", withdrawn_at=now())
        writing.add(taken_back)
    assert standings(cast, TODAY) == {cast.theu: HelpStanding.QUIET}
    assert help_given(reading(), cast.commune + 1, TODAY) == []
