"""What is asked of the index of goods, in the language of no database; and what a good weighs that is found."""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from market.catalog.queries.vocabulary import NamedThing, Phrase, SpelledWord
from market.catalog.queries.words import (
    ANY,
    FOLDED,
    HEAD,
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
    """What is asked of the index. `rank`: what a product weighs that is found, the heavier the further in front, 0
    where it is not meant after all; without it, the newest stands first. `is_rare`: few goods have it, so that all may
    be asked at once."""

    asked: Asked
    is_rare: bool = False
    rank: "Weigh | None" = None


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


# --- what it weighs ---------------------------------------------------------------------------------------------------

Weigh = Callable[[str], int]
"""So much weighs what is looked for in a product with these words, as its row keeps them; 0 where it is not there."""
WeighWords = Callable[[frozenset[str]], int]


def weigh(units: Iterable[NamedThing], spelling: Spelling) -> Weigh:
    """What all of some units weigh together."""
    each = [weigh_unit(unit, spelling) for unit in units]

    def weighs(words: str) -> int:
        have = frozenset(words.split())
        return sum(one(have) for one in each)

    return weighs


def weigh_unit(unit: NamedThing, spelling: Spelling) -> WeighWords:
    """The field's weight where a unit's words stand, of the best way to name it."""
    named: Sequence[Phrase] = [(word,) for word in unit.person] or unit.ways
    ways = [[_places(WEIGHTS, word, spelling) for word in way] for way in named]
    heads = [[_places([HEAD if word is way[0] else NAME], word, spelling) for word in way] for way in unit.kinds]

    def weighs(words: frozenset[str]) -> int:
        best = max(min(_first(words, places) for places in way) for way in ways)
        if best < WEIGHTS[NAME] and any(all(_first(words, places) for places in way) for way in heads):
            return WEIGHTS[NAME]
        return best

    return weighs


Places = Sequence[tuple[str, int]]
"""A word in each field, with what it weighs there, the heaviest first."""


def _places(fields: Iterable[Field], word: SpelledWord, spelling: Spelling) -> Places:
    return [(token_of(field, word, spelling).word, WEIGHTS[field]) for field in fields]


def _first(words: Container[str], places: Places) -> int:
    for word, weighs in places:
        if word in words:
            return weighs
    return 0


def weigh_begun(units: Iterable[NamedThing], half: SpelledWord, spelling: Spelling) -> Weigh:
    """What units weigh with a half-typed word, which weighs as the best field that has a word which begins so, marks
    and tone as typed; 0 where one of them is not there."""
    each = [weigh_unit(unit, spelling) for unit in units]
    begun = _weigh_begun(half)

    def weighs(words: str) -> int:
        have = frozenset(words.split())
        parts = [begun(f" {words}"), *(one(have) for one in each)]
        return sum(parts) if all(parts) else 0

    return weighs


def _weigh_begun(half: SpelledWord) -> Weigh:
    """Of words with a blank before each."""
    if not half.is_marked:
        places = [(f" {field}{FOLDED}{half.folded}", weighs) for field, weighs in WEIGHTS.items()]
        return lambda words: _first(words, places)
    letters, tone = (half.written[:-1], half.written[-1]) if half.written[-1] in TONES else (half.written, "")
    begins = re.compile(rf" (.){WRITTEN}{letters}\S*{tone}(?= |$)")
    return lambda words: max((WEIGHTS.get(Field(field), 0) for field in begins.findall(words)), default=0)


TONES = "12345"
