"""The KPI counted a second time, in plain Python over the tables' rows as they are, on 1,000 random businesses."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, Person
from market.adoption.models import DeclaredSale, EvidenceReview, PlatformAccount
from market.adoption.queries import board_of
from market.base.db import Base, transaction
from market.orders.models import Contact, Order, Purchase
from market.payments.models import Allocation, PaymentRequest
from market.sellers.models import BankAccount, Business, BusinessHistory, BusinessMember, Post, Stall, Verification
from market.values.period import trailing_year
from tests.adoption.figures import figure_of
from tests.adoption.village import Village
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

TODAY = date(2026, 11, 24)
HOUR = timedelta(hours=7)


Read = Callable[[type[Base]], list[Base]]


def reader(session: Session) -> Read:
    """What reads a whole table, once."""
    return cache(lambda table: list(session.scalars(select(table).order_by(table.__table__.c.id))))


def by_business(rows: list[Base]) -> dict[int, list[Base]]:
    found: dict[int, list[Base]] = defaultdict(list)
    for row in rows:
        found[row.business_id].append(row)
    return found


class Recount:
    """The definitions again, one business and one order at a time."""

    def __init__(self, everything: Read, commune: int, as_of: date) -> None:
        self.as_of = as_of
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
        self.phones_of = {
            one.id: {one.phone} - {None} | {self.people[member].phone for member in self.people_of[one.id]}
            for one in self.businesses
        }
        self.behind: dict[int | str | None, set[int]] = defaultdict(set)
        for one in self.businesses:
            for who in (*self.people_of[one.id], *self.phones_of[one.id]):
                self.behind[who].add(one.id)
        self.banked = self.count_money(everything, "ngan_hang")
        self.carded = self.count_money(everything, "the")
        self.orders = self.read_orders(everything)
        self.pairs = {
            (order.business_id, other) for order, buyer in self.orders for other in self.buyer_businesses(order, buyer)
        }

    def count_money(self, everything: Read, kind: str) -> Counter[int]:
        requests = {one.id: one.order_id for one in everything(PaymentRequest)}
        sums: Counter[int] = Counter()
        for allocation in everything(Allocation):
            if allocation.kind.value == kind:
                sums[requests[allocation.request_id]] += allocation.amount
        return sums

    def seen(self, order: Order) -> int:
        """What others than the two sides say was paid."""
        return self.banked[order.id] if self.banked[order.id] > 0 else self.carded[order.id]

    def read_orders(self, everything: Read) -> list[tuple[Order, Contact]]:
        contacts = {one.id: one for one in everything(Contact)}
        purchases = {one.id: one for one in everything(Purchase)}
        completed = [
            (order, contacts[purchases[order.purchase_id].contact_id])
            for order in everything(Order)
            if order.status.value == "da_giao" and self.start <= order.completed_on <= self.as_of
        ]
        return [
            (order, buyer) for order, buyer in completed if buyer.person_id not in self.people_of[order.business_id]
        ]

    def register(self, business_id: int) -> BusinessHistory | None:
        told = [one for one in self.history[business_id] if one.valid_from <= self.as_of]
        told.sort(key=lambda one: (one.valid_from, one.recorded_at, one.id))
        return told[-1] if told and told[-1].status.value == "dang_hoat_dong" else None

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

    def buyer_businesses(self, order: Order, buyer: Contact) -> set[int]:
        own = self.behind[buyer.person_id] | self.behind[self.buyer_name(buyer)]
        return own - {order.business_id}

    def is_flagged(self, order: Order, buyer: Contact, hamlet_id: int) -> bool:
        seller = order.business_id
        amount = min(order.total, self.seen(order)) if self.seen(order) > 0 else order.total
        devices = {one.visitor for one in self.logins if one.person_id in self.people_of[seller]}
        banks = {one.number_digest for one in self.banks[seller]}
        bought_by = self.buyer_businesses(order, buyer)
        served = any(
            (one.person_id == buyer.person_id or self.people[one.person_id].phone == self.buyer_name(buyer))
            and one.hamlet_id in (None, hamlet_id)
            and one.starts_on <= order.completed_on
            and (one.ends_on is None or order.completed_on <= one.ends_on)
            for one in self.posts
        )
        return (
            self.buyer_name(buyer) in self.phones_of[seller]
            or (buyer.device is not None and buyer.device in devices)
            or any(banks & {one.number_digest for one in self.banks[other]} for other in bought_by)
            or served
            or amount < 10_000
            or any((other, seller) in self.pairs for other in bought_by)
            or (self.as_of.day == 14 and (self.as_of - order.completed_on).days < 3)
        )

    def counted(self) -> tuple[set[int], set[int], Counter[str]]:
        """Who counts, who is the base, how many are in each state."""
        base = {}
        for one in self.businesses:
            line = self.register(one.id)
            if line and line.kind.value in ("ho_kinh_doanh", "hop_tac_xa", "ho_nong_dan"):
                base[one.id] = line
        good, vouched, flagged, declared = self.summed_up(base)
        alone = {one: buyers[0] for one, buyers in good.items() if len(set(buyers)) == 1 and one not in vouched}
        many = Counter(alone.values())
        states = {}
        for one, line in base.items():
            if line.kind.value == "ho_nong_dan":
                continue
            if not self.has_account(one):
                states[one] = "chua_co_tai_khoan"
            elif good[one] and not (one in alone and many[alone[one]] > 1):
                states[one] = "tinh"
            elif good[one] or one in flagged:
                states[one] = "can_kiem_tra"
            else:
                states[one] = "tu_khai" if one in declared else "chua_co_don"
        counted = {one for one, state in states.items() if state == "tinh"}
        return counted, set(states), Counter(states.values())

    def summed_up(self, base: dict[int, BusinessHistory]) -> tuple[dict[int, list[str]], set[int], set[int], set[int]]:
        """The buyers of good sales by business; whom an officer vouched for; the flagged; the merely declared."""
        good: dict[int, list[str]] = defaultdict(list)
        vouched, flagged = set(), set()
        declared = {one.business_id for one in self.declared if self.start <= one.sold_on <= self.as_of}
        for order, buyer in self.orders:
            seller, verdict = order.business_id, self.verdicts.get(order.id)
            if seller not in base or verdict == "khong_tinh":
                continue
            if self.seen(order) <= 0 and order.buyer_confirmed_at is None:
                declared.add(seller)
            elif verdict == "tinh" or not self.is_flagged(order, buyer, base[seller].hamlet_id):
                good[seller].append(self.buyer_name(buyer))
                vouched |= {seller} if verdict == "tinh" else set()
            else:
                flagged.add(seller)
        return good, vouched, flagged, declared


@by_day_on("postgresql")
def test_a_recount_over_the_same_rows_gives_the_same_figure(cast: Cast, session: Session, now: Clock) -> None:
    enter(Village(cast, TODAY, businesses=1000, orders=2500))
    everything = reader(session)
    for as_of in (TODAY, date(2026, 11, 14), date(2026, 3, 31)):
        figure = figure_of(session, cast.commune, as_of, trailing_year(as_of), known_at=now())
        counted, base, states = Recount(everything, cast.commune, as_of).counted()
        assert {one.business_id for one in figure.standings} == base
        assert {one.business_id for one in figure.standings if one.is_counted} == counted
        assert Counter(one.state.value for one in figure.standings) == states
        assert 10 < figure.counted < figure.base
        assert set(states) == {"tinh", "can_kiem_tra", "tu_khai", "chua_co_don", "chua_co_tai_khoan"}


@by_day_on("postgresql")
def test_the_line_of_twelve_months_is_the_figure_of_each_of_its_days(cast: Cast, session: Session, now: Clock) -> None:
    enter(Village(cast, TODAY, businesses=100, orders=300))
    board = board_of(session, cast.commune, TODAY, known_at=now())
    assert len(board.line) == 12
    assert board.figure == board.line[-1]
    for one in board.line:
        assert figure_of(session, cast.commune, one.as_of, one.window, known_at=now()) == one


def enter(village: Village) -> None:
    with transaction() as session:
        village.enter(session)
