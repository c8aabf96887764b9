"""A stall's no because goods are gone: the order is declined, and apart from that the goods are sold no more, until the
stall takes that back. Like an order's other moves it knows nothing of money."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.db import Locked
from market.base.errors import Conflict, Refused
from market.catalog.actions.amounts import sell_again_for_order, stop_for_order
from market.catalog.models import Variant
from market.orders.actions import transitions
from market.orders.actions.telling import note_change, tell_buyer
from market.orders.models import Order
from market.orders.rules import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldOutAnswer:
    """What a stall's page showed of an order (`seen_of(facts_to_decline(…))`), and which of its goods are gone, by the
    ids of their variants."""

    seen: str
    variant_ids: frozenset[int]


def decline_sold_out(
    session: Session, actor: Actor, order: Locked[Order], answer: SoldOutAnswer, *, now: datetime
) -> None:
    """The stall cannot deliver because some of the goods are gone: the order is declined, and they are sold no more.

    Conflict where it is over; Refused where none of its goods are named.
    """
    gone = [line for line in order.row.lines if line.variant_id in answer.variant_ids]
    if not gone:
        raise Refused("goods_missing", "Mời chọn món nào đã hết. Đơn chưa bị đổi.")
    names = dict.fromkeys(f"{line.product_name} {line.variant_label}".strip() for line in gone)
    said = transitions.Decline(seen=answer.seen, reason=f"Hết hàng: {', '.join(names)}")
    transitions.decline(session, actor, order, said, now=now)
    stop_for_order(session, actor, order.row.id, {line.variant_id for line in gone}, now=now)


def sell_again(session: Session, actor: Actor, order: Locked[Order], *, now: datetime) -> list[Variant]:
    """Sell again what was reported sold out with the stall's no to this order, or as less than it; returns it. One that
    was declined stays so, and its buyer reads both.

    Conflict where nothing is left to undo: it is sold again, or its amount was said anew.
    """
    row = order.row
    again = sell_again_for_order(session, actor, row.id, {line.variant_id for line in row.lines}, now=now)
    if not again:
        raise Conflict("nothing_stopped", "Hàng của đơn này không còn ngừng bán vì đơn. Mời xem số còn ở mục Hàng.")
    is_over = row.status not in OPEN
    if is_over:
        row.ended_reason = f"{row.ended_reason}. Sau đó gian hàng báo có hàng lại"
    note_change(session, actor, row, "sell_again", now=now)
    if is_over:
        sentence = f"{row.stall.name} báo có hàng lại. Đơn {row.code} đã dừng, muốn mua thì mời đặt lại."
        tell_buyer(session, row, "co_hang_lai", sentence, now, once=now.isoformat())
    return again
