"""Which hamlet a cell means, however clerks write it."""

import re
from collections.abc import Iterable, Mapping

from market.values.text import fold

_SPLIT = re.compile(r"[,;()/]| [-–—] ")
_KINDS = r"thon|xa|lang|khu dan cu|khu pho|khu|kdc|to dan pho|tdp|dia ban|t"
_BEFORE = re.compile(rf"^(?:{_KINDS}) (?=\w)")
_FAR_BEFORE = re.compile(rf"^(?:(?:{_KINDS})(?: so)?(?: \d{{1,2}})?|(?:xom|to|doi) \w{{1,2}}) (?=\w)")
_LEAST_WITHIN = 2
"""Words of a name that is looked for inside a longer text."""


class HamletNames:
    """Finds the hamlet a cell means: by its name, by an old place that now is one hamlet, or by what people of the
    commune said that a word means (`learned`: folded text -> hamlet)."""

    def __init__(
        self,
        hamlets: Iterable[tuple[int, str]],
        old_places: Iterable[tuple[str, int | None]],
        learned: Mapping[str, int] | None = None,
    ) -> None:
        self._learned = learned or {}
        self._found: dict[str, int | None] = {}
        for old_name, hamlet_id in old_places:
            self._add(_place(old_name), hamlet_id)
        now: dict[str, int | None] = {}
        for hamlet_id, name in hamlets:
            now[_place(name)] = None if _place(name) in now else hamlet_id
        self._now = now
        self._found |= now
        self._squeezed = {place.replace(" ", ""): place for place in self._found}
        long = [place for place, at in self._found.items() if at and place.count(" ") + 1 >= _LEAST_WITHIN]
        self._within = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, long), key=len, reverse=True)) + r")\b")
        self._has_long = bool(long)

    def _add(self, place: str, hamlet_id: int | None) -> None:
        self._found[place] = hamlet_id if self._found.get(place, hamlet_id) == hamlet_id else None

    def find(self, text: str) -> int:
        """The hamlet's id; ValueError with a sentence where the text is none, or more than one."""
        if (learned := self._learned.get(fold(text))) is not None:
            return learned
        whole = self._known(text)
        if hamlet_id := self._found.get(whole):
            return hamlet_id
        parts = [self._known(part) for part in _SPLIT.split(text)]
        known = [place for place in (whole, *parts, *self._named_within(text)) if place in self._found]
        if not known:
            raise ValueError(f"Không có thôn “{text[:60]}” trong danh sách của xã.")
        found = {self._now.get(place) for place in known} - {None} or {self._found[place] for place in known} - {None}
        if len(found) != 1:
            raise ValueError(f"“{text[:60]}” nay gồm nhiều thôn; ghi rõ tên thôn.")
        return found.pop() or 0

    def _known(self, text: str) -> str:
        """The place as its name is kept: without the word for what it is, and if need be without the part it is in."""
        place = _place(text)
        if place in self._found:
            return place
        if short := self._squeezed.get(place.replace(" ", "")):
            return short
        while (shorter := _FAR_BEFORE.sub("", place)) != place:
            place = shorter
        return place

    def _named_within(self, text: str) -> list[str]:
        return self._within.findall(fold(text)) if self._has_long else []

    def finds(self, text: str) -> bool:
        try:
            self.find(text)
        except ValueError:
            return False
        return True

    def is_one(self, text: str) -> bool:
        """Whether the text is a hamlet's name and nothing else."""
        return bool(self._found.get(_place(text)))


def _place(text: str) -> str:
    words = fold(text.replace("(cũ)", ""))
    shorter = _BEFORE.sub("", words)
    while shorter != words:
        words, shorter = shorter, _BEFORE.sub("", shorter)
    return words
