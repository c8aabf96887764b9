"""That a buyer has the page of their accepted order before them: from then on runs the time in which to transfer.

Only a page that its owner opens counts. What a browser fetches ahead, or asks for without its content, nobody has seen.
"""

from contextlib import suppress

from flask import request

from market.base import clock
from market.base.db import reading, transaction
from market.base.errors import Conflict
from market.orders.actions.talking import read_messages
from market.orders.models import Order
from market.orders.queries.orders import Receipt, life_of
from market.orders.queries.talk import Talk
from market.orders.rules import Recipient
from market.payments.actions import see_acceptance
from market.web.base.web import actor


def note_seen(order: Order) -> None:
    """Write that the owner sees this order, where it waits for that; the order is read anew then."""
    if life_of(order, now=clock.now()).can_be_told and _is_looked_at():
        _write([order.id])
        reading().refresh(order)


def note_read(order: Order, talk: Talk) -> None:
    """Write that the owner has before them what the stall wrote."""
    if talk.has_unread and _is_looked_at():
        with transaction() as writing:
            read_messages(writing, order.id, Recipient.BUYER, clock=clock.now)


def note_receipt_seen(receipt: Receipt) -> bool:
    """The same of each order on a receipt; returns whether anything was written."""
    waiting = [order.order_id for order in receipt.orders if order.life.can_be_told]
    if not waiting or not _is_looked_at():
        return False
    _write(waiting)
    return True


def _is_looked_at() -> bool:
    return request.method == "GET" and not request.headers.get("Sec-Purpose", "").startswith("prefetch")


def _write(order_ids: list[int]) -> None:
    """One after the other: an order whose goods went to somebody else keeps none of the others from being seen."""
    for order_id in order_ids:
        with suppress(Conflict), transaction() as writing:
            see_acceptance(writing, actor(), order_id, clock=clock.now)
