"""What is searched and listed is asked for in SQL that differs by kind: on both kinds of database every time."""

from tests.services.databases import database_url

__all__ = ["database_url"]
