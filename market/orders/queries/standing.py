"""What a buyer wants to buy, read in one statement with what they hold without money and what they were handed before.

Where goods are held until a moment, no money keeps the order: what is paid, and what its stall has packed, is held
until the order ends.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, RowMapping, bindparam, case, cast, func, or_, select
from sqlalchemy.orm import Session

from market.catalog.models import Reservation, Variant
from market.catalog.queries.stock import NOW
from market.orders.models import Contact, Order, Purchase
from market.orders.queries.offers import OFFERS, Offer, offer_of
from market.orders.rules import Holding, OrderStatus, Share, Standing
from market.sellers.models import Stall
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerKeys:
    """By what a buyer is known: their browser, account, the phone that was typed, the network they ask from."""

    device: str | None
    person_id: int | None
    phone: Phone
    network: str | None

    def names(self) -> Iterator[tuple[str, object]]:
        """What is locked while is counted what they hold."""
        return ((kind, key) for kind, key in asdict(self).items() if key is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForBuyer:
    """The offers of the variants that are wanted, by id; by stall how the buyer stands, by variant what they hold."""

    offers: dict[int, Offer]
    standings: dict[int, Standing]
    shares: dict[int, Share]


_OWN = or_(Contact.device == bindparam("device"), Contact.person_id == bindparam("person_id"))
_PHONE = Contact.phone == bindparam("phone")
_NETWORK = Contact.network == bindparam("network")
_WITHOUT_MONEY = Reservation.released_at.is_(None), Reservation.held_until > NOW
_HOLDS = (
    select(Reservation.id)
    .join(Variant, Variant.id == Reservation.variant_id)
    .where(Reservation.order_id == Order.id, *_WITHOUT_MONEY, Variant.on_hand.is_not(None))
    .correlate(Order)
    .exists()
)
_ORDERS = (
    select(
        Order.stall_id,
        _OWN.label("own"),
        _PHONE.label("phone"),
        _NETWORK.label("network"),
        _HOLDS.label("holds"),
        (Order.status == OrderStatus.DELIVERED).label("delivered"),
    )
    .join(Purchase, Purchase.id == Order.purchase_id)
    .join(Contact, Contact.id == Purchase.contact_id)
    .where(Order.commune_id == bindparam("commune_id"), or_(_OWN, _PHONE, _NETWORK))
    .subquery()
)
_COUNTED = {
    "own": _ORDERS.c.own & _ORDERS.c.holds,
    "phone": _ORDERS.c.phone & _ORDERS.c.holds,
    "network": _ORDERS.c.network & _ORDERS.c.holds,
    "bought": _ORDERS.c.own & _ORDERS.c.delivered,
}
_BY_STALL = (
    select(_ORDERS.c.stall_id, *(func.count(case((which, 1))).label(name) for name, which in _COUNTED.items()))
    .group_by(_ORDERS.c.stall_id)
    .cte("by_stall")
)
_HELD_BY_BUYER = (
    select(cast(func.coalesce(func.sum(Reservation.amount), 0), BigInteger))
    .join(Order, Order.id == Reservation.order_id)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .join(Contact, Contact.id == Purchase.contact_id)
    .where(Reservation.variant_id == Variant.id, *_WITHOUT_MONEY, or_(_OWN, _PHONE, _NETWORK))
    .correlate(Variant)
    .scalar_subquery()
)
# Built once, as every statement of a check-out.
_FOR_BUYER = (
    OFFERS.add_columns(
        Variant.on_hand,
        _HELD_BY_BUYER.label("held"),
        *(func.coalesce(_BY_STALL.c[name], 0).label(f"{name}_here") for name in _COUNTED),
        *(
            select(cast(func.coalesce(func.sum(_BY_STALL.c[name]), 0), BigInteger)).scalar_subquery().label(name)
            for name in _COUNTED
        ),
    )
    .outerjoin(_BY_STALL, _BY_STALL.c.stall_id == Stall.id)
    .where(Variant.id.in_(bindparam("variant_ids", expanding=True)))
)


def offers_for(
    session: Session, buyer: BuyerKeys, commune_id: int, variant_ids: list[int], *, now: datetime
) -> ForBuyer:
    """The offers of these variants, public or not, and how the buyer stands. What is counted holds only while
    `BuyerKeys.names` are locked."""
    asked = asdict(buyer) | {"commune_id": commune_id, "variant_ids": variant_ids, "now": now}
    rows = session.connection().execute(_FOR_BUYER, asked).mappings().all()
    return ForBuyer(
        offers={row["variant_id"]: offer_of(row) for row in rows},
        standings={row["stall_id"]: _standing(row) for row in rows},
        shares={row["variant_id"]: Share(on_hand=row["on_hand"], held=row["held"]) for row in rows},
    )


def _standing(row: RowMapping) -> Standing:
    return Standing(
        here=Holding(own=row["own_here"], phone=row["phone_here"], network=row["network_here"]),
        everywhere=Holding(own=row["own"], phone=row["phone"], network=row["network"]),
        bought_here=row["bought_here"],
        bought=row["bought"],
    )
