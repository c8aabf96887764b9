"""What either side of an order is told of it, once a kind, and the event that its change leaves."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.notices.actions import Message, enqueue_notifications
from market.notices.rules import OrderNews
from market.orders.models import Order
from market.orders.rules import Recipient, notice_key


def tell_buyer(
    session: Session, order: Order, kind: OrderNews, sentence: str, now: datetime, *, once: object = ""
) -> None:
    """One notice of a kind; `once` tells apart what may happen to an order again."""
    message = Message(
        dedupe_key=notice_key("order", order.id, Recipient.BUYER, f"{kind}:{once}"),
        kind=kind,
        sentence=sentence,
        commune_id=order.commune_id,
        person_id=order.purchase.contact.person_id,
        order_id=order.id,
    )
    enqueue_notifications(session, [message], now=now)


def tell_seller(
    session: Session, order: Order, kind: OrderNews, sentence: str, now: datetime, *, once: object = ""
) -> None:
    """The same to the stall."""
    message = Message(
        dedupe_key=notice_key("order", order.id, Recipient.SELLER, f"{kind}:{once}"),
        kind=kind,
        sentence=sentence,
        commune_id=order.commune_id,
        business_id=order.business_id,
        order_id=order.id,
    )
    enqueue_notifications(session, [message], now=now)


def note_change(session: Session, actor: Actor, order: Order, verb: str, *fields: str, now: datetime) -> None:
    """The event of a change of an order."""
    change = Change(
        verb=verb,
        subject="order",
        subject_id=order.id,
        commune_id=order.commune_id,
        business_id=order.business_id,
        fields=fields,
    )
    record(session, actor, change, now=now)
