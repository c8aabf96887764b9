"""What happens to claims: a person says a business is theirs, an officer confirms or refuses."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound, Refused
from market.base.secrets import vault
from market.base.seen import check_seen
from market.notices.rules import News
from market.sellers import queries
from market.sellers.actions.answers import SeenRequest, decide, is_refused_so, refuse_decided, tell_answer
from market.sellers.actions.changes import WAITS, NewChange, ask_change, due_change, end_change
from market.sellers.actions.register import lock_register, log_business
from market.sellers.actions.stalls import open_stall
from market.sellers.models import (
    Business,
    BusinessMember,
    ChangeKind,
    ChangeState,
    ClaimState,
    MemberRole,
    Verification,
    VerificationState,
)
from market.values.taxid import CitizenId


def claim_business(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> int:
    """Say that a business is the actor's own; an officer decides; returns the claim's id.

    Idempotent while the claim waits, for the officer or for its day; after a refusal it waits again. Refused where the
    business is the actor's already, NotFound for one of another commune and for nobody.
    """
    if actor.person_id is None:
        raise NotFound
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id).row
    own = BusinessMember.business_id == business_id, BusinessMember.person_id == actor.person_id
    known = next(iter(locked_all(session, BusinessMember, *own)), None)
    if known and (known.row.is_waiting or known.row.begins_at):
        return known.row.id
    claim = _claim_again(known, now=now) if known else _first_claim(session, business_id, actor.person_id, now=now)
    log_business(session, actor, "claim_business", business, now=now)
    return claim.id


def _claim_again(claim: Locked[BusinessMember], *, now: datetime) -> BusinessMember:
    member = claim.row
    if member.is_confirmed:
        raise Refused("already_yours", "Cơ sở này đã là của bạn rồi.")
    member.state, member.claimed_at, member.ended_at = ClaimState.PENDING, now, None
    return member


def _first_claim(session: Session, business_id: int, person_id: int, *, now: datetime) -> BusinessMember:
    member = BusinessMember(business_id=business_id, person_id=person_id, claimed_at=now)
    session.add(member)
    session.flush()
    return member


def _locked_claim(session: Session, commune_id: int, member_id: int) -> tuple[Locked[Business], Locked[BusinessMember]]:
    """The claim, locked after its business, which stays the same: so claims of one business are decided in turn."""
    business_id = session.scalar(select(BusinessMember.business_id).where(BusinessMember.id == member_id))
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)
    return business, locked(session, BusinessMember, BusinessMember.id == member_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """What an officer saw when verifying a claim: whose paper, which. `seen`: `seen_of()` of the claim's facts."""

    commune_id: int
    member_id: int
    seen: str
    full_name: str
    paper: str
    citizen_id: CitizenId | None
    birth_date: date | None = None
    note: str | None = None


def verify_claim(session: Session, actor: Actor, verify: Verify, *, now: datetime) -> int:
    """Confirm a claim and open the business's stall if it has none; returns the stall's id. Beside other members the
    claimant is one only after 24 hours, in which any of them may stop it, and the verification in force stays.

    The ID number itself is not kept: only a keyed hash, to find the same person again, and its last four digits.
    Idempotent. Refused to the claimant, Conflict where the claim is decided otherwise already, ChangedSince where it is
    not what was seen, NotFound for one of another commune.
    """
    lock_register(session, verify.commune_id)
    business, claim = _locked_claim(session, verify.commune_id, verify.member_id)
    member = claim.row
    if _is_verified_so(session, claim, verify):
        return open_stall(session, actor, verify.commune_id, member.business_id, now=now)
    refuse_decided(claim)
    if actor.person_id is None or actor.person_id == member.person_id:
        raise Refused("own_claim", "Người xác nhận phải là cán bộ khác với người đề nghị.")
    check_seen(verify.seen, queries.claim_facts(session, member))
    has_members = bool(queries.members_of(session, member.business_id))
    decide(claim, actor, ClaimState.CONFIRMED, now=now)
    verification = _verification(member.business_id, actor.person_id, verify, now=now)
    if has_members:
        _let_wait(session, actor, business, claim, verification, now=now)
    session.add(verification)
    log_business(session, actor, "verify_business", member.business, "verification", now=now)
    tell_answer(session, member, News.CLAIM_CONFIRMED, _yes(member), now=now)
    return open_stall(session, actor, verify.commune_id, member.business_id, now=now)


def _let_wait(
    session: Session,
    actor: Actor,
    business: Locked[Business],
    claim: Locked[BusinessMember],
    verification: Verification,
    *,
    now: datetime,
) -> None:
    """Who comes to others is one of them a day later, and the name that stands for the business stays theirs."""
    member = claim.row
    member.role, member.begins_at = MemberRole.STAFF, now + WAITS
    if queries.verification_of(session, member.business_id):
        verification.ended_at = now
    new = NewChange(
        kind=ChangeKind.MEMBER,
        subject_id=member.id,
        content={"shown": f"thêm {member.person.name} cùng quản lý gian hàng"},
        paper=verification.paper,
    )
    ask_change(session, actor, business, new, now=now)


def _yes(member: BusinessMember) -> str:
    if member.begins_at is None:
        return f"Xã đã xác nhận {member.business.name} là của bạn. Gian hàng đã mở."
    begins = queries.moment_words(member.begins_at)
    return f"Xã đã xác nhận bạn cùng quản lý {member.business.name}, từ {begins} nếu người của gian hàng không dừng."


def begin_member(session: Session, change_id: int, *, clock: Clock) -> bool:
    """Let the place of a further member begin, once its time has come; False where nothing began. Idempotent.
    NotFound for no such change."""
    due = due_change(session, ChangeKind.MEMBER, change_id, clock=clock)
    if due is not None:
        end_change(session, GUEST, due, ChangeState.BEGUN)
    return due is not None


def _is_verified_so(session: Session, claim: Locked[BusinessMember], verify: Verify) -> bool:
    """Whether the claim was confirmed already on this very paper."""
    member = claim.row
    if member.state is not ClaimState.CONFIRMED:
        return False
    written = select(Verification).where(
        Verification.business_id == member.business_id,
        Verification.verified_by == member.decided_by,
        Verification.verified_at == member.decided_at,
    )
    return any(_says_the_same(one, verify) for one in session.scalars(written))


def _says_the_same(known: Verification, verify: Verify) -> bool:
    born = vault().decrypt(known.birth_date_cipher) if known.birth_date_cipher else None
    paper = known.full_name, known.paper, known.id_digest, born, known.note
    birth_date = verify.birth_date.isoformat() if verify.birth_date else None
    return paper == (verify.full_name, verify.paper, _id_digest(verify), birth_date, verify.note)


def _id_digest(verify: Verify) -> str | None:
    return vault().digest("citizen-id", verify.citizen_id) if verify.citizen_id else None


def _verification(business_id: int, officer_id: int, verify: Verify, *, now: datetime) -> Verification:
    return Verification(
        business_id=business_id,
        state=VerificationState.VERIFIED,
        full_name=verify.full_name,
        paper=verify.paper,
        id_digest=_id_digest(verify),
        id_last4=verify.citizen_id.last4 if verify.citizen_id else None,
        birth_date_cipher=vault().encrypt(verify.birth_date.isoformat()) if verify.birth_date else None,
        verified_by=officer_id,
        verified_at=now,
        note=verify.note,
    )


def refuse_claim(session: Session, actor: Actor, shown: SeenRequest, reason: str, *, now: datetime) -> None:
    """Say no to a claim, with the reason the person will read. Idempotent.

    Conflict where it is decided otherwise already, ChangedSince where it is not what was seen, NotFound for a claim of
    another commune.
    """
    _, claim = _locked_claim(session, shown.commune_id, shown.id)
    if is_refused_so(claim, reason):
        return
    refuse_decided(claim)
    check_seen(shown.seen, queries.claim_facts(session, claim.row))
    decide(claim, actor, ClaimState.REFUSED, refusal=reason, now=now)
    member = claim.row
    log_business(session, actor, "refuse_claim", member.business, now=now)
    sentence = f"Xã chưa xác nhận {member.business.name} là của bạn: {reason}"
    tell_answer(session, member, News.CLAIM_REFUSED, sentence, now=now)
