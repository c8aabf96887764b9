"""The steps by which money is allocated to an order and reversed: guarded counters, one row each, always audited.

All of them want the order and its request locked, see `locking`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.errors import Conflict, Refused
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import OrderNews
from market.orders.actions.transitions import keep_paid, restart_clock
from market.orders.queries.orders import buyer_of
from market.orders.rules import Recipient, notice_key
from market.payments.actions.events import change_at
from market.payments.actions.locking import OrderMoney
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.queries.stalls import is_standing
from market.payments.rules.status import PaidStatus, keeps_order, paid_status, paid_words, remaining, to_give_back
from market.places.queries.modes import mode_now
from market.places.rules.modes import Feature, refuse_unless
from market.sellers.models import Stall
from market.values.money import Dong, format_dong

NEEDS: Mapping[AllocationKind, Feature | None] = {
    AllocationKind.SELLER: None,
    AllocationKind.BANK: Feature.BANK_MATCHING,
    AllocationKind.CARD: Feature.CARD,
}
"""What a market's mode must allow before money counts on this word: nothing for the seller's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """On whose word money counts, and the row that says so."""

    kind: AllocationKind
    credit_id: int | None = None
    card_payment_id: int | None = None


def add_allocation(session: Session, actor: Actor, held: OrderMoney, source: Source, amount: Dong) -> int:
    """Allocate money to a locked order: the allocation's id. With half of it in, no clock ends the order any more.

    On one that has ended undelivered it is owed back. Conflict, and nothing changed, where the credit has less, or
    where goods of the order went to somebody else meanwhile. Refused where the commune's market is in a mode in which
    this word counts for nothing: the one door for all that says money came, whatever asks for it.
    """
    request, needed = held.asked, NEEDS[source.kind]
    if needed is not None:
        refuse_unless(mode_now(session, request.commune_id), needed)
    deposit = held.order.row.deposit
    if request.closed_at is None and keeps_order(request.amount, request.received + amount, deposit=deposit):
        keep_paid(session, actor, held.order, now=held.now)
    _take_from_credit(session, source, amount)
    set_sums(held, received=request.received + amount)
    allocation = Allocation(
        commune_id=request.commune_id,
        request_id=request.id,
        stall_id=request.stall_id,
        credit_id=source.credit_id,
        card_payment_id=source.card_payment_id,
        kind=source.kind,
        amount=amount,
        actor_id=actor.person_id,
        at=held.now,
    )
    session.add(allocation)
    session.flush()
    _record(session, actor, "put_money", request, held.now)
    _tell_money_in(session, held, allocation.id)
    return allocation.id


def allocate_by_seller(session: Session, actor: Actor, held: OrderMoney, amount: Dong) -> int:
    """Allocate money to a locked order by the seller's own word; refuses as `add_allocation` does."""
    return add_allocation(session, actor, held, Source(kind=AllocationKind.SELLER), amount)


def latest_seller_allocation(session: Session, held: OrderMoney) -> int | None:
    """The latest allocation that stands on the seller's own word; None where there is none."""
    if held.request is None:
        return None
    by_seller = (Allocation.request_id == held.request.row.id, Allocation.kind == AllocationKind.SELLER)
    return session.scalar(select(func.max(Allocation.id)).where(*by_seller, *is_standing(Allocation)))


def reverse_allocation(session: Session, actor: Actor, allocation: Allocation, held: OrderMoney) -> None:
    """Undo an allocation of a locked order by a counter-row, and tell both sides. Without half of it, its clock starts
    again.

    The caller knows that it stands. Refused where the money was given back to the buyer, Conflict where its bank's
    notice has less on orders.
    """
    request, back = held.asked, -allocation.amount
    was_paid = held.is_paid
    set_sums(held, received=request.received + back)
    source = Source(kind=allocation.kind, credit_id=allocation.credit_id, card_payment_id=allocation.card_payment_id)
    _take_from_credit(session, source, back)
    session.add(
        Allocation(
            commune_id=request.commune_id,
            request_id=request.id,
            stall_id=request.stall_id,
            credit_id=source.credit_id,
            card_payment_id=source.card_payment_id,
            kind=source.kind,
            amount=back,
            undoes_id=allocation.id,
            actor_id=actor.person_id,
            at=held.now,
        )
    )
    session.flush()
    _record(session, actor, "take_money_off", request, held.now)
    if was_paid and not held.is_paid:
        restart_clock(session, actor, held.order, now=held.now)
    _tell_reversed(session, held, allocation)


def close_request(session: Session, held: OrderMoney, *, kept: int = 0) -> None:
    """The order ended undelivered: all that came in for it is owed back, but what of its deposit is the stall's
    (`kept`), and both sides are told so.

    Refused where more was given back already than came in.
    """
    if held.request is None:
        return
    request = held.request.row
    request.closed_at, request.kept = held.now, Dong(kept)
    set_sums(held, received=request.received)
    session.flush()
    if request.owed_back:
        _tell_owed_back(session, held)
    if request.kept:
        _tell_kept(session, held)


def reopen_request(session: Session, held: OrderMoney) -> None:
    """The order goes on: what came in pays it again. Refused where some of it was given back to the buyer."""
    if held.request is None:
        return
    request = held.request.row
    if request.refunded:
        given = format_dong(request.refunded)
        raise Refused(
            "refunded_already",
            f"Đã ghi trả lại khách {given} của đơn này nên không nhận lại được. Mời khách đặt đơn mới.",
        )
    request.closed_at, request.kept = None, Dong(0)
    set_sums(held, received=request.received)
    session.flush()


def ask_anew(session: Session, held: OrderMoney) -> None:
    """An agreed change of its own lines is the one thing that changes what an order asks for: what came in over the new
    amount is owed back. Refused where more was given back already than that."""
    if held.request is None:
        return
    held.request.row.amount = held.order.row.total
    set_sums(held, received=held.request.row.received)
    session.flush()


def set_sums(held: OrderMoney, *, received: Dong, refunded: Dong | None = None, has_left: bool = False) -> None:
    """The one place where the counters of a request change: what is owed back follows from them.

    Refused where by that more was given back than would be the buyer's, but for a card's money, which leaves whatever
    anybody says (`has_left`); NotFound where nothing is asked.
    """
    request = held.asked
    refunded = request.refunded if refunded is None else refunded
    kept, is_closed = Dong(min(request.kept, received)), request.closed_at is not None
    owed = to_give_back(request.amount, received, is_closed=is_closed, kept=kept) - refunded
    is_less = received < request.received or refunded > request.refunded
    if owed < 0 and is_less and not has_left:
        raise Refused(
            "refunded_already",
            f"Đã ghi trả lại khách {format_dong(refunded)} của đơn này nên không gỡ khoản tiền này được nữa.",
        )
    request.received, request.refunded, request.kept = received, refunded, kept
    request.owed_back = Dong(max(0, owed))


def _take_from_credit(session: Session, source: Source, amount: Dong) -> None:
    """Count what of a bank's notice is used up; the database refuses more than came in or less than nothing."""
    if source.credit_id is None:
        return
    after = BankCredit.allocated + amount
    taken = session.scalar(
        update(BankCredit)
        .where(BankCredit.id == source.credit_id, after <= BankCredit.amount)
        .values(allocated=after)
        .returning(BankCredit.id)
    )
    if taken is None:
        raise Conflict("already_allocated", "Khoản tiền này vừa được khớp vào đơn khác. Mời tải lại trang.")


def _record(session: Session, actor: Actor, verb: str, request: PaymentRequest, now: datetime) -> None:
    stall = session.get_one(Stall, request.stall_id)
    record(session, actor, change_at(stall, verb, "payment_request", request.id, "received"), now=now)


def _tell_money_in(session: Session, held: OrderMoney, allocation_id: int) -> None:
    """Both sides hear what the money means for the order."""
    code, request = held.order.row.code, held.asked
    about = ("allocation", allocation_id, "tien_vao")
    deposit = held.order.row.deposit_awaited
    to_seller, to_buyer = _to_seller(code, request, deposit), _to_buyer(code, request, deposit)
    tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer)


def _tell_reversed(session: Session, held: OrderMoney, allocation: Allocation) -> None:
    """Those who were told that money came in hear that it counts no more: it is the buyer who knows better."""
    code, amount = held.order.row.code, format_dong(allocation.amount)
    to_seller = f"Đã gỡ {amount} khỏi đơn {code}."
    if held.asked.closed_at is not None:
        to_seller += " Đơn đã dừng: mời ghi vào đúng đơn, hoặc ghi lại vào đơn này rồi trả khách và bấm “Đã trả”."
    to_buyer = f"Người bán đã gỡ {amount} khỏi đơn {code}, cho là tiền khác. Nếu bạn đã trả khoản này, mời gọi họ."
    about = ("allocation", allocation.id, "go_tien")
    tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer)


def _tell_owed_back(session: Session, held: OrderMoney) -> None:
    code, amount = held.order.row.code, format_dong(held.asked.owed_back)
    to_seller = f"Đơn {code} đã dừng mà đã có tiền vào: phải trả lại khách {amount}."
    to_buyer = f"Đơn {code} đã dừng. Người bán sẽ trả lại bạn {amount}."
    about = ("order", held.order.row.id, "phai_tra_lai")
    tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer, once=held.now.isoformat())


def _tell_kept(session: Session, held: OrderMoney) -> None:
    code, amount = held.order.row.code, format_dong(held.asked.kept)
    to_seller = f"Khách không đến lấy đơn {code}: bạn giữ {amount} tiền cọc theo quy định hai bên đã đọc."
    to_buyer = f"Bạn không đến lấy đơn {code}: người bán giữ {amount} tiền cọc theo quy định bạn đã đọc khi đặt."
    about = ("order", held.order.row.id, OrderNews.DEPOSIT_KEPT)
    tell_both(session, held, about, to_seller=to_seller, to_buyer=to_buyer)


def tell_seller(session: Session, held: OrderMoney, about: tuple[str, int, str], sentence: str, *, once: str) -> None:
    """Tell the stall alone of money, once."""
    order, (subject, subject_id, kind) = held.order.row, about
    seller = Message(
        dedupe_key=notice_key(subject, subject_id, Recipient.SELLER, f"{kind}:{once}"),
        kind=kind,
        sentence=sentence,
        commune_id=order.commune_id,
        business_id=order.business_id,
        order_id=order.id,
    )
    enqueue_notifications(session, [seller], now=held.now)


def tell_both(
    session: Session,
    held: OrderMoney,
    about: tuple[str, int, str],
    *,
    to_seller: str,
    to_buyer: str,
    once: str = "",
) -> None:
    """Tell the stall and the buyer of money, once. `about`: which row, its id, the notice's kind; `once` tells apart
    what may happen to it again."""
    order, (subject, subject_id, kind) = held.order.row, about
    said_once = f"{kind}:{once}" if once else kind
    seller = Message(
        dedupe_key=notice_key(subject, subject_id, Recipient.SELLER, said_once),
        kind=kind,
        sentence=to_seller,
        commune_id=order.commune_id,
        business_id=order.business_id,
        order_id=order.id,
    )
    buyer = Message(
        dedupe_key=notice_key(subject, subject_id, Recipient.BUYER, said_once),
        kind=kind,
        sentence=to_buyer,
        commune_id=order.commune_id,
        person_id=buyer_of(session, order.purchase_id),
        order_id=order.id,
    )
    enqueue_notifications(session, [seller, buyer], now=held.now)


def _to_seller(code: str, request: PaymentRequest, deposit: int) -> str:
    """The comparison, not the sum: a payment of 200 đồng must not sound like 200 thousand."""
    if request.closed_at is not None:
        return f"Đơn {code} đã kết thúc mà có tiền vào: phải trả lại khách {format_dong(request.owed_back)}."
    status = paid_status(request.amount, request.received)
    if status is PaidStatus.PARTIAL and deposit:
        return f"Đơn {code}: {paid_words(request.amount, request.received, deposit=deposit)}."
    if status is PaidStatus.PARTIAL:
        return f"Đơn {code} THIẾU {format_dong(remaining(request.amount, request.received))}."
    if status is PaidStatus.OVERPAID:
        return f"Đơn {code} ĐỦ tiền, thừa {format_dong(request.owed_back)} phải trả lại khách."
    return f"Đơn {code} ĐỦ {format_dong(request.amount)}."


def _to_buyer(code: str, request: PaymentRequest, deposit: int) -> str:
    if request.closed_at is not None:
        return f"Tiền vào sau khi đơn {code} đã kết thúc. Người bán sẽ trả lại bạn {format_dong(request.owed_back)}."
    status = paid_status(request.amount, request.received)
    if status is PaidStatus.PARTIAL and deposit:
        return f"Đơn {code}: {paid_words(request.amount, request.received, deposit=deposit)}."
    if status is PaidStatus.PARTIAL:
        left = format_dong(remaining(request.amount, request.received))
        return f"Đơn {code} đã nhận {format_dong(request.received)}, còn THIẾU {left}."
    if status is PaidStatus.OVERPAID:
        over = format_dong(request.owed_back)
        return f"Đơn {code} đã nhận đủ tiền, thừa {over}: người bán sẽ trả lại bạn."
    return f"Đơn {code} đã nhận đủ tiền."
