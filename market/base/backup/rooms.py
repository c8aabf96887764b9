"""Scratch databases, in which an archive is unpacked and found whole before anything of the installation is touched."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, text

from market.base.backup.making import opened
from market.base.db import db

ROOM = "choso_restoring"
"""The schema of PostgreSQL that is one; it lives in a transaction alone."""


@contextmanager
def sqlite_room(file: Path) -> Iterator[Connection]:
    """A connection to a new SQLite file. Nothing of it is safe from a crash: it is thrown away then."""
    with opened(file) as connection:
        for pragma in ("foreign_keys=OFF", "journal_mode=OFF", "synchronous=OFF"):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        yield connection


@contextmanager
def postgresql_room(*, is_kept: bool) -> Iterator[Connection]:
    """A connection to an empty schema beside the market's, in a transaction: its end undoes all of it, unless it
    `is_kept` and the block ends well."""
    with db.engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="READ COMMITTED")
        with connection.begin() if is_kept else nullcontext():
            connection.exec_driver_sql(f"CREATE SCHEMA {ROOM}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {ROOM}")
            connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
            yield connection


def may_make_room() -> bool:
    """Whether the installation's database lets this program make a schema."""
    with db.engine.connect() as connection:
        asked = text("SELECT has_database_privilege(current_database(), 'CREATE')")
        return connection.dialect.name == "postgresql" and bool(connection.scalar(asked))


def take_over(connection: Connection, schema: str) -> None:
    """Let what the room holds take the place of a schema's tables, all at once when the transaction ends."""
    tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = :s"
    old = _listed(connection, tables, schema)
    if old:
        connection.exec_driver_sql(f"DROP TABLE {', '.join(old)} CASCADE".replace("%", "%%"))
    functions = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = CAST(:s AS regnamespace)"
    came = _listed(connection, functions, ROOM)
    for function in came:
        bare = function.removeprefix(f"{ROOM}.")
        connection.exec_driver_sql(f'DROP FUNCTION IF EXISTS "{schema}".{bare} CASCADE')
        connection.exec_driver_sql(f'ALTER FUNCTION {ROOM}.{bare} SET SCHEMA "{schema}"')
    for table in _listed(connection, tables, ROOM):
        connection.exec_driver_sql(f'ALTER TABLE {table} SET SCHEMA "{schema}"'.replace("%", "%%"))
    connection.exec_driver_sql(f"DROP SCHEMA {ROOM}")


def _listed(connection: Connection, question: str, schema: str) -> list[str]:
    return list(connection.scalars(text(question), {"s": schema}))
