"""What happens to claims: a person says a business is theirs, an officer confirms or refuses."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound, Refused
from market.base.seen import check_seen
from market.notices.rules import News
from market.sellers import queries
from market.sellers.actions.answers import SeenRequest, decide, is_refused_so, refuse_decided, tell_answer
from market.sellers.actions.changes import due_change, end_change
from market.sellers.actions.register import log_business
from market.sellers.models import Business, BusinessMember, ChangeKind, ChangeState, ClaimState

MOST_CLAIMS = 3
MOST_CLAIMS_A_DAY = 5
DAY = timedelta(days=1)


def claim_business(session: Session, actor: Actor, commune_id: int, business_id: int, *, now: datetime) -> int:
    """Say that a business is the actor's own; an officer decides; returns the claim's id.

    Idempotent while the claim waits, for the officer or for its day; after a refusal it waits again. Refused where the
    business is the actor's already, where MOST_CLAIMS of the actor wait, or where they have made MOST_CLAIMS_A_DAY in
    24 hours. NotFound for one of another commune and for nobody.
    """
    if actor.person_id is None:
        raise NotFound
    locked(session, Person, Person.id == actor.person_id)
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id).row
    own = BusinessMember.business_id == business_id, BusinessMember.person_id == actor.person_id
    known = next(iter(locked_all(session, BusinessMember, *own)), None)
    if known and (known.row.is_waiting or known.row.begins_at):
        return known.row.id
    _refuse_too_many(session, actor.person_id, now=now)
    claim = _claim_again(known, now=now) if known else first_claim(session, business_id, actor.person_id, now=now)
    log_business(session, actor, "claim_business", business, now=now)
    return claim.id


def _refuse_too_many(session: Session, person_id: int, *, now: datetime) -> None:
    own = BusinessMember.person_id == person_id
    waiting = session.scalars(select(func.count()).where(own, BusinessMember.is_waiting)).one()
    if waiting >= MOST_CLAIMS:
        raise Refused(
            "too_many_claims",
            f"Bạn đang có {MOST_CLAIMS} hộ chờ xã xác nhận. Mời mang giấy tờ tới xã, được trả lời rồi gửi tiếp.",
        )
    if (
        session.scalars(select(func.count()).where(own, BusinessMember.claimed_at > now - DAY)).one()
        >= MOST_CLAIMS_A_DAY
    ):
        raise Refused(
            "claims_of_the_day",
            f"Trong 24 giờ qua bạn đã nhận {MOST_CLAIMS_A_DAY} hộ. Mời quay lại vào ngày mai, hoặc tới thẳng xã.",
        )


def _claim_again(claim: Locked[BusinessMember], *, now: datetime) -> BusinessMember:
    member = claim.row
    if member.is_confirmed:
        raise Refused("already_yours", "Hộ này đã là của bạn rồi.")
    member.state, member.claimed_at, member.ended_at = ClaimState.PENDING, now, None
    return member


def first_claim(session: Session, business_id: int, person_id: int, *, now: datetime) -> BusinessMember:
    """A person's claim of a business that they have not claimed before; the business must be locked, or just made."""
    member = BusinessMember(business_id=business_id, person_id=person_id, claimed_at=now)
    session.add(member)
    session.flush()
    return member


def locked_claim(session: Session, commune_id: int, member_id: int) -> tuple[Locked[Business], Locked[BusinessMember]]:
    """The claim, locked after its business, which stays the same: so claims of one business are decided in turn.
    NotFound for another commune's."""
    business_id = session.scalar(select(BusinessMember.business_id).where(BusinessMember.id == member_id))
    business = locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)
    return business, locked(session, BusinessMember, BusinessMember.id == member_id)


def begin_member(session: Session, change_id: int, *, clock: Clock) -> bool:
    """Let the place of a further member begin, once its time has come; False where nothing began. Idempotent.
    NotFound for no such change."""
    due = due_change(session, ChangeKind.MEMBER, change_id, clock=clock)
    if due is not None:
        end_change(session, GUEST, due, ChangeState.BEGUN)
    return due is not None


def refuse_claim(session: Session, actor: Actor, shown: SeenRequest, reason: str, *, now: datetime) -> None:
    """Say no to a claim, with the reason the person will read. Idempotent.

    Conflict where it is decided otherwise already, ChangedSince where it is not what was seen, NotFound for a claim of
    another commune.
    """
    _, claim = locked_claim(session, shown.commune_id, shown.id)
    if is_refused_so(claim, reason):
        return
    refuse_decided(claim)
    check_seen(shown.seen, queries.claim_facts(session, claim.row))
    decide(claim, actor, ClaimState.REFUSED, refusal=reason, now=now)
    member = claim.row
    log_business(session, actor, "refuse_claim", member.business, now=now)
    sentence = f"Xã chưa xác nhận {member.business.name} là của bạn: {reason}"
    tell_answer(session, member, News.CLAIM_REFUSED, sentence, now=now)
