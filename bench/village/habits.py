"""How the honest buy and sell: regulars, market days, codes asked for or not, and the orders that look odd."""

from collections.abc import Callable

from bench.village.commune import Village
from bench.village.people import Deal, Household, Human, Notice
from bench.village.trades import TRADES, Trade

MARKET_DAY = 7
"""Every seventh day is market day: most orders fall there."""
HABIT = 2.3
ODD = 0.05
"""The share of households with an odd order or two."""
WITHOUT_CODE = Trade(share=0, orders=(10, 40), price=(8, 120), code=0, banked=0)


class Customs:
    """Writes a household's year of orders."""

    def __init__(self, village: Village, buyers: dict[int, list[Human]], outside: list[Human]) -> None:
        self.village, self.dice = village, village.dice
        self.buyers, self.outside = buyers, outside
        self.odd: dict[str, tuple[float, Callable[[Household, Trade, int], None]]] = {
            "relative on the seller's phone": (3, self._relative),
            "helper orders for a grandmother": (2, self._by_helper),
            "market day of equal orders": (3, self._equal_orders),
            "cancelled": (3, self._cancelled),
            "tiny order": (2, self._tiny),
        }

    def trade(self, household: Household) -> None:
        if household.stall_days is None or household.trade == "chưa bán":
            return
        trade = TRADES.get(household.trade, WITHOUT_CODE)
        newest, oldest = trade.season[0], min(trade.season[1], household.stall_days - 1)
        count = self._count(trade, household.stall_days)
        customers = self._customers(household, trade, count)
        for _ in range(count):
            place = min(int(self.dice.expovariate(2.5) * len(customers)), len(customers) - 1)
            self._sell(household, trade, customers[place], self._day(newest, oldest))
        if self.dice.random() < ODD:
            _, odd = self.odd[self.village.draw({name: weight for name, (weight, _) in self.odd.items()})]
            odd(household, trade, oldest)

    def _count(self, trade: Trade, stall_days: int) -> int:
        """Orders in the time the stall has been open, of those of a year; at least one."""
        season = trade.season[1] - trade.season[0]
        part = min(1.0, 1.5 * stall_days / season)
        return max(1, round(self.dice.randint(*trade.orders) * part))

    def _day(self, newest: int, oldest: int) -> int:
        days = self.dice.randint(newest, max(newest, oldest))
        if self.dice.random() < 0.6:
            days -= days % MARKET_DAY
        return min(max(days, 0), oldest)

    def _customers(self, household: Household, trade: Trade, orders: int) -> list[Human]:
        """The regular ones first. Neighbours mostly, some from other hamlets, some from outside the commune."""
        dice, found = self.dice, []
        for _ in range(max(1, round(orders**0.75))):
            drawn = dice.random()
            if drawn < trade.outside:
                found.append(dice.choice(self.outside))
            elif drawn < 0.75:
                found.append(self._by_habit(household.hamlet))
            else:
                found.append(self._by_habit(dice.choice(self.village.hamlets)))
        others = [one for one in found if one is not household.owner]
        return others or [dice.choice(self.outside)]

    def _by_habit(self, hamlet: int) -> Human:
        """Somebody of a hamlet: one in five buys every other order, as among the customers of any market."""
        near = self.buyers[hamlet]
        return near[int(self.dice.random() ** HABIT * len(near))]

    def _sell(self, household: Household, trade: Trade, buyer: Human, days: int) -> None:
        dice = self.dice
        banked = household.connection is not None and dice.random() < 0.4
        payer = buyer.bank or f"account-of-{buyer.phone}"
        self.village.sell(
            household,
            Deal(
                buyer=buyer,
                days=days,
                total=self._price(trade),
                minutes=dice.randint(5 * 60 + 30, 20 * 60),
                device=dice.choice(buyer.devices) if buyer.devices else None,
                signed_in=buyer.person_id is not None and dice.random() < buyer.uses_account,
                code=dice.random() < trade.code,
                notice=Notice(is_confirmed=dice.random() < 0.9, payer=payer if dice.random() < 0.6 else None)
                if banked
                else None,
                at_keeper=dice.random() < 0.25,
            ),
        )

    def _price(self, trade: Trade) -> int:
        """Most orders are small ones of their kind."""
        low, high = trade.price
        return round(low + (high - low) * self.dice.random() ** 2) * 1000

    # --- odd, and honest ----------------------------------------------------------------------------------------------

    def _relative(self, household: Household, trade: Trade, oldest: int) -> None:
        """A cousin at the table orders on the seller's own phone, and takes the goods."""
        cousin = self.village.human("anh em họ", household.hamlet, device=household.owner.devices[0])
        self._sell(household, trade, cousin, self._day(0, oldest))

    def _by_helper(self, household: Household, trade: Trade, oldest: int) -> None:
        """The hamlet's helper orders on her phone for a grandmother without one, who gives a grandson's number."""
        helper = self.village.helpers[self.village.hamlets.index(household.hamlet)]
        grandmother = self.village.human("cụ bà", household.hamlet, device=helper.devices[0])
        self._sell(household, trade, grandmother, self._day(0, oldest))

    def _equal_orders(self, household: Household, trade: Trade, oldest: int) -> None:
        """A market day on which everybody takes one tray at the same price, half an hour apart."""
        days, total = self._day(0, oldest), self._price(trade)
        guests = self.village.shuffled(self.buyers[household.hamlet])[:8]
        for number, guest in enumerate(one for one in guests if one is not household.owner):
            self.village.sell(
                household, Deal(buyer=guest, days=days, total=total, minutes=7 * 60 + 20 * number, at_keeper=True)
            )

    def _cancelled(self, household: Household, trade: Trade, oldest: int) -> None:
        buyer = self.dice.choice(self.buyers[household.hamlet])
        self.village.sell(
            household, Deal(buyer=buyer, days=self._day(0, oldest), total=self._price(trade), end="cancelled")
        )

    def _tiny(self, household: Household, trade: Trade, oldest: int) -> None:
        buyer = self.dice.choice(self.buyers[household.hamlet])
        if buyer is not household.owner:
            self.village.sell(household, Deal(buyer=buyer, days=self._day(0, oldest), total=6_000))
