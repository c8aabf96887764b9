"""PostgreSQL's index of what is known of goods, a GIN over their words: it tells soon which goods have all words, but
in no order, and each of them has to be fetched. So it is asked of the newest goods first."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from time import monotonic
from typing import NamedTuple, TypeVar

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.types import TypeEngine

from market.base.db import AnyParameter
from market.base.ddl import ANYWHERE, BEGUN, BLOCK, LONGEST_BEGINNING, SEARCHED, word_of
from market.base.row_query import AnyRowQuery, RowQuery
from market.catalog.models import Product
from market.catalog.queries.browse import COMMUNE, MOST, is_in_stock
from market.catalog.queries.names import MOST_SCORED, Asked, Lookup, Some, Token
from market.catalog.queries.public import is_open, presentable
from market.catalog.queries.words import ANY, DESCRIPTION, FOLDED, SUPPORTING, WRITTEN
from market.sellers.models import Stall

MOST_PARTS = 8
"""So many parts of a look are asked for one by one."""
NEWEST_BLOCKS = 6
"""So many of the newest blocks are asked first, then all that is older where these have not enough."""
IS_LARGE = "choso_large_market"
"""Under this name a connection's `info` keeps until when the market is taken for a large one, or for a small one."""
REMEMBERED_S = 60.0
_ANY_FOLDED, _DESCRIBED = f"{ANY}{FOLDED}", f"{DESCRIPTION}{WRITTEN}"

T = TypeVar("T")
HitRows = list[tuple[int, int, bool | None, str]]


def hits_by_gin(rows: Connection, looks: Sequence[Lookup], asked: Mapping[str, object]) -> HitRows:
    """The rows of `hits.hits`: the look, the product, whether it can be bought where it is not weighed, and its words
    where it is."""
    commune, is_large = int(str(asked["commune"])), _is_large(rows)
    parts = [_parts(look.asked, commune) for look in looks]
    shape = tuple(
        _Shape(len(words), is_weighed=look.rank is not None, by_blocks=is_large and not look.is_rare)
        for look, words in zip(looks, parts, strict=True)
    )
    values = {_name(at, part): words for at, some in enumerate(parts) for part, words in enumerate(some)}
    return _found(shape).rows(rows, {**asked, **values})


def any_by_gin(rows: Connection, asked: Sequence[Asked], commune_id: int) -> list[bool]:
    """Of each of these whether any goods have it."""
    values = {_name(at, 0): _written(one, commune_id) for at, one in enumerate(asked)}
    ((*found,),) = _any(len(asked)).rows(rows, values | {"commune": commune_id})
    return found


def _parts(asked: Asked, commune: int) -> list[str]:
    """What must all be there, one by one: so GIN goes from one good of the rarest to the next. Of one long question it
    weighs every good that has some words of it."""
    parts = [_written(part, commune) for part in _all_of(asked)]
    return parts if len(parts) <= MOST_PARTS else [*parts[: MOST_PARTS - 1], " & ".join(parts[MOST_PARTS - 1 :])]


def _all_of(asked: Asked) -> Iterator[Asked]:
    if isinstance(asked, Some) and asked.how == "all":
        for part in asked.of:
            yield from _all_of(part)
    else:
        yield asked


def _written(asked: Asked, commune: int) -> str:
    """The words are [a-z0-9]+ and cannot break out of it."""
    if isinstance(asked, Token):
        return _word(asked, commune)
    parts, joined = (_once(asked.of), " | ") if asked.how == "any" else (asked.of, " & ")
    written = [_written(part, commune) for part in parts]
    return f"({joined.join(written)})" if len(written) > 1 else written[0]


def _word(asked: Token, commune: int) -> str:
    letters = asked.word.removeprefix(_ANY_FOLDED)
    if asked.is_beginning and letters != asked.word and len(letters) <= LONGEST_BEGINNING:
        return f"'{word_of(commune, f'{BEGUN}{letters}')}'"
    return f"'{word_of(commune, asked.word)}'" + (":*" if asked.is_beginning else "")


def _once(ways: Sequence[Asked]) -> Sequence[Asked]:
    """The fields of a word that may stand anywhere, as the one word of the index that it is. Beside it stays the word
    without marks where it is typed with them, or has digits, as which marks are written: `so2` is no `sò`."""
    described = (way.word for way in ways if isinstance(way, Token) and way.word.startswith(_DESCRIBED))
    written = next(described, "").removeprefix(_DESCRIBED)
    if not written:
        return ways
    same = {f"{field}{WRITTEN}{written}" for field in (ANY, *SUPPORTING)}
    same |= {f"{_ANY_FOLDED}{written}"} if written.isalpha() else set()
    others = (way for way in ways if not (isinstance(way, Token) and way.word in same))
    return [*others, Token(f"{ANYWHERE}{written}")]


def _number(value: int) -> ColumnElement[int]:
    return literal_column(str(value), Integer)


# --- which goods there are --------------------------------------------------------------------------------------------


def _unseen(value: AnyParameter, of: TypeEngine[T]) -> ColumnElement[T]:
    """A bound value that the planner does not see, as it is asked in a subquery of its own. It would plan each text
    anew, which takes longer than to find it."""
    return select(cast(value, of)).scalar_subquery()


_COMMUNE, _MOST = (_unseen(value, BigInteger()) for value in (COMMUNE, MOST))
_last = select((func.max(Product.id) // _number(BLOCK)).label("block")).cte("newest_block")
_LAST = select(_last.c.block).scalar_subquery()


def _is_large(rows: Connection) -> bool:
    """Whether there are older goods than those of the newest blocks. A connection remembers it for a minute, as nothing
    is found otherwise by it."""
    known: tuple[float, bool] | None = rows.info.get(IS_LARGE)
    if known and known[0] > monotonic():
        return known[1]
    is_large = (rows.scalar(_NEWEST) or 0) >= NEWEST_BLOCKS * BLOCK
    rows.info[IS_LARGE] = (monotonic() + REMEMBERED_S, is_large)
    return is_large


_NEWEST = select(func.max(Product.id))


class _Shape(NamedTuple):
    """Of how many parts a look is, whether what it finds is weighed, and whether it is asked of the newest first."""

    parts: int
    is_weighed: bool
    by_blocks: bool


def _name(look: int, part: int) -> str:
    return f"words_{look}_{part}"


@lru_cache(maxsize=256)
def _found(shape: tuple[_Shape, ...]) -> RowQuery[int, int, bool | None, str]:
    """The newest goods of each look, built once for so many looks of so many parts."""
    every = union_all(*(_newest(at, look) for at, look in enumerate(shape))).cte("found")
    bare = [every.c.look == _number(at) for at, look in enumerate(shape) if not look.is_weighed]
    if not bare:
        return RowQuery(select(every.c.look, every.c.id, cast(null(), Boolean).label("stocked"), every.c.words))
    ids = select(func.array_agg(every.c.id.distinct())).where(or_(*bare)).scalar_subquery()
    stock = _stock(ids).cte("stock").prefix_with("MATERIALIZED", dialect="postgresql")  # asked once, not for each
    found = every.outerjoin(stock, stock.c.id == every.c.id)
    return RowQuery(select(every.c.look, every.c.id, stock.c.stocked, every.c.words).select_from(found))


@lru_cache(maxsize=16)
def _any(many: int) -> AnyRowQuery:
    """Of what most goods have, one of the newest has it too, and the first one found is enough."""
    each = []
    for at in range(many):
        has = select(Product.id).where(Product.commune_id == _COMMUNE, _has(_words(at, 0)))
        each.append(case((has.where(_is_new()).exists(), true()), else_=has.exists()))
    return RowQuery(select(*each))


def _words(look: int, part: int) -> ColumnElement[str]:
    return _unseen(bindparam(_name(look, part), type_=String()), TSQUERY())


def _newest(at: int, look: _Shape) -> Select[int, int, str]:
    has = [_has(_words(at, part)) for part in range(look.parts)]
    words = func.coalesce(Product.search_words, "") if look.is_weighed else literal_column("''", Text)
    hit = select(Product.id.label("id"), words.label("words")).where(Product.commune_id == _COMMUNE, *has)
    enough = _number(MOST_SCORED) if look.is_weighed else _MOST
    levels = _levels(hit, at, enough) if look.by_blocks else [_kept(hit, at, 0)]
    found = union_all(*(select(level.c.id, level.c.words) for level in levels)).subquery()
    newest = select(found.c.id, found.c.words).order_by(found.c.id.desc()).limit(enough).subquery()
    return select(_number(at).label("look"), newest.c.id, _each_once(newest.c.words).label("words"))


def _each_once(words: ColumnElement[str]) -> ColumnElement[str]:
    """Without those that `words.with_any` says a second time."""
    return func.split_part(words, literal_column(f"' {ANY}'"), _number(1))


def _levels(hit: Select[int, str], at: int, enough: ColumnElement[int]) -> list[CTE]:
    """The hits in the newest blocks; and in all older ones, where those are not enough."""
    newest = _kept(hit.where(_is_new()), at, 0)
    have = select(func.count()).select_from(newest).scalar_subquery()
    # Reckoned with, so that no index answers it: the planner would gather nearly all goods by it, to leave out few.
    is_older = Product.id + _number(0) < (_LAST - _number(NEWEST_BLOCKS - 1)) * _number(BLOCK)
    return [newest, _kept(hit.where(is_older, have < enough), at, 1)]


def _kept(hit: Select[int, str], at: int, level: int) -> CTE:
    """Found once and sorted then: the planner would go through all goods in their order."""
    return hit.cte(f"hits_{at}_{level}").prefix_with("MATERIALIZED", dialect="postgresql")


def _is_new() -> ColumnElement[bool]:
    """Whether a good is in one of the newest blocks, each of which is a word of its goods."""
    block = func.generate_series(_LAST - _number(NEWEST_BLOCKS - 1), _LAST).table_valued("block", name="blocks")
    word: ColumnElement[str] = (
        literal_column("'''#'", Text) + cast(block.render_derived().c.block, Text) + literal_column("''''")
    )
    return _has(select(cast(func.string_agg(word, literal_column("' | '")), TSQUERY)).scalar_subquery())


def _has(words: ColumnElement[str]) -> ColumnElement[bool]:
    return literal_column(SEARCHED).bool_op("@@")(words)


# --- what can be bought -----------------------------------------------------------------------------------------------


def stock_on_postgresql() -> RowQuery[int, bool]:
    """Of some `products` whether each can be bought; NULL where it is not public."""
    return RowQuery(_stock(_unseen(bindparam("products", type_=ARRAY(BigInteger)), ARRAY(BigInteger))))


def _stock(ids: ColumnElement[Sequence[int]]) -> Select[int, bool]:
    """Of an array of products whether each can be bought (`stocked`); NULL where it is not public. That is asked within
    the answer: as conditions the planner would join them, and where nothing was counted yet begin with all goods of the
    commune, or for each with all that is verified."""
    asked = func.unnest(ids).table_valued("id", name="asked").render_derived()
    is_public = and_(Product.commune_id == COMMUNE, *presentable(), is_open())
    query = select(Product.id, case((is_public, is_in_stock())).label("stocked"))
    query = query.select_from(asked.join(Product, Product.id == asked.c.id))
    return query.join(Stall, Stall.id == Product.stall_id)
