"""Signing up, in and out, and one-time codes, many at once."""

import hmac
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts import actions, brakes
from market.accounts.models import CodePurpose, Consent, ConsentPurpose, LoginSession, OneTimeCode, Person
from market.accounts.queries import PasswordMatch, live_codes
from market.base.attempts import Caller, TryWindow, count_tries, count_try, succeed_try
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Conflict, Refused, TooManyTries
from market.base.secrets import vault
from market.values.phone import Phone
from market.web.account.queries import is_proven
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD_HASH
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap
from tests.services.crowd import crowd

GUESSES = 50


# --- one-time codes -------------------------------------------------------------------------------------------------


@pytest.fixture
def digits(cast: Cast, now: Clock) -> str:
    new = actions.NewCode(purpose=CodePurpose.RESET_PASSWORD, person_id=cast.lan.person, commune_id=cast.commune)
    with transaction() as writing:
        return actions.make_code(writing, Actor(person_id=cast.vy), new, now=now())


def test_of_fifty_guesses_at_once_five_are_compared(
    app: Flask, cast: Cast, now: Clock, digits: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    is_same = hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append(other)
        return is_same(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    codes = live_codes(session, CodePurpose.RESET_PASSWORD, [cast.lan.person], now=now())

    def guess(number: int) -> object:
        wrong = f"{(int(digits) + 1 + number) % 1_000_000:06d}"
        tried = actions.CodeTry(digits=wrong, code_ids=count_tries(brakes.USE_CODE, codes, stand_in=""))
        with pytest.raises(Refused), transaction() as writing:
            actions.use_code(writing, CodePurpose.RESET_PASSWORD, tried, clock=now)
        return None

    crowd(app, range(GUESSES), guess)

    hashes = vault().digests(CodePurpose.RESET_PASSWORD, digits)
    assert len(compared) == 5 * len(hashes), "each guess by every key under which the code may be kept"
    assert session.scalars(select(TryWindow.remaining)).all() == [0]
    assert count_tries(brakes.USE_CODE, codes, stand_in="") == []


def test_of_fifty_tries_to_sign_in_at_once_five_are_counted(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    def guess(number: int) -> bool:
        """Each on a new browser."""
        try:
            count_try(brakes.SIGN_IN, "+84900000011", caller=Caller(device=f"new {number}", network="here"))
        except TooManyTries:
            return False
        return True

    assert sum(crowd(app, range(GUESSES), guess)) == brakes.MOST_FAILURES
    left = select(TryWindow.remaining).where(TryWindow.seconds == 3600).order_by(TryWindow.remaining)
    tried_on = [19] * brakes.MOST_FAILURES
    assert sorted(session.scalars(left)) == [*tried_on, 30 - brakes.MOST_FAILURES]


def test_what_was_right_is_given_back_while_others_are_counted(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """Eight who sign in at once on one device, each right: they write the same rows, and wait for one another in one
    order."""
    here = Caller(device="one", network="here")

    def sign_in(number: int) -> None:
        succeed_try(count_try(brakes.SIGN_IN, f"phone {number % 2}", caller=here))

    crowd(app, range(8), sign_in)
    full = {(900, 5), (900, 40), (3600, 20), (3600, 30), (86_400, 20), (86_400, 100)}
    assert {tuple(row) for row in session.execute(select(TryWindow.seconds, TryWindow.remaining))} == full


def test_a_code_is_used_up_once_whatever_it_is_used_for(app: Flask, cast: Cast, now: Clock, digits: str) -> None:
    with transaction() as writing:
        codes = live_codes(writing, CodePurpose.RESET_PASSWORD, [cast.lan.person], now=now())
    tried = actions.CodeTry(digits=digits, code_ids=codes)

    def use(writing: Session) -> int:
        return actions.use_code(writing, CodePurpose.RESET_PASSWORD, tried, clock=now).person_id

    assert overlap(app, use, use) == (cast.lan.person, Refused)


def test_of_two_codes_made_at_once_one_lives(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    new = actions.NewCode(purpose=CodePurpose.RESET_PASSWORD, person_id=cast.lan.person, commune_id=cast.commune)

    def make(writing: Session) -> str:
        return actions.make_code(writing, Actor(person_id=cast.vy), new, now=now())

    overlap(app, make, make)

    assert [code.used_at is None for code in session.scalars(select(OneTimeCode).order_by(OneTimeCode.id))] == [
        False,
        True,
    ]


# --- signing up, passwords ------------------------------------------------------------------------------------------


def newcomer(cast: Cast, key: str = "mot") -> actions.NewPerson:
    return actions.NewPerson(
        commune_id=cast.commune,
        name="Vũ Văn Mới",
        phone=Phone("0900 000 077"),
        password_hash=PASSWORD_HASH,
        client_key=key,
    )


def sign_up(new: actions.NewPerson, now: Clock) -> Move:
    return lambda session: actions.sign_up(session, new, is_proven=is_proven, now=now()).match.person_id


def test_signing_up_twice_at_once_is_one_person(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    one, other = overlap(app, sign_up(newcomer(cast), now), sign_up(newcomer(cast), now))

    assert one == other == session.scalars(select(Person.id).where(Person.phone == Phone("0900 000 077"))).one()
    terms = select(func.count()).where(Consent.person_id == one, Consent.purpose == ConsentPurpose.TERMS)
    assert session.scalar(terms) == 1


def test_two_of_a_family_sign_up_at_once_with_one_phone(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    second = replace(newcomer(cast, "hai"), name="Vũ Thị Em")

    one, other = overlap(app, sign_up(newcomer(cast), now), sign_up(second, now))

    assert one != other
    assert session.scalar(select(func.count()).where(Person.phone == Phone("0900 000 077"))) == 2


def test_of_eight_who_sign_up_at_once_with_one_phone_five_are_entered(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    def enter(number: int) -> bool:
        new = replace(newcomer(cast, f"form {number}"), name=f"Người {number}")
        try:
            with transaction() as writing:
                sign_up(new, now)(writing)
        except Refused:
            return False
        return True

    assert sum(crowd(app, range(8), enter)) == actions.MOST_UNPROVEN
    assert session.scalar(select(func.count()).where(Person.phone == Phone("0900 000 077"))) == actions.MOST_UNPROVEN


def test_a_password_changed_on_two_phones_at_once_is_changed_once(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    old = session.get_one(Person, cast.lan.person).password_hash

    def change(password_hash: str) -> Move:
        new = actions.NewPassword(person_id=cast.lan.person, password_hash=password_hash, instead_of=old)
        return lambda writing: actions.change_password(writing, Actor(), new, now=now())

    assert overlap(app, change("mot"), change("hai")) == (None, Conflict)
    session.expire_all()
    assert session.get_one(Person, cast.lan.person).password_hash == "mot"


def login_of(cast: Cast, session: Session, now: Clock) -> Move:
    """Bà Lan's password was just found to fit, and her phone signs in."""
    person = session.get_one(Person, cast.lan.person)
    match = PasswordMatch(person_id=person.id, password_hash=person.password_hash)
    device = actions.Device(commune_id=cast.commune, name="Máy", visitor="v")
    return lambda writing: actions.begin_login(writing, match, device, clock=now)


def signing_in_here(cast: Cast, session: Session, now: Clock) -> list[Move]:
    """Two people of a house sign in on its one phone: the passwords were just found to fit."""
    device = actions.Device(commune_id=cast.commune, name="Máy", visitor="v")

    def of(person_id: int) -> Move:
        match = PasswordMatch(person_id=person_id, password_hash=session.get_one(Person, person_id).password_hash)
        return lambda writing: actions.begin_login(writing, match, device, clock=now)

    return [of(cast.lan.person), of(cast.mai)]


def open_here(session: Session) -> int:
    open_ones = LoginSession.visitor == "v", LoginSession.ended_at.is_(None)
    return session.scalar(select(func.count(LoginSession.id)).where(*open_ones)) or 0


def test_of_two_who_sign_in_on_a_device_at_once_the_later_is_in(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    overlap(app, *signing_in_here(cast, session, now))
    assert open_here(session) == 1


def test_of_eight_who_sign_in_on_a_device_at_once_the_last_is_in(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    def sign_in(move: Move) -> None:
        with transaction() as writing:
            move(writing)

    crowd(app, signing_in_here(cast, session, now) * 4, sign_in)
    assert (open_here(session), session.scalar(select(func.count(LoginSession.id)))) == (1, 8)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_the_device_s_lock_two_would_be_signed_in_on_it(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    with unlocked(["name"]):
        overlap(app, *signing_in_here(cast, session, now))
    assert open_here(session) == 2


def new_password(cast: Cast, now: Clock) -> Move:
    new = actions.NewPassword(person_id=cast.lan.person, password_hash="mot")
    return lambda writing: actions.change_password(writing, Actor(), new, now=now())


def test_a_sign_in_that_waits_for_a_new_password_is_not_let_in_by_the_old_one(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    assert overlap(app, new_password(cast, now), login_of(cast, session, now)) == (None, Conflict)
    assert session.scalar(select(func.count(LoginSession.id))) == 0


def test_a_new_password_that_waits_for_a_sign_in_signs_it_out(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    overlap(app, login_of(cast, session, now), new_password(cast, now))
    assert session.scalars(select(LoginSession.ended_at)).one() == now()


@pytest.mark.parametrize("first_signs_in", [True, False])
def test_without_the_person_s_lock_an_old_password_would_stay_in(
    app: Flask, cast: Cast, now: Clock, session: Session, first_signs_in: bool
) -> None:
    """Why `begin_login` locks the person: a phone stays in past the change that was to sign out every one."""
    moves = [new_password(cast, now), login_of(cast, session, now)]
    with unlocked(["person"]):
        overlap(app, *(reversed(moves) if first_signs_in else moves))
    assert session.get_one(Person, cast.lan.person, populate_existing=True).password_hash == "mot"
    assert session.scalars(select(LoginSession.ended_at)).one() is None


def test_a_phone_signed_out_twice_keeps_when_it_was(app: Flask, cast: Cast, now: Clock, session: Session) -> None:
    with transaction() as writing:
        login_of(cast, session, now)(writing)
    login = session.scalars(select(LoginSession.id)).one()
    first_time = now()

    def sign_out(writing: Session) -> None:
        actions.end_login(writing, cast.lan.person, login, now=now())
        now.move(minutes=1)

    overlap(app, sign_out, sign_out)

    assert session.get_one(LoginSession, login).ended_at == first_time
