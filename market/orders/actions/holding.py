"""For which orders of a check-out goods are held at once, and how many a buyer may have that hold them unpaid."""

from collections import Counter
from collections.abc import Mapping, Sequence

from market.base.errors import Refused
from market.catalog.actions.stock import sold_out
from market.orders.actions.inputs import PlacePurchase, WantedLine, WantedOrder
from market.orders.queries.standing import ForBuyer
from market.orders.rules import is_held_at_once, why_not_hold


def orders_held(new: PlacePurchase, there: ForBuyer) -> list[bool]:
    """Of each order, whether its goods are held at once; otherwise its stall looks at it first.

    Refused where the buyer would have too many that hold counted goods without money, SoldOut where what would not be
    held cannot be had either.
    """
    amounts = Counter[int]()
    for line in new.lines:
        amounts[line.variant_id] += line.amount
    held = [_is_held(order, amounts, there) for order in new.orders]
    asked = list(zip(new.orders, held, strict=True))
    _check_bounds([order for order, is_held in asked if is_held and _is_counted(order, there)], there)
    for order, is_held in asked:
        if not is_held:
            _check_stock(order.lines, amounts, there)
    return held


def _is_held(order: WantedOrder, amounts: Mapping[int, int], there: ForBuyer) -> bool:
    """By all that is wanted of each variant, in whichever lines and orders it stands."""
    wanted = {line.variant_id: there.offers[line.variant_id] for line in order.lines}
    return is_held_at_once(
        confirms_strangers=any(offer.stall.confirms_strangers for offer in wanted.values()),
        standing=there.standings[order.stall_id],
        is_too_much=any(there.shares[one].is_too_much(amounts[one], offer.price) for one, offer in wanted.items()),
    )


def _is_counted(order: WantedOrder, there: ForBuyer) -> bool:
    return any(there.shares[line.variant_id].on_hand is not None for line in order.lines)


def _check_bounds(holding: Sequence[WantedOrder], there: ForBuyer) -> None:
    for stall_id, count in Counter(order.stall_id for order in holding).items():
        why_not = why_not_hold(there.standings[stall_id], here=count, everywhere=len(holding))
        if why_not:
            raise Refused("too_many_held", why_not)


def _check_stock(lines: Sequence[WantedLine], amounts: Mapping[int, int], there: ForBuyer) -> None:
    for line in lines:
        offer = there.offers[line.variant_id]
        if offer.available is not None and offer.available < amounts[line.variant_id]:
            raise sold_out(offer.name, max(0, offer.available), offer.unit_code)
