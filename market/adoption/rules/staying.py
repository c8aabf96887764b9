"""Of two businesses that are one, which goes on under its number: the one without which the figure would lose most."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What hangs on a business: the days of its newest sale that counts and of its newest sale at all, whether it has a
    stall, how many open orders, members, accounts elsewhere, papers in force and declared sales."""

    business_id: int
    counted_on: date | None = None
    sold_on: date | None = None
    has_stall: bool = False
    open_orders: int = 0
    members: int = 0
    accounts: int = 0
    papers: int = 0
    declared: int = 0

    @property
    def weight(self) -> tuple[date, date, bool, int, int, int, int, int, int]:
        return (
            self.counted_on or date.min,
            self.sold_on or date.min,
            self.has_stall,
            self.open_orders,
            self.members,
            self.accounts,
            self.papers,
            self.declared,
            -self.business_id,
        )


def who_goes_on(one: Holdings, other: Holdings) -> tuple[Holdings, Holdings]:
    """The one that goes on, and the one that ends.

    Orders stay with the business that took them, so the newest sale decides: while one of the other's would count in a
    window of days up to today or later, one of this one's does. Then the stall, of which a business has one; of two
    that nothing hangs on the one that was entered first.
    """
    return (one, other) if one.weight > other.weight else (other, one)
