"""A plugin of pytest that runs only the tests a file lists, in its order."""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--only-listed", metavar="FILE", help="ids of tests, one a line")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    listed = Path(config.getoption("--only-listed")).read_text("utf-8").splitlines()
    place = {test: number for number, test in enumerate(listed)}
    items[:] = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])
