"""Questions about people: who is signed in, who has this phone and password, how often a phone was tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person, SignInAttempt
from market.base.db import UtcTime
from market.base.errors import NotFound, Refused
from market.base.secrets import fingerprint, is_password, vault
from market.values.phone import Phone

MOST_FAILURES = 5
FAILURES_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person of a login session."""

    session_id: int
    person_id: int
    name: str
    seen_at: datetime


_SIGNED_IN = (
    select(LoginSession.id, LoginSession.person_id, Person.name, LoginSession.seen_at)
    .join(Person, Person.id == LoginSession.person_id)
    .where(
        LoginSession.key_hash == bindparam("key_hash"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > bindparam("now", type_=UtcTime()),
        Person.erased_at.is_(None),
    )
)


def signed_in_by(session: Session, key: str, now: datetime) -> SignedIn | None:
    """Who a login key belongs to, unless its session has ended. Asked on every page of a signed-in person."""
    row = session.connection().execute(_SIGNED_IN, {"key_hash": fingerprint(key), "now": now}).first()
    if row is None:
        return None
    return SignedIn(session_id=row.id, person_id=row.person_id, name=row.name, seen_at=row.seen_at)


def person(session: Session, person_id: int) -> Person:
    found = session.get(Person, person_id)
    if found is None or found.erased_at:
        raise NotFound
    return found


def people_with_phone(session: Session, commune_id: int, phone: Phone) -> Sequence[Person]:
    query = select(Person).where(Person.commune_id == commune_id, Person.phone == phone, Person.erased_at.is_(None))
    return session.scalars(query.order_by(Person.id)).all()


def person_with_password(session: Session, commune_id: int, phone: Phone, password: str) -> int | None:
    """The person of this phone whom the password fits: a family may share the phone, each with a password."""
    people = people_with_phone(session, commune_id, phone)
    fitting = [one.id for one in people if is_password(password, one.password_hash)]
    if not people:
        is_password(password, None)
    return fitting[0] if fitting else None


def phone_digest(phone: Phone) -> str:
    return vault().digest("sign-in", phone)


def refuse_too_many_tries(session: Session, phone: Phone, now: datetime, *, under_way: int = 0) -> None:
    """Refused when this phone failed too often of late, whoever holds it and wherever they try from.

    A success between forgives nothing: anybody may sign up with another's phone and succeed at will.
    `under_way` tries are counted but not yet decided: of many at once no more than MOST_FAILURES get through.
    """
    failures = session.scalar(
        select(func.count()).where(
            SignInAttempt.phone_digest == phone_digest(phone),
            SignInAttempt.at > now - FAILURES_WITHIN,
            ~SignInAttempt.succeeded,
        )
    )
    if (failures or 0) >= MOST_FAILURES + under_way:
        raise Refused(
            "Số này vừa thử sai nhiều lần. Mời chờ 15 phút rồi thử lại, hoặc nhờ Tổ công nghệ số đặt lại mật khẩu."
        )


def login_sessions(session: Session, person_id: int, now: datetime) -> Sequence[LoginSession]:
    """The phones and computers on which a person is signed in, the latest used first."""
    query = select(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now
    )
    return session.scalars(query.order_by(LoginSession.seen_at.desc())).all()


def has_demo_people(session: Session) -> bool:
    """Whether people of the demonstration are here, whose passwords everybody knows."""
    return session.scalar(select(Person.id).where(Person.is_demo, Person.erased_at.is_(None)).limit(1)) is not None
