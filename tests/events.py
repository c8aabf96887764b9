"""What the market wrote down of a row."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Event


def events_of(session: Session, subject: str, subject_id: int) -> Sequence[Event]:
    """The events of one row, oldest first."""
    query = select(Event).where(Event.subject == subject, Event.subject_id == subject_id).order_by(Event.id)
    return session.scalars(query).all()
