"""An order's moves: accepted, declined, ready, handed over, cancelled, ended by its clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from market.base.audit import GUEST, Actor, Change, Event, record
from market.base.errors import Conflict, NotFound, Refused
from market.catalog.actions.stock import hold, release, sell
from market.catalog.models import ReservationEnd
from market.notices.actions import Message, tell
from market.orders.models import Order, Purchase
from market.orders.queries.keys import is_hand_over_key
from market.orders.rules import (
    HOLD_AFTER_SAID_PAID,
    MOST_WRONG_CODES,
    STATUS_WORDS,
    OrderStatus,
    PayChoice,
    Recipient,
    can_move,
    hold_deadline,
    notice_key,
    status_at,
)
from market.values.money import Dong
from market.values.period import local_day

MONEY_IN = "Đơn này đã có tiền vào nên chưa dừng được. Người bán và người mua gọi nhau để trả lại tiền trước."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """A stall's no: why, what money came in so far, and whether it came by the signed link."""

    reason: str
    received: Dong
    by_link: bool = False


def accept_order(session: Session, actor: Actor, order_id: int, *, now: datetime, by_link: bool = False) -> None:
    """The stall takes the order: a transfer is now held 30 minutes, pay on receipt until it ends."""
    order = _to_move(session, order_id, OrderStatus.DA_NHAN, now)
    order.accepted_at = now
    _hold(session, order, hold_deadline(order.pay_choice, now))
    _move(session, actor, order, OrderStatus.DA_NHAN, now)
    _note_link(session, actor, order, now, by_link=by_link)
    _tell_buyer(session, order, "da_nhan", f"{order.stall.name} đã nhận đơn {order.code}.", now)


def decline_order(session: Session, actor: Actor, order_id: int, answer: Decline, *, now: datetime) -> None:
    """The stall cannot deliver: goods go back. Refused when money came in; a ready order is called off instead."""
    order = _locked(session, order_id)
    to = OrderStatus.DA_HUY if order.status is OrderStatus.SAN_SANG else OrderStatus.TU_CHOI
    ending = _Ending(to=to, reason=answer.reason, received=answer.received)
    _end(session, actor, _check_move(order, to, now), ending, now)
    _note_link(session, actor, order, now, by_link=answer.by_link)
    _tell_buyer(session, order, "tu_choi", f"{order.stall.name} không giao được đơn {order.code}: {answer.reason}", now)


def cancel_order(session: Session, actor: Actor, order_id: int, *, received: Dong, now: datetime) -> None:
    """The buyer calls it off while nothing is ready. Refused when money came in."""
    order = _locked(session, order_id)
    if order.status is OrderStatus.SAN_SANG:
        raise Conflict("Hàng đã sẵn sàng nên không tự hủy được nữa. Mời gọi người bán.")
    _check_move(order, OrderStatus.DA_HUY, now)
    _end(session, actor, order, _Ending(to=OrderStatus.DA_HUY, reason="Người mua hủy", received=received), now)
    _tell_seller(session, order, "da_huy", f"Khách đã hủy đơn {order.code}. Hàng đã trả lại gian.", now)


def ready_order(session: Session, actor: Actor, order_id: int, *, now: datetime) -> None:
    """The goods are packed: from now on they are held until the order ends."""
    order = _to_move(session, order_id, OrderStatus.SAN_SANG, now)
    order.ready_at = now
    _hold(session, order, None)
    _move(session, actor, order, OrderStatus.SAN_SANG, now)
    _tell_buyer(session, order, "san_sang", f"Đơn {order.code} đã sẵn sàng, mời nhận hàng.", now)


def complete_order(session: Session, actor: Actor, order_id: int, *, shown: str | None, now: datetime) -> bool:
    """Hand over: goods leave the stock. `shown` is the buyer's hand-over key (scanned whole, or its last 4
    characters typed); None hands over without it. Gives whether the buyer so confirmed."""
    order = _to_move(session, order_id, OrderStatus.DA_GIAO, now)
    if shown is not None:
        _check_shown(session, order, shown)
        order.buyer_confirmed_at = now
    sell(session, actor, order.id, now=now)
    order.completed_at, order.completed_on, order.due_at = now, local_day(now), None
    _move(session, actor, order, OrderStatus.DA_GIAO, now)
    _tell_buyer(session, order, "da_giao", f"Đã giao đơn {order.code}. Cảm ơn bạn đã mua hàng của xã.", now)
    return order.buyer_confirmed_at is not None


def say_paid(session: Session, actor: Actor, order_id: int, *, now: datetime) -> None:
    """The buyer says they transferred: the goods are held for 24 hours, once. Moves no money."""
    order = _locked(session, order_id)
    _check_still_open(order, now)
    if order.pay_choice is not PayChoice.CHUYEN_KHOAN or order.accepted_at is None:
        raise Refused("Người bán nhận đơn rồi mới chuyển khoản. Mời chờ người bán trả lời.")
    if order.said_paid_at is not None:
        return
    order.said_paid_at = now
    if order.due_at is not None:
        _hold(session, order, now + HOLD_AFTER_SAID_PAID)
    _record(session, actor, order, "say_paid", now)
    sentence = f"Khách báo đã chuyển tiền đơn {order.code}, CHƯA thấy tiền. Mời kiểm tra tài khoản."
    _tell_seller(session, order, "bao_da_chuyen", sentence, now)


def keep_paid(session: Session, actor: Actor, order_id: int, *, now: datetime) -> None:
    """Money came in for the order: no clock ends it any more. An unanswered order keeps its answer time."""
    order = _locked(session, order_id)
    if order.status is OrderStatus.DA_NHAN and status_at(order.status, order.due_at, now) is OrderStatus.DA_NHAN:
        _hold(session, order, None)
        _record(session, actor, order, "keep_paid", now)


def hold_for_card(session: Session, actor: Actor, order_id: int, *, until: datetime, now: datetime) -> None:
    """The buyer is at the card gateway's page: a transfer's goods are held until its session is over, at most a day
    after the stall accepted. Moves no money."""
    order = _locked(session, order_id)
    _check_still_open(order, now)
    if order.status is not OrderStatus.DA_NHAN or order.due_at is None or order.accepted_at is None:
        return
    latest = min(until, order.accepted_at + HOLD_AFTER_SAID_PAID)
    if latest > order.due_at:
        _hold(session, order, latest)
        _record(session, actor, order, "hold_for_card", now)


def end_overdue_order(session: Session, order_id: int, *, now: datetime) -> bool:
    """Write the end of an order whose clock ran out; False where it was answered meanwhile."""
    order = _locked(session, order_id)
    if status_at(order.status, order.due_at, now) is not OrderStatus.QUA_HAN or order.status is OrderStatus.QUA_HAN:
        return False
    unanswered = order.status is OrderStatus.CHO_NHAN
    reason = "Gian hàng chưa trả lời kịp giờ" if unanswered else "Hết giờ giữ hàng, chưa thấy tiền"
    release(session, order.id, ReservationEnd.QUA_HAN, now=now)
    order.ended_at, order.ended_reason = now, reason
    _move(session, GUEST, order, OrderStatus.QUA_HAN, now)
    _tell_buyer(session, order, "qua_han", f"Đơn {order.code} đã hết hạn. {reason}.", now)
    return True


def note_wrong_code(session: Session, actor: Actor, order_id: int, *, now: datetime) -> None:
    """Count a wrong hand-over code, in a transaction of its own."""
    _record(session, actor, _locked(session, order_id), "wrong_code", now)


# --- steps shared by the moves --------------------------------------------------------------------------------------


def _locked(session: Session, order_id: int) -> Order:
    """The order, locked until the transaction ends, so that two hands cannot move it at once."""
    query = (
        select(Order)
        .where(Order.id == order_id)
        .options(
            joinedload(Order.stall, innerjoin=True),
            joinedload(Order.purchase, innerjoin=True).joinedload(Purchase.contact, innerjoin=True),
        )
        .with_for_update(of=Order)
    )
    order = session.scalar(query.execution_options(populate_existing=True))
    if order is None:
        raise NotFound("Không tìm thấy đơn này.")
    return order


def _to_move(session: Session, order_id: int, to: OrderStatus, now: datetime) -> Order:
    return _check_move(_locked(session, order_id), to, now)


def _check_move(order: Order, to: OrderStatus, now: datetime) -> Order:
    """The order, when it may go there; Conflict says where it stands already."""
    _check_still_open(order, now)
    if not can_move(order.status, to):
        raise Conflict(f"Đơn {order.code} đang ở bước “{STATUS_WORDS[order.status]}”. Mời tải lại trang.")
    return order


def _check_still_open(order: Order, now: datetime) -> None:
    if status_at(order.status, order.due_at, now) is OrderStatus.QUA_HAN:
        raise Conflict(f"Đơn {order.code} đã quá giờ, hàng đã trả lại gian. Nếu vẫn muốn mua bán, mời đặt đơn mới.")


def _hold(session: Session, order: Order, until: datetime | None) -> None:
    """Hold the order's goods; Conflict where somebody was given them as overdue in this very moment."""
    if hold(session, order.id, until=until) == 0:
        raise Conflict(f"Đơn {order.code} đã quá giờ, hàng đã trả lại gian. Nếu vẫn muốn mua bán, mời đặt đơn mới.")
    order.due_at = until


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    to: OrderStatus
    reason: str
    received: Dong


def _end(session: Session, actor: Actor, order: Order, ending: _Ending, now: datetime) -> None:
    if ending.received > 0:
        raise Refused(MONEY_IN)
    release(session, order.id, ReservationEnd.TRA, now=now)
    order.ended_at, order.ended_reason = now, ending.reason
    _move(session, actor, order, ending.to, now)


def _move(session: Session, actor: Actor, order: Order, to: OrderStatus, now: datetime) -> None:
    order.status = to
    _record(session, actor, order, VERBS[to], now)


def _note_link(session: Session, actor: Actor, order: Order, now: datetime, *, by_link: bool) -> None:
    """An answer by the signed link may be anybody's who holds it: the log says so."""
    if by_link:
        _record(session, actor, order, "answer_by_link", now)


VERBS = {
    OrderStatus.DA_NHAN: "accept",
    OrderStatus.SAN_SANG: "ready",
    OrderStatus.DA_GIAO: "complete",
    OrderStatus.TU_CHOI: "decline",
    OrderStatus.DA_HUY: "cancel",
    OrderStatus.QUA_HAN: "expire",
}


def _record(session: Session, actor: Actor, order: Order, verb: str, now: datetime) -> None:
    change = Change(
        verb=verb,
        subject="order",
        subject_id=order.id,
        commune_id=order.commune_id,
        business_id=order.business_id,
        fields=("status",) if verb in VERBS.values() else (),
    )
    record(session, actor, change, now=now)


def _check_shown(session: Session, order: Order, shown: str) -> None:
    query = select(func.count()).where(
        Event.subject == "order", Event.subject_id == order.id, Event.verb == "wrong_code"
    )
    if (session.scalar(query) or 0) >= MOST_WRONG_CODES:
        raise Refused("Mã nhận hàng đã nhập sai nhiều lần. Mời giao không có mã.")
    if not is_hand_over_key(order.code, shown):
        raise WrongCode("Mã nhận hàng chưa đúng. Nhờ người mua mở lại đơn trên điện thoại để xem mã.")


class WrongCode(Refused):
    """The buyer's hand-over code is not this order's."""


def _tell_buyer(session: Session, order: Order, kind: str, sentence: str, now: datetime) -> None:
    message = Message(
        dedupe_key=notice_key("order", order.id, Recipient.BUYER, kind),
        kind=kind,
        sentence=sentence,
        person_id=order.purchase.contact.person_id,
        order_id=order.id,
    )
    tell(session, [message], now=now)


def _tell_seller(session: Session, order: Order, kind: str, sentence: str, now: datetime) -> None:
    message = Message(
        dedupe_key=notice_key("order", order.id, Recipient.SELLER, kind),
        kind=kind,
        sentence=sentence,
        business_id=order.business_id,
        order_id=order.id,
    )
    tell(session, [message], now=now)
