"""Goods sold by what they weigh: the stall types what its scale tells, before anybody packs or pays.

What is as near as the buyer was told stands at once; of what is further off they are asked, as where there is less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import Conflict, Refused
from market.catalog.actions.stock import hold_weighed
from market.notices.rules import OrderNews
from market.orders.actions.line_changes import (
    NOTHING_CHANGED,
    line_change,
    replace_lines,
    stock_requests,
    total_with,
    withdraw,
)
from market.orders.actions.telling import note_change, tell_buyer
from market.orders.models import Order, OrderLine
from market.orders.queries.changes import changes_of, question_of
from market.orders.rules import OrderStatus, answer_deadline, status_at
from market.orders.rules.changes import LineChangeKind, name_of
from market.orders.rules.weighing import SCALE, weights_of
from market.places.queries import quiet_hours
from market.values.money import format_dong
from market.values.period import spoken_moment
from market.values.quantity import format_number, format_quantity, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What the stall's page showed (`seen_of(facts_to_decline(…))`), and what each of the order's lines weighs that are
    sold so, by their ids (thousandths of a kilo)."""

    seen: str
    weights: Mapping[int, int]


def weighed_lines(row: Order) -> list[OrderLine]:
    """The lines of an order that are sold by what they weigh, weighed or not."""
    return [line for line in row.lines if line.weighed_within is not None]


def is_weighed(session: Session, row: Order, new: Weighing) -> bool:
    """Whether each line weighs this already, or its buyer is asked about this very weight."""
    known = {line.id: line.amount for line in weighed_lines(row) if not line.is_to_weigh}
    if row.asked_until is not None:
        known |= {one.line_id: one.amount for one in changes_of(session, row, row.changes) if one.is_weighed}
    return bool(known) and known == {line.id: new.weights.get(line.id) for line in weighed_lines(row)}


def check_weighing(session: Session, order: Locked[Order], *, now: datetime) -> None:
    """Conflict where the order is not accepted, packed or over, or its buyer is asked whether they take less; Refused
    where nothing of it is weighed."""
    row = order.row
    if not weighed_lines(row):
        raise Refused("not_weighed_goods", f"Đơn {row.code} không có món nào bán theo cân thực tế. {NOTHING_CHANGED}")
    if status_at(row.status, row.due_at, now) is not OrderStatus.ACCEPTED:
        raise Conflict("wrong_step", f"Đơn {row.code} không còn ở bước cân hàng. {NOTHING_CHANGED} Mời tải lại trang.")
    is_about_less = row.asked_until is not None and not all(
        one.is_weighed for one in changes_of(session, row, row.changes)
    )
    if is_about_less:
        raise Conflict("asked", f"Đơn {row.code} đang chờ khách trả lời về số hàng còn lại. {NOTHING_CHANGED}")
    if row.asked_until is not None and row.asked_until <= now:
        raise Conflict("too_late", f"Khách chưa trả lời kịp giờ: đơn {row.code} sắp bỏ món này. Mời tải lại trang.")


def weigh(session: Session, actor: Actor, order: Locked[Order], new: Weighing, *, now: datetime) -> bool:
    """The lines come to what they weigh, which is held; of those that are further off than their buyer was told, they
    are asked. What was asked before is taken back. Returns whether they are; the caller else lets the order go on.

    Refused where a weight is missing, none or a slip of the finger.
    """
    row = order.row
    weights = _checked(row, new)
    withdraw(session, actor, row, now)
    off = {line.id for line in weighed_lines(row) if not weights_of(line).hold(weights[line.id])}
    hold_weighed(session, actor, stock_requests(row, weights, None), now=now)
    within = {line_id: weight for line_id, weight in weights.items() if line_id not in off}
    if off:
        _ask(session, actor, row, {line_id: weights[line_id] for line_id in off}, now)
    replace_lines(session, row, within, now, weighed=within)
    note_change(session, actor, row, "weigh", "lines", now=now)
    if off:
        _tell_asked(session, row, now)
    return bool(off)


def _checked(row: Order, new: Weighing) -> dict[int, int]:
    weights = {}
    for line in weighed_lines(row):
        weight = new.weights.get(line.id, 0)
        if weight <= 0 or weight % SCALE:
            raise Refused("bad_weight", f"{name_of(line)}: mời điền số kg cân được, như 1,45. {NOTHING_CHANGED}")
        if not weights_of(line).is_likely(weight):
            asked = format_quantity(weights_of(line).amount, unit(line.unit))
            raise Refused(
                "unlikely_weight",
                f"{name_of(line)}: khách đặt khoảng {asked}, bạn gõ {format_number(weight)} kg. Mời xem lại dấu phẩy. "
                f"{NOTHING_CHANGED}",
            )
        weights[line.id] = weight
    if total_with(row, weights) is None:
        raise Refused("nothing_left", f"Đơn {row.code} không còn gì để bán. {NOTHING_CHANGED}")
    return weights


def _ask(session: Session, actor: Actor, row: Order, weights: Mapping[int, int], now: datetime) -> None:
    """As of what there is less of: no other clock runs until the buyer has answered."""
    row.due_at = row.acceptance = row.acceptance_known_at = None
    row.changes += 1
    row.asked_until = answer_deadline(now, quiet_hours(session, row.commune_id))
    for line_id, weight in weights.items():
        change = line_change(actor, row, LineChangeKind.LESS, line_id, weight, now)
        change.is_weighed = True
        session.add(change)
    session.flush()


def _tell_asked(session: Session, row: Order, now: datetime) -> None:
    question = question_of(session, row)
    if question is None:
        return
    sentence = (
        f"Đơn {row.code}: {row.stall.name} {', '.join(question.left)}, lệch hơn mức đã hẹn. Lấy thì đơn là "
        f"{format_dong(question.total)}. Mời mở đơn trả lời trước {spoken_moment(question.until, now)}."
    )
    tell_buyer(session, row, OrderNews.WEIGHED_OTHERWISE, sentence, now, once=row.changes)


def tell_weighed(session: Session, row: Order, asked: str, now: datetime) -> None:
    """The buyer hears what their goods weigh; `asked`: what they are to pay now, and how, a sentence."""
    goods = ", ".join(f"{name_of(line)} {format_quantity(line.amount, unit(line.unit))}" for line in weighed_lines(row))
    sentence = f"Đơn {row.code} đã cân: {goods}. Cả đơn {format_dong(row.total)}. {asked}"
    tell_buyer(session, row, OrderNews.WEIGHED, sentence, now, once=now.isoformat())
