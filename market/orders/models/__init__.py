"""Carts, purchases and orders: one purchase may hold several stalls, one order each; what is said of an order."""

from market.orders.models.orders import (
    COMPLETED,
    HOLDER_ID,
    READY,
    Cart,
    CartLine,
    Contact,
    Order,
    OrderLine,
    PickupSighting,
    Purchase,
)
from market.orders.models.talk import OrderMessage

__all__ = [
    "COMPLETED",
    "HOLDER_ID",
    "READY",
    "Cart",
    "CartLine",
    "Contact",
    "Order",
    "OrderLine",
    "OrderMessage",
    "PickupSighting",
    "Purchase",
]
