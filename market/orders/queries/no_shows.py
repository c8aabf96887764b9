"""How often a buyer did not come for what stood ready, as this one stall knows it: nobody else is ever told."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from market.orders.models import Contact, Order, Purchase
from market.orders.rules import OrderSource


def no_shows_of(session: Session, order: Order) -> int:
    """How many of this stall's earlier orders this one's buyer did not come for, known by account, browser or phone.
    What they said they came for does not count, and of whom the market has forgotten nothing is known. An order that
    the stall wrote down itself is counted neither way: who ordered by phone has no page on which to say that they came.
    """
    buyer = order.purchase.contact
    if buyer.erased_at is not None or buyer.phone is None:
        return 0
    same = [Contact.phone == buyer.phone]
    if buyer.device is not None:
        same.append(Contact.device == buyer.device)
    if buyer.person_id is not None:
        same.append(Contact.person_id == buyer.person_id)
    query = (
        select(func.count(Order.id))
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(Order.stall_id == order.stall_id, Order.id != order.id, Order.source == OrderSource.MARKET)
        .where(Order.no_show_at.is_not(None), Order.was_there_at.is_(None), Contact.erased_at.is_(None), or_(*same))
    )
    return session.scalar(query) or 0
