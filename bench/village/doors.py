"""What a stranger can get out of the market itself: asked of the application, not assumed."""

import re
from html import unescape

from flask import Flask
from sqlalchemy import select

from market.base.db import reading
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.keys import SHORT, hand_over_key
from market.values.phone import Phone

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')


def shows_code_to_strangers(app: Flask, order_id: int) -> bool:
    """Whether somebody who knows an order's code and its phone's last four digits, as its seller does, reads the
    buyer's code on the order's public page."""
    with app.app_context():
        code, phone = reading().execute(_ORDER.where(Order.id == order_id)).one()
        short = hand_over_key(code)[-SHORT:]
    client = app.test_client()
    address = f"/don/{code}"
    token = TOKEN.search(client.get(address).text)
    digits = {"last4": Phone.stored(str(phone)).last4, "csrf_token": unescape(token[1]) if token else ""}
    client.post(f"{address}/mo", data=digits)
    page = client.get(address)
    if page.status_code != 200 or code not in page.text:
        raise RuntimeError(f"{address} answered {page.status_code}, without the order")
    return short in page.text


_ORDER = select(Order.code, Contact.phone).join(Purchase, Purchase.id == Order.purchase_id).join(Contact)
