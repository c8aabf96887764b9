"""When a buyer is somebody: what makes the code that a buyer read out count as "người mua xác nhận".

A buyer is known again by a phone together with the device or the account it was given on (`buyer_keys`); a phone alone
can be typed by anybody. Whatever code was read out, a buyer is nobody until one of these holds, and each of them begins
at something that neither the seller nor a friend can make by themselves:

CALL     the office rang up and the buyer confirmed a purchase: this one, or one within a year of it, anywhere;
BANK     within a year the buyer paid another, unrelated business, the provider itself told the market of that money,
         and the account it came from is known and belongs to nobody of either business nor to anybody in service;
REGULAR  within a year the buyer bought, with the code, from another, unrelated business that is *established*, two
         weeks or more lying between some of the purchases;
SEEN     the keeper of a pickup point, who has nothing to do with the seller, saw the buyer fetch it and was read the
         code: this purchase, or one within a year of it from another, unrelated business.

A business is established once two buyers, each with a phone and a device of their own, are known there: by CALL or
BANK, or because they bought from another established business. So what is known spreads from calls and banks over
people who buy here and there, as people of a commune do, until nothing new is reached. A ring of sellers with buyers
of its own is never reached, however large it is and however long it lasts; one buyer of a ring who answers the
telephone does not open it. What rests on a drawn call alone is looked at by an officer (`is_only_called`): the draw
is a lottery, and a seller's second telephone answers too.

What keepers saw makes no business established: a keeper is a neighbour, whom a ring would have on its side first. A
sale with a flag is no part of anybody's history.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from market.adoption.rules.calls import CallBook
from market.adoption.rules.facts import BuyerKey, Sale, Vouch

A_YEAR = timedelta(days=365)
WEEKS_APART = timedelta(days=14)
KNOWN_BUYERS = 2

Related = Callable[[int, int], bool]
Bought = tuple[int, date]
"""From which business, on which day."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A known buyer who bought from a business."""

    phone: str
    device: str


class Vouching:
    """Tells of every sale what makes its buyer somebody. `clean`: the sales without a flag; `related`: of two
    businesses whether they have anybody in common; `seen`: the orders whose buyer a keeper saw."""

    def __init__(self, clean: Iterable[Sale], calls: CallBook, related: Related, seen: Collection[int] = ()) -> None:
        self._calls, self._related, self._seen = calls, related, seen
        proven = [sale for sale in clean if sale.is_confirmed or sale.bank_confirmed > 0]
        self._paid = _bought(sale for sale in proven if sale.bank_confirmed > 0 and sale.payer)
        self._fetched = _bought(sale for sale in proven if sale.order_id in seen)
        self._known: dict[int, set[_Known]] = defaultdict(set)
        self._established: dict[BuyerKey, set[Bought]] = defaultdict(set)
        self._spread(proven)

    def vouch(self, sale: Sale) -> Vouch | None:
        if anchor := self.anchor(sale):
            return anchor
        if self._is_regular(sale):
            return Vouch.REGULAR
        return Vouch.SEEN if sale.order_id in self._seen or self._elsewhere(sale, self._fetched) else None

    def is_only_called(self, sale: Sale) -> bool:
        """Whether the buyer answered the telephone when an order was drawn, and nothing else is known of them."""
        is_drawn = self.anchor(sale) is Vouch.CALL and not self._calls.is_checked(sale)
        return is_drawn and not self._established_elsewhere(sale)

    def anchor(self, sale: Sale) -> Vouch | None:
        """CALL or BANK: what needs no other buyer."""
        if any(_is_near(day, sale) for day in self._calls.confirmed_on(sale)):
            return Vouch.CALL
        return Vouch.BANK if self._elsewhere(sale, self._paid) else None

    def _spread(self, unknown: list[Sale]) -> None:
        """Let what is known reach businesses, and from there their other buyers, until nothing new is reached."""
        buyer = cache(_Known)
        of_business: dict[int, list[Sale]] = defaultdict(list)
        for sale in unknown:
            of_business[sale.business_id].append(sale)
        while reached := [sale for sale in unknown if self.anchor(sale) or self._elsewhere(sale, self._established)]:
            ids = {sale.order_id for sale in reached}
            unknown = [sale for sale in unknown if sale.order_id not in ids]
            for sale in reached:
                self._known[sale.business_id].add(buyer(sale.phone, sale.device or sale.phone))
            for business_id in {sale.business_id for sale in reached} & of_business.keys():
                if _are_enough(self._known[business_id]):
                    _enter(self._established, of_business.pop(business_id))

    def _elsewhere(self, sale: Sale, bought: dict[BuyerKey, set[Bought]]) -> list[Bought]:
        """Where else the buyer of a sale bought within a year of it."""
        return [
            one
            for key in sale.buyer_keys
            for one in bought.get(key, ())
            if _is_near(one[1], sale) and not self._related(one[0], sale.business_id)
        ]

    def _established_elsewhere(self, sale: Sale) -> list[Bought]:
        """Of those the ones established by others than this buyer."""
        return [
            bought
            for bought in self._elsewhere(sale, self._established)
            if _are_enough(
                one for one in self._known[bought[0]] if one.phone != sale.phone and one.device != sale.device
            )
        ]

    def _is_regular(self, sale: Sale) -> bool:
        days = [day for _, day in self._established_elsewhere(sale)]
        return bool(days) and max(sale.completed_on, *days) - min(sale.completed_on, *days) >= WEEKS_APART


def _are_enough(known: Iterable[_Known]) -> bool:
    """Whether so many are known, each with a phone and a device of their own."""
    phones, devices = set(), set()
    for one in known:
        phones.add(one.phone)
        devices.add(one.device)
    return min(len(phones), len(devices)) >= KNOWN_BUYERS


def _bought(sales: Iterable[Sale]) -> dict[BuyerKey, set[Bought]]:
    found: dict[BuyerKey, set[Bought]] = defaultdict(set)
    _enter(found, sales)
    return found


def _enter(found: dict[BuyerKey, set[Bought]], sales: Iterable[Sale]) -> None:
    for sale in sales:
        bought = sale.business_id, sale.completed_on
        for key in sale.buyer_keys:
            found[key].add(bought)


def _is_near(day: date, sale: Sale) -> bool:
    return abs(day - sale.completed_on) <= A_YEAR
