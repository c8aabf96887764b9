"""What happens to claims: a person says a business is theirs, an officer confirms or refuses."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound, Refused
from market.base.secrets import vault
from market.notices.rules import News
from market.sellers import queries
from market.sellers.actions.answers import decide, refuse_decided, tell_answer
from market.sellers.actions.register import lock_register, log_business
from market.sellers.actions.stalls import open_stall
from market.sellers.models import Business, BusinessMember, ClaimState, MemberRole, Verification, VerificationState
from market.values.taxid import CitizenId


def claim_business(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> int:
    """Say that a business is the actor's own; an officer decides; returns the claim's id.

    Idempotent while the claim waits; after a refusal it waits again. Refused where the business is the actor's already,
    NotFound for one of another commune and for nobody.
    """
    if actor.person_id is None:
        raise NotFound
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id).row
    own = BusinessMember.business_id == business_id, BusinessMember.person_id == actor.person_id
    known = next(iter(locked_all(session, BusinessMember, *own)), None)
    if known and _is_waiting(known):
        return known.row.id
    claim = _claim_again(known, now=now) if known else _first_claim(session, business_id, actor.person_id, now=now)
    log_business(session, actor, "claim_business", business, now=now)
    return claim.id


def _is_waiting(claim: Locked[BusinessMember]) -> bool:
    return claim.row.state is ClaimState.PENDING and claim.row.ended_at is None


def _claim_again(claim: Locked[BusinessMember], *, now: datetime) -> BusinessMember:
    member = claim.row
    if member.state is ClaimState.CONFIRMED and member.ended_at is None:
        raise Refused("already_yours", "Cơ sở này đã là của bạn rồi.")
    member.state, member.claimed_at, member.ended_at = ClaimState.PENDING, now, None
    return member


def _first_claim(session: Session, business_id: int, person_id: int, *, now: datetime) -> BusinessMember:
    member = BusinessMember(business_id=business_id, person_id=person_id, claimed_at=now)
    session.add(member)
    session.flush()
    return member


def _locked_claim(session: Session, commune_id: int, member_id: int) -> Locked[BusinessMember]:
    """The claim, locked after its business, which stays the same: so claims of one business are decided in turn."""
    business_id = session.scalar(select(BusinessMember.business_id).where(BusinessMember.id == member_id))
    locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)
    return locked(session, BusinessMember, BusinessMember.id == member_id)


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
    """Confirm a claim and open the business's stall if it has none; returns the stall's id.

    The ID number itself is not kept: only a keyed hash, to find the same person again, and its last four digits.
    Refused to the claimant, Conflict where the claim is decided already, NotFound for one of another commune.
    """
    lock_register(session, seen.commune_id)
    claim = _locked_claim(session, seen.commune_id, seen.member_id)
    refuse_decided(claim)
    member = claim.row
    if actor.person_id is None or actor.person_id == member.person_id:
        raise Refused("own_claim", "Người xác nhận phải là cán bộ khác với người đề nghị.")
    if queries.members_of(session, member.business_id):
        member.role = MemberRole.STAFF
    decide(claim, actor, ClaimState.CONFIRMED, now=now)
    session.add(_verification(member.business_id, actor.person_id, seen, now=now))
    log_business(session, actor, "verify_business", member.business, "verification", now=now)
    sentence = f"Xã đã xác nhận {member.business.name} là của bạn. Gian hàng đã mở."
    tell_answer(session, member, News.CLAIM_CONFIRMED, sentence, now=now)
    return open_stall(session, actor, seen.commune_id, member.business_id, now=now)


def _verification(business_id: int, officer_id: int, seen: Verify, *, now: datetime) -> Verification:
    return Verification(
        business_id=business_id,
        state=VerificationState.VERIFIED,
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
    """Say no to a claim, with the reason the person will read. Conflict where it is decided already, NotFound for a
    claim of another commune."""
    claim = _locked_claim(session, commune_id, member_id)
    decide(claim, actor, ClaimState.REFUSED, refusal=reason, now=now)
    member = claim.row
    log_business(session, actor, "refuse_claim", member.business, now=now)
    sentence = f"Xã chưa xác nhận {member.business.name} là của bạn: {reason}"
    tell_answer(session, member, News.CLAIM_REFUSED, sentence, now=now)
