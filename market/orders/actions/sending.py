"""A stall says with whom an order's goods went off, so that their buyer can ask after them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Conflict
from market.notices.rules import OrderNews
from market.orders.actions.telling import note_change, tell_buyer
from market.orders.models import Consignment, Order
from market.orders.rules import NO_ORDER, can_say_sent, status_at
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOff:
    """The bus or courier (`Xe Hải Âu`), its bill's number, whom to call on the way."""

    carrier: str
    bill_number: str | None = None
    driver_phone: Phone | None = None


def say_sent(session: Session, actor: Actor, stall_id: int, order_id: int, sent: SentOff, *, clock: Clock) -> None:
    """Write down with whom an order that goes out of the commune was sent; its buyer is told. Another word corrects the
    one before. Idempotent.

    Conflict where it goes no such way, is not accepted or is over; NotFound where it is another stall's.
    """
    row = locked(session, Order, Order.id == order_id, Order.stall_id == stall_id, missing=NO_ORDER).row
    now = clock()
    known = session.scalar(select(Consignment).where(Consignment.order_id == row.id))
    if known is not None and _said(known) == sent:
        return
    if not can_say_sent(status_at(row.status, row.due_at, now), row.delivery) or row.asked_until is not None:
        raise Conflict("wrong_step", f"Đơn {row.code} lúc này không ghi gửi đi được. Mời tải lại trang.")
    _write(session, actor, row, known or Consignment(commune_id=row.commune_id, order_id=row.id), sent, now)
    note_change(session, actor, row, "say_sent", "consignment", now=now)
    sentence = f"{row.stall.name} giao đơn {row.code} cho {sent.carrier} chở tới bạn. Mời mở đơn xem số vận đơn."
    tell_buyer(session, row, OrderNews.SENT_OFF, sentence, now, once=now.isoformat())


def _said(row: Consignment) -> SentOff:
    return SentOff(carrier=row.carrier, bill_number=row.bill_number, driver_phone=row.driver_phone)


def _write(session: Session, actor: Actor, order: Order, row: Consignment, sent: SentOff, now: datetime) -> None:
    row.carrier, row.bill_number, row.driver_phone = sent.carrier, sent.bill_number, sent.driver_phone
    row.actor_id, row.written_at = actor.person_id, now
    session.add(row)
    session.flush()
    session.expire(order, ["consignment"])
