"""Khách không đến lấy: what stood ready at a place, its buyer did not fetch in time.

The order ends; perishable goods go back only where the stall says that they can still be sold. It is told to nobody but
this stall, which may ask this buyer to pay first the next time; a buyer who says that they came is not counted.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import Locked, locked
from market.base.errors import Conflict, Refused
from market.catalog.actions.stock import StockRequest, end_unfetched
from market.orders.actions.telling import note_change, tell_buyer, tell_seller
from market.orders.models import Order
from market.orders.queries.no_shows import no_shows_of
from market.orders.rules import (
    FETCH_DAYS,
    NO_ORDER,
    Delivery,
    OrderStatus,
    PayChoice,
    can_note_no_show,
    fetch_deadline,
)
from market.places.queries import number_on, quiet_hours
from market.values.money import Dong
from market.values.period import local_day, spoken_moment

REASON = "Khách không đến lấy hàng"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoShow:
    """What the stall writes: what its page showed (`seen_of(facts_to_decline(…))`), and which variants are spoiled."""

    seen: str
    spoiled: frozenset[int]


def fetch_days(session: Session, commune_id: int, now: datetime) -> int:
    """For how many days what stands ready waits for its buyer, in this commune today."""
    known = number_on(session, commune_id, "order.fetch_days", local_day(now))
    return known[0] if known else FETCH_DAYS


def set_fetch_by(session: Session, order: Locked[Order], *, now: datetime) -> None:
    """Before it is ready: until when its buyer is to fetch it, where they fetch it at all; never before their slot is
    over."""
    row = order.row
    if row.delivery is Delivery.PICKUP_POINT:
        days = fetch_days(session, row.commune_id, now)
        due = fetch_deadline(now, days, quiet_hours(session, row.commune_id))
        row.fetch_by = max(due, row.slot.ends_at) if row.slot else due


def check_no_show(order: Locked[Order], *, now: datetime) -> None:
    """Conflict where the order does not stand ready to be fetched, or its time is not past."""
    row = order.row
    if can_note_no_show(row.status, row.fetch_by, row.fetched_at or row.buyer_confirmed_at, now):
        return
    if row.status is OrderStatus.READY and row.fetch_by is not None and now < row.fetch_by:
        until = spoken_moment(row.fetch_by, now)
        raise Conflict("too_early", f"Khách được hẹn đến lấy trước {until}. Quá giờ đó mới ghi là không đến được.")
    raise Conflict("wrong_step", f"Đơn {row.code} không còn chờ khách đến lấy. Chưa ghi gì cả, mời tải lại trang.")


def note_no_show(session: Session, actor: Actor, order: Locked[Order], answer: NoShow, *, now: datetime) -> None:
    """End the order, its goods and its wait. The caller has checked, and settles the money. NotFound for goods that
    are no more."""
    row = order.row
    end_unfetched(session, actor, _goods(row), _spoiled(row, answer.spoiled), now=now)
    row.status, row.no_show_at = OrderStatus.CANCELLED, now
    row.ended_at, row.ended_reason = now, REASON
    note_change(session, actor, row, "note_no_show", "status", now=now)
    said = f"{row.stall.name} ghi là bạn không đến lấy đơn {row.code} nên đơn dừng."
    sentence = f"{said} Đã đến thì mở đơn bấm Tôi đã đến."
    tell_buyer(session, row, "khong_den_lay", sentence, now)


def _goods(row: Order) -> list[StockRequest]:
    return [
        StockRequest(
            commune_id=row.commune_id,
            order_id=row.id,
            variant_id=line.variant_id,
            amount=line.amount,
            held_until=None,
        )
        for line in row.lines
    ]


def _spoiled(row: Order, chosen: Collection[int]) -> frozenset[int]:
    """Of the order's own goods alone."""
    return frozenset(line.variant_id for line in row.lines) & frozenset(chosen)


def say_was_there(session: Session, actor: Actor, order_id: int, *, clock: Clock) -> None:
    """The buyer says that they did come: it does not count against them. Idempotent. Conflict where the stall has not
    written that they did not, NotFound for no order."""
    row, now = locked(session, Order, Order.id == order_id, missing=NO_ORDER).row, clock()
    if row.no_show_at is None:
        raise Conflict("wrong_step", f"Đơn {row.code} không bị ghi là không đến lấy. Mời tải lại trang.")
    if row.was_there_at is not None:
        return
    row.was_there_at = now
    note_change(session, actor, row, "say_was_there", now=now)
    sentence = f"Khách của đơn {row.code} ghi là đã đến lấy hàng. Lần này không tính, mời gọi nhau nói lại."
    tell_seller(session, row, "khach_da_den", sentence, now)


def ask_payment_first(session: Session, order: Locked[Order], *, takes_transfer: bool, now: datetime) -> None:
    """Of a buyer who did not come before, the stall takes the order to be paid by transfer first.

    Refused where they never failed to come to this stall, or it takes no transfers.
    """
    row = order.row
    if row.pay_choice is PayChoice.TRANSFER:
        return
    if not takes_transfer:
        raise Refused("no_transfer", "Gian chưa có tài khoản nhận tiền nên chưa xin chuyển khoản trước được.")
    if not no_shows_of(session, row):
        raise Refused("no_no_show", "Khách này chưa lần nào không đến lấy ở gian bạn. Mời bấm Nhận đơn như thường.")
    row.deposit, row.deposit_kept, row.deposit_terms = Dong(0), Dong(0), None  # all of it is asked for instead
    row.pay_choice = PayChoice.TRANSFER
    sentence = f"{row.stall.name} xin bạn chuyển khoản trước cho đơn {row.code}, vì lần trước bạn không đến lấy hàng."
    tell_buyer(session, row, "xin_tra_truoc", sentence, now)
