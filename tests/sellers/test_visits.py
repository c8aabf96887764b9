"""Where a stall comes: the days and hours as they are typed, kept and said."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.base.seen import ChangedSince, seen_of
from market.places.models import Commune, PickupPoint
from market.sellers.actions import change_visits
from market.sellers.models import StallVisit
from market.sellers.queries.visits import points_for, visit_facts, visits_of
from market.sellers.rules.visits import BY_ARRANGEMENT, EVERY_DAY, VisitTimes, days_of, read_hours
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (VisitTimes(days=0b10), "thứ 3"),
        (VisitTimes(days=0b1000010, begins=360, ends=510), "thứ 3, Chủ nhật, 6:00–8:30"),
        (VisitTimes(days=EVERY_DAY, begins=0, ends=1440), "hằng ngày, 0:00–24:00"),
        (VisitTimes(days=BY_ARRANGEMENT), "hẹn ngày qua điện thoại"),
        (VisitTimes(days=BY_ARRANGEMENT | 1), "thứ 2, ngày khác thì hẹn"),
    ],
)
def test_days_and_hours_are_said_as_people_say_them(times: VisitTimes, said: str) -> None:
    assert times.spoken == said


@pytest.mark.parametrize(
    ("begins", "ends", "minutes"),
    [
        ("6:00", "8:30", (360, 510)),
        ("6h", "8h30", (360, 510)),
        ("06:05", "24:00", (365, 1440)),
        ("6 giờ", "7", (360, 420)),
    ],
)
def test_hours_are_read_as_they_are_typed(begins: str, ends: str, minutes: tuple[int, int]) -> None:
    assert read_hours(begins, ends) == minutes


@pytest.mark.parametrize(
    ("begins", "ends", "said"),
    [
        ("6:00", "", "cả giờ đến và giờ về"),
        ("", "8", "cả giờ đến và giờ về"),
        ("8", "6", "Giờ về phải sau giờ đến"),
        ("8", "8", "Giờ về phải sau giờ đến"),
        ("sáng", "8", "không phải “sáng”"),
        ("6:75", "8", "không phải “6:75”"),
        ("6", "24:01", "không phải “24:01”"),
        ("6", "99", "không phải “99”"),
    ],
)
def test_what_is_no_hour_is_said_so(begins: str, ends: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_hours(begins, ends)


def test_a_table_writes_days_short() -> None:
    assert (days_of("2 CN"), days_of("hẹn")) == (0b1000001, BY_ARRANGEMENT)
    with pytest.raises(ValueError, match="8"):
        days_of("8")


MORNING = VisitTimes(days=0b101, begins=360, ends=480)


def change(cast: Cast, now: Clock, new: dict[int, VisitTimes], *, seen: str | None = None) -> None:
    with transaction() as writing:
        facts = visit_facts(points_for(writing, cast.commune, cast.lan.stall))
        change_visits(writing, Actor(), cast.lan.stall, new, seen=seen or seen_of(facts), now=now())


def test_a_stall_comes_where_it_last_said_and_the_others_as_before(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    change(cast, now, {cast.pickup: MORNING})
    (visit,) = visits_of(session, cast.lan.stall)
    assert (visit.point_id, visit.times) == (cast.pickup, MORNING)
    assert visits_of(session, cast.htx.stall)[0].times.days == EVERY_DAY
    change(cast, now, {cast.pickup: MORNING})
    change(cast, now, {})
    assert visits_of(session, cast.lan.stall) == ()
    events = [event for event in events_of(session, "business", cast.lan.business) if event.verb == "change_visits"]
    assert len(events) == 2


def test_a_page_that_is_older_than_what_was_said_since_changes_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    older = seen_of(visit_facts(points_for(reading(), cast.commune, cast.lan.stall)))
    change(cast, now, {cast.pickup: MORNING})
    with pytest.raises(ChangedSince, match="thứ 2, thứ 4"):
        change(cast, now, {}, seen=older)
    change(cast, now, {cast.pickup: MORNING}, seen=older)


def test_no_stall_comes_to_another_communes_point_or_a_closed_one(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        theirs = make.make_pickup_point(session, make.make_hamlet(session, far, "A")).id
        here = session.get_one(Commune, cast.commune)
        closed = make.make_pickup_point(session, make.make_hamlet(session, here, "B"))
        closed.is_active = False
        closed_id = closed.id
    for point_id in (theirs, closed_id, 999):
        with pytest.raises(NotFound):
            change(cast, now, {point_id: MORNING})


def test_a_point_that_is_closed_for_a_while_keeps_who_comes(app: Flask, cast: Cast, now: Clock) -> None:
    """What a page does not show, its button does not take away."""
    with transaction() as session:
        session.get_one(PickupPoint, cast.pickup).is_active = False
    change(cast, now, {})
    assert reading().scalars(select(StallVisit.stall_id).order_by(StallVisit.stall_id)).first() == cast.lan.stall
