"""What a stall has to bring where, for whom, and what is still to be collected: its packing list."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from market.orders.models import Order
from market.orders.queries.orders import life_of
from market.orders.queries.recalls import BadGoods, bad_goods_of
from market.orders.queries.still import orders_to_pack
from market.orders.queries.talk import NO_TALK, talk_hints
from market.orders.rules import WAY_WORDS, Delivery, PayChoice
from market.payments.queries import paid_of
from market.payments.queries.orders import Paid
from market.places.rules.hours import Slot
from market.values.money import Dong
from market.values.paging import CountedPage
from market.values.period import local_day
from market.values.quantity import format_quantity, unit

A_ROUND = 100
"""Nobody carries more at once: what is left is another round, and a page of its own."""
AT_HOME = "Khách đến nhà bạn lấy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedOrder:
    """One order of the list. `collect`: what the seller takes in hand with it; `awaited`: what the buyer must transfer
    first; both nothing where it is paid. `is_packed`: the stall said that it is ready. `note`: what the buyer told
    the stall at check-out."""

    order: Order
    collect: Dong
    awaited: Dong
    is_packed: bool
    bad: Sequence[BadGoods]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingDay:
    """The orders to be at a place by a day; None: those that no clock ends, the sooner the better."""

    day: date | None
    orders: Sequence[PackedOrder]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackingPlace:
    """What goes to one place in one slot (None: the day is agreed on): its goods summed up (`Đậu xanh 5 kg`), and whose
    they are, the pressing days first."""

    name: str
    slot: Slot | None
    opening_hours: str
    goods: Sequence[str]
    days: Sequence[PackingDay]

    @property
    def count(self) -> int:
        return sum(len(day.orders) for day in self.days)

    @property
    def collect(self) -> Dong:
        return Dong(sum(one.collect for day in self.days for one in day.orders))


def packing_list(session: Session, stall_id: int, *, page: int, now: datetime) -> CountedPage[PackingPlace]:
    """What the stall has accepted and nobody has taken yet, by place and slot, the next slots first, then the pickup
    points without one, and by day. Of more than
    A_ROUND orders the most pressing come first; `total` counts orders."""
    orders = orders_to_pack(session, stall_id, page=page, size=A_ROUND, now=now)
    ids = [order.id for order in orders.rows]
    paid, bad = paid_of(session, ids, now=now), bad_goods_of(session, ids, now=now)
    hints = talk_hints(session, ids)
    listed = [
        _packed(order, paid.get(order.id), bad=bad.get(order.id, ()), note=hints.get(order.id, NO_TALK).note, now=now)
        for order in orders.rows
    ]
    by_place = sorted(listed, key=lambda one: (_place_rank(one.order), *_by_day(one)))
    places = [_place(list(found)) for _, found in groupby(by_place, key=lambda one: _place_rank(one.order))]
    return orders.with_rows(places)


def _packed(order: Order, paid: Paid | None, *, bad: Sequence[BadGoods], note: str, now: datetime) -> PackedOrder:
    remaining = paid.remaining if paid else Dong(0)
    on_receipt = order.pay_choice is PayChoice.ON_RECEIPT
    return PackedOrder(
        order=order,
        collect=remaining if on_receipt else Dong(0),
        awaited=Dong(0) if on_receipt else remaining,
        is_packed=life_of(order, now=now).is_packed,
        bad=bad,
        note=note or order.purchase.contact.note or "",
    )


_NO_SLOT = Slot(date.max, 0, 0)


def _place_rank(order: Order) -> tuple[int, Slot, str, int]:
    """Places in the order in which one goes round: the points by their slots, the own house, other people's doors."""
    if order.delivery is not Delivery.PICKUP_POINT:
        return list(Delivery).index(order.delivery) + 1, _NO_SLOT, "", 0
    point = order.pickup_point
    return (0, order.slot or _NO_SLOT, point.name, point.id) if point else (1, _NO_SLOT, "", 0)


def _by_day(one: PackedOrder) -> tuple[date, int]:
    """What has no clock is paid or packed: it goes first."""
    return _day(one) or date.min, one.order.id


def _day(one: PackedOrder) -> date | None:
    return local_day(one.order.due_at) if one.order.due_at else None


def _place(found: Sequence[PackedOrder]) -> PackingPlace:
    first = found[0].order
    point = first.pickup_point if first.delivery is Delivery.PICKUP_POINT else None
    return PackingPlace(
        name=point.name if point else WAY_WORDS.get(first.delivery, AT_HOME),
        slot=first.slot,
        opening_hours=point.opening_hours if point else "",
        goods=_sums(one.order for one in found),
        days=[PackingDay(day=day, orders=list(those)) for day, those in groupby(found, key=_day)],
    )


def _sums(orders: Iterable[Order]) -> list[str]:
    """The goods of these orders as they were sold, each with what it comes to in all."""
    sums = Counter[tuple[str, str]]()
    for order in orders:
        for line in order.lines:
            sums[f"{line.product_name} {line.variant_label}".strip(), line.unit] += line.amount
    return [f"{name} {format_quantity(amount, unit(code))}" for (name, code), amount in sorted(sums.items())]
