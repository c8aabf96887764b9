"""Classes: who is on the list, what came of them, which of a year count."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.base.retention import apply_rules
from market.cli import RETENTION
from market.outreach.actions.classes import SaidOfThemselves, cancel_class
from market.outreach.models import ClassAttendee
from market.outreach.queries.classes import attendees_of, class_year, limits_on, outcomes_of
from market.outreach.rules.classes import ClassHolder, SignInWay
from market.sellers.models import Stall
from market.values.period import local_day
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class, scan, write_down

MAI = SaidOfThemselves(name="Vũ Thị Mai", phone=Phone("0900 000 021"), is_elderly=True)


def on_list(session: Session, class_id: int) -> list[ClassAttendee]:
    session.expire_all()
    return [one.attendee for one in attendees_of(session, class_id, most=50)]


def test_the_same_person_is_on_the_list_once_whichever_way_they_come(cast: Cast, session: Session, now: Clock) -> None:
    """Written down first, then scanning with their account; a guest who sends the form twice; a second name on the same
    phone is another person of the family."""
    held = a_class(cast, now)
    assert write_down(cast, held, "phạm thị lan", now, "0900 000 011")
    assert not write_down(cast, held, "Phạm Thị Lan", now, "0900 000 011")
    scan(cast, held, now, cast.lan.person, SaidOfThemselves(name="", phone=None, is_vulnerable=True))
    scan(cast, held, now, cast.lan.person, SaidOfThemselves(name="", phone=None, is_vulnerable=True))
    for said in (MAI, MAI, SaidOfThemselves(name="Vũ Văn Bình", phone=MAI.phone)):
        scan(cast, held, now, None, said)

    lan, mai, binh = on_list(session, held)
    assert (lan.way, lan.person_id, lan.business_id) == (SignInWay.ACCOUNT, cast.lan.person, cast.lan.business)
    assert (lan.is_elderly, lan.is_vulnerable, mai.is_elderly) == (False, True, True)
    assert binh.name == "Vũ Văn Bình"
    assert mai.way is SignInWay.PHONE


def test_a_code_takes_people_in_on_its_day_alone(cast: Cast, session: Session, now: Clock) -> None:
    held = a_class(cast, now, at=now() + timedelta(days=1))
    with pytest.raises(Refused, match="chưa tới ngày"):
        scan(cast, held, now, None, MAI)
    with pytest.raises(Refused, match="chưa tới ngày"):
        write_down(cast, held, "Ai Đó", now)
    now.move(days=1)
    scan(cast, held, now, None, MAI)
    now.move(days=1)
    with pytest.raises(Refused, match="thôi dùng"):
        scan(cast, held, now, None, SaidOfThemselves(name="Người Sau", phone=MAI.phone))
    assert write_down(cast, held, "Người Đến Muộn", now), "who holds the class may still write down who came"
    assert len(on_list(session, held)) == 2


def test_what_attendees_list_within_thirty_days_is_the_outcome_of_the_class(
    cast: Cast, session: Session, now: Clock
) -> None:
    """Bà Lan sold before and lists again; anh Tư lists on the 31st day; the HTX's people never."""
    now.move(days=3)
    held = a_class(cast, now)
    for person in (cast.lan.person, cast.tu.person, cast.htx.person):
        scan(cast, held, now, person)
    for stall, days in ((cast.lan.stall, 30), (cast.tu.stall, 1)):
        now.move(days=days)
        with transaction() as writing:
            make.make_product(writing, writing.get_one(Stall, stall), f"Hàng mới {days}", now())

    limits = limits_on(session, cast.commune, local_day(now()))
    held_on = local_day(now()) - timedelta(days=31)
    found = {one.person_id: outcomes_of(session, [held])[held][one.id] for one in on_list(session, held)}
    in_time = {person for person, one in found.items() if one.is_in_time(held_on, limits.listing_days)}
    assert in_time == {cast.lan.person}
    assert found[cast.lan.person].sold_before
    assert found[cast.htx.person].listed_at is None


def test_a_year_counts_classes_with_ten_people_those_of_the_group_apart(
    cast: Cast, session: Session, now: Clock
) -> None:
    """One with nine people, one of the office, one that was cancelled, one of last year."""
    sizes = ((10, ClassHolder.GROUP), (9, ClassHolder.GROUP), (11, ClassHolder.OFFICE), (12, ClassHolder.GROUP))
    classes = [a_class(cast, now, holder) for _, holder in sizes]
    a_class(cast, now, at=now() - timedelta(days=340))
    for class_id, (size, _) in zip(classes, sizes, strict=True):
        for number in range(size):
            write_down(cast, class_id, f"Người học {number}", now)
    with transaction() as writing:
        cancel_class(writing, Actor(person_id=cast.hung), cast.commune, classes[3], "trời bão", clock=now)

    today = local_day(now())
    year = class_year(session, cast.commune, today, limits_on(session, cast.commune, today))
    assert (year.held, year.counted, year.by_group, year.by_others) == (3, 2, 1, 1)


def test_two_years_later_nobody_of_a_class_is_known_and_the_class_still_counts(
    cast: Cast, session: Session, now: Clock
) -> None:
    held = a_class(cast, now)
    scan(cast, held, now, cast.lan.person)
    scan(cast, held, now, None, MAI)
    now.move(days=731)
    rules = [rule for rule in RETENTION if rule.table == "class_attendee"]
    assert apply_rules(rules, now()) == {"class_attendee": 2}

    people = on_list(session, held)
    assert [(one.name, one.phone, one.person_id, one.is_elderly) for one in people] == [("", None, None, False)] * 2
    assert apply_rules(rules, now()) == {"class_attendee": 0}


def test_another_commune_s_class_takes_nobody_in(cast: Cast, session: Session, now: Clock) -> None:
    held = a_class(cast, now)
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        elsewhere = far.id
    with pytest.raises(NotFound), transaction() as writing:
        cancel_class(writing, Actor(person_id=cast.hung), elsewhere, held, "nhầm", clock=now)
    assert session.scalars(select(ClassAttendee)).all() == []
