"""The KPI counted a second time, in plain Python over the tables' rows as they are, on 1,000 random businesses."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.models import DeclaredSale, EvidenceReview, PlatformAccount
from market.adoption.queries import board_of
from market.base.db import Base, transaction
from market.orders.models import Contact, Order, Purchase
from market.payments.models import Allocation, PaymentRequest
from market.sellers.models import BankAccount, Business, BusinessHistory, BusinessMember, Post, Stall, Verification
from market.values.period import add_months, trailing_year
from tests.adoption.figures import figure_of, look_everywhere
from tests.adoption.second_look import HOUR, Parties, Read, SecondLook
from tests.adoption.village import Village
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

TODAY = date(2026, 11, 24)


def reader(session: Session) -> Read:
    """What reads a whole table, once."""
    return cache(lambda table: list(session.scalars(select(table).order_by(table.__table__.c.id))))


Good = dict[int, list[tuple[str, str]]]
"""By business the buyers of its good sales, each with the device they bought on."""


def by_business(rows: list[Base]) -> dict[int, list[Base]]:
    found: dict[int, list[Base]] = defaultdict(list)
    for row in rows:
        found[row.business_id].append(row)
    return found


class Recount:
    """The definitions again, one business and one order at a time; `looks` are over what the job looked at on TODAY."""

    def __init__(self, everything: Read, commune: int, as_of: date, looks: list[SecondLook]) -> None:
        self.as_of = as_of
        self.flags = {key: flags for look in looks for key, flags in look.flags.items() if key in look.known}
        self.known = {key: known for look in looks for key, known in look.known.items()}
        self.start = as_of.replace(year=as_of.year - 1) + timedelta(days=1)
        self.businesses = [one for one in everything(Business) if one.commune_id == commune]
        self.people = {one.id: one for one in everything(Person)}
        self.history = by_business(everything(BusinessHistory))
        self.stalls = {one.business_id: one for one in everything(Stall)}
        self.verifications = by_business(everything(Verification))
        self.platforms = by_business(everything(PlatformAccount))
        self.banks = by_business(everything(BankAccount))
        self.members = by_business(everything(BusinessMember))
        self.logins = everything(LoginSession)
        self.posts, self.declared = everything(Post), everything(DeclaredSale)
        self.verdicts = {one.order_id: one.verdict.value for one in everything(EvidenceReview)}
        self.people_of = {
            one.id: {member.person_id for member in self.members[one.id] if member.state.value == "da_xac_nhan"}
            for one in self.businesses
        }
        self.carded = carded(everything)
        self.orders = [
            (order, buyer)
            for order, buyer in completed(everything)
            if self.start <= order.completed_on <= self.as_of
            and buyer.person_id not in self.people_of[order.business_id]
        ]

    def register(self, business_id: int) -> BusinessHistory | None:
        return on_register(self.history[business_id], self.as_of)

    def has_account(self, business_id: int) -> bool:
        elsewhere = any(
            (one.checked_at + HOUR).date() <= self.as_of for one in self.platforms[business_id] if one.checked_at
        )
        stall = self.stalls.get(business_id)
        if stall is None or stall.state.value == "dong" or (stall.opened_at + HOUR).date() > self.as_of:
            return elsewhere
        return elsewhere or any(
            (one.verified_at + HOUR).date() <= self.as_of
            and (one.ended_at is None or (one.ended_at + HOUR).date() > self.as_of)
            for one in self.verifications[business_id]
        )

    def buyer_name(self, buyer: Contact) -> str:
        return f"#{buyer.id}" if buyer.erased_at else buyer.phone

    def is_late(self, order: Order) -> bool:
        return self.as_of.day == 14 and (self.as_of - order.completed_on).days < 3

    def counted(self) -> tuple[set[int], set[int], Counter[str]]:
        """Who counts, who is the base, how many are in each state."""
        base = {}
        for one in self.businesses:
            line = self.register(one.id)
            if line and line.kind.value in ("ho_kinh_doanh", "hop_tac_xa", "ho_nong_dan"):
                base[one.id] = line
        good, vouched, flagged, declared = self.summed_up(base)
        single = hanging_on_one({one: buyers for one, buyers in good.items() if one not in vouched})
        states = {}
        for one, line in base.items():
            if line.kind.value == "ho_nong_dan":
                continue
            if not self.has_account(one):
                states[one] = "chua_co_tai_khoan"
            elif good[one] and one not in single:
                states[one] = "tinh"
            elif good[one] or one in flagged:
                states[one] = "can_kiem_tra"
            else:
                states[one] = "tu_khai" if one in declared else "chua_co_don"
        counted = {one for one, state in states.items() if state == "tinh"}
        return counted, set(states), Counter(states.values())

    def summed_up(
        self, base: dict[int, BusinessHistory]
    ) -> tuple[dict[int, list[tuple[str, str]]], set[int], set[int], set[int]]:
        """The buyers of good sales by business; those that clearly have several; the flagged; the declared."""
        good: Good = defaultdict(list)
        everybody: dict[int, set[str]] = defaultdict(set)
        vouched, flagged = set(), set()
        declared = {one.business_id for one in self.declared if self.start <= one.sold_on <= self.as_of}
        for order, buyer in self.orders:
            seller, verdict = order.business_id, self.verdicts.get(order.id)
            if seller not in base or verdict == "khong_tinh":
                continue
            is_told = self.carded[order.id] > 0 or order.buyer_confirmed_at is not None
            is_flagged = bool(self.flags.get(order.id))
            is_counted = self.carded[order.id] > 0 or (is_told and self.known.get(order.id) is not None)
            if is_counted and verdict is None:
                is_flagged = is_flagged or self.is_late(order) or order.id not in self.known
            if is_told and not is_flagged:
                everybody[seller].add(self.buyer_name(buyer))
            if not is_counted:
                declared.add(seller)
            elif is_flagged:
                flagged.add(seller)
            else:
                good[seller].append((self.buyer_name(buyer), buyer.device or self.buyer_name(buyer)))
                vouched |= {seller} if verdict == "tinh" else set()
        return good, vouched | {one for one, buyers in everybody.items() if len(buyers) >= 3}, flagged, declared


def hanging_on_one(good: Good) -> set[int]:
    """Those that one phone or one device alone proves, which so proves another as well."""
    found = set()
    for part in (0, 1):
        of = {one: {buyer[part] for buyer in buyers} for one, buyers in good.items()}
        alone = {one: next(iter(buyers)) for one, buyers in of.items() if len(buyers) == 1}
        many = Counter(alone.values())
        found |= {one for one, buyer in alone.items() if many[buyer] > 1}
    return found


def carded(everything: Read) -> Counter[int]:
    """What gateways say they charged, by order."""
    requests = {one.id: one.order_id for one in everything(PaymentRequest)}
    sums: Counter[int] = Counter()
    for allocation in everything(Allocation):
        if allocation.kind.value == "the":
            sums[requests[allocation.request_id]] += allocation.amount
    return sums


def completed(everything: Read) -> list[tuple[Order, Contact]]:
    contacts = {one.id: one for one in everything(Contact)}
    purchases = {one.id: one for one in everything(Purchase)}
    delivered = [one for one in everything(Order) if one.status.value == "da_giao"]
    return [(order, contacts[purchases[order.purchase_id].contact_id]) for order in delivered]


def looked_at(everything: Read) -> list[SecondLook]:
    """The two years that the job's first round looks at."""
    orders, charged = completed(everything), carded(everything)
    ends = (TODAY, add_months(TODAY, -12))
    return [SecondLook(everything, end, orders, parties_on(everything, end), charged) for end in ends]


def parties_on(everything: Read, day: date) -> Parties:
    businesses, people = everything(Business), {one.id: one for one in everything(Person)}
    members, logins = by_business(everything(BusinessMember)), everything(LoginSession)
    of = {
        one.id: {member.person_id for member in members[one.id] if member.state.value == "da_xac_nhan"}
        for one in businesses
    }
    phones = {one.id: ({one.phone} | {people[member].phone for member in of[one.id]}) - {None} for one in businesses}
    devices = defaultdict(set)
    for login in logins:
        devices[login.person_id] |= {login.visitor} - {None}
    banks = by_business(everything(BankAccount))
    register = {one: on_register(lines, day) for one, lines in by_business(everything(BusinessHistory)).items()}
    return Parties(
        people=of,
        phones=phones,
        devices={one: {device for person in those for device in devices[person]} for one, those in of.items()},
        banks={one.id: {account.number_digest for account in banks[one.id]} for one in businesses},
        hamlets={one: line.hamlet_id for one, line in register.items() if line},
    )


def on_register(lines: list[BusinessHistory], day: date) -> BusinessHistory | None:
    told = sorted(
        (one for one in lines if one.valid_from <= day), key=lambda one: (one.valid_from, one.recorded_at, one.id)
    )
    return told[-1] if told and told[-1].status.value == "dang_hoat_dong" else None


FLAGGED = {"khong_mua", "sai_so", "silent", "phone", "device", "account", "serves", "staff", "small", "circle", "payer"}
FLAGGED |= {"run", "crowd", "only called"}
"""Every flag that the job can raise occurs in the village."""


@pytest.mark.nightly  # by day tests/adoption/test_same_figures.py counts a second time
def test_a_recount_over_the_same_rows_gives_the_same_figure(cast: Cast, session: Session, now: Clock) -> None:
    enter(Village(cast, TODAY, businesses=1000, orders=2500))
    look_everywhere(cast.commune)
    everything = reader(session)
    looks = looked_at(everything)
    assert {flag for look in looks for flags in look.flags.values() for flag in flags} == FLAGGED
    assert {known for look in looks for known in look.known.values()} == {"call", "regular", None}
    for as_of in (TODAY, date(2026, 11, 14), date(2026, 3, 31)):
        figure = figure_of(session, cast.commune, as_of, trailing_year(as_of), known_at=now())
        counted, base, states = Recount(everything, cast.commune, as_of, looks).counted()
        assert {one.business_id for one in figure.standings} == base
        assert {one.business_id for one in figure.standings if one.is_counted} == counted
        assert Counter(one.state.value for one in figure.standings) == states
        assert 10 < figure.counted < figure.base
        assert set(states) == {"tinh", "can_kiem_tra", "tu_khai", "chua_co_don", "chua_co_tai_khoan"}


@by_day_on("sqlite")
def test_the_line_of_twelve_months_is_the_figure_of_each_of_its_days(cast: Cast, session: Session, now: Clock) -> None:
    enter(Village(cast, TODAY, businesses=100, orders=300))
    look_everywhere(cast.commune)
    board = board_of(session, cast.commune, TODAY, known_at=now())
    assert len(board.line) == 12
    assert (board.figure.window, board.figure.plan) == (board.line[-1].window, board.line[-1].plan)
    for one in board.line:
        assert figure_of(session, cast.commune, one.as_of, one.window, known_at=now()).plan == one.plan


def enter(village: Village) -> None:
    with transaction() as session:
        village.enter(session)
