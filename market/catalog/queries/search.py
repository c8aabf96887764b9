"""Which goods a typed text means: every word of it, however it is marked, mistyped or keyed.

The order is the same on both databases, and the one the market publishes: first the goods whose name carries the
marks that were typed, then those that can be bought now, then the newest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
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
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session

from market.catalog.models import Product, SearchBigram, SearchTerm
from market.catalog.queries.browse import CARDS_A_PAGE, COMMUNE, MOST, is_in_stock
from market.catalog.queries.listing import public_conditions
from market.catalog.queries.spelling import likely_readings
from market.values.text import fold, marked_words, nfc, untelex

LONGEST = 200
MOST_WORDS = 24
FEW = 64
HIGHEST_ID = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The words of a text: folded, the last one perhaps not typed to its end; and those that were typed with marks."""

    text: str
    words: tuple[str, ...]
    marked: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Wanted":
        text = nfc(text[: LONGEST * 4])[:LONGEST]
        words = dict.fromkeys(fold(text).split()[:MOST_WORDS])
        return cls(text=text, words=tuple(words), marked=tuple(dict.fromkeys(marked_words(text).split()[:MOST_WORDS])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, as ids of products. `instead` is the text they were found for, where that is not what
    was typed."""

    ids: Sequence[int]
    page: int
    has_more: bool
    instead: str | None = None


def search(
    session: Session, commune_id: int, text: str, *, now: datetime, page: int = 1, size: int = CARDS_A_PAGE
) -> Found:
    """A page of the public goods that have every word of a text in their name.

    Where there is none, the text is read as raw Telex, then as a slip of the fingers.
    """
    wanted = Wanted.of(text)
    cut = _Cut(commune_id=commune_id, now=now, page=page, size=size)
    found = _found(session, wanted, cut)
    if found.ids or not wanted.words or (page > 1 and _found(session, wanted, replace(cut, page=1, size=1)).ids):
        return found
    for other in _other_readings(session, wanted, cut):
        instead = _found(session, other, cut)
        if instead.ids:
            return replace(instead, instead=other.text)
    return found


def _other_readings(session: Session, wanted: Wanted, cut: "_Cut") -> Iterator[Wanted]:
    """As raw Telex, where a name carries these very marks; then with slips put right, the likeliest first."""
    meant = Wanted.of(untelex(wanted.text) or "")
    if meant.marked and any(_hits(session, _parts(session, meant)[0], _values(session, meant, cut))):
        yield meant
    for words in likely_readings(session, wanted.words):
        yield Wanted.of(" ".join(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """Which part of the goods: of one commune, as of a moment, one page."""

    commune_id: int
    now: datetime
    page: int
    size: int


def _found(session: Session, wanted: Wanted, cut: _Cut) -> Found:
    if not wanted.words:
        return Found(ids=[], page=cut.page, has_more=False)
    first, reach = (cut.page - 1) * cut.size, cut.page * cut.size + 1
    values = _values(session, wanted, cut)
    ids: list[int] = []
    for statements in _parts(session, wanted):
        ids += _buyable_first(_hits(session, statements, values), reach - len(ids))
        if len(ids) >= reach:
            break
    return Found(ids=ids[first : reach - 1], page=cut.page, has_more=len(ids) >= reach)


def _values(session: Session, wanted: Wanted, cut: _Cut) -> dict[str, object]:
    return {"commune": cut.commune_id, "now": cut.now} | _spoken(session, wanted)


def _buyable_first(hits: Iterable[tuple[int, bool | None]], most: int) -> list[int]:
    """Ids of public goods, those that can be bought before those that cannot. Takes no more hits than it needs."""
    buyable: list[int] = []
    sold_out: list[int] = []
    for product_id, stocked in hits:
        if stocked is not None:
            (buyable if stocked else sold_out).append(product_id)
        if len(buyable) == most:
            return buyable
    return (buyable + sold_out)[:most]


def _hits(
    session: Session, statements: Iterable[Select[int, bool | None]], values: Mapping[str, object]
) -> Iterator[tuple[int, bool | None]]:
    """What has the words, newest first, with whether it can be bought; None where it is not public.

    Each statement goes on below where the one before it ended, in growing steps: few searches need more than one.
    """
    below = HIGHEST_ID
    for statement in statements:
        most, rows = FEW, None
        while rows is None or len(rows) == most:
            most = FEW if rows is None else most * 8
            rows = session.execute(statement, {**values, "below": below, "most": most}).all()
            yield from rows
            below = rows[-1][0] if rows else below


# --- statements of each database, built once ------------------------------------------------------------------------

_BELOW: BindParameter[int] = bindparam("below", type_=BigInteger())
_STOCKED = case((and_(*public_conditions()), is_in_stock()), else_=null())
_FTS = table("product_fts", column("rowid", Integer))


def _spoken(session: Session, wanted: Wanted) -> dict[str, object]:
    """The words in the database's own language of full-text search. They are [a-z0-9]+ and cannot break out of it."""
    if _dialect(session) == "sqlite":
        words = f"folded : ({_all_of(wanted.words, 'AND')} *)"
        marked = f"marked : ({_all_of(wanted.marked, 'AND')})"
        return {"words": words, "exact": f"{words} AND {marked}", "rest": f"({words}) NOT {marked}"}
    *whole, begun = wanted.words
    patterns = [*(f"% {word} %" for word in whole), f"% {begun}%"]
    return {
        "words": _all_of(wanted.words, "&") + ":*",
        "marked": _all_of(wanted.marked, "&"),
        "word_patterns": patterns,
        "marked_patterns": [f"% {word} %" for word in wanted.marked],
    }


def _all_of(words: Sequence[str], conjunction: str) -> str:
    quote = '"' if conjunction == "AND" else "'"
    return f" {conjunction} ".join(f"{quote}{word}{quote}" for word in words)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _parts(session: Session, wanted: Wanted) -> list[list[Select[int, bool | None]]]:
    """The statements for each part of the answer: with the typed marks, then without; all at once where none were."""
    kinds = ["exact", "rest"] if wanted.marked else ["words"]
    if _dialect(session) == "sqlite":
        return [[_sqlite(kind)] for kind in kinds]
    leafing = [_leafing] if _are_common(session, wanted.words) else []
    return [[build(kind) for build in (*leafing, _indexed)] for kind in kinds]


@cache
def _sqlite(kind: str) -> Select[int, bool | None]:
    """The full-text table leads: it gives its rows by falling id as it finds them."""
    matched = literal_column("product_fts").op("MATCH")(bindparam(kind))
    joined = select(Product.id, _STOCKED).select_from(_FTS).join(Product, Product.id == _FTS.c.rowid)
    newest = joined.where(matched, _FTS.c.rowid < _BELOW, Product.commune_id == COMMUNE)
    return newest.order_by(_FTS.c.rowid.desc()).limit(MOST)


# On PostgreSQL an index over words has to fetch and sort everything that has them. That is right for words few names
# have; for common ones it is quicker to leaf through the newest goods, where a page is soon full.
_COMMON = 2500
_LEAVES = 2500
_COMMON_WORD = select(SearchTerm.term).where(SearchTerm.term == bindparam("term"), SearchTerm.df >= _COMMON)
_typed = (
    func.unnest(cast(bindparam("a"), ARRAY(Text)), cast(bindparam("b"), ARRAY(Text)))
    .table_valued("a", "b")
    .render_derived()
)
_COMMON_PAIRS = (
    select(func.count())
    .select_from(_typed)
    .join(SearchBigram, (SearchBigram.a == _typed.c.a) & (SearchBigram.b == _typed.c.b))
    .where(SearchBigram.n >= _COMMON)
)


def _are_common(session: Session, words: tuple[str, ...]) -> bool:
    """Whether the word, or all words that stand side by side, are in so many names that most pages are full early."""
    if len(words) == 1:
        return session.scalar(_COMMON_WORD, {"term": words[0]}) is not None
    return session.scalar(_COMMON_PAIRS, {"a": list(words[:-1]), "b": list(words[1:])}) == len(words) - 1


@cache
def _leafing(kind: str) -> Select[int, bool | None]:
    newest = select(Product.id, Product.folded, Product.marked).where(
        Product.commune_id == COMMUNE, Product.id < _BELOW
    )
    leaves = newest.order_by(Product.id.desc()).limit(_LEAVES).subquery()

    def has_all(words: ColumnElement[str], patterns: str) -> ColumnElement[bool]:
        spaced = literal_column("' '").concat(words).concat(literal_column("' '"))
        return spaced.bool_op("LIKE")(func.all(cast(bindparam(patterns), ARRAY(Text))))

    is_marked = has_all(leaves.c.marked, "marked_patterns")
    return _of_hits(select(leaves.c.id).where(has_all(leaves.c.folded, "word_patterns"), *_marking(kind, is_marked)))


@cache
def _indexed(kind: str) -> Select[int, bool | None]:
    def has_all(words: ColumnElement[str], wanted: str) -> ColumnElement[bool]:
        vector = func.array_to_tsvector(func.string_to_array(words, literal_column("' '")))
        return vector.bool_op("@@")(cast(bindparam(wanted), TSQUERY))

    is_marked = has_all(Product.marked.expression, "marked")
    has_words = has_all(Product.folded.expression, "words")
    all_hits = select(Product.id).where(Product.commune_id == COMMUNE, has_words, *_marking(kind, is_marked))
    hits = all_hits.cte("hits").prefix_with("MATERIALIZED", dialect="postgresql")
    return _of_hits(select(hits.c.id).where(hits.c.id < _BELOW))


def _marking(kind: str, is_marked: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    return {"exact": [is_marked], "rest": [~is_marked]}.get(kind, [])


def _of_hits(hits: Select[int]) -> Select[int, bool | None]:
    (hit_id,) = hits.selected_columns
    few = hits.order_by(hit_id.desc()).limit(MOST).subquery()
    return select(Product.id, _STOCKED).join(few, few.c.id == Product.id).order_by(Product.id.desc())
