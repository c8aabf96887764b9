"""A commune's word lists: in how many of its names a word stands, which words are nearly the same, which stand side by
side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    String,
    bindparam,
    cast,
    func,
    null,
    select,
    union_all,
)

from market.base.conditions import is_word_among
from market.base.row_query import RowQuery
from market.catalog.models import SearchBigram, SearchDelete, SearchTerm
from market.catalog.queries.browse import COMMUNE


@dataclass(frozen=True, slots=True)
class InNames:
    """The words of a text that names have, each with the number of its names; in how many names stand words that begin
    with its last one; and how often which word stands before which."""

    count: Mapping[str, int]
    begun: int
    before: Mapping[str, Mapping[str, int]]

    def expected(self, words: Sequence[str]) -> float:
        """How many names have some words side by side, if each depended on the one before it alone."""
        return names_expected(words, self.count, self.before)


def names_expected(words: Sequence[str], count: Mapping[str, int], before: Mapping[str, Mapping[str, int]]) -> float:
    """As `InNames.expected`, by the number of names of each word, and how often which stands before which."""
    names = float(count[words[0]])
    for a, b in pairwise(words):
        names *= before.get(b, {}).get(a, 0) / count[a]
    return names


def in_names(rows: Connection, commune_id: int, words: Sequence[str], last: str) -> InNames:
    """Which of some words a commune's names have. `last`: the one that may be half typed."""
    asked = {"commune": commune_id, "words": words, "last": last}
    count: dict[str, int] = {}
    before: defaultdict[str, dict[str, int]] = defaultdict(dict)
    begun = 0
    for term, previous, names in _in_names().rows(rows, asked):
        if term is None:
            begun = names or 0
        elif previous is None:
            count[term] = names or 0
        else:
            before[term][previous] = names or 0
    return InNames(count=count, begun=begun, before=before)


@cache
def _in_names() -> RowQuery[str | None, str | None, int | None]:
    """The words with their names; those that stand side by side; without a word, the names of all that begin with the
    last."""
    last: BindParameter[str] = bindparam("last", type_=String())
    alone = select(SearchTerm.term, null().label("previous"), SearchTerm.df.label("names"))
    alone = alone.where(SearchTerm.commune_id == COMMUNE, is_word_among(SearchTerm.term, "words"))
    first, second = (is_word_among(word, "words") for word in (SearchBigram.a, SearchBigram.b))
    pairs = select(SearchBigram.b, SearchBigram.a, SearchBigram.n).where(
        SearchBigram.commune_id == COMMUNE, first, second
    )
    begun = select(null(), null(), cast(func.sum(SearchTerm.df), BigInteger))
    begun = begun.where(SearchTerm.commune_id == COMMUNE, begins(SearchTerm.term.expression, last))
    every = union_all(alone, pairs, begun).subquery()
    return RowQuery(select(every.c.term, every.c.previous, every.c.names))


def sharing(rows: Connection, commune_id: int, forms: Iterable[str]) -> list[tuple[str, str, int]]:
    """The forms that terms have, with the term and the number of its names."""
    return _sharing().rows(rows, {"commune": commune_id, "forms": forms})


@cache
def _sharing() -> RowQuery[str, str, int]:
    known = (SearchTerm.commune_id == SearchDelete.commune_id) & (SearchTerm.term == SearchDelete.term)
    shared = select(SearchDelete.deletion, SearchDelete.term, SearchTerm.df).join(SearchTerm, known)
    shared = shared.where(SearchDelete.commune_id == COMMUNE)
    return RowQuery(shared.where(is_word_among(SearchDelete.deletion, "forms")))


def neighbours(rows: Connection, commune_id: int, terms: Iterable[str]) -> Mapping[str, Mapping[str, int]]:
    """For each term, how often which others of them stand before it; "" is the beginning of a name."""
    before: defaultdict[str, dict[str, int]] = defaultdict(dict)
    asked = {"commune": commune_id, "terms": ["", *terms]}
    for a, b, n in _pairs().rows(rows, asked):
        before[b][a] = n
    return before


@cache
def _pairs() -> RowQuery[str, str, int]:
    before, after = (is_word_among(word, "terms") for word in (SearchBigram.a, SearchBigram.b))
    pairs = select(SearchBigram.a, SearchBigram.b, SearchBigram.n)
    return RowQuery(pairs.where(SearchBigram.commune_id == COMMUNE, before, after))


def begins(word: ColumnElement[str], beginning: BindParameter[str]) -> ColumnElement[bool]:
    """Whether a word of a list begins so: a range, which the list's own index knows ("{" comes after every letter)."""
    return (word >= beginning) & (word < beginning + "{")
