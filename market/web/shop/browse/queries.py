"""Pages of cards as buyers see them: the catalogue's goods with the mark of a sealed lot. Cards are rows, no entities,
and read from a connection: a session's own way to them costs a fifth more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, Select

from market.base.row_query import RowQuery
from market.catalog.queries import browse
from market.catalog.queries.browse import CARDS_A_PAGE, START, Card, CardPlace, cards_of, part_by_part
from market.catalog.queries.filtered import FilterShape, PricedPlace, cards_by_price, fitting, goods_like, in_order
from market.catalog.rules.filters import CardOrder, GoodsFilter
from market.trace.queries.public import has_lot_for_sale
from market.values.money import Dong

CardRow = tuple[int, str, str, str, str, Dong, str, int | None, bool, bool, int]
CardQuery = RowQuery[int, str, str, str, str, Dong, str, int | None, bool, bool, int]


Place = CardPlace | PricedPlace


@dataclass(frozen=True, slots=True)
class _List:
    """Goods to leaf through: the page after a place, and the one before it."""

    after: CardQuery
    before: CardQuery
    order: CardOrder = CardOrder.NEWEST

    @property
    def start(self) -> Place:
        return PricedPlace.start(self.order) if self.order.is_by_price else START

    @classmethod
    def of(cls, goods: Select[int]) -> "_List":
        pages = (part_by_part(goods, backwards=backwards) for backwards in (False, True))
        after, before = (RowQuery(cards_of(page, has_lot_for_sale())) for page in pages)
        return cls(after=after, before=before)

    @classmethod
    def by_price(cls, shape: FilterShape, order: CardOrder) -> "_List":
        ways = (cards_by_price(shape, order, has_lot_for_sale(), backwards=backwards) for backwards in (False, True))
        after, before = map(RowQuery, ways)
        return cls(after=after, before=before, order=order)


_ALL = _List.of(browse.ALL_GOODS)
_OF_CATEGORY = _List.of(browse.GOODS_OF_CATEGORY)
_OF_CATEGORIES = _List.of(browse.GOODS_OF_CATEGORIES)
_OF_STALL = _List.of(browse.GOODS_OF_STALL)
_GIVEN = RowQuery(cards_of(browse.GIVEN_GOODS, has_lot_for_sale()))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which cards are looked at: of one commune, as of a moment, a page of so many.

    With a place right after or before which the page stands, `page` is but the number it is shown with.
    """

    commune_id: int
    now: datetime
    page: int = 1
    size: int = CARDS_A_PAGE
    after: Place | None = None
    before: Place | None = None

    def from_start(self) -> "PageQuery":
        return replace(self, page=1, after=None, before=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """One page of cards, and whether another follows; where its first and last card stand, for the pages beside it."""

    cards: Sequence[Card]
    page: int
    has_more: bool
    first: Place | None = None
    last: Place | None = None

    @classmethod
    def of(cls, rows: Sequence[CardRow], page: int, order: CardOrder, *, has_more: bool) -> "CardPage":
        ends = {"first": _place(rows[0], order), "last": _place(rows[-1], order)} if rows else {}
        return cls(cards=[Card._make(row[:-1]) for row in rows], page=page, has_more=has_more, **ends)


def _place(row: CardRow, order: CardOrder) -> Place:
    if order.is_by_price:
        return PricedPlace(part=row[-1], id=row[0], price=row[5], order=order)
    return CardPlace(part=row[-1], id=row[0])


def newest(rows: Connection, page_query: PageQuery) -> CardPage:
    return _page(rows, _ALL, page_query, {})


def goods_of_categories(rows: Connection, category_ids: Sequence[int], page_query: PageQuery) -> CardPage:
    """The goods of a category, given with all those below it."""
    if len(category_ids) == 1:
        return _page(rows, _OF_CATEGORY, page_query, {"category": category_ids[0]})
    return _page(rows, _OF_CATEGORIES, page_query, {"categories": category_ids})


def goods_of_stall(rows: Connection, stall_id: int, page_query: PageQuery) -> CardPage:
    return _page(rows, _OF_STALL, page_query, {"stall": stall_id})


def given_goods(rows: Connection, product_ids: Sequence[int], page_query: PageQuery) -> list[Card]:
    """The cards of these products, in this order."""
    values = {"commune": page_query.commune_id, "now": page_query.now, "products": product_ids}
    cards = {row[0]: Card._make(row[:-1]) for row in _GIVEN.rows(rows, values)}
    return [cards[product_id] for product_id in product_ids if product_id in cards]


@lru_cache(maxsize=64)
def _filtered(shape: FilterShape, order: CardOrder) -> _List:
    return _List.by_price(shape, order) if order.is_by_price else _List.of(goods_like(shape))


def filtered_goods(rows: Connection, wanted: GoodsFilter, order: CardOrder, page_query: PageQuery) -> CardPage:
    """The goods that are as asked for, in an order."""
    return _page(rows, _filtered(FilterShape.of(wanted), order), page_query, wanted.values(page_query.now))


def found_and_filtered(
    rows: Connection, ranked: Sequence[int], wanted: GoodsFilter, order: CardOrder | None, page_query: PageQuery
) -> tuple[CardPage, int]:
    """Of the goods that a text found, the best first, a page of those that are as asked for, in an order or as they
    were found; and how many of them there are."""
    values = {"commune": page_query.commune_id, "now": page_query.now, **wanted.values(page_query.now)}
    ids = in_order(fitting(rows, ranked, wanted, values), order, ranked)
    page = page_query.page if len(ids) > (page_query.page - 1) * page_query.size else 1
    reach = page * page_query.size
    cards = given_goods(rows, ids[reach - page_query.size : reach], page_query) if ids else []
    return CardPage(cards=cards, page=page, has_more=len(ids) > reach), len(ids)


def _page(rows: Connection, goods: _List, asked: PageQuery, which: Mapping[str, object]) -> CardPage:
    """The page asked for; the first one where there is none such."""
    read = _before if asked.before else _after
    page = read(rows, goods, asked, which)
    return page if page.cards or asked == asked.from_start() else _after(rows, goods, asked.from_start(), which)


def _after(rows: Connection, goods: _List, asked: PageQuery, which: Mapping[str, object]) -> CardPage:
    first = 0 if asked.after else (asked.page - 1) * asked.size
    found = _rows(rows, goods.after, asked, {**(asked.after or goods.start).edges, **which}, first)
    return CardPage.of(found[: asked.size], asked.page, goods.order, has_more=len(found) > asked.size)


def _before(rows: Connection, goods: _List, asked: PageQuery, which: Mapping[str, object]) -> CardPage:
    """No cards where what stands before is no more than the first page."""
    found = _rows(rows, goods.before, asked, {**(asked.before or goods.start).edges, **which})
    cards = found[1:] if len(found) > asked.size else ()
    return CardPage.of(cards, asked.page, goods.order, has_more=True)


def _rows(
    rows: Connection, query: CardQuery, asked: PageQuery, which: Mapping[str, object], first: int = 0
) -> Sequence[CardRow]:
    most = asked.size + 1
    limits = {"first": first, "most": most, "reach": first + most}
    return query.rows(rows, {"commune": asked.commune_id, "now": asked.now, **limits, **which})
