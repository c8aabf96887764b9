"""What goes to marketplaces is the same from both kinds of database: from SQLite by day, from both by night."""

import pytest

from tests.services.databases import database_of


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)])
def database_url(request: pytest.FixtureRequest) -> str:
    return database_of(request)
