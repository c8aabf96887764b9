"""Each database's own index of what is known of goods, asked by looks, of which each stands before the next: FTS5 on
SQLite, and GIN on PostgreSQL (`gin`)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from string import ascii_lowercase, digits

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    column,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    table,
    union_all,
)

from market.base.ddl import SHORTEST_BEGINNING, word_of
from market.base.row_query import AnyRowQuery, RowQuery
from market.catalog.models import Product
from market.catalog.queries.browse import COMMUNE, MOST, is_in_stock
from market.catalog.queries.gin import HitRows, any_by_gin, hits_by_gin, stock_on_postgresql
from market.catalog.queries.names import MOST_SCORED, Asked, Hit, Lookup, Stock, Token
from market.catalog.queries.public import public_conditions
from market.catalog.queries.words import ANY


def hits(rows: Connection, looks: Sequence[Lookup], asked: Mapping[str, object]) -> tuple[list[Hit], Stock]:
    """What the looks find, each its newest so many; and of what is not weighed whether it can be bought: all of that is
    put in order by it. `asked`: `commune`, `now`, `most`."""
    found = (hits_by_gin if rows.dialect.name == "postgresql" else _hits_by_fts)(rows, looks, asked)
    known = {product: stocked for look, product, stocked, _ in found if looks[look].rank is None}
    return [Hit(look, product, words) for look, product, _, words in found], known


def have_any(rows: Connection, asked: Sequence[Asked], commune_id: int) -> list[bool]:
    """Of each of these whether any goods have it, be they public or not."""
    if not asked:
        return []
    if rows.dialect.name == "postgresql":
        return any_by_gin(rows, asked, commune_id)
    values = {f"words_{at}": _on_sqlite(one, commune_id) for at, one in enumerate(asked)}
    ((*found,),) = _any_by_fts(len(asked)).rows(rows, values)
    return found


def _hits_by_fts(rows: Connection, looks: Sequence[Lookup], asked: Mapping[str, object]) -> HitRows:
    commune = int(str(asked["commune"]))
    values = {f"words_{at}": _on_sqlite(look.asked, commune) for at, look in enumerate(looks)}
    return _sqlite(tuple(look.rank is not None for look in looks)).rows(rows, {**asked, **values})


def stock_of(rows: Connection, product_ids: Sequence[int], asked: Mapping[str, object]) -> Stock:
    """What of some goods can be bought. `asked`: `commune`, `now`."""
    is_sqlite = rows.dialect.name == "sqlite"
    products = json.dumps(product_ids) if is_sqlite else list(product_ids)
    public = (_stock_on_sqlite if is_sqlite else _stock_on_postgresql)().rows(rows, {**asked, "products": products})
    return dict.fromkeys(product_ids) | dict(public)


def _on_sqlite(asked: Asked, commune: int) -> str:
    """The words are [a-z0-9]+ and cannot break out of it."""
    if isinstance(asked, Token):
        return _word_on_sqlite(word_of(commune, asked.word), is_beginning=asked.is_beginning)
    joined = " OR " if asked.how == "any" else " AND "
    return f"({joined.join(_on_sqlite(part, commune) for part in asked.of)})"


def _word_on_sqlite(word: str, *, is_beginning: bool) -> str:
    """The index keeps the beginnings of words from their second letter on; of one letter it would have to read all
    words, so it is asked for each that may follow."""
    if not is_beginning:
        return f'"{word}"'
    if len(word) >= SHORTEST_BEGINNING:
        return f'"{word}"*'
    following = (f'"{word}{letter}"*' for letter in ascii_lowercase + digits)
    return f'("{word}" OR {" OR ".join(following)})'


# --- statements, each built once for so many looks --------------------------------------------------------------------

_FTS = table("product_fts", column("rowid", Integer))


@lru_cache(maxsize=64)
def _sqlite(weighed: tuple[bool, ...]) -> RowQuery[int, int, bool | None, str]:
    """The full-text table leads: it returns its rows by falling id as it finds them. Of what is not weighed it tells at
    once whether it can be bought: that is most of what is asked."""
    newest = [
        _matching(at)
        .add_columns(_number(at).label("look"))
        .order_by(_FTS.c.rowid.desc())
        .limit(_number(MOST_SCORED) if is_weighed else MOST)
        for at, is_weighed in enumerate(weighed)
    ]
    parts = [select(one.subquery()) for one in newest] if len(newest) > 1 else newest
    found = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery("found")
    is_weighed = _any_of(found.c.look == _number(at) for at, one in enumerate(weighed) if one)
    stocked = case((and_(~is_weighed, *public_conditions()), is_in_stock()), else_=null())
    return RowQuery(
        select(found.c.look, Product.id, stocked.label("stocked"), case((is_weighed, _WORDS), else_="").label("words"))
        .select_from(found.join(Product, Product.id == found.c.id))
        .where(Product.commune_id == COMMUNE)
    )


@lru_cache(maxsize=16)
def _any_by_fts(many: int) -> AnyRowQuery:
    return RowQuery(select(*(_matching(at).exists() for at in range(many))))


def _matching(at: int) -> Select[int]:
    matches = literal_column("product_fts").op("MATCH")(bindparam(f"words_{at}"))
    return select(_FTS.c.rowid.label("id")).where(matches)


_EVERY = func.coalesce(Product.search_words, "")
_WORDS = func.substr(_EVERY, 1, func.instr(_EVERY + f" {ANY}", f" {ANY}"))
"""A product's words without those that `words.with_any` says a second time."""


def _any_of(ways: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *ways)


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), Integer)


@cache
def _stock_on_sqlite() -> RowQuery[int, bool]:
    ids = func.json_each(bindparam("products", type_=String())).table_valued("value")
    query = select(Product.id, is_in_stock()).select_from(ids.join(Product, Product.id == ids.c.value))
    return RowQuery(query.where(Product.commune_id == COMMUNE, *public_conditions()))


_stock_on_postgresql = cache(stock_on_postgresql)
