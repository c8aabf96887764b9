"""What locks and adds up is tried on PostgreSQL by day, on both kinds of database by night; the pages above it and
whole purchases (`tests/web`, `tests/journeys`) on SQLite."""

import pytest

from tests.nights import kinds_by_day
from tests.services.databases import database_of


@pytest.fixture(params=kinds_by_day("postgresql"))
def database_url(request: pytest.FixtureRequest) -> str:
    return database_of(request)
