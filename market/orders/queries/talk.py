"""What was written about orders: the whole of one, and what a stall's lists show of many."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.orders.models import Order, OrderMessage
from market.orders.rules import MOST_MESSAGES, Recipient, status_at, talks_until

WHOLE = 2 * MOST_MESSAGES + 1
"""So many rows an order may have: each side's messages, and the note of its check-out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """An order's messages, oldest first, as one side (`reader`) sees them; whether both may still write."""

    messages: Sequence[OrderMessage]
    reader: Recipient
    is_open: bool

    @property
    def newest(self) -> int | None:
        """By which a page that waits sees that something was written."""
        return self.messages[-1].id if self.messages else None

    @property
    def has_unread(self) -> bool:
        """Whether the other side wrote something that this one had not before them yet."""
        return any(one.read_at is None and one.side is not self.reader for one in self.messages)

    def is_own(self, message: OrderMessage) -> bool:
        return message.side is self.reader


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkHint:
    """What a stall's list says of an order: the buyer's note, and how much of theirs nobody of the stall has read."""

    note: str
    unread: int


NO_TALK = TalkHint(note="", unread=0)


def talk_of(session: Session, order: Order, reader: Recipient, *, now: datetime) -> Talk:
    """The messages of an order. The caller asks who may read them."""
    query = select(OrderMessage).where(OrderMessage.order_id == order.id).order_by(OrderMessage.id).limit(WHOLE)
    ended = order.completed_at or order.ended_at or order.due_at
    until = talks_until(status_at(order.status, order.due_at, now), ended)
    return Talk(messages=session.scalars(query).all(), reader=reader, is_open=until is None or now < until)


def newest_message(session: Session, order_id: int) -> int | None:
    """`Talk.newest`, for a page that does not show the messages."""
    return session.scalar(select(func.max(OrderMessage.id)).where(OrderMessage.order_id == order_id))


def talk_hints(session: Session, order_ids: Collection[int]) -> Mapping[int, TalkHint]:
    """What buyers wrote of each of these orders, where they wrote; one statement."""
    if not order_ids:
        return {}
    theirs = OrderMessage.order_id.in_(order_ids), OrderMessage.side == Recipient.BUYER
    query = select(
        OrderMessage.order_id, OrderMessage.is_note, OrderMessage.read_at.is_(None), OrderMessage.text
    ).where(*theirs, OrderMessage.is_note | OrderMessage.read_at.is_(None))
    hints: dict[int, TalkHint] = {}
    for order_id, is_note, is_unread, text in session.execute(query):
        known = hints.get(order_id, NO_TALK)
        unread = known.unread + int(is_unread and not is_note)
        hints[order_id] = TalkHint(note=text if is_note else known.note, unread=unread)
    return hints
