"""Money is told of here: on both kinds of database every time."""

from tests.services.databases import database_url

__all__ = ["database_url"]
