"""What a database holds, as rows by table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import JSON, Connection, MetaData, Table, func, select

from market.base.db import db
from market.base.revisions import REVISIONS

ROWS_AT_ONCE = 1000
OF_ITSELF = frozenset({"backup_record", "health_record", "task_lease", "try_window", "worker_heartbeat"})
"""What an installation writes as soon as it runs, before there is a commune."""

Row = dict[str, object]


def tables_of(connection: Connection) -> list[Table]:
    """The tables as they are, parents first; not the full-text index, which fills itself."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: not name.startswith("product_fts") and name != REVISIONS)
    return metadata.sorted_tables


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees the database as it is at one moment, also while others write."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            yield connection
            return
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def rows_of(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row in the order of its key; moments are aware, in UTC."""
    query = select(table).order_by(*table.primary_key)
    for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}).mappings():
        yield {name: _aware(value) for name, value in row.items()}


def _aware(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value


def count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def is_empty() -> bool:
    """Whether the installation's database holds no row but those that it writes of itself."""
    with db.engine.connect() as connection:
        return not any(count(connection, table) for table in tables_of(connection) if table.name not in OF_ITSELF)


def quoted(table: Table) -> str:
    return f'"{table.name}"'


def as_json_lines(table: Table) -> str:
    """PostgreSQL's SQL for the rows of a table in the order of its keys, each a line of JSON: moments in the session's
    time zone, and JSON within written anew, so that it holds no line break."""
    columns = ", ".join(
        f'"{one.name}"::jsonb AS "{one.name}"' if isinstance(one.type, JSON) else f'"{one.name}"'
        for one in table.columns
    )
    keys = ", ".join(f'"{one.name}"' for one in table.primary_key)
    rows = f"SELECT {columns} FROM {quoted(table)} ORDER BY {keys}"  # noqa: S608 - names of tables
    return f"SELECT row_to_json(one) FROM ({rows}) one"  # noqa: S608 - the same
