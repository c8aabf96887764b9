"""In which order the index is asked for a text: looks in groups, of which one is asked where those before it do not
fill the page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from market.catalog.queries.names import (
    NAME_FIELDS,
    Asked,
    Lookup,
    Spelling,
    anywhere,
    everywhere,
    in_name,
    weigh,
    weigh_begun,
    whole,
)
from market.catalog.queries.reading import SearchText
from market.catalog.queries.vocabulary import NamedThing
from market.catalog.queries.words import whole_name

Looks = Sequence[Lookup]
"""Looks that are asked at once; others where these do not fill the page."""
RARELY_TOGETHER = 3
"""So many things are all of few goods."""


def looks_of(wanted: SearchText, spelling: Spelling) -> Iterator[Looks]:
    """Names by where the first thing stands in them, then goods that have the words anywhere. A word that may be meant
    as it stands is looked for so first: where it heads few names, few have it at all."""
    head, *inside = names_of(wanted.units, spelling)
    exact = Lookup(asked=whole(whole_name(wanted.name), spelling), is_rare=True)
    if len(wanted.units) > 1:
        yield exact, replace(head, is_rare=_are_rare(wanted))
        yield (_elsewhere(wanted.units, spelling),)
        yield inside
        return
    if wanted.may_be_literal:
        first, *literal = names_of([unit.as_it_stands() for unit in wanted.units], "folded")
        yield exact, first
        yield *(replace(look, is_rare=True) for look in literal), head
    else:
        yield exact, head
    yield *inside, _elsewhere(wanted.units, spelling)


def may_be_few(wanted: SearchText) -> bool:
    """Whether `sure_of_few` may be asked: not for one thing, nor where words may be a person's or a good's."""
    return len(wanted.units) > 1 and not any(unit.person for unit in wanted.units)


def sure_of_few(wanted: SearchText) -> tuple[Looks, Asked]:
    """Two looks at all that many things find together, without marks, and what those have that stand before the rest of
    the second: what `looks_of` finds one after the other, where it is little."""
    exact, head = next(looks_of(wanted, "folded"))
    every = Lookup(asked=everywhere(wanted.units, "folded"), rank=weigh(wanted.units, "folded"), is_rare=True)
    return (exact, every), head.asked


def all_but_the_last(wanted: SearchText) -> Lookup:
    """What has all things but the last, which may be half typed: all that is looked for anywhere is of it. Asked where
    few names are expected to have them."""
    return Lookup(asked=everywhere(wanted.units[:-1], "folded"), rank=lambda _words: 1, is_rare=True)


def names_of(units: Sequence[NamedThing], spelling: Spelling) -> Iterator[Lookup]:
    return (Lookup(asked=in_name(units, spot, spelling)) for spot in NAME_FIELDS)


def _elsewhere(units: Sequence[NamedThing], spelling: Spelling) -> Lookup:
    return Lookup(asked=anywhere(units, spelling), rank=weigh(units, spelling))


def begun(wanted: SearchText, spelling: Spelling) -> Lookup:
    """Goods whose word begins as the last one, which may not be typed to its end."""
    *whole, last = wanted.units
    half = NamedThing((last.typed,))
    typed = [NamedThing(((word,),)) for word in half.typed[:-1]]
    asked = anywhere([*whole, half], "folded", begins=True)
    rank = weigh_begun([*whole, *typed], half.typed[-1], spelling)
    return Lookup(asked=asked, rank=rank, is_rare=_are_rare(wanted))


def _are_rare(wanted: SearchText) -> bool:
    return len(wanted.units) >= RARELY_TOGETHER
