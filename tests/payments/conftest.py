"""What locks and adds up is tried on PostgreSQL by day, on both kinds of database by night; the pages above it and
whole purchases (`tests/web`, `tests/journeys`) on SQLite."""

from tests.nights import database_by_day_on

database_url = database_by_day_on("postgresql")
