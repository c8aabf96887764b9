"""What a check-out asks for and what it returns."""

from dataclasses import dataclass

from market.orders.rules import Delivery, PayChoice
from market.orders.rules.deposits import Deposit
from market.places.rules.hours import Slot
from market.values.money import Dong
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys on which phone (`device` is its browser's name), from which network (its keyed hash). The person signed
    in, if any, is the actor."""

    name: str
    phone: Phone
    address: str | None = None
    device: str | None = None
    network: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """An amount (thousandths of the unit) of a variant at the price that was shown. `weighed_within`: sold by what it
    weighs, so many percent off at most, as was shown; None: as ordered."""

    variant_id: int
    amount: int
    price: Dong
    weighed_within: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOrder:
    """What is wanted of one stall, how it is to come and be paid, at the fee that was shown.

    `pickup_point_id` None with PICKUP_POINT: at the seller's own place. `slot`: when it is fetched at the point, where
    the stall's orders for it have slots. `hamlet_id`: that of the house, where it is brought to one. `pays_carrier`:
    the page said that who fetches it pays the bus. `note`: what the buyer tells the stall. `deposit`: what was shown to
    be paid before its goods are kept; None: nothing.
    """

    stall_id: int
    lines: tuple[WantedLine, ...]
    delivery: Delivery
    pay_choice: PayChoice
    delivery_fee: Dong
    pickup_point_id: int | None = None
    hamlet_id: int | None = None
    pays_carrier: bool = False
    note: str = ""
    deposit: Deposit | None = None
    slot: Slot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePurchase:
    """A whole check-out. The same `client_key` again returns the same purchase. `cart_id`: the cart it came from."""

    commune_id: int
    client_key: str
    buyer: Buyer
    orders: tuple[WantedOrder, ...]
    cart_id: int | None = None

    @property
    def lines(self) -> tuple[WantedLine, ...]:
        return tuple(line for order in self.orders for line in order.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """`is_new` is False where the client key had already bought."""

    purchase_id: int
    code: str
    order_ids: tuple[int, ...]
    is_new: bool
