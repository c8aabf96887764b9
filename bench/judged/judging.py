"""Grades of what a search shows, as a person at the market would give them, and the figures that follow from them.

A good has tags in `heads.csv` and `demonstration.csv`: what it is (3), what it is made of or a kind of (2), what it has
to do with (1). A query in `judged.csv` names a tag, and may name a seller, hamlet, certificate, quality, pack or month:
who lacks one of these has two grades less.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.judged.catalogue import Good, table

AT = 10
FITS = 2
"""From this grade on a good answers the query."""
LESS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    group: str
    text: str
    tag: str
    wishes: Mapping[str, str]
    has_answer: bool

    def grade(self, good: Good) -> int:
        """3 what was meant, 2 good, 1 to do with it, 0 unrelated."""
        if not self.has_answer:
            return 0
        lacking = sum(not _has(good, what, wish) for what, wish in self.wishes.items())
        if not self.tag:
            return 0 if lacking else 3
        tags = set(self.tag.split("|"))
        best = 3 if tags & good.is_a else 2 if tags & good.of else 1 if tags & good.near else 0
        return max(best - LESS * lacking, 1 if best > 1 else 0)


def _has(good: Good, what: str, wish: str) -> bool:
    if what == "month":
        return int(wish) in good.months
    if what == "cert":
        return wish in good.certificates
    if what == "hamlet" and wish in good.name:
        return True
    return bool(getattr(good, what) == wish)


WISHES = ("quality", "hamlet", "seller", "cert", "pack", "month")


def queries(name: str) -> list[Query]:
    return [
        Query(
            group=row["group"],
            text=row["text"],
            tag=row["tag"],
            wishes={wish: row[wish] for wish in WISHES if row[wish]},
            has_answer=row["fits"] != "no",
        )
        for row in table(name)
    ]


def ndcg(shown: Sequence[int], all_grades: Iterable[int]) -> float | None:
    """How near the first ten stand to the best order there could be; None where nothing fits at all."""
    best = _gain(sorted(all_grades, reverse=True)[:AT])
    return _gain(shown[:AT]) / best if best else None


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
