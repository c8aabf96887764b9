"""Races are run on PostgreSQL: SQLite lets one writer in at a time, so nothing can go wrong there."""

import pytest

from tests.services import postgres
from tests.services.databases import Peopled


@pytest.fixture
def database_url(postgres_server: postgres.Databases, postgres_peopled: Peopled) -> str:
    return postgres_server.lend(postgres_peopled.name)
