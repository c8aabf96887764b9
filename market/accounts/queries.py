"""Questions about people: who is signed in, who has this phone and password, which codes live."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import Session

from market.accounts.models import CodePurpose, LoginSession, OneTimeCode, PasswordReset, Person, SecondFactor
from market.base.db import UtcTime
from market.base.errors import NotFound
from market.base.secrets import fingerprint, is_password
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person of a login session."""

    session_id: int
    person_id: int
    name: str
    seen_at: datetime
    second_factor_at: datetime | None
    has_second_factor: bool
    has_waiting_reset: bool


def is_waiting_reset(now: datetime | ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Which resets wait, or have waited, for a new password."""
    return (
        PasswordReset.started_at.is_not(None),
        PasswordReset.stopped_at.is_(None),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
    )


_NOW = bindparam("now", type_=UtcTime())
_SIGNED_IN = (
    select(
        LoginSession.id,
        LoginSession.person_id,
        Person.name,
        LoginSession.seen_at,
        LoginSession.second_factor_at,
        exists()
        .where(SecondFactor.person_id == Person.id, SecondFactor.confirmed_at.is_not(None))
        .label("has_second_factor"),
        exists().where(PasswordReset.person_id == Person.id, *is_waiting_reset(_NOW)).label("has_waiting_reset"),
    )
    .join(Person, Person.id == LoginSession.person_id)
    .where(
        LoginSession.key_hash == bindparam("key_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > _NOW,
        Person.erased_at.is_(None),
    )
)


def signed_in_by(session: Session, key: str, now: datetime) -> SignedIn | None:
    """Who a login key belongs to, unless its session has ended. Asked on every page of a signed-in person."""
    row = session.connection().execute(_SIGNED_IN, {"key_hash": fingerprint(key), "now": now}).first()
    if row is None:
        return None
    return SignedIn(
        session_id=row.id,
        person_id=row.person_id,
        name=row.name,
        seen_at=row.seen_at,
        second_factor_at=row.second_factor_at,
        has_second_factor=bool(row.has_second_factor),
        has_waiting_reset=bool(row.has_waiting_reset),
    )


def person(session: Session, person_id: int) -> Person:
    found = session.get(Person, person_id)
    if found is None or found.erased_at:
        raise NotFound
    return found


def people_with_phone(session: Session, commune_id: int, phone: Phone) -> Sequence[Person]:
    query = select(Person).where(Person.commune_id == commune_id, Person.phone == phone, Person.erased_at.is_(None))
    return session.scalars(query.order_by(Person.id)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordMatch:
    """The person whom a password fits, and the hash that it was compared with."""

    person_id: int
    password_hash: str = field(repr=False)


def person_with_password(people: Sequence[Person], password: str) -> PasswordMatch | None:
    """Whom of these the password fits: a family may share a phone, each with a password. Takes as long for nobody."""
    fitting = [
        PasswordMatch(person_id=one.id, password_hash=one.password_hash)
        for one in people
        if is_password(password, one.password_hash) and one.password_hash
    ]
    if not people:
        is_password(password, None)
    return fitting[0] if fitting else None


def people_known_on(session: Session, people: Sequence[Person], visitor: str) -> list[Person]:
    """Those of these people who have signed in on this device before."""
    query = select(LoginSession.person_id).where(
        LoginSession.visitor == visitor, LoginSession.person_id.in_([one.id for one in people])
    )
    known = set(session.scalars(query))
    return [one for one in people if one.id in known]


def live_codes(session: Session, purpose: CodePurpose, person_ids: Collection[int], *, now: datetime) -> Sequence[int]:
    """The ids of these people's codes that may still be used."""
    query = select(OneTimeCode.id).where(
        OneTimeCode.purpose == purpose,
        OneTimeCode.person_id.in_(person_ids),
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
    )
    return session.scalars(query).all()


def reset_on(session: Session, visitor: str, now: datetime) -> PasswordReset | None:
    """The latest reset on a browser, stopped or not, that is not over: its code on the screen, its wait, its end."""
    query = select(PasswordReset).where(
        PasswordReset.visitor == visitor, PasswordReset.used_at.is_(None), PasswordReset.expires_at > now
    )
    return session.scalars(query.order_by(PasswordReset.id.desc()).limit(1)).first()


def login_sessions(session: Session, person_id: int, now: datetime) -> Sequence[LoginSession]:
    """The phones and computers on which a person is signed in, the latest used first."""
    query = select(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now
    )
    return session.scalars(query.order_by(LoginSession.seen_at.desc())).all()


def has_demo_people(session: Session) -> bool:
    """Whether people of the demonstration are here, whose passwords everybody knows."""
    return bool(session.scalar(select(exists().where(Person.is_demo, Person.erased_at.is_(None)))))
