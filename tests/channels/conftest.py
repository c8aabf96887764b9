"""What goes to marketplaces is the same from both kinds of database: from SQLite by day, from both by night."""

import pytest

from tests.nights import kinds_by_day
from tests.services.databases import database_of


@pytest.fixture(params=kinds_by_day("sqlite"))
def database_url(request: pytest.FixtureRequest) -> str:
    return database_of(request)
