"""Questions of the seller's pages that span slices."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.orders.models import Order
from market.orders.rules import OrderStatus


def orders_to_answer(session: Session, stall_id: int) -> int:
    """How many orders wait for the stall's yes or no."""
    waiting = select(func.count()).where(Order.stall_id == stall_id, Order.status == OrderStatus.CHO_NHAN)
    return session.scalar(waiting) or 0
