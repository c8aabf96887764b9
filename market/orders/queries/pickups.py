"""Orders that stand ready at the pickup points, as their keepers see them: no phone, no address, no money."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.orders.models import READY, Contact, Order, PickupSighting, Purchase
from market.orders.rules import NO_ORDER
from market.places.models import PickupPoint
from market.sellers.models import Stall

PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """An order that waits at a point, and when its keeper wrote down that it was fetched."""

    id: int
    code: str
    buyer: str
    stall: str
    point: str
    fetched_at: datetime | None


def pickups_at(session: Session, commune_id: int, hamlet_ids: Collection[int], *, after: int = 0) -> list[Pickup]:
    """The orders ready at these hamlets' points, oldest first: those after a number, one more than a page holds."""
    ready = _pickups(commune_id, hamlet_ids).where(READY, PickupSighting.id.is_(None), Order.id > after)
    return [Pickup(**row) for row in session.execute(ready.order_by(Order.id).limit(PAGE + 1)).mappings()]


def waiting_at(session: Session, commune_id: int, point_id: int) -> int:
    """How many orders stand ready to be fetched at a point."""
    ready = Order.commune_id == commune_id, Order.pickup_point_id == point_id, READY
    return session.scalar(select(func.count(Order.id)).where(*ready)) or 0


def pickup_with_code(session: Session, commune_id: int, hamlet_ids: Collection[int], code: str) -> Pickup:
    """An order ready, or fetched already, at these hamlets' points; NotFound for any other."""
    row = session.execute(_pickups(commune_id, hamlet_ids).where(READY, Order.code == code)).mappings().one_or_none()
    if row is None:
        raise NotFound(NO_ORDER)
    return Pickup(**row)


def _pickups(commune_id: int, hamlet_ids: Collection[int]) -> Select[int, str, str, str, str, datetime]:
    """The partial index over what is ready needs its condition as it stands there."""
    points = select(PickupPoint.id).where(PickupPoint.hamlet_id.in_(hamlet_ids))
    return (
        select(
            Order.id,
            Order.code,
            Contact.name.label("buyer"),
            Stall.name.label("stall"),
            PickupPoint.name.label("point"),
            PickupSighting.seen_at.label("fetched_at"),
        )
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .join(Stall, Stall.id == Order.stall_id)
        .join(PickupPoint, PickupPoint.id == Order.pickup_point_id)
        .outerjoin(PickupSighting, PickupSighting.order_id == Order.id)
        .where(Order.commune_id == commune_id, Order.pickup_point_id.in_(points))
    )
