"""Pages, forms and what they say are the same on both kinds of database: on SQLite by day, on both by night.

On both by day: every page of every role once (`base/test_every_route.py`) and what is below the pages.
"""

import pytest

from tests.nights import kinds_by_day
from tests.services.databases import database_of


@pytest.fixture(params=kinds_by_day("sqlite"))
def database_url(request: pytest.FixtureRequest) -> str:
    return database_of(request)
