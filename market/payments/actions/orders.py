"""What is decided of an order with its money in mind: its answers, its ends, its hand-over.

Each locks the order and its request, reads what came in, takes the time, and then asks the order to move.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.catalog.models import Variant
from market.orders.actions import no_show, sold_out, transitions
from market.orders.actions.no_show import NoShow
from market.orders.actions.slots import check_place_left, lock_slot_of
from market.orders.actions.sold_out import SoldOutAnswer
from market.orders.actions.transitions import Decline
from market.orders.models import Order
from market.orders.queries.offers import offers_of
from market.orders.rules import Acceptance, OrderStatus, PayChoice
from market.payments.actions.allocations import (
    allocate_by_seller,
    close_request,
    latest_seller_allocation,
    reopen_request,
)
from market.payments.actions.debts import is_on_credit, note_order_debt
from market.payments.actions.locking import OrderMoney, lock_order, lock_order_of_stall
from market.payments.queries.facts import facts_to_accept, facts_to_confirm, facts_to_decline
from market.payments.rules.status import remaining
from market.sellers.actions.authority import refuse_helper
from market.values.money import Dong, format_dong

MONEY_IN = "Đơn này đã có tiền vào nên chưa dừng được. Người bán và người mua gọi nhau để trả lại tiền trước."


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRef:
    """An order as its stall knows it: another stall's is not found."""

    stall_id: int
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """A stall's yes: what its page showed (`seen_of(facts_to_accept(…))`), and whether it came by the signed link.
    `asks_payment`: of a buyer who did not come before, it asks to be paid by transfer first."""

    seen: str
    by_link: bool = False
    asks_payment: bool = False


def accept_order(session: Session, actor: Actor, which: OrderRef, answer: Accept, *, clock: Clock) -> None:
    """The stall takes the order: its goods are held for a time, once paid until it ends. Idempotent.

    Refused where it asks to be paid first and may not. Conflict where it is over, declined, its link too old, or a line
    of it cannot be had any more; ChangedSince where its facts are not those the page showed; NotFound where it is
    another stall's.
    """
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if held.is_accepted:
        transitions.refuse_asked(held.order.row)
        return
    transitions.check_accept(session, held.order, now=held.now, by_link=answer.by_link)
    check_seen(answer.seen, facts_to_accept(held.order.row, held.request.row if held.request else None))
    if answer.asks_payment:
        _ask_payment_first(session, held)
    transitions.accept(session, actor, held.order, is_paid=held.is_paid, now=held.now, by_link=answer.by_link)


def _ask_payment_first(session: Session, held: OrderMoney) -> None:
    """What was to be paid on receipt is to be transferred first, as the market's terms allow after a no-show."""
    takes_transfer = held.request is not None and held.request.row.bank_account_id is not None
    no_show.ask_payment_first(session, held.order, takes_transfer=takes_transfer, now=held.now)


def decline_order(session: Session, actor: Actor, which: OrderRef, answer: Decline, *, clock: Clock) -> None:
    """The stall cannot deliver: goods go back to it, and what was paid is owed back. Idempotent.

    Conflict where it is over otherwise, or its link too old; ChangedSince where its facts are not those the page
    showed; NotFound where it is another stall's.
    """
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if held.is_declined:
        return
    transitions.check_decline(session, held.order, now=held.now, by_link=answer.by_link)
    check_seen(answer.seen, facts_to_decline(held.order.row, held.request.row if held.request else None))
    transitions.decline(session, actor, held.order, answer, now=held.now)
    close_request(session, held)


def decline_sold_out(session: Session, actor: Actor, which: OrderRef, answer: SoldOutAnswer, *, clock: Clock) -> None:
    """The stall cannot deliver, because some of the goods are gone: as `decline_order`, and nobody can order those any
    more. Idempotent: of an order that was declined before, nothing more is stopped.

    Refused where none of its goods are named, Conflict where it is over otherwise, ChangedSince where its facts are not
    those the page showed, NotFound where it is another stall's.
    """
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if held.is_declined:
        return
    transitions.check_decline(session, held.order, now=held.now)
    check_seen(answer.seen, facts_to_decline(held.order.row, held.request.row if held.request else None))
    sold_out.decline_sold_out(session, actor, held.order, answer, now=held.now)
    close_request(session, held)


def sell_again(session: Session, actor: Actor, which: OrderRef, *, clock: Clock) -> list[Variant]:
    """Undo what `decline_sold_out` did to the goods, as many as there are now; returns what is sold again. The order
    stays declined. Conflict where nothing of it is left to undo, NotFound where it is another stall's."""
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    return sold_out.sell_again(session, actor, held.order, now=held.now)


def see_acceptance(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> bool:
    """The buyer has the page of an accepted order before them: the time to transfer runs from here. Idempotent; returns
    whether nobody had written that yet. NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    return transitions.know_acceptance(session, actor, held.order, Acceptance.SEEN, now=held.now)


def tell_acceptance(session: Session, actor: Actor, which: OrderRef, *, clock: Clock) -> None:
    """The stall says that it called the buyer and told them that it took the order: their time to transfer runs from
    here. Idempotent. Conflict where the order is over or does not wait for it, NotFound where it is another stall's."""
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if held.is_accepted and held.order.row.acceptance in (Acceptance.SEEN, Acceptance.CALLED):
        return
    if not transitions.know_acceptance(session, actor, held.order, Acceptance.CALLED, now=held.now):
        raise Conflict("wrong_step", f"Đơn {held.order.row.code} không còn chờ khách biết. Mời tải lại trang.")


def take_up_order(session: Session, actor: Actor, which: OrderRef, answer: Accept, *, clock: Clock) -> None:
    """The stall takes an order up again that its clock ended, where its goods are there and for sale: what came in for
    it pays it again. Idempotent.

    Conflict where it is over otherwise, too long ago, a line of it cannot be had, or its slot is full by now; Refused
    where money of it was given back already; ChangedSince where its facts are not those the page showed; NotFound where
    it is another stall's.
    """
    lock_slot_of(session, which.order_id)
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if held.is_accepted:
        return
    row = transitions.check_take_up(held.order, now=held.now)
    check_seen(answer.seen, facts_to_accept(row, held.request.row if held.request else None))
    _check_for_sale(session, row, held.now)
    check_place_left(session, row, now=held.now)
    reopen_request(session, held)
    transitions.take_up(session, actor, held.order, is_paid=held.is_paid, now=held.now)


def _check_for_sale(session: Session, row: Order, now: datetime) -> None:
    """What was recalled, hidden or taken off sale meanwhile is not sold by an old order either."""
    offers = offers_of(session, [line.variant_id for line in row.lines], now=now)
    for line in row.lines:
        offer = offers.get(line.variant_id)
        if offer is None or not (offer.is_public and offer.takes_orders):
            sentence = f"{line.product_name} không còn bán trên chợ nên đơn {row.code} không nhận lại được."
            raise Conflict("not_for_sale", f"{sentence} Mời gọi báo khách.")


def cancel_order(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> None:
    """The buyer calls it off; what came in is owed back. Idempotent.

    Refused when half of it is paid and more than its deposit, which goes back whole; Conflict where it is ready (of
    neither where the slot that they chose is off) or over otherwise, NotFound for no such order.
    """
    held = lock_order(session, Order.id == order_id, clock=clock)
    if held.is_cancelled:
        return
    transitions.check_cancel(held.order, now=held.now)
    if held.binds_buyer and held.order.row.slot_off_at is None:
        raise Refused("money_came_in", MONEY_IN)
    transitions.cancel(session, actor, held.order, now=held.now)
    close_request(session, held)


def ready_order(session: Session, actor: Actor, which: OrderRef, *, clock: Clock) -> None:
    """The goods are packed: held until the order ends. Idempotent. Conflict where it may not get there, NotFound where
    it is another stall's."""
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if held.is_ready:
        return
    no_show.set_fetch_by(session, held.order, now=held.now)
    transitions.get_ready(session, actor, held.order, now=held.now)


def note_no_show(session: Session, actor: Actor, which: OrderRef, answer: NoShow, *, clock: Clock) -> None:
    """The buyer did not come for what stood ready: the order ends, what came in is owed back but for what of its
    deposit is the stall's by the terms it froze, and of the goods the stall says which can still be sold. Idempotent.

    Conflict where it is not ready to be fetched, its time is not past or the buyer has it; ChangedSince where its facts
    are not those the page showed; NotFound where it is another stall's.
    """
    held = lock_order_of_stall(session, which.stall_id, which.order_id, clock=clock)
    if held.order.row.no_show_at is not None:
        return
    no_show.check_no_show(held.order, now=held.now)
    check_seen(answer.seen, facts_to_decline(held.order.row, held.request.row if held.request else None))
    no_show.note_no_show(session, actor, held.order, answer, now=held.now)
    close_request(session, held, kept=held.order.row.deposit_kept)


def say_paid(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> None:
    """The buyer says they transferred: the goods are held for 24 hours, once. Moves no money. Refused before the stall
    has accepted, or where no transfer was chosen; Conflict where it is over, NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    transitions.say_paid(session, actor, held.order, now=held.now)


def end_overdue_order(session: Session, order_id: int, *, clock: Clock) -> bool:
    """Write the end of an order whose clock ran out; False where it was answered or paid meanwhile. NotFound where
    there is no such order."""
    return end_if_overdue(session, lock_order(session, Order.id == order_id, clock=clock))


def end_if_overdue(session: Session, held: OrderMoney) -> bool:
    """Write that a locked order is over by time, where nobody has yet; returns whether it was to be written. What
    decides on the money of an ended order begins with this. Refused as `close_request`."""
    if held.order.row.status is OrderStatus.EXPIRED or held.status is not OrderStatus.EXPIRED:
        return False
    end_by_time(session, held)
    return True


def end_by_time(session: Session, held: OrderMoney) -> None:
    """Write that an order is over by time, and that what came in for it is owed back. Refused as `close_request`."""
    has_money = held.request is not None and held.request.row.received > 0
    transitions.expire(session, held.order, has_money=has_money, now=held.now)
    close_request(session, held)


def ask_to_answer(session: Session, order_id: int, *, clock: Clock) -> None:
    """Remind the stall of a paid order that waits for its answer, once a day. NotFound for no order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    transitions.ask_to_answer(session, held.order, now=held.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """`shown`: the buyer's hand-over key or its last 4 characters, None without it. `cash_taken`: the seller has what
    was still owed in hand; `on_credit`: she writes it in her book of who owes her. `seen`: what the page showed of the
    money (`seen_of(facts_to_confirm(…))`), asked for with either of them alone."""

    order_id: int
    shown: str | None
    cash_taken: bool
    seen: str = ""
    on_credit: bool = False

    @property
    def says_of_money(self) -> bool:
        return self.cash_taken or self.on_credit


def hand_over(session: Session, actor: Actor, stall_id: int, new: HandOver, *, clock: Clock) -> bool:
    """Hand an order over; returns whether the buyer confirmed it by their key. Idempotent.

    Conflict where it is over, or was handed over without the key that is shown or the cash that was taken. Refused for
    a transfer that has not come in, unless the seller says that the money is in hand; ChangedSince where what came in
    is not what the page showed them; NotFound for another stall's order. Goods to be paid on receipt may go on credit:
    what is owed stays owed. NotAllowed for a helper with cash or credit: what comes in, its owner says.
    """
    if new.says_of_money:
        refuse_helper(actor)
    held = lock_order_of_stall(session, stall_id, new.order_id, clock=clock)
    order, left = held.order.row, _left(held)
    if _is_handed_over(session, held, new):
        return order.buyer_confirmed_at is not None
    transitions.check_complete(held.order, now=held.now)
    if held.request and new.says_of_money:
        check_seen(new.seen, facts_to_confirm(held.asked.amount, held.asked.received))
    if left and order.pay_choice is PayChoice.TRANSFER and not new.cash_taken:
        raise Refused(
            "money_missing",
            f"Đơn {order.code} còn thiếu {format_dong(left)}, CHƯA thấy tiền. "
            "Nếu đã cầm tiền hoặc đã thấy trong tài khoản, đánh dấu “Đã nhận tiền” rồi giao.",
        )
    confirmed = transitions.complete(session, actor, held.order, shown=new.shown, now=held.now)
    if left and new.cash_taken:
        allocate_by_seller(session, actor, held, left)
    elif left and new.on_credit:
        note_order_debt(session, actor, held, left)
    return confirmed


def _is_handed_over(session: Session, held: OrderMoney, new: HandOver) -> bool:
    """Whether the order was handed over so already: by a key where one is shown, for cash where some is taken."""
    order = held.order.row
    is_by_key = new.shown is None or order.buyer_confirmed_at is not None
    is_cash_in = not new.cash_taken or (_left(held) == 0 and latest_seller_allocation(session, held) is not None)
    is_written = not new.on_credit or is_on_credit(session, order.id)
    return order.status is OrderStatus.DELIVERED and is_by_key and is_cash_in and is_written


def _left(held: OrderMoney) -> Dong:
    return remaining(held.request.row.amount, held.request.row.received) if held.request else Dong(0)
