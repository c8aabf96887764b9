"""What files brought of a business beside what the register says of it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.seen import Facts
from market.sellers.models import Business, RegisterJoin, UnreadCell
from market.sellers.queries.facts import business_facts

MOST = 50


def unread_of(session: Session, business_id: int, *, first: int = 0, most: int = MOST) -> Sequence[UnreadCell]:
    """The cells that wait for somebody, oldest first: from the `first` on, at most so many."""
    query = select(UnreadCell).where(UnreadCell.business_id == business_id, UnreadCell.closed_at.is_(None))
    return session.scalars(query.order_by(UnreadCell.id).offset(first).limit(most)).all()


def joins_of(session: Session, business_id: int, *, first: int, most: int) -> Sequence[RegisterJoin]:
    """The rows that were joined to a business, the newest first, those taken apart again too: from the `first` on, at
    most so many."""
    query = select(RegisterJoin).where(RegisterJoin.business_id == business_id)
    return session.scalars(query.order_by(RegisterJoin.id.desc()).offset(first).limit(most)).all()


def join_facts(business: Business, join: RegisterJoin) -> Facts:
    """What the page says of a business and of a row that was joined to it."""
    return {**business_facts(business), "tách": "chưa tách" if join.parted_id is None else "đã tách"}
