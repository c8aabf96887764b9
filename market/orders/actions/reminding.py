"""A stall is reminded, once, of an order that has waited for half of its answer time."""

from sqlalchemy.orm import Session

from market.base.clock import Clock
from market.base.db import locked
from market.notices.rules import OrderNews
from market.orders.actions.telling import tell_seller
from market.orders.models import Order
from market.orders.rules import NO_ORDER, OrderStatus, status_at
from market.values.period import format_moment


def remind_to_answer(session: Session, order_id: int, *, clock: Clock) -> bool:
    """Tell the stall until when it may answer; whether the order still waits. Idempotent. NotFound for no order."""
    order = locked(session, Order, Order.id == order_id, missing=NO_ORDER).row
    now = clock()
    if order.due_at is None or status_at(order.status, order.due_at, now) is not OrderStatus.PLACED:
        return False
    until = format_moment(order.due_at)
    sentence = f"Đơn {order.code} còn chờ bạn trả lời trước {until}. Quá giờ thì đơn tự hết hạn."
    tell_seller(session, order, OrderNews.ANSWER_SOON, sentence, now)
    return True
