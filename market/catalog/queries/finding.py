"""How a page of goods is found: looks one after the other until it is full, and what of their hits can be bought."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import chain, groupby, islice

from sqlalchemy import Connection

from market.catalog.queries.hits import have_any, hits, stock_of
from market.catalog.queries.looks import Looks, all_but_the_last, sure_of_few
from market.catalog.queries.names import (
    MOST_SCORED,
    Hit,
    Lookup,
    Scales,
    Spelling,
    Stock,
    most_in_name,
    stands_in,
    word_anywhere,
)
from market.catalog.queries.reading import SearchText
from market.catalog.queries.terms import InNames, in_names
from market.catalog.queries.vocabulary import NamedThing, SpelledWord
from market.catalog.queries.words import NAME, SECOND, WEIGHTS
from market.values.period import local_day

SPARE = 7
"""So many more goods are asked for than a page shows: some cannot be bought now."""
GROWTH = 8
MANY = 2
"""So many things are seldom together, where they are not of one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, as ids of products. `instead` is the text they were found for, where that is not what
    was typed; `is_wider` where that text leaves out words, for nothing has all of them."""

    ids: Sequence[int]
    page: int
    has_more: bool
    instead: str | None = None
    is_wider: bool = False


@dataclass(frozen=True, slots=True)
class _InOrder:
    """Ids that looks find, and whether that is all of it; `is_everything` where no look after them finds more, for one
    that takes the words wherever they stand found but what it could weigh."""

    ids: Sequence[int]
    is_all: bool
    is_everything: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Which part of the goods: of one commune, as of a moment, one page."""

    rows: Connection
    commune_id: int
    now: datetime
    page: int
    size: int
    stock: Stock = field(default_factory=dict)

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
        self,
        groups: Iterable[Looks],
        *,
        then: Iterable[Looks] = (),
        there: "There | None" = None,
        among: Sequence[Hit] | None = None,
    ) -> Found | None:
        """What the looks find, one after the other; None where that is nothing. `then` only adds to it, `there` is
        asked where nothing was found. `among`: goods that are known already, of which all that they find is."""
        ids: dict[int, None] = {}
        self._fill(ids, groups, there, among)
        if ids:
            self._fill(ids, then)
        return self.cut(list(ids)) if ids else None

    def _fill(
        self,
        ids: dict[int, None],
        groups: Iterable[Looks],
        there: "There | None" = None,
        among: Sequence[Hit] | None = None,
    ) -> None:
        """No group is made that is not asked."""
        groups = iter(groups)
        while len(ids) < self.reach and (looks := next(groups, None)):
            if self._add(ids, looks, among):
                return
            if there and not ids:
                if there.lacks_any(there.wanted.units):
                    return
                among = there.among

    def _add(self, ids: dict[int, None], looks: Looks, among: Sequence[Hit] | None) -> bool:
        """Whether no later look could add to what is found."""
        most = self.reach + SPARE
        while True:
            by_look = self.hits(looks, most) if among is None else [_of(among, look) for look in looks]
            found = self._in_order(looks, by_look, most, ids)
            if found.is_all or len(ids) + len(found.ids) >= self.reach:
                break
            most *= GROWTH
        ids.update(dict.fromkeys(found.ids[: self.reach - len(ids)]))
        return found.is_everything

    def _in_order(self, looks: Looks, hits: Sequence[Sequence[Hit]], most: int, known: Container[int]) -> _InOrder:
        """What is found beside what is known, in order. A look of which there is more gives what can be bought alone,
        and ends the list; what is weighed is complete where so many are found that no others would be weighed."""
        ids: dict[int, None] = {}
        for look, found in zip(looks, hits, strict=True):
            is_cut = look.rank is None and len(found) == most
            new = [hit for hit in found if hit.id not in known and hit.id not in ids]
            in_order = (one for one in self.in_order(new, look) if self.stock[one] or not is_cut)
            ids.update(dict.fromkeys(islice(in_order, self.reach)))
            if is_cut:
                return _InOrder(list(ids), is_all=False)
            if look.rank is not None and len(found) < MOST_SCORED:
                return _InOrder(list(ids), is_all=True, is_everything=True)
        return _InOrder(list(ids), is_all=True)

    def in_order(self, found: Sequence[Hit], look: Lookup) -> Iterator[int]:
        """Public goods by their weight, where they are weighed; those that can be bought before those that cannot, the
        newest first."""
        ranked = [(look.rank(hit.words) if look.rank else 1, hit.id) for hit in found]
        return self.public((weighs, product) for weighs, product in ranked if weighs)

    def public(self, ranked: Iterable[tuple[int, int]]) -> Iterator[int]:
        """Of goods behind what they weigh those that are public, in their order. What can be bought is asked of no more
        of them at a time than a page shows."""
        waiting = sorted(ranked, reverse=True)
        for _, equal in groupby(enumerate(waiting), key=lambda one: one[1][0]):
            sold_out = []
            for at, (_, product) in equal:
                if product not in self.stock:
                    self.know(one for _, one in waiting[at : at + self.reach + SPARE])
                if self.stock[product]:
                    yield product
                elif self.stock[product] is not None:
                    sold_out.append(product)
            yield from sold_out

    def know(self, product_ids: Iterable[int]) -> None:
        """Ask whether they can be bought, where that is not known."""
        asked = [one for one in dict.fromkeys(product_ids) if one not in self.stock]
        if asked:
            self.stock.update(stock_of(self.rows, asked, {"commune": self.commune_id, "now": self.now}))

    def all_of_few(self, wanted: SearchText) -> Found | None:
        """What the looks for many things find one after the other, asked for at once; None where they find much."""
        looks, stands_first = sure_of_few(wanted)
        exact, every = self.hits(looks, self.reach)
        if len(exact) >= self.reach or len(every) >= MOST_SCORED:
            return None
        first = [hit for hit in every if stands_in(f" {hit.words} ", stands_first)]
        self.know(islice(dict.fromkeys(hit.id for hit in (*exact, *first, *every)), self.reach + SPARE))
        parts = (self.in_order(some, look) for some, look in ((exact, looks[0]), (first, looks[0]), (every, looks[1])))
        ids: dict[int, None] = {}
        for product in chain.from_iterable(parts):
            ids[product] = None
            if len(ids) == self.reach:
                break
        return self.cut(list(ids))

    def hits(self, looks: Looks, most: int) -> list[list[Hit]]:
        """What each look finds."""
        found, stock = hits(self.rows, looks, {"commune": self.commune_id, "now": self.now, "most": most})
        self.stock.update(stock)
        by_look: list[list[Hit]] = [[] for _ in looks]
        for hit in found:
            by_look[hit.look].append(hit)
        return by_look

    def widened(self, units: Sequence[NamedThing], spelling: Spelling) -> Found | None:
        """What most of the things are in the name of, the first of them near its beginning: the same ones as in the
        best of it; of equals those of which there are more."""
        named = [unit for unit in units if not unit.typed[0].folded.isdigit()]
        if not named or named[0] is not units[0]:
            return None
        (found,) = self.hits([Lookup(asked=most_in_name(units[:1], spelling), rank=lambda _words: 1)], self.reach)
        each = Scales(named, spelling)
        alike: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
        for hit in sorted(found, key=lambda hit: -hit.id):
            alike[tuple(each.of(hit.words))].append(hit.id)
        weighs: dict[int, int] = {}
        kept: defaultdict[tuple[NamedThing, ...], list[int]] = defaultdict(list)
        for weights, ids in alike.items():
            if weights[0] >= WEIGHTS[SECOND]:
                weighs |= dict.fromkeys(ids, sum(weights))
                kept[tuple(unit for unit, one in zip(named, weights, strict=True) if one >= WEIGHTS[NAME])] += ids
        for many in sorted(set(map(len, kept)), reverse=True):
            shown = [(has, self.public((weighs[one], one) for one in kept[has])) for has in kept if len(has) == many]
            ways = [(has, ids) for has, in_order in shown if (ids := list(islice(in_order, self.reach)))]
            if ways:
                has, ids = max(ways, key=lambda way: (weighs[way[1][0]], len(way[1])))
                text = " ".join(_as_typed(unit) for unit in has)
                return replace(self.cut(ids), instead=text, is_wider=True)
        return None


class There:
    """Which of a text's words stand anywhere; asked once, and where nothing is found alone."""

    def __init__(self, asked: Asking, wanted: SearchText) -> None:
        self._asked, self.wanted = asked, wanted

    @cached_property
    def in_names(self) -> InNames:
        """Of all its words, also as the spelling parts them, in how many names they stand."""
        typed = self.wanted.words
        words = {word.folded for unit in self.wanted.units for word in unit.typed}.union(typed)
        return in_names(self._asked.rows, self._asked.commune_id, sorted(words), typed[-1] if typed else "")

    @cached_property
    def among(self) -> Sequence[Hit] | None:
        """Where names have the last of many words, so that another one may be wrong: all goods that have the others,
        None where they are many. What has all is then seen by their words."""
        *others, last = self.wanted.units
        if len(others) < MANY or any(word.folded not in self.in_names.count for word in last.typed):
            return None
        words = [word.folded for unit in others for word in unit.typed]
        if all(word in self.in_names.count for word in words) and self.in_names.expected(words) >= MOST_SCORED:
            return None
        (found,) = self._asked.hits([all_but_the_last(self.wanted)], 1)
        return found if len(found) < MOST_SCORED else None

    @cached_property
    def _nowhere(self) -> frozenset[SpelledWord]:
        """The words that no name has, nor any other field, of things that have no other name."""
        units = [unit for unit in self.wanted.units if len(unit.ways) == 1 and not (unit.kinds or unit.person)]
        suspect = [word for unit in units for word in unit.typed if word.folded not in self.in_names.count]
        found = have_any(self._asked.rows, [word_anywhere(word) for word in suspect], self._asked.commune_id)
        return frozenset(word for word, is_there in zip(suspect, found, strict=True) if not is_there)

    def lacks_any(self, units: Sequence[NamedThing]) -> bool:
        """Whether one of many things stands nowhere, so that nothing has them all."""
        is_one = len(self.wanted.units) == 1
        return not is_one and any(word in self._nowhere for unit in units for word in unit.typed)


def _of(among: Iterable[Hit], look: Lookup) -> list[Hit]:
    return [hit for hit in among if stands_in(f" {hit.words} ", look.asked)]


def _as_typed(unit: NamedThing) -> str:
    return " ".join(word.folded for word in unit.typed)
