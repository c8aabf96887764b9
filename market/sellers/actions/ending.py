"""What an officer ends of whose a business is: a verification, a member's place in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked
from market.base.errors import Conflict
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers import queries
from market.sellers.actions.answers import tell_answer
from market.sellers.actions.register import log_business
from market.sellers.models import Business, BusinessMember, Verification, VerificationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What an officer ends of a business of a commune: a verification or a member's place, by its id, and why: its
    people read the reason."""

    commune_id: int
    business_id: int
    id: int
    reason: str


def revoke_verification(session: Session, actor: Actor, ending: Ending, *, now: datetime) -> None:
    """End a verification at once: the stall is no longer public and sells nothing, until a paper is seen again.

    Idempotent; nothing where it has ended before. NotFound for one of another business or commune.
    """
    business = _locked_business(session, ending)
    queries.verification_with_id(session, business.row.id, ending.id)
    for verification in _in_force(session, business, Verification.id == ending.id):
        _revoke(session, actor, verification, ending.reason, now=now)


def _in_force(session: Session, business: Locked[Business], which: ColumnElement[bool]) -> Sequence[Verification]:
    """The business's verification in force, if it is this one; it changes under the business's lock alone."""
    in_force = select(Verification).where(Verification.business_id == business.row.id, Verification.is_in_force)
    return session.scalars(in_force.where(which).execution_options(populate_existing=True)).all()


def _revoke(session: Session, actor: Actor, row: Verification, reason: str, *, now: datetime) -> None:
    row.state, row.ended_at, row.ended_reason = VerificationState.REVOKED, now, reason
    log_business(session, actor, "revoke_verification", row.business, "verification", now=now)
    message = Message(
        commune_id=row.business.commune_id,
        dedupe_key=news_key("verification", row.id, News.VERIFICATION_REVOKED, now),
        kind=News.VERIFICATION_REVOKED,
        sentence=f"Xã thu hồi xác nhận của {row.business.name}: {reason}",
        business_id=row.business_id,
    )
    enqueue_notifications(session, [message], now=now)


def remove_member(session: Session, actor: Actor, ending: Ending, *, now: datetime) -> None:
    """Take a person out of a business at once: they act for it no more. With the person by whose paper it is verified,
    or may be, ends the verification too.

    Idempotent; nothing where they are out already. Conflict for a claim that is not confirmed, NotFound for one of
    another business or commune.
    """
    business = _locked_business(session, ending)
    scope = BusinessMember.id == ending.id, BusinessMember.business_id == business.row.id
    member = locked(session, BusinessMember, *scope).row
    if member.ended_at is not None:
        return
    if not member.was_confirmed:
        raise Conflict("not_a_member", "Người này chưa được xác nhận. Mời trả lời đề nghị của họ ở mục Duyệt.")
    theirs = Verification.member_id == member.id
    member.ended_at, member.ended_reason = now, ending.reason
    log_business(session, actor, "remove_member", business.row, "member", now=now)
    tell_answer(
        session, member, News.MEMBER_REMOVED, f"Xã đưa bạn ra khỏi {business.row.name}: {ending.reason}", now=now
    )
    for verification in _in_force(session, business, or_(theirs, Verification.member_id.is_(None))):
        _revoke(session, actor, verification, ending.reason, now=now)


def _locked_business(session: Session, ending: Ending) -> Locked[Business]:
    return locked(session, Business, Business.id == ending.business_id, Business.commune_id == ending.commune_id)
