"""A purchase placed as a guest is taken into the account of who opens it on the browser that placed it.

That purchase alone: the same phone number proves nothing, because families share one. What it proves of who bought
stays as it was (`Contact.person_id`); it is only opened, and told of, by the account from then on.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import locked_all
from market.base.errors import Conflict, NotFound
from market.orders.models import Contact, Order, Purchase
from market.orders.rules import NO_ORDER

TAKEN = "Đơn này đã nằm trong một tài khoản khác rồi nên không giữ thêm được. Trên máy đã đặt, đơn vẫn mở như cũ."


def attach_purchase(session: Session, actor: Actor, purchase_id: int, person_id: int, *, now: datetime) -> None:
    """Let this person's account open the purchase from now on. Idempotent. The caller knows that they hold it.

    Conflict where another account holds it, NotFound where there is none or its buyer was forgotten.
    """
    orders = locked_all(session, Order, Order.purchase_id == purchase_id)
    of_purchase = select(Contact).join(Purchase, Purchase.contact_id == Contact.id).where(Purchase.id == purchase_id)
    contact = session.scalar(of_purchase.execution_options(populate_existing=True))
    if not orders or contact is None or contact.erased_at is not None:
        raise NotFound(NO_ORDER)
    if contact.holder_id == person_id:
        return
    if contact.holder_id is not None:
        raise Conflict("attached_elsewhere", TAKEN)
    contact.attached_to_id = person_id
    session.flush()
    for order in orders:
        change = Change(
            verb="attach_purchase",
            subject="order",
            subject_id=order.row.id,
            commune_id=order.row.commune_id,
            fields=("attached_to_id",),
        )
        record(session, actor, change, now=now)
