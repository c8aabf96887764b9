"""What an order's lines were changed to, and what its buyer is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from market.orders.models import ChangeAnswer, LineChange, Order
from market.orders.rules.changes import (
    ChangeReply,
    LineChangeKind,
    left_of,
    name_of,
    total_after,
)
from market.values.money import Dong
from market.values.quantity import format_quantity, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffer:
    """What an order's buyer is asked, the `number`th time: of which lines how much is left, what the order comes to
    where they agree and where they do not (None: nothing is left of it then), until when they may say so, and why it is
    they who get less, where that is said. `is_weighed`: there is no lack of it, it weighs otherwise than they were told
    it might."""

    number: int
    left: Sequence[str]
    gone: Sequence[str]
    total: Dong
    total_without: Dong | None
    until: datetime
    reason: str = ""
    is_weighed: bool = False

    @property
    def leaves_a_choice(self) -> bool:
        """Whether agreeing and refusing come to something else: of what is gone whole there is nothing to take."""
        return self.total != self.total_without


def changes_of(session: Session, order: Order, number: int) -> Sequence[LineChange]:
    """The lines that this change of an order is about."""
    query = select(LineChange).where(LineChange.order_id == order.id, LineChange.number == number)
    return session.scalars(query.options(joinedload(LineChange.line)).order_by(LineChange.line_id)).all()


def question_of(session: Session, order: Order) -> OpenOffer | None:
    """What the buyer is asked now; None where nobody is."""
    if order.asked_until is None:
        return None
    asked = changes_of(session, order, order.changes)
    agreed, refused = {one.line_id: one.amount for one in asked}, {one.line_id: 0 for one in asked}
    extra = order.delivery_fee - order.discount
    return OpenOffer(
        number=order.changes,
        left=[left_of(one.line, one.amount, is_weighed=one.is_weighed) for one in asked],
        gone=[name_of(one.line) for one in asked],
        total=total_after(order.lines, agreed, extra) or Dong(0),
        total_without=total_after(order.lines, refused, extra),
        until=order.asked_until,
        reason=next((one.reason for one in asked if one.reason), ""),
        is_weighed=all(one.is_weighed for one in asked),
    )


def reply_to(session: Session, order_id: int, number: int) -> ChangeReply | None:
    """What was answered; None where nobody has."""
    query = select(ChangeAnswer.reply).where(ChangeAnswer.order_id == order_id, ChangeAnswer.number == number)
    return session.scalar(query)


def is_line_dropped(session: Session, order_id: int, line_id: int) -> bool:
    """Whether the buyer has taken this line off before."""
    query = select(LineChange.id).where(LineChange.order_id == order_id, LineChange.line_id == line_id)
    return session.scalar(query.where(LineChange.kind == LineChangeKind.TAKEN_OFF).limit(1)) is not None


def overdue_questions(session: Session, now: datetime, *, limit: int = 200) -> Sequence[int]:
    """The orders whose buyer has not answered in time, which nobody has written yet."""
    query = select(Order.id).where(Order.asked_until.is_not(None), Order.asked_until <= now)
    return session.scalars(query.order_by(Order.asked_until).limit(limit)).all()


_STORY = (
    select(LineChange, ChangeAnswer.reply)
    .outerjoin(
        ChangeAnswer, (ChangeAnswer.order_id == LineChange.order_id) & (ChangeAnswer.number == LineChange.number)
    )
    .options(joinedload(LineChange.line))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTold:
    """One change of a line as the pages of its order tell it: when, what, what became of it."""

    at: datetime
    what: str
    reply: str
    reason: str | None


MOST_TOLD = 40
_REPLIES = {
    ChangeReply.AGREED: "khách đồng ý",
    ChangeReply.REFUSED: "khách không lấy",
    ChangeReply.LAPSED: "khách chưa trả lời kịp giờ nên bỏ món",
    ChangeReply.WITHDRAWN: "người bán báo lại",
}


def changes_told(session: Session, order: Order) -> list[ChangeTold]:
    """The latest changes of an order's lines, the oldest first; of an order without any, nothing is asked."""
    if not order.changes:
        return []
    query = _STORY.where(LineChange.order_id == order.id).order_by(LineChange.id.desc()).limit(MOST_TOLD)
    return [_told(change, reply) for change, reply in reversed(session.execute(query).all())]


def _told(change: LineChange, reply: ChangeReply | None) -> ChangeTold:
    line = change.line
    was = format_quantity(line.amount, unit(line.unit))
    if change.kind is LineChangeKind.TAKEN_OFF:
        return ChangeTold(at=change.at, what=f"Khách bỏ {was} {name_of(line)}", reply="", reason=change.reason)
    what = f"Người bán báo {left_of(line, change.amount, is_weighed=change.is_weighed)} (khách đặt {was})"
    return ChangeTold(at=change.at, what=what, reply=_REPLIES[reply] if reply else "", reason=change.reason)
