"""An order's lines change: the stall has less of them and asks the buyer, the buyer takes one off.

A line that was sold is never rewritten: it stands no longer, and what is sold instead is a line of its own. Like an
order's other moves these know nothing of money: `payments.actions.line_changes` lets what is asked follow.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import Conflict, Refused
from market.catalog.actions.amounts import sell_again_for_order, stop_for_order
from market.catalog.actions.stock import SoldOut, StockRequest, hold_exactly, let_go, release
from market.catalog.models import ReservationEnd
from market.catalog.queries.stock import stopped_goods
from market.catalog.rules import STOPPED
from market.notices.rules import OrderNews
from market.orders.actions.telling import note_change, tell_buyer, tell_seller
from market.orders.models import ChangeAnswer, LineChange, Order, OrderLine
from market.orders.queries.changes import OpenOffer, changes_of, question_of
from market.orders.rules import (
    Acceptance,
    OrderSource,
    OrderStatus,
    PayChoice,
    answer_deadline,
    below_least,
    hold_deadline,
    status_at,
    transfer_deadline,
)
from market.orders.rules.changes import (
    ChangeReply,
    LineChangeKind,
    amounts_after,
    can_drop_line,
    can_offer_less,
    goods_after,
    left_of,
    name_of,
    total_after,
)
from market.places.queries import quiet_hours
from market.values.money import Dong, format_dong
from market.values.period import spoken_moment
from market.values.quantity import format_quantity, line_total, unit

NOTHING_CHANGED = "Chưa ghi gì cả."


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLess:
    """What the stall's page showed (`seen_of(facts_to_decline(…))`), and what is left for this order of its lines, by
    their ids (thousandths); a line that is not named is there whole. `stops_sale`: nobody else can order what there is
    less of. `reason`: why it is this order that gets less, in words that both sides read."""

    seen: str
    left: Mapping[int, int]
    stops_sale: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DropLine:
    """What the buyer's page showed (`seen_of(facts_of_goods(…))`), the line that they do not want any more, and why."""

    seen: str
    line_id: int
    reason: str | None = None


def is_offered(session: Session, order: Order, offer: OfferLess) -> bool:
    """Whether the buyer is asked this very thing already; of an order that the stall wrote down, whether it said this
    last."""
    if order.source is OrderSource.PHONE and order.changes:
        told = changes_of(session, order, order.changes)
        return bool(told) and all(offer.left.get(one.line_id) == one.amount for one in told)
    if order.asked_until is None:
        return False
    asked = {one.line_id: one.amount for one in changes_of(session, order, order.changes)}
    return asked == _less(order, offer)


def check_offer(order: Locked[Order], *, now: datetime) -> None:
    """Conflict where the order is packed or over, or its buyer has not answered in time."""
    row = order.row
    if not can_offer_less(status_at(row.status, row.due_at, now)):
        raise Conflict("wrong_step", f"Đơn {row.code} không còn chờ đóng hàng nên không báo còn ít được nữa.")
    if row.asked_until is not None and row.asked_until <= now:
        raise Conflict("too_late", f"Khách chưa trả lời kịp giờ: đơn {row.code} sắp bỏ món này. Mời tải lại trang.")


def offer_less(session: Session, actor: Actor, order: Locked[Order], offer: OfferLess, *, now: datetime) -> None:
    """The stall takes the order with what there is, and asks its buyer: what is offered is held for them until they
    answer, the rest is given back. What they were asked before is taken back.

    Refused where nothing or all is left, or an amount is none of its line; Conflict where some of it cannot be had or
    may not be sold.
    """
    row, less = order.row, _checked(order.row, offer)
    after = amounts_after(row.lines, less)
    if row.status is OrderStatus.PLACED:
        _refuse_stopped(session, row, after, now)
    before = withdraw(session, actor, row, now)
    _hold(session, row, less, None, now)
    sell_again_for_order(session, actor, row.id, before, now=now)
    row.accepted_at, row.status, row.is_held = row.accepted_at or now, OrderStatus.ACCEPTED, True
    row.due_at = row.acceptance = row.acceptance_known_at = None
    row.changes += 1
    row.asked_until = answer_deadline(now, quiet_hours(session, row.commune_id))
    for line_id, amount in less.items():
        change = line_change(actor, row, LineChangeKind.LESS, line_id, amount, now)
        change.reason = offer.reason
        session.add(change)
    session.flush()
    note_change(session, actor, row, "offer_less", "lines", now=now)
    if offer.stops_sale:
        stop_for_order(session, actor, row.id, {one.variant_id for one in row.lines if one.id in less}, now=now)
    if row.source is OrderSource.MARKET:
        _tell_asked(session, row, now)


def _checked(row: Order, offer: OfferLess) -> dict[int, int]:
    less = _less(row, offer)
    for line in row.lines:
        amount = less.get(line.id, line.amount)
        if line.id in less and (not 0 <= amount < line.amount or amount % unit(line.unit).step):
            most = format_quantity(line.amount, unit(line.unit))
            raise Refused("bad_amount", f"{name_of(line)}: điền từ 0 đến {most}. {NOTHING_CHANGED}")
    if not less:
        raise Refused("nothing_less", f"Món nào cũng đủ như khách đặt: mời bấm Nhận đơn. {NOTHING_CHANGED}")
    if total_with(row, less) is None:
        raise Refused("nothing_left", f"Hết cả đơn thì mời bấm Không nhận, chọn Hết hàng. {NOTHING_CHANGED}")
    return less


def _less(row: Order, offer: OfferLess) -> dict[int, int]:
    """Line -> what is left of it, of the lines of which not all is."""
    return {line.id: offer.left[line.id] for line in row.lines if offer.left.get(line.id, line.amount) != line.amount}


def total_with(row: Order, changed: Mapping[int, int]) -> Dong | None:
    return total_after(row.lines, changed, row.delivery_fee - row.discount)


def withdraw(session: Session, actor: Actor, row: Order, now: datetime) -> set[int]:
    """The stall takes back what it asked, if it did; returns whose variants that was."""
    if row.asked_until is None:
        return set()
    write_answer(session, actor, row, ChangeReply.WITHDRAWN, now)
    note_change(session, actor, row, "take_back_offer", "lines", now=now)
    return {one.line.variant_id for one in changes_of(session, row, row.changes)}


def take_back(session: Session, actor: Actor, order: Locked[Order], *, is_paid: bool, now: datetime) -> None:
    """There is enough after all: the order goes on with all its lines, and its buyer is told so. Conflict where some of
    it cannot be had."""
    row = order.row
    before = withdraw(session, actor, row, now)
    go_on(session, actor, order, is_paid=is_paid, knows=False, now=now)
    sell_again_for_order(session, actor, row.id, before, now=now)
    sentence = f"{row.stall.name} báo lại là đủ hàng: đơn {row.code} giao đủ như bạn đặt."
    tell_buyer(session, row, OrderNews.ENOUGH_AFTER_ALL, sentence, now, once=row.changes)


def check_reply(order: Locked[Order], number: int, *, now: datetime) -> None:
    """Conflict where the buyer is not asked this any more, or answers too late."""
    row = order.row
    if row.asked_until is None or row.changes != number:
        raise Conflict("wrong_step", f"Đơn {row.code} không còn hỏi bạn câu này. {NOTHING_CHANGED} Mời xem lại đơn.")
    if row.asked_until <= now:
        raise Conflict("too_late", f"Đã quá giờ trả lời nên bỏ món này khỏi đơn {row.code}. Mời tải lại trang.")


def reply(session: Session, actor: Actor, order: Locked[Order], said: ChangeReply, *, now: datetime) -> bool:
    """What was asked is answered: with a yes its lines come to what is left of them, otherwise they go. Returns whether
    anything is left; the caller then lets it go on, or ends it."""
    row = order.row
    question, changed = question_of(session, row), changes_of(session, row, row.changes)
    amounts = {one.line_id: one.amount if said is ChangeReply.AGREED else 0 for one in changed}
    is_left = total_with(row, amounts) is not None
    write_answer(session, actor, row, said, now)
    note_change(session, actor, row, "reply_to_offer", "lines", now=now)
    if is_left:
        replace_lines(session, row, amounts, now, weighed={one.line_id for one in changed if one.is_weighed})
    if question is not None and row.source is OrderSource.MARKET:
        _tell_answered(session, row, question, said, now)
    return is_left


def drop_line(session: Session, actor: Actor, order: Locked[Order], off: DropLine, *, now: datetime) -> None:
    """The buyer takes one of several lines off: its goods go back, the others stay as they are. Refused where the order
    has no such line."""
    row = order.row
    line = line_of(row, off.line_id)
    row.changes += 1
    change = line_change(actor, row, LineChangeKind.TAKEN_OFF, line.id, 0, now)
    change.reason = off.reason
    session.add(change)
    write_answer(session, actor, row, ChangeReply.AGREED, now)
    what = f"{format_quantity(line.amount, unit(line.unit))} {name_of(line)}"
    replace_lines(session, row, {line.id: 0}, now)
    note_change(session, actor, row, "drop_line", "lines", now=now)
    if row.is_held:
        let_go(session, stock_requests(row, {}, row.due_at), now=now)
    why = f" Lý do: {off.reason.rstrip('.')}." if off.reason else ""
    sentence = f"Khách bỏ {what} khỏi đơn {row.code}. Đơn còn {format_dong(row.total)}.{why}"
    tell_seller(session, row, OrderNews.LINE_DROPPED, sentence, now, once=row.changes)


def check_drop_line(order: Locked[Order], off: DropLine, *, now: datetime) -> OrderLine:
    """The line; Conflict where the order is packed or over or its buyer is asked something, Refused where it has no
    such line, or would be smaller than the stall takes orders."""
    row = order.row
    if not can_drop_line(status_at(row.status, row.due_at, now), is_asked=row.asked_until is not None):
        raise Conflict("wrong_step", f"Đơn {row.code} lúc này không bớt món được nữa. Mời gọi người bán.")
    line = line_of(row, off.line_id)
    least, left = row.stall.least_order, goods_after(row.lines, {line.id: 0})
    if len(row.lines) > 1 and left < least <= row.goods_total:
        short = below_least(row.stall.name, least, Dong(least - left))
        raise Refused("below_least", f"{short} Chưa bớt gì cả. Không mua nữa thì hủy cả đơn.")
    if len(row.lines) > 1 and total_with(row, {line.id: 0}) is None:
        raise Refused("nothing_left", f"Không còn gì để mua. {NOTHING_CHANGED} Mời hủy cả đơn.")
    return line


def line_of(row: Order, line_id: int) -> OrderLine:
    """A line of the order that stands; Refused for any other."""
    for line in row.lines:
        if line.id == line_id:
            return line
    raise Refused("goods_missing", f"Đơn {row.code} không có món này. {NOTHING_CHANGED} Mời xem lại đơn.")


def go_on(session: Session, actor: Actor, order: Locked[Order], *, is_paid: bool, knows: bool, now: datetime) -> None:
    """An accepted order goes on with the lines that stand: what is not paid yet is held for a time again. `knows`: its
    buyer has it before them. Conflict where some of it cannot be had."""
    row, quiet = order.row, quiet_hours(session, order.row.commune_id)
    is_awaited = row.held_as is PayChoice.TRANSFER and not is_paid
    row.acceptance = (Acceptance.SEEN if knows else Acceptance.UNKNOWN) if is_awaited else None
    row.acceptance_known_at = now if is_awaited and knows else None
    until = None if is_paid else hold_deadline(row.held_as, now, row.stall.hold_days, quiet)
    if is_awaited and knows and row.source is OrderSource.MARKET:
        until = transfer_deadline(now, row.said_paid_at, quiet)
    _hold(session, row, {}, until, now)
    row.due_at = until
    note_change(session, actor, row, "go_on", now=now)


def hold_whole(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """Hold all goods of an order that holds none yet, until its clock ends. Conflict where some cannot be had."""
    row = order.row
    _hold(session, row, {}, row.due_at, now)
    row.is_held = True
    note_change(session, actor, row, "hold", "is_held", now=now)


def end_without_goods(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> None:
    """Nothing of the order is left to sell: it is declined, its goods go back."""
    row = order.row
    changed = changes_of(session, row, row.changes)
    said = "; ".join(left_of(one.line, one.amount, is_weighed=one.is_weighed) for one in changed)
    release(session, row.id, ReservationEnd.RELEASED, now=now)
    row.status, row.ended_at, row.ended_reason = OrderStatus.DECLINED, now, f"{said[0].upper()}{said[1:]}"
    note_change(session, actor, row, "decline", "status", now=now)


# --- steps shared by the changes ------------------------------------------------------------------------------------


def line_change(actor: Actor, row: Order, kind: LineChangeKind, line_id: int, amount: int, now: datetime) -> LineChange:
    return LineChange(
        commune_id=row.commune_id,
        order_id=row.id,
        number=row.changes,
        line_id=line_id,
        kind=kind,
        amount=amount,
        actor_id=actor.person_id,
        at=now,
    )


def write_answer(session: Session, actor: Actor, row: Order, said: ChangeReply, now: datetime) -> None:
    session.add(
        ChangeAnswer(
            commune_id=row.commune_id,
            order_id=row.id,
            number=row.changes,
            reply=said,
            actor_id=actor.person_id,
            at=now,
        )
    )
    row.asked_until = None
    session.flush()


def replace_lines(
    session: Session, row: Order, amounts: Mapping[int, int], now: datetime, *, weighed: Collection[int] = ()
) -> None:
    """Lines come to other amounts (nothing: they go), and the order's sums follow. `weighed`: those whose amount is
    what they weigh; what was ordered of them stays known."""
    row.goods_total = goods_after(row.lines, amounts)
    row.total = Dong(row.goods_total + row.delivery_fee - row.discount)
    for line in list(row.lines):
        amount = amounts.get(line.id, line.amount)
        estimate = (line.estimate or line.amount) if line.id in weighed else line.estimate
        if amount == line.amount:
            line.estimate = estimate
            continue
        line.changed_at = now
        if amount:
            session.add(_anew(line, amount, estimate))
    session.flush()
    session.expire(row, ["lines"])
    row.to_weigh = sum(line.is_to_weigh for line in row.lines)
    session.flush()


def _anew(line: OrderLine, amount: int, estimate: int | None) -> OrderLine:
    """The line as it was sold, of another amount."""
    kept = {one.key: getattr(line, one.key) for one in OrderLine.__table__.columns if one.key not in _OWN}
    return OrderLine(**kept, amount=amount, estimate=estimate, line_total=line_total(line.price, amount))


_OWN = frozenset({"id", "amount", "estimate", "line_total", "changed_at"})


def stock_requests(row: Order, changed: Mapping[int, int], until: datetime | None) -> list[StockRequest]:
    return [
        StockRequest(
            commune_id=row.commune_id,
            order_id=row.id,
            variant_id=line.variant_id,
            amount=changed.get(line.id, line.amount),
            held_until=until,
        )
        for line in row.lines
    ]


def _hold(session: Session, row: Order, changed: Mapping[int, int], until: datetime | None, now: datetime) -> None:
    try:
        hold_exactly(session, stock_requests(row, changed, until), now=now)
    except SoldOut as error:
        raise Conflict(
            "not_enough", f"{error.left}. {NOTHING_CHANGED} Còn hàng thì sửa số ở mục Hàng trước."
        ) from error


def _refuse_stopped(session: Session, row: Order, after: Mapping[int, int], now: datetime) -> None:
    sold = [line.variant_id for line in row.lines if line.id in after]
    if stopped := stopped_goods(session, sold, now=now):
        raise Conflict("not_for_sale", f"{', '.join(stopped)}: {STOPPED[0].lower()}{STOPPED[1:]}. {NOTHING_CHANGED}")


# --- what is told ---------------------------------------------------------------------------------------------------


def _tell_asked(session: Session, row: Order, now: datetime) -> None:
    question = question_of(session, row)
    if question is None:
        return
    until = spoken_moment(question.until, now)
    sentence = (
        f"Đơn {row.code}: {row.stall.name} {', '.join(question.left)}. Đơn còn {format_dong(question.total)}. "
        f"Mời mở đơn trả lời trước {until}."
    )
    tell_buyer(session, row, OrderNews.LESS_LEFT, sentence, now, once=row.changes)


def _tell_answered(session: Session, row: Order, question: OpenOffer, said: ChangeReply, now: datetime) -> None:
    """The stall hears what became of it, and the buyer too where it was the clock."""
    gone = ", ".join(question.gone)
    rest = "Đơn không còn món nào nên đã dừng." if question.total_without is None else _rest(question.total_without)
    if said is ChangeReply.AGREED:
        sentence = f"Khách đồng ý lấy {', '.join(question.left)} ở đơn {row.code}. {_rest(question.total)}"
    elif said is ChangeReply.REFUSED:
        sentence = f"Khách không lấy {gone} ở đơn {row.code}. {rest}"
    else:
        sentence = f"Khách chưa trả lời kịp giờ nên bỏ {gone} khỏi đơn {row.code}. {rest}"
        to_buyer = f"Bạn chưa trả lời kịp giờ nên đơn {row.code} bỏ {gone}. {rest}"
        tell_buyer(session, row, OrderNews.LESS_UNANSWERED, to_buyer, now, once=row.changes)
    tell_seller(session, row, OrderNews.LESS_ANSWERED, sentence, now, once=row.changes)


def _rest(total: Dong) -> str:
    return f"Đơn còn {format_dong(total)}."
