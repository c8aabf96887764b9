"""An order's lines change with its money in mind: what it asks for follows what was agreed, and nothing else does."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.clock import Clock
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.orders.actions import line_changes, transitions
from market.orders.actions.line_changes import DropLine, OfferLess
from market.orders.models import Order
from market.orders.queries.changes import is_line_dropped, question_of, reply_to
from market.orders.rules import OrderSource
from market.orders.rules.changes import ChangeReply
from market.payments.actions.allocations import ask_anew, close_request
from market.payments.actions.locking import OrderMoney, lock_order, lock_order_of_stall
from market.payments.actions.orders import MONEY_IN, OrderRef
from market.payments.queries.facts import facts_of_goods, facts_to_decline, facts_to_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferReply:
    """A buyer's yes or no to what their page asked, the `number`th time (`seen_of(facts_to_reply(…))`)."""

    number: int
    agrees: bool
    seen: str

    @property
    def said(self) -> ChangeReply:
        return ChangeReply.AGREED if self.agrees else ChangeReply.REFUSED


def offer_less(session: Session, actor: Actor, which: OrderRef, offer: OfferLess, *, clock: Clock) -> None:
    """The stall has less than was ordered: it takes the order with what there is, which is held, and its buyer is
    asked. What is asked for changes with their answer; of an order that the stall wrote down by phone, with its own
    word. Idempotent.

    Refused where nothing or all is left, Conflict where the order is packed or over, or some of it cannot be had;
    ChangedSince where its facts are not those the page showed, NotFound where it is another stall's.
    """
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if line_changes.is_offered(session, held.order.row, offer):
        return
    line_changes.check_offer(held.order, now=held.now)
    check_seen(offer.seen, facts_to_decline(held.order.row, held.request.row if held.request else None))
    line_changes.offer_less(session, actor, held.order, offer, now=held.now)
    agree_by_phone(session, actor, held)


def agree_by_phone(session: Session, actor: Actor, held: OrderMoney) -> bool:
    """Of an order that the stall wrote down by phone its own word is the buyer's yes, as soon as they are asked: there
    is nobody whom the market could ask. Returns whether it is one. Conflict where some of it cannot be had, Refused
    where more was given back already than it comes to."""
    if held.order.row.source is not OrderSource.PHONE:
        return False
    _settle(session, actor, held, ChangeReply.AGREED)
    return True


def take_back_offer(session: Session, actor: Actor, which: OrderRef, seen: str, *, clock: Clock) -> None:
    """There is enough after all: the order goes on as it was ordered. Idempotent.

    Conflict where the order is not accepted, the buyer's time to answer is over, or some of it cannot be had;
    ChangedSince where its facts are not those the page showed, NotFound where it is another stall's.
    """
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    row = held.order.row
    if row.asked_until is None and reply_to(session, row.id, row.changes) is ChangeReply.WITHDRAWN:
        return
    if row.asked_until is None:
        raise Conflict("wrong_step", f"Đơn {row.code} không còn chờ khách trả lời. Mời tải lại trang.")
    line_changes.check_offer(held.order, now=held.now)
    check_seen(seen, facts_to_decline(row, held.request.row if held.request else None))
    line_changes.take_back(session, actor, held.order, is_paid=held.is_paid, now=held.now)


def reply_to_offer(session: Session, actor: Actor, order_id: int, answer: OfferReply, *, clock: Clock) -> None:
    """The buyer says yes: the order comes to what is left, or no: those lines go. What came in over that is owed back;
    of an order of which nothing is left, all. Idempotent.

    Conflict where they are not asked this any more or answer too late, ChangedSince where it is not what their page
    showed, NotFound for no such order.
    """
    held = lock_order(session, Order.id == order_id, clock=clock)
    if reply_to(session, order_id, answer.number) is answer.said:
        return
    line_changes.check_reply(held.order, answer.number, now=held.now)
    question = question_of(session, held.order.row)
    if question is not None:
        check_seen(answer.seen, facts_to_reply(held.order.row, question))
    _settle(session, actor, held, answer.said)


def lapse_offer(session: Session, order_id: int, *, clock: Clock) -> bool:
    """The buyer has not answered in time: what there is too little of goes, the rest goes on. False where they have, or
    still may. NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    until = held.order.row.asked_until
    if until is None or until > held.now:
        return False
    _settle(session, GUEST, held, ChangeReply.LAPSED)
    return True


def _settle(session: Session, actor: Actor, held: OrderMoney, said: ChangeReply) -> None:
    if not line_changes.reply(session, actor, held.order, said, now=held.now):
        line_changes.end_without_goods(session, actor, held.order, now=held.now)
        close_request(session, held)
        return
    ask_anew(session, held)
    knows = said is not ChangeReply.LAPSED
    line_changes.go_on(session, actor, held.order, is_paid=held.is_paid, knows=knows, now=held.now)


def drop_line(session: Session, actor: Actor, order_id: int, off: DropLine, *, clock: Clock) -> None:
    """The buyer takes a line off before it is packed: its goods go back once, the order asks for less. The last one
    calls the order off. Idempotent.

    Refused when half of it is paid, or where the rest is less than the stall takes orders for; Conflict where it is
    packed, over, or asks its buyer something; ChangedSince where its goods are not those the page showed, NotFound for
    no such order.
    """
    held = lock_order(session, Order.id == order_id, clock=clock)
    if is_line_dropped(session, order_id, off.line_id) or held.is_cancelled:
        return
    line_changes.check_drop_line(held.order, off, now=held.now)
    check_seen(off.seen, facts_of_goods(held.order.row))
    if held.is_paid:
        raise Refused("money_came_in", MONEY_IN)
    if len(held.order.row.lines) == 1:
        transitions.cancel(session, actor, held.order, now=held.now)
        close_request(session, held)
        return
    line_changes.drop_line(session, actor, held.order, off, now=held.now)
    ask_anew(session, held)
    if held.is_paid:
        transitions.keep_paid(session, actor, held.order, now=held.now)
