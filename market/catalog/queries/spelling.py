"""What a text without any hit was probably meant to say: words one slip away, weighed by how names run."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

from sqlalchemy import Connection, case, func, null, select
from sqlalchemy.orm import Session

from market.catalog.models import Product
from market.catalog.queries.public import is_listed
from market.catalog.queries.terms import InNames, names_expected, neighbours, sharing
from market.values.spelling import deletions, is_one_slip

MOST_WORDS = 12
LONGEST_WORD = 24
READINGS = 4
MOST_IN_A_SLIP = 2
"""So many words may be wrong by one slip: a blank at the wrong place."""
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


class LikelyReading(NamedTuple):
    """What a text was probably meant to say, and of how many names the word lists let expect that they say it."""

    words: Words
    names: float


def likely_readings(rows: Connection, commune_id: int, words: Words, there: InNames) -> list[LikelyReading]:
    """A few readings of the words among a commune's names, the likeliest first, each with at least one word put right.
    `there`: which of them names have.

    A blank too many or too few counts as a slip as well. Nothing for long texts, nor where more words are in no name
    than one slip can have made.
    """
    if not words or len(words) > MOST_WORDS:
        return []
    suspect = _suspect(words, there)
    if not suspect:
        return []
    known = _known(rows, commune_id, words, there, suspect)
    choices = [list(_choices(words, at, known, is_suspect=at in suspect)) for at in range(len(words))]
    before = neighbours(rows, commune_id, {term for at in choices for choice in at for term in choice.terms})
    read = _readings(choices, _Likelihood(count=known.count, before=before))
    return [
        LikelyReading(terms, names_expected(terms, known.count, before))
        for terms in read
        if _is_said(terms, before, known.beginning)
    ]


def _suspect(words: Words, there: InNames) -> range:
    """The places of the words one of which is to be put right: all, where names have each of them; else those that no
    name has, which one slip can have made of a word or of two; none where it cannot."""
    unknown = [at for at, word in enumerate(words) if word not in there.count]
    if unknown and there.begun and unknown[-1] == len(words) - 1:
        del unknown[-1]
    if not unknown:
        return range(len(words))
    at = range(unknown[0], unknown[-1] + 1)
    return at if len(at) <= MOST_IN_A_SLIP else range(0)


def _is_said(terms: Words, before: Mapping[str, Mapping[str, int]], beginning: str | None) -> bool:
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


def _known(rows: Connection, commune_id: int, words: Words, there: InNames, suspect: range) -> _Known:
    """What a word of the suspect ones, or it and its neighbour, can have been."""
    near = range(max(suspect.start - 1, 0), min(suspect.stop + 1, len(words)))
    pairs = [(words[at], words[at + 1]) for at in near[:-1]]
    forms = {form for at in suspect for form in slips(words[at])}
    forms |= {piece for at in suspect for cut in _cuts(words[at]) for piece in cut}
    forms |= {a + b for a, b in pairs}
    forms |= {piece for a, b in pairs for moved in _moved(a, b) for piece in moved}
    count = dict(there.count)
    shared: defaultdict[str, list[str]] = defaultdict(list)
    for form, term, names in sharing(rows, commune_id, forms):
        count[term] = names
        shared[form].append(term)
    last, beginning = words[-1], None
    if there.begun and last not in count:
        beginning, count[last] = last, there.begun
    return _Known(count=count, sharing=shared, beginning=beginning)


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


def _choices(words: Words, i: int, known: _Known, *, is_suspect: bool) -> Iterator[_Choice]:
    word = words[i]
    if word in known.count:
        yield _Choice(1, (word,), cost=0.0)
    whole = known.count.keys() - {known.beginning}
    if is_suspect:
        near = {term for form in slips(word) for term in known.sharing.get(form, ())}
        yield from (_Choice(1, (term,), _cost(word, term)) for term in near if is_one_slip(word, term))
        yield from (_Choice(1, cut) for cut in _cuts(word) if cut[0] in whole and cut[1] in whole)
    if i + 1 < len(words):
        if word + words[i + 1] in whole:
            yield _Choice(2, (word + words[i + 1],))
        yield from (_Choice(2, two) for two in _moved(word, words[i + 1]) if two[0] in whole and two[1] in whole)


def _cost(typed: str, term: str) -> float:
    is_whole = len(typed) < len(term) or sorted(typed) == sorted(term)
    return SLIP if is_whole else SLIP + WRONG_LETTER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likelihood:
    """How likely a term is after another, in nats."""

    count: Mapping[str, int]
    before: Mapping[str, Mapping[str, int]]

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
