"""Accounts asked directly: who is signed in and until when, which codes live, what a new password ends."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts import actions, brakes, queries
from market.accounts.actions import CodeTry, Device, NewCode, NewPassword, NewPerson, SignedUp
from market.accounts.models import CodePurpose, LoginSession, OneTimeCode, Person
from market.accounts.queries import PasswordMatch
from market.accounts.rules import SignInCandidate
from market.base.attempts import Brake, Caller, count_try
from market.base.audit import Actor
from market.base.client_keys import SentOtherwise
from market.base.db import transaction
from market.base.errors import Conflict, NotFound, Refused
from market.values.phone import Phone
from market.web.account.queries import is_proven
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import database_by_day_on

database_url = database_by_day_on("sqlite")

LAN = Phone("0900 000 011")
MOMENT = timedelta(seconds=1)
HERE = Caller(device="own", network="here")


def log_in(person_id: int, visitor: str, now: datetime) -> str:
    """The key of a person's new login session."""
    with transaction() as writing:
        person = writing.get_one(Person, person_id)
        match = PasswordMatch(person_id=person_id, password_hash=person.password_hash or "")
        device = Device(commune_id=person.commune_id, name=visitor, visitor=visitor)
        return actions.begin_login(writing, match, device, clock=lambda: now)


def make_code(person_id: int, commune_id: int, now: datetime, purpose: str = "reset_password") -> str:
    new = NewCode(purpose=CodePurpose(purpose), person_id=person_id, commune_id=commune_id)
    with transaction() as writing:
        return actions.make_code(writing, Actor(), new, now=now)


def reset_codes(session: Session, person_id: int, now: datetime) -> list[int]:
    return list(queries.live_codes(session, CodePurpose.RESET_PASSWORD, [person_id], now=now))


# --- login sessions -------------------------------------------------------------------------------------------------


def test_a_login_lasts_180_days_from_its_last_use_and_is_one_session_s(
    cast: Cast, now: Clock, session: Session
) -> None:
    key, other = log_in(cast.lan.person, "own", now()), log_in(cast.lan.person, "other", now())
    first, second = session.scalars(select(LoginSession.id).order_by(LoginSession.id))
    used = now.move(days=10)
    with transaction() as writing:
        actions.see_login(writing, second, now=used)

    def stay_in(at: datetime) -> tuple[list[int | None], list[int]]:
        found = [queries.signed_in_by(session, cast.commune, one, at) for one in (key, other)]
        listed = [login.id for login in queries.login_sessions(session, cast.lan.person, at)]
        return [one and one.session_id for one in found], listed

    assert stay_in(used + timedelta(days=170) - MOMENT) == ([first, second], [second, first])
    assert stay_in(used + timedelta(days=170)) == ([None, second], [second])
    assert stay_in(used + timedelta(days=180) - MOMENT) == ([None, second], [second])
    assert stay_in(used + timedelta(days=180)) == ([None, None], [])
    assert queries.login_sessions(session, cast.stranger, used) == []


def test_a_session_that_was_ended_is_not_listed_and_stays_as_it_ended(cast: Cast, now: Clock, session: Session) -> None:
    key, login = log_in(cast.lan.person, "own", now()), session.scalars(select(LoginSession.id)).one()
    begun, ended = now(), now.move(minutes=5)
    with transaction() as writing:
        actions.end_login(writing, cast.lan.person, login, now=ended)
    later = now.move(days=1)
    with transaction() as writing:
        actions.end_login(writing, cast.lan.person, login, now=later)
        actions.see_login(writing, login, now=later)
        change = NewPassword(person_id=cast.lan.person, password_hash="mot")
        actions.change_password(writing, Actor(), change, now=later)

    kept = session.get_one(LoginSession, login)
    assert (kept.ended_at, kept.seen_at, kept.expires_at) == (ended, begun, begun + timedelta(days=180))
    assert queries.login_sessions(session, cast.lan.person, later) == []
    assert queries.signed_in_by(session, cast.commune, key, later) is None


def test_a_new_password_ends_the_person_s_other_sessions_alone(cast: Cast, now: Clock, session: Session) -> None:
    for person, visitor in ((cast.lan.person, "own"), (cast.lan.person, "lost"), (cast.tu.person, "his")):
        log_in(person, visitor, now())
    own = session.scalars(select(LoginSession.id).where(LoginSession.visitor == "own")).one()
    new = NewPassword(person_id=cast.lan.person, password_hash="mot", keep=own)
    with transaction() as writing:
        actions.change_password(writing, Actor(person_id=cast.lan.person), new, now=now())

    ended = session.execute(select(LoginSession.visitor, LoginSession.ended_at).order_by(LoginSession.id)).all()
    assert [tuple(row) for row in ended] == [("own", None), ("lost", now()), ("his", None)]
    (event,) = events_of(session, "person", cast.lan.person)
    assert (event.verb, event.actor_id, event.commune_id) == ("change_password", cast.lan.person, cast.commune)


def test_of_a_family_those_are_known_on_a_device_who_signed_in_on_it(cast: Cast, now: Clock, session: Session) -> None:
    for person, visitor in ((cast.lan.person, "hers"), (cast.tu.person, "his"), (cast.mai, "hers")):
        log_in(person, visitor, now())

    assert [one.id for one in queries.people_of_device(session, "hers")] == [cast.lan.person, cast.mai]
    assert queries.people_of_device(session, "nobody's") == []


# --- people ---------------------------------------------------------------------------------------------------------


def test_somebody_who_was_erased_is_nowhere(cast: Cast, now: Clock, session: Session) -> None:
    key = log_in(cast.lan.person, "own", now())
    assert queries.person(session, cast.lan.person).id == cast.lan.person
    assert not queries.has_demo_people(session)
    with transaction() as writing:
        writing.get_one(Person, cast.lan.person).is_demo = True
    assert queries.has_demo_people(session)
    with transaction() as writing:
        writing.get_one(Person, cast.lan.person).erased_at = now()
    session.expire_all()

    with pytest.raises(NotFound):
        queries.person(session, cast.lan.person)
    assert queries.people_with_phone(session, LAN) == []
    assert queries.signed_in_by(session, cast.commune, key, now()) is None
    assert not queries.has_demo_people(session)
    with pytest.raises(Conflict):
        log_in(cast.lan.person, "own", now())
    with pytest.raises(NotFound), transaction() as writing:
        actions.change_password(writing, Actor(), NewPassword(person_id=cast.lan.person, password_hash="x"), now=now())


def test_the_person_who_signs_up_is_logged_and_the_form_sent_again_enters_nobody(
    cast: Cast, now: Clock, session: Session
) -> None:
    new = NewPerson(commune_id=cast.commune, name="Phạm Văn Em", phone=LAN, password_hash="mot", client_key="form")
    signed_up = []
    for _ in range(2):
        with transaction() as writing:
            signed_up.append(actions.sign_up(writing, new, is_proven=is_proven, now=now()))
        now.move(minutes=1)
    match = PasswordMatch(person_id=signed_up[0].match.person_id, password_hash="mot")
    assert signed_up == [SignedUp(match=match, is_again=False), SignedUp(match=match, is_again=True)]
    (event,) = events_of(session, "person", match.person_id)
    assert (event.verb, event.actor_id, event.commune_id) == ("sign_up", match.person_id, cast.commune)
    with pytest.raises(SentOtherwise), transaction() as writing:
        actions.sign_up(writing, replace(new, name="Khác"), is_proven=is_proven, now=now())


def test_a_person_is_proven_by_a_business_a_post_or_an_order_delivered(
    cast: Cast, now: Clock, session: Session
) -> None:
    def of(phone: str) -> list[tuple[bool, bool]]:
        found = queries.candidates(session, Phone(phone), "hers", is_proven)
        return [(one.is_proven, one.is_known_here) for one in found]

    log_in(cast.lan.person, "hers", now())
    assert of("0900 000 011") == [(True, True)]
    assert of("0900 000 021") == [(False, False)]
    hung, vy = (session.get_one(Person, one).phone for one in (cast.hung, cast.vy))
    assert of(hung) == of(vy) == [(True, False)]
    assert of("0900 000 099") == []


def test_a_password_is_tried_once_for_one_and_once_for_nobody(monkeypatch: pytest.MonkeyPatch, now: Clock) -> None:
    """The time it takes must not tell whether a phone has an account."""
    tried: list[str | None] = []

    def fits(password: str, known: str | None) -> bool:
        tried.append(known)
        return password == known

    monkeypatch.setattr(queries, "is_password", fits)

    def one(password_hash: str | None) -> SignInCandidate:
        return SignInCandidate(
            person_id=8, name="Lan", password_hash=password_hash, is_known_here=False, is_proven=True, used_at=now()
        )

    assert queries.match_of(None, "a") is None
    assert queries.match_of(one(None), "a") is None
    assert queries.match_of(one("b"), "a") is None
    assert queries.match_of(one("a"), "a") == PasswordMatch(person_id=8, password_hash="a")
    assert tried == [None, None, "b", "a"]


def test_no_password_stands_in_what_a_log_would_show_of_a_value() -> None:
    secret = {"password_hash": "bi-mat"}
    for value in (
        NewPerson(commune_id=1, name="Lan", phone=LAN, client_key="bi-mat", **secret),
        NewPassword(person_id=1, instead_of="bi-mat", **secret),
        PasswordMatch(person_id=1, **secret),
    ):
        assert "bi-mat" not in repr(value)


# --- codes ----------------------------------------------------------------------------------------------------------


def test_a_code_lives_for_ten_minutes_less_a_moment(cast: Cast, now: Clock, session: Session) -> None:
    digits = make_code(cast.lan.person, cast.commune, now())
    assert (len(digits), digits.isdecimal()) == (6, True)
    ends = now() + timedelta(minutes=10)
    (code,) = reset_codes(session, cast.lan.person, ends - MOMENT)
    assert reset_codes(session, cast.lan.person, ends) == []

    def use(at: datetime) -> int:
        tried = CodeTry(digits=digits, code_ids=[code])
        with transaction() as writing:
            return actions.use_code(writing, CodePurpose.RESET_PASSWORD, tried, clock=lambda: at).id

    with pytest.raises(Refused, match="hết hạn"):
        use(ends)
    assert use(ends - MOMENT) == code
    with pytest.raises(Refused, match="hết hạn"):
        use(ends - MOMENT)
    assert session.get_one(OneTimeCode, code).used_at == ends - MOMENT


def test_a_code_is_good_for_what_it_was_made_for_alone(cast: Cast, now: Clock, session: Session) -> None:
    digits = make_code(cast.lan.person, cast.commune, now(), "grant_mandate")
    tried = CodeTry(digits=digits, code_ids=[session.scalars(select(OneTimeCode.id)).one()])
    with pytest.raises(Refused), transaction() as writing:
        actions.use_code(writing, CodePurpose.RESET_PASSWORD, tried, clock=now)


def test_a_new_code_ends_that_person_s_earlier_ones_of_its_kind(cast: Cast, now: Clock, session: Session) -> None:
    make_code(cast.lan.person, cast.commune, now())
    make_code(cast.lan.person, cast.commune, now(), "grant_mandate")
    make_code(cast.tu.person, cast.commune, now())
    first, mandate, his = session.scalars(select(OneTimeCode.id).order_by(OneTimeCode.id))

    make_code(cast.lan.person, cast.commune, now.move(minutes=1))

    used = session.scalars(select(OneTimeCode.used_at).order_by(OneTimeCode.id)).all()
    assert used == [now(), None, None, None]
    assert reset_codes(session, cast.tu.person, now()) == [his]
    assert reset_codes(session, cast.lan.person, now()) == [his + 1]
    assert queries.live_codes(session, CodePurpose.GRANT_MANDATE, [cast.lan.person], now=now()) == [mandate]
    assert [event.verb for event in events_of(session, "person", cast.tu.person)] == ["make_code_reset_password"]
    assert first not in (mandate, his)


@pytest.mark.parametrize(
    ("brake", "minutes"), [(brakes.SIGN_IN, 15), (brakes.SIGN_IN_ON_KNOWN_DEVICE, 15), (brakes.USE_CODE, 10)]
)
def test_five_tries_in_vain_close_for_a_while(cast: Cast, now: Clock, brake: Brake, minutes: int) -> None:
    for _ in range(5):
        count_try(brake, "one", caller=HERE)
    now.move(minutes=minutes, seconds=-1)
    with pytest.raises(Refused):
        count_try(brake, "one", caller=HERE)
    count_try(brake, "other", caller=HERE)
    now.move(seconds=1)
    count_try(brake, "one", caller=HERE)
