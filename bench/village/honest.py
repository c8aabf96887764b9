"""The honest: households of several trades and their customers, with the habits that look odd from outside.

Every number here is an assumption about a commune of 30,000 people, made once and for all seeds; none is fitted to the
rules that are tried on it.
"""

from bench.village.commune import Village
from bench.village.habits import Customs
from bench.village.people import Household, Human
from bench.village.trades import CASH_ONLY, NO_SALES, NO_STALL, TRADES, YEAR

BUYERS_PER_HOUSEHOLD = 1.8
OLD = 200


class Honest:
    """Fills the village with its honest people."""

    def __init__(self, village: Village, households: int) -> None:
        self.village, self.dice, self.size = village, village.dice, households
        self.buyers: dict[int, list[Human]] = {hamlet: [] for hamlet in village.hamlets}
        self.outside: list[Human] = []
        self.made: list[Household] = []

    def live(self) -> None:
        """A year of everybody."""
        self._settle_buyers()
        for _ in range(self.size):
            self.made.append(self._household())
        for near in self.buyers.values():
            self.dice.shuffle(near)
        customs = Customs(self.village, self.buyers, self.outside)
        for household in self.made:
            customs.trade(household)

    def old_shops(self) -> list[Household]:
        """Those that have had a stall for months."""
        return [one for one in self.made if one.stall_days is not None and one.stall_days > OLD]

    # --- people -------------------------------------------------------------------------------------------------------

    def _settle_buyers(self) -> None:
        """Families: one to three who buy; a third share one phone. A third of all have an account."""
        village, dice = self.village, self.dice
        for hamlet in village.hamlets:
            family: Human | None = None
            for _ in range(round(self.size * BUYERS_PER_HOUSEHOLD / len(village.hamlets))):
                shares = family is not None and bool(family.devices) and dice.random() < 0.12
                buyer = self._buyer(hamlet, family if shares else None)
                family = None if shares else buyer
                self.buyers[hamlet].append(buyer)
        self.outside = [self._outsider() for _ in range(self.size // 2)]

    def _buyer(self, hamlet: int, family: Human | None) -> Human:
        village, dice = self.village, self.dice
        buyer = village.human(
            "Người mua",
            hamlet,
            phone=family.phone if family and dice.random() < 0.6 else None,
            device=family.devices[0] if family else None,
        )
        buyer.reached = dice.choice((0.3, 0.6, 0.6, 0.8))
        if dice.random() < 0.35:
            village.signed_up(buyer, days=dice.randint(60, YEAR))
            buyer.uses_account = dice.choice((0.5, 0.9, 1.0))
        drawn = dice.random()
        if drawn < 0.10:
            buyer.devices = []  # private windows, or cookies cleared each time
        elif drawn < 0.25:
            buyer.devices.append(village.device())
        return buyer

    def _outsider(self) -> Human:
        buyer = self.village.human("Khách ngoài xã", self.village.hamlets[0])
        buyer.reached = 0.45
        return buyer

    def _household(self) -> Household:
        village, dice = self.village, self.dice
        owner = village.human(f"chủ {len(self.made)}", dice.choice(village.hamlets))
        owner.bank = f"own-{len(self.made)}"
        trade = village.draw(
            {name: one.share for name, one in TRADES.items()}
            | {"không hỏi mã": CASH_ONLY, "chưa bán": NO_SALES, "chưa có gian": NO_STALL}
        )
        has_stall = trade != "chưa có gian"
        days = self._opened(trade)
        if has_stall:
            village.signed_up(owner, days=days)
        household = village.household(owner, trade, stall_days=days if has_stall else None)
        if has_stall:
            self._odd_habits(household, days)
        if trade in TRADES and dice.random() < TRADES[trade].banked:
            village.bank_account(household, days=days)
        return household

    def _opened(self, trade: str) -> int:
        """Days since the stall opened: most long ago, one in fifty in the last week before the cut-off."""
        drawn = self.dice.random()
        if drawn < 0.02:
            return self.dice.randint(2, 7)
        return self.dice.randint(20, 90) if drawn < 0.2 else self.dice.randint(90, YEAR)

    def _odd_habits(self, household: Household, days: int) -> None:
        """Helpers under a mandate, a sign-in on the helper's phone, a family's staff; owners who buy like anybody."""
        village, dice = self.village, self.dice
        owner, helper = household.owner, village.helpers[village.hamlets.index(household.hamlet)]
        if dice.random() < 0.15:
            village.mandate(household, helper, days=days)
        if dice.random() < 0.10:
            village.sign_in(owner, helper.devices[0], days=days)
        if dice.random() < 0.10:
            spouse = village.human("người nhà", household.hamlet, device=dice.choice((owner.devices[0], None)))
            village.member(household, village.signed_up(spouse, days=days), days=days)
            self.buyers[household.hamlet].append(spouse)
        if dice.random() < 0.40:
            self.buyers[household.hamlet].append(owner)
