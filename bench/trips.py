"""How many trips sellers make where buyers choose among the slots that the market proposes: 200 orders of one week,
placed by the product's own code, against a trip for each order.

A trip is a stall that brings goods to a point in a slot. Beside it, what the same buyers would cause who take any slot
that suits them; and whether any order stands in a slot that its stall, its point or its capacity could not keep.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.databases import market
from bench.figures import Figure, at_least, at_most, free, promised
from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.orders.actions.inputs import Buyer, PlacePurchase, WantedLine, WantedOrder
from market.orders.actions.placing import place_purchase
from market.orders.actions.slots import coming
from market.orders.models import Order
from market.orders.queries.offers import offers_of
from market.orders.queries.slots import days_of_points
from market.orders.rules import Delivery, PayChoice, answer_deadline
from market.orders.rules.slots import keeps_slots, proposed, slots_of, trips
from market.places.models import PickupPoint, PointClosure
from market.places.queries import quiet_hours
from market.places.rules.hours import Slot
from market.sellers.models import PostRole, StallVisit
from market.values.money import Dong
from market.values.period import local_day
from market.values.phone import Phone
from tests import factories as make
from tests.orders.steps import accept_as_shown

SEEDS = (11086, 4711, 2027)
ORDERS, POINTS, STALLS, CAPACITY, SMALL = 200, 4, 12, 40, 12
BEGINS = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
"""Monday, 8:00 in Vietnam; every purchase is some twenty minutes later than the one before, by day."""
LEAST_FALL = 50
PRICE = Dong(20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """A commune of points and stalls, by their ids; each stall sells one thing that is not counted."""

    commune: int
    points: Sequence[int]
    goods: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a buyer wants, where, and on which weekdays they can come."""

    goods: Sequence[int]
    point: int
    days: frozenset[int]
    takes_first: bool


def village(random: Random) -> Village:
    """Points open two or three days a week, one of them closed on a day; stalls come to some points on some days."""
    with transaction() as session:
        commune = make.make_commune(session)
        session.add(make.quiet_night())
        officer = make.make_person(session, commune, "Nguyễn Văn Hùng", "0900 000 001", BEGINS)
        make.make_post(session, officer, PostRole.OFFICER, None, BEGINS)
        hamlets = [make.make_hamlet(session, commune, f"thôn Số {number}") for number in range(POINTS)]
        points = [make.make_pickup_point(session, hamlet) for hamlet in hamlets]
        for point in points:
            days = sorted(random.sample(range(7), 3))
            windows = [(day, *random.choice([(6, 9), (16, 19)])) for day in days]
            make.open_point(session, point, *windows, capacity=SMALL if point is points[0] else CAPACITY)
        make.close_point(session, points[0].id, date(2026, 12, 3))
        goods = []
        for number in range(STALLS):
            hamlet = random.choice(hamlets)
            owner = make.make_person(session, commune, f"Chủ gian {number}", f"0901 000 {number:03}", BEGINS)
            business = make.make_business(session, hamlet, f"Hộ {number}", BEGINS)
            stall = make.make_stall(session, business, owner, officer, BEGINS)
            for point in random.sample(points, random.choice([2, 3, 4])):
                days = sum(1 << day for day in range(7) if random.random() < 0.8)
                make.make_visit(session, stall, point, days=days or 1, begins=5 * 60, ends=20 * 60)
            goods.append(make.make_product(session, stall, f"Hàng {number}", BEGINS, price=PRICE, on_hand=None).id)
        return Village(commune=commune.id, points=[one.id for one in points], goods=goods)


def wish(random: Random, there: Village) -> Wish:
    return Wish(
        goods=random.sample(there.goods, random.choice([1, 1, 2, 3])),
        point=random.choice(there.points),
        days=frozenset(random.sample(range(7), random.choice([3, 5, 7]))),
        takes_first=random.random() < 0.9,
    )


def orders_of(session: Session, there: Village, asked: Wish, random: Random, now: datetime) -> list[WantedOrder]:
    """What a buyer asks for of what the market proposes: the first slot that suits them of each trip, some any other.
    What cannot be fetched at the point on their days they leave."""
    offers = offers_of(session, asked.goods, now=now)
    quiet = quiet_hours(session, there.commune)
    point = days_of_points(session, there.commune, [asked.point], now=now).points[asked.point]
    stalls = {}
    for offer in offers.values():
        visit = next((one for one in offer.stall.visits if one.point_id == asked.point), None)
        if visit is not None and keeps_slots(point.hours, visit.times):
            stalls[offer.stall.stall_id] = (offer, coming(offer.stall, visit, quiet=quiet, now=now))
    wanted = []
    for trip in trips(point, [one for _, one in stalls.values()], local_day(now)):
        together = _chosen(trip.slots, asked, random)
        for stall_id in trip.stall_ids:
            offer, stall = stalls[stall_id]
            apart = proposed(point, slots_of(point, stall, local_day(now)), [stall_id])
            slot = together or _chosen(apart, asked, random)
            if slot is not None:
                wanted.append(_order(stall_id, offer.variant_id, asked.point, slot))
    return wanted


def _chosen(slots: Sequence[Slot], asked: Wish, random: Random) -> Slot | None:
    suiting = [slot for slot in slots if slot.day.weekday() in asked.days]
    if not suiting:
        return None
    return suiting[0] if asked.takes_first else random.choice(suiting)


def _order(stall_id: int, variant_id: int, point_id: int, slot: Slot) -> WantedOrder:
    return WantedOrder(
        stall_id=stall_id,
        lines=(WantedLine(variant_id=variant_id, amount=1000, price=PRICE),),
        delivery=Delivery.PICKUP_POINT,
        pay_choice=PayChoice.ON_RECEIPT,
        delivery_fee=Dong(0),
        pickup_point_id=point_id,
        slot=slot,
    )


# --- a week of them ---------------------------------------------------------------------------------------------------


def place(there: Village, asked: Wish, random: Random, number: int, now: datetime) -> int:
    """One purchase, whose stalls accept an hour later; returns how many orders it made: none where nothing suits, or
    what was chosen is gone."""
    wanted = orders_of(reading(), there, asked, random, now)[: ORDERS - len(all_orders())]
    if not wanted:
        return 0
    buyer = Buyer(name=f"Khách {number}", phone=Phone(f"0902 {number:06}"), device=f"d{number}", network=f"n{number}")
    new = PlacePurchase(commune_id=there.commune, client_key=f"{number:064}", buyer=buyer, orders=tuple(wanted))
    try:
        with transaction() as session:
            placed = place_purchase(session, GUEST, new, now=now).order_ids
    except Refused:
        return 0
    for order_id in placed:
        with transaction() as session:
            accept_as_shown(session, GUEST, order_id, clock=lambda: now + timedelta(hours=1))
    return len(placed)


def all_orders() -> Sequence[Order]:
    reading().expire_all()
    return reading().scalars(select(Order).order_by(Order.id)).all()


def week_of(seed: int, *, proposes: bool) -> Sequence[Order]:
    """The orders of a village's week; without proposals every buyer takes any slot that suits them."""
    random = Random(seed)
    there = village(random)
    placed, number, now = 0, 0, BEGINS
    while placed < ORDERS:
        asked = wish(random, there)
        if not proposes:
            asked = Wish(goods=asked.goods[:1], point=asked.point, days=asked.days, takes_first=False)
        placed += place(there, asked, random, number, now)
        number += 1
        now += timedelta(minutes=20)
        if now.hour >= 12:
            now += timedelta(hours=13)  # nobody orders from 19:00 to 8:00
    return all_orders()


def trips_of(orders: Sequence[Order]) -> int:
    return len({(one.stall_id, one.pickup_point_id, one.slot) for one in orders})


def missed(orders: Sequence[Order]) -> int:
    """How many orders stand in a slot that their stall or point does not keep, that begins before the stall had to
    answer, or that takes more than it can: read anew from the rows, without the rules that proposed it."""
    visits = {(one.stall_id, one.pickup_point_id): one for one in reading().scalars(select(StallVisit))}
    points = {one.id: one for one in reading().scalars(select(PickupPoint))}
    closed = {(one.pickup_point_id, one.closed_on) for one in reading().scalars(select(PointClosure))}
    quiet = quiet_hours(reading(), orders[0].commune_id)
    full = Counter((one.pickup_point_id, one.slot) for one in orders)
    wrong = 0
    for one in orders:
        slot, visit = one.slot, visits.get((one.stall_id, one.pickup_point_id or 0))
        point = points[one.pickup_point_id or 0]
        if slot is None or visit is None:
            wrong += 1
            continue
        day = slot.day.weekday()
        opens = any((row.weekday, row.begins, row.ends) == (day, slot.begins, slot.ends) for row in point.windows)
        comes = bool(visit.days >> day & 1) and (visit.begins or 0) < slot.ends and slot.begins < (visit.ends or 1440)
        in_time = slot.begins_at >= answer_deadline(one.placed_at, quiet)
        is_off = (point.id, slot.day) in closed or full[point.id, slot] > (point.capacity or ORDERS)
        wrong += not (opens and comes and in_time) or is_off
    return wrong


def fall(orders: Sequence[Order]) -> float:
    """By how many per cent the trips are fewer than the orders."""
    return 100 * (1 - trips_of(orders) / len(orders))


def run() -> Iterator[Figure | str]:
    for seed in SEEDS:
        with empty_market():
            orders = week_of(seed, proposes=True)
            note = f"{trips_of(orders)} trips for {len(orders)} orders, seed {seed}"
            yield promised(at_least("fewer trips than orders", fall(orders), "%", LEAST_FALL, note=note))
            yield promised(at_most("slots missed", missed(orders), "", 0))
    with empty_market():
        orders = week_of(SEEDS[0], proposes=False)
        yield free("where nothing is proposed", fall(orders), "%", note=f"{trips_of(orders)} trips")


@contextmanager
def empty_market() -> Iterator[None]:
    with (
        TemporaryDirectory() as folder,
        market(f"sqlite:///{folder}/trips.db", Path(folder), 0) as app,
        app.app_context(),
    ):
        yield
