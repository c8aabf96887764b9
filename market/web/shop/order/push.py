"""Being told by push of what was bought: a person, as of all that they hear; a guest, of that purchase alone."""

from flask import url_for

from market.base.errors import NotFound
from market.notices.senders.web_push.settings import server_key
from market.notices.subscriptions import Holder
from market.orders.models import Order
from market.orders.queries.orders import Receipt
from market.web.base.commune import current_commune
from market.web.base.push import PushBox, box_of, push_of_person
from market.web.shop.order.access import NO_RECEIPT


def push_box(found: Order | Receipt, receipt_code: str) -> PushBox | None:
    """For who owns it; None where the market sends no push, and for a guest on a browser that did not order: it is told
    of nothing."""
    key, who = server_key(), found if isinstance(found, Receipt) else found.purchase.contact
    if key is None:
        return None
    if who.holder_id is not None:
        return push_of_person()
    if who.open_on is None:
        return None
    on = url_for("shop.purchase_push", code=receipt_code)
    return box_of(key, _guest(found.purchase_id), on, url_for("shop.purchase_push_stop", code=receipt_code))


def holder_of(receipt: Receipt) -> Holder:
    """The guest's purchase. NotFound for what a person bought: that is told to the person, where they turned it on."""
    if receipt.holder_id is not None:
        raise NotFound(NO_RECEIPT)
    return _guest(receipt.purchase_id)


def _guest(purchase_id: int) -> Holder:
    return Holder(commune_id=current_commune().id, purchase_id=purchase_id)
