"""Which orders a recalled lot went into, or one past its date: what their pages say, and whom a seller must call.

An order's line names the lot that was on sale when it was placed. Where it names none, only the product is known: what
was ordered of it before the recall, and not handed over before the lot was there, may be of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from market.base.db import NOW
from market.catalog.models import Variant
from market.orders.models import HOLDER_ID, LINE_STANDS, Contact, Order, OrderLine, Purchase
from market.orders.rules import OPEN, OrderStatus
from market.trace.models import JournalEntry, Lot
from market.trace.queries.public import is_past, is_recalled
from market.trace.rules import JournalKind
from market.values.paging import Page
from market.values.phone import Phone

PAGE = 50

_TOOK_GOODS = Order.status.in_([*sorted(OPEN), OrderStatus.DELIVERED])
"""Orders that ended otherwise took no goods: their line names what was never handed over."""
_CUT = (
    select(JournalEntry.id)
    .where(
        JournalEntry.lot_id == Lot.id,
        JournalEntry.kind == JournalKind.HARVEST,
        JournalEntry.happened_on <= Order.completed_on,
    )
    .correlate(Lot, Order)
    .exists()
)
_NAMED = OrderLine.lot_id == Lot.id
_MAY_BE = and_(
    OrderLine.lot_id.is_(None),
    OrderLine.product_id == Lot.product_id,
    Order.placed_at < Lot.recalled_at,
    or_(Order.completed_at.is_(None), Order.completed_at >= Lot.created_at, _CUT),
)


def is_worth_asking() -> ColumnElement[bool]:
    """Whether goods of an order have a lot that was recalled or is past its date, for a statement over `order`; bind
    `now`. Without one, nothing is known against them."""
    bad = select(OrderLine.id).join(Lot, Lot.product_id == OrderLine.product_id)
    of_order = OrderLine.order_id == Order.id, LINE_STANDS
    return bad.where(*of_order, or_(is_recalled(), is_past(NOW))).correlate(Order).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadGoods:
    """That goods of an order are of a lot that was recalled, or is past its date; `is_named` where its line names that
    lot, else they may be of it. `reason` is the recall's, None for a lot that is past its date (`best_before`)."""

    order_id: int
    product_name: str
    lot_code: str
    is_named: bool
    recalled_at: datetime | None
    reason: str | None
    best_before: date | None


_TOLD = (
    OrderLine.order_id,
    OrderLine.product_name,
    Lot.code.label("lot_code"),
    Lot.recalled_at,
    Lot.recall_reason.label("reason"),
    Lot.best_before,
    OrderLine.id.label("line_id"),
)
_LINES = select(*_TOLD).join(Order, Order.id == OrderLine.order_id).where(LINE_STANDS)


def _bad_goods(which: ColumnElement[bool]) -> CompoundSelect[int]:
    """In two halves: each has an index of its own."""
    is_stale = is_past(NOW) & Order.status.in_(sorted(OPEN))
    named = _LINES.add_columns(true().label("is_named")).join(Lot, _NAMED)
    may_be = _LINES.add_columns(false().label("is_named")).join(Lot, _MAY_BE)
    halves = (
        named.where(which, or_(is_recalled() & _TOOK_GOODS, is_stale)),
        may_be.where(which, is_recalled(), _TOOK_GOODS),
    )
    return union_all(*halves).order_by("line_id", "lot_code")


_BAD_OF_ORDERS = _bad_goods(Order.id.in_(bindparam("orders", expanding=True)))
_BAD_OF_PURCHASE = _bad_goods(Order.purchase_id == bindparam("purchase", type_=BigInteger()))


def bad_goods_of(session: Session, order_ids: Collection[int], *, now: datetime) -> dict[int, list[BadGoods]]:
    """Order -> what is known against its goods, in the order of its lines; orders of which nothing is are absent.

    A recall is told of whatever was handed over or still may be; that a date is past, of what was not handed over yet.
    """
    return _by_order(session, _BAD_OF_ORDERS, {"orders": order_ids, "now": now}) if order_ids else {}


def bad_goods_of_purchase(session: Session, purchase_id: int, *, now: datetime) -> dict[str, list[BadGoods]]:
    """The same of every order of a purchase, by the order's code."""
    found = _by_order(session, _BAD_OF_PURCHASE, {"purchase": purchase_id, "now": now})
    codes = session.execute(select(Order.id, Order.code).where(Order.id.in_(found))) if found else ()
    return {code: found[order_id] for order_id, code in codes}


def _by_order(
    session: Session, bad_goods: CompoundSelect[int], asked: Mapping[str, object]
) -> dict[int, list[BadGoods]]:
    found: dict[int, list[BadGoods]] = {}
    for row in session.connection().execute(bad_goods, asked).mappings():
        told = BadGoods(**{name: row[name] for name in BadGoods.__dataclass_fields__})
        found.setdefault(told.order_id, []).append(told)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBuyer:
    """Somebody who ordered goods of a lot, or (not `is_named`) who may have: whom to call, and what they ordered.

    `amount` is thousandths of `unit`. `is_erased`: their name and phone were erased since.
    """

    order_id: int
    order_code: str
    status: OrderStatus
    placed_at: datetime
    is_named: bool
    name: str
    phone: Phone | None
    is_erased: bool
    product_name: str
    amount: int
    unit: str


def buyers_of_lot(session: Session, lot: Lot, *, page: int) -> Page[LotBuyer]:
    """One page of the lines that a recalled lot went into or may have, those that name it first, the newest first."""
    rows = session.execute(_BUYERS.limit(PAGE + 1).offset((page - 1) * PAGE), {"lot": lot.id}).mappings().all()
    return Page.of([LotBuyer(**row) for row in rows], page, PAGE)


def count_buyers(session: Session, lot: Lot) -> int:
    """How many lines of orders a recalled lot went into, or may have."""
    return session.scalars(_COUNT, {"lot": lot.id}).one()


_IS_NAMED = func.coalesce(_NAMED, literal(value=False))
_BUYER = (
    Order.id.label("order_id"),
    Order.code.label("order_code"),
    Order.status,
    Order.placed_at,
    _IS_NAMED.label("is_named"),
    Contact.name,
    Contact.phone,
    Contact.erased_at.is_not(None).label("is_erased"),
    OrderLine.product_name,
    OrderLine.amount,
    OrderLine.unit,
)
_BUYERS = (
    select(*_BUYER)
    .join(Order, Order.id == OrderLine.order_id)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .join(Contact, Contact.id == Purchase.contact_id)
    .join(Variant, Variant.id == OrderLine.variant_id)
    .join(Lot, Lot.product_id == Variant.product_id)
    .where(
        Lot.id == bindparam("lot", type_=BigInteger()), or_(_NAMED, _MAY_BE), LINE_STANDS, is_recalled(), _TOOK_GOODS
    )
    .order_by(_IS_NAMED.desc(), OrderLine.id.desc())
)
_COUNT = select(func.count()).select_from(_BUYERS.order_by(None).subquery())


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderToTell:
    """An order with goods of a recalled lot: whose it is."""

    id: int
    code: str
    person_id: int | None
    is_named: bool


def orders_to_tell(session: Session, lot: Lot) -> list[OrderToTell]:
    """Each order that a recalled lot went into or may have, once."""
    found: dict[int, OrderToTell] = {}
    query = _BUYERS.add_columns(HOLDER_ID.label("person_id"))
    for row in session.execute(query, {"lot": lot.id}).mappings():
        told = {"code": row["order_code"], "person_id": row["person_id"], "is_named": row["is_named"]}
        found.setdefault(row["order_id"], OrderToTell(id=row["order_id"], **told))
    return list(found.values())
