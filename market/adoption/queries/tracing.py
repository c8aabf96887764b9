"""Who is behind a sale, for the officer who looks at it: the buyer, their device, the seller's side."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.orders.models import Contact, Order, PickupSighting, Purchase
from market.places.models import PickupPoint
from market.sellers.models import Business, BusinessMember, Mandate
from market.values.phone import Phone

MOST = 12
"""So many names are shown of each list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Somebody with the phone under which they can be reached."""

    name: str
    phone: Phone | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtAt:
    """So many orders at a business."""

    business: str
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The keeper of a pickup point who saw the buyer fetch the order: who, where, when they wrote it down."""

    keeper: Reached
    pickup_point: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerTrace:
    """The buyer as the order names them (None: erased on their wish); the keeper who saw them; who ever signed in on
    the device that ordered, what was ordered from it and under the phone; the seller's own phone, its people past and
    present, its helpers."""

    buyer: Reached | None
    sighting: Sighting | None
    has_device: bool
    signed_in: list[Reached]
    on_device: list[BoughtAt]
    under_phone: list[BoughtAt]
    seller: list[Reached]
    helpers: list[Reached]


def trace_of(session: Session, order_id: int) -> BuyerTrace:
    """Everybody behind a sale."""
    order = session.get_one(Order, order_id)
    contact = session.scalars(
        select(Contact).join(Purchase, Purchase.contact_id == Contact.id).where(Purchase.id == order.purchase_id)
    ).one()
    is_erased, device = contact.erased_at is not None, contact.device
    has_phone = not is_erased and contact.phone is not None
    return BuyerTrace(
        buyer=None if is_erased else Reached(name=contact.name, phone=contact.phone),
        sighting=_sighting(session, order_id),
        has_device=device is not None,
        signed_in=_signed_in(session, device) if device else [],
        on_device=_bought(session, order, Contact.device == device) if device else [],
        under_phone=_bought(session, order, Contact.phone == contact.phone) if has_phone else [],
        seller=_seller(session, order.business_id),
        helpers=_helpers(session, order.business_id),
    )


def _sighting(session: Session, order_id: int) -> Sighting | None:
    query = (
        select(Person.name, Person.phone, PickupPoint.name.label("pickup_point"), PickupSighting.seen_at)
        .join(Person, Person.id == PickupSighting.keeper_id)
        .join(PickupPoint, PickupPoint.id == PickupSighting.pickup_point_id)
        .where(PickupSighting.order_id == order_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    keeper = Reached(name=row.name, phone=row.phone)
    return Sighting(keeper=keeper, pickup_point=row.pickup_point, seen_at=row.seen_at)


def _signed_in(session: Session, device: str) -> list[Reached]:
    people = select(LoginSession.person_id).where(LoginSession.visitor == device)
    query = select(Person.name, Person.phone).where(Person.id.in_(people)).order_by(Person.id).limit(MOST)
    return [Reached(name=name, phone=phone) for name, phone in session.execute(query)]


def _bought(session: Session, order: Order, same: ColumnElement[bool]) -> list[BoughtAt]:
    """Orders of all times, most first, within the commune."""
    purchases = (
        select(Purchase.id).join(Contact, Contact.id == Purchase.contact_id).where(same, Contact.erased_at.is_(None))
    )
    count = func.count(Order.id)
    query = (
        select(Business.name, count)
        .join(Order, Order.business_id == Business.id)
        .where(Order.commune_id == order.commune_id, Order.purchase_id.in_(purchases))
        .group_by(Business.id, Business.name)
        .order_by(count.desc(), Business.id)
        .limit(MOST)
    )
    return [BoughtAt(business=name, orders=orders) for name, orders in session.execute(query)]


def _seller(session: Session, business_id: int) -> list[Reached]:
    query = (
        select(Person.name, Person.phone)
        .join(BusinessMember, BusinessMember.person_id == Person.id)
        .where(BusinessMember.business_id == business_id, BusinessMember.decided_at.is_not(None))
        .order_by(BusinessMember.id)
        .limit(MOST)
    )
    people = [Reached(name=name, phone=phone) for name, phone in session.execute(query)]
    business = session.get_one(Business, business_id)
    if business.phone is None or business.phone in {one.phone for one in people}:
        return people
    return [Reached(name=business.owner_name or business.name, phone=business.phone), *people]


def _helpers(session: Session, business_id: int) -> list[Reached]:
    helping = select(Mandate.helper_id).where(Mandate.business_id == business_id)
    query = select(Person.name, Person.phone).where(Person.id.in_(helping)).order_by(Person.id).limit(MOST)
    return [Reached(name=name, phone=phone) for name, phone in session.execute(query)]
