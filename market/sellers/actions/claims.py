"""What happens to claims: a person says a business is theirs, an officer confirms or refuses."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import Conflict, NotFound, Refused
from market.base.secrets import vault
from market.notices.rules import News
from market.sellers import queries
from market.sellers.actions.answers import tell_answer
from market.sellers.actions.register import log_business
from market.sellers.actions.stalls import open_stall
from market.sellers.models import BusinessMember, ClaimState, MemberRole, Verification, VerificationState
from market.values.taxid import CitizenId


def claim_business(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> int:
    """Say that a business is the actor's own; an officer decides. Claiming twice is one claim."""
    business = queries.business_of(session, commune_id, business_id)
    if actor.person_id is None:
        raise NotFound
    known = session.scalar(
        select(BusinessMember).where(
            BusinessMember.business_id == business_id, BusinessMember.person_id == actor.person_id
        )
    )
    if known is None:
        known = BusinessMember(business_id=business_id, person_id=actor.person_id, claimed_at=now)
        session.add(known)
    elif known.state is ClaimState.DA_XAC_NHAN and known.ended_at is None:
        raise Refused("Cơ sở này đã là của bạn rồi.")
    else:
        known.state, known.claimed_at, known.ended_at = ClaimState.CHO, now, None
    session.flush()
    log_business(session, actor, "claim_business", business, now=now)
    return known.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """What an officer saw when verifying a claim: whose paper, which, and the stall's name to open."""

    commune_id: int
    member_id: int
    full_name: str
    paper: str
    citizen_id: CitizenId | None
    birth_date: date | None = None
    note: str | None = None


def verify_claim(session: Session, actor: Actor, seen: Verify, *, now: datetime) -> int:
    """Confirm a claim and open the business's stall if it has none; gives the stall's id.

    The ID number itself is not kept: only a keyed hash, to find the same person again, and its last four digits.
    """
    member = queries.claim_of(session, seen.commune_id, seen.member_id)
    if member.state is not ClaimState.CHO:
        raise Conflict("Đề nghị này đã có người xử lý.")
    if actor.person_id is None or actor.person_id == member.person_id:
        raise Refused("Người xác nhận phải là cán bộ khác với người đề nghị.")
    if queries.members_of(session, member.business_id):
        member.role = MemberRole.STAFF
    member.state, member.decided_at, member.decided_by = ClaimState.DA_XAC_NHAN, now, actor.person_id
    member.refusal = None
    session.add(_verification(member.business_id, actor.person_id, seen, now=now))
    log_business(session, actor, "verify_business", member.business, "verification", now=now)
    sentence = f"Xã đã xác nhận {member.business.name} là của bạn. Gian hàng đã mở."
    tell_answer(session, member, News.CO_SO_DUOC_XAC_NHAN, sentence, now=now)
    return open_stall(session, actor, member.business, now=now)


def _verification(business_id: int, officer_id: int, seen: Verify, *, now: datetime) -> Verification:
    return Verification(
        business_id=business_id,
        state=VerificationState.DA_XAC_THUC,
        full_name=seen.full_name,
        paper=seen.paper,
        id_digest=vault().digest("citizen-id", seen.citizen_id) if seen.citizen_id else None,
        id_last4=seen.citizen_id.last4 if seen.citizen_id else None,
        birth_date_cipher=vault().encrypt(seen.birth_date.isoformat()) if seen.birth_date else None,
        verified_by=officer_id,
        verified_at=now,
        note=seen.note,
    )


def refuse_claim(
    session: Session, actor: Actor, commune_id: int, member_id: int, reason: str, *, now: datetime
) -> None:
    """Say no to a claim, with the reason the person will read."""
    member = queries.claim_of(session, commune_id, member_id)
    if member.state is not ClaimState.CHO:
        raise Conflict("Đề nghị này đã có người xử lý.")
    member.state, member.decided_at, member.decided_by = ClaimState.TU_CHOI, now, actor.person_id
    member.refusal = reason
    log_business(session, actor, "refuse_claim", member.business, now=now)
    sentence = f"Xã chưa xác nhận {member.business.name} là của bạn: {reason}"
    tell_answer(session, member, News.CO_SO_TU_CHOI, sentence, now=now)
