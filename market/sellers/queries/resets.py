"""Questions about ways back in: who needs a paper for one, which ones wait, who may stop them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, literal, select, union_all
from sqlalchemy.orm import Session, aliased, joinedload

from market.accounts.models import PasswordReset
from market.accounts.queries import is_waiting_reset
from market.sellers.models import Business, BusinessMember
from market.sellers.queries.devices import is_staff


def needs_paper(session: Session, person_id: int) -> bool:
    """Whether more than their own purchases hangs on this person's password: a business, a post or a mandate, of
    whenever. Only an officer who has seen a paper lets them in again."""
    member = exists().where(BusinessMember.person_id == person_id, BusinessMember.is_confirmed)
    return bool(session.scalar(select(member))) or is_staff(session, person_id)


def are_fellow_members(session: Session, one: int, other: int) -> bool:
    """Whether two people are members of one business now."""
    mine, theirs = aliased(BusinessMember), aliased(BusinessMember)
    query = select(mine.id).join(theirs, theirs.business_id == mine.business_id)
    together = query.where(mine.person_id == one, mine.is_confirmed, theirs.person_id == other, theirs.is_confirmed)
    return session.scalar(together.limit(1)) is not None


def resets_to_stop(session: Session, person_id: int, now: datetime) -> Sequence[PasswordReset]:
    """The waiting resets of a person, and of those who are members of a business with them."""
    mine, theirs = aliased(BusinessMember), aliased(BusinessMember)
    fellows = (
        select(theirs.person_id)
        .join(mine, mine.business_id == theirs.business_id)
        .where(mine.person_id == person_id, mine.is_confirmed, theirs.is_confirmed)
    )
    of_whom = PasswordReset.person_id.in_(union_all(select(literal(person_id)), fellows))
    query = select(PasswordReset).where(of_whom, *is_waiting_reset(now)).options(joinedload(PasswordReset.person))
    return session.scalars(query.order_by(PasswordReset.id)).all()


def resets_of_commune(session: Session, commune_id: int, now: datetime) -> Sequence[PasswordReset]:
    """The slips handed out and the resets that wait, for the office: the last to end first, at most fifty."""
    query = select(PasswordReset).where(
        PasswordReset.commune_id == commune_id,
        PasswordReset.person_id.is_not(None),
        PasswordReset.stopped_at.is_(None),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
    )
    in_order = query.options(joinedload(PasswordReset.person)).order_by(
        PasswordReset.expires_at.desc(), PasswordReset.id.desc()
    )
    return session.scalars(in_order.limit(50)).all()


def member_businesses(session: Session, person_id: int) -> Sequence[Business]:
    """The businesses that a person is a member of now, in whatever commune."""
    query = select(Business).join(BusinessMember, BusinessMember.business_id == Business.id)
    is_member = BusinessMember.person_id == person_id, BusinessMember.is_confirmed
    return session.scalars(query.where(*is_member).order_by(Business.id)).all()
