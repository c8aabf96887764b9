"""Goods are weighed with their order's money in mind: weighed, then asked for, then paid."""

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.errors import Refused
from market.base.seen import check_seen
from market.orders.actions import line_changes, weighing
from market.orders.actions.weighing import Weighing
from market.orders.rules import PayChoice
from market.payments.actions.allocations import ask_anew
from market.payments.actions.line_changes import agree_by_phone
from market.payments.actions.locking import OrderMoney, lock_order_of_stall
from market.payments.actions.orders import OrderRef
from market.payments.queries.facts import facts_to_decline
from market.payments.rules.status import remaining
from market.values.money import format_dong


def weigh_order(session: Session, actor: Actor, which: OrderRef, new: Weighing, *, clock: Clock) -> bool:
    """The stall types what the goods of an accepted order weigh: the order asks for just that, or its buyer is asked
    first where it is further off than they were told. Returns whether they are asked. Idempotent.

    What came in before, which nobody was asked for, counts: what is short is asked for, what is over owed back. Refused
    where it was weighed before and money came in since, or a weight is none; Conflict where the order is not accepted,
    packed or over; ChangedSince where its facts are not those the page showed, NotFound where it is another stall's.
    """
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    row = held.order.row
    if weighing.is_weighed(session, row, new):
        return row.asked_until is not None
    weighing.check_weighing(session, held.order, now=held.now)
    check_seen(new.seen, facts_to_decline(row, held.request.row if held.request else None))
    _refuse_weighed_again(held)
    if weighing.weigh(session, actor, held.order, new, now=held.now):
        ask_anew(session, held)
        return not agree_by_phone(session, actor, held)
    ask_anew(session, held)
    line_changes.go_on(session, actor, held.order, is_paid=held.is_paid, knows=False, now=held.now)
    weighing.tell_weighed(session, row, _asked(held), held.now)
    return False


def _refuse_weighed_again(held: OrderMoney) -> None:
    """A slip is put right until somebody pays what was asked: from then on its weight stands."""
    row, came = held.order.row, held.request.row.received if held.request else 0
    is_first = row.to_weigh > 0 or row.asked_until is not None
    if not is_first and (came > row.deposit or row.said_paid_at is not None):
        raise Refused(
            "paid_by_weight",
            f"Khách đã trả tiền đơn {row.code} theo số đã cân nên không cân lại được. Lệch thì mời gọi khách.",
        )


def _asked(held: OrderMoney) -> str:
    left = remaining(held.asked.amount, held.asked.received) if held.request else 0
    if not left:
        return "Bạn đã trả đủ."
    if held.order.row.pay_choice is PayChoice.TRANSFER:
        return f"Mời mở đơn chuyển {format_dong(left)}."
    return f"Còn trả {format_dong(left)} khi nhận hàng."
