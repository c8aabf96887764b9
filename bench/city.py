"""Budget 3 in a city: 12 communes of 2,000 goods each, mixed as they came; searched in one of them. That is a city of
114 communes and 600,000 goods, shrunk: what a search meets is its own commune's, so that commune's size counts."""

from collections.abc import Iterator
from itertools import islice

from flask import Flask

from bench.databases import markets, settle
from bench.figures import Figure, at_least
from bench.goods import fill_city
from bench.search import EXACT, Find, Spent, is_right, on_the_shelf, quietest, slips_typed, speed
from market.base import clock
from market.base.db import reading, transaction
from market.catalog.actions.search import rebuild_words
from market.catalog.queries.browse import CARDS_A_PAGE
from market.catalog.queries.finding import Found
from market.catalog.queries.search import search

COMMUNES, EACH = 12, 2_000
SLIPS = 200


def run() -> Iterator[Figure | str]:
    answers: dict[str, list[list[int]]] = {}
    for database, app in markets(0):
        with app.app_context():
            yield from _measure(database, _filled(app), answers.setdefault(database, []))
    if len(answers) == 2:
        same = sum(one == other for one, other in zip(*answers.values(), strict=True))
        yield at_least("city: searches with the same ids on both databases", same / len(EXACT) * 100, "%", 100)


def _filled(app: Flask) -> int:
    """The commune in which is searched, after the market is filled."""
    with transaction() as writing:
        communes = fill_city(writing.connection(), COMMUNES, EACH)
        rebuild_words(writing)
    settle()
    return communes[COMMUNES // 2]


def _measure(database: str, commune: int, answers: list[list[int]]) -> Iterator[Figure]:
    def find(text: str, size: int = CARDS_A_PAGE) -> Found:
        return search(reading(), commune, text, now=clock.now(), size=size)

    yield from speed(f"{database} city, exact set", _times(find, EXACT))
    found = [find(text) for text in EXACT]
    answers += [list(one.ids) for one in found]
    shelf = on_the_shelf(commune)
    right = sum(is_right(shelf, text, one.ids) for text, one in zip(EXACT, found, strict=True) if one.instead is None)
    right += sum(one.instead is not None for one in found)
    yield at_least(f"{database} city, exact set", right / len(EXACT) * 100, "%", 100, note=f"{right} of {len(EXACT)}")
    yield from speed(f"{database} city, slips", _times(find, [typed for _, typed in islice(slips_typed(), SLIPS)]))


def _times(find: Find, texts: list[str]) -> list[Spent]:
    return [quietest(find, text) for text in texts]
