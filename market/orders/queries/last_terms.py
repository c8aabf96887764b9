"""How a buyer had their last purchase: what may be chosen for them the next time, and said to be theirs."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.orders.models import HOLDER_ID, Contact, Order, Purchase
from market.orders.rules import Delivery, PayChoice
from market.places.rules.hours import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTerms:
    """Where the goods of the newest order went and how it was to be paid. `pickup_point_id` None with PICKUP_POINT: at
    the seller's own place. `hamlet_id`, `address`: where its goods were brought to, if they were. `slot`: when they
    were fetched at the point."""

    delivery: Delivery
    hamlet_id: int | None
    pickup_point_id: int | None
    pay_choice: PayChoice
    address: str | None
    slot: Slot | None = None


def last_terms(session: Session, commune_id: int, *, person_id: int | None, device: str | None) -> LastTerms | None:
    """Of an account, else of a browser: there of those orders alone that it still opens and that no account holds,
    because phones are shared. None where there are none."""
    if person_id is None and device is None:
        return None
    if person_id is not None:
        whose = Contact.person_id == person_id
    else:
        whose = (Contact.device == device) & Contact.device_forgotten_at.is_(None) & HOLDER_ID.is_(None)
    newest = (
        select(
            Order.delivery,
            Order.hamlet_id,
            Order.pickup_point_id,
            Order.pay_choice,
            Order.slot_on,
            Order.slot_begins,
            Order.slot_ends,
            Contact.address,
        )
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(whose, Contact.commune_id == commune_id)
        .order_by(Order.id.desc())
        .limit(1)
    )
    row = session.execute(newest).one_or_none()
    if row is None:
        return None
    is_brought = row.delivery is not Delivery.PICKUP_POINT
    return LastTerms(
        delivery=row.delivery,
        hamlet_id=row.hamlet_id,
        pickup_point_id=row.pickup_point_id,
        pay_choice=row.pay_choice,
        address=row.address if is_brought else None,
        slot=Slot(row.slot_on, row.slot_begins, row.slot_ends) if row.slot_on else None,
    )
