"""In: the rows of an archive into the empty tables of a scratch database, by the quickest way of each kind.

Foreign keys and indexes are made after the rows: as one sort or join each, where row by row they would cost several
times what the rows do. So the order of rows does not matter, and what points nowhere is told all the same.
"""

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Table, func, select

from market.base.backup.tables import quoted

Values = tuple[object, ...]
_PLAIN = {str, int, bool, type(None)}
"""What columns hold; the market counts in whole numbers."""


class BadRow(Exception):
    """A row that no table takes: which table, and which of its rows (0: one that the database does not name)."""

    def __init__(self, table: str, line: int) -> None:
        super().__init__(table, line)
        self.table, self.line = table, line


@dataclass(slots=True)
class _Counted:
    """Rows as they go by."""

    rows: Iterable[Values]
    passed: int = 0

    def __iter__(self) -> Iterator[Values]:
        for row in self.rows:
            self.passed += 1
            yield row


def fill(connection: Connection, table: Table, rows: Iterable[Values]) -> int:
    """Add rows, each with a value for every column in their order; returns how many. Moments are text, with their
    distance from UTC or in UTC. BadRow where one is not as the table wants it."""
    counted = _Counted(rows)
    try:
        if connection.dialect.name == "sqlite":
            _fill_sqlite(connection, table, counted)
        else:
            _copy_in(connection, table, counted)
    except driver_faults(connection) as error:
        raise BadRow(table.name, _line_named(error) or counted.passed) from error
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise BadRow(table.name, counted.passed + 1) from error
    return counted.passed


def driver_faults(connection: Connection) -> tuple[type[Exception], ...]:
    """What the driver raises where a row is at fault, and not the machine."""
    driver: Any = connection.dialect.dbapi
    return driver.DataError, driver.IntegrityError, driver.InterfaceError, driver.ProgrammingError


def _line_named(error: Exception) -> int:
    """PostgreSQL reads ahead: it says itself which line it did not take."""
    context = getattr(getattr(error, "diag", None), "context", None) or ""
    found = re.search(r", line (\d+)", context)
    return int(found[1]) if found else 0


def _copy_in(connection: Connection, table: Table, rows: Iterable[Values]) -> None:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {quoted(table)} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _fill_sqlite(connection: Connection, table: Table, rows: Iterable[Values]) -> None:
    driver: Any = connection.connection.driver_connection
    moments = [at for at, column in enumerate(table.columns) if isinstance(column.type, DateTime)]
    marks = ", ".join("?" * len(table.columns))
    stored = (_with_moments(row, moments) for row in rows)
    connection.exec_driver_sql("BEGIN")
    driver.executemany(f"INSERT INTO {quoted(table)} VALUES ({marks})", stored)  # noqa: S608 - a table's name
    connection.exec_driver_sql("COMMIT")


def _with_moments(row: Values, moments: list[int]) -> Values:
    """In the form in which `UtcTime` is stored on SQLite."""
    values = list(row)
    for at in moments:
        if values[at] is not None:
            values[at] = _in_utc(str(values[at]))
    return tuple(values)


def _in_utc(said: str) -> str:
    moment = datetime.fromisoformat(said)
    moment = moment if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def rows_of_json(table: Table, lines: Iterable[bytes]) -> Iterator[Values]:
    """Lines of JSON as rows of a table; ValueError, KeyError or TypeError where a line is none."""
    names = [column.name for column in table.columns]
    json_at = [at for at, column in enumerate(table.columns) if isinstance(column.type, JSON)]
    in_order = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    for line in lines:
        row = json.loads(line)
        if len(row) != len(names):
            raise ValueError("a row has other columns than its table")
        values = in_order(row)
        if json_at:
            values = _with_json(values, json_at)
        if not _PLAIN.issuperset(map(type, values)):
            raise TypeError("a list or a fraction stands where no column takes one")
        yield values


def _with_json(values: Values, json_at: list[int]) -> Values:
    changed = list(values)
    for at in json_at:
        if changed[at] is not None:
            changed[at] = json.dumps(changed[at], ensure_ascii=False)
    return tuple(changed)


# --- keys and indexes -------------------------------------------------------------------------------------------------

_FOREIGN_KEYS = (
    "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname), "
    "format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)), "
    "conrelid::regclass::text "
    "FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype = 'f'"
)
_INDEXES = (
    "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid), indrelid::regclass::text "
    "FROM pg_index i JOIN pg_class c ON c.oid = indexrelid "
    "WHERE relnamespace = current_schema()::regnamespace "
    "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))"
)
_SQLITE_INDEXES = (
    "SELECT 'DROP INDEX \"' || name || '\"', sql, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
)


@contextmanager
def without_keys(connection: Connection) -> Iterator[None]:
    """Take away foreign keys and indexes, and make them again when the rows are in. BadRow, with its table, where the
    rows do not suit them."""
    asked = (_SQLITE_INDEXES,) if connection.dialect.name == "sqlite" else (_FOREIGN_KEYS, _INDEXES)
    known = [one for question in asked for one in connection.exec_driver_sql(question).all()]
    for drop, _, _ in known:
        connection.exec_driver_sql(drop.replace("%", "%%"))
    yield
    for _, make, table in reversed(known):
        _make(connection, make, table.strip('"'))


def _make(connection: Connection, statement: str, table: str) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(statement)
    except driver_faults(connection) as error:
        raise BadRow(table, 0) from error


def set_counter(connection: Connection, table: Table) -> None:
    """Let the next row's number be past the largest; SQLite does so by itself."""
    if connection.dialect.name == "postgresql" and "id" in table.c:
        largest = func.max(table.c.id)
        counter = func.pg_get_serial_sequence(quoted(table), "id")
        connection.execute(select(func.setval(counter, largest)).having(largest.is_not(None)))
