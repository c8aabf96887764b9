"""Posts and the mandates that hang on them, given and ended at once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.actions import CodeTry
from market.accounts.models import CodePurpose
from market.accounts.queries import live_codes
from market.base.audit import Actor, Event
from market.base.db import transaction
from market.base.errors import Refused
from market.sellers import actions
from market.sellers.models import Mandate, MandateMethod, Post, PostRole
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.races.overlap import Move, ordered, overlap
from tests.web.stall.settings.test_mandates import mandate


def appoint(cast: Cast, now: Clock) -> Move:
    """Em Vy again, in the hamlet where she serves already."""
    new = actions.NewPost(
        commune_id=cast.commune,
        person_id=cast.vy,
        role=PostRole.HELPER,
        hamlet_id=cast.nghia_dung,
        starts_on=local_day(now()),
    )
    return lambda session: actions.add_post(session, Actor(person_id=cast.hung), new, now=now())


def dismiss(cast: Cast, now: Clock, post: int) -> Move:
    return lambda session: actions.dismiss(session, Actor(person_id=cast.hung), cast.commune, post, clock=now)


def grant(cast: Cast, now: Clock) -> Move:
    new = actions.NewMandate(
        business_id=cast.tu.business,
        helper_id=cast.vy,
        granted_by="Lê Văn Tư",
        method=MandateMethod.PAPER,
        paper="Giấy số 9",
        starts_on=local_day(now()),
        ends_on=local_day(now()) + timedelta(days=30),
    )
    return lambda session: actions.grant_mandate(session, Actor(person_id=cast.hung), new, clock=now)


def post_of(session: Session, person: int) -> int:
    return session.scalars(select(Post.id).where(Post.person_id == person)).one()


# --- posts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), ordered("appoint", "dismiss"))
def test_a_post_is_held_once_or_ended(
    app: Flask, cast: Cast, now: Clock, session: Session, first: str, second: str
) -> None:
    post = post_of(session, cast.vy)
    moves = {"appoint": appoint(cast, now), "dismiss": dismiss(cast, now, post)}

    _, other = overlap(app, moves[first], moves[second])

    today = local_day(now())
    held = list(session.scalars(select(Post.id).where(Post.person_id == cast.vy, Post.ends_on.is_(None))))
    if (first, second) == ("dismiss", "appoint"):
        assert held == [other] != [post]
    else:
        assert held == ([post] if "dismiss" not in (first, second) else [])
    ended = session.get_one(Post, post, populate_existing=True).ends_on
    assert ended == (today - timedelta(days=1) if "dismiss" in (first, second) else None)


def test_a_first_post_given_twice_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    def first_post(writing: Session) -> int:
        new = actions.NewPost(
            commune_id=cast.commune,
            person_id=cast.mai,
            role=PostRole.OFFICER,
            hamlet_id=None,
            starts_on=local_day(now()),
        )
        return actions.add_post(writing, Actor(person_id=cast.hung), new, now=now())

    one, other = overlap(app, first_post, first_post)

    assert one == other == post_of(session, cast.mai)


# --- mandates -------------------------------------------------------------------------------------------------------


def test_a_mandate_granted_while_its_helper_is_dismissed_does_not_outlive_the_post(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    overlap(app, grant(cast, now), dismiss(cast, now, post_of(session, cast.vy)))

    assert [one.revoked_at is not None for one in session.scalars(select(Mandate))] == [True]


def test_no_mandate_is_granted_to_a_helper_who_is_being_dismissed(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    _, other = overlap(app, dismiss(cast, now, post_of(session, cast.vy)), grant(cast, now))

    assert other is Refused
    assert session.scalars(select(Mandate)).all() == []


def test_the_same_mandate_granted_twice_is_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    one, other = overlap(app, grant(cast, now), grant(cast, now))

    assert one == other == session.scalars(select(Mandate.id)).one()


def test_a_mandate_that_two_end_at_once_is_ended_once(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    given, business = mandate(cast, now), cast.lan.business

    def revoke(writing: Session) -> None:
        actions.revoke_mandate(writing, Actor(), business, given, now=now.move(minutes=1))

    overlap(app, revoke, revoke)

    assert [one.at for one in session.scalars(select(Event).where(Event.verb == "revoke_mandate"))] == [
        session.get_one(Mandate, given).revoked_at
    ]


@pytest.mark.parametrize("tapped", ["by one", "by two"])
def test_a_mandate_s_code_is_taken_up_once(app: Flask, cast: Cast, now: Clock, session: Session, tapped: str) -> None:
    last_day = local_day(now()) + timedelta(days=30)
    lan = Actor(person_id=cast.lan.person)
    with transaction() as writing:
        digits = actions.make_mandate_code(writing, lan, cast.lan.business, last_day, clock=now)
        second = cast.mai if tapped == "by two" else cast.vy
        if second == cast.mai:
            writing.add(
                Post(
                    commune_id=cast.commune,
                    person_id=cast.mai,
                    role=PostRole.HELPER,
                    hamlet_id=cast.nghia_dung,
                    starts_on=local_day(now()),
                )
            )
        codes = live_codes(writing, CodePurpose.GRANT_MANDATE, [cast.lan.person], now=now())

    def take(helper: int) -> Move:
        tried = CodeTry(digits=digits, code_ids=codes)
        actor = Actor(person_id=helper)
        return lambda writing: actions.take_mandate(writing, actor, cast.lan.business, tried, clock=now)

    one, other = overlap(app, take(cast.vy), take(second))

    assert other is Refused
    assert one == session.scalars(select(Mandate.id)).one()
