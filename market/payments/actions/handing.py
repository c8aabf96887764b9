"""Handing over with money in mind: cash counted, a transfer awaited."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import Refused
from market.orders.actions.moving import complete_order
from market.orders.rules import PayChoice
from market.payments.actions.allocating import confirm_received
from market.payments.actions.sums import locked_order
from market.payments.queries import paid_of
from market.values.money import format_dong


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """`shown`: the buyer's hand-over key or its last 4 characters, None without it. `cash_taken`: the seller has what
    was still owed in hand."""

    order_id: int
    shown: str | None
    cash_taken: bool


def hand_over(session: Session, actor: Actor, stall_id: int, new: HandOver, *, now: datetime) -> bool:
    """Hand an order over; gives whether the buyer confirmed it by their key.

    Refused for a transfer that has not come in, unless the seller says that the money is in hand. Goods to be paid on
    receipt may go on credit: what is owed stays owed.
    """
    order = locked_order(session, stall_id, new.order_id)
    paid = paid_of(session, [order.id]).get(order.id)
    owes = paid is not None and paid.remaining > 0
    if paid is not None and owes and order.pay_choice is PayChoice.CHUYEN_KHOAN and not new.cash_taken:
        raise Refused(
            f"Đơn {order.code} còn thiếu {format_dong(paid.remaining)}, CHƯA thấy tiền. "
            "Nếu đã cầm tiền hoặc đã thấy trong tài khoản, đánh dấu “Đã nhận tiền” rồi giao."
        )
    confirmed = complete_order(session, actor, order.id, shown=new.shown, now=now)
    if owes and new.cash_taken:
        confirm_received(session, actor, stall_id, order.id, now=now)
    return confirmed
