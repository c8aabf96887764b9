"""What is asked of the index of goods, in the language of no database; and what a good weighs that is found."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from market.catalog.queries.vocabulary import NamedThing, Phrase, SpelledWord
from market.catalog.queries.words import (
    ANY,
    FOLDED,
    HEAD,
    IN_ANY,
    NAME,
    SECOND,
    STALL,
    SUPPORTING,
    WEIGHTS,
    WHOLE,
    WRITTEN,
    Field,
)

NAME_FIELDS = (HEAD, SECOND, NAME)
STRONG = (ANY,)
EVERYWHERE = (*STRONG, *sorted(SUPPORTING))
SUPPORTS = max(WEIGHTS[field] for field in SUPPORTING)
"""So much weighs at most what a field says that only supports."""
MOST_SCORED = 256
"""So many of the newest goods are put in order by what their fields weigh."""
SAID, AS_TYPED = 10_000, 100_000
"""More than all fields weigh together: that each thing is said elsewhere than in a description; that it is said so."""


class Token(NamedTuple):
    word: str
    is_beginning: bool = False


class Some(NamedTuple):
    """Any of these, or all of them."""

    of: tuple["Asked", ...]
    how: Literal["any", "all"]


Asked = Token | Some


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What is asked of the index. `rank`: what a product weighs that is found, the heavier the further in front, 0
    where it is not meant after all; without it, the newest stands first. `is_rare`: few goods have it, so that all may
    be asked at once."""

    asked: Asked
    is_rare: bool = False
    rank: "Weigh | None" = None


class Hit(NamedTuple):
    """A product that a look finds; and its words, where they are weighed."""

    look: int
    id: int
    words: str


Stock = dict[int, bool | None]
"""Of some products, by id, whether they can be bought now; None for what is not public."""


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
    """Goods that have all units in any field, one at least in a field that says more than a description does, as a
    beginning always is looked for."""
    if begins:
        return everywhere(units, spelling, begins=True)
    strong = any_of(_unit(unit, STRONG, spelling) for unit in units)
    return strong if len(units) == 1 else all_of([everywhere(units, spelling), strong])


def everywhere(units: Sequence[NamedThing], spelling: Spelling, *, begins: bool = False) -> Asked:
    """Goods that have all units in any field, and be it only in what describes them."""
    return all_of(
        _unit(unit, STRONG, spelling, begins=True)
        if begins and unit is units[-1]
        else _unit(unit, EVERYWHERE, spelling)
        for unit in units
    )


def word_anywhere(word: SpelledWord) -> Asked:
    """Goods that have a word in any field, whatever its marks; in one that only supports, as it is typed."""
    return any_of(token_of(field, word, "folded") for field in EVERYWHERE)


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


# --- what it weighs ---------------------------------------------------------------------------------------------------

Weigh = Callable[[str], int]
"""So much weighs what is looked for in a product with these words, as its row keeps them; 0 where it is not there."""


def weigh(units: Sequence[NamedThing], spelling: Spelling) -> Weigh:
    """What all of some units weigh together; 0 where none stands in a field that says more than a description does.

    Where each does, they weigh more than where one stands in a description alone; and where marks were typed, most
    where the words that have none are written so too: `cam bà Nhài` is not her bran.
    """
    bare = [unit.as_it_stands() for unit in units if _is_bare(unit)] if spelling == "written" else []
    every = Scales([*units, *bare], spelling)

    def weighs(words: str) -> int:
        of = every.of(words)
        weights, literal = of[: len(units)], of[len(units) :]
        if max(weights) <= SUPPORTS:
            return 0
        return sum(weights) + (AS_TYPED if all(literal) else 0) + (SAID if min(weights) > SUPPORTS else 0)

    return weighs


def _is_bare(unit: NamedThing) -> bool:
    """Whether a unit was typed without marks and may be meant so."""
    return not unit.person and not any(word.is_marked for word in unit.typed)


class Scales:
    """What each of some units weighs: the field's weight where it stands, of the best way to name it.

    The words of a product are gone through once for all of them: hundreds of products are weighed, and some units have
    many names. What it has of them is the same for many, and weighed once.
    """

    def __init__(self, units: Iterable[NamedThing], spelling: Spelling) -> None:
        self._spelling = spelling
        self._places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._slots: dict[tuple[SpelledWord, tuple[Field, ...]], int] = {}
        self._units = [self._named(unit) for unit in units]
        self._weighed: dict[tuple[str, ...], Sequence[int]] = {}

    def of(self, words: str) -> Sequence[int]:
        """By unit, in the order they came."""
        there = tuple(filter(self._places.__contains__, words.split()))
        weights = self._weighed.get(there)
        if weights is None:
            weights = self._weighed[there] = self._of(there)
        return weights

    def _of(self, there: Iterable[str]) -> list[int]:
        best = [0] * len(self._slots)
        for word in there:
            for slot, weight in self._places[word]:
                if weight > best[slot]:
                    best[slot] = weight
        return [best[named] if isinstance(named, int) else _best(best, *named) for named in self._units]

    def _named(self, unit: NamedThing) -> int | tuple[list[list[int]], list[list[int]]]:
        """The number of its word, where a unit is but one; else of those of each way to name it, and of each kind."""
        named: Sequence[Phrase] = [(word,) for word in unit.person] or unit.ways
        ways = [[self._slot(word, tuple(WEIGHTS)) for word in way] for way in named]
        if len(ways) == len(ways[0]) == 1 and not unit.kinds:
            return ways[0][0]
        return ways, [[self._slot(word, (HEAD if word is way[0] else NAME,)) for word in way] for way in unit.kinds]

    def _slot(self, word: SpelledWord, fields: tuple[Field, ...]) -> int:
        """The number under which a word is weighed in some fields."""
        if (word, fields) not in self._slots:
            slot = self._slots[word, fields] = len(self._slots)
            for field in fields:
                self._places[token_of(field, word, self._spelling).word].append((slot, WEIGHTS[field]))
        return self._slots[word, fields]


def _best(weights: Sequence[int], ways: Iterable[Sequence[int]], kinds: Iterable[Sequence[int]]) -> int:
    best = 0
    for way in ways:
        if weights[way[0]] > best:
            best = max(best, min([weights[slot] for slot in way]))
    if best < WEIGHTS[NAME] and any(all(weights[slot] for slot in way) for way in kinds):
        return WEIGHTS[NAME]
    return best


def stands_in(words: str, asked: Asked) -> bool:
    """Whether a product with these words, each with a blank before and behind it, has what is asked."""
    if isinstance(asked, Token):
        field, word = asked.word[0], asked.word[1:] + ("" if asked.is_beginning else " ")
        return any(f" {one}{word}" in words for one in (IN_ANY if field == ANY else field))
    return (any if asked.how == "any" else all)(stands_in(words, part) for part in asked.of)


def weigh_begun(units: Sequence[NamedThing], half: SpelledWord, spelling: Spelling) -> Weigh:
    """What units weigh with a half-typed word, which weighs as the best field that has a word which begins so, marks
    and tone as typed; 0 where one of them is not there."""
    each = Scales(units, spelling)
    begun = _weigh_begun(half)

    def weighs(words: str) -> int:
        parts = [begun(f" {words}"), *each.of(words)]
        return sum(parts) if all(parts) else 0

    return weighs


def _weigh_begun(half: SpelledWord) -> Weigh:
    """Of words with a blank before each."""
    if not half.is_marked:
        places = [(f" {field}{FOLDED}{half.folded}", weighs) for field, weighs in WEIGHTS.items()]
        return lambda words: next((weighs for word, weighs in places if word in words), 0)
    letters, tone = (half.written[:-1], half.written[-1]) if half.written[-1] in TONES else (half.written, "")
    begins = re.compile(rf" (.){WRITTEN}{letters}\S*{tone}(?= |$)")
    return lambda words: max((WEIGHTS.get(Field(field), 0) for field in begins.findall(words)), default=0)


TONES = "12345"
