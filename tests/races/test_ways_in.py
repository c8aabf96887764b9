"""What lets somebody in, gives a post or ends one: eight at once, and it counts once."""

from collections.abc import Callable

import pyotp
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import second_factor as factors
from market.accounts.actions import ResetPassword
from market.accounts.models import LoginSession, PasswordReset, Person, RecoveryCode
from market.base.audit import Actor, Event
from market.base.db import transaction
from market.base.errors import Refused
from market.places.models import Commune
from market.sellers import actions
from market.sellers.models import Appointment, Post, PostRole
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.services.crowd import crowd

EIGHT = range(8)


def outcomes(app: Flask, do: Callable[[Session, int], object]) -> list[str]:
    """How each of eight ended: `done`, or the code of its refusal; sorted."""

    def one(number: int) -> str:
        try:
            with transaction() as writing:
                do(writing, number)
        except Refused as refusal:
            return refusal.code
        return "done"

    return sorted(crowd(app, EIGHT, one))


def slip(cast: Cast, now: Clock) -> str:
    new = actions.NewSlip(commune_id=cast.commune, person_id=cast.lan.person, paper="căn cước")
    with transaction() as writing:
        return actions.make_slip(writing, Actor(person_id=cast.hung), new, clock=now)


def test_a_slip_is_typed_on_one_browser_and_sets_one_password(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    code = slip(cast, now)
    begun = outcomes(app, lambda s, at: actions.start_with_slip(s, cast.commune, code, f"browser-{at}", clock=now))
    assert begun == ["done"] + ["wrong_code"] * 7

    reset = session.scalars(select(PasswordReset)).one()
    browser, number = reset.visitor or "", reset.id
    now.move(days=1)

    def finish(writing: Session, at: int) -> None:
        new = ResetPassword(password="ba cau thuoc long", password_hash=f"hash-{at}", commune="xã Đại Sơn")
        actions.finish_reset(writing, number, browser, new, clock=now)

    assert outcomes(app, finish) == ["done"] + ["reset_over"] * 7
    used = select(func.count(Event.id)).where(Event.verb == "use_reset")
    assert session.scalar(used) == 1


def test_a_post_is_confirmed_and_taken_up_by_one(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        second = writing.get_one(Person, cast.stranger)
        make.make_post(writing, second, PostRole.OFFICER, None, now())
        here = writing.get_one(Commune, cast.commune)
        people = [make.make_person(writing, here, "Vũ Văn Mới", f"0911 00000{at}", now()) for at in EIGHT]
        namesakes = [one.id for one in people]
    new = actions.NewAppointment(
        commune_id=cast.commune, role=PostRole.OFFICER, hamlet_id=None, name="Vũ Văn Mới", paper="QĐ số 12"
    )
    with transaction() as writing:
        assert actions.make_appointment(writing, Actor(person_id=cast.hung), new, clock=now) is None
    number = session.scalars(select(Appointment.id)).one()
    codes: list[str] = []

    def confirm(writing: Session, _at: int) -> None:
        actor = Actor(person_id=cast.stranger)
        codes.append(actions.confirm_appointment(writing, actor, cast.commune, number, clock=now))

    assert outcomes(app, confirm) == ["appointment_over"] * 7 + ["done"]

    def take(writing: Session, at: int) -> None:
        typed = actions.CodeTyped(commune_id=cast.commune, code=codes[0], visitor=f"browser-{at}")
        actions.take_appointment(writing, Actor(person_id=namesakes[at]), typed, clock=now)

    assert outcomes(app, take) == ["done"] + ["wrong_code"] * 7
    assert session.scalar(select(func.count(Post.id)).where(Post.person_id.in_(namesakes))) == 1


def test_of_officers_who_end_one_another_somebody_stays(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    """A third has asked for both: each of them says the second word about the other, four times each."""
    with transaction() as writing:
        people = {
            one: make.make_post(writing, writing.get_one(Person, one), PostRole.OFFICER, None, now()).id
            for one in (cast.mai, cast.stranger)
        }
        for post in people.values():
            actions.dismiss(writing, Actor(person_id=cast.hung), cast.commune, post, clock=now)
    turns = [(cast.mai, people[cast.stranger]), (cast.stranger, people[cast.mai])] * 4

    def end(writing: Session, at: int) -> None:
        by, post = turns[at]
        actions.dismiss(writing, Actor(person_id=by), cast.commune, post, clock=now)

    found = outcomes(app, end)
    assert found.count("not_found") == 4, "who was ended first says no word any more"
    held = select(func.count(Post.id)).where(Post.id.in_(people.values()), Post.ends_on.is_(None))
    assert session.scalar(held) == 1
    assert session.scalar(select(func.count(Event.id)).where(Event.verb == "end_post")) == 1


def test_a_code_of_the_app_and_one_on_paper_open_one_phone_each(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    for at in EIGHT:
        make.sign_in(app.test_client(), cast.hung, now(), f"phone-{at}")
    logins = session.scalars(select(LoginSession.id).where(LoginSession.person_id == cast.hung)).all()
    hung = Actor(person_id=cast.hung)
    with transaction() as writing:
        factors.offer(writing, cast.hung, now=now())
    secret = factors.offered_secret(session, cast.hung) or ""
    with transaction() as writing:
        papers = factors.confirm(writing, hung, logins[0], code_of(secret, now), clock=now)
    now.move(minutes=1)
    for typed in (code_of(secret, now), papers[0]):
        found = outcomes(app, lambda s, at, typed=typed: factors.give(s, hung, logins[at], typed, clock=now))
        assert found == ["done"] + ["wrong_code"] * 7
    unused = select(func.count(RecoveryCode.id)).where(RecoveryCode.used_at.is_(None))
    assert session.scalar(unused) == factors.RECOVERY_CODES - 1


def code_of(secret: str, now: Clock) -> str:
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // factors.STEP_SECONDS)
