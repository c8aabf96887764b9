"""The second factor of people who decide for others: codes of an authenticator app, and codes on paper beside it.

Both change under the lock of their person.
"""

import hmac
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person, RecoveryCode, SecondFactor
from market.base.attempts import Brake, Limit
from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.drawn import draw_free
from market.base.errors import Refused
from market.base.secrets import vault
from market.values.codes import new_slip_code, squash

STEP_SECONDS = 30
STEPS_BESIDE = (0, -1, 1)
"""Of codes beside the present one, those that are taken: clocks differ, people type slowly (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
WRONG = "Mã chưa đúng, hoặc đã dùng rồi. Mời chờ mã mới hiện trên ứng dụng rồi gõ lại."

GIVE_FACTOR = Brake(
    kind="second-factor",
    limits=(Limit(most=5, within=timedelta(minutes=15)),),
    sentence="Mã vừa sai nhiều lần. Mời chờ 15 phút rồi thử lại.",
)
"""By person: who comes this far has given the password."""


def offer(session: Session, person_id: int, *, now: datetime) -> None:
    """Draw a secret for a person's app; it counts once a code of it was given. NotFound for nobody."""
    locked(session, Person, Person.id == person_id)
    row = factor_of(session, person_id) or SecondFactor(person_id=person_id, created_at=now)
    row.offered_cipher = vault().encrypt(pyotp.random_base32())
    session.add(row)


def factor_of(session: Session, person_id: int) -> SecondFactor | None:
    return session.scalar(select(SecondFactor).where(SecondFactor.person_id == person_id))


def offered_secret(session: Session, person_id: int) -> str | None:
    """The secret to show, as base32, until it is confirmed."""
    row = factor_of(session, person_id)
    return vault().decrypt(row.offered_cipher) if row and row.offered_cipher else None


def app_address(secret: str, account: str, issuer: str) -> str:
    """What an authenticator app reads from a QR code (`otpauth://totp/…`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def codes_left(session: Session, person_id: int) -> int:
    """How many of a person's recovery codes may still be used."""
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count(RecoveryCode.id)).where(*unused)) or 0


def confirm(session: Session, actor: Actor, login_id: int, typed: str, *, clock: Clock) -> list[str]:
    """Put the offered secret in force with a code of it; returns the recovery codes, to be shown this once.

    Refused for a wrong code, or where nothing is offered; NotFound for nobody, or another's login session. Every other
    login session must give the new factor.
    """
    person = locked(session, Person, Person.id == actor.person_id).row
    now, row = clock(), factor_of(session, person.id)
    if row is None or row.offered_cipher is None:
        raise Refused("nothing_offered", "Chưa có mã nào chờ xác nhận. Mời bấm Bắt đầu để lấy mã quét mới.")
    step = _step_of(vault().decrypt(row.offered_cipher), typed, now)
    if step is None:
        raise Refused("wrong_code", WRONG)
    row.secret_cipher, row.offered_cipher, row.last_step, row.confirmed_at = row.offered_cipher, None, step, now
    codes = _new_recovery_codes(session, person.id, now)
    _end_factor_of_sessions(session, person.id)
    _note_given(session, person.id, login_id, now)
    _log(session, actor, "set_second_factor", person, now=now)
    return codes


def give(session: Session, actor: Actor, login_id: int, typed: str, *, clock: Clock) -> None:
    """Note that the second factor was given in a login session: by a code of the app, or one on paper.

    Refused for a wrong or a used one; NotFound for nobody, or another's login session.
    """
    person = locked(session, Person, Person.id == actor.person_id).row
    now, row = clock(), factor_of(session, person.id)
    is_right = row is not None and _takes_app_code(row, typed, now)
    if not is_right and not _takes_paper_code(session, person.id, typed, now):
        raise Refused("wrong_code", WRONG)
    _note_given(session, person.id, login_id, now)


def _note_given(session: Session, person_id: int, login_id: int, now: datetime) -> None:
    scope = LoginSession.id == login_id, LoginSession.person_id == person_id
    locked(session, LoginSession, *scope).row.second_factor_at = now


def drop_second_factor(session: Session, person_id: int, *, now: datetime) -> None:
    """Forget a person's app and codes on paper: they begin anew. Called under the person's lock."""
    if row := factor_of(session, person_id):
        row.secret_cipher, row.offered_cipher, row.last_step, row.confirmed_at = None, None, None, None
    _end_recovery_codes(session, person_id, now)
    _end_factor_of_sessions(session, person_id)


def _takes_app_code(row: SecondFactor, typed: str, now: datetime) -> bool:
    """Whether this is a code of the app later than the one taken last, which it then is."""
    if row.secret_cipher is None:
        return False
    step = _step_of(vault().decrypt(row.secret_cipher), typed, now)
    if step is None or (row.last_step is not None and step <= row.last_step):
        return False
    row.last_step = step
    return True


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The time step whose code was typed, of the present one and its neighbours."""
    present = int(now.timestamp()) // STEP_SECONDS
    app, code = pyotp.TOTP(secret, interval=STEP_SECONDS), squash(typed)
    steps = [present + beside for beside in STEPS_BESIDE]
    return next((step for step in steps if hmac.compare_digest(app.generate_otp(step), code)), None)


def _takes_paper_code(session: Session, person_id: int, typed: str, now: datetime) -> bool:
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    is_typed = RecoveryCode.code_digest.in_(_digests(person_id, typed))
    code = session.scalar(select(RecoveryCode).where(*unused, is_typed))
    if code is not None:
        code.used_at = now
    return code is not None


def _new_recovery_codes(session: Session, person_id: int, now: datetime) -> list[str]:
    _end_recovery_codes(session, person_id, now)
    codes: list[str] = []
    while len(codes) < RECOVERY_CODES:
        codes.append(draw_free(new_slip_code, lambda drawn: drawn in codes))
    digests = [_digests(person_id, code)[0] for code in codes]
    session.add_all(RecoveryCode(person_id=person_id, code_digest=one, created_at=now) for one in digests)
    return codes


def _end_recovery_codes(session: Session, person_id: int, now: datetime) -> None:
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    session.execute(update(RecoveryCode).where(*unused).values(used_at=now))


def _end_factor_of_sessions(session: Session, person_id: int) -> None:
    session.execute(update(LoginSession).where(LoginSession.person_id == person_id).values(second_factor_at=None))


def _digests(person_id: int, code: str) -> list[str]:
    """The hashes under which a code may be kept, first the one to keep it under."""
    return vault().digests("recovery-code", f"{person_id}|{squash(code)}")


def _log(session: Session, actor: Actor, verb: str, person: Person, *, now: datetime) -> None:
    record(
        session, actor, Change(verb=verb, subject="person", subject_id=person.id, commune_id=person.commune_id), now=now
    )
