"""What of an earlier order can be bought once more, and what of it has changed since, in words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from market.orders.models import OrderLine
from market.orders.queries.offers import Offer
from market.values.money import format_dong
from market.values.quantity import format_quantity

Wanted = tuple[Offer, int]
"""What is offered now, and how much of it (thousandths)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsAgain:
    """What can be had of an order's goods now; `said`: what is gone, less, or costs otherwise, a sentence each."""

    wanted: Sequence[Wanted]
    said: Sequence[str]


def goods_again(lines: Iterable[OrderLine], offers: Mapping[int, Offer]) -> GoodsAgain:
    """The goods of an order at the offers of now, as much of each as there is."""
    asked, amounts = {}, Counter[int]()
    for line in lines:
        asked[line.variant_id] = line
        amounts[line.variant_id] += line.estimate or line.amount
    wanted: list[Wanted] = []
    said: list[str] = []
    for variant_id, line in asked.items():
        offer, before = offers.get(variant_id), amounts[variant_id]
        there = _amount(before, offer)
        if offer is not None and there:
            wanted.append((offer, there))
        said += _changes(line, offer, before=before, there=there)
    return GoodsAgain(wanted=wanted, said=said)


MOST_NAMED = 6
"""So many goods are named with their price, of an order of a hundred."""


def said_again(again: GoodsAgain) -> str:
    """`Đậu xanh 2 kg, giá 45.000 ₫; …`: what can be had of it, at today's prices."""
    named = [
        f"{offer.name} {format_quantity(amount, offer.unit)}, giá {format_dong(offer.price)}"
        for offer, amount in again.wanted[:MOST_NAMED]
    ]
    rest = len(again.wanted) - len(named)
    return "; ".join([*named, f"và {rest} món nữa"] if rest else named)


def _amount(before: int, offer: Offer | None) -> int:
    """How much of what was bought can be had, in whole steps of what it is sold by."""
    if offer is None or not (offer.is_public and offer.takes_orders):
        return 0
    there = before if offer.available is None else min(before, max(0, offer.available))
    return there - there % offer.unit.step


def _changes(line: OrderLine, offer: Offer | None, *, before: int, there: int) -> list[str]:
    name = f"{line.product_name} {line.variant_label}".strip()
    if offer is None or not there:
        return [f"{name} nay không còn."]
    changes = []
    if there < before:
        changes.append(f"{name} chỉ còn {format_quantity(there, offer.unit)}.")
    if offer.price != line.price:
        changes.append(f"{name} nay giá {format_dong(offer.price)}, lúc trước {format_dong(line.price)}.")
    return changes
