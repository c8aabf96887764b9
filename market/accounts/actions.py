"""What people do with their accounts: sign up, sign in and out, change or reset a password."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.accounts import queries
from market.accounts.brakes import CODE_LIFE, WRONG_CODE
from market.accounts.models import CodePurpose, Consent, ConsentPurpose, LoginSession, OneTimeCode, Person
from market.accounts.queries import PasswordMatch, Proof
from market.accounts.rules import PasswordOwner, weakness
from market.base.audit import GUEST, Actor, Change, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import lock_name, locked, locked_all
from market.base.errors import Conflict, Refused
from market.base.secrets import fingerprint, random_digits, random_key, vault
from market.values.phone import Phone

LONG_STAY = timedelta(days=180)
"""How long a login session lasts unused: NIST SP 800-63B-4, 2.1.3 (inactivity timeout)."""

LONGEST_STAY = timedelta(days=365)
"""How long a login session lasts in all, however much it is used: OWASP ASVS 5.0, 7.3.2; NIST SP 800-63B-4, 2.1.3
(overall timeout). Its 30 days would send people of a village, who set a new password by walking to a helper, back to
one they forgot; each step that touches money or identity asks for the password anew. Those who act for others have
shorter ones: `market.sellers.queries.longest_stay`."""

TERMS_VERSION = "2026-11"
TERMS_SINCE = date(2026, 11, 1)
MOST_UNPROVEN = 5
"""How many accounts a phone has at once of which nothing is known but a phone and a password."""

UNPROVEN_FOR = timedelta(days=1)
"""For how long an account that nobody comes back to keeps its place on the phone, once others want it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody who signs up. `client_key`: the random name of the form, so that sending it twice makes one account.
    `is_vouched`: a helper or an officer enters them on a phone on which they themselves are signed in."""

    commune_id: int
    name: str
    phone: Phone
    password_hash: str = field(repr=False)
    client_key: str | None = field(default=None, repr=False)
    is_vouched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedUp:
    """Who was entered. `is_again`: by the same form before, so that its sender must show the password."""

    match: PasswordMatch
    is_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """The phone or computer that signs in at a commune's site: what it calls itself, its browser's random name."""

    commune_id: int
    name: str
    visitor: str


def refuse_weak_password(password: str, owner: PasswordOwner) -> None:
    """Refused for a password that is guessed first. Asked of each new one, before it is hashed."""
    if sentence := weakness(password, owner):
        raise Refused("weak_password", sentence)


def sign_up(session: Session, new: NewPerson, *, is_proven: Proof, now: datetime) -> SignedUp:
    """Enter a person with their consent to the terms. No password is compared: one sign-up costs one hash.

    Idempotent for the same form (`client_key`). SentOtherwise where it said something else then, Refused where the
    phone has too many accounts that nothing is known of.
    """
    lock_name(session, "sign-up", new.phone)
    if before := _signed_up_before(session, new, now):
        return SignedUp(match=before, is_again=True)
    if not new.is_vouched:
        _make_room(session, new, is_proven, now)
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
    return SignedUp(match=PasswordMatch(person_id=person.id, password_hash=new.password_hash), is_again=False)


def _signed_up_before(session: Session, new: NewPerson, now: datetime) -> PasswordMatch | None:
    """The person that this very form has entered already."""
    sent = SentForm(key=new.client_key, content=(new.name, str(new.phone)), told="lập một tài khoản")
    at = used_before(session, f"sign-up:{new.commune_id}", sent, now=now)
    if at is None:
        return None
    scope = Person.commune_id == new.commune_id, Person.phone == new.phone, Person.name == new.name
    person = session.scalars(select(Person).where(*scope, Person.created_at == at).order_by(Person.id)).first()
    return PasswordMatch(person_id=person.id, password_hash=person.password_hash or "") if person else None


def _make_room(session: Session, new: NewPerson, is_proven: Proof, now: datetime) -> None:
    """Of too many accounts that nothing is known of, the oldest that nobody came back to gives up the phone; it stays
    signed in where it is. Refused where each was come back to within a month, or is of today: who wants to keep an
    owner from signing up must come back to five accounts, and then a helper enters the owner. Those of a business, a
    post or an order delivered do not count."""
    people = queries.candidates(session, new.phone, "", is_proven)
    unproven = [one for one in people if not one.is_proven]
    if len(unproven) < MOST_UNPROVEN:
        return
    left = queries.left_unused(session, [one.person_id for one in unproven], UNPROVEN_FOR, now=now)
    if left is None:
        raise Refused(
            "phone_full",
            f"Số này đã có {MOST_UNPROVEN} tài khoản mới chưa dùng để mua bán, nên chưa lập thêm được. Mời đăng nhập "
            "bằng tài khoản đã có, mai lập lại, hoặc nhờ Tổ công nghệ số lập giúp trên máy của họ.",
        )
    for one in locked_all(session, Person, Person.id == left):
        one.row.phone = None
    change = Change(verb="release_phone", subject="person", subject_id=left, commune_id=new.commune_id)
    record(session, GUEST, change, now=now)


def begin_login(
    session: Session, match: PasswordMatch, device: Device, *, clock: Clock, longest: timedelta = LONGEST_STAY
) -> str:
    """Open a login session; returns the random key that the cookie carries, of which only a fingerprint is kept.

    Those that are open on the same device end, whose they are: a device has one, and a copied cookie dies (OWASP ASVS
    5.0, 7.2.4). `longest` is how long it lasts in all.

    Conflict where the password was changed since it was compared: that signed every phone out, and this one must not
    stay in. The person is locked, so that a change of the password waits, and then ends this session too.
    """
    lock_name(session, "sign-in", device.visitor)
    found = locked_all(session, Person, Person.id == match.person_id, Person.erased_at.is_(None))
    if not found or found[0].row.password_hash != match.password_hash:
        raise Conflict("password_changed", "Mật khẩu vừa được đổi ở máy khác. Mời đăng nhập bằng mật khẩu mới.")
    earlier = locked_all(session, LoginSession, LoginSession.visitor == device.visitor, LoginSession.ended_at.is_(None))
    key, now = random_key(), clock()
    for one in earlier:
        one.row.ended_at = now
    session.add(
        LoginSession(
            commune_id=device.commune_id,
            key_hash=fingerprint(key),
            person_id=match.person_id,
            device=device.name,
            visitor=device.visitor,
            created_at=now,
            seen_at=now,
            expires_at=now + min(LONG_STAY, longest),
            stepped_up_at=now,
        )
    )
    return key


def see_login(session: Session, session_id: int, *, now: datetime, longest: timedelta = LONGEST_STAY) -> None:
    """Note that a login session is in use, and let it stay as long again, up to `longest` from its beginning; one that
    has ended stays ended."""
    begun = session.scalars(select(LoginSession.created_at).where(LoginSession.id == session_id)).one()
    used = update(LoginSession).where(LoginSession.id == session_id, LoginSession.ended_at.is_(None))
    session.execute(used.values(seen_at=now, expires_at=min(now + LONG_STAY, begun + longest)))


def end_login(session: Session, person_id: int, session_id: int, *, now: datetime) -> None:
    """Sign a phone out, wherever it is. NotFound where the session is not this person's."""
    scope = LoginSession.id == session_id, LoginSession.person_id == person_id
    login = locked(session, LoginSession, *scope).row
    login.ended_at = login.ended_at or now


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """A password to set, as a hash. `instead_of` is the hash that the old one was found to fit, where one was asked
    for; `keep` is the login session that stays."""

    person_id: int
    password_hash: str = field(repr=False)
    instead_of: str | None = field(default=None, repr=False)
    keep: int | None = None


def change_password(session: Session, actor: Actor, new: NewPassword, *, now: datetime) -> None:
    """Set a password and sign out every other phone of that person.

    Conflict where the old password was changed meanwhile, NotFound for a person who is not there.
    """
    person = locked(session, Person, Person.id == new.person_id, Person.erased_at.is_(None)).row
    if new.instead_of is not None and person.password_hash != new.instead_of:
        raise Conflict(
            "password_changed",
            "Mật khẩu vừa được đổi ở máy khác, lần này chưa đổi gì. Mời thử lại với mật khẩu mới đó.",
        )
    person.password_hash = new.password_hash
    others = update(LoginSession).where(LoginSession.person_id == person.id, LoginSession.ended_at.is_(None))
    # without one to keep, `!=` asks for any id
    session.execute(others.where(LoginSession.id != new.keep).values(ended_at=now))
    change = Change(verb="change_password", subject="person", subject_id=person.id, commune_id=person.commune_id)
    record(session, actor, change, now=now)


def make_code(session: Session, actor: Actor, new: "NewCode", *, now: datetime) -> str:
    """Six digits to be read from one screen to another within ten minutes; earlier ones of the kind stop working.

    NotFound for a person who is not there.
    """
    locked(session, Person, Person.id == new.person_id)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTry:
    """What was typed, and the codes it may be: those at which this try was counted (USE_CODE)."""

    digits: str
    code_ids: Collection[int]


def use_code(session: Session, purpose: CodePurpose, tried: CodeTry, *, clock: Clock) -> OneTimeCode:
    """Use up the code that was typed; returns it, for whom and which business it stands. Refused for a wrong one."""
    codes = locked_all(session, OneTimeCode, OneTimeCode.id.in_(tried.code_ids))
    now = clock()
    for code in codes:
        is_live = code.row.used_at is None and code.row.expires_at > now
        if is_live and vault().is_digest(purpose, tried.digits, code.row.code_digest):
            code.row.used_at = now
            return code.row
    raise Refused("wrong_code", WRONG_CODE)


def choose_desk(session: Session, person_id: int, desk: str) -> None:
    """Let signing in lead this person to the place of work so named. What pages lead to is no fact that anybody decides
    on: the last tap holds, and nothing is logged."""
    session.execute(update(Person).where(Person.id == person_id).values(desk=desk))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """The password that a reset sets, and its hash; `commune` is the commune's name."""

    password: str = field(repr=False)
    password_hash: str = field(repr=False)
    commune: str
