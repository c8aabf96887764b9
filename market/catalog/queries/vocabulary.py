"""What the words of goods mean to each other: regional names of one thing, wider words, classifiers, units.

The words are data (`vocabulary.json`), each with its source.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from market.values.text import nfc, spelled_words

_FILE = Path(__file__).with_name("vocabulary.json")
_FRACTION = re.compile(r"(\d)\s*(kg|g|gam|ml|lít|lit|l|cân|ký|kí|kilo)\b", re.IGNORECASE)
_HALF = re.compile(r"\bnửa\s+(?:cân|ký|kí|kg|kilo)\b", re.IGNORECASE)
_HUNDREDS = re.compile(r"\b(\d{1,3})\s*lạng\b", re.IGNORECASE)


class SpelledWord(NamedTuple):
    """One word as it is compared: without marks, and as it is written (`marked_words`; the same where it has none).
    A `strict` one counts only as it is written."""

    folded: str
    written: str
    strict: bool = False

    @property
    def is_marked(self) -> bool:
        return self.written != self.folded


Phrase = tuple[SpelledWord, ...]


class NamedThing(NamedTuple):
    """One thing that a text names, in each way it may be named: as it was typed first, then as other regions say."""

    ways: tuple[Phrase, ...]
    kinds: tuple[Phrase, ...] = ()
    """Names of goods that are of that kind, where the text names a kind: `trái cây`."""
    person: Phrase = ()
    """Words that stand for a person, any of them, where the text may name one: `bà Lan`."""

    @property
    def typed(self) -> Phrase:
        return self.ways[0]

    def as_it_stands(self) -> "NamedThing":
        """The unit where a name has it with no marks, as it was typed."""
        return NamedThing((tuple(word._replace(strict=True) for word in self.typed),))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vocabulary:
    same: Mapping[tuple[str, ...], tuple[Phrase, ...]]
    """By the written words of a phrase: the other names of the same thing."""
    kinds: Mapping[tuple[str, ...], tuple[Phrase, ...]]
    whole: frozenset[tuple[str, ...]]
    """Phrases that are one thing, whose classifiers are no classifiers."""
    unmarked: Mapping[tuple[str, ...], tuple[str, ...]]
    """Phrases of two and more words by their words without marks."""
    classifiers: frozenset[str]
    titles: frozenset[str]
    bare_titles: frozenset[str]
    goods: frozenset[str]
    bare_goods: frozenset[str]
    longest: int


def measured(text: str) -> str:
    """A text with its weights as names write them: `5kg` -> `5 kg`, `nửa cân` -> `500 g`, `3 lạng` -> `300 g`."""
    text = _HUNDREDS.sub(lambda found: f"{int(found[1]) * 100} g", _HALF.sub("500 g", nfc(text)))
    return _FRACTION.sub(r"\1 \2", text)


def phrase(text: str, *, strict: bool = False) -> Phrase:
    return tuple(SpelledWord(folded, written, strict) for folded, written in spelled_words(text))


def _written(words: Sequence[SpelledWord]) -> tuple[str, ...]:
    return tuple(word.written for word in words)


def _phrases(text: str) -> tuple[Phrase, ...]:
    return tuple(phrase(one, strict=True) for one in text.split("|"))


@cache
def _vocabulary() -> _Vocabulary:
    data = json.loads(_FILE.read_text("utf-8"))
    same = {_written(one): names for _, group in data["same"] for names in (_phrases(group),) for one in names}
    kinds = {
        _written(one): _phrases(goods)
        for groups in data["groups"].values()
        for name, goods in groups.items()
        for one in _phrases(name)
    }
    whole = frozenset(_written(one) for one in _phrases(data["compounds"]))
    titles = phrase(data["titles"])
    every = [one for _, group in data["same"] for one in _phrases(group)]
    every += [one for groups in data["groups"].values() for name in groups for one in _phrases(name)]
    every += _phrases(data["compounds"])
    return _Vocabulary(
        same=same,
        kinds=kinds,
        whole=whole,
        unmarked={tuple(word.folded for word in one): _written(one) for one in every if len(one) > 1},
        classifiers=frozenset(
            [word.written for word in phrase(data["classifiers"])] + data["unmarked_classifiers"].split()
        ),
        titles=frozenset(word.written for word in titles),
        bare_titles=frozenset(word.folded for word in titles),
        goods=frozenset(one[0].written for one in _phrases(data["goods"])),
        bare_goods=frozenset(one[0].folded for one in _phrases(data["goods"])),
        longest=max(map(len, every)),
    )


def is_a_good(word: SpelledWord) -> bool:
    """Whether a word names something that is sold somewhere, so that nobody meant another by it; without marks, whether
    it may."""
    vocabulary = _vocabulary()
    if not word.is_marked and word.folded in vocabulary.bare_goods:
        return True
    return word.written in vocabulary.goods or (word.written,) in vocabulary.same


def is_classifier(word: SpelledWord) -> bool:
    return word.written in _vocabulary().classifiers


def person(title: SpelledWord, name: SpelledWord) -> SpelledWord:
    """The word that a person called so has in the index."""
    return SpelledWord(f"{title.folded}0{name.folded}", f"{title.written}0{name.written}")


def person_of_any_title(name: SpelledWord) -> SpelledWord:
    """The word of somebody whose given name is known alone."""
    return SpelledWord(f"0{name.folded}", f"0{name.written}")


def is_title(word: SpelledWord) -> bool:
    """Whether people are called so; without marks, whether it may be."""
    vocabulary = _vocabulary()
    return word.written in vocabulary.titles or (not word.is_marked and word.folded in vocabulary.bare_titles)


def other_names() -> int:
    """How many names of other regions the words have."""
    return sum(len(group.split("|")) - 1 for _, group in json.loads(_FILE.read_text("utf-8"))["same"])


def units_of(words: Phrase) -> tuple[NamedThing, ...]:
    """The things a text names. Classifiers before another word are left out: `quả ổi` is `ổi`, `củ cải` stays."""
    units = list(_with_people(tuple(_units(words))))
    content = [unit for at, unit in enumerate(units) if not _is_weightless(unit, is_last=at == len(units) - 1)]
    return tuple(content or units)


def _with_people(units: Sequence[NamedThing]) -> Iterator[NamedThing]:
    """A title and the name behind it are one person: `bà Lan`."""
    skip = False
    for unit, following in zip_longest(units, units[1:]):
        if skip:
            skip = False
        elif following and len(unit.typed) == 1 and is_title(unit.typed[0]) and len(following.typed) == 1:
            title, name = unit.typed[0], following.typed[0]
            called = (person(title, name), person_of_any_title(name))
            yield NamedThing(((title, name),), person=called)
            skip = True
        else:
            yield unit


def _is_weightless(unit: NamedThing, *, is_last: bool) -> bool:
    return not is_last and len(unit.ways) == 1 and len(unit.typed) == 1 and is_classifier(unit.typed[0])


def _units(words: Phrase) -> Iterator[NamedThing]:
    at = 0
    while at < len(words):
        taken, unit = _longest_at(words[at:])
        yield from unit
        at += taken


def _longest_at(words: Phrase) -> tuple[int, Iterator[NamedThing]]:
    """How many words the longest known phrase here takes, and the units it is."""
    vocabulary = _vocabulary()
    for length in range(min(vocabulary.longest, len(words)), 0, -1):
        typed = words[:length]
        written = _known_as(typed)
        if written is None:
            continue
        names = vocabulary.same.get(written, ())
        others = tuple(one for one in names if _written(one) != written)
        return length, iter([NamedThing((typed, *others), vocabulary.kinds.get(written, ()))])
    return 1, iter([NamedThing((words[:1],))])


def _known_as(typed: Phrase) -> tuple[str, ...] | None:
    """The phrase of the vocabulary that was typed, with its marks or with none at all."""
    vocabulary, written = _vocabulary(), _written(typed)
    if written in vocabulary.same or written in vocabulary.kinds or written in vocabulary.whole:
        return written
    if any(word.is_marked for word in typed):
        return None
    return vocabulary.unmarked.get(written)
