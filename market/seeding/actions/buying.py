"""Who buys in the year of orders, how the goods reach them, and the purchases with their contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base.secrets import random_key
from market.orders.models import Contact, Purchase
from market.orders.rules import Delivery
from market.places.models import PickupPoint
from market.seeding.actions.cast import Demo
from market.seeding.files import Seeds
from market.seeding.rules import PlannedOrder, code_of
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerRow:
    """A buyer: invented guests have no person behind them, each has a browser of their own; outside the commune there
    is no pickup point."""

    name: str
    phone: Phone
    address: str | None
    person_id: int | None
    pickup_point_id: int | None
    is_outside: bool
    device: str = field(default_factory=random_key, repr=False)


@dataclass(frozen=True, slots=True)
class Buyers:
    """Buyers by key: the guests of `buyers.csv` and the people of `people.csv`."""

    by_key: Mapping[str, BuyerRow]

    @classmethod
    def read(cls, session: Session, seeds: Seeds, demo: Demo) -> Self:
        points = dict(session.execute(select(PickupPoint.hamlet_id, PickupPoint.id)).all())
        found = {}
        for row in seeds.table("buyers"):
            hamlet = demo.hamlet(row.text("hamlet")) if row.maybe("hamlet") else None
            found[row.text("key")] = BuyerRow(
                name=row.text("name"),
                phone=Phone(row.text("phone")),
                address=row.maybe("address"),
                person_id=None,
                pickup_point_id=points.get(hamlet or 0),
                is_outside=hamlet is None,
            )
        for key, person_id in demo.people.items():
            person = session.get_one(Person, person_id)
            if person.phone:
                found[key] = BuyerRow(
                    name=person.name,
                    phone=person.phone,
                    address=None,
                    person_id=person_id,
                    pickup_point_id=next(iter(points.values())),
                    is_outside=False,
                )
        return cls(found)

    def person(self, key: str) -> int | None:
        return self.by_key[key].person_id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """How an order reaches its buyer, and the fee."""

    delivery: Delivery
    pickup_point_id: int | None
    fee: Dong

    @classmethod
    def of(cls, plan: PlannedOrder, stall: Stall, buyers: Buyers) -> Self:
        buyer = buyers.by_key[plan.buyer]
        if buyer.is_outside and stall.ships_outside:
            return cls(delivery=Delivery.SHIPPED, pickup_point_id=None, fee=stall.shipping_fee)
        if stall.delivers_in_commune and not buyer.is_outside and buyer.address and plan.minute % 3 == 0:
            return cls(delivery=Delivery.IN_COMMUNE, pickup_point_id=None, fee=stall.delivery_fee)
        return cls(delivery=Delivery.PICKUP_POINT, pickup_point_id=buyer.pickup_point_id, fee=Dong(0))


def enter_purchases(
    session: Session, demo: Demo, buyers: Buyers, plans: Sequence[PlannedOrder], placed: Mapping[int, datetime]
) -> dict[int, int]:
    """The purchases' ids by cart."""
    carts = {plan.cart: buyers.by_key[plan.buyer] for plan in plans}
    contacts = {cart: _contact(demo.commune_id, buyer) for cart, buyer in carts.items()}
    session.add_all(contacts.values())
    session.flush()
    purchases = {
        cart: Purchase(
            commune_id=demo.commune_id,
            code=code_of("BN", cart),
            contact_id=contact.id,
            client_key=f"seed-{cart}",
            placed_at=placed[cart],
        )
        for cart, contact in contacts.items()
    }
    session.add_all(purchases.values())
    session.flush()
    return {cart: purchase.id for cart, purchase in purchases.items()}


def _contact(commune_id: int, buyer: BuyerRow) -> Contact:
    return Contact(
        commune_id=commune_id,
        person_id=buyer.person_id,
        name=buyer.name,
        phone=buyer.phone,
        address=buyer.address,
        device=buyer.device,
    )
