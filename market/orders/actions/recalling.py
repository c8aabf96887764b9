"""A lot is recalled, and those who have its goods, or may have them, are told with it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.notices.actions import Message, enqueue_notifications
from market.orders.queries.recalls import OrderToTell, orders_to_tell
from market.orders.rules import Recipient, notice_key
from market.trace import actions
from market.trace.actions import LotRef
from market.trace.models import Lot


def recall_lot(session: Session, actor: Actor, which: LotRef, reason: str, *, seen: str, clock: Clock) -> int:
    """Recall a lot as `trace.actions.recall_lot` does, and write its buyers and its seller a notice each; returns how
    many orders have its goods or may have them. Idempotent: 0 where it was recalled before.

    Refused without a reason, ChangedSince where the lot is not as the page showed it, NotFound for another stall's.

    The orders are read after all that is sold of its goods is locked: one that takes any of it has either been placed
    by then, or finds them stopped.
    """
    lot = actions.recall_lot(session, actor, which, reason, seen=seen, clock=clock)
    if lot is None:
        return 0
    orders = orders_to_tell(session, lot.row)
    enqueue_notifications(session, list(_messages(lot.row, orders)), now=clock())
    return len(orders)


def _messages(lot: Lot, orders: list[OrderToTell]) -> Iterator[Message]:
    kind = f"thu_hoi:{lot.id}"
    name = lot.product.name
    for order in orders:
        may_be = "thuộc" if order.is_named else "có thể thuộc"
        yield Message(
            commune_id=lot.commune_id,
            dedupe_key=notice_key("order", order.id, Recipient.BUYER, kind),
            kind="thu_hoi",
            sentence=f"{name} trong đơn {order.code} {may_be} lô {lot.code} đã thu hồi: {lot.recall_reason}. "
            "Đừng dùng, mời gọi người bán.",
            person_id=order.person_id,
            order_id=order.id,
        )
    yield Message(
        commune_id=lot.commune_id,
        dedupe_key=notice_key("lot", lot.id, Recipient.SELLER, "thu_hoi"),
        kind="thu_hoi",
        sentence=f"Lô {lot.code} ({name}) đã thu hồi. {_whom_to_call(len(orders))}",
        business_id=lot.stall.business_id,
        product_id=lot.product_id,
    )


def _whom_to_call(orders: int) -> str:
    if not orders:
        return "Chưa có đơn nào trên chợ đã lấy hàng lô này."
    return f"Có {orders} đơn đã lấy hoặc có thể đã lấy hàng lô này: mời mở trang của lô, gọi từng người mua."
