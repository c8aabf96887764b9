"""What is flagged of each order and who its buyer is, found a second time: the definitions again, one order at a time,
over the tables' rows as they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from market.accounts.models import LoginSession, Person
from market.adoption.models import BuyerCall
from market.base.db import Base
from market.orders.models import Contact, Order
from market.sellers.models import Post
from market.values.period import add_months

Read = Callable[[type[Base]], list[Base]]
HOUR = timedelta(hours=7)
YEAR = timedelta(days=365)
One = TypeVar("One")


@dataclass
class Parties:
    """By business the people behind it, their phones, devices and accounts."""

    people: dict[int, set[int]]
    phones: dict[int, set[str]]
    devices: dict[int, set[str]]
    banks: dict[int, set[str]]
    hamlets: dict[int, int]

    def __post_init__(self) -> None:
        self.of: dict[object, set[int]] = defaultdict(set)
        for way in (self.people, self.phones, self.devices):
            for business, them in way.items():
                for one in them:
                    self.of[one].add(business)

    def behind(self, buyer: "Buyer", seller: int) -> set[int]:
        return (self.of[buyer.person] | self.of[buyer.phone] | self.of[buyer.device]) - {seller}

    def are_related(self, one: int, other: int) -> bool:
        ways = (self.people, self.phones, self.devices, self.banks)
        return one == other or any(way[one] & way[other] for way in ways)


@dataclass(frozen=True)
class Buyer:
    person: int | None
    phone: str
    device: str | None

    @classmethod
    def of(cls, contact: Contact) -> "Buyer":
        return cls(contact.person_id, f"#{contact.id}" if contact.erased_at else contact.phone, contact.device)

    def is_same(self, other: "Buyer") -> bool:
        by_device = self.device is not None and self.device == other.device
        return self.phone == other.phone and (by_device or (self.person is not None and self.person == other.person))


@dataclass
class SecondLook:
    """At the orders of the twelve months up to `end`, with those of the year before as their history."""

    everything: Read
    end: date
    orders: list[tuple[Order, Contact]]
    parties: Parties
    carded: dict[int, int]
    flags: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: dict[int, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        start = add_months(self.end, -12) + timedelta(days=1)
        first = add_months(start - timedelta(days=1), -12) + timedelta(days=1)
        self.buyers = {order.id: Buyer.of(contact) for order, contact in self.orders}
        everybody = [order for order, _ in self.orders if first <= order.completed_on <= self.end]
        own = self.parties.people
        self.sales = [one for one in everybody if self.buyers[one.id].person not in own[one.business_id]]
        self.told = [one for one in self.sales if one.buyer_confirmed_at or self.carded[one.id] > 0]
        self.window = [one for one in self.told if one.completed_on >= start]
        self.calls = self.read_calls()
        said = [(call.outcome.value, order, day) for call, order, day in self.calls]
        self.answers = {order.id: (outcome, order, day) for outcome, order, day in said if outcome != "khong_nghe"}
        self.answers_of = by_phone(self.answers.values(), lambda one: self.phone(one[1]))
        self.telephone()
        self.both_sides()
        self.circles()
        clean = [one for one in self.told if not self.flags[one.id]]
        runs, crowded = self.runs(), self.crowded(everybody)
        clean = [one for one in clean if one.id not in runs]
        clean = [one for one in clean if one.id not in crowded or self.is_confirmed(one)]
        self.who_is_known(clean)
        for one in self.window:
            self.flags[one.id] |= {"run"} if one.id in runs and self.known[one.id] != "call" else set()
            self.flags[one.id] |= {"crowd"} if one.id in crowded and self.known[one.id] != "call" else set()
            self.flags[one.id] |= {"payer"} if self.carded[one.id] > 0 and not self.known[one.id] else set()

    def amount(self, order: Order) -> int:
        return min(order.total, self.carded[order.id]) if self.carded[order.id] > 0 else order.total

    # --- on the telephone

    def read_calls(self) -> list[tuple[BuyerCall, Order, date]]:
        orders = {order.id: order for order, _ in self.orders}
        told = [(one, orders[one.order_id], (one.called_at + HOUR).date()) for one in self.everything(BuyerCall)]
        return sorted(told, key=lambda one: one[2])

    def is_confirmed(self, order: Order) -> bool:
        return self.answers.get(order.id, ("",))[0] == "dung_la_mua"

    def reaches(self, asked: Order, order: Order) -> bool:
        same_here = asked.business_id == order.business_id and self.phone(asked) == self.phone(order)
        return same_here or self.buyers[asked.id].is_same(self.buyers[order.id])

    def phone(self, order: Order) -> str:
        return self.buyers[order.id].phone

    def telephone(self) -> None:
        missed = defaultdict(set)
        for call, asked, day in self.calls:
            if call.outcome.value == "khong_nghe":
                buyer = self.buyers[asked.id]
                missed[asked.business_id, buyer.phone].add(day)
                if buyer.device is not None:
                    missed[buyer.phone, "device", buyer.device].add(day)
                if buyer.person is not None:
                    missed[buyer.phone, "person", buyer.person].add(day)
        silent = {one for one, days in missed.items() if len(days) >= 3}
        for order in self.told:
            buyer = self.buyers[order.id]
            if not self.is_confirmed(order):
                against = [
                    outcome
                    for outcome, asked, _ in self.answers_of[buyer.phone]
                    if outcome in ("khong_mua", "sai_so") and (asked.id == order.id or self.reaches(asked, order))
                ]
                self.flags[order.id] |= set(against)
            keys = {(order.business_id, buyer.phone), (buyer.phone, "device", buyer.device)}
            keys |= {(buyer.phone, "person", buyer.person)}
            if keys & silent and not self.call_days(order):
                self.flags[order.id].add("silent")

    def call_days(self, order: Order) -> list[date]:
        """When the buyer of an order said that they had bought it or another."""
        return [
            day
            for outcome, asked, day in self.answers_of[self.phone(order)]
            if outcome == "dung_la_mua"
            and (asked.id == order.id or self.buyers[asked.id].is_same(self.buyers[order.id]))
        ]

    # --- both sides of a sale

    def both_sides(self) -> None:
        posts = [one for one in self.everything(Post) if one.role.value != "quan_tri"]
        people = {one.id: one for one in self.everything(Person)}
        logins = self.everything(LoginSession)
        staff = {one.visitor for one in logins if one.person_id in {post.person_id for post in posts}} - {None}
        for order in self.told:
            seller, buyer = order.business_id, self.buyers[order.id]
            hamlet = self.parties.hamlets.get(seller)
            serves = any(
                (post.person_id == buyer.person or people[post.person_id].phone == buyer.phone)
                and post.hamlet_id in (None, hamlet)
                and post.starts_on <= order.completed_on
                and (post.ends_on is None or order.completed_on <= post.ends_on)
                for post in posts
            )
            behind = self.parties.behind(buyer, seller)
            flagged = {
                "phone": buyer.phone in self.parties.phones[seller],
                "device": buyer.device is not None and buyer.device in self.parties.devices[seller],
                "account": any(self.parties.banks[seller] & self.parties.banks[one] for one in behind),
                "serves": serves and hamlet is not None,
                "staff": buyer.device in staff,
                "small": self.amount(order) < 10_000,
            }
            self.flags[order.id] |= {flag for flag, is_so in flagged.items() if is_so}

    def circles(self) -> None:
        """By walking on from every business, over who bought from whom in the window."""
        buys_from = defaultdict(set)
        behind = {one.id: self.parties.behind(self.buyers[one.id], one.business_id) for one in self.window}
        for order in self.window:
            for one in behind[order.id]:
                buys_from[one].add(order.business_id)
        reach = self.reach = {one: reached(buys_from, one) for one in list(buys_from)}
        for order in self.told:
            for one in self.parties.behind(self.buyers[order.id], order.business_id):
                if order.business_id in reach.get(one, ()) and one in reach.get(order.business_id, ()):
                    self.flags[order.id].add("circle")

    def runs(self) -> set[int]:
        small = [one for one in self.told if self.amount(one) < 15_000]
        found = set()
        of = defaultdict(list)
        for one in small:
            of[one.business_id].append(one)
        for first in small:
            same = of[first.business_id]
            after = [one for one in same if 0 <= (one.completed_on - first.completed_on).days <= 3]
            found |= {one.id for one in after} if len(after) >= 3 else set()
        return found

    def crowded(self, everybody: list[Order]) -> set[int]:
        given = defaultdict(set)
        for order in everybody:
            given[self.buyers[order.id].device].add(self.phone(order))
        crowds = {device for device, phones in given.items() if device is not None and len(phones) > 3}
        return {one.id for one in self.told if self.buyers[one.id].device in crowds}

    # --- who the buyer is

    def by_call(self, order: Order) -> bool:
        return any(abs(day - order.completed_on) <= YEAR for day in self.call_days(order))

    def who_is_known(self, clean: list[Order]) -> None:
        with_code = [one for one in clean if one.buyer_confirmed_at]
        of_phone = by_phone(with_code, self.phone)
        established = self.spread(with_code, of_phone)
        for order in self.window:
            history = [
                one
                for one in self.history(order, of_phone, established)
                if self.is_established(one.business_id, self.buyers[order.id])
            ]
            days = [order.completed_on, *(one.completed_on for one in history)]
            is_regular = bool(history) and max(days) - min(days) >= timedelta(days=14)
            self.known[order.id] = "call" if self.by_call(order) else "regular" if is_regular else None
            self.flags[order.id] |= {"only called"} if self.is_only_called(order) and not history else set()

    def is_only_called(self, order: Order) -> bool:
        """By the draw, and by no officer who called because of an order."""
        said = [(call, asked) for call, asked, _ in self.calls if call.outcome.value == "dung_la_mua"]
        said = [(call, asked) for call, asked in said if self.answers[asked.id][0] == "dung_la_mua"]
        same = [
            call for call, asked in said if asked.id == order.id or self.buyers[asked.id].is_same(self.buyers[order.id])
        ]
        return self.by_call(order) and all(call.cause.value == "mau_ngau_nhien" for call in same)

    def spread(self, with_code: list[Order], of_phone: dict[str, list[Order]]) -> set[int]:
        """The businesses that what is known reaches, one round after the other."""
        self.faces: dict[int, set[tuple[str, str]]] = defaultdict(set)
        established: set[int] = set()
        while True:
            for one in with_code:
                if self.by_call(one) or self.history(one, of_phone, established):
                    buyer = self.buyers[one.id]
                    self.faces[one.business_id].add((buyer.phone, buyer.device or buyer.phone))
            new = {business for business, faces in self.faces.items() if are_two(faces)} - established
            if not new:
                return established
            established |= new

    def history(self, order: Order, of_phone: dict[str, list[Order]], established: set[int]) -> list[Order]:
        return [
            one
            for one in of_phone.get(self.phone(order), ())
            if one.business_id in established
            and self.buyers[one.id].is_same(self.buyers[order.id])
            and abs(one.completed_on - order.completed_on) <= YEAR
            and not self.are_related(one.business_id, order.business_id)
        ]

    def are_related(self, one: int, other: int) -> bool:
        in_circle = one in self.reach.get(other, ()) and other in self.reach.get(one, ())
        return in_circle or self.parties.are_related(one, other)

    def is_established(self, business: int, buyer: Buyer) -> bool:
        """By others than this buyer."""
        return are_two({one for one in self.faces[business] if one[0] != buyer.phone and one[1] != buyer.device})


def are_two(faces: set[tuple[str, str]]) -> bool:
    """Each with a phone and a device of their own."""
    return len({phone for phone, _ in faces}) >= 2 and len({device for _, device in faces}) >= 2


def by_phone(them: Iterable[One], phone: Callable[[One], str]) -> dict[str, list[One]]:
    found = defaultdict(list)
    for one in them:
        found[phone(one)].append(one)
    return found


def reached(leads_to: dict[int, set[int]], start: int) -> set[int]:
    found, left = set(), [start]
    while left:
        for one in leads_to[left.pop()] - found:
            found.add(one)
            left.append(one)
    return found
