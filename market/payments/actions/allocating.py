"""What people do with money: confirm which order it is for, say they have it, reverse that, dismiss a credit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, Refused
from market.base.seen import check_seen
from market.orders.rules import OrderStatus
from market.payments.actions.allocations import (
    Source,
    add_allocation,
    allocate_by_seller,
    latest_seller_allocation,
    reverse_allocation,
    tell_both,
)
from market.payments.actions.bank_credits import match_credit, orders_named
from market.payments.actions.events import change_at
from market.payments.actions.locking import OrderMoney, lock_order_of_stall
from market.payments.actions.orders import end_if_overdue
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.queries.facts import facts_to_allocate, facts_to_confirm, facts_to_undo
from market.payments.queries.modes import of_stall, require
from market.payments.queries.stalls import NO_MONEY, allocation_of_stall, is_standing
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import remaining
from market.places.rules.modes import Feature
from market.sellers.actions.authority import refuse_helper
from market.sellers.models import Stall
from market.values.money import Dong, format_dong

DECIDED = "Khoản tiền này đã được xử lý. Mời tải lại trang."
TO_BUYER = (
    "Tiền này gỡ ra từ đơn {code} đã dừng, là tiền phải trả lại khách nên chưa cất đi được. Mời ghi vào đúng đơn; "
    "nếu là tiền của đơn {code} thì ghi lại vào đơn đó, trả khách rồi bấm “Đã trả” ở mục Phải trả lại."
)
KEPT = "Đơn này đã kết thúc nên tiền bạn tự ghi nằm ở mục Phải trả lại. Trả khách xong, mời bấm “Đã trả” ở đó."
TWICE = (
    "Khoản này nghi trùng với một khoản khác, chưa ghi vào đơn nào. Nếu trong app ngân hàng là hai khoản, mời bấm "
    "“Là khoản khác” trước."
)
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

    Refused where the commune's market matches no bank money, where the order has ended (but for what was reversed
    there: that is owed back again) or the money is another account's, Conflict where it was dealt with meanwhile,
    ChangedSince where the facts are not those the page showed, NotFound where the order or the notice is not this
    stall's.
    """
    refuse_helper(actor)
    require(session, of_stall(stall_id), Feature.BANK_MATCHING)
    credit = _locked_credit(session, stall_id, new.credit_id)
    if credit.unmatched_reason is None:
        return _decided_already(session, new)
    if credit.unmatched_reason == Unmatched.WRONG_ACCOUNT:
        raise Refused(
            "wrong_account",
            "Tiền này vào tài khoản khác nên không khớp vào đơn được. Nếu đã nhận, bấm “Đã nhận tiền” ở đơn.",
        )
    if credit.unmatched_reason == Unmatched.TOLD_TWICE:
        raise Refused("told_twice", TWICE)
    held = lock_order_of_stall(session, stall_id, new.order_id, clock=clock)
    if held.has_ended and new.order_id not in _orders_reversed(session, credit):
        raise Refused("order_ended", OVER)
    end_if_overdue(session, held)
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


def _orders_reversed(session: Session, credit: BankCredit) -> Sequence[int]:
    """The orders that a bank's notice was allocated to, each allocation reversed since."""
    query = (
        select(PaymentRequest.order_id)
        .join(Allocation, Allocation.request_id == PaymentRequest.id)
        .where(Allocation.credit_id == credit.id, Allocation.undoes_id.is_not(None))
    )
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Which bank's notice is no payment of an order, and what the page showed of it (`seen`: `facts_to_allocate`)."""

    credit_id: int
    seen: str


def dismiss_credit(session: Session, actor: Actor, stall_id: int, which: SetAside, *, clock: Clock) -> None:
    """The seller says that money is no payment of an order: it waits no more, and counts nowhere. Idempotent.

    A buyer whose order it named hears of it, who knows better. Refused where it was reversed on an order that owes it
    to its buyer; Conflict where it pays an order by now, ChangedSince where the facts are not those the page showed;
    NotFound where it did not come in at this stall.
    """
    refuse_helper(actor)
    credit = _locked_credit(session, stall_id, which.credit_id)
    left = credit.amount - credit.allocated
    if credit.unmatched_reason is None and left == 0:
        raise Conflict("already_decided", DECIDED)
    if credit.unmatched_reason is None:
        return
    reason = Unmatched(credit.unmatched_reason)
    check_seen(which.seen, facts_to_allocate(left, reason))
    if reason is Unmatched.TOLD_TWICE:  # the other notice has told both sides of this money
        _set_aside(session, actor, credit, clock())
        return
    reversed_on = _orders_reversed(session, credit)
    codes, about = orders_named(session, credit, also=reversed_on, clock=clock)
    _check_nobodys(held for held in about if held.order.row.id in reversed_on)
    _set_aside(session, actor, credit, clock())
    _tell_set_aside(session, credit, [held for held in about if held.order.row.code in codes])


def _set_aside(session: Session, actor: Actor, credit: BankCredit, now: datetime) -> None:
    credit.unmatched_reason = None
    session.flush()
    _record_credit(session, actor, "set_aside", credit, now)


def tell_apart(session: Session, actor: Actor, stall_id: int, which: SetAside, *, clock: Clock) -> None:
    """The seller says that what looks like a transfer told twice is one of its own: it is matched like any other.
    Idempotent.

    Refused where the commune's market matches no bank money, ChangedSince where the facts are not those the page
    showed, NotFound where it did not come in at this stall.
    """
    refuse_helper(actor)
    require(session, of_stall(stall_id), Feature.BANK_MATCHING)
    credit = _locked_credit(session, stall_id, which.credit_id)
    if credit.unmatched_reason != Unmatched.TOLD_TWICE:
        return
    check_seen(which.seen, facts_to_allocate(credit.amount, Unmatched.TOLD_TWICE))
    credit.unmatched_reason = Unmatched.IN_PROGRESS
    session.flush()
    _record_credit(session, actor, "tell_apart", credit, clock())
    match_credit(session, credit.id, clock=clock)


def _check_nobodys(reversed_on: Iterable[OrderMoney]) -> None:
    """Refused where money was reversed on an order that has ended: what came in is its buyer's, and only "Đã trả"
    says that they have it back."""
    for held in reversed_on:
        if held.has_ended:
            raise Refused("owed_to_buyer", TO_BUYER.format(code=held.order.row.code))


def _tell_set_aside(session: Session, credit: BankCredit, named: Sequence[OrderMoney]) -> None:
    """Both sides of every order that the money named."""
    for held in named:
        code, amount = held.order.row.code, format_dong(credit.amount)
        to_seller = f"Đã ghi {amount} có mã đơn {code} không phải tiền hàng."
        to_buyer = f"Người bán ghi {amount} có mã đơn {code} không phải tiền hàng. Nếu bạn đã trả, mời gọi họ."
        about = ("order", held.order.row.id, f"khong_phai_tien_hang:{credit.id}")
        tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer)


def confirm_received(session: Session, actor: Actor, stall_id: int, order_id: int, *, seen: str, clock: Clock) -> int:
    """ "Đã nhận tiền": the seller's own word for what an order asks next, its deposit or all that is left.
    Returns the allocation's id. Idempotent.

    Conflict where others paid all of it; ChangedSince where what came in is not what the page showed (`seen`:
    `facts_to_confirm`); Refused where it has ended or was not accepted yet; NotFound where it is another
    stall's.
    """
    refuse_helper(actor)
    held = lock_order_of_stall(session, stall_id, order_id, clock=clock)
    if held.has_ended:
        raise Refused("order_ended", OVER)
    if held.order.row.status is OrderStatus.PLACED:
        raise Refused("not_accepted_yet", "Mời nhận đơn trước, rồi mới ghi đã nhận tiền.")
    if held.order.row.to_weigh and held.order.row.deposit <= held.asked.received:
        raise Refused("not_weighed_yet", "Đơn chưa cân nên chưa biết đúng tiền. Mời bấm Cân hàng trước.")
    due = held.due
    if due == 0:
        return _confirmed_already(session, held)
    check_seen(seen, facts_to_confirm(held.asked.amount, held.asked.received, due))
    return allocate_by_seller(session, actor, held, due)


def _confirmed_already(session: Session, held: OrderMoney) -> int:
    """The allocation by which the seller said so before; Conflict where the order was paid otherwise."""
    known = latest_seller_allocation(session, held)
    if known is None:
        raise Conflict("already_paid", "Đơn này đã ghi nhận đủ tiền rồi.")
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Which amount comes off its order, and what the page showed of it (`seen`: `facts_to_undo`)."""

    allocation_id: int
    seen: str


def undo(session: Session, actor: Actor, stall_id: int, which: Undo, *, clock: Clock) -> None:
    """Reverse an amount that was allocated to an order, and tell both sides; a bank's money waits again for a person.
    Idempotent.

    Refused for a card's money, for what was given back, and for the seller's own word on an order that has ended: that
    stands among what is owed back until it is given back. ChangedSince where the order ended since the page was shown,
    NotFound where it is another stall's.
    """
    refuse_helper(actor)
    allocation, order_id = allocation_of_stall(session, stall_id, which.allocation_id)
    if allocation.kind is AllocationKind.CARD:
        raise Refused("card_money", "Tiền trả bằng thẻ chỉ gỡ được bằng cách hoàn tiền ở nơi nhận thẻ.")
    credit = _locked_credit(session, stall_id, allocation.credit_id) if allocation.credit_id else None
    held = lock_order_of_stall(session, stall_id, order_id, clock=clock)
    if session.scalar(select(Allocation.id).where(Allocation.undoes_id == allocation.id)) is not None:
        return
    end_if_overdue(session, held)
    check_seen(which.seen, facts_to_undo(held.order.row.code, allocation.amount, is_over=held.has_ended))
    if held.has_ended and allocation.kind is AllocationKind.SELLER:
        raise Refused("own_word_kept", KEPT)
    if credit is not None:
        credit.unmatched_reason = Unmatched.REVERSED
    reverse_allocation(session, actor, allocation, held)


def _record_credit(session: Session, actor: Actor, verb: str, credit: BankCredit, now: datetime) -> None:
    stall = session.get_one(Stall, credit.stall_id)
    record(session, actor, change_at(stall, verb, "bank_credit", credit.id, "unmatched_reason"), now=now)
