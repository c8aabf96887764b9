"""What people do with money: confirm which order it is for, say they have it, take it off again, set it aside."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict, NotFound, Refused
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.payments.actions.allocations import Source, add_allocation, put_on_word, reverse_allocation
from market.payments.actions.events import change_at
from market.payments.actions.locking import OrderMoney, lock_order
from market.payments.models import Allocation, AllocationKind, BankCredit, PaymentRequest
from market.payments.rules.matching import Unmatched
from market.payments.rules.status import remaining
from market.sellers.models import Stall

NO_MONEY = "Không tìm thấy khoản tiền này."
KEPT = "Đơn này đã kết thúc nên tiền bạn tự ghi nằm ở mục Phải trả lại. Trả khách xong, mời bấm “Đã trả” ở đó."
OVER = "Đơn này đã kết thúc, tiền vào sau không mở lại đơn. Mời chuyển trả khách, hoặc nhờ khách đặt đơn mới."


def allocate(session: Session, actor: Actor, stall_id: int, credit_id: int, order_id: int, *, clock: Clock) -> int:
    """Put all that is left of a bank's notice on an order, as a person confirms. Returns the allocation's id.

    Refused where the order has ended or the money is another account's, Conflict where it was dealt with meanwhile.
    """
    credit = _locked_credit(session, stall_id, credit_id)
    if credit.unmatched_reason is None:
        raise Conflict("already_decided", "Khoản tiền này đã được xử lý. Mời tải lại trang.")
    if credit.unmatched_reason == Unmatched.WRONG_ACCOUNT:
        raise Refused(
            "wrong_account",
            "Tiền này vào tài khoản khác nên không khớp vào đơn được. Nếu đã nhận, bấm “Đã nhận tiền” ở đơn.",
        )
    held = _open_order(session, stall_id, order_id, clock)
    credit.unmatched_reason = None
    source = Source(kind=AllocationKind.BANK, credit_id=credit.id)
    return add_allocation(session, actor, held, source, credit.amount - credit.allocated)


def _locked_credit(session: Session, stall_id: int, credit_id: int) -> BankCredit:
    scope = (BankCredit.id == credit_id, BankCredit.stall_id == stall_id)
    return locked(session, BankCredit, *scope, missing=NO_MONEY).row


def _open_order(session: Session, stall_id: int, order_id: int, clock: Clock) -> OrderMoney:
    held = lock_order(session, Order.id == order_id, Order.stall_id == stall_id, clock=clock)
    if held.has_ended:
        raise Refused("order_ended", OVER)
    return held


def dismiss_credit(session: Session, actor: Actor, stall_id: int, credit_id: int, *, now: datetime) -> None:
    """The seller says that money is no payment of an order: it waits no more, and counts nowhere. Idempotent.

    NotFound where it did not come in at this stall.
    """
    credit = _locked_credit(session, stall_id, credit_id)
    if credit.unmatched_reason is None:
        return
    credit.unmatched_reason = None
    session.flush()
    _record_credit(session, actor, "set_aside", credit, now)


def confirm_received(session: Session, actor: Actor, stall_id: int, order_id: int, *, clock: Clock) -> int:
    """ "Đã nhận tiền": the seller's own word for all that an order still asks. Conflict where it asks no more; Refused
    where it has ended or was not accepted yet."""
    held = _open_order(session, stall_id, order_id, clock)
    if held.order.row.status is OrderStatus.PLACED:
        raise Refused("not_accepted_yet", "Mời nhận đơn trước, rồi mới ghi đã nhận tiền.")
    left = remaining(held.asked.amount, held.asked.received)
    if left == 0:
        raise Conflict("already_paid", "Đơn này đã ghi nhận đủ tiền rồi.")
    return put_on_word(session, actor, held, left)


def undo(session: Session, actor: Actor, stall_id: int, allocation_id: int, *, clock: Clock) -> None:
    """Take an amount off the order it was put on; a bank's money waits again for a person.

    Refused for a card's money, for what was given back, and for the seller's own word on an order that has ended: that
    stands among what is owed back until it is given back.
    """
    allocation, order_id = _allocation(session, stall_id, allocation_id)
    if allocation.kind is AllocationKind.CARD:
        raise Refused("card_money", "Tiền trả bằng thẻ chỉ gỡ được bằng cách hoàn tiền ở nơi nhận thẻ.")
    if allocation.credit_id is not None:
        _locked_credit(session, stall_id, allocation.credit_id).unmatched_reason = Unmatched.REVERSED
        session.flush()
    held = lock_order(session, Order.id == order_id, Order.stall_id == stall_id, clock=clock)
    if held.has_ended and allocation.kind is AllocationKind.SELLER:
        raise Refused("own_word_kept", KEPT)
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
