"""That the stall's people have an order's page before them: what the buyer wrote is read then."""

from flask import request

from market.base import clock
from market.base.db import transaction
from market.orders.actions.talking import read_messages
from market.orders.models import Order
from market.orders.queries.talk import Talk
from market.orders.rules import Recipient


def note_read(order: Order, talk: Talk) -> None:
    """Write that they have before them what the buyer wrote; what a browser fetches ahead, nobody has read."""
    is_looked_at = request.method == "GET" and not request.headers.get("Sec-Purpose", "").startswith("prefetch")
    if talk.has_unread and is_looked_at:
        with transaction() as writing:
            read_messages(writing, order.id, Recipient.SELLER, clock=clock.now)
