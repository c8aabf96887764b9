"""Questions about people: who is signed in, who has this phone and password, which codes live."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, bindparam, exists, func, select
from sqlalchemy.orm import Session

from market.accounts.models import CodePurpose, LoginSession, OneTimeCode, PasswordReset, Person, SecondFactor
from market.accounts.rules import SignInCandidate
from market.base.db import UtcTime
from market.base.errors import NotFound
from market.base.secrets import fingerprint, is_password
from market.values.phone import Phone

A_MONTH = timedelta(days=30)


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
        LoginSession.commune_id == bindparam("commune_id"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > _NOW,
        Person.erased_at.is_(None),
    )
)


def signed_in_by(session: Session, commune_id: int, key: str, now: datetime) -> SignedIn | None:
    """Who has signed in at a commune's site with a login key, unless that has ended. Asked on every page of a signed-in
    person."""
    which = {"key_hash": fingerprint(key), "commune_id": commune_id, "now": now}
    row = session.connection().execute(_SIGNED_IN, which).first()
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


def chosen_desk_of(session: Session, person_id: int) -> str | None:
    """The name of the place of work that a person chose to begin with."""
    return session.scalar(select(Person.desk).where(Person.id == person_id))


def people_with_phone(session: Session, phone: Phone) -> Sequence[Person]:
    """Whose accounts have this phone, at whatever commune's site they were made: an account is the installation's."""
    query = select(Person).where(Person.phone == phone, Person.erased_at.is_(None))
    return session.scalars(query.order_by(Person.id)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordMatch:
    """The person whom a password fits, and the hash that it was compared with."""

    person_id: int
    password_hash: str = field(repr=False)


def match_of(candidate: SignInCandidate | None, password: str) -> PasswordMatch | None:
    """Whether the password fits this one person; costs one hash, for nobody too."""
    known = candidate.password_hash if candidate else None
    fits = is_password(password, known)
    return PasswordMatch(person_id=candidate.person_id, password_hash=known) if fits and candidate and known else None


Proof = Callable[[ColumnElement[int]], ColumnElement[bool]]
"""Whether a person, by their id's column, has more than a phone and a password: a business, a post, an order that was
delivered. Higher slices know that; it is asked inside the statement, under whatever lock holds there."""


def candidates(session: Session, phone: Phone, visitor: str, is_proven: Proof) -> list[SignInCandidate]:
    """The people of a phone, as a sign-in on this device weighs them (`rules.likeliest`). One statement."""
    here = exists().where(LoginSession.person_id == Person.id, LoginSession.visitor == visitor)
    seen = select(func.max(LoginSession.seen_at)).where(LoginSession.person_id == Person.id).scalar_subquery()
    facts = here.label("is_known_here"), is_proven(Person.id.expression).label("is_proven"), seen.label("seen_at")
    query = select(Person.id, Person.name, Person.password_hash, Person.created_at, *facts)
    scope = Person.phone == phone, Person.erased_at.is_(None)
    return [
        SignInCandidate(
            person_id=row.id,
            name=row.name,
            password_hash=row.password_hash,
            is_known_here=bool(row.is_known_here),
            is_proven=bool(row.is_proven),
            used_at=row.seen_at or row.created_at,
        )
        for row in session.execute(query.where(*scope).order_by(Person.id))
    ]


STEP_UP_LASTS = timedelta(minutes=10)
"""How long a password typed is enough for what asks for it anew."""


def is_stepped_up(login: LoginSession, *, now: datetime) -> bool:
    """Whether the password was typed in a login session within STEP_UP_LASTS."""
    return login.stepped_up_at is not None and now - login.stepped_up_at < STEP_UP_LASTS


def login_of(session: Session, person_id: int, login_id: int) -> LoginSession | None:
    """A person's own login session; None where it has ended or is another's."""
    own = LoginSession.id == login_id, LoginSession.person_id == person_id, LoginSession.ended_at.is_(None)
    return session.scalar(select(LoginSession).where(*own).execution_options(populate_existing=True))


def visitors_of(session: Session, person_ids: Collection[int]) -> set[str]:
    """The devices on which these people have ever signed in."""
    query = select(LoginSession.visitor).where(LoginSession.person_id.in_(person_ids))
    return {visitor for visitor in session.scalars(query.distinct()) if visitor is not None}


def people_on(session: Session, visitors: Collection[str]) -> set[int]:
    """Who has ever signed in on these devices."""
    return set(session.scalars(select(LoginSession.person_id).where(LoginSession.visitor.in_(visitors)).distinct()))


def left_unused(session: Session, person_ids: Collection[int], within: timedelta, *, now: datetime) -> int | None:
    """The oldest of these people who never came back later than `within` after they signed up, or not for a month."""
    query = (
        select(Person.id, Person.created_at, func.max(LoginSession.seen_at).label("seen_at"))
        .outerjoin(LoginSession, LoginSession.person_id == Person.id)
        .where(Person.id.in_(person_ids), Person.created_at <= now - within)
        .group_by(Person.id, Person.created_at)
        .order_by(Person.created_at, Person.id)
    )
    unused = (
        row.id
        for row in session.execute(query)
        if not row.seen_at or row.seen_at < max(row.created_at + within, now - A_MONTH)
    )
    return next(unused, None)


def has_signed_in(device: str, before: datetime) -> ColumnElement[bool]:
    """Whether somebody signed in on this device before then."""
    return exists().where(LoginSession.visitor == device, LoginSession.created_at <= before)


def people_of_device(session: Session, visitor: str) -> Sequence[Row[int, str]]:
    """The ids and names of those who have ever signed in on this device."""
    here = Person.id.in_(select(LoginSession.person_id).where(LoginSession.visitor == visitor))
    query = select(Person.id, Person.name).where(Person.erased_at.is_(None), here)
    return session.execute(query.order_by(Person.id)).all()


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


def login_sessions(
    session: Session, person_id: int, now: datetime, *, first: int = 0, most: int | None = None
) -> Sequence[LoginSession]:
    """The phones and computers on which a person is signed in, the latest used first: from the `first` on, at most so
    many."""
    query = select(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now
    )
    in_order = query.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
    return session.scalars(in_order.offset(first).limit(most)).all()


def has_demo_people(session: Session) -> bool:
    """Whether people of the demonstration are here, whose passwords everybody knows."""
    return bool(session.scalar(select(exists().where(Person.is_demo, Person.erased_at.is_(None)))))


def share_device(session: Session, one: int, other: int) -> bool:
    """Whether two people ever signed in on one device, each at whatever time."""
    theirs = select(LoginSession.visitor).where(LoginSession.person_id == other)
    shared = select(LoginSession.id).where(LoginSession.person_id == one, LoginSession.visitor.in_(theirs))
    return session.scalar(shared.limit(1)) is not None


def names_by_id(session: Session, ids: Collection[int]) -> dict[int, str]:
    """People's names; who is not there is left out."""
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
