"""The password typed again for what opens money or identity; devices that are signed out from elsewhere."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.accounts.queries import PasswordMatch
from market.base.attempts import Brake, Limit
from market.base.clock import Clock
from market.base.db import locked, locked_all
from market.base.errors import Conflict

STEP_UP = Brake(
    kind="step-up",
    limits=(Limit(most=5, within=timedelta(minutes=15)),),
    sentence="Mật khẩu vừa gõ sai nhiều lần. Chưa đổi gì cả, mời chờ {wait} rồi thử lại.",
)
"""By login session: no other phone of the person is held up, and a stranger needs the password to have a session."""


def step_up(session: Session, match: PasswordMatch, login_id: int, *, clock: Clock) -> None:
    """Note that its person has just typed the password in a login session (OWASP ASVS 5.0, 7.5.1).

    Conflict where the password was changed since it was compared, NotFound where the session has ended or is not this
    person's.
    """
    person = locked(session, Person, Person.id == match.person_id, Person.erased_at.is_(None)).row
    own = LoginSession.id == login_id, LoginSession.person_id == person.id, LoginSession.ended_at.is_(None)
    login = locked(session, LoginSession, *own).row
    if person.password_hash != match.password_hash:
        raise Conflict("password_changed", "Mật khẩu vừa được đổi ở máy khác. Mời gõ mật khẩu mới.")
    login.stepped_up_at = clock()


def end_logins_on(
    session: Session,
    visitors: Collection[str],
    *,
    person_ids: Collection[int],
    begun_before: datetime | None = None,
    now: datetime,
) -> int:
    """Sign people out of devices, or of what they began there before a moment; returns how many logins ended.
    Idempotent."""
    there = LoginSession.visitor.in_(visitors), LoginSession.person_id.in_(person_ids), LoginSession.ended_at.is_(None)
    before = () if begun_before is None else (LoginSession.created_at < begun_before,)
    open_there = locked_all(session, LoginSession, *there, *before)
    for login in open_there:
        login.row.ended_at = now
    return len(open_there)
