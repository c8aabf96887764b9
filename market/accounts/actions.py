"""What people do with their accounts: sign up, sign in and out, change or reset a password."""

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.accounts import queries
from market.accounts.models import (
    CodePurpose,
    Consent,
    ConsentPurpose,
    LoginSession,
    OneTimeCode,
    Person,
    SignInAttempt,
)
from market.base.audit import Actor, Change, record
from market.base.errors import NotFound, Refused
from market.base.secrets import fingerprint, random_digits, random_key, vault
from market.values.phone import Phone

LONG_STAY = timedelta(days=180)
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
TERMS_VERSION = "2026-11"
TERMS_SINCE = date(2026, 11, 1)
WRONG_CODE = "Mã chưa đúng hoặc đã hết hạn. Mời xin mã mới."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    commune_id: int
    name: str
    phone: Phone
    password_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The phone or computer that signs in: what it calls itself, and its browser's random name."""

    name: str
    visitor: str


def sign_up(session: Session, new: NewPerson, *, now: datetime) -> int:
    """Enter a person with their consent to the terms; gives the id."""
    person = Person(
        commune_id=new.commune_id,
        name=new.name,
        phone=new.phone,
        password_hash=new.password_hash,
        created_at=now,
    )
    session.add(person)
    session.flush()
    terms = Consent(person_id=person.id, purpose=ConsentPurpose.TERMS, text_version=TERMS_VERSION, given_at=now)
    session.add(terms)
    change = Change(verb="sign_up", subject="person", subject_id=person.id, commune_id=new.commune_id)
    record(session, Actor(person_id=person.id), change, now=now)
    return person.id


def begin_attempt(session: Session, phone: Phone, *, now: datetime) -> int:
    """Count a try to sign in before its password is looked at, as failed until it has succeeded; gives its id."""
    attempt = SignInAttempt(phone_digest=queries.phone_digest(phone), at=now, succeeded=False)
    session.add(attempt)
    session.flush()
    return attempt.id


def succeed_attempt(session: Session, attempt_id: int) -> None:
    session.get_one(SignInAttempt, attempt_id).succeeded = True


def begin_login(session: Session, person_id: int, device: Device, *, now: datetime) -> str:
    """Open a login session; gives the random key that the cookie carries, of which only a fingerprint is kept."""
    key = random_key()
    session.add(
        LoginSession(
            key_hash=fingerprint(key),
            person_id=person_id,
            device=device.name,
            visitor=device.visitor,
            created_at=now,
            seen_at=now,
            expires_at=now + LONG_STAY,
        )
    )
    return key


def see_login(session: Session, session_id: int, *, now: datetime) -> None:
    """Note that a login session is in use, and let it stay as long again."""
    used = update(LoginSession).where(LoginSession.id == session_id)
    session.execute(used.values(seen_at=now, expires_at=now + LONG_STAY))


def end_login(session: Session, person_id: int, session_id: int, *, now: datetime) -> None:
    """Sign a phone out, wherever it is. NotFound where the session is not this person's."""
    login = session.get(LoginSession, session_id)
    if login is None or login.person_id != person_id:
        raise NotFound
    login.ended_at = login.ended_at or now


def change_password(
    session: Session, actor: Actor, person_id: int, password_hash: str, *, keep: int | None, now: datetime
) -> None:
    """Set a password and sign out every other phone of that person."""
    person = queries.person(session, person_id)
    person.password_hash = password_hash
    others = update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    session.execute(others.where(LoginSession.id != (keep or 0)).values(ended_at=now))
    change = Change(verb="change_password", subject="person", subject_id=person_id, commune_id=person.commune_id)
    record(session, actor, change, now=now)


def make_code(session: Session, actor: Actor, new: "NewCode", *, now: datetime) -> str:
    """Six digits to be read from one screen to another within ten minutes; earlier ones of the kind stop working."""
    earlier = update(OneTimeCode).where(OneTimeCode.person_id == new.person_id, OneTimeCode.purpose == new.purpose)
    session.execute(earlier.where(OneTimeCode.used_at.is_(None)).values(used_at=now))
    digits = random_digits(6)
    session.add(
        OneTimeCode(
            purpose=new.purpose,
            person_id=new.person_id,
            business_id=new.business_id,
            grants_until=new.grants_until,
            code_digest=vault().digest(new.purpose, digits),
            created_by=actor.person_id,
            created_at=now,
            expires_at=now + CODE_LIFE,
        )
    )
    change = Change(
        verb=f"make_code_{new.purpose}",
        subject="person",
        subject_id=new.person_id,
        commune_id=new.commune_id,
        business_id=new.business_id,
    )
    record(session, actor, change, now=now)
    return digits


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """A code for what a person may do with it; `grants_until` is the last day of what it grants."""

    purpose: CodePurpose
    person_id: int
    commune_id: int
    business_id: int | None = None
    grants_until: date | None = None


def try_code(
    session: Session, purpose: CodePurpose, person_ids: list[int], digits: str, *, now: datetime
) -> int | None:
    """Use up a code of one of these people; gives its id, or None after counting the try.

    The caller commits either way, so that wrong tries count, and says WRONG_CODE for None.
    """
    live = select(OneTimeCode).where(
        OneTimeCode.purpose == purpose,
        OneTimeCode.person_id.in_(person_ids),
        OneTimeCode.used_at.is_(None),
        OneTimeCode.expires_at > now,
        OneTimeCode.tries < MOST_TRIES,
    )
    digest = vault().digest(purpose, digits)
    codes = session.scalars(live).all()
    for code in codes:
        if hmac.compare_digest(code.code_digest, digest):
            code.used_at = now
            return code.id
    for code in codes:
        code.tries += 1
    return None


def code_holder(session: Session, code_id: int) -> OneTimeCode:
    """The used code, for whom and for which business it stood."""
    code = session.get(OneTimeCode, code_id)
    if code is None:
        raise Refused(WRONG_CODE)
    return code
