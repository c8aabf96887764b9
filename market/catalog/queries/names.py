"""Each database's own index of what is known of goods: FTS5 on SQLite, GIN on PostgreSQL; asked by looks, of which each
stands before the next."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    null,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from market.base.ddl import BLOCK, SEARCHED, word_of
from market.catalog.models import Product
from market.catalog.queries.browse import COMMUNE, MOST, is_in_stock
from market.catalog.queries.public import is_open, presentable, public_conditions
from market.catalog.queries.vocabulary import NamedThing, Phrase, SpelledWord
from market.catalog.queries.words import FOLDED, HEAD, NAME, SECOND, STALL, SUPPORTING, WEIGHTS, WHOLE, WRITTEN, Field
from market.sellers.models import Stall

MOST_SCORED = 512
"""So many of the newest goods are put in order by what their fields weigh."""
NEWEST_BLOCKS = 4
"""Looking through more of them takes longer than fetching what all goods have."""
NAME_FIELDS = (HEAD, SECOND, NAME)
EVERYWHERE = tuple(field for field in WEIGHTS if field not in (WHOLE, HEAD, SECOND))
STRONG = tuple(field for field in EVERYWHERE if field not in SUPPORTING)


# --- what is asked for, in the language of neither index --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    word: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Some:
    """Any of these, or all of them."""

    of: tuple["Asked", ...]
    how: Literal["any", "all"]


Asked = Token | Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is asked of the index. `rank`: what a product weighs that has these words, the heavier the further in front,
    0 where it is not meant after all; without it, the newest stands first. `is_rare`: few goods have it, so
    that all may be asked at once."""

    asked: Asked
    is_rare: bool = False
    rank: Callable[[frozenset[str]], int] | None = None


def any_of(parts: Iterable[Asked]) -> Asked:
    return _some(parts, "any")


def all_of(parts: Iterable[Asked]) -> Asked:
    return _some(parts, "all")


def _some(parts: Iterable[Asked], how: Literal["any", "all"]) -> Asked:
    one, *more = unique = tuple(dict.fromkeys(parts))
    return Some(unique, how) if more else one


Spelling = Literal["written", "folded"]
"""Words with marks as they are written, or all words without marks."""


def token_of(field: Field, word: SpelledWord, spelling: Spelling, *, begins: bool = False) -> Token:
    as_written = word.strict or field in SUPPORTING or (spelling == "written" and word.is_marked)
    return Token(f"{field}{WRITTEN}{word.written}" if as_written else f"{field}{FOLDED}{word.folded}", begins)


def in_name(units: Sequence[NamedThing], spot: Field, spelling: Spelling) -> Asked:
    """Names that have all units; the first of them begins at this spot."""
    first, *others = units
    ways = [*first.ways, *(first.kinds if spot is HEAD and not others else ())]
    at_spot = any_of(_way(way, spot, spelling) for way in ways)
    return all_of([at_spot, *(any_of(_way(way, NAME, spelling) for way in unit.ways) for unit in others)])


def _way(way: Phrase, spot: Field, spelling: Spelling) -> Asked:
    first, *others = way
    return all_of([token_of(spot, first, spelling), *(token_of(NAME, word, spelling) for word in others)])


def anywhere(units: Sequence[NamedThing], spelling: Spelling, *, begins: bool = False) -> Asked:
    """Goods that have all units in any field, one at least in a field that says more than a description does."""
    strong = any_of(_unit(unit, STRONG, spelling, begins=begins and unit is units[-1]) for unit in units)
    if len(units) == 1:
        return strong
    every = [
        _unit(unit, STRONG, spelling, begins=True)
        if begins and unit is units[-1]
        else _unit(unit, EVERYWHERE, spelling)
        for unit in units
    ]
    return all_of([*every, strong])


def most_in_name(units: Sequence[NamedThing], spelling: Spelling) -> Asked:
    """Names that have the first unit or any other."""
    return any_of(_unit(unit, (NAME,), spelling) for unit in units)


def whole(name: SpelledWord, spelling: Spelling) -> Asked:
    """Goods that are called exactly so."""
    return token_of(WHOLE, name, spelling)


def _unit(unit: NamedThing, fields: Sequence[Field], spelling: Spelling, *, begins: bool = False) -> Asked:
    if unit.person:
        return any_of(token_of(STALL, word, spelling, begins=begins) for word in unit.person)
    at_head = () if begins else tuple(_way(way, HEAD, spelling) for way in unit.kinds)
    ways = (
        all_of(
            any_of(token_of(field, word, spelling, begins=begins and word is way[-1]) for field in fields)
            for word in way
        )
        for way in unit.ways
    )
    return any_of([*ways, *at_head])


def weight(words: frozenset[str], unit: NamedThing, spelling: Spelling) -> int:
    """What a unit weighs in a product that has these words: the field's weight where its words stand, of the best way
    to name it; 0 where it is not there."""
    ways = [(word,) for word in unit.person] or unit.ways
    best = max(min(_weight(words, word, spelling) for word in way) for way in ways)
    if any(_is_head(words, way, spelling) for way in unit.kinds):
        return max(best, WEIGHTS[NAME])
    return best


def _is_head(words: frozenset[str], way: Phrase, spelling: Spelling) -> bool:
    first, *others = way
    at_head = token_of(HEAD, first, spelling).word in words
    return at_head and all(token_of(NAME, word, spelling).word in words for word in others)


def _weight(words: frozenset[str], word: SpelledWord, spelling: Spelling) -> int:
    return max(
        (weighs for field, weighs in WEIGHTS.items() if token_of(field, word, spelling).word in words), default=0
    )


def weight_begun(words: frozenset[str], word: SpelledWord) -> int:
    """What a half-typed word weighs: the best field that has a word which begins so, marks and tone as typed."""
    return max((WEIGHTS[Field(one[0])] for one in words if _begins(one, word)), default=0)


def _begins(token: str, word: SpelledWord) -> bool:
    if token[1] == WRITTEN and word.is_marked:
        letters, tone = _letters_and_tone(word.written)
        whole, whole_tone = _letters_and_tone(token[2:])
        return whole.startswith(letters) and tone in ("", whole_tone)
    return token[1] == FOLDED and not word.is_marked and token[2:].startswith(word.folded)


def _letters_and_tone(written: str) -> tuple[str, str]:
    return (written[:-1], written[-1]) if written[-1:] in "12345" else (written, "")


# --- asked ------------------------------------------------------------------------------------------------------------


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
    statement = (_sqlite if is_sqlite else _postgresql)(shape)
    values = {f"words_{at}": words for at, words in enumerate(written)}
    return [Hit._make(row) for row in rows.execute(statement, {**asked, **values}).all()]


def newest_blocks(rows: Connection) -> range | None:
    """The blocks of the newest goods, where there are so many that the others need not be asked first."""
    if rows.dialect.name == "sqlite":
        return None
    last = (rows.scalar(_LAST) or 0) // BLOCK
    return range(last + 1 - NEWEST_BLOCKS, last + 1) if last > NEWEST_BLOCKS else None


_LAST = select(func.max(Product.id))


def _on_sqlite(asked: Asked, commune: int) -> str:
    """The words are [a-z0-9]+ and cannot break out of it."""
    if isinstance(asked, Token):
        return f'"{word_of(commune, asked.word)}"' + ("*" if asked.is_beginning else "")
    joined = " OR " if asked.how == "any" else " AND "
    return f"({joined.join(_on_sqlite(part, commune) for part in asked.of)})"


def _on_postgresql(asked: Asked, commune: int) -> str:
    if isinstance(asked, Token):
        return f"'{word_of(commune, asked.word)}'" + (":*" if asked.is_beginning else "")
    joined = " | " if asked.how == "any" else " & "
    return f"({joined.join(_on_postgresql(part, commune) for part in asked.of)})"


_FTS = table("product_fts", column("rowid", Integer))
Statement = CompoundSelect[int, int, bool | None, str] | Select[int, int, bool | None, str]


def _words_of(*, scored: bool) -> ColumnElement[str]:
    return func.coalesce(Product.search_words, "") if scored else literal("")


@lru_cache(maxsize=64)
def _sqlite(shape: tuple[bool, ...]) -> Statement:
    """The full-text table leads: it returns its rows by falling id as it finds them."""
    parts = []
    for at, scored in enumerate(shape):
        stocked = case((and_(*public_conditions()), is_in_stock()), else_=null()).label("stocked")
        found = (
            select(literal(at).label("look"), Product.id, stocked, _words_of(scored=scored).label("words"))
            .select_from(_FTS)
            .join(Product, Product.id == _FTS.c.rowid)
            .where(literal_column("product_fts").op("MATCH")(bindparam(f"words_{at}")))
            .where(Product.commune_id == COMMUNE)
            .order_by(_FTS.c.rowid.desc())
            .limit(literal(MOST_SCORED) if scored else MOST)
        )
        parts.append(select(found.subquery()) if len(shape) > 1 else found)
    return union_all(*parts) if len(parts) > 1 else parts[0]


@lru_cache(maxsize=64)
def _postgresql(shape: tuple[bool, ...]) -> Statement:
    """GIN soon knows which goods have all words, but fetches and sorts every one of them."""
    parts = []
    for at, scored in enumerate(shape):
        has_all = literal_column(SEARCHED).bool_op("@@")(cast(bindparam(f"words_{at}"), TSQUERY))
        hit = select(Product.id).where(Product.commune_id == COMMUNE, has_all)
        hit_ids = hit.cte(f"hits_{at}").prefix_with("MATERIALIZED", dialect="postgresql")
        few = (
            select(hit_ids.c.id)
            .order_by(hit_ids.c.id.desc())
            .limit(literal(MOST_SCORED) if scored else MOST)
            .subquery()
        )
        open_stalls = select(Stall.id).where(is_open()).subquery()
        stocked = case((and_(*presentable(), open_stalls.c.id.is_not(None)), is_in_stock()), else_=null())
        found = (
            select(
                literal(at).label("look"), Product.id, stocked.label("stocked"), _words_of(scored=scored).label("words")
            )
            .join(few, few.c.id == Product.id)
            .outerjoin(open_stalls, open_stalls.c.id == Product.stall_id)
            .order_by(Product.id.desc())
        )
        parts.append(select(found.subquery()) if len(shape) > 1 else found)
    return union_all(*parts) if len(parts) > 1 else parts[0]
