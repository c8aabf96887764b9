"""Whether people find what they look for: 400 judged queries over the demonstration and 5,000 generated goods; a
second set, kept back, over another such market; and a third of slips alone.

The words of each group, and those that went worst, are told too."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean

from bench.databases import markets
from bench.figures import Figure, at_least, at_most, free
from bench.judged.catalogue import Good, Market, fill
from bench.judged.judging import AT, FITS, Query, ndcg, queries
from market.base.db import reading, transaction
from market.catalog.actions.search import rebuild_words
from market.catalog.queries.finding import Found
from market.catalog.queries.search import search

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
SETS = {"judged": ("judged.csv", 11086), "kept back": ("kept_back.csv", 4711), "slipped": ("slipped.csv", 11086)}
"""The queries of each, and the seed of its market. Those of the last were all mistyped or keyed in raw Telex."""
MISTYPED = frozenset({"slipped", "kept back"})
"""Sets of which more than a few texts were mistyped: there must be notices."""
NAMES_TYPED = 200
LEAST_NDCG, MOST_EMPTY, MOST_NOTICES = 0.92, 2, 5
WORST = "BENCH_WORST"
"""How many of the worst queries are told, from the environment; none by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How one query went. `ndcg` is None where nothing fits."""

    query: Query
    found: Found
    ndcg: float | None
    fits: bool
    first: int | None


def run() -> Iterator[Figure | str]:
    for name, (file, seed) in SETS.items():
        ids: list[list[list[int]]] = []
        for database, app in markets(None):
            with app.app_context():
                market = _filled(seed)
                answers = [_answer(market, query) for query in queries(file)]
                ids.append([list(answer.found.ids) for answer in answers])
                yield from _told(database, name, answers)
                yield _exact_names(f"{database} {name}", market)
        if len(ids) > 1:
            same = sum(one == other for one, other in zip(*ids, strict=True))
            yield at_least(f"{name}: same ids on both databases", same / len(ids[0]) * 100, "%", 100)


def _filled(seed: int) -> Market:
    with transaction() as writing:
        market = fill(writing.connection(), seed)
        rebuild_words(writing)
    return market


def _answer(market: Market, query: Query) -> Answer:
    grades = {product: query.grade(good) for product, good in market.goods.items()}
    found = search(reading(), market.commune, query.text, now=NOW, size=AT)
    shown = [grades.get(product, 0) for product in found.ids]
    fits = max(grades.values()) >= FITS
    return Answer(
        query=query,
        found=found,
        ndcg=ndcg(shown, grades.values()),
        fits=fits,
        first=shown[0] if shown else None,
    )


def _told(database: str, name: str, answers: list[Answer]) -> Iterator[Figure | str]:
    what = f"{database} {name}"
    judged = [answer.ndcg for answer in answers if answer.ndcg is not None]
    yield at_least(f"{what}: nDCG@{AT}", mean(judged), "", LEAST_NDCG, note=f"{len(judged)} queries")
    groups: defaultdict[str, list[float]] = defaultdict(list)
    for answer in answers:
        if answer.ndcg is not None:
            groups[answer.query.group].append(answer.ndcg)
    for group, values in groups.items():
        yield free(f"  {group}", mean(values), "", note=f"{len(values)} queries")
    empty = sum(answer.fits and not answer.found.ids for answer in answers)
    yield at_most(f"{what}: no result where something fits", empty / len(answers) * 100, "%", MOST_EMPTY)
    yield at_most(f"{what}: unrelated first hits", sum(answer.first == 0 for answer in answers), "", 0)
    spoken = sum(answer.found.instead is not None for answer in answers)
    share, note = spoken / len(answers) * 100, f"{spoken} of {len(answers)}"
    if name in MISTYPED:
        yield free(f"{what}: with a notice", share, "%", note=note)
    else:
        yield at_most(f"{what}: with a notice", share, "%", MOST_NOTICES, note=note)
    yield from _worst(answers)


def _exact_names(what: str, market: Market) -> Figure:
    """Names typed as they stand carry no notice, and find the good itself."""
    every = len(market.goods) // NAMES_TYPED
    asked: list[tuple[int, Good]] = list(market.goods.items())[::every]
    wrong = 0
    for _, good in asked:
        found = search(reading(), market.commune, good.name, now=NOW, size=AT)
        first = market.goods.get(found.ids[0]) if found.ids else None
        wrong += found.instead is not None or first is None or first.name != good.name
    return at_most(f"{what}: exact names with a notice or not first", wrong, "", 0, note=f"of {len(asked)}")


def _worst(answers: list[Answer]) -> Iterator[str]:
    told = sorted((answer for answer in answers if answer.ndcg is not None), key=lambda answer: answer.ndcg or 0)
    for answer in told[: int(os.environ.get(WORST, 0))]:
        notice = f" [{answer.found.instead}]" if answer.found.instead else ""
        yield f"    {answer.ndcg:.2f} {answer.query.group}: {answer.query.text}{notice}, first {answer.first}"
    for answer in answers:
        if answer.first == 0 and WORST in os.environ:
            yield f"    unrelated first: {answer.query.text} [{answer.found.instead}]"
