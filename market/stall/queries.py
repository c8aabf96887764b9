"""Questions of the seller's pages that span slices."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.orders.queries.orders import count_to_answer


def orders_to_answer(session: Session, stall_id: int, *, now: datetime) -> int:
    """How many orders wait for the stall's yes or no."""
    return count_to_answer(session, stall_id, now=now)
