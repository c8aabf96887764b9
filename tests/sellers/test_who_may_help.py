"""Who can be given a mandate, and who can give one: what the pages' walls keep out is kept out by the actions too."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, OneTimeCode, Person
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import NotAllowed, Refused
from market.places.models import Commune, Hamlet
from market.sellers.actions import NewMandate, grant_mandate, make_mandate_code
from market.sellers.models import Business, Mandate, MandateMethod, PostRole
from market.sellers.queries import is_staff_device, staff_devices
from market.values.period import local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock


def mandate_for(helper: int, cast: Cast, now: Clock) -> NewMandate:
    today = local_day(now())
    return NewMandate(
        business_id=cast.lan.business,
        helper_id=helper,
        granted_by="Phạm Thị Lan",
        method=MandateMethod("giay"),
        paper="Giấy số 7",
        starts_on=today,
        ends_on=today + timedelta(days=30),
    )


def count(session: Session, table: type[Mandate] | type[OneTimeCode]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_mandate_is_granted_to_a_helper_of_the_commune_alone(
    app: Flask, cast: Cast, session: Session, now: Clock
) -> None:
    """Not to a stranger, not to an officer, not to another commune's helper, not to one whose post is over."""
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        hamlet = make.make_hamlet(writing, far, "thôn Xa")
        theirs = make.make_person(writing, far, "Em Giúp Khác", "0900 000 052", now())
        make.make_post(writing, theirs, PostRole("helper"), hamlet, now())
        here, own = writing.get_one(Commune, cast.commune), writing.get_one(Hamlet, cast.nghia_dung)
        former = make.make_person(writing, here, "Từng Giúp", "0900 000 053", now())
        make.make_post(writing, former, PostRole("helper"), own, now()).ends_on = local_day(now()) - timedelta(days=1)
    officer = Actor(person_id=cast.hung)
    for helper in (cast.stranger, cast.hung, theirs.id, former.id):
        with pytest.raises(Refused, match="Tổ công nghệ số"), transaction() as writing:
            grant_mandate(writing, officer, mandate_for(helper, cast, now), clock=now)
    assert count(session, Mandate) == 0
    with transaction() as writing:
        grant_mandate(writing, officer, mandate_for(cast.vy, cast, now), clock=now)
    assert count(session, Mandate) == 1


def test_only_a_member_acting_for_themselves_makes_a_mandate_s_code(
    app: Flask, cast: Cast, session: Session, now: Clock
) -> None:
    last_day = local_day(now()) + timedelta(days=30)
    helper = Actor(person_id=cast.vy, on_behalf_of=cast.lan.business, mandate_id=1)
    others = (helper, replace(helper, person_id=cast.lan.person), Actor(person_id=cast.tu.person), Actor())
    for actor in others:
        with pytest.raises(NotAllowed, match="Chỉ chủ hộ"), transaction() as writing:
            make_mandate_code(writing, actor, cast.lan.business, last_day, clock=now)
    assert count(session, OneTimeCode) == 0
    with transaction() as writing:
        make_mandate_code(writing, Actor(person_id=cast.lan.person), cast.lan.business, last_day, clock=now)
    assert count(session, OneTimeCode) == 1


def test_a_device_is_of_the_staff_once_anybody_with_a_post_or_mandate_has_signed_in_there(
    app: Flask, cast: Cast, session: Session, now: Clock
) -> None:
    """Signed out since, the post over, the mandate ended: it stays so. One's own post says nothing against oneself."""
    with transaction() as writing:
        here, hamlet = writing.get_one(Commune, cast.commune), writing.get_one(Hamlet, cast.nghia_dung)
        former = make.make_person(writing, here, "Từng Giúp", "0900 000 053", now())
        make.make_post(writing, former, PostRole("helper"), hamlet, now()).ends_on = local_day(now()) - timedelta(
            days=1
        )
        mandated = make.make_person(writing, here, "Có Giấy", "0900 000 054", now())
        business, officer = writing.get_one(Business, cast.lan.business), writing.get_one(Person, cast.hung)
        make.make_mandate(writing, business, mandated, officer, now()).revoked_at = now()
    for person in (cast.lan.person, cast.mai, cast.vy, cast.hung, former.id, mandated.id):
        make.sign_in(app.test_client(), person, now(), visitor=f"of-{person}")
    with transaction() as writing:
        for login in writing.scalars(select(LoginSession)):
            login.ended_at = now()

    staff = {f"of-{person}" for person in (cast.vy, cast.hung, former.id, mandated.id)}
    everybody = staff | {f"of-{cast.lan.person}", f"of-{cast.mai}", "unknown"}
    assert staff_devices(session, everybody, cast.lan.person) == staff
    assert is_staff_device(session, f"of-{cast.vy}", cast.lan.person)
    assert not is_staff_device(session, f"of-{cast.vy}", cast.vy)
    make.sign_in(app.test_client(), cast.hung, now(), visitor=f"of-{cast.vy}")
    assert is_staff_device(session, f"of-{cast.vy}", cast.vy)
