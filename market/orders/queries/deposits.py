"""What a stall's deposit rests on: what its buyer was handed there before, what is kept where nobody comes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from market.orders.models import Contact, Order, Purchase
from market.orders.rules import OrderStatus
from market.orders.rules.deposits import KEPT_PERCENT
from market.places.queries import fact_on
from market.values.period import local_day

KEPT_FACT = "deposit.kept_percent"


def kept_percent(session: Session, commune_id: int, *, now: datetime) -> int:
    """Which part of a deposit is the stall's where nobody comes, in this commune today."""
    return read_kept(fact_on(session, commune_id, KEPT_FACT, local_day(now)))


def read_kept(said: str | None) -> int:
    """What the fact says; the market's own where it says nothing."""
    return int(said) if said and said.isdigit() else KEPT_PERCENT


def bought_before(
    session: Session, stall_ids: Collection[int], *, person_id: int | None, device: str | None
) -> dict[int, int]:
    """How many orders of these stalls a buyer was handed, known as a check-out knows them (`BuyerStanding`); stalls of
    none are absent."""
    if person_id is None and device is None:
        return {}
    own = [Contact.device == device] if device is not None else []
    own += [Contact.person_id == person_id] if person_id is not None else []
    query = (
        select(Order.stall_id, func.count(Order.id))
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(or_(*own), Order.stall_id.in_(stall_ids), Order.status == OrderStatus.DELIVERED)
        .group_by(Order.stall_id)
    )
    return {stall_id: count for stall_id, count in session.execute(query)}
