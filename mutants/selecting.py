"""A plugin of pytest that runs only the tests a file lists, in its order, or of each test one database's alone."""

import re
from pathlib import Path

import pytest

FIRST, SECOND = "sqlite", "postgresql"
"""The databases a test runs on are part of its id. The first is quicker, and nearly always tells the same."""
_FIRST_IN_ID = re.compile(rf"(?<=[\[-]){FIRST}(?=[\]-])")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-listed", metavar="FILE", help="ids of tests, one a line")
    parser.addoption("--one-database", action="store_true", help="a test of both databases runs on the first")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if file := config.getoption("--only-listed"):
        place = {test: number for number, test in enumerate(Path(file).read_text("utf-8").splitlines())}
        items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])
    if config.getoption("--one-database"):
        again = {on_second(item.nodeid) for item in items}
        items[:] = [item for item in items if item.nodeid not in again]


def on_second(test: str) -> str | None:
    """The id of the same test on the second database; None where it is not one of the first."""
    found = _FIRST_IN_ID.sub(SECOND, test)
    return found if found != test else None
