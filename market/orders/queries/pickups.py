"""Orders that stand ready at the pickup points, as their keepers see them: no phone, no address."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.orders.models import LINE_STANDS, READY, Contact, Order, OrderLine, Purchase
from market.orders.queries.keys import SHORT
from market.orders.rules import NO_ORDER
from market.orders.rules.sharing import share_in_turn
from market.places.models import PickupPoint
from market.places.rules.hours import Slot
from market.sellers.models import Stall
from market.values.codes import squash
from market.values.quantity import format_quantity, unit
from market.values.text import fold, sort_key

ROUND = 100
"""How many orders a keeper's page shows at once, the oldest first: nobody shares out more at a time."""
MOST_FOUND = 500
"""Among how many a buyer is looked for by name: four days of a large nhà văn hóa."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupLine:
    """Goods of an order as they were sold: `Đậu xanh túi`, thousandths of the unit."""

    name: str
    amount: int
    unit: str

    @property
    def words(self) -> str:
        return f"{self.name} {format_quantity(self.amount, unit(self.unit))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """An order that waits at a point; when its keeper wrote down that its goods came, and that they were fetched.
    `slot`: when its buyer comes."""

    id: int
    code: str
    purchase: str
    buyer: str
    stall_slug: str
    stall: str
    point: str
    arrived_at: datetime | None
    fetched_at: datetime | None
    slot: Slot | None = None
    lines: tuple[PickupLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupShare:
    """What a buyer wants of goods, and what they get of what has come (thousandths)."""

    buyer: str
    wants: PickupLine
    gets: int

    @property
    def words(self) -> str:
        if self.gets == self.wants.amount:
            return f"đủ {format_quantity(self.gets, unit(self.wants.unit))}"
        given = format_quantity(self.gets, unit(self.wants.unit)) if self.gets else "hết"
        return f"{given}, đặt {format_quantity(self.wants.amount, unit(self.wants.unit))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupsOfBuyer:
    """What one purchase has waiting at the keeper's points."""

    buyer: str
    purchase: str
    orders: tuple[Pickup, ...]

    @property
    def code(self) -> str:
        """Names the page on which it is handed over."""
        return self.orders[0].code

    @property
    def waiting(self) -> tuple[Pickup, ...]:
        return tuple(one for one in self.orders if one.fetched_at is None)

    @property
    def is_here(self) -> bool:
        """Whether the keeper has taken in all of it."""
        return all(one.arrived_at for one in self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupsOfStall:
    """What one stall brings to the keeper's points, summed up (`Đậu xanh túi 5 kg`), and of which orders."""

    slug: str
    name: str
    orders: tuple[Pickup, ...]

    @property
    def coming(self) -> tuple[Pickup, ...]:
        return tuple(one for one in self.orders if one.arrived_at is None)

    @property
    def goods(self) -> list[str]:
        return goods_of(self.coming)


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupsOfSlot:
    """Whose goods are fetched in one slot; None: on no day that was agreed on here."""

    slot: Slot | None
    buyers: tuple[PickupsOfBuyer, ...]

    def words(self, today: date) -> str:
        if self.slot is None:
            return "Chưa hẹn buổi"
        return f"Hôm nay, {self.slot.hours}" if self.slot.day == today else self.slot.title


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPoints:
    """The points of these hamlets of a commune, which one person keeps."""

    commune_id: int
    hamlet_ids: Collection[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRound:
    """The orders of a page, by their buyers' given names and, of one name, the older purchase first; after which one
    the next page begins, None for the last."""

    orders: tuple[Pickup, ...]
    next_after: int | None = None


def pickups_at(
    session: Session, kept: KeptPoints, *, stall_slug: str | None = None, after: int = 0, most: int = ROUND
) -> PickupRound:
    """The orders ready at a keeper's points that nobody has fetched, the oldest after a number; of one stall alone
    where it is named."""
    ready = _pickups(kept).where(READY, Order.fetched_at.is_(None), Order.id > after)
    if stall_slug is not None:
        ready = ready.where(Stall.slug == stall_slug)
    rows = [_pickup(row) for row in session.execute(ready.order_by(Order.id).limit(most + 1)).mappings()]
    first: dict[str, int] = {}
    for one in rows[:most]:
        first.setdefault(one.purchase, one.id)
    shown = sorted(rows[:most], key=lambda one: (_by_name(one.buyer), first[one.purchase], one.id))
    return PickupRound(orders=tuple(shown), next_after=rows[most - 1].id if len(rows) > most else None)


def pickups_with_code(session: Session, kept: KeptPoints, code: str) -> PickupsOfBuyer:
    """The orders of the purchase that holds this order, ready or fetched already at a keeper's points, with their
    goods; NotFound where this one is not."""
    rows = session.execute(
        _pickups(kept).where(READY, Order.purchase_id == _purchase_of(kept, code)).order_by(Order.id)
    )
    found = [_pickup(row) for row in rows.mappings()]
    if not any(one.code == code for one in found):
        raise NotFound(NO_ORDER)
    return by_buyer(with_lines(session, found))[0]


def with_lines(session: Session, pickups: Sequence[Pickup]) -> list[Pickup]:
    """The same with their goods, in one question."""
    lines = _lines_of(session, [one.id for one in pickups])
    return [replace(one, lines=lines.get(one.id, ())) for one in pickups]


def by_buyer(pickups: Sequence[Pickup]) -> list[PickupsOfBuyer]:
    """Of pickups as `pickups_at` has them: in the same order."""
    return [
        PickupsOfBuyer(buyer=orders[0].buyer, purchase=purchase, orders=orders)
        for purchase, found in groupby(pickups, key=lambda one: one.purchase)
        for orders in [tuple(found)]
    ]


def by_slot(pickups: Sequence[Pickup], today: date) -> list[PickupsOfSlot]:
    """Today's slots first, then those to come, those that are over and what has none; in each the buyers in the order
    of `pickups_at`."""
    found: dict[Slot | None, list[Pickup]] = {}
    for one in pickups:
        found.setdefault(one.slot, []).append(one)
    in_order = sorted(found, key=lambda slot: _slot_rank(slot, today))
    return [PickupsOfSlot(slot=slot, buyers=tuple(by_buyer(found[slot]))) for slot in in_order]


def _slot_rank(slot: Slot | None, today: date) -> tuple[int, Slot]:
    if slot is None:
        return 3, Slot(today, 0, 0)
    return 0 if slot.day == today else 1 if slot.day > today else 2, slot


def by_stall(pickups: Sequence[Pickup]) -> list[PickupsOfStall]:
    """By the stalls' names."""
    found: dict[str, list[Pickup]] = {}
    for one in pickups:
        found.setdefault(one.stall_slug, []).append(one)
    stalls = (PickupsOfStall(slug=slug, name=those[0].stall, orders=tuple(those)) for slug, those in found.items())
    return sorted(stalls, key=lambda one: (sort_key(one.name), one.slug))


def goods_of(pickups: Sequence[Pickup]) -> list[str]:
    """All their goods, each with what it comes to."""
    return [line.words for line in sums_of(pickups)]


def sums_of(pickups: Sequence[Pickup]) -> list[PickupLine]:
    """The same as lines, by their names."""
    sums: dict[tuple[str, str], int] = {}
    for line in (line for one in pickups for line in one.lines):
        sums[line.name, line.unit] = sums.get((line.name, line.unit), 0) + line.amount
    return [PickupLine(name=name, amount=amount, unit=code) for (name, code), amount in sorted(sums.items())]


def shares_at(pickups: Sequence[Pickup], goods: PickupLine, there: int) -> list[PickupShare]:
    """Who gets how much of goods (`sums_of`) of which so much has come (thousandths): by the rule by which their stall
    shares them out, those who ordered first before the others."""
    wants = [
        (one, line)
        for one in sorted(pickups, key=lambda one: one.id)
        for line in one.lines
        if (line.name, line.unit) == (goods.name, goods.unit)
    ]
    gets = share_in_turn(there, [line.amount for _, line in wants], unit(goods.unit).step)
    return [
        PickupShare(buyer=one.buyer, wants=line, gets=share) for (one, line), share in zip(wants, gets, strict=True)
    ]


def is_named(pickups: PickupsOfBuyer, typed: str) -> bool:
    """Whether this is what a keeper looks for: by a part of the buyer's name, however typed, or of an order's code."""
    code, name = squash(typed), fold(typed)
    is_code = len(code) >= SHORT and any(code in one.code for one in pickups.orders)
    return is_code or (bool(name) and name in fold(pickups.buyer))


def order_ids_at(session: Session, kept: KeptPoints, codes: Collection[str]) -> tuple[int, ...]:
    """The ids of these orders, whatever became of them; NotFound where one is not for a keeper's points."""
    points = select(PickupPoint.id).where(PickupPoint.hamlet_id.in_(kept.hamlet_ids))
    here = Order.commune_id == kept.commune_id, Order.pickup_point_id.in_(points), Order.code.in_(codes)
    ids = session.scalars(select(Order.id).where(*here).order_by(Order.id)).all()
    if len(ids) != len(set(codes)):
        raise NotFound(NO_ORDER)
    return tuple(ids)


def waiting_at(session: Session, commune_id: int, point_id: int) -> int:
    """How many orders stand ready to be fetched at a point."""
    ready = Order.commune_id == commune_id, Order.pickup_point_id == point_id, READY, Order.fetched_at.is_(None)
    return session.scalar(select(func.count(Order.id)).where(*ready)) or 0


def _lines_of(session: Session, order_ids: Sequence[int]) -> Mapping[int, tuple[PickupLine, ...]]:
    if not order_ids:
        return {}
    query = (
        select(OrderLine.order_id, OrderLine.product_name, OrderLine.variant_label, OrderLine.amount, OrderLine.unit)
        .where(OrderLine.order_id.in_(order_ids), LINE_STANDS)
        .order_by(OrderLine.order_id, OrderLine.id)
    )
    return {
        order_id: tuple(
            PickupLine(name=f"{row.product_name} {row.variant_label}".strip(), amount=row.amount, unit=row.unit)
            for row in rows
        )
        for order_id, rows in groupby(session.execute(query), key=lambda row: row.order_id)
    }


def _pickup(row: RowMapping) -> Pickup:
    told = {name: row[name] for name in Pickup.__dataclass_fields__ if name in row}
    slot = Slot(row["slot_on"], row["slot_begins"], row["slot_ends"]) if row["slot_on"] else None
    return Pickup(**told, slot=slot)


def _by_name(name: str) -> tuple[str, str]:
    """People are looked up by their given name, which is the last."""
    return sort_key(name.rpartition(" ")[2]), sort_key(name)


def _purchase_of(kept: KeptPoints, code: str) -> ColumnElement[int]:
    which = Order.commune_id == kept.commune_id, Order.code == code
    return select(Order.purchase_id).where(*which).scalar_subquery()


def _pickups(kept: KeptPoints) -> Select[int, str, str, str, str, str, str, datetime | None, datetime | None]:
    """The partial index over what is ready needs its condition as it stands there."""
    points = select(PickupPoint.id).where(PickupPoint.hamlet_id.in_(kept.hamlet_ids))
    return (
        select(
            Order.id,
            Order.code,
            Purchase.code.label("purchase"),
            Contact.name.label("buyer"),
            Stall.slug.label("stall_slug"),
            Stall.name.label("stall"),
            PickupPoint.name.label("point"),
            Order.arrived_at,
            Order.fetched_at,
        )
        .add_columns(Order.slot_on, Order.slot_begins, Order.slot_ends)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .join(Stall, Stall.id == Order.stall_id)
        .join(PickupPoint, PickupPoint.id == Order.pickup_point_id)
        .where(Order.commune_id == kept.commune_id, Order.pickup_point_id.in_(points))
    )
