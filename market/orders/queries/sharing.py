"""Who waits for goods of which there may be too little: the open orders of a stall that want some of a variant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.base.seen import Facts
from market.catalog.models import Product, Variant
from market.orders.models import LINE_STANDS, Order, OrderLine
from market.orders.queries.orders import is_still, listed
from market.orders.rules import STATUS_WORDS, OrderStatus
from market.orders.rules.sharing import MOST_SHARED, share_in_turn
from market.values.quantity import Unit, format_quantity, unit

TO_SHARE = (OrderStatus.PLACED, OrderStatus.ACCEPTED)
"""What is packed has its goods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scarce:
    """Goods of a stall: what they are called, how they are counted; `on_hand` in thousandths, None: not counted."""

    variant_id: int
    name: str
    unit_code: str
    on_hand: int | None

    @property
    def unit(self) -> Unit:
        return unit(self.unit_code)

    def words(self, amount: int) -> str:
        return format_quantity(amount, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShare:
    """What an order wants of the goods (`line`), and what it gets, in thousandths."""

    order: Order
    line: OrderLine
    gets: int

    @property
    def is_short(self) -> bool:
        return self.gets < self.line.amount


def scarce_goods(session: Session, stall_id: int, variant_id: int) -> Scarce:
    """A stall's own goods, also such as it sells no longer; NotFound for another's."""
    row = session.execute(
        select(Variant.id, Product.name, Variant.label, Variant.unit, Variant.on_hand)
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.id == variant_id, Variant.stall_id == stall_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Scarce(variant_id=row.id, name=f"{row.name} {row.label}".strip(), unit_code=row.unit, on_hand=row.on_hand)


def ids_wanting(session: Session, stall_id: int, variant_id: int, *, now: datetime) -> Sequence[int]:
    """The open orders that are not packed and want some of these goods, those placed first before the others; one more
    than are shared among at once, where there are more."""
    wants = select(OrderLine.id).where(OrderLine.order_id == Order.id, OrderLine.variant_id == variant_id, LINE_STANDS)
    query = select(Order.id).where(Order.stall_id == stall_id, is_still(now, *TO_SHARE), wants.exists())
    return session.scalars(query.order_by(Order.placed_at, Order.id).limit(MOST_SHARED + 1)).all()


def orders_wanting(session: Session, stall_id: int, variant_id: int, *, now: datetime) -> list[Order]:
    """The same with what is shown of them."""
    ids = ids_wanting(session, stall_id, variant_id, now=now)
    found = {order.id: order for order in session.scalars(listed().where(Order.id.in_(ids)))}
    return [found[one] for one in ids]


def shares_of(orders: Sequence[Order], goods: Scarce, there: int) -> list[OrderShare]:
    """What each of these orders gets where so much is there, in the order in which they were placed."""
    in_turn = sorted(orders, key=lambda one: (one.placed_at, one.id))
    wants = [(one, line) for one in in_turn for line in one.lines if line.variant_id == goods.variant_id]
    gets = share_in_turn(there, [line.amount for _, line in wants], goods.unit.step)
    return [OrderShare(order=one, line=line, gets=share) for (one, line), share in zip(wants, gets, strict=True)]


def facts_to_share(shares: Sequence[OrderShare]) -> Facts:
    """What a stall shares goods out on: which orders want how much, how far each has come, what its buyer was asked."""
    return {f"đơn {one.order.code}": _words(one) for one in shares}


def _words(one: OrderShare) -> str:
    asked = f", hỏi khách lần {one.order.changes}" if one.order.changes else ""
    amount = format_quantity(one.line.amount, unit(one.line.unit))
    return f"{amount}, {STATUS_WORDS[one.order.status].lower()}{asked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Goods of which the open orders want more than is counted, in thousandths."""

    goods: Scarce
    wanted: int


def goods_wanted_beyond(session: Session, stall_id: int, *, now: datetime, most: int = 10) -> list[Wanted]:
    """The goods of which a stall's open orders, packed ones among them, want more than it has counted."""
    open_orders = Order.stall_id == stall_id, is_still(now, *TO_SHARE, OrderStatus.READY)
    wanted = func.sum(OrderLine.amount)
    query = (
        select(OrderLine.variant_id, Product.name, Variant.label, Variant.unit, Variant.on_hand, wanted.label("wanted"))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .where(*open_orders, LINE_STANDS, Variant.on_hand.is_not(None))
        .group_by(OrderLine.variant_id, Product.name, Variant.label, Variant.unit, Variant.on_hand)
        .having(wanted > Variant.on_hand)
        .order_by(OrderLine.variant_id)
        .limit(most)
    )
    return [
        Wanted(
            goods=Scarce(
                variant_id=row.variant_id,
                name=f"{row.name} {row.label}".strip(),
                unit_code=row.unit,
                on_hand=row.on_hand,
            ),
            wanted=int(row.wanted),
        )
        for row in session.execute(query)
    ]
