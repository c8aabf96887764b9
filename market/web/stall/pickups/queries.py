"""What is still owed for orders at a pickup point: which the keeper tells the buyer, and never confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from market.orders.queries.pickups import Pickup, PickupsOfStall
from market.payments.queries import paid_of
from market.values.money import Dong


@dataclass(frozen=True, slots=True, kw_only=True)
class Dues:
    """By the ids of orders, what each still asks for."""

    by_order: dict[int, Dong]

    def of(self, pickups: Sequence[Pickup]) -> Dong:
        return Dong(sum(self.by_order.get(one.id, 0) for one in pickups))

    def owed(self, stall: PickupsOfStall) -> list[Pickup]:
        """The stall's orders for which something is owed."""
        return [one for one in stall.orders if self.by_order.get(one.id)]


def dues_of(session: Session, pickups: Sequence[Pickup], *, now: datetime) -> Dues:
    paid = paid_of(session, [one.id for one in pickups], now=now)
    return Dues(by_order={order_id: one.remaining for order_id, one in paid.items()})
