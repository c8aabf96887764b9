"""The steps by which money is put on an order and taken off: guarded counters, one row each, always audited.

Locks are taken in one order everywhere: the credit, the order, its request.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.errors import Conflict, NotFound
from market.notices.actions import Message, tell
from market.orders.actions.moving import keep_paid
from market.orders.models import Order
from market.orders.rules import OPEN, OrderStatus, Recipient, notice_key, status_at
from market.payments.actions.events import change_at
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.rules.status import PaidStatus, paid_status, remaining, surplus
from market.sellers.models import Stall
from market.values.money import Dong, format_dong


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """On whose word money counts, and the row that says so."""

    kind: AllocationKind
    credit_id: int | None = None
    card_payment_id: int | None = None


def locked_order(session: Session, stall_id: int, order_id: int) -> Order:
    """An order of the stall, locked; NotFound for another's."""
    query = select(Order).where(Order.id == order_id, Order.stall_id == stall_id).with_for_update(of=Order)
    order = session.scalar(query.execution_options(populate_existing=True))
    if order is None:
        raise NotFound("Không tìm thấy đơn này.")
    return order


def locked_request(session: Session, order_id: int) -> PaymentRequest:
    """What the order asks for, locked; NotFound where it asks for nothing."""
    query = select(PaymentRequest).where(PaymentRequest.order_id == order_id).with_for_update(of=PaymentRequest)
    request = session.scalar(query.execution_options(populate_existing=True))
    if request is None:
        raise NotFound("Đơn này không phải trả tiền.")
    return request


def locked_credit(session: Session, stall_id: int, credit_id: int) -> BankCredit:
    """A bank's notice of this stall, locked; NotFound for another's."""
    query = select(BankCredit).where(BankCredit.id == credit_id, BankCredit.stall_id == stall_id)
    credit = session.scalar(query.with_for_update(of=BankCredit).execution_options(populate_existing=True))
    if credit is None:
        raise NotFound("Không tìm thấy khoản tiền này.")
    return credit


def has_ended(order: Order, now: datetime) -> bool:
    """Whether the order is over without a sale: money does not bring it back."""
    status = status_at(order.status, order.due_at, now)
    return status not in OPEN and status is not OrderStatus.DA_GIAO


def is_waiting(order: Order, now: datetime) -> bool:
    """Whether the order still waits to be handed over, so that a bank's notice may pay it by itself."""
    return status_at(order.status, order.due_at, now) in OPEN


def put_on(
    session: Session, actor: Actor, request: PaymentRequest, source: Source, amount: Dong, *, now: datetime
) -> int:
    """Put money on a request (locked, and its order): the allocation's id. Conflict where the credit has less."""
    _take_from_credit(session, source, amount)
    request.received = request.received + amount
    allocation = Allocation(
        request_id=request.id,
        credit_id=source.credit_id,
        card_payment_id=source.card_payment_id,
        kind=source.kind,
        amount=amount,
        actor_id=actor.person_id,
        at=now,
    )
    session.add(allocation)
    session.flush()
    _record(session, actor, "put_money", request, now)
    keep_paid(session, actor, request.order_id, now=now)
    _tell(session, request, allocation.id, now)
    return allocation.id


def take_off(session: Session, actor: Actor, allocation: Allocation, request: PaymentRequest, *, now: datetime) -> None:
    """Undo an allocation by a counter-row. Conflict where somebody already did."""
    if session.scalar(select(Allocation.id).where(Allocation.undoes_id == allocation.id)) is not None:
        raise Conflict("Khoản này đã được gỡ trước đó.")
    back = -allocation.amount
    request.received = request.received + back
    source = Source(kind=allocation.kind, credit_id=allocation.credit_id, card_payment_id=allocation.card_payment_id)
    _take_from_credit(session, source, back)
    session.add(
        Allocation(
            request_id=request.id,
            credit_id=source.credit_id,
            card_payment_id=source.card_payment_id,
            kind=source.kind,
            amount=back,
            undoes_id=allocation.id,
            actor_id=actor.person_id,
            at=now,
        )
    )
    session.flush()
    _record(session, actor, "take_money_off", request, now)


def _take_from_credit(session: Session, source: Source, amount: Dong) -> None:
    """Count what of a bank's notice is used up; the database refuses more than came in or less than nothing."""
    if source.credit_id is None:
        return
    after = BankCredit.allocated + amount
    taken = session.scalar(
        update(BankCredit)
        .where(BankCredit.id == source.credit_id, after >= 0, after <= BankCredit.amount)
        .values(allocated=after)
        .returning(BankCredit.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise Conflict("Khoản tiền này vừa được khớp vào đơn khác. Mời tải lại trang.")


def _record(session: Session, actor: Actor, verb: str, request: PaymentRequest, now: datetime) -> None:
    stall = session.get_one(Stall, request.stall_id)
    record(session, actor, change_at(stall, verb, "payment_request", request.id, "received"), now=now)


def _tell(session: Session, request: PaymentRequest, allocation_id: int, now: datetime) -> None:
    """Both sides hear what the money means for the order."""
    order = session.get_one(Order, request.order_id)
    seller = Message(
        dedupe_key=notice_key("allocation", allocation_id, Recipient.SELLER, "tien_vao"),
        kind="tien_vao",
        sentence=_to_seller(order.code, request),
        business_id=order.business_id,
        order_id=order.id,
    )
    buyer = Message(
        dedupe_key=notice_key("allocation", allocation_id, Recipient.BUYER, "tien_vao"),
        kind="tien_vao",
        sentence=_to_buyer(order.code, request),
        person_id=order.purchase.contact.person_id,
        order_id=order.id,
    )
    tell(session, [seller, buyer], now=now)


def _to_seller(code: str, request: PaymentRequest) -> str:
    """The comparison, not the sum: a payment of 200 đồng must not sound like 200 thousand."""
    status = paid_status(request.amount, request.received)
    if status is PaidStatus.THIEU:
        return f"Đơn {code} THIẾU {format_dong(remaining(request.amount, request.received))}."
    if status is PaidStatus.THUA:
        return f"Đơn {code} ĐỦ tiền, thừa {format_dong(surplus(request.amount, request.received))} phải trả lại khách."
    return f"Đơn {code} ĐỦ {format_dong(request.amount)}."


def _to_buyer(code: str, request: PaymentRequest) -> str:
    status = paid_status(request.amount, request.received)
    if status is PaidStatus.THIEU:
        left = format_dong(remaining(request.amount, request.received))
        return f"Đơn {code} đã nhận {format_dong(request.received)}, còn thiếu {left}."
    if status is PaidStatus.THUA:
        over = format_dong(surplus(request.amount, request.received))
        return f"Đơn {code} đã nhận đủ tiền, thừa {over}: người bán sẽ trả lại bạn."
    return f"Đơn {code} đã nhận đủ tiền."
