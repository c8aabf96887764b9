"""A typed text as the search reads it: the things it names, and what may be done with it where nothing is found."""

import re
from dataclasses import dataclass
from string import ascii_lowercase

from market.catalog.queries.vocabulary import (
    NamedThing,
    Phrase,
    SpelledWord,
    is_a_good,
    is_classifier,
    measured,
    phrase,
    units_of,
)
from market.catalog.queries.words import month_word
from market.values.text import fold, is_syllable, nfc, unmark

LONGEST = 200
MOST_WORDS = 24
_THIS_SEASON = re.compile(r"\b(?:đang|đúng|trong|chính)\s+(?:mùa|vụ)\b|\bmùa\s+này\b|\bdang\s+mua\b", re.IGNORECASE)
_MONTH = re.compile(r"\bth[áa]ng\s*(1[0-2]|0?[1-9])\b", re.IGNORECASE)
_LETTERS = frozenset(ascii_lowercase) - {"g", "l"}
"""A single letter is the beginning of a word, unless it is a gram or a litre."""
_MONTH_WORD = re.compile(r"thang(\d{1,2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """The words of a text, each once; the things they name (`units`), without classifiers; and all of them as they
    stand, for a name that was typed whole (`name`)."""

    text: str
    name: Phrase
    spelled: Phrase
    units: tuple[NamedThing, ...]

    @classmethod
    def of(cls, text: str, month: int = 0) -> "SearchText":
        """`month`: which one it is now, for who asks what is in season."""
        text = nfc(text[: LONGEST * 4])[:LONGEST]
        asked = _THIS_SEASON.sub(month_word(month), text) if month else text
        asked = _MONTH.sub(lambda found: month_word(int(found[1])), asked)
        spelled = tuple(dict.fromkeys(phrase(measured(asked))[:MOST_WORDS]))
        units = tuple(_as_month(unit) for unit in units_of(spelled))
        return cls(text=text, name=phrase(measured(text)), spelled=spelled, units=units)

    @property
    def words(self) -> tuple[str, ...]:
        """All words as they were typed, without marks."""
        return tuple(dict.fromkeys(fold(self.text).split()[:MOST_WORDS]))

    @property
    def single(self) -> tuple[NamedThing, ...]:
        """Its words one by one, whatever they name together, without classifiers."""
        return tuple(NamedThing(((word,),)) for word in self.spelled if not is_classifier(word))

    @property
    def is_marked(self) -> bool:
        return any(word.is_marked for unit in self.units for word in unit.typed)

    @property
    def bare(self) -> str:
        return unmark(self.text)

    @property
    def may_be_literal(self) -> bool:
        """Whether a word typed without marks may be meant so: `cam` is oranges before it is bran."""
        return not self.is_marked and len(self.spelled) == 1

    @property
    def ends_half_typed(self) -> bool:
        """Whether the last of many words is but a letter: `tuong o`."""
        last = self.spelled[-1]
        return len(self.spelled) > 1 and last.folded in _LETTERS and not last.is_marked

    @property
    def is_known_good(self) -> bool:
        """Whether the marks that were typed say what is meant, so that other marks are another thing."""
        return all(is_a_good(word) for word in self.spelled if word.is_marked)

    @property
    def may_be_a_slip(self) -> bool:
        """Whether something else may be meant: not where each word names goods or how they are counted, nor where one
        word is spelled well: `chim` is no slip of `chín`."""
        if all(is_a_good(word) or is_classifier(word) for word in self.spelled):
            return False
        return len(self.spelled) > 1 or not (self.is_marked and is_syllable(self.text))


def _as_month(unit: NamedThing) -> NamedThing:
    """A month, which a name may have as two words: `bánh tháng 8`."""
    month = _MONTH_WORD.fullmatch(unit.typed[0].folded)
    if not month:
        return unit
    return NamedThing((unit.typed, (SpelledWord("thang", "thang1"), SpelledWord(month[1], month[1]))))
