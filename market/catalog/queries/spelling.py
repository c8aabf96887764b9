"""What a text without any hit was probably meant to say: words one slip away, weighed by how names run."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    String,
    Text,
    any_,
    bindparam,
    case,
    cast,
    func,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from market.catalog.models import Product, SearchBigram, SearchDelete, SearchTerm
from market.catalog.queries.browse import COMMUNE
from market.catalog.queries.public import is_listed
from market.values.spelling import deletions, is_one_slip

MOST_WORDS = 12
LONGEST_WORD = 24
READINGS = 4
SLIP = 8.0
"""What one slip costs, in nats: more than any plausible difference between two ways a name may run."""
WRONG_LETTER = math.log(len(ascii_lowercase))
"""What it costs more where a wrong letter was typed: any of 26 could have been, but a letter is left out in one way."""
CORPUS = 100_000.0
BLIND = 0.1
"""The share of a term's likelihood that does not look at the term before it."""

COUNTED_NAME = case((is_listed(), Product.folded), else_=null())
"""The name under which a product should be in the word lists; NULL where it should not."""

Words = tuple[str, ...]


def wrongly_counted(session: Session) -> int:
    """How many goods are in the word lists otherwise than they should be: PostgreSQL does not find them."""
    query = select(func.count()).select_from(Product).where(Product.indexed.is_distinct_from(COUNTED_NAME))
    return session.scalars(query).one()


def slips(word: str) -> set[str]:
    """What a word one slip away has in common with this one; of a very long word only itself is kept."""
    return {word} if len(word) > LONGEST_WORD else deletions(word)


def likely_readings(rows: Connection, commune_id: int, words: Words) -> list[Words]:
    """A few readings of the words among a commune's names, the likeliest first, each with at least one word put right.

    A blank too many or too few counts as a slip as well. Nothing for long texts.
    """
    if not words or len(words) > MOST_WORDS:
        return []
    known = _known(rows, commune_id, words)
    choices = [list(_choices(words, i, known)) for i in range(len(words))]
    before = _neighbours(rows, commune_id, {term for at in choices for choice in at for term in choice.terms})
    read = _readings(choices, _Likelihood(count=known.count, before=before))
    return [terms for terms in read if _is_said(terms, before, known.beginning)]


def _is_said(terms: Words, before: Mapping[str, dict[str, int]], beginning: str | None) -> bool:
    """Whether names have these words side by side: else they are the words of different goods. A half-typed last word
    has no neighbours that are known."""
    return all(b == beginning or before.get(b, {}).get(a, 0) for a, b in pairwise(terms))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Terms with the number of names they stand in; for each form the terms that share it; the last word, where it is
    only the beginning of terms (its count is theirs together)."""

    count: dict[str, int]
    sharing: Mapping[str, list[str]]
    beginning: str | None


def _one_of(column: ColumnElement[str], values: str, dialect: str) -> ColumnElement[bool]:
    """`column IN (values)` with the values bound as one, so that the statement stays the same whatever their number."""
    if dialect == "postgresql":
        return column == any_(cast(bindparam(values), ARRAY(Text)))
    return column.in_(select(func.json_each(bindparam(values)).table_valued("value").c.value))


def _as_one(values: Iterable[str], dialect: str) -> object:
    return list(values) if dialect == "postgresql" else json.dumps(list(values))


def begins(word: ColumnElement[str], beginning: BindParameter[str]) -> ColumnElement[bool]:
    """Whether a word of a list begins so: a range, which the list's own index knows ("{" comes after every letter)."""
    return (word >= beginning) & (word < beginning + "{")


@lru_cache(maxsize=2)
def _sharing(dialect: str) -> CompoundSelect[str | None, str | None, int]:
    """Forms with the terms that share them, and in how many names these stand; without a form, in how many names stand
    terms that begin with the last word.
    """
    last: BindParameter[str] = bindparam("last", type_=String())
    shared = select(SearchDelete.deletion, SearchDelete.term, SearchTerm.df)
    known = (SearchTerm.commune_id == SearchDelete.commune_id) & (SearchTerm.term == SearchDelete.term)
    shared = shared.join(SearchTerm, known).where(SearchDelete.commune_id == COMMUNE)
    names = cast(func.sum(SearchTerm.df), BigInteger)
    begun = select(null(), null(), names).where(SearchTerm.commune_id == COMMUNE)
    begun = begun.where(begins(SearchTerm.term.expression, last))
    return union_all(shared.where(_one_of(SearchDelete.deletion.expression, "forms", dialect)), begun)


def _known(rows: Connection, commune_id: int, words: Words) -> _Known:
    forms = {form for word in words for form in slips(word)}
    forms |= {piece for word in words for cut in _cuts(word) for piece in cut}
    forms |= {a + b for a, b in pairwise(words)}
    forms |= {piece for a, b in pairwise(words) for moved in _moved(a, b) for piece in moved}
    count: dict[str, int] = {}
    sharing: defaultdict[str, list[str]] = defaultdict(list)
    dialect, last = rows.dialect.name, words[-1]
    begun: int | None = None
    asked = {"commune": commune_id, "forms": _as_one(forms, dialect), "last": last}
    for form, term, df in rows.execute(_sharing(dialect), asked):
        if form is None or term is None:
            begun = df
        else:
            count[term] = df
            sharing[form].append(term)
    beginning = None
    if begun and last not in count:
        beginning, count[last] = last, begun
    return _Known(count=count, sharing=sharing, beginning=beginning)


def _cuts(word: str) -> Iterator[tuple[str, str]]:
    if len(word) <= LONGEST_WORD:
        yield from ((word[:i], word[i:]) for i in range(1, len(word)))


def _moved(a: str, b: str) -> Iterator[tuple[str, str]]:
    """Two words whose blank was typed one letter too early or too late."""
    letters = a + b
    if len(letters) <= LONGEST_WORD:
        yield from ((letters[:at], letters[at:]) for at in (len(a) - 1, len(a) + 1) if 0 < at < len(letters))


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way to read the text from a place on: `takes` typed words are `terms`."""

    takes: int
    terms: Words
    cost: float = SLIP


def _choices(words: Words, i: int, known: _Known) -> Iterator[_Choice]:
    word = words[i]
    if word in known.count:
        yield _Choice(1, (word,), cost=0.0)
    near = {term for form in slips(word) for term in known.sharing.get(form, ())}
    yield from (_Choice(1, (term,), _cost(word, term)) for term in near if is_one_slip(word, term))
    whole = known.count.keys() - {known.beginning}
    yield from (_Choice(1, cut) for cut in _cuts(word) if cut[0] in whole and cut[1] in whole)
    if i + 1 < len(words):
        if word + words[i + 1] in whole:
            yield _Choice(2, (word + words[i + 1],))
        yield from (_Choice(2, two) for two in _moved(word, words[i + 1]) if two[0] in whole and two[1] in whole)


def _cost(typed: str, term: str) -> float:
    is_whole = len(typed) < len(term) or sorted(typed) == sorted(term)
    return SLIP if is_whole else SLIP + WRONG_LETTER


@lru_cache(maxsize=2)
def _pairs(dialect: str) -> Select[str, str, int]:
    before, after = (_one_of(word.expression, "terms", dialect) for word in (SearchBigram.a, SearchBigram.b))
    pairs = select(SearchBigram.a, SearchBigram.b, SearchBigram.n)
    return pairs.where(SearchBigram.commune_id == COMMUNE, before, after)


def _neighbours(rows: Connection, commune_id: int, terms: Iterable[str]) -> Mapping[str, dict[str, int]]:
    """For each term, how often which others stand before it."""
    before: defaultdict[str, dict[str, int]] = defaultdict(dict)
    dialect = rows.dialect.name
    asked = {"commune": commune_id, "terms": _as_one(["", *terms], dialect)}
    for a, b, n in rows.execute(_pairs(dialect), asked):
        before[b][a] = n
    return before


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likelihood:
    """How likely a term is after another, in nats."""

    count: Mapping[str, int]
    before: Mapping[str, dict[str, int]]

    def of(self, term: str, previous: str) -> float:
        follows = self.before.get(term, {}).get(previous, 0) / self.count.get(previous, CORPUS)
        return math.log((1 - BLIND) * follows + BLIND * self.count[term] / CORPUS)


class _Path(NamedTuple):
    """A reading up to a place, and how likely it is."""

    score: float
    terms: Words
    has_slip: bool


class _Place:
    """Where readings meet in the text: the best path for each last term, of those without and of those with a slip."""

    def __init__(self) -> None:
        self.best: tuple[dict[str, _Path], dict[str, _Path]] = ({}, {})

    def add(self, path: _Path) -> None:
        best = self.best[path.has_slip]
        term = path.terms[-1] if path.terms else ""
        best[term] = max(best.get(term, path), path)

    def worth_extending(self, neighbours: Iterable[str]) -> list[_Path]:
        """The paths that end in one of the neighbours, and the likeliest of all: only these can become the best."""
        paths = [best[term] for best in self.best for term in neighbours if term in best]
        return paths + [max(best.values()) for best in self.best if best]


def _readings(choices: Sequence[Sequence[_Choice]], likelihood: _Likelihood) -> list[Words]:
    places = [_Place() for _ in range(len(choices) + 1)]
    places[0].add(_Path(0.0, (), has_slip=False))
    for i, at in enumerate(choices):
        for choice in at:
            for path in places[i].worth_extending(likelihood.before.get(choice.terms[0], ())):
                if path.has_slip and choice.cost:
                    continue
                places[i + choice.takes].add(_longer(path, choice, likelihood))
    right = sorted(places[-1].best[True].values(), reverse=True)
    return [path.terms for path in right[:READINGS]]


def _longer(path: _Path, choice: _Choice, likelihood: _Likelihood) -> _Path:
    score = path.score - choice.cost
    previous = path.terms[-1] if path.terms else ""
    for term in choice.terms:
        score += likelihood.of(term, previous)
        previous = term
    return _Path(score, path.terms + choice.terms, path.has_slip or choice.cost > 0)
