"""What `make nightly` does more of: the suite of every day stays under five minutes."""

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar
from zlib import crc32

import pytest

from tests.services.databases import database_of

T = TypeVar("T")
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


def some(samples: Sequence[T], by_day: int) -> Sequence[T]:
    """By day so many of the samples, from the first on and spread over all of them; nightly each."""
    return samples if IS_NIGHT else samples[:: -(-len(samples) // by_day)]


in_turns = pytest.mark.in_turns
"""Of tests that are alike but for their kind of database (and what else this names, as `in_turns("goods")`) one runs by
day: the first on one kind, the next on the other, and so on. Nightly all."""


def left_to_the_night(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Of what was collected by day: what is `nightly`, and of each few that take turns all but the one whose turn it
    is. Who names one of them alone runs it."""
    nightly = {item for item in items if item.get_closest_marker("nightly")}
    alike: dict[str, dict[Hashable, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        turns = item.get_closest_marker("in_turns")
        called_with = getattr(item, "callspec", None)
        if turns and called_with and item not in nightly:
            over = {"database_url", *turns.args}
            rest = frozenset((name, id(value)) for name, value in called_with.params.items() if name not in over)
            alike[item.nodeid.partition("[")[0]][rest].append(item)
    for name, groups in alike.items():
        for turn, group in enumerate(groups.values(), start=crc32(name.encode())):
            nightly.update(one for place, one in enumerate(group) if place != turn % len(group))
    return nightly
