"""How long carts and orders are kept, and what of their buyers."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from market.base.retention import ORDERS_BY_LAW, Rule, legal_end
from market.orders.models import Cart, CartLine, Contact, Order, OrderLine, OrderMessage, PickupSighting, Purchase
from market.orders.rules import OrderStatus
from market.values.phone import Phone

CARTS_KEPT = timedelta(days=180)
"""As long as the cookie that opens one (`web.base.cookies`)."""
ERASED_NAME, ERASED_PHONE = "(đã xóa)", Phone.stored("+84000000000")
UNENDED = (OrderStatus.PLACED, OrderStatus.ACCEPTED, OrderStatus.READY)


def _old_contact(now: datetime) -> ColumnElement[bool]:
    """Of somebody whose last purchase under it the law lets go, with nothing of it still to be handed over.

    Asked of one contact after the other, by the index on its purchases: as sets, all purchases would be read for each
    batch.
    """
    bought = select(Purchase.id).where(Purchase.contact_id == Contact.id).correlate(Contact)
    unended = bought.join(Order, Order.purchase_id == Purchase.id).where(Order.status.in_(UNENDED))
    until = legal_end(ORDERS_BY_LAW, now)
    return (
        Contact.erased_at.is_(None)
        & bought.where(Purchase.placed_at < until).exists()
        & ~bought.where(Purchase.placed_at >= until).exists()
        & ~unended.exists()
    )


def _of_erased_buyer(order_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """What was written of an order whose buyer's name is gone."""
    gone = select(Contact.id).join(Purchase, Purchase.contact_id == Contact.id).join(Order)
    return gone.where(Order.id == order_id, Contact.erased_at.is_not(None)).exists()


_CONTRACT = ORDERS_BY_LAW[-1].source

RULES = (
    Rule(
        model=Cart,
        says="Giỏ hàng: 180 ngày sau lần đổi cuối, bằng tuổi của cookie mở nó; dòng trong giỏ đi theo.",
        is_old=lambda now: Cart.updated_at < now - CARTS_KEPT,
    ),
    Rule(model=CartLine, says="Đi theo giỏ."),
    Rule(model=Contact, says="Mạng mà đơn đến từ đó: 30 ngày.", task="forget networks"),
    Rule(
        model=Contact,
        says="Tên, số máy, địa chỉ, lời nhắn và máy của người mua: bị xóa khi đơn cuối đã quá hạn luật buộc giữ. "
        "Đơn còn; chỉ tiêu xét 12 tháng, điều phải xem lại của đơn đã được ghi riêng.",
        source=_CONTRACT,
        is_old=_old_contact,
        cleared={
            "name": ERASED_NAME,
            "phone": ERASED_PHONE,
            "address": None,
            "note": None,
            "device": None,
            "network": None,
        },
        cleared_at="erased_at",
    ),
    Rule(model=Purchase, says="Giữ hẳn: người mua được ẩn danh, đơn thì còn.", source=_CONTRACT),
    Rule(model=Order, says="Giữ hẳn: chỉ tiêu và sổ doanh thu tính từ đây.", source=_CONTRACT),
    Rule(model=OrderLine, says="Giữ hẳn cùng đơn.", source=_CONTRACT),
    Rule(
        model=OrderMessage,
        says="Lời dặn và tin nhắn của hai bên về đơn: xóa khi tên người mua của đơn bị xóa.",
        source=_CONTRACT,
        is_old=lambda now: _of_erased_buyer(OrderMessage.order_id),
    ),
    Rule(
        model=PickupSighting,
        says="Giữ hẳn cùng đơn: người giữ điểm nhận đã thấy khách đọc mã, là bằng chứng của đơn.",
        source=_CONTRACT,
    ),
)
