"""Pages of cards as buyers see them: the catalogue's goods with the mark of a sealed lot. Cards are rows, no entities,
and read from a connection: a session's own way to them costs a fifth more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from market.catalog.queries import browse
from market.catalog.queries.browse import CARDS_A_PAGE, Card, CardRows, cards_of
from market.trace.queries.public import has_sealed_lot

_ALL = cards_of(browse.ALL_GOODS, has_sealed_lot())
_OF_CATEGORY = cards_of(browse.GOODS_OF_CATEGORY, has_sealed_lot())
_OF_CATEGORIES = cards_of(browse.GOODS_OF_CATEGORIES, has_sealed_lot())
_OF_STALL = cards_of(browse.GOODS_OF_STALL, has_sealed_lot())
_GIVEN = cards_of(browse.GIVEN_GOODS, has_sealed_lot())


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """Which cards are looked at: of one commune, as of a moment, a page of so many."""

    commune_id: int
    now: datetime
    page: int = 1
    size: int = CARDS_A_PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """One page of cards, and whether another follows."""

    cards: Sequence[Card]
    page: int
    has_more: bool


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
    cards = {card.id: card for card in _cards(rows, _GIVEN, values)}
    return [cards[product_id] for product_id in product_ids if product_id in cards]


def _page(rows: Connection, statement: CardRows, page_query: PageQuery, which: Mapping[str, object]) -> CardPage:
    first, most = (page_query.page - 1) * page_query.size, page_query.size + 1
    values = {
        "commune": page_query.commune_id,
        "now": page_query.now,
        "first": first,
        "most": most,
        "reach": first + most,
    }
    cards = _cards(rows, statement, {**values, **which})
    return CardPage(cards=cards[: page_query.size], page=page_query.page, has_more=len(cards) > page_query.size)


def _cards(rows: Connection, statement: CardRows, values: Mapping[str, object]) -> list[Card]:
    return [Card._make(row) for row in rows.execute(statement, values).all()]
