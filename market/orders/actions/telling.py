"""What either side of an order is told of it, once a kind, and the event that its change leaves."""

from datetime import datetime

from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.notices.actions import Message, enqueue_notifications
from market.orders.models import Order
from market.orders.rules import Recipient, notice_key


def tell(
    session: Session, order: Order, to: Recipient, kind: str, sentence: str, *, now: datetime, once: object = ""
) -> None:
    """One notice of a kind (`OrderNews`); `once` tells apart what may happen to an order again. The buyer's goes to
    whose account holds the purchase, else to the guest."""
    is_buyer = to is Recipient.BUYER
    message = Message(
        dedupe_key=notice_key("order", order.id, to, f"{kind}:{once}" if once else kind),
        kind=kind,
        sentence=sentence,
        commune_id=order.commune_id,
        person_id=order.purchase.contact.holder_id if is_buyer else None,
        business_id=None if is_buyer else order.business_id,
        order_id=order.id,
    )
    enqueue_notifications(session, [message], now=now)


def tell_buyer(session: Session, order: Order, kind: str, sentence: str, now: datetime, *, once: object = "") -> None:
    tell(session, order, Recipient.BUYER, kind, sentence, now=now, once=once)


def tell_seller(session: Session, order: Order, kind: str, sentence: str, now: datetime, *, once: object = "") -> None:
    tell(session, order, Recipient.SELLER, kind, sentence, now=now, once=once)


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
