"""Which goods a typed text means, however it is marked, mistyped or keyed, and as whatever region names them.

The order is the same on both databases, and the one the market publishes (`/quy-che/xep-hang`): the marks that were
typed, the weight of the field in which the words stand, what can be bought now, then the newest.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from market.catalog.queries.browse import CARDS_A_PAGE
from market.catalog.queries.hits import MOST_SCORED, Hit, hits, newest_blocks
from market.catalog.queries.looks import Looks, begun, looks_of, may_be_few, names_of, sure_of_few
from market.catalog.queries.names import Lookup, Scales, Spelling, most_in_name, stands_in, word_anywhere
from market.catalog.queries.reading import SearchText
from market.catalog.queries.spelling import likely_readings
from market.catalog.queries.terms import InNames, in_names
from market.catalog.queries.vocabulary import NamedThing, SpelledWord
from market.catalog.queries.words import NAME, SECOND, WEIGHTS
from market.values.period import local_day
from market.values.text import untelex

SPARE = 7
"""So many more goods are asked for than a page shows: some cannot be bought now."""
GROWTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, as ids of products. `instead` is the text they were found for, where that is not what
    was typed; `is_wider` where that text leaves out words, for nothing has all of them."""

    ids: Sequence[int]
    page: int
    has_more: bool
    instead: str | None = None
    is_wider: bool = False


def search(
    reader: Session | Connection, commune_id: int, text: str, *, now: datetime, page: int = 1, size: int = CARDS_A_PAGE
) -> Found:
    """A page of the public goods that have every word of a text.

    Where there is none, its last word may be half typed; then it is read as raw Telex, with other marks, as a slip of
    the fingers; then most of its words do.
    """
    rows = reader if isinstance(reader, Connection) else reader.connection()
    wanted = SearchText.of(text, local_day(now).month)
    if not wanted.units:
        return Found(ids=[], page=page, has_more=False)
    asked = _Asked(rows=rows, commune_id=commune_id, now=now, page=page, size=size, newest=newest_blocks(rows, now))
    return next((found for found in _readings(asked, wanted) if found is not None), asked.cut([]))


def _readings(asked: "_Asked", wanted: SearchText) -> Iterator[Found | None]:
    """The ways to read a text, each tried where those before it find nothing."""
    spelling: Spelling = "written" if wanted.is_marked else "folded"
    others = looks_of(wanted, "folded") if wanted.is_marked else ()
    there = _There(asked, wanted)
    if wanted.ends_half_typed:
        yield asked.found([[begun(wanted, spelling)]])
    yield asked.found(looks_of(wanted, spelling), then=others, there=there)
    if not there.lacks_any(wanted.units[:-1]):
        yield asked.found([[begun(wanted, spelling)]])
    meant = SearchText.of(untelex(wanted.text) or "", asked.month)
    if meant.units and meant.is_marked:
        yield _instead(asked.found(looks_of(meant, "written"), then=looks_of(meant, "folded")), meant.text)
    if wanted.is_marked and not wanted.is_known_good and not there.lacks_any(wanted.units):
        yield _instead(asked.found([list(names_of(wanted.units, "folded"))]), wanted.bare)
    if wanted.may_be_a_slip:
        yield from _put_right(asked, wanted, there.in_names)
    if 1 < len(wanted.units) < len(wanted.single):
        yield asked.widened(wanted.units, spelling)
    if len(wanted.single) > 1:
        yield asked.widened(wanted.single, spelling)


def _put_right(asked: "_Asked", wanted: SearchText, there: InNames) -> Iterator[Found | None]:
    for words, expected in likely_readings(asked.rows, asked.commune_id, wanted.words, there):
        other = SearchText.of(" ".join(words), asked.month)
        few = asked.all_of_few(other) if may_be_few(other) and expected < asked.reach else None
        found = asked.found(looks_of(other, "folded")) if few is None else few
        yield _instead(found if found and found.ids else None, other.text)
        yield _instead(asked.found([[begun(other, "folded")]]), other.text)


def _instead(found: Found | None, text: str) -> Found | None:
    return found and replace(found, instead=text)


# --- asked ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _InOrder:
    """Ids that looks find, and whether that is all of it; `is_everything` where no look after them finds more, for one
    that takes the words wherever they stand found but what it could weigh."""

    ids: Sequence[int]
    is_all: bool
    is_everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which part of the goods: of one commune, as of a moment, one page."""

    rows: Connection
    commune_id: int
    now: datetime
    page: int
    size: int
    newest: range | None

    @property
    def month(self) -> int:
        return local_day(self.now).month

    @property
    def reach(self) -> int:
        """So many goods are put in order: those of this page and one more."""
        return self.page * self.size + 1

    def cut(self, ids: Sequence[int]) -> Found:
        first = self.reach - 1 - self.size
        return Found(ids=ids[first : self.reach - 1], page=self.page, has_more=len(ids) >= self.reach)

    def found(
        self, groups: Iterable[Looks], *, then: Iterable[Looks] = (), there: "_There | None" = None
    ) -> Found | None:
        """What the looks find, one after the other; None where that is nothing. `then` only adds to it, `there` is
        asked where nothing was found."""
        ids: dict[int, None] = {}
        self._fill(ids, groups, there)
        if ids:
            self._fill(ids, then)
        return self.cut(list(ids)) if ids else None

    def _fill(self, ids: dict[int, None], groups: Iterable[Looks], there: "_There | None" = None) -> None:
        """No group is made that is not asked."""
        groups = iter(groups)
        while len(ids) < self.reach and (looks := next(groups, None)):
            if self._add(ids, looks, there) or (there and not ids and there.lacks_any(there.wanted.units)):
                return

    def _add(self, ids: dict[int, None], looks: Looks, there: "_There | None") -> bool:
        """Whether no later look could add to what is found."""
        common = next((at for at, look in enumerate(looks) if not look.is_rare), None)
        if self.newest and common is not None:
            few = self._in_order(looks[: common + 1], self.reach + SPARE, ids, self.newest)
            if len(ids) + len(few.ids) >= self.reach:
                ids.update(dict.fromkeys(few.ids))
                return True
            if there and not ids and not few.ids and there.lacks_any(there.wanted.units):
                return True
        most = self.reach + SPARE
        while True:
            found = self._in_order(looks, most, ids, None)
            if found.is_all or len(ids) + len(found.ids) >= self.reach:
                break
            most *= GROWTH
        ids.update(dict.fromkeys(found.ids[: self.reach - len(ids)]))
        return found.is_everything

    def _in_order(self, looks: Looks, most: int, known: Container[int], newest: range | None) -> _InOrder:
        """What is found beside what is known, in order. A look of which there is more gives what can be bought alone,
        and ends the list; what is weighed is complete where so many are found that no others would be weighed."""
        by_look: list[list[Hit]] = [[] for _ in looks]
        for hit in self.hits(looks, most, newest):
            by_look[hit.look].append(hit)
        ids: dict[int, None] = {}
        for look, found in zip(looks, by_look, strict=True):
            is_part = bool(newest and not look.is_rare)
            if look.rank is not None and is_part and len(found) < MOST_SCORED:
                return _InOrder(list(ids), is_all=False)
            is_cut = look.rank is None and (len(found) == most or is_part)
            new = [hit for hit in found if hit.id not in known and hit.id not in ids]
            ids.update(dict.fromkeys(hit.id for hit in _ordered(new, look) if hit.stocked or not is_cut))
            if is_cut:
                return _InOrder(list(ids), is_all=False)
            if look.rank is not None and len(found) < MOST_SCORED:
                return _InOrder(list(ids), is_all=True, is_everything=True)
        return _InOrder(list(ids), is_all=True)

    def all_of_few(self, wanted: SearchText) -> Found | None:
        """What the looks for many things find one after the other, by one statement; None where they find much."""
        looks, stands_first = sure_of_few(wanted)
        by_look: tuple[list[Hit], list[Hit]] = ([], [])
        for hit in self.hits(looks, self.reach):
            by_look[hit.look].append(hit)
        exact, every = by_look
        if len(exact) >= self.reach or len(every) >= MOST_SCORED:
            return None
        first = [hit for hit in every if stands_in(f" {hit.words} ", stands_first)]
        in_order = [*_ordered(exact, looks[0]), *_ordered(first, looks[0]), *_ordered(every, looks[1])]
        return self.cut(list(dict.fromkeys(hit.id for hit in in_order)))

    def hits(self, looks: Sequence[Lookup], most: int, newest: range | None = None) -> list[Hit]:
        asked = {"commune": self.commune_id, "now": self.now, "most": most}
        return hits(self.rows, looks, asked, newest=newest)

    def widened(self, units: Sequence[NamedThing], spelling: Spelling) -> Found | None:
        """What most of the things are in the name of, the first of them near its beginning: the same ones as in the
        best of it."""
        named = [unit for unit in units if not unit.typed[0].folded.isdigit()]
        look = Lookup(asked=most_in_name(units[:1], spelling), rank=lambda _words: 1)
        each = Scales(named, spelling)
        kept: dict[tuple[NamedThing, ...], list[tuple[int, Hit]]] = defaultdict(list)
        for hit in self.hits([look], self.reach):
            weights = dict(zip(named, each.of(hit.words), strict=True))
            has = tuple(unit for unit, weighs in weights.items() if weighs >= WEIGHTS[NAME])
            if hit.stocked is not None and has and has[0] is units[0] and weights[has[0]] >= WEIGHTS[SECOND]:
                kept[has].append((sum(weights.values()), hit))
        if not kept:
            return None
        best = max(kept, key=lambda has: (len(has), max(weighs for weighs, _ in kept[has])))
        ordered = sorted(kept[best], key=lambda one: (-one[0], not one[1].stocked, -one[1].id))
        text = " ".join(word for unit in best for word in (_as_typed(unit),))
        return replace(self.cut([hit.id for _, hit in ordered]), instead=text, is_wider=True)


class _There:
    """Which of a text's words stand anywhere; asked once, and where nothing is found alone."""

    def __init__(self, asked: _Asked, wanted: SearchText) -> None:
        self._asked, self.wanted = asked, wanted

    @cached_property
    def in_names(self) -> InNames:
        """Of all its words, also as the spelling parts them, in how many names they stand."""
        typed = self.wanted.words
        words = {word.folded for unit in self.wanted.units for word in unit.typed}.union(typed)
        return in_names(self._asked.rows, self._asked.commune_id, sorted(words), typed[-1] if typed else "")

    @cached_property
    def _nowhere(self) -> frozenset[SpelledWord]:
        """The words that no name has, nor any other field, of things that have no other name."""
        units = [unit for unit in self.wanted.units if len(unit.ways) == 1 and not (unit.kinds or unit.person)]
        suspect = [word for unit in units for word in unit.typed if word.folded not in self.in_names.count]
        looks = [Lookup(asked=word_anywhere(word)) for word in suspect]
        found = {hit.look for hit in self._asked.hits(looks, 1)} if looks else set()
        return frozenset(word for at, word in enumerate(suspect) if at not in found)

    def lacks_any(self, units: Sequence[NamedThing]) -> bool:
        """Whether one of many things stands nowhere, so that nothing has them all."""
        is_one = len(self.wanted.units) == 1
        return not is_one and any(word in self._nowhere for unit in units for word in unit.typed)


def _as_typed(unit: NamedThing) -> str:
    return " ".join(word.folded for word in unit.typed)


def _ordered(found: Sequence[Hit], look: Lookup) -> list[Hit]:
    """Public goods, those that can be bought before those that cannot, the newest first; by their weight before all,
    where they are weighed."""
    public = [hit for hit in found if hit.stocked is not None]
    if look.rank is None:
        return sorted(public, key=lambda hit: (not hit.stocked, -hit.id))
    ranked = [(look.rank(hit.words), hit) for hit in public]
    meant = [(weighs, hit) for weighs, hit in ranked if weighs]
    return [hit for _, hit in sorted(meant, key=lambda one: (-one[0], not one[1].stocked, -one[1].id))]
