"""When a buyer is somebody: what makes the code that a buyer read out count as "người mua xác nhận".

A buyer is known again by a phone together with the device or the account it was given on (`buyer_keys`); a phone alone
can be typed by anybody. Whatever code was read out, a buyer is nobody until one of these holds, and each of them begins
at something that neither the seller nor a friend can make by themselves:

CALL     the office rang up and the buyer confirmed a purchase: this one, or one within a year of it, anywhere;
BANK     within a year the buyer paid another, unrelated business, the provider itself told the market of that money,
         and the account it came from is known and belongs to nobody of either business nor to anybody in service;
REGULAR  within a year the buyer bought, with the code, from two or more other businesses, unrelated to this one and to
         one another, the purchases lying three weeks or more apart, and each of those businesses is *established*:
         two or more other buyers who are known by CALL or BANK bought from it.

REGULAR vouches for nobody further: a regular establishes no business. So whatever is believed is at most two steps away
from a call or from a bank, and a ring of sellers with an invented buyer vouches for nothing, however large it is. A
sale with a doubt is no part of anybody's history. Where keepers write down whom they hand goods to, that becomes one
more anchor beside CALL and BANK; today they write nothing down.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from market.adoption.rules.calls import CallBook
from market.adoption.rules.facts import BuyerKey, Sale, Vouch

A_YEAR = timedelta(days=365)
WEEKS_APART = timedelta(days=21)
OTHER_BUSINESSES = 2
KNOWN_BUYERS = 2

Related = Callable[[int, int], bool]
Bought = tuple[int, date]
"""From which business, on which day."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A buyer known by a call or a bank who bought from a business."""

    phone: str
    device: str


class Vouching:
    """Tells of every sale what makes its buyer somebody. `clean`: the sales without a doubt; `related`: of two
    businesses whether they have anybody in common."""

    def __init__(self, clean: Iterable[Sale], calls: CallBook, related: Related) -> None:
        self._calls, self._related = calls, related
        proven = [sale for sale in clean if sale.is_confirmed or sale.bank_confirmed > 0]
        self._paid = _bought(sale for sale in proven if sale.bank_confirmed > 0 and sale.payer)
        self._known: dict[int, set[_Known]] = defaultdict(set)
        for sale in proven:
            if self.anchor(sale):
                self._known[sale.business_id].add(_Known(sale.phone, sale.device or sale.phone))
        self._regular = _bought(sale for sale in proven if len(self._known.get(sale.business_id, ())) >= KNOWN_BUYERS)

    def vouch(self, sale: Sale) -> Vouch | None:
        return self.anchor(sale) or (Vouch.REGULAR if self._is_regular(sale) else None)

    def anchor(self, sale: Sale) -> Vouch | None:
        """CALL or BANK: what needs no other buyer."""
        if any(_is_near(day, sale) for day in self._calls.confirmed_on(sale)):
            return Vouch.CALL
        return Vouch.BANK if self._elsewhere(sale, self._paid) else None

    def _elsewhere(self, sale: Sale, bought: dict[BuyerKey, set[Bought]]) -> list[Bought]:
        """Where else the buyer of a sale bought within a year of it."""
        return [
            one
            for key in sale.buyer_keys
            for one in bought.get(key, ())
            if _is_near(one[1], sale) and not self._related(one[0], sale.business_id)
        ]

    def _is_regular(self, sale: Sale) -> bool:
        found = [one for one in self._elsewhere(sale, self._regular) if self._is_established(one[0], sale)]
        days = [sale.completed_on, *(day for _, day in found)]
        return max(days) - min(days) >= WEEKS_APART and self._unrelated(found) >= OTHER_BUSINESSES

    def _is_established(self, business_id: int, sale: Sale) -> bool:
        """Whether enough others than this buyer are known there, each with a phone and a device of their own."""
        others = [one for one in self._known[business_id] if one.phone != sale.phone and one.device != sale.device]
        return min(len({one.phone for one in others}), len({one.device for one in others})) >= KNOWN_BUYERS

    def _unrelated(self, bought: Iterable[Bought]) -> int:
        """How many of the businesses have nothing to do with one another."""
        apart: list[int] = []
        for business_id in sorted({business_id for business_id, _ in bought}):
            if not any(self._related(business_id, one) for one in apart):
                apart.append(business_id)
        return len(apart)


def _bought(sales: Iterable[Sale]) -> dict[BuyerKey, set[Bought]]:
    found: dict[BuyerKey, set[Bought]] = defaultdict(set)
    for sale in sales:
        for key in sale.buyer_keys:
            found[key].add((sale.business_id, sale.completed_on))
    return found


def _is_near(day: date, sale: Sale) -> bool:
    return abs(day - sale.completed_on) <= A_YEAR
