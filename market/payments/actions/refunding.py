"""Giving money back: what the seller says, what the bank and the buyer say of it since, where the buyer wants it.

Where a refund stands follows from the last thing that was said of it (`rules.refunds.refund_state`); what of an
order's refunds is shown to have arrived is counted on its request. All want the order and its request locked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, record
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.errors import Conflict, Refused
from market.base.secrets import vault
from market.base.seen import check_seen
from market.orders.models import Order
from market.payments.actions.allocations import set_sums, tell_both, tell_seller
from market.payments.actions.events import change_at
from market.payments.actions.locking import OrderMoney, lock_order, lock_order_of_stall
from market.payments.actions.orders import end_if_overdue
from market.payments.models import Refund, RefundAccount, RefundAnswer
from market.payments.queries.refunds import Answered, facts_of_refunds, refunds_answered
from market.payments.rules.refunds import RefundAnswerKind, RefundKind, RefundState, refund_state
from market.sellers.actions.authority import refuse_helper
from market.values.money import Dong, format_dong

CHANGED = "Số tiền phải trả lại vừa đổi, chưa ghi gì. Mời xem lại trang rồi bấm lần nữa."
NOTHING_OWED = "Đơn này không còn tiền nào phải trả lại nên không cần số tài khoản. Số bạn gõ chưa được lưu."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefund:
    """What of an order's money was given back: all that was shown as owed, or a part of it where `owed` says what was
    shown. The same `client_key` again is idempotent."""

    order_id: int
    amount: Dong
    client_key: str
    owed: Dong | None = None


def refund(session: Session, actor: Actor, stall_id: int, new: NewRefund, *, clock: Clock) -> None:
    """ "Đã trả": the seller's own word that the buyer has this back of what is owed. It stays her word until her bank
    shows it or the buyer says so. Conflict where another sum is owed now than was shown, SentOtherwise where another
    one was written down with this key, NotFound for another stall's order.

    An order that is over by time ends with it, where no job has written that yet.
    """
    refuse_helper(actor)
    held = lock_order_of_stall(session, stall_id, new.order_id, clock=clock)
    request = held.asked
    known = select(Refund.id).where(Refund.request_id == request.id, Refund.client_key == new.client_key)
    sent = SentForm(key=new.client_key, content=("refund", new.amount), told=f"trả lại khách {format_dong(new.amount)}")
    is_used = used_before(session, f"payment_request:{request.id}", sent, now=held.now)
    if is_used or session.scalar(known) is not None:
        return
    end_if_overdue(session, held)
    shown = new.amount if new.owed is None else new.owed
    if shown != request.owed_back or not 0 < new.amount <= shown:
        raise Conflict("amount_changed", CHANGED)
    given = add_refund(session, actor, held, Refund(kind=RefundKind.SELLER, **_of(new)))
    amount, code = format_dong(new.amount), held.order.row.code
    to_seller = f"Đã ghi bạn báo trả lại khách {amount} của đơn {code}, chờ khách báo đã nhận."
    to_buyer = f"Người bán báo đã hoàn bạn {amount} của đơn {code}. Mời mở đơn bấm đã nhận, hoặc chưa nhận được."
    tell_both(session, held, ("refund", given.id, "da_tra_lai"), to_seller=to_seller, to_buyer=to_buyer)


def _of(new: NewRefund) -> dict[str, object]:
    return {"amount": new.amount, "client_key": new.client_key}


def add_refund(session: Session, actor: Actor, held: OrderMoney, given: Refund) -> Refund:
    """Write down that money of a locked order went back. Refused where it is more than is the buyer's."""
    request = held.asked
    set_sums(held, received=request.received, refunded=Dong(request.refunded + given.amount))
    given.request_id, given.actor_id, given.at = request.id, actor.person_id, held.now
    session.add(given)
    session.flush()
    change = change_at(held.order.row.stall, "refund_money", "payment_request", request.id, "refunded")
    record(session, actor, change, now=held.now)
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWord:
    """What is said of a refund: by whom, by which of the bank's records."""

    kind: RefundAnswerKind
    actor: Actor
    debit_id: int | None = None


def add_answer(session: Session, held: OrderMoney, one: Answered, said: RefundWord) -> None:
    """Write down what is said of a refund of a locked order, and count what of it is shown to have arrived. What the
    buyer gave of their account goes with the last of it."""
    request = held.asked
    was, now_is = refund_state(one.last), refund_state(said.kind)
    answer = RefundAnswer(
        refund_id=one.refund_id,
        number=one.answers + 1,
        kind=said.kind,
        debit_id=said.debit_id,
        actor_id=said.actor.person_id,
        at=held.now,
    )
    session.add(answer)
    proven = (now_is is RefundState.PROVEN) - (was is RefundState.PROVEN)
    request.returned = Dong(request.returned + proven * one.amount)
    session.flush()
    change = change_at(held.order.row.stall, f"refund_{said.kind.name.lower()}", "refund", one.refund_id, "kind")
    record(session, said.actor, change, now=held.now)
    if request.owed_back == 0 and request.refunded == request.returned:
        forget_account(session, request.id)


def said_of(session: Session, held: OrderMoney, amount: Dong) -> list[Answered]:
    """What the seller said she gave back that this amount is: one go of it, or all that is open."""
    told = [one for one in refunds_answered(session, held.asked.id) if one.state is not RefundState.PROVEN]
    single = next((one for one in told if one.amount == amount), None)
    if single is not None:
        return [single]
    return told if sum(one.amount for one in told) == amount else []


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyersAnswer:
    """What a buyer says of what was given back, and what their page showed of it (`seen`: `facts_of_refunds`)."""

    has_come: bool
    seen: str


def answer_refunds(session: Session, actor: Actor, order_id: int, said: BuyersAnswer, *, clock: Clock) -> bool:
    """The buyer has all of it, or it has not come: returns whether that says anything new. Idempotent; their yes is the
    last word. ChangedSince where more was given back than the page showed, NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    refunds = refunds_answered(session, held.asked.id)
    about = [one for one in refunds if (one.may_be_confirmed if said.has_come else one.may_be_missed)]
    if not about:
        return False
    check_seen(said.seen, facts_of_refunds(refunds))
    kind = RefundAnswerKind.BUYER if said.has_come else RefundAnswerKind.NOT_GOT
    for one in about:
        add_answer(session, held, one, RefundWord(kind=kind, actor=actor))
    _tell_answer(session, held, about, said)
    return True


def _tell_answer(session: Session, held: OrderMoney, about: Sequence[Answered], said: BuyersAnswer) -> None:
    code, amount = held.order.row.code, format_dong(sum(one.amount for one in about))
    of = ("refund", about[-1].refund_id, "khach_tra_loi_hoan")
    once = f"{'co' if said.has_come else 'chua'}:{about[-1].answers}"
    if said.has_come:
        to_seller = f"Khách báo đã nhận lại {amount} của đơn {code}. Việc trả lại này xong."
        to_buyer = f"Bạn đã báo nhận lại {amount} của đơn {code}."
    else:
        to_seller = f"Khách báo CHƯA nhận được {amount} bạn báo đã hoàn của đơn {code}. Mời xem lại ở trang Tiền."
        to_buyer = f"Đã ghi bạn chưa nhận được {amount} của đơn {code}. Người bán và cán bộ xã thấy việc này."
    tell_both(session, held, of, to_seller=to_seller, to_buyer=to_buyer, once=once)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRefundAccount:
    """Where a buyer wants their money back: a bank by its BIN, the number, whose it is."""

    bin: str
    number: str = field(repr=False)
    holder: str = field(repr=False)


def give_account(session: Session, actor: Actor, order_id: int, new: NewRefundAccount, *, clock: Clock) -> None:
    """The buyer says where to send their money; the last one holds. Refused where nothing is owed or waits to arrive,
    NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    end_if_overdue(session, held)
    request = held.asked
    if request.owed_back == 0 and request.refunded == request.returned:
        raise Refused("nothing_owed", NOTHING_OWED)
    forget_account(session, request.id)
    session.add(
        RefundAccount(
            request_id=request.id,
            bin=new.bin,
            number_cipher=vault().encrypt(new.number),
            holder_cipher=vault().encrypt(new.holder),
            given_at=held.now,
        )
    )
    session.flush()
    change = change_at(held.order.row.stall, "give_refund_account", "payment_request", request.id, "refund_account")
    record(session, actor, change, now=held.now)
    sentence = (
        f"Khách đã cho số tài khoản để nhận lại tiền đơn {held.order.row.code}. Mời mở trang Tiền, quét mã để trả."
    )
    tell_seller(session, held, ("order", held.order.row.id, "tai_khoan_hoan"), sentence, once=held.now.isoformat())


def withdraw_account(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> None:
    """The buyer takes their account away again. Idempotent. NotFound for no such order."""
    held = lock_order(session, Order.id == order_id, clock=clock)
    if forget_account(session, held.asked.id):
        stall = held.order.row.stall
        change = change_at(stall, "withdraw_refund_account", "payment_request", held.asked.id, "refund_account")
        record(session, actor, change, now=held.now)


def forget_account(session: Session, request_id: int) -> bool:
    """Erase where a buyer wanted their money back; returns whether that was known."""
    gone = session.execute(delete(RefundAccount).where(RefundAccount.request_id == request_id))
    return bool(getattr(gone, "rowcount", 0))
