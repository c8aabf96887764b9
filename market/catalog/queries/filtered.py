"""What a buyer leafs through with conditions of their own, in an order of their own: goods of some hamlets, prices,
seasons. What nobody filters is asked in `browse`, and found by words in `search`."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Select,
    Subquery,
    and_,
    bindparam,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from market.base.db import AnyColumn
from market.base.row_query import RowQuery
from market.catalog.models import Product, Variant
from market.catalog.queries.browse import (
    CATEGORIES,
    COMMUNE,
    FIRST,
    HIGHEST_ID,
    IS_SEASON,
    MOST,
    PRODUCTS,
    REACH,
    CardRows,
    cards_of,
    is_in_stock,
)
from market.catalog.queries.public import is_open, presentable, public_conditions
from market.catalog.rules.filters import CardOrder, DeliveryWay, GoodsFilter
from market.sellers.models import Business, Certificate, Stall
from market.sellers.queries.register import is_paper_in_force
from market.sellers.queries.visits import comes_to_a_point
from market.values.money import Dong

HAMLETS: BindParameter[Sequence[int]] = bindparam("hamlets", expanding=True)
PRICE_FROM: BindParameter[int] = bindparam("price_from", type_=BigInteger())
PRICE_TO: BindParameter[int] = bindparam("price_to", type_=BigInteger())
TODAY: BindParameter[date] = bindparam("today", type_=Date())
HIGHEST_PRICE = 2**62

_shown = aliased(Variant)
_better = aliased(Variant)


class FilterShape(NamedTuple):
    """Which conditions a statement has: each shape is built once, its values are bound when it runs."""

    of_hamlets: bool
    of_categories: bool
    has_least: bool
    has_most: bool
    is_in_season: bool
    is_certified: bool
    delivery: DeliveryWay | None

    @classmethod
    def of(cls, wanted: GoodsFilter) -> "FilterShape":
        return cls(
            of_hamlets=bool(wanted.hamlet_ids),
            of_categories=bool(wanted.category_ids),
            has_least=wanted.price_from is not None,
            has_most=wanted.price_to is not None,
            is_in_season=wanted.is_in_season,
            is_certified=wanted.is_certified,
            delivery=wanted.delivery,
        )


# --- conditions -------------------------------------------------------------------------------------------------------


def goods_like(shape: FilterShape) -> Select[int]:
    """The public goods of a commune that are as asked for; bind what a `GoodsFilter` gives, and `commune`."""
    goods = select(Product.id).where(Product.commune_id == COMMUNE, *_public(shape))
    if shape.of_categories:
        goods = goods.where(Product.category_id.in_(CATEGORIES))
    if shape.is_in_season:
        goods = goods.where(*IS_SEASON)
    if not (shape.has_least or shape.has_most):
        return goods
    return goods.join(_shown, _shown.product_id == Product.id).where(_is_shown(), *_at_price(shape, _shown.price + 0))


def _public(shape: FilterShape) -> tuple[ColumnElement[bool], ...]:
    """Public, and of a stall as asked for: the stalls of a commune are few, and found once. A list goes by its own
    order and looks at each of its goods: a sum is no way into an index."""
    asked = _of_stall(shape)
    if not asked:
        return public_conditions()
    stalls = select(Stall.id).where(Stall.commune_id == COMMUNE, is_open(), *asked)
    return (*presentable(), (Product.stall_id + 0).in_(stalls))


def _of_stall(shape: FilterShape) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if shape.of_hamlets:
        stands = select(Business.id).where(Business.id == Stall.business_id, Business.hamlet_id.in_(HAMLETS))
        asked.append(stands.correlate(Stall).exists())
    if shape.is_certified:
        papers = select(Certificate.id).where(Certificate.business_id == Stall.business_id, is_paper_in_force(TODAY))
        asked.append(papers.correlate(Stall).exists())
    if shape.delivery is not None:
        asked.append(_brings(shape.delivery))
    return asked


def _brings(way: DeliveryWay) -> ColumnElement[bool]:
    if way is DeliveryWay.AT_POINT:
        return comes_to_a_point()
    if way is DeliveryWay.TO_DOOR:
        return Stall.delivers_in_commune.is_(True)
    return or_(Stall.ships_outside, Stall.sends_by_bus)


def _at_price(shape: FilterShape, price: AnyColumn) -> list[ColumnElement[bool]]:
    least = [price >= PRICE_FROM] if shape.has_least else []
    return [*least, price <= PRICE_TO] if shape.has_most else least


def _is_shown() -> ColumnElement[bool]:
    """Whether a variant's price is the one that its product's card shows (`browse.cards_of`): no other one stands
    before it. First is what is on sale, then the cheapest."""
    before = select(_better.id).where(
        _better.product_id == _shown.product_id,
        _better.removed_at.is_(None),
        tuple_(_better.is_sold_out, _better.price, _better.id) < tuple_(_shown.is_sold_out, _shown.price, _shown.id),
    )
    return and_(_shown.removed_at.is_(None), ~before.correlate(_shown).exists())


# --- by price ---------------------------------------------------------------------------------------------------------


class PricedPlace(NamedTuple):
    """Where a card stands in a list by price: its part (`browse.CardPlace`), there by the price that it showed, of one
    price by its id, both rising or both falling."""

    part: int
    id: int
    price: int
    order: CardOrder

    @classmethod
    def start(cls, order: CardOrder) -> "PricedPlace":
        """Before the first card."""
        price, number = _ends(order)[0]
        return cls(part=0, id=number, price=price, order=order)

    @property
    def edges(self) -> dict[str, int]:
        """The price and the id in each part after which a list goes on from this place, and before which it comes to
        it."""
        first, last = _ends(self.order)
        here = (self.price, self.id)
        (price_0, edge_0), (price_1, edge_1) = (last, here) if self.part else (here, first)
        return {"edge_0": edge_0, "edge_1": edge_1, "price_0": price_0, "price_1": price_1}


def _ends(order: CardOrder) -> tuple[tuple[int, int], tuple[int, int]]:
    """Price and id before the first card of a list and behind the last."""
    least, most = (0, 0), (HIGHEST_PRICE, HIGHEST_ID)
    return (least, most) if order is CardOrder.CHEAPEST else (most, least)


def cards_by_price(
    shape: FilterShape, order: CardOrder, has_stamp: ColumnElement[bool], *, backwards: bool = False
) -> CardRows:
    """A page of cards from a place on, or backwards those nearest before it; what can be bought first, there by price.
    Bind what a `PricedPlace` gives as well."""
    page = _part_by_part(shape, order, backwards=backwards)
    in_order = (page.c.price, page.c.id) if order is CardOrder.CHEAPEST else (page.c.price.desc(), page.c.id.desc())
    return cards_of(page, has_stamp).order_by(None).order_by(page.c.part, *in_order)


def _part_by_part(shape: FilterShape, order: CardOrder, *, backwards: bool) -> Subquery:
    goods = _goods_by_price(shape)
    halves = [goods.where(stocked) for stocked in (is_in_stock(), ~is_in_stock())]
    parts = [_from_edge(half, part, order, backwards=backwards).subquery() for part, half in enumerate(halves)]
    whole = union_all(*map(select, reversed(parts) if backwards else parts)).subquery()
    return select(whole.c.id, whole.c.price, whole.c.part).limit(MOST).offset(FIRST).subquery("page")


def _goods_by_price(shape: FilterShape) -> Select[int]:
    """As `goods_like`, from the variants of a commune in the order of their prices: a product has their commune, which
    is said where an index of some goods alone could else be read from end to end, and its category is looked at."""
    goods = select(Product.id).join(_shown, _shown.product_id == Product.id)
    goods = goods.where(_shown.commune_id == COMMUNE, _is_shown(), *_at_price(shape, _shown.price), *_public(shape))
    if shape.of_categories:
        goods = goods.where((Product.category_id + 0).in_(CATEGORIES))
    return goods.where(Product.commune_id == COMMUNE, *IS_SEASON) if shape.is_in_season else goods


def _from_edge(goods: Select[int], part: int, order: CardOrder, *, backwards: bool) -> Select[int, Dong, int]:
    edge: BindParameter[int] = bindparam(f"edge_{part}", type_=BigInteger())
    price: BindParameter[int] = bindparam(f"price_{part}", type_=BigInteger())
    number = _shown.product_id
    if (order is CardOrder.CHEAPEST) is not backwards:
        is_beyond = or_(_shown.price > price, and_(_shown.price == price, number > edge))
        rows = goods.where(_shown.price >= price, is_beyond).order_by(_shown.price, number)
    else:
        is_beyond = or_(_shown.price < price, and_(_shown.price == price, number < edge))
        rows = goods.where(_shown.price <= price, is_beyond).order_by(_shown.price.desc(), number.desc())
    return rows.add_columns(_shown.price.label("price"), literal(part).label("part")).limit(REACH)


# --- of what a text finds ---------------------------------------------------------------------------------------------


class Fitting(NamedTuple):
    """A product that is as asked for: whether it can be bought, and the price that its card shows."""

    id: int
    is_stocked: bool
    price: Dong


@lru_cache(maxsize=64)
def _fitting(shape: FilterShape) -> RowQuery[int, bool, Dong]:
    goods = goods_like(shape._replace(has_least=False, has_most=False))
    shown = goods.join(_shown, _shown.product_id == Product.id).where(_is_shown(), *_at_price(shape, _shown.price))
    found = shown.where(Product.id.in_(PRODUCTS)).add_columns(is_in_stock(), _shown.price)
    return RowQuery(found)


def fitting(
    rows: Connection, product_ids: Sequence[int], wanted: GoodsFilter, values: dict[str, object]
) -> list[Fitting]:
    """Which of these goods are as asked for, in no order. `values`: `commune`, `now` and those of the filter."""
    if not product_ids:
        return []
    query = _fitting(FilterShape.of(wanted))
    return list(map(Fitting._make, query.rows(rows, {**values, "products": product_ids})))


def in_order(found: Sequence[Fitting], order: CardOrder | None, ranked: Sequence[int]) -> list[int]:
    """Their ids as a list of cards stands in this order; where there is none, as they were ranked."""
    if order is None:
        kept = {one.id for one in found}
        return [product_id for product_id in ranked if product_id in kept]
    by_price = 1 if order.is_by_price else 0
    way = 1 if order is CardOrder.CHEAPEST else -1
    return [
        one.id for one in sorted(found, key=lambda one: (not one.is_stocked, way * by_price * one.price, way * one.id))
    ]
