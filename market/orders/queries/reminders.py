"""Which orders a stall is to be reminded of, and of which somebody is to call its people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, cast, exists, literal, select
from sqlalchemy.orm import Session

from market.notices.models import Notice
from market.notices.queries import is_unreached
from market.notices.rules import OrderNews
from market.orders.models import Order
from market.orders.queries.orders import is_unanswered
from market.orders.rules import (
    ANSWER_WITHIN,
    CALL_AFTER,
    REMIND_AFTER,
    OrderStatus,
    Recipient,
    answer_deadline,
    share_of_answer_time,
)
from market.places.queries import quiet_hours
from market.sellers.models import Stall
from market.values.quiet import QuietHours

AT_ONCE = 1000
MOST_TO_CALL = 200


def _told(kind: OrderNews) -> ColumnElement[bool]:
    """Which notice is the one of a kind that an order's stall was given."""
    key = literal("order:") + cast(Order.id, Text) + literal(f":{Recipient.SELLER}:{kind}")
    return (Notice.dedupe_key == key) & (Notice.commune_id == Order.commune_id)


def orders_to_remind(session: Session, *, now: datetime) -> list[int]:
    """The orders that have waited for half of their answer time, and were not told of since."""
    waits = (
        Order.status == OrderStatus.PLACED,
        Order.due_at > now,
        Order.placed_at <= now - ANSWER_WITHIN * REMIND_AFTER,
    )
    query = (
        select(Order.id, Order.commune_id, Order.placed_at, Order.due_at)
        .where(*waits, ~exists().where(_told(OrderNews.ANSWER_SOON)))
        .order_by(Order.due_at, Order.id)
        .limit(AT_ONCE)
    )
    rows = session.execute(query).all()
    quiet = {one: quiet_hours(session, one) for one in sorted({row.commune_id for row in rows})}
    return [
        row.id
        for row in rows
        if share_of_answer_time(row.placed_at, row.due_at, REMIND_AFTER, quiet[row.commune_id]) <= now
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderToCall:
    """An order whose stall somebody is to call: until when it may answer (None: paid, it has no end), and whether word
    of it came to nobody."""

    code: str
    business_id: int
    placed_at: datetime
    due_at: datetime | None
    is_unreached: bool


def orders_to_call(
    session: Session, commune_id: int, business_ids: Collection[int] | Select[int], *, now: datetime
) -> Sequence[OrderToCall]:
    """The orders of these businesses that nobody has answered in three quarters of their answer time, or of which word
    came to nobody; those to be answered first come first, at most two hundred."""
    of = select(Stall.id).where(Stall.business_id.in_(business_ids), Stall.commune_id == commune_id)
    not_told = select(Notice.id).where(_told(OrderNews.NEW_ORDER), is_unreached(Notice.id)).exists()
    query = (
        select(Order.code, Order.business_id, Order.placed_at, Order.due_at, not_told.label("is_unreached"))
        .where(Order.stall_id.in_(of), is_unanswered(now))
        .order_by(Order.due_at.is_(None), Order.due_at, Order.id)
        .limit(MOST_TO_CALL)
    )
    found = [OrderToCall(**row) for row in session.execute(query).mappings()]
    quiet = quiet_hours(session, commune_id) if found else QuietHours()
    return [one for one in found if one.is_unreached or _is_late(one, quiet, now)]


def _is_late(one: OrderToCall, quiet: QuietHours, now: datetime) -> bool:
    due = one.due_at or answer_deadline(one.placed_at, quiet)
    return share_of_answer_time(one.placed_at, due, CALL_AFTER, quiet) <= now
