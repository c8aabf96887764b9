"""Posts and mandates asked of the actions: from which day through which, by whom, and that each leaves an event."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import CodeTry
from market.accounts.models import LoginSession, OneTimeCode, Person
from market.base.audit import Actor, Event
from market.base.db import transaction
from market.base.errors import NotFound, Refused
from market.places.models import Hamlet
from market.sellers import actions
from market.sellers.actions import NewMandate, NewPost
from market.sellers.jobs import end_lapsed_mandates
from market.sellers.models import BusinessMember, Mandate, MandateMethod, Post, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import by_day_on

pytestmark = by_day_on("sqlite")

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def grant(cast: Cast, now: Clock, first: date = TODAY, last: date = TODAY + 30 * DAY, paper: str = "Giấy số 7") -> int:
    new = NewMandate(
        business_id=cast.lan.business,
        helper_id=cast.vy,
        granted_by="Phạm Thị Lan",
        method=MandateMethod.PAPER,
        paper=paper,
        starts_on=first,
        ends_on=last,
    )
    with transaction() as writing:
        return actions.grant_mandate(writing, Actor(person_id=cast.hung), new, clock=now)


def verbs(session: Session, business: int) -> list[str]:
    return [event.verb for event in events_of(session, "business", business)][2:]


# --- mandates -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "is_granted"),
    [(0, 0, True), (0, 366, True), (0, 367, False), (-1, 365, True), (-1, 366, False), (-9, -1, False), (1, 0, False)],
)
def test_a_mandate_ends_today_at_the_earliest_and_within_a_year(
    cast: Cast, now: Clock, session: Session, first: int, last: int, is_granted: bool
) -> None:
    if is_granted:
        given = session.get_one(Mandate, grant(cast, now, TODAY + first * DAY, TODAY + last * DAY))
        assert (given.ends_on, given.recorded_by, given.recorded_at) == (TODAY + last * DAY, cast.hung, now())
    else:
        with pytest.raises(Refused, match="không quá một năm"):
            grant(cast, now, TODAY + first * DAY, TODAY + last * DAY)


def test_the_same_mandate_is_granted_once_while_it_lives(cast: Cast, now: Clock, session: Session) -> None:
    given = grant(cast, now)
    assert grant(cast, now) == given
    assert grant(cast, now, paper="Giấy số 8") != given
    ended = now.move(minutes=1)
    for _ in range(2):
        with transaction() as writing:
            actions.revoke_mandate(writing, Actor(person_id=cast.hung), cast.lan.business, given, now=now())
        now.move(minutes=1)
    assert session.get_one(Mandate, given).revoked_at == ended
    assert grant(cast, now) not in (given, given + 1)
    assert verbs(session, cast.lan.business) == ["grant_mandate", "grant_mandate", "revoke_mandate", "grant_mandate"]
    with pytest.raises(NotFound), transaction() as writing:
        actions.revoke_mandate(writing, Actor(), cast.tu.business, given + 1, now=now())


def make_code(cast: Cast, now: Clock, last_day: date) -> tuple[str, int]:
    """A mandate's code of bà Lan's and its id."""
    with transaction() as writing:
        lan = Actor(person_id=cast.lan.person)
        digits = actions.make_mandate_code(writing, lan, cast.lan.business, last_day, clock=now)
        return digits, writing.scalars(select(OneTimeCode.id).order_by(OneTimeCode.id.desc())).first() or 0


def take(cast: Cast, now: Clock, code: tuple[str, int], helper: int | None, business: int) -> int:
    tried = CodeTry(digits=code[0], code_ids=[code[1]])
    with transaction() as writing:
        return actions.take_mandate(writing, Actor(person_id=helper), business, tried, clock=now)


def test_a_code_grants_its_business_to_the_helper_who_takes_it_up(cast: Cast, now: Clock, session: Session) -> None:
    with pytest.raises(Refused, match="không quá một năm"):
        make_code(cast, now, TODAY - DAY)
    code = make_code(cast, now, TODAY)
    assert session.get_one(OneTimeCode, code[1]).business_id == cast.lan.business
    with pytest.raises(Refused, match="Mã chưa đúng"):
        take(cast, now, code, cast.vy, cast.tu.business)
    with pytest.raises(Refused, match="Tổ công nghệ số"):
        take(cast, now, code, cast.stranger, cast.lan.business)
    with pytest.raises(NotFound):
        take(cast, now, code, None, cast.lan.business)

    given = session.get_one(Mandate, take(cast, now, code, cast.vy, cast.lan.business))
    assert (given.helper_id, given.granted_by, given.method) == (cast.vy, "Phạm Thị Lan", MandateMethod.CODE)
    assert (given.starts_on, given.ends_on) == (TODAY, TODAY)


def test_a_code_of_somebody_who_is_a_member_no_more_grants_nothing(cast: Cast, now: Clock, session: Session) -> None:
    code = make_code(cast, now, TODAY)
    with transaction() as writing:
        own = BusinessMember.business_id == cast.lan.business
        writing.scalars(select(BusinessMember).where(own)).one().ended_at = now()

    with pytest.raises(Refused, match="Mã chưa đúng"):
        take(cast, now, code, cast.vy, cast.lan.business)


# --- posts ----------------------------------------------------------------------------------------------------------


def appoint(cast: Cast, now: Clock, role: PostRole, hamlet: int | None, person: int | None = None) -> int:
    new = NewPost(commune_id=cast.commune, person_id=person or cast.mai, role=role, hamlet_id=hamlet, starts_on=TODAY)
    with transaction() as writing:
        return actions.add_post(writing, Actor(person_id=cast.hung), new, now=now())


def post_events(session: Session, post: int) -> list[tuple[str, int | None]]:
    return [(event.verb, event.commune_id) for event in events_of(session, "post", post)]


def test_a_post_is_the_same_by_its_role_and_hamlet(cast: Cast, now: Clock, session: Session) -> None:
    first = appoint(cast, now, PostRole.HELPER, cast.mo_doan)
    assert appoint(cast, now, PostRole.HELPER, cast.mo_doan) == first
    assert appoint(cast, now, PostRole.HELPER, cast.nghia_dung) == first + 1
    assert appoint(cast, now, PostRole.OFFICER, None) == first + 2
    assert post_events(session, first) == [("add_post", cast.commune)]
    with pytest.raises(NotFound):
        appoint(cast, now, PostRole.OFFICER, None, person=999)


@pytest.mark.parametrize(("last", "again", "kept"), [(0, 1, 0), (0, 0, 0), (0, -1, -1)])
def test_a_post_that_ends_can_end_earlier_alone(
    cast: Cast, now: Clock, session: Session, last: int, again: int, kept: int
) -> None:
    post = appoint(cast, now, PostRole.OFFICER, None)
    for days in (last, again):
        with transaction() as writing:
            actions.end_post(writing, Actor(), cast.commune, post, TODAY + days * DAY, now=now())
    assert session.get_one(Post, post).ends_on == TODAY + kept * DAY
    ended = ("end_post", cast.commune)
    assert post_events(session, post) == [("add_post", cast.commune), *[ended] * (1 + (kept != last))]


def dismiss(cast: Cast, now: Clock, post: int, by: int | None = None) -> bool:
    with transaction() as writing:
        return actions.dismiss(writing, Actor(person_id=by or cast.hung), cast.commune, post, clock=now)


def test_mandates_end_with_a_helper_s_last_post_in_the_commune_alone(cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test")
        hamlet: Hamlet = make.make_hamlet(writing, far, "thôn Xa")
        theirs = make.make_business(writing, hamlet, "Hộ xa", now())
        vy, officer = writing.get_one(Person, cast.vy), writing.get_one(Person, cast.hung)
        elsewhere = make.make_mandate(writing, theirs, vy, officer, now()).id
        helper = writing.scalars(select(Post.id).where(Post.person_id == cast.vy)).one()
    here = grant(cast, now)
    office = appoint(cast, now, PostRole.OFFICER, None, person=cast.vy)
    appoint(cast, now, PostRole.OFFICER, None, person=cast.stranger)

    assert not dismiss(cast, now, office, by=cast.stranger)
    assert dismiss(cast, now, office)
    assert session.get_one(Mandate, here).revoked_at is None
    dismiss(cast, now, helper)

    session.expire_all()
    assert session.get_one(Mandate, here).revoked_at == now()
    assert session.get_one(Mandate, elsewhere).revoked_at is None
    assert session.get_one(Post, helper).ends_on == TODAY - DAY
    revoked = session.scalars(select(Event).where(Event.verb == "revoke_mandate")).all()
    assert [event.business_id for event in revoked] == [cast.lan.business]


# --- what is left open on a helper's devices ------------------------------------------------------------------------


def test_so_they_do_when_the_last_day_of_a_mandate_is_over(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """What the owner begins there afterwards is left alone."""
    grant(cast, now, last=TODAY)

    def sign_in(visitor: str) -> None:
        make.sign_in(app.test_client(), cast.vy, now(), visitor=visitor)
        make.sign_in(app.test_client(), cast.lan.person, now(), visitor=visitor)

    sign_in("old phone")
    assert end_lapsed_mandates(now.move(hours=14)) == 0, "23:00 of the last day"
    now.move(hours=1)
    sign_in("new phone")
    assert [end_lapsed_mandates(now()), end_lapsed_mandates(now.move(hours=1))] == [1, 0]
    open_still = session.scalars(select(LoginSession.visitor).where(LoginSession.ended_at.is_(None))).all()
    assert open_still == ["new phone"]


@pytest.mark.parametrize("how", ["the mandate ends", "the post ends", "dismissed", "an end to come"])
def test_with_a_helper_s_right_end_others_logins_on_every_device_they_ever_used(
    app: Flask, cast: Cast, now: Clock, session: Session, how: str
) -> None:
    """Signed out there herself by now, on an old phone too; the owner's own phone is left alone."""
    mandate = grant(cast, now)
    for visitor in ("old phone", "new phone"):
        make.sign_in(app.test_client(), cast.vy, now(), visitor=visitor)
        make.sign_in(app.test_client(), cast.lan.person, now(), visitor=visitor)
    make.sign_in(app.test_client(), cast.lan.person, now(), visitor="her own")
    make.sign_in(app.test_client(), cast.vy, now(), visitor="stranger's")
    make.sign_in(app.test_client(), cast.mai, now(), visitor="stranger's")
    post = session.scalars(select(Post.id).where(Post.person_id == cast.vy)).one()
    officer, last_day = Actor(person_id=cast.hung), TODAY + (DAY if how == "an end to come" else -DAY)
    with transaction() as writing:
        if how == "the mandate ends":
            actions.revoke_mandate(writing, officer, cast.lan.business, mandate, now=now())
        elif how == "dismissed":
            actions.dismiss(writing, officer, cast.commune, post, clock=now)
        else:
            actions.end_post(writing, officer, cast.commune, post, last_day, now=now())
    left = session.execute(
        select(LoginSession.visitor, LoginSession.person_id).where(LoginSession.ended_at.is_(None))
    ).all()
    own = {("her own", cast.lan.person)}
    hers = {(visitor, cast.lan.person) for visitor in ("old phone", "new phone")}
    neighbour = {("stranger's", cast.mai)}
    expected = {
        "the mandate ends": own | neighbour,
        "the post ends": own,
        "dismissed": own,
        "an end to come": own | hers | neighbour,
    }
    assert {(visitor, person) for visitor, person in left} == expected[how]
