"""What `make nightly` does more of: the suite of every day stays under five minutes."""

import os
from collections.abc import Callable

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
