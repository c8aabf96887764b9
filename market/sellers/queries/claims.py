"""Questions about claims: who says what is theirs, the members of a business, its verification."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from market.base.errors import NotFound
from market.sellers.models import (
    Business,
    BusinessMember,
    BusinessProposal,
    ClaimState,
    Verification,
)

NAMES_TOLD = 5
MOST_TOLD = 20


def claims_of_person(session: Session, commune_id: int, person_id: int) -> Sequence[BusinessMember]:
    """What a person said is theirs in this commune and is not yet, or no longer, confirmed: what waits first, then what
    was refused, the newest first; of very many no more than are read."""
    query = (
        select(BusinessMember)
        .join(BusinessMember.business)
        .where(
            BusinessMember.person_id == person_id,
            Business.commune_id == commune_id,
            BusinessMember.ended_at.is_(None),
            or_(BusinessMember.state != ClaimState.CONFIRMED, BusinessMember.begins_at.is_not(None)),
        )
    )
    in_order = query.order_by(*_waiting_first(BusinessMember.state, BusinessMember.id)).limit(MOST_TOLD)
    return session.scalars(in_order.options(contains_eager(BusinessMember.business))).all()


def _waiting_first(
    state: InstrumentedAttribute[ClaimState], number: InstrumentedAttribute[int]
) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    """What waits, the oldest first, then what was refused, the newest first."""
    return state == ClaimState.REFUSED, case((state == ClaimState.REFUSED, -number), else_=number)


def claims_waiting(
    session: Session, commune_id: int, *, first: int = 0, most: int | None = None
) -> Sequence[BusinessMember]:
    """The claims an officer must look at, oldest first: from the `first` on, at most so many."""
    query = (
        select(BusinessMember)
        .join(BusinessMember.business)
        .where(
            Business.commune_id == commune_id,
            BusinessMember.is_waiting,
        )
        .options(joinedload(BusinessMember.business).joinedload(Business.hamlet), joinedload(BusinessMember.person))
        .order_by(BusinessMember.claimed_at, BusinessMember.id)
    )
    return session.scalars(query.offset(first).limit(most)).all()


def has_claimants(session: Session, business_id: int) -> bool:
    """Whether anybody has an account that is, waits to be, or is to become a member of a business."""
    query = select(BusinessMember.id).where(
        BusinessMember.business_id == business_id,
        BusinessMember.ended_at.is_(None),
        BusinessMember.state != ClaimState.REFUSED,
    )
    return session.scalar(query.limit(1)) is not None


def claim_of(session: Session, commune_id: int, member_id: int) -> BusinessMember:
    member = session.get(BusinessMember, member_id)
    if member is None or member.business.commune_id != commune_id:
        raise NotFound
    return member


def proposals_of_person(session: Session, commune_id: int, person_id: int) -> Sequence[BusinessProposal]:
    """What a person asked this commune's office to enter and that it has not entered: what waits first, then what was
    refused, the newest first; of very many no more than are read."""
    query = select(BusinessProposal).where(
        BusinessProposal.person_id == person_id,
        BusinessProposal.commune_id == commune_id,
        BusinessProposal.state != ClaimState.CONFIRMED,
    )
    in_order = query.order_by(*_waiting_first(BusinessProposal.state, BusinessProposal.id))
    return session.scalars(in_order.limit(MOST_TOLD)).all()


def proposals_waiting(
    session: Session, commune_id: int, *, first: int = 0, most: int | None = None
) -> Sequence[BusinessProposal]:
    """The proposals an officer must look at, oldest first: from the `first` on, at most so many."""
    query = (
        select(BusinessProposal)
        .where(BusinessProposal.commune_id == commune_id, BusinessProposal.is_waiting)
        .options(joinedload(BusinessProposal.hamlet), joinedload(BusinessProposal.person))
        .order_by(BusinessProposal.proposed_at, BusinessProposal.id)
    )
    return session.scalars(query.offset(first).limit(most)).all()


def proposal_of(session: Session, commune_id: int, proposal_id: int) -> BusinessProposal:
    proposal = session.get(BusinessProposal, proposal_id)
    if proposal is None or proposal.commune_id != commune_id:
        raise NotFound
    return proposal


def members_of(
    session: Session, business_id: int, *, first: int = 0, most: int | None = None
) -> Sequence[BusinessMember]:
    """The people of a business, the first first: from the `first` on, at most so many."""
    query = select(BusinessMember).where(
        BusinessMember.business_id == business_id,
        BusinessMember.is_confirmed,
    )
    in_order = query.options(joinedload(BusinessMember.person)).order_by(BusinessMember.id)
    return session.scalars(in_order.offset(first).limit(most)).all()


def has_members(session: Session, business_id: int) -> bool:
    """Whether anybody is confirmed as one of a business's people."""
    return bool(members_of(session, business_id, most=1))


def others_words(session: Session, business_id: int) -> str:
    """The names of the first of a business's people, and how many more there are; empty for none."""
    is_theirs = BusinessMember.business_id == business_id, BusinessMember.is_confirmed
    names = [one.person.name for one in members_of(session, business_id, most=NAMES_TOLD)]
    total = session.scalars(select(func.count(BusinessMember.id)).where(*is_theirs)).one()
    more = [f"và {total - NAMES_TOLD} người nữa"] if total > NAMES_TOLD else []
    return ", ".join([*names, *more])


def verification_of(session: Session, business_id: int) -> Verification | None:
    """The verification in force."""
    query = select(Verification).where(
        Verification.business_id == business_id,
        Verification.is_in_force,
    )
    return session.scalar(query.order_by(Verification.id.desc()))


def verification_with_id(session: Session, business_id: int, verification_id: int) -> Verification:
    """One that the business has or had; NotFound for another's."""
    verification = session.get(Verification, verification_id)
    if verification is None or verification.business_id != business_id:
        raise NotFound
    return verification


def member_with_id(session: Session, business_id: int, member_id: int) -> BusinessMember:
    """One of the business, whether confirmed, waiting or out; NotFound for another's."""
    member = session.get(BusinessMember, member_id)
    if member is None or member.business_id != business_id:
        raise NotFound
    return member


def ended_verifications(session: Session, business_id: int, *, first: int, most: int) -> Sequence[Verification]:
    """By whose papers a business was verified before, the newest first: from the `first` on, at most so many."""
    query = select(Verification).where(Verification.business_id == business_id, Verification.ended_at.is_not(None))
    return session.scalars(query.order_by(Verification.id.desc()).offset(first).limit(most)).all()
