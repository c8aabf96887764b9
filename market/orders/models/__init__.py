"""Carts, purchases and orders: one purchase may hold several stalls, one order each; what is said of an order."""

from market.orders.models.changes import ChangeAnswer, LineChange
from market.orders.models.complaints import Complaint, ComplaintLine, ComplaintPhoto, ComplaintStep
from market.orders.models.orders import (
    COMPLETED,
    HOLDER_ID,
    LINE_STANDS,
    READY,
    Cart,
    CartLine,
    Consignment,
    Contact,
    Order,
    OrderLine,
    PickupSighting,
    Purchase,
)
from market.orders.models.ratings import Rating
from market.orders.models.talk import OrderMessage

__all__ = [
    "COMPLETED",
    "HOLDER_ID",
    "LINE_STANDS",
    "READY",
    "Cart",
    "CartLine",
    "ChangeAnswer",
    "Complaint",
    "ComplaintLine",
    "ComplaintPhoto",
    "ComplaintStep",
    "Consignment",
    "Contact",
    "LineChange",
    "Order",
    "OrderLine",
    "OrderMessage",
    "PickupSighting",
    "Purchase",
    "Rating",
]
