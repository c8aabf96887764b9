"""Whether anybody has ordered from a stall yet."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.orders.models import Order


def was_ordered_from(session: Session, stall_id: int) -> bool:
    """Whether the stall was ever given an order, whatever became of it."""
    return session.scalar(select(Order.id).where(Order.stall_id == stall_id).limit(1)) is not None
