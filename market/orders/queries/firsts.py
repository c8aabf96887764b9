"""Whether anybody has ordered from a stall yet."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.orders.models import Order
from market.orders.queries.orders import OF_STALL

_ANY_ORDER = select(Order.id).where(Order.stall_id == OF_STALL).limit(1)


def was_ordered_from(session: Session, stall_id: int) -> bool:
    """Whether the stall was ever given an order, whatever became of it."""
    return session.connection().scalar(_ANY_ORDER, {"stall": stall_id}) is not None
