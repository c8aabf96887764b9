"""How long carts and orders are kept, and what of their buyers; and the browsers told by push, because it is known here
who still may be told."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from market.accounts.models import LoginSession, Person
from market.base.retention import ORDERS_BY_LAW, Rule, legal_end
from market.notices.models import PushSubscription
from market.orders.models import (
    Cart,
    CartLine,
    ChangeAnswer,
    Complaint,
    ComplaintLine,
    ComplaintPhoto,
    ComplaintStep,
    Consignment,
    Contact,
    LineChange,
    Order,
    OrderLine,
    OrderMessage,
    PickupSighting,
    Purchase,
    Rating,
)
from market.orders.rules import OrderStatus
from market.values.phone import Phone

CARTS_KEPT = timedelta(days=180)
"""As long as the cookie that opens one (`web.base.cookies`)."""
BROWSERS_KEPT, GUESTS_TOLD = timedelta(days=30), timedelta(days=180)
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


def _step_of_erased_buyer() -> ColumnElement[bool]:
    """What was written of goods that were not right, of an order whose buyer's name is gone."""
    of_it = select(Complaint.id).where(Complaint.id == ComplaintStep.complaint_id)
    return of_it.where(_of_erased_buyer(Complaint.order_id)).exists()


def _old_browser(now: datetime) -> ColumnElement[bool]:
    """That is told no more for a month: it was turned off, its maker knows it no more, or its person signed out on it.
    Of who was erased, of an order that it opens no more, and of one placed long ago: at once."""
    until = now - BROWSERS_KEPT
    login = select(LoginSession.id).where(LoginSession.id == PushSubscription.login_session_id)
    person = select(Person.id).where(Person.id == PushSubscription.person_id, Person.erased_at.is_not(None))
    bought = select(Contact.id).join(Purchase, Purchase.contact_id == Contact.id)
    bought = bought.where(Purchase.id == PushSubscription.purchase_id).correlate(PushSubscription)
    closed = Contact.erased_at.is_not(None) | Contact.device_forgotten_at.is_not(None)
    return (
        (PushSubscription.ended_at < until)
        | login.where((LoginSession.ended_at < until) | (LoginSession.expires_at < until)).exists()
        | person.exists()
        | bought.where(closed | (Purchase.placed_at < now - GUESTS_TOLD)).exists()
    )


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
    Rule(
        model=Consignment,
        says="Nhà xe, mã vận đơn, số máy tài xế của đơn gửi đi: xóa khi tên người mua của đơn bị xóa.",
        source=_CONTRACT,
        is_old=lambda now: _of_erased_buyer(Consignment.order_id),
    ),
    Rule(model=Purchase, says="Giữ hẳn: người mua được ẩn danh, đơn thì còn.", source=_CONTRACT),
    Rule(model=Order, says="Giữ hẳn: chỉ tiêu và sổ doanh thu tính từ đây.", source=_CONTRACT),
    Rule(model=OrderLine, says="Giữ hẳn cùng đơn.", source=_CONTRACT),
    Rule(model=LineChange, says="Giữ hẳn cùng đơn: món nào đã bớt, còn bao nhiêu, vì sao.", source=_CONTRACT),
    Rule(model=ChangeAnswer, says="Giữ hẳn cùng đơn: người mua trả lời thế nào.", source=_CONTRACT),
    Rule(
        model=OrderMessage,
        says="Lời dặn và tin nhắn của hai bên về đơn: xóa khi tên người mua của đơn bị xóa.",
        source=_CONTRACT,
        is_old=lambda now: _of_erased_buyer(OrderMessage.order_id),
    ),
    Rule(
        model=Rating,
        says="Đánh giá của người mua và câu trả lời: xóa khi tên người mua của đơn bị xóa.",
        source=_CONTRACT,
        is_old=lambda now: _of_erased_buyer(Rating.order_id),
    ),
    Rule(
        model=Complaint,
        says="Lời báo hàng không đúng: giữ cùng đơn; lời khách viết bị xóa khi tên người mua của đơn bị xóa.",
        source=_CONTRACT,
        is_old=lambda now: _of_erased_buyer(Complaint.order_id) & (Complaint.words != ""),
        cleared={"words": ""},
    ),
    Rule(
        model=ComplaintStep,
        says="Trả lời của hai bên và của xã về lời báo: giữ cùng đơn; lời viết bị xóa khi tên người mua bị xóa.",
        source=_CONTRACT,
        is_old=lambda now: _step_of_erased_buyer() & ComplaintStep.words.is_not(None),
        cleared={"words": None},
    ),
    Rule(model=ComplaintLine, says="Giữ hẳn cùng đơn: món nào khách báo không đúng, bao nhiêu.", source=_CONTRACT),
    Rule(
        model=ComplaintPhoto,
        says="Ảnh khách gửi về hàng không đúng: 180 ngày sau khi xong, hoặc khi tên người mua của đơn bị xóa.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        task="forget complaint photos",
    ),
    Rule(
        model=PickupSighting,
        says="Giữ hẳn cùng đơn: người giữ điểm nhận đã thấy khách đọc mã, là bằng chứng của đơn.",
        source=_CONTRACT,
    ),
    Rule(
        model=PushSubscription,
        says="Trình duyệt được báo tin, địa chỉ cất kín: 30 ngày sau khi tắt, khi đăng xuất hoặc hết đăng nhập ở máy "
        "đó; đơn của khách không có tài khoản: 180 ngày sau khi đặt. Người đã xóa tài khoản, đơn máy đó không mở được "
        "nữa: xóa ngay.",
        source="Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: không giữ lâu hơn mục đích",
        is_old=_old_browser,
    ),
)
