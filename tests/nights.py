"""What `make nightly` does more of: the suite of every day stays under five minutes."""

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from zlib import crc32

import pytest

from tests.services.databases import database_of

IS_NIGHT = bool(os.environ.get("CHOSO_NIGHTLY"))


on_both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""For a page whose statements are worth trying on both kinds of database every time (see tests/web/conftest.py)."""


def kinds_by_day(kind: str) -> list[str]:
    """This kind of database, nightly both. What is nightly is not even collected by day: five processes look at it."""
    return ["sqlite", "postgresql"] if IS_NIGHT else [kind]


def by_day_on(kind: str) -> pytest.MarkDecorator:
    """For a long proof: on this kind of database every time, on the other nightly."""
    return pytest.mark.parametrize("database_url", kinds_by_day(kind), indirect=True)


def database_by_day_on(kind: str) -> Callable[[pytest.FixtureRequest], str]:
    """The fixture `database_url` of a folder, or of a module some of whose tests need none, as `by_day_on` has it."""

    @pytest.fixture(params=kinds_by_day(kind))
    def database_url(request: pytest.FixtureRequest) -> str:
        return database_of(request)

    return database_url


def examples(by_day: int) -> int:
    """How many examples a property is tried with."""
    return by_day * 20 if IS_NIGHT else by_day


in_turns = pytest.mark.in_turns
"""Of tests that are alike but for their kind of database (and what else this names, as `in_turns("goods")`) one runs by
day: the first on one kind, the next on the other, and so on. Nightly all."""


of_many = pytest.mark.of_many
"""Of a test's many samples by day so many as this says, as `of_many(3)`, spread over all of them. Nightly each."""


def left_to_the_night(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Of what was collected by day: what is `nightly`, of each few that take turns all but the one whose turn it is,
    and of many samples all but some. Who names one of them alone runs it."""
    left = {item for item in items if item.get_closest_marker("nightly")}
    by_test: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item not in left:
            by_test[item.nodeid.partition("[")[0]].append(item)
    for name, alike in by_test.items():
        if turns := alike[0].get_closest_marker("in_turns"):
            left.update(_not_their_turn(alike, {"database_url", *turns.args}, first=crc32(name.encode())))
        if many := alike[0].get_closest_marker("of_many"):
            there = [item for item in alike if item not in left]
            left.update(set(there) - set(there[:: -(-len(there) // many.args[0])]))
    return left


def _not_their_turn(alike: Iterable[pytest.Item], over: set[str], first: int) -> Iterator[pytest.Item]:
    """All but one of each few whose arguments differ in nothing but these."""
    few: dict[Hashable, list[pytest.Item]] = defaultdict(list)
    for item in alike:
        given: Mapping[str, object] = item.callspec.params if hasattr(item, "callspec") else {}
        few[frozenset((name, id(value)) for name, value in given.items() if name not in over)].append(item)
    for turn, group in enumerate(few.values(), start=first):
        yield from (item for place, item in enumerate(group) if place != turn % len(group))
