"""Each database's own index of what is known of goods: FTS5 on SQLite, GIN on PostgreSQL; asked by looks, of which each
stands before the next."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from string import ascii_lowercase, digits
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    null,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from market.base.ddl import BLOCK, SEARCHED, SHORTEST_BEGINNING, word_of
from market.base.row_query import RowQuery
from market.catalog.models import Product
from market.catalog.queries.browse import COMMUNE, MOST, is_in_stock
from market.catalog.queries.names import Asked, Lookup, Token
from market.catalog.queries.public import is_open, presentable, public_conditions
from market.sellers.models import Stall

MOST_SCORED = 256
"""So many of the newest goods are put in order by what their fields weigh."""
NEWEST_BLOCKS = 4
"""Looking through more of them takes longer than fetching what all goods have."""

FEW_GOODS = "choso_few_goods"
"""Under this name a connection's `info` keeps until when the market is taken for a small one."""


class Hit(NamedTuple):
    """A product that a look finds, with whether it can be bought, None where it is not public; and its words, where
    they are read."""

    look: int
    id: int
    stocked: bool | None
    words: str


def hits(
    rows: Connection, looks: Sequence[Lookup], asked: Mapping[str, object], *, newest: range | None = None
) -> list[Hit]:
    """What the looks find, each its newest so many, all with one statement. `asked`: `commune`, `now`, `most`; `newest`
    restricts it to some blocks of goods, on PostgreSQL."""
    commune = int(str(asked["commune"]))
    is_sqlite = rows.dialect.name == "sqlite"
    written = [_on_sqlite(look.asked, commune) if is_sqlite else _on_postgresql(look.asked, commune) for look in looks]
    if newest:
        blocks = " | ".join(f"'#{block}'" for block in newest)
        written = [
            words if look.is_rare else f"({words}) & ({blocks})" for look, words in zip(looks, written, strict=True)
        ]
    shape = tuple(look.rank is not None for look in looks)
    query = (_sqlite if is_sqlite else _postgresql)(shape)
    values = {f"words_{at}": words for at, words in enumerate(written)}
    return list(map(Hit._make, query.rows(rows, {**asked, **values})))


def newest_blocks(rows: Connection, now: datetime) -> range | None:
    """The blocks of the newest goods, where there are so many that the others need not be asked first. That there are
    few is remembered for a minute, as nothing is found otherwise by that."""
    if rows.dialect.name == "sqlite" or rows.info.get(FEW_GOODS, now) > now:
        return None
    last = (rows.scalar(_LAST) or 0) // BLOCK
    if last > NEWEST_BLOCKS:
        return range(last + 1 - NEWEST_BLOCKS, last + 1)
    rows.info[FEW_GOODS] = now + timedelta(minutes=1)
    return None


_LAST = select(func.max(Product.id))


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


def _on_postgresql(asked: Asked, commune: int) -> str:
    if isinstance(asked, Token):
        return f"'{word_of(commune, asked.word)}'" + (":*" if asked.is_beginning else "")
    joined = " | " if asked.how == "any" else " & "
    return f"({joined.join(_on_postgresql(part, commune) for part in asked.of)})"


# --- statements, each built once for so many looks --------------------------------------------------------------------

HitQuery = RowQuery[int, int, bool | None, str]
_FTS = table("product_fts", column("rowid", Integer))


@lru_cache(maxsize=64)
def _sqlite(scored: tuple[bool, ...]) -> HitQuery:
    """The full-text table leads: it returns its rows by falling id as it finds them."""
    newest = [
        select(_number(at).label("look"), _FTS.c.rowid.label("id"))
        .where(literal_column("product_fts").op("MATCH")(bindparam(f"words_{at}")))
        .order_by(_FTS.c.rowid.desc())
        .limit(_most(is_scored=is_scored))
        for at, is_scored in enumerate(scored)
    ]
    found = _all_of(newest)
    stocked = case((and_(*public_conditions()), is_in_stock()), else_=null())
    return RowQuery(
        select(found.c.look, Product.id, stocked.label("stocked"), _words(found.c.look, scored))
        .select_from(found.join(Product, Product.id == found.c.id))
        .where(Product.commune_id == COMMUNE)
    )


@lru_cache(maxsize=64)
def _postgresql(scored: tuple[bool, ...]) -> HitQuery:
    """GIN soon knows which goods have all words, but fetches and sorts every one of them."""
    newest = []
    for at, is_scored in enumerate(scored):
        has_all = literal_column(SEARCHED).bool_op("@@")(cast(bindparam(f"words_{at}"), TSQUERY))
        hit = select(Product.id).where(Product.commune_id == COMMUNE, has_all)
        hit_ids = hit.cte(f"hits_{at}").prefix_with("MATERIALIZED", dialect="postgresql")
        ids = select(_number(at).label("look"), hit_ids.c.id).order_by(hit_ids.c.id.desc())
        newest.append(ids.limit(_most(is_scored=is_scored)))
    found = _all_of(newest)
    open_stalls = select(Stall.id).where(is_open()).subquery()
    stocked = case((and_(*presentable(), open_stalls.c.id.is_not(None)), is_in_stock()), else_=null())
    return RowQuery(
        select(found.c.look, Product.id, stocked.label("stocked"), _words(found.c.look, scored))
        .join(Product, Product.id == found.c.id)
        .outerjoin(open_stalls, open_stalls.c.id == Product.stall_id)
    )


def _all_of(newest: Sequence[Select[int, int]]) -> Subquery:
    parts = [select(one.subquery()) for one in newest] if len(newest) > 1 else newest
    return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery("found")


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), Integer)


def _most(*, is_scored: bool) -> ColumnElement[int]:
    return _number(MOST_SCORED) if is_scored else MOST


def _words(look: ColumnElement[int], scored: Sequence[bool]) -> ColumnElement[str]:
    """The words of those alone that are weighed."""
    weighed = [(look == _number(at), func.coalesce(Product.search_words, "")) for at, one in enumerate(scored) if one]
    return case(*weighed, else_="").label("words") if weighed else literal_column("''").label("words")
