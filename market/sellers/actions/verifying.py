"""What an officer does about whose a business is: verifies it by a paper, revokes that, takes a member out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.base.secrets import vault
from market.base.seen import Facts, check_seen, seen_of
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import News, news_key
from market.sellers import queries
from market.sellers.actions.answers import decide, refuse_decided, refuse_one_of_them, tell_answer
from market.sellers.actions.changes import WAITS, NewChange, ask_change, begins_at
from market.sellers.actions.claims import locked_claim
from market.sellers.actions.register import lock_register, log_business
from market.sellers.actions.stalls import open_stall
from market.sellers.models import (
    Business,
    BusinessMember,
    ChangeKind,
    ClaimState,
    MemberRole,
    Verification,
    VerificationState,
)
from market.sellers.queries import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """What an officer saw when verifying a claim: whose paper, which. `seen`: `seen_of()` of the claim's facts.

    `warned`: `seen_of()` of the warnings that the officer was shown (`queries.identity_warnings`), and `reason` why the
    paper verifies the business all the same.
    """

    commune_id: int
    member_id: int
    seen: str
    identity: Identity
    paper: str
    note: str | None = None
    warned: str = ""
    reason: str | None = None


class IdentityWarning(Refused):
    """Something speaks against a paper that an officer has not yet been shown, or has not given a reason for."""

    def __init__(self, warnings: Facts) -> None:
        self.warnings = warnings
        super().__init__(
            "identity_warning",
            "Chưa xác nhận: có điều cần xem lại, ghi ngay trên nút xác nhận. Nếu vẫn đúng người thì gõ lại số căn cước "
            "và ghi lý do.",
        )


def verify_claim(session: Session, actor: Actor, verify: Verify, *, now: datetime) -> int:
    """Confirm a claim, or a member anew whose business is no longer verified, and open the business's stall if it has
    none; returns the stall's id. A paper of somebody who joins a verified business is kept beside the one in force.

    The ID number itself is not kept: only a keyed hash, to find the same person again, and its last four digits.
    Idempotent. Refused to whom `refuse_one_of_them` says, IdentityWarning where something speaks against the paper,
    Conflict where the claim is decided otherwise already, ChangedSince where it is not what was seen, NotFound for one
    of another commune.
    """
    lock_register(session, verify.commune_id)
    business, claim = locked_claim(session, verify.commune_id, verify.member_id)
    member = claim.row
    if _is_verified_so(session, claim, verify):
        return open_stall(session, actor, verify.commune_id, member.business_id, now=now)
    is_verified = queries.verification_of(session, member.business_id) is not None
    if is_verified or not member.is_confirmed:
        refuse_decided(claim)
    refuse_one_of_them(session, actor, member.person, member.business, now=now)
    check_seen(verify.seen, queries.claim_facts(session, member))
    warnings = _accepted_warnings(session, claim, verify)
    session.add(_verification(claim, actor, verify, warnings, is_first=not is_verified, now=now))
    if member.is_waiting:
        _confirm(session, actor, business, claim, verify.paper, now=now)
    log_business(session, actor, "verify_business", member.business, "verification", now=now)
    tell_answer(session, member, News.CLAIM_CONFIRMED, _yes(member), now=now)
    return open_stall(session, actor, verify.commune_id, member.business_id, now=now)


def _is_verified_so(session: Session, claim: Locked[BusinessMember], verify: Verify) -> bool:
    """Whether the member was verified already on this very paper, and still is."""
    if not claim.row.was_confirmed:
        return False
    written = select(Verification).where(Verification.member_id == claim.row.id, Verification.ended_at.is_(None))
    return any(_says_the_same(one, verify) for one in session.scalars(written))


def _says_the_same(known: Verification, verify: Verify) -> bool:
    born = vault().decrypt(known.birth_date_cipher) if known.birth_date_cipher else None
    identity = verify.identity
    said = known.full_name, known.paper, born, known.note
    told = identity.full_name, verify.paper, identity.birth_date.isoformat(), verify.note
    return said == told and known.id_digest in identity.digests


def _accepted_warnings(session: Session, claim: Locked[BusinessMember], verify: Verify) -> Facts:
    """What speaks against the paper, all of it shown and answered with a reason; IdentityWarning else."""
    warnings = queries.identity_warnings(session, claim.row, verify.identity)
    if warnings and not (verify.reason and verify.warned == seen_of(warnings)):
        raise IdentityWarning(warnings)
    return warnings


def _verification(
    claim: Locked[BusinessMember], actor: Actor, verify: Verify, warnings: Facts, *, is_first: bool, now: datetime
) -> Verification:
    identity = verify.identity
    return Verification(
        business_id=claim.row.business_id,
        member_id=claim.row.id,
        state=VerificationState.VERIFIED if is_first else VerificationState.MEMBER,
        full_name=identity.full_name,
        paper=verify.paper,
        id_digest=identity.digest,
        id_last4=identity.citizen_id.last4,
        birth_date_cipher=vault().encrypt(identity.birth_date.isoformat()),
        verified_by=actor.person_id,
        verified_at=now,
        note=verify.note,
        warnings="; ".join(warnings) or None,
        warnings_reason=verify.reason if warnings else None,
    )


def _confirm(
    session: Session,
    actor: Actor,
    business: Locked[Business],
    claim: Locked[BusinessMember],
    paper: str,
    *,
    now: datetime,
) -> None:
    """Say yes to a claim. Who comes to others is one of them a day later, in which any of them may stop it."""
    has_members = bool(queries.members_of(session, business.row.id))
    decide(claim, actor, ClaimState.CONFIRMED, now=now)
    if has_members:
        _let_wait(session, actor, business, claim, paper, now=now)


def _let_wait(
    session: Session,
    actor: Actor,
    business: Locked[Business],
    claim: Locked[BusinessMember],
    paper: str,
    *,
    now: datetime,
) -> None:
    member = claim.row
    member.role, member.begins_at = MemberRole.STAFF, begins_at(session, business.row.commune_id, WAITS, now)
    shown = f"thêm {member.person.name} cùng quản lý gian hàng"
    new = NewChange(kind=ChangeKind.MEMBER, subject_id=member.id, content={"shown": shown}, paper=paper)
    ask_change(session, actor, business, new, now=now)


def _yes(member: BusinessMember) -> str:
    if member.begins_at is None:
        return f"Xã đã xác nhận {member.business.name} là của bạn. Gian hàng đã mở."
    begins = queries.moment_words(member.begins_at)
    return f"Xã đã xác nhận bạn cùng quản lý {member.business.name}, từ {begins} nếu người của gian hàng không dừng."


# --- ending -----------------------------------------------------------------------------------------------------------


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
