"""Each database's own index of the goods' names by their words: FTS5 on SQLite, GIN on PostgreSQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    String,
    Text,
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
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY

from market.base.ddl import BLOCK, FOLDED, MARKED, word_of
from market.catalog.models import Product, SearchBigram, SearchTerm
from market.catalog.queries.browse import COMMUNE, MOST, is_in_stock
from market.catalog.queries.public import is_open, presentable, public_conditions
from market.catalog.queries.spelling import begins
from market.sellers.models import Stall
from market.values.text import fold, marked_words, nfc

LONGEST = 200
MOST_WORDS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """The words of a text: folded, the last one perhaps not typed to its end; and those that were typed with marks."""

    text: str
    words: tuple[str, ...]
    marked: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "SearchText":
        text = nfc(text[: LONGEST * 4])[:LONGEST]
        words = dict.fromkeys(fold(text).split()[:MOST_WORDS])
        return cls(text=text, words=tuple(words), marked=tuple(dict.fromkeys(marked_words(text).split()[:MOST_WORDS])))


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsStatement:
    """A statement that returns ids of goods by falling id, with whether they can be bought; None where not public.

    Besides its values it wants `commune`, `now`, `below` (an id) and `most`.
    """

    statement: Select[int, bool | None]
    values: Mapping[str, object]


_BELOW: BindParameter[int] = bindparam("below", type_=BigInteger())


def index_of(rows: Connection, commune_id: int, wanted: SearchText) -> "_Sqlite | _Postgresql":
    """Where a commune's names with these words are looked up: `looks()` that follow each other down to the oldest
    goods."""
    words, marked = _in_index(commune_id, wanted.words), _in_index(commune_id, wanted.marked)
    if rows.dialect.name == "sqlite":
        return _Sqlite(words, marked)
    return _Postgresql(words, marked, _outlook(rows, commune_id, wanted.words))


def _in_index(commune_id: int, words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word_of(commune_id, word) for word in words)


def _joined(words: Sequence[str], conjunction: str, quote: str) -> str:
    """The words in the language of an index. They are [a-z0-9#]+ and cannot break out of it."""
    return f" {conjunction} ".join(f"{quote}{word}{quote}" for word in words)


# --- SQLite -----------------------------------------------------------------------------------------------------------

_FTS = table("product_fts", column("rowid", Integer))
_NEWEST = (
    select(Product.id, case((and_(*public_conditions()), is_in_stock()), else_=null()))
    .select_from(_FTS)
    .join(Product, Product.id == _FTS.c.rowid)
    .where(literal_column("product_fts").op("MATCH")(bindparam("words")), _FTS.c.rowid < _BELOW)
    .where(Product.commune_id == COMMUNE)
    .order_by(_FTS.c.rowid.desc())
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class _Sqlite:
    """The full-text table leads: it returns its rows by falling id as it finds them."""

    words: tuple[str, ...]
    marked: tuple[str, ...]

    def looks(self, *, as_marked: bool) -> Iterator[GoodsStatement]:
        if not self.words:
            return
        words = "folded : ({} *)".format(_joined(self.words, "AND", '"'))
        if as_marked:
            words += " AND marked : ({})".format(_joined(self.marked, "AND", '"'))
        yield GoodsStatement(statement=_NEWEST, values={"words": words})


# --- PostgreSQL -------------------------------------------------------------------------------------------------------

ENOUGH = 48
"""So many names fill a page, though some goods are sold out."""
MOST_BLOCKS = 4
"""Looking through more of them takes longer than fetching what all goods have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """About how many of a commune's names have the words, 0 where there is surely none; in how many blocks all goods
    stand; and what the last word may be, in the index's language.

    Where many communes share the blocks, few of one's names are in each: then all of them are asked at once.
    """

    names: int
    blocks: int = 1
    last: str = ""

    def newest(self) -> range | None:
        """The newest blocks, of which few fill a page, the last begun one apart; None where all goods may be asked."""
        full = -(-ENOUGH * self.blocks // self.names)
        first = self.blocks - 1 - full
        return range(first, self.blocks) if full <= MOST_BLOCKS and first > 0 else None


@dataclass(frozen=True, slots=True)
class _Postgresql:
    """GIN soon knows which names have all words, but fetches and sorts every one of them: many, for common words.

    So those are looked for in the newest blocks first.
    """

    words: tuple[str, ...]
    marked: tuple[str, ...]
    outlook: Outlook

    def looks(self, *, as_marked: bool) -> Iterator[GoodsStatement]:
        if not self.outlook.names:
            return
        *whole, _last = self.words
        words = _joined(whole, "&", "'") + (" & " if whole else "") + self.outlook.last
        marked = {"marked": _joined(self.marked, "&", "'")} if as_marked else {}
        if newest := self.outlook.newest():
            blocks = _joined([f"#{block}" for block in newest], "|", "'")
            yield GoodsStatement(statement=_gin(as_marked), values={"words": f"{words} & ({blocks})", **marked})
        yield GoodsStatement(statement=_gin(as_marked), values={"words": words, **marked})


@lru_cache(maxsize=2)
def _gin(as_marked: bool) -> Select[int, bool | None]:
    def has_all(vector: str, words: str) -> ColumnElement[bool]:
        return literal_column(vector).bool_op("@@")(cast(bindparam(words), TSQUERY))

    marks = [has_all(MARKED, "marked")] if as_marked else []
    found = select(Product.id).where(Product.commune_id == COMMUNE, has_all(FOLDED, "words"), *marks)
    hits = found.cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    few = select(hits.c.id).where(hits.c.id < _BELOW).order_by(hits.c.id.desc()).limit(MOST).subquery()
    open_stalls = select(Stall.id).where(is_open()).subquery()
    stocked = case((and_(*presentable(), open_stalls.c.id.is_not(None)), is_in_stock()), else_=null())
    hit = select(Product.id, stocked).join(few, few.c.id == Product.id)
    return hit.outerjoin(open_stalls, open_stalls.c.id == Product.stall_id).order_by(Product.id.desc())


def _outlook(rows: Connection, commune_id: int, words: Sequence[str]) -> Outlook:
    if not words:
        return Outlook(names=0)
    *whole, last = words
    pairs = list(pairwise(whole))
    asked = {"commune": commune_id, "whole": whole, "a": [a for a, _ in pairs], "b": [b for _, b in pairs]}
    told = rows.execute(_lists(), {**asked, "before": whole[-1] if whole else None, "last": last}).all()
    names = {(a, b): n for a, b, n in told if n is not None}
    blocks = names.pop((None, None), 0) // BLOCK + 1
    begun = {b: n for (a, b), n in names.items() if a is None and b is not None and b.startswith(last)}
    if not begun or not all((None, word) in names for word in whole):
        return Outlook(names=0, blocks=blocks)
    together = [names.get(pair, 0) for pair in pairwise(words)] or [sum(begun.values())]
    only, *more = begun
    term = f"'{word_of(commune_id, last if more else only)}'" + (":*" if more else "")
    return Outlook(names=max(1, min(together)), blocks=blocks, last=term)


@cache
def _lists() -> CompoundSelect[str | None, str | None, int]:
    """What the word lists say: in how many names stands each word, each term that the last one may be, and each two
    side by side. Without any word: the newest goods' id.
    """
    last: BindParameter[str] = bindparam("last", type_=String())
    before: BindParameter[str] = bindparam("before", type_=String())
    whole, a, b = (cast(bindparam(name), ARRAY(Text)) for name in ("whole", "a", "b"))
    typed = func.unnest(a, b).table_valued("a", "b").render_derived()
    side_by_side = (SearchBigram.a == typed.c.a) & (SearchBigram.b == typed.c.b) & (SearchBigram.commune_id == COMMUNE)
    terms = select(null(), SearchTerm.term, SearchTerm.df).where(SearchTerm.commune_id == COMMUNE)

    return union_all(
        terms.where(SearchTerm.term == func.any(whole)),
        terms.where(begins(SearchTerm.term.expression, last)),
        select(SearchBigram.a, SearchBigram.b, SearchBigram.n).join_from(typed, SearchBigram, side_by_side),
        select(before, last, cast(func.sum(SearchBigram.n), BigInteger)).where(
            SearchBigram.commune_id == COMMUNE, SearchBigram.a == before, begins(SearchBigram.b.expression, last)
        ),
        select(null(), null(), func.max(Product.id)),
    )
