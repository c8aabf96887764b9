"""An order's moves: accepted, declined, ready, handed over, cancelled, ended by its clock.

They know nothing of money: what rests on it is decided in `payments.actions`, which locks the order and its request,
reads what came in, takes the time, and then asks for the move.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import GUEST, Actor
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.catalog.actions.stock import SoldOut, StockRequest, hold, release, sell, take_anew
from market.catalog.models import ReservationEnd
from market.catalog.queries.stock import stopped_goods
from market.catalog.rules import STOPPED
from market.orders.actions.hand_over_keys import check_shown
from market.orders.actions.telling import note_change, tell_buyer, tell_seller
from market.orders.models import Order
from market.orders.rules import (
    NO_ORDER,
    OPEN,
    STATUS_WORDS,
    TIMED,
    Acceptance,
    OrderStatus,
    PayChoice,
    answer_deadline,
    can_cancel,
    can_leave,
    can_move,
    can_take_up,
    declined_to,
    hold_deadline,
    reminder_kind,
    said_paid_deadline,
    status_at,
    transfer_deadline,
)
from market.orders.rules.slots import hold_for_slot
from market.places.queries import quiet_hours
from market.values.money import format_dong
from market.values.period import local_day

LINK_OVER = "Đường dẫn này đã hết hạn trả lời. Mời đăng nhập để xem đơn."
_STAYS_OVER = "Đơn {code} vẫn dừng: còn hàng thì sửa số lượng ở mục Hàng rồi nhận lại, không còn thì gọi báo khách."
_STILL_WAITS = "Đơn {code} vẫn chờ trả lời: còn hàng thì sửa số lượng ở mục Hàng rồi nhận, không còn thì báo hết."
_SEAL_OR_DECLINE = "Đơn vẫn chờ: giao bằng lô khác thì ghi xong lô đó rồi nhận đơn, không có thì bấm Không nhận."
LINK_OLD = "Đường dẫn kiểu cũ không trả lời đơn được nữa. Mời đăng nhập, đơn nằm trong gian hàng của bạn."


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """A stall's no: what its page showed (`seen_of(facts_to_decline(…))`), why, and if it came by the signed link."""

    seen: str
    reason: str
    by_link: bool = False


def accept(
    session: Session, actor: Actor, order: Locked[Order], *, is_paid: bool, now: datetime, by_link: bool = False
) -> None:
    """The stall takes the order: goods not paid yet are held for a time, paid ones until it ends. What was not held
    before is held from now on.

    Conflict where it is over, answered already, a line of it cannot be had any more, or may not be sold now.
    """
    row = _check_move(order, OrderStatus.ACCEPTED, now)
    _refuse_stopped(session, row, now)
    row.accepted_at = now
    _hold(session, row, _hold_from_now(session, row, is_paid=is_paid, now=now), now)
    _move(session, actor, row, OrderStatus.ACCEPTED, now)
    _note_link(session, actor, row, now, by_link=by_link)
    ask = f" Mời mở đơn trả tiền cọc {format_dong(row.deposit)} để giữ hàng." if row.deposit and not is_paid else ""
    tell_buyer(session, row, "da_nhan", f"{row.stall.name} đã nhận đơn {row.code}.{ask}", now)


def _hold_from_now(session: Session, row: Order, *, is_paid: bool, now: datetime) -> datetime | None:
    """Until when the goods of an order that its stall takes now are held: where it is paid, until it ends."""
    row.acceptance = row.acceptance_known_at = None
    return None if is_paid else _unpaid_hold(session, row, now)


def _unpaid_hold(session: Session, row: Order, now: datetime) -> datetime:
    """Of a transfer the buyer has to know first: their own time begins then."""
    row.acceptance = Acceptance.UNKNOWN if row.held_as is PayChoice.TRANSFER else None
    row.acceptance_known_at = None
    due = hold_deadline(row.held_as, now, row.stall.hold_days, quiet_hours(session, row.commune_id))
    return hold_for_slot(due, row.held_as, row.slot)


def keep_slot(session: Session, order: Locked[Order], *, now: datetime) -> None:
    """Its slot is another one: what is held for it is held until that is over, what stands ready waits as long.

    Conflict where a line of it went to somebody else.
    """
    row = order.row
    if row.status is OrderStatus.ACCEPTED and row.due_at is not None:
        due = hold_for_slot(row.due_at, row.held_as, row.slot)
        if due > row.due_at:
            _hold(session, row, due, now)
    if row.status is OrderStatus.READY and row.slot is not None:
        row.fetch_by = max(row.fetch_by or row.slot.ends_at, row.slot.ends_at)


def know_acceptance(session: Session, actor: Actor, order: Locked[Order], how: Acceptance, *, now: datetime) -> bool:
    """The buyer knows from now on that the order was accepted: the time to transfer runs from here. Idempotent; returns
    whether nobody had written that yet, and False where it does not wait for it. Conflict where a line of it went to
    somebody else."""
    row = order.row
    is_accepted = status_at(row.status, row.due_at, now) is OrderStatus.ACCEPTED
    if not is_accepted or row.acceptance is not Acceptance.UNKNOWN:
        return False
    row.acceptance, row.acceptance_known_at = how, now
    if row.due_at is not None:
        quiet = quiet_hours(session, row.commune_id)
        _hold(session, row, transfer_deadline(now, row.said_paid_at, quiet), now)
    _record(session, actor, row, "tell_acceptance" if how is Acceptance.CALLED else "see_acceptance", now)
    return True


def take_up(session: Session, actor: Actor, order: Locked[Order], *, is_paid: bool, now: datetime) -> None:
    """The stall takes an order up again that its clock ended: what was held is given back and taken anew.

    Conflict where it did not end by its clock, too long ago, or a line of it cannot be had any more.
    """
    row = check_take_up(order, now=now)
    if row.status is not OrderStatus.EXPIRED:
        _move(session, GUEST, row, OrderStatus.EXPIRED, now)
    row.accepted_at, row.said_paid_at, row.ended_at, row.ended_reason = now, None, None, None
    until = _hold_from_now(session, row, is_paid=is_paid, now=now)
    try:
        take_anew(session, _lines(row, until), now=now)
    except SoldOut as error:
        raise Conflict("not_enough", f"{error.left}. {_STAYS_OVER.format(code=row.code)}") from error
    row.due_at, row.is_held, row.status = until, True, OrderStatus.ACCEPTED
    _record(session, actor, row, "take_up", now)
    sentence = f"{row.stall.name} nhận lại đơn {row.code} sau khi đơn hết giờ. Không cần nữa thì mở đơn bấm Hủy."
    tell_buyer(session, row, "nhan_lai", sentence, now, once=now.isoformat())


def check_take_up(order: Locked[Order], *, now: datetime) -> Order:
    """The order's row; Conflict where the stall cannot take it up again."""
    row = order.row
    status = status_at(row.status, row.due_at, now)
    if status is not OrderStatus.EXPIRED:
        raise Conflict("wrong_step", _stands(row))
    if not can_take_up(status, row.due_at or row.ended_at, now):
        raise Conflict("too_late", f"Đơn {row.code} hết giờ đã lâu nên không nhận lại được. Mời khách đặt đơn mới.")
    return row


def check_accept(session: Session, order: Locked[Order], *, now: datetime, by_link: bool = False) -> None:
    """Conflict where the stall's yes, or the link by which it comes, is too late."""
    _check_link(session, order.row, now, by_link=by_link)
    _check_move(order, OrderStatus.ACCEPTED, now)


def decline(session: Session, actor: Actor, order: Locked[Order], answer: Decline, *, now: datetime) -> None:
    """The stall cannot deliver: goods go back. A ready order is called off instead. Conflict where it is over."""
    check_decline(session, order, now=now)
    row, to = order.row, declined_to(order.row.status)
    _end(session, actor, row, _Ending(to=to, reason=answer.reason, goods=ReservationEnd.RELEASED), now)
    _note_link(session, actor, row, now, by_link=answer.by_link)
    tell_buyer(session, row, "tu_choi", f"{row.stall.name} không giao được đơn {row.code}: {answer.reason}", now)


def check_decline(session: Session, order: Locked[Order], *, now: datetime, by_link: bool = False) -> None:
    """Conflict where the stall's no, or the link by which it comes, is too late, or the buyer has the goods."""
    _check_link(session, order.row, now, by_link=by_link)
    row = _check_move(order, declined_to(order.row.status), now)
    if (row.fetched_at or row.buyer_confirmed_at) is not None:
        raise Conflict("fetched", f"Khách đã nhận hàng đơn {row.code} ở điểm nhận. Mời bấm Giao hàng để ghi xong đơn.")


def cancel(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """The buyer calls it off. Conflict where it is ready or over."""
    check_cancel(order, now=now)
    ending = _Ending(to=OrderStatus.CANCELLED, reason="Người mua hủy", goods=ReservationEnd.RELEASED)
    order.row.ready_at = None  # only its stall calls off what stands ready: this was packed for a slot that is off
    _end(session, actor, order.row, ending, now)
    tell_seller(session, order.row, "da_huy", f"Khách đã hủy đơn {order.row.code}{_goods_back(order.row)}.", now)


def check_cancel(order: Locked[Order], *, now: datetime) -> None:
    """Conflict where the buyer may not call the order off alone, money aside."""
    row = _check_move(order, OrderStatus.CANCELLED, now)
    if not (can_cancel(row.status) or can_leave(row.status, row.slot_off_at, row.arrived_at)):
        raise Conflict("already_ready", "Hàng đã sẵn sàng nên không tự hủy được nữa. Mời gọi người bán.")


def get_ready(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """The goods are packed: from now on they are held until the order ends.

    Conflict where the order cannot be made ready from where it stands, or a line of it went to somebody else.
    """
    row = _check_move(order, OrderStatus.READY, now)
    row.ready_at = now
    _hold(session, row, None, now)
    _move(session, actor, row, OrderStatus.READY, now)
    tell_buyer(session, row, "san_sang", f"Đơn {row.code} đã sẵn sàng, mời nhận hàng.", now)


def complete(session: Session, actor: Actor, order: Locked[Order], *, shown: str | None, now: datetime) -> bool:
    """Hand over: goods leave the stock. `shown` is the buyer's hand-over key (scanned whole, or its last 4
    characters typed); None hands over without it. Returns whether the buyer so confirmed.

    Where the keeper of a pickup point was shown it before, none is needed. Conflict where the order is over or a line
    of it went to somebody else; WrongCode.
    """
    row = _check_move(order, OrderStatus.DELIVERED, now)
    if shown is not None:
        check_shown([order], shown)
        row.buyer_confirmed_at = row.buyer_confirmed_at or now
    _hold(session, row, None, now)
    sell(session, actor, _lines(row, None), now=now)
    row.completed_at, row.completed_on = now, local_day(now)
    _move(session, actor, row, OrderStatus.DELIVERED, now)
    tell_buyer(session, row, "da_giao", f"Đã giao đơn {row.code}. Cảm ơn bạn đã mua hàng của xã.", now)
    return row.buyer_confirmed_at is not None


def arrive(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """The keeper of a pickup point took the goods in. Idempotent. Conflict where they are not ready."""
    row = _check_ready(order)
    if row.arrived_at is None:
        row.arrived_at = now
        _record(session, actor, row, "arrive", now)


def fetch(session: Session, actor: Actor, order: Locked[Order], *, by_code: bool, now: datetime) -> None:
    """The keeper of a pickup point handed the goods to the buyer, who showed their hand-over key (`by_code`; the caller
    has seen it), or whom the keeper ticked off on paper. The order stays the stall's to complete: its goods, and
    whatever money is owed, are counted there. Conflict where it is not ready to be fetched.
    """
    row = _check_ready(order)
    row.fetched_at = now
    if by_code:
        row.buyer_confirmed_at = now
    _record(session, actor, row, "fetch" if by_code else "fetch_on_paper", now)
    sentence = f"Khách đã nhận hàng đơn {row.code} ở điểm nhận. Mời mở đơn, bấm Giao hàng để ghi xong."
    tell_seller(session, row, "da_lay", sentence, now)


def _check_ready(order: Locked[Order]) -> Order:
    if order.row.status is not OrderStatus.READY:
        raise Conflict("wrong_step", _stands(order.row))
    return order.row


def check_complete(order: Locked[Order], *, now: datetime) -> None:
    """Conflict where the order may not be handed over from where it stands."""
    _check_move(order, OrderStatus.DELIVERED, now)


def say_paid(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """The buyer says they transferred: the goods are held for 24 hours of the day, once. Moves no money.

    Conflict where the order is over or a line of it went to somebody else; Refused where it is not to be paid by
    transfer, or was not accepted yet.
    """
    row = order.row
    _check_still_open(row, now)
    if row.status not in OPEN:
        raise Conflict("wrong_step", _stands(row))
    refuse_asked(row)
    if row.to_weigh and not row.deposit:
        raise Refused("not_weighed_yet", f"Đơn {row.code} chờ cân hàng nên chưa phải trả tiền. Chưa ghi gì cả.")
    if row.held_as is not PayChoice.TRANSFER or row.accepted_at is None:
        raise Refused("not_accepted_yet", "Người bán nhận đơn rồi mới chuyển khoản. Mời chờ người bán trả lời.")
    if row.said_paid_at is not None:
        return
    know_acceptance(session, actor, order, Acceptance.SEEN, now=now)
    row.said_paid_at = now
    if row.due_at is not None:
        due = said_paid_deadline(now, quiet_hours(session, row.commune_id))
        _hold(session, row, max(due, row.due_at), now)
    _record(session, actor, row, "say_paid", now)
    sentence = f"Khách báo đã chuyển tiền đơn {row.code}, CHƯA thấy tiền. Mời kiểm tra tài khoản."
    tell_seller(session, row, "bao_da_chuyen", sentence, now)


def keep_paid(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """Enough money is in: no clock ends the order any more, answered or not, and every line of it is held.

    Conflict, and nothing changed, where its time is over or a line of it cannot be had any more.
    """
    row = order.row
    _check_still_open(row, now)
    if row.status in TIMED and row.due_at is not None:
        _hold(session, row, None, now)
        _record(session, actor, row, "keep_paid", now)


def restart_clock(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """Money that kept the order was taken off again: it has a time again, as long as a new one has.

    A buyer who said that they transferred keeps what is left of their day. Conflict where a line of it went to somebody
    else meanwhile.
    """
    row = order.row
    if row.status not in TIMED or row.due_at is not None or row.asked_until is not None:
        return
    quiet = quiet_hours(session, row.commune_id)
    due = answer_deadline(now, quiet) if row.status is OrderStatus.PLACED else _unpaid_hold(session, row, now)
    said = said_paid_deadline(row.said_paid_at, quiet) if row.said_paid_at else due
    _hold(session, row, max(due, said), now)
    _record(session, actor, row, "restart_clock", now)


def hold_for_card(session: Session, actor: Actor, order: Locked[Order], *, until: datetime, now: datetime) -> None:
    """The buyer is at the card gateway's page: goods not paid yet are held until its session is over, a transfer's at
    most a day after the stall accepted, others' a day after their days. Moves no money.

    Conflict where the order's time is over or a line of it went to somebody else.
    """
    row = order.row
    _check_still_open(row, now)
    if row.status is not OrderStatus.ACCEPTED or row.due_at is None or row.accepted_at is None:
        return
    know_acceptance(session, actor, order, Acceptance.SEEN, now=now)
    quiet = quiet_hours(session, row.commune_id)
    is_transfer = row.held_as is PayChoice.TRANSFER
    since = row.acceptance_known_at or row.accepted_at
    if not is_transfer:
        since = hold_deadline(row.pay_choice, row.accepted_at, row.stall.hold_days, quiet)
    latest = min(quiet.waking(until), said_paid_deadline(since, quiet))
    if latest > row.due_at:
        _hold(session, row, latest, now)
        _record(session, actor, row, "hold_for_card", now)


def expire(session: Session, order: Locked[Order], *, has_money: bool, now: datetime) -> None:
    """Write that time ended an order, or that its goods went to somebody else. The caller knows that it did."""
    row, reason = order.row, _why_expired(order.row, has_money=has_money)
    once = row.due_at.isoformat() if row.due_at else ""
    was_accepted = row.status is not OrderStatus.PLACED
    _end(session, GUEST, row, _Ending(to=OrderStatus.EXPIRED, reason=reason, goods=ReservationEnd.EXPIRED), now)
    tell_buyer(session, row, "qua_han", f"Đơn {row.code} đã hết hạn. {reason}.", now, once=once)
    if was_accepted:
        sentence = f"Đơn {row.code} đã hết hạn. {reason}. Hàng đã trả lại gian."
        tell_seller(session, row, "qua_han", sentence, now, once=once)


def _why_expired(row: Order, *, has_money: bool) -> str:
    if row.status is OrderStatus.PLACED:
        return "Gian hàng chưa trả lời kịp giờ"
    if row.to_weigh and not row.deposit:
        return "Gian hàng chưa cân kịp giờ"
    if row.deposit:
        return "Hết giờ giữ hàng, chưa thấy đủ tiền cọc"
    if row.pay_choice is PayChoice.ON_RECEIPT and not has_money:
        return "Hết ngày giữ hàng mà chưa giao"
    return "Hết giờ giữ hàng, chưa đủ tiền" if has_money else "Hết giờ giữ hàng, chưa thấy tiền"


def ask_to_answer(session: Session, order: Locked[Order], *, now: datetime) -> None:
    """Remind the stall, once a day, of an order that is paid and still waits for its answer."""
    row = order.row
    if row.status is OrderStatus.PLACED and row.due_at is None:
        sentence = (
            f"Đơn {row.code} khách đã trả tiền mà chưa được trả lời. Mời nhận đơn, hoặc không nhận thì trả lại tiền."
        )
        tell_seller(session, row, reminder_kind(local_day(now)), sentence, now)


def note_wrong_code(session: Session, actor: Actor, order_id: int, *, now: datetime) -> None:
    """Write a wrong hand-over code in the log, in a transaction of its own; counted it was before (HAND_OVER_CODE).

    NotFound for no order.
    """
    order = locked(session, Order, Order.id == order_id, missing=NO_ORDER)
    _record(session, actor, order.row, "wrong_code", now)


# --- steps shared by the moves --------------------------------------------------------------------------------------


def _check_move(order: Locked[Order], to: OrderStatus, now: datetime) -> Order:
    """The order's row, when it may go there; Conflict says where it stands already."""
    row = order.row
    _check_still_open(row, now)
    if not can_move(row.status, to):
        raise Conflict("wrong_step", _stands(row))
    if to in (OrderStatus.READY, OrderStatus.DELIVERED):
        refuse_asked(row)
        refuse_unweighed(row)
    return row


def refuse_asked(row: Order) -> None:
    """Conflict while the buyer is asked whether they take less: until then nobody knows what is sold."""
    if row.asked_until is not None:
        raise Conflict("asked", f"Đơn {row.code} đang chờ khách trả lời về số hàng còn lại. Chưa làm gì cả.")


def refuse_unweighed(row: Order) -> None:
    """Conflict while goods sold by weight are not weighed: until then nobody knows what they cost."""
    if row.to_weigh:
        raise Conflict("not_weighed", f"Đơn {row.code} có món bán theo cân thực tế. Mời bấm Cân hàng trước.")


def _check_link(session: Session, row: Order, now: datetime, *, by_link: bool) -> None:
    """A signed link answers until the answering time alone, whatever has taken the order's clock away since."""
    if by_link and now >= answer_deadline(row.placed_at, quiet_hours(session, row.commune_id)):
        raise Conflict("link_expired", LINK_OVER)


def _stands(row: Order) -> str:
    return f"Đơn {row.code} đang ở bước “{STATUS_WORDS[row.status]}”. Mời tải lại trang."


def _check_still_open(row: Order, now: datetime) -> None:
    if status_at(row.status, row.due_at, now) is OrderStatus.EXPIRED:
        raise Conflict("order_lapsed", _over_by_time(row))


def _over_by_time(row: Order) -> str:
    return f"Đơn {row.code} đã quá giờ{_goods_back(row)}. Nếu vẫn muốn mua bán, mời đặt đơn mới."


def _goods_back(row: Order) -> str:
    """What a sentence adds where goods were held."""
    return ", hàng đã trả lại gian" if row.is_held else ""


def _hold(session: Session, row: Order, until: datetime | None, now: datetime) -> None:
    """Hold every line of the order; Conflict where one was overdue elsewhere and went to somebody else, or was not held
    before and there is too little of it."""
    try:
        hold(session, _lines(row, until), now=now)
    except SoldOut as error:
        if row.is_held:
            raise Conflict("order_lapsed", _over_by_time(row)) from error
        raise Conflict("not_enough", f"{error.left}. {_STILL_WAITS.format(code=row.code)}") from error
    row.due_at, row.is_held = until, True


def _refuse_stopped(session: Session, row: Order, now: datetime) -> None:
    """What is held for an order that the stall has not answered may not be sold since: its lots stop it."""
    if stopped := stopped_goods(session, [line.variant_id for line in row.lines], now=now):
        raise Conflict("not_for_sale", f"{', '.join(stopped)}: {STOPPED[0].lower()}{STOPPED[1:]}. {_SEAL_OR_DECLINE}")


def _lines(row: Order, until: datetime | None) -> list[StockRequest]:
    return [
        StockRequest(
            commune_id=row.commune_id,
            order_id=row.id,
            variant_id=line.variant_id,
            amount=line.amount,
            held_until=until,
        )
        for line in row.lines
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ending:
    to: OrderStatus
    reason: str
    goods: ReservationEnd


def _end(session: Session, actor: Actor, row: Order, ending: _Ending, now: datetime) -> None:
    release(session, row.id, ending.goods, now=now)
    row.ended_at, row.ended_reason, row.asked_until = now, ending.reason, None
    _move(session, actor, row, ending.to, now)


def _move(session: Session, actor: Actor, order: Order, to: OrderStatus, now: datetime) -> None:
    order.status = to
    _record(session, actor, order, VERBS[to], now)


def _note_link(session: Session, actor: Actor, order: Order, now: datetime, *, by_link: bool) -> None:
    """An answer by the signed link may be anybody's who holds it: the log says so."""
    if by_link:
        _record(session, actor, order, "answer_by_link", now)


VERBS = {
    OrderStatus.ACCEPTED: "accept",
    OrderStatus.READY: "ready",
    OrderStatus.DELIVERED: "complete",
    OrderStatus.DECLINED: "decline",
    OrderStatus.CANCELLED: "cancel",
    OrderStatus.EXPIRED: "expire",
}


def _record(session: Session, actor: Actor, order: Order, verb: str, now: datetime) -> None:
    fields = ("status",) if verb in VERBS.values() else ()
    note_change(session, actor, order, verb, *fields, now=now)
