"""Giving money back: what the seller says they gave a buyer of what is owed back."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.errors import Conflict
from market.payments.actions.allocations import set_sums, tell_both
from market.payments.actions.events import change_at
from market.payments.actions.locking import lock_order_of_stall
from market.payments.actions.orders import end_if_overdue
from market.payments.models import Refund
from market.sellers.actions.authority import refuse_helper
from market.values.money import Dong, format_dong

CHANGED = "Số tiền phải trả lại vừa đổi, chưa ghi gì. Mời xem lại trang rồi bấm lần nữa."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefund:
    """All that was shown as owed back of an order, given back. The same `client_key` again is idempotent."""

    order_id: int
    amount: Dong
    client_key: str


def refund(session: Session, actor: Actor, stall_id: int, new: NewRefund, *, clock: Clock) -> None:
    """ "Đã trả": the seller's own word that the buyer has back what is owed. Conflict where another sum is owed now,
    SentOtherwise where another one was written down with this key, NotFound for another stall's order.

    An order that is over by time ends with it, where no job has written that yet.
    """
    refuse_helper(actor)
    held = lock_order_of_stall(session, stall_id, new.order_id, clock=clock)
    request, order = held.asked, held.order.row
    known = select(Refund.id).where(Refund.request_id == request.id, Refund.client_key == new.client_key)
    sent = SentForm(key=new.client_key, content=("refund", new.amount), told=f"trả lại khách {format_dong(new.amount)}")
    is_used = used_before(session, f"payment_request:{request.id}", sent, now=held.now)
    if is_used or session.scalar(known) is not None:
        return
    end_if_overdue(session, held)
    if new.amount <= 0 or new.amount != request.owed_back:
        raise Conflict("amount_changed", CHANGED)
    set_sums(held, received=request.received, refunded=request.refunded + new.amount)
    given = Refund(
        request_id=request.id,
        amount=new.amount,
        client_key=new.client_key,
        actor_id=actor.person_id,
        at=held.now,
    )
    session.add(given)
    session.flush()
    change = change_at(order.stall, "refund_money", "payment_request", request.id, "refunded")
    record(session, actor, change, now=held.now)
    amount = format_dong(new.amount)
    to_seller = f"Đã ghi trả lại khách {amount} của đơn {order.code}."
    to_buyer = f"Người bán ghi đã trả lại bạn {amount} của đơn {order.code}. Chưa nhận được thì gọi người bán."
    tell_both(session, held, ("refund", given.id, "da_tra_lai"), to_seller=to_seller, to_buyer=to_buyer)
