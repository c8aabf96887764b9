"""Plays the schemes in the village: makes their households, phones and browsers, and writes their orders."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bench.village.commune import Village
from bench.village.honest import Honest
from bench.village.people import Deal, Household, Human, Notice
from bench.village.schemes import Buyers, Orders, Scheme

OWNERS = "owners"
UNREACHED, PLAYS_ALONG = 0.1, 0.85
"""How often the office reaches an invented number (then a stranger's), and one held by somebody in on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A scheme's households and its helper or officer; `shared` is the browser of the whole scheme."""

    sellers: list[Household]
    accomplices: list[Household]
    helper: Human
    officer: Human
    shared: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A buyer of the scheme with the seller they belong to; None where they belong to all of them."""

    human: Human
    own: Household | None


class Cheating:
    """`public_code`: whether the order's public page shows the buyer's code to a stranger."""

    def __init__(self, village: Village, honest: Honest, *, public_code: bool) -> None:
        self.village, self.honest = village, honest
        self.public_code = public_code
        self._phones: dict[str, Callable[[Crew, Household], Human]] = {
            "invented": self._invented,
            "sim": self._sim,
            "relative": self._sim,
            "stolen": self._stolen,
            "borrowed": self._borrowed,
            "owner": lambda _crew, seller: self._with_phone_of(seller.owner),
            "helper": lambda crew, _seller: crew.helper,
            "officer": lambda crew, _seller: crew.officer,
        }

    def play(self, scheme: Scheme) -> None:
        crew = self._crew(scheme)
        groups = {one.name: list(self._group(scheme, one, crew)) for one in scheme.buyers}
        groups[OWNERS] = [Member(human=seller.owner, own=seller) for seller in crew.sellers]
        for orders in scheme.orders:
            self._order(orders, groups[orders.by], crew)

    # --- who ----------------------------------------------------------------------------------------------------------

    def _crew(self, scheme: Scheme) -> Crew:
        village = self.village
        place = village.dice.randrange(len(village.hamlets))
        crew = Crew(
            sellers=[
                self._shop(scheme, (place + number % scheme.hamlets) % len(village.hamlets), is_wanted=True)
                for number in range(scheme.sellers)
            ],
            accomplices=[self._shop(scheme, place, is_wanted=False) for _ in range(scheme.accomplices)],
            helper=village.helpers[place],
            officer=village.officers[-1],
            shared=village.device(),
        )
        if scheme.helper:
            for seller in crew.sellers:
                village.mandate(seller, crew.helper, days=min(scheme.opened, 360))
        if scheme.one_family:
            self._make_one(crew.sellers, scheme.opened)
        return crew

    def _shop(self, scheme: Scheme, place: int, *, is_wanted: bool) -> Household:
        village = self.village
        owner = village.human("kẻ gian", village.hamlets[place])
        village.signed_up(owner, days=scheme.opened)
        owner.bank = f"account-of-{owner.phone}"
        household = village.household(owner, "gian lận", stall_days=scheme.opened)
        household.scheme, household.is_wanted = scheme.name, is_wanted
        if scheme.vouches:
            village.vouched[household.business] = village.officers[-1]
        return household

    def _make_one(self, sellers: Sequence[Household], days: int) -> None:
        """The sellers of one family: the first one's browser and bank account are everybody's."""
        first = sellers[0].owner
        for seller in sellers:
            seller.owner.bank = first.bank
            self.village.bank_account(seller, days=days)
            if seller.owner is not first:
                self.village.sign_in(seller.owner, first.devices[0], days=days)
                seller.owner.devices = first.devices

    def _group(self, scheme: Scheme, buyers: Buyers, crew: Crew) -> Iterator[Member]:
        owners: list[Household | None] = [None] if buyers.of == "scheme" else list(crew.sellers)
        for own in owners:
            for _ in range(buyers.count):
                seller = own or crew.sellers[0]
                human = self._phones[buyers.phone](crew, seller)
                human = replace(human, devices=self._devices(buyers, human, crew, seller, scheme.opened))
                if buyers.account:
                    self.village.signed_up(human, days=buyers.account)
                yield Member(human=human, own=own)

    def _devices(self, buyers: Buyers, human: Human, crew: Crew, seller: Household, opened: int) -> list[str]:
        if buyers.device == "once":
            old = self.village.device()
            self.village.sign_in(seller.owner, old, days=max(opened - 100, 60))
            return [old]
        known = {
            "fresh": [],
            "own": human.devices,
            "shared": [crew.shared],
            "owner": seller.owner.devices,
            "helper": crew.helper.devices,
            "officer": crew.officer.devices,
        }
        return list(known[buyers.device]) if buyers.device in known else [self._a_buyer().devices[0]]

    # --- whose phone --------------------------------------------------------------------------------------------------

    def _invented(self, _crew: Crew, seller: Household) -> Human:
        return self._stranger(seller, answer="no", reached=UNREACHED)

    def _sim(self, _crew: Crew, seller: Household) -> Human:
        return self._stranger(seller, answer="yes", reached=PLAYS_ALONG)

    def _stranger(self, seller: Household, *, answer: str, reached: float) -> Human:
        human = self.village.human("khách", seller.hamlet)
        human.answer, human.reached = answer, reached
        return human

    def _stolen(self, _crew: Crew, _seller: Household) -> Human:
        victim = self._a_buyer()
        return replace(victim, person_id=None, answer="no", devices=[self.village.device()])

    def _borrowed(self, _crew: Crew, _seller: Household) -> Human:
        return self._a_buyer(with_account=True)

    def _with_phone_of(self, human: Human) -> Human:
        return replace(human, person_id=None, devices=[self.village.device()], reached=PLAYS_ALONG)

    def _a_buyer(self, *, with_account: bool = False) -> Human:
        """Somebody honest with a browser of their own."""
        everybody = [one for near in self.honest.buyers.values() for one in near if one.devices]
        return self.village.dice.choice([one for one in everybody if one.person_id or not with_account])

    # --- what ---------------------------------------------------------------------------------------------------------

    def _order(self, orders: Orders, buyers: Sequence[Member], crew: Crew) -> None:
        so_far = 0
        for number, buyer in enumerate(buyers):
            for shop in self._shops(orders, number, buyer, crew):
                for time in range(orders.times):
                    days = max(orders.ago - so_far * orders.apart - time * orders.every, 0)
                    minutes = orders.minutes + (so_far + time) * orders.minutes_apart
                    self._sell(orders, buyer, shop, days, minutes)
                so_far += 1

    def _shops(self, orders: Orders, number: int, buyer: Member, crew: Crew) -> list[Household]:
        sellers = crew.sellers
        at = {
            "sellers": [buyer.own] if buyer.own else self._dealt(orders, number, sellers),
            "others": [one for one in sellers if one is not buyer.own],
            "next": [sellers[(sellers.index(buyer.own) + 1) % len(sellers)]] if buyer.own else [],
            "accomplices": crew.accomplices,
        }
        return at[orders.at] if orders.at in at else [self._an_honest_shop() for _ in range(1)]

    def _dealt(self, orders: Orders, number: int, sellers: list[Household]) -> list[Household]:
        many = {"each": len(sellers), "round": 1, "three each": min(3, len(sellers))}[orders.deal]
        return [sellers[(number + step) % len(sellers)] for step in range(many)]

    def _an_honest_shop(self) -> Household:
        return self.village.dice.choice(self.honest.old_shops())

    def _sell(self, orders: Orders, buyer: Member, shop: Household, days: int, minutes: int) -> None:
        is_read = orders.code == "read" or (orders.code == "public" and self.public_code)
        human = buyer.human
        self.village.sell(
            shop,
            Deal(
                buyer=human,
                days=days,
                total=orders.amount,
                minutes=minutes,
                signed_in=human.person_id is not None,
                code=is_read,
                notice=self._notice(orders, buyer, shop),
                at_keeper=orders.keeper,
                end=orders.end,
            ),
        )

    def _notice(self, orders: Orders, buyer: Member, shop: Household) -> Notice | None:
        if orders.notice == "none":
            return None
        if orders.notice == "own secret":
            return Notice(is_confirmed=False)
        payer = {
            "buyer": f"account-of-{buyer.human.phone}",
            "unknown": None,
            "own": shop.owner.bank,
            "owner": buyer.own.owner.bank if buyer.own else None,
            "member": shop.owner.bank,
            "helper": shop.helper.bank if shop.helper else None,
        }
        return Notice(is_confirmed=True, payer=payer[orders.payer])
