"""Who may open an order: the phone that bought it, the person signed in who did, or the one who gave the phone's last
four digits on this browser."""

from flask import abort, redirect, session, url_for

from market.base.db import reading
from market.base.errors import NotFound
from market.orders.models import Order
from market.orders.queries.orders import OrderViewer, Receipt, order_with_code
from market.values.codes import parse_order_code
from market.web.base.commune import current_commune
from market.web.base.web import signed_in_id, visitor

UNLOCKED = "da_mo"
"""The purchases that this browser opened by a phone's last digits."""
MOST_UNLOCKED = 20


def viewer() -> OrderViewer:
    return OrderViewer(device=visitor(), person_id=signed_in_id())


def may_see(order: Order) -> bool:
    return viewer().owns(order.purchase.contact) or order.purchase_id in session.get(UNLOCKED, [])


def may_see_receipt(receipt: Receipt) -> bool:
    return viewer().owns(receipt) or receipt.purchase_id in session.get(UNLOCKED, [])


def unlock(order: Order) -> None:
    """This browser may see the order's purchase from now on."""
    session[UNLOCKED] = [*session.get(UNLOCKED, []), order.purchase_id][-MOST_UNLOCKED:]


def order_here(code: str) -> Order:
    """The commune's order of this code, however typed: the caller asks `may_see`."""
    try:
        return order_with_code(reading(), current_commune().id, parse_order_code(code, current_commune().letters))
    except ValueError as error:
        raise NotFound("Không tìm thấy đơn này. Mời xem lại mã đơn.") from error


def order_to_see(code: str) -> Order:
    """The order, for the person who bought it or opened it on this browser; others are led to where it can be
    opened."""
    order = order_here(code)
    if not may_see(order):
        abort(redirect(url_for("shop.order", code=order.code), 303))
    return order


def own_order(code: str) -> Order:
    """The order, for the person who bought it or opened it on this browser; NotFound for others."""
    order = order_here(code)
    if not may_see(order):
        raise NotFound("Không tìm thấy đơn này. Mời xem lại mã đơn.")
    return order
