"""What people do with money: confirm which order it is for, say they have it, take it off again, set it aside."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, NotFound, Refused
from market.base.seen import check_seen
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.actions.allocations import (
    Source,
    add_allocation,
    allocation_on_word,
    put_on_word,
    reverse_allocation,
)
from market.payments.actions.events import change_at
from market.payments.actions.locking import OrderMoney, lock_order_of_stall
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.queries.facts import facts_to_allocate, facts_to_confirm
from market.payments.queries.stalls import is_standing
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import remaining
from market.sellers.models import Stall
from market.values.money import Dong

NO_MONEY = "Không tìm thấy khoản tiền này."
DECIDED = "Khoản tiền này đã được xử lý. Mời tải lại trang."
KEPT = "Đơn này đã kết thúc nên tiền bạn tự ghi nằm ở mục Phải trả lại. Trả khách xong, mời bấm “Đã trả” ở đó."
OVER = "Đơn này đã kết thúc, tiền vào sau không mở lại đơn. Mời chuyển trả khách, hoặc nhờ khách đặt đơn mới."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMatch:
    """Which order a bank's notice is for. `seen`: what the page showed (`facts_to_allocate`); `is_offered`: the page
    named the order, with what it still lacked."""

    credit_id: int
    order_id: int
    seen: str
    is_offered: bool = False


def allocate(session: Session, actor: Actor, stall_id: int, new: NewMatch, *, clock: Clock) -> int:
    """Put all that is left of a bank's notice on an order, as a person confirms. Returns the allocation's id.
    Idempotent.

    Refused where the order has ended or the money is another account's, Conflict where it was dealt with meanwhile,
    ChangedSince where the facts are not those the page showed.
    """
    credit = _locked_credit(session, stall_id, new.credit_id)
    if credit.unmatched_reason is None:
        return _decided_already(session, new)
    if credit.unmatched_reason == Unmatched.WRONG_ACCOUNT:
        raise Refused(
            "wrong_account",
            "Tiền này vào tài khoản khác nên không khớp vào đơn được. Nếu đã nhận, bấm “Đã nhận tiền” ở đơn.",
        )
    held = _open_order(session, stall_id, new.order_id, clock)
    left = credit.amount - credit.allocated
    offered = (held.order.row.code, _left(held)) if new.is_offered else None
    check_seen(new.seen, facts_to_allocate(left, Unmatched(credit.unmatched_reason), offered=offered))
    credit.unmatched_reason = None
    return add_allocation(session, actor, held, Source(kind=AllocationKind.BANK, credit_id=credit.id), left)


def _decided_already(session: Session, new: NewMatch) -> int:
    """The allocation by which the notice is on this very order; Conflict where it went elsewhere."""
    query = (
        select(Allocation.id)
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .where(Allocation.credit_id == new.credit_id, PaymentRequest.order_id == new.order_id, *is_standing(Allocation))
    )
    known = session.scalar(query)
    if known is None:
        raise Conflict("already_decided", DECIDED)
    return known


def _left(held: OrderMoney) -> Dong:
    return remaining(held.asked.amount, held.asked.received)


def _locked_credit(session: Session, stall_id: int, credit_id: int) -> BankCredit:
    scope = (BankCredit.id == credit_id, BankCredit.stall_id == stall_id)
    return locked(session, BankCredit, *scope, missing=NO_MONEY).row


def _open_order(session: Session, stall_id: int, order_id: int, clock: Clock) -> OrderMoney:
    held = lock_order_of_stall(session, stall_id, order_id, clock=clock)
    if held.has_ended:
        raise Refused("order_ended", OVER)
    return held


def dismiss_credit(session: Session, actor: Actor, stall_id: int, credit_id: int, *, now: datetime) -> None:
    """The seller says that money is no payment of an order: it waits no more, and counts nowhere. Idempotent.

    Conflict where it was put on an order meanwhile, NotFound where it did not come in at this stall.
    """
    credit = _locked_credit(session, stall_id, credit_id)
    if credit.unmatched_reason is None and credit.allocated:
        raise Conflict("already_decided", DECIDED)
    if credit.unmatched_reason is None:
        return
    credit.unmatched_reason = None
    session.flush()
    _record_credit(session, actor, "set_aside", credit, now)


def confirm_received(session: Session, actor: Actor, stall_id: int, order_id: int, *, seen: str, clock: Clock) -> int:
    """ "Đã nhận tiền": the seller's own word for all that an order still asks. Returns the allocation's id. Idempotent.

    Conflict where others paid all of it; ChangedSince where what came in is not what the page showed (`seen`:
    `facts_to_confirm`); Refused where it has ended or was not accepted yet.
    """
    held = _open_order(session, stall_id, order_id, clock)
    if held.order.row.status is OrderStatus.PLACED:
        raise Refused("not_accepted_yet", "Mời nhận đơn trước, rồi mới ghi đã nhận tiền.")
    left = _left(held)
    if left == 0:
        return _confirmed_already(session, held)
    check_seen(seen, facts_to_confirm(held.asked.amount, held.asked.received))
    return put_on_word(session, actor, held, left)


def _confirmed_already(session: Session, held: OrderMoney) -> int:
    """The allocation by which the seller said so before; Conflict where the order was paid otherwise."""
    known = allocation_on_word(session, held)
    if known is None:
        raise Conflict("already_paid", "Đơn này đã ghi nhận đủ tiền rồi.")
    return known


def undo(session: Session, actor: Actor, stall_id: int, allocation_id: int, *, clock: Clock) -> None:
    """Take an amount off the order it was put on; a bank's money waits again for a person. Idempotent.

    Refused for a card's money, for what was given back, and for the seller's own word on an order that has ended: that
    stands among what is owed back until it is given back.
    """
    allocation, order_id = _allocation(session, stall_id, allocation_id)
    if allocation.kind is AllocationKind.CARD:
        raise Refused("card_money", "Tiền trả bằng thẻ chỉ gỡ được bằng cách hoàn tiền ở nơi nhận thẻ.")
    credit = _locked_credit(session, stall_id, allocation.credit_id) if allocation.credit_id is not None else None
    held = lock_order_of_stall(session, stall_id, order_id, clock=clock)
    if session.scalar(select(Allocation.id).where(Allocation.undoes_id == allocation.id)) is not None:
        return
    if held.has_ended and allocation.kind is AllocationKind.SELLER:
        raise Refused("own_word_kept", KEPT)
    if credit is not None:
        credit.unmatched_reason = Unmatched.REVERSED
    reverse_allocation(session, actor, allocation, held)


def _allocation(session: Session, stall_id: int, allocation_id: int) -> tuple[Allocation, int]:
    query = (
        select(Allocation, Order.id)
        .join(PaymentRequest, PaymentRequest.id == Allocation.request_id)
        .join(Order, Order.id == PaymentRequest.order_id)
        .where(Allocation.id == allocation_id, PaymentRequest.stall_id == stall_id, Allocation.undoes_id.is_(None))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(NO_MONEY)
    return row[0], row[1]


def _record_credit(session: Session, actor: Actor, verb: str, credit: BankCredit, now: datetime) -> None:
    stall = session.get_one(Stall, credit.stall_id)
    record(session, actor, change_at(stall, verb, "bank_credit", credit.id, "unmatched_reason"), now=now)
