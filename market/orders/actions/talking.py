"""Buyer and stall write to one another about an order: a few lines each, which nobody else reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import Refused
from market.notices.rules import OrderNews
from market.orders.actions.telling import note_change, tell
from market.orders.models import Order, OrderMessage
from market.orders.rules import (
    MOST_MESSAGES,
    NO_ORDER,
    TALK_AFTER,
    Recipient,
    status_at,
    talks_until,
)

NEWS = OrderNews.MESSAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What one side writes. `stall_id` is the stall whose people write; None: the buyer does."""

    order_id: int
    text: str
    client_key: str | None
    stall_id: int | None = None

    @property
    def side(self) -> Recipient:
        return Recipient.BUYER if self.stall_id is None else Recipient.SELLER


def write_message(session: Session, actor: Actor, new: NewMessage, *, clock: Clock) -> None:
    """Write to the other side, which is told once for all that it has not read yet. The same form again adds nothing.

    Refused past the number each side may write, or long after the order's end; NotFound for another stall's order.
    """
    whose = () if new.stall_id is None else (Order.stall_id == new.stall_id,)
    row, now = locked(session, Order, Order.id == new.order_id, *whose, missing=NO_ORDER).row, clock()
    sent = SentForm(key=new.client_key, content=("message", new.side, new.text), told="tin nhắn về đơn này")
    if used_before(session, f"order:{row.id}", sent, now=now):
        return
    _refuse_over(row, now)
    unread = _unread_of(session, row.id, new.side)
    message = OrderMessage(
        commune_id=row.commune_id, order_id=row.id, side=new.side, text=new.text, written_at=now, read_at=None
    )
    session.add(message)
    session.flush()
    note_change(session, actor, row, "write_message", now=now)
    if not unread:
        _tell(session, row, message, now)


def _refuse_over(row: Order, now: datetime) -> None:
    until = talks_until(status_at(row.status, row.due_at, now), row.completed_at or row.ended_at or row.due_at)
    if until is not None and now >= until:
        raise Refused(
            "talk_over",
            f"Đơn đã dừng hoặc xong quá {TALK_AFTER.days} ngày nên không nhắn thêm ở đây được. Mời gọi điện cho nhau.",
        )


def _unread_of(session: Session, order_id: int, side: Recipient) -> bool:
    """Whether the other side has yet to read something of this side; Refused where this side has written enough."""
    written = select(func.count(OrderMessage.id), func.count(OrderMessage.read_at)).where(
        OrderMessage.order_id == order_id, OrderMessage.side == side, ~OrderMessage.is_note
    )
    count, read = session.execute(written).one()
    if count >= MOST_MESSAGES:
        raise Refused(
            "talk_full",
            f"Mỗi bên nhắn được {MOST_MESSAGES} tin về một đơn, bạn dùng hết rồi. Tin này còn ở ô dưới, mời gọi điện.",
        )
    return bool(count > read)


def _tell(session: Session, row: Order, message: OrderMessage, now: datetime) -> None:
    to_buyer = message.side is Recipient.SELLER
    said = f"{row.stall.name} nhắn bạn" if to_buyer else "Khách nhắn bạn"
    to = Recipient.BUYER if to_buyer else Recipient.SELLER
    sentence = f"{said} về đơn {row.code}. Mời mở đơn để đọc."
    tell(session, row, to, NEWS, sentence, now=now, once=message.id)


def read_messages(session: Session, order_id: int, reader: Recipient, *, clock: Clock) -> None:
    """Note that this side has the order's page before them, with all that the other wrote. Idempotent. NotFound for no
    order."""
    locked(session, Order, Order.id == order_id, missing=NO_ORDER)
    theirs = OrderMessage.order_id == order_id, OrderMessage.side != reader, OrderMessage.read_at.is_(None)
    session.execute(
        update(OrderMessage).where(*theirs).values(read_at=clock()).execution_options(synchronize_session=False)
    )
