"""Pages of cards as buyers see them: the catalogue's goods with the mark of a sealed lot. Cards are rows, no entities,
and read from a connection: a session's own way to them costs a fifth more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Select

from market.base.row_query import RowQuery
from market.catalog.queries import browse
from market.catalog.queries.browse import CARDS_A_PAGE, START, Card, CardPlace, cards_of, part_by_part
from market.trace.queries.public import has_lot_for_sale
from market.values.money import Dong

CardRow = tuple[int, str, str, str, str, Dong, str, int | None, bool, bool, int]
CardQuery = RowQuery[int, str, str, str, str, Dong, str, int | None, bool, bool, int]


@dataclass(frozen=True, slots=True)
class _List:
    """Goods to leaf through: the page after a place, and the one before it."""

    after: CardQuery
    before: CardQuery

    @classmethod
    def of(cls, goods: Select[int]) -> "_List":
        pages = (part_by_part(goods, backwards=backwards) for backwards in (False, True))
        return cls(*(RowQuery(cards_of(page, has_lot_for_sale())) for page in pages))


_ALL = _List.of(browse.ALL_GOODS)
_OF_CATEGORY = _List.of(browse.GOODS_OF_CATEGORY)
_OF_CATEGORIES = _List.of(browse.GOODS_OF_CATEGORIES)
_OF_STALL = _List.of(browse.GOODS_OF_STALL)
_GIVEN = cards_of(browse.GIVEN_GOODS, has_lot_for_sale())


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which cards are looked at: of one commune, as of a moment, a page of so many.

    With a place right after or before which the page stands, `page` is but the number it is shown with.
    """

    commune_id: int
    now: datetime
    page: int = 1
    size: int = CARDS_A_PAGE
    after: CardPlace | None = None
    before: CardPlace | None = None

    def from_start(self) -> "PageQuery":
        return replace(self, page=1, after=None, before=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """One page of cards, and whether another follows; where its first and last card stand, for the pages beside it."""

    cards: Sequence[Card]
    page: int
    has_more: bool
    first: CardPlace | None = None
    last: CardPlace | None = None

    @classmethod
    def of(cls, rows: Sequence[CardRow], page: int, *, has_more: bool) -> "CardPage":
        ends = {"first": _place(rows[0]), "last": _place(rows[-1])} if rows else {}
        return cls(cards=[Card._make(row[:-1]) for row in rows], page=page, has_more=has_more, **ends)


def _place(row: CardRow) -> CardPlace:
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
    cards = {row[0]: Card._make(row[:-1]) for row in rows.execute(_GIVEN, values)}
    return [cards[product_id] for product_id in product_ids if product_id in cards]


def _page(rows: Connection, goods: _List, asked: PageQuery, which: Mapping[str, object]) -> CardPage:
    """The page asked for; the first one where there is none such."""
    read = _before if asked.before else _after
    page = read(rows, goods, asked, which)
    return page if page.cards or asked == asked.from_start() else _after(rows, goods, asked.from_start(), which)


def _after(rows: Connection, goods: _List, asked: PageQuery, which: Mapping[str, object]) -> CardPage:
    first = 0 if asked.after else (asked.page - 1) * asked.size
    found = _rows(rows, goods.after, asked, {**(asked.after or START).edges, **which}, first)
    return CardPage.of(found[: asked.size], asked.page, has_more=len(found) > asked.size)


def _before(rows: Connection, goods: _List, asked: PageQuery, which: Mapping[str, object]) -> CardPage:
    """No cards where what stands before is no more than the first page."""
    found = _rows(rows, goods.before, asked, {**(asked.before or START).edges, **which})
    return CardPage.of(found[1:] if len(found) > asked.size else (), asked.page, has_more=True)


def _rows(
    rows: Connection, query: CardQuery, asked: PageQuery, which: Mapping[str, object], first: int = 0
) -> Sequence[CardRow]:
    most = asked.size + 1
    limits = {"first": first, "most": most, "reach": first + most}
    return query.rows(rows, {"commune": asked.commune_id, "now": asked.now, **limits, **which})
