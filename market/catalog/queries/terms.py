"""A commune's word lists: in how many of its names a word stands, which words are nearly the same, which stand side by
side."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    String,
    Text,
    any_,
    bindparam,
    cast,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from market.base.row_query import RowQuery
from market.catalog.models import SearchBigram, SearchDelete, SearchTerm
from market.catalog.queries.browse import COMMUNE


@dataclass(frozen=True, slots=True)
class InNames:
    """The words of a text that names have, each with the number of its names; and in how many names stand words that
    begin with its last one."""

    count: Mapping[str, int]
    begun: int


def in_names(rows: Connection, commune_id: int, words: Sequence[str], last: str) -> InNames:
    """Which of some words a commune's names have. `last`: the one that may be half typed."""
    dialect = rows.dialect.name
    asked = {"commune": commune_id, "words": _as_one(words, dialect), "last": last}
    found = _in_names(dialect).rows(rows, asked)
    return InNames(
        count={term: names for term, names in found if term is not None and names is not None},
        begun=next((names for term, names in found if term is None), None) or 0,
    )


@lru_cache(maxsize=2)
def _in_names(dialect: str) -> RowQuery[str | None, int | None]:
    """The words with their names; without a word, the names of all that begin with the last."""
    last: BindParameter[str] = bindparam("last", type_=String())
    here = select(SearchTerm.term, SearchTerm.df).where(SearchTerm.commune_id == COMMUNE)
    names = cast(func.sum(SearchTerm.df), BigInteger)
    begun = select(null(), names).where(SearchTerm.commune_id == COMMUNE, begins(SearchTerm.term.expression, last))
    every = union_all(here.where(_one_of(SearchTerm.term.expression, "words", dialect)), begun).subquery()
    return RowQuery(select(every.c.term, every.c.df))


def sharing(rows: Connection, commune_id: int, forms: Iterable[str]) -> list[tuple[str, str, int]]:
    """The forms that terms have, with the term and the number of its names."""
    dialect = rows.dialect.name
    return _sharing(dialect).rows(rows, {"commune": commune_id, "forms": _as_one(forms, dialect)})


@lru_cache(maxsize=2)
def _sharing(dialect: str) -> RowQuery[str, str, int]:
    known = (SearchTerm.commune_id == SearchDelete.commune_id) & (SearchTerm.term == SearchDelete.term)
    shared = select(SearchDelete.deletion, SearchDelete.term, SearchTerm.df).join(SearchTerm, known)
    shared = shared.where(SearchDelete.commune_id == COMMUNE)
    return RowQuery(shared.where(_one_of(SearchDelete.deletion.expression, "forms", dialect)))


def neighbours(rows: Connection, commune_id: int, terms: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
    """For each term, how often which others of them stand before it; "" is the beginning of a name."""
    before: defaultdict[str, dict[str, int]] = defaultdict(dict)
    dialect = rows.dialect.name
    asked = {"commune": commune_id, "terms": _as_one(["", *terms], dialect)}
    for a, b, n in _pairs(dialect).rows(rows, asked):
        before[b][a] = n
    return before


@lru_cache(maxsize=2)
def _pairs(dialect: str) -> RowQuery[str, str, int]:
    before, after = (_one_of(word.expression, "terms", dialect) for word in (SearchBigram.a, SearchBigram.b))
    pairs = select(SearchBigram.a, SearchBigram.b, SearchBigram.n)
    return RowQuery(pairs.where(SearchBigram.commune_id == COMMUNE, before, after))


def _one_of(column: ColumnElement[str], values: str, dialect: str) -> ColumnElement[bool]:
    """`column IN (values)` with the values bound as one, so that the statement stays the same whatever their number."""
    if dialect == "postgresql":
        return column == any_(cast(bindparam(values, type_=ARRAY(Text)), ARRAY(Text)))
    return column.in_(select(func.json_each(bindparam(values, type_=String())).table_valued("value").c.value))


def _as_one(values: Iterable[str], dialect: str) -> object:
    return list(values) if dialect == "postgresql" else json.dumps(list(values))


def begins(word: ColumnElement[str], beginning: BindParameter[str]) -> ColumnElement[bool]:
    """Whether a word of a list begins so: a range, which the list's own index knows ("{" comes after every letter)."""
    return (word >= beginning) & (word < beginning + "{")
