"""Many rows at once, for tests and benchmarks. What nobody says of a column is what its model says, else something
plain: a new column that must hold something breaks no filling."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Column, Connection, Table, TypeDecorator, func, insert, literal, select

from market.base.batch import in_parts
from market.base.db import Base
from market.values.period import local_day

A_DAY = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
A_SHARE = 10_000


def must_be_said(column: Column[object]) -> bool:
    """Whether neither the model nor the database gives a column that must hold something its value."""
    is_given = column.primary_key or column.default is not None or column.server_default is not None
    return not (column.nullable or is_given)


def plain(column: Column[object], text: str, now: datetime) -> object:
    """Something that may stand in a column: `text` where it holds one. AssertionError where it numbers other rows."""
    assert not column.foreign_keys, f"{column} needs a row to point at"
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    members = getattr(kind.python_type, "__members__", None)
    if members:
        return next(iter(members.values()))
    of_type: dict[type, object] = {datetime: now, date: local_day(now), int: 1, bool: False}
    return of_type.get(kind.python_type, text)


def enter(connection: Connection, model: type[Base], rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert rows and answer their ids, which count up from the largest there is."""
    table = model.metadata.tables[model.__tablename__]
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    said = rows[0].keys() if rows else ()
    unsaid = [column for column in table.columns if must_be_said(column) and column.key not in said]
    numbered = [
        {"id": at} | {column.key: plain(column, _text(column, str(at)), A_DAY) for column in unsaid} | dict(row)
        for at, row in enumerate(rows, start=first)
    ]
    for some in in_parts(numbered, A_SHARE):
        connection.execute(insert(table), some)
    return list(range(first, first + len(rows)))


def _text(column: Column[object], number: str) -> str:
    return f"{column}-{number}"


# --- written by the database itself -----------------------------------------------------------------------------------


def numbers(name: str, first: int | str, last: int | str) -> str:
    """SQL to stand before SELECT: the rows of `number` count from the first to the last under this name."""
    up = f"SELECT {first} UNION ALL SELECT {name} + 1 FROM number WHERE {name} < {last}"  # noqa: S608 - numbers
    return f"WITH RECURSIVE number({name}) AS ({up})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where numbered rows come from, in SQL: `given` before SELECT, `rows` after FROM. There `number` is a row's number
    and id, `moment` and `day` are its time, `commune` is whose it is."""

    given: str
    rows: str
    number: str = "n"
    moment: str
    day: str
    commune: str


def write(connection: Connection, table_name: str, said: Mapping[str, str], source: Source) -> None:
    """Insert a row for every one of the source; `said` gives columns their SQL."""
    table = Base.metadata.tables[table_name]
    its_own = {"id": source.number} | ({"commune_id": source.commune} if "commune_id" in table.columns else {})
    told = its_own | said
    for column in table.columns:
        if column.key not in told and (must_be_said(column) or _has_plain_default(column)):
            told[column.key] = _unsaid(connection, column, source)
    quote = connection.dialect.identifier_preparer.quote
    columns, values = ", ".join(map(quote, told)), ", ".join(told.values())
    sql = f"INSERT INTO {quote(table_name)} ({columns}) {source.given} SELECT {values} FROM {source.rows}"  # noqa: S608
    connection.exec_driver_sql(sql.replace("%", "%%") if connection.dialect.name == "postgresql" else sql)


def _has_plain_default(column: Column[object]) -> bool:
    return column.default is not None and column.default.is_scalar and column.server_default is None


def _unsaid(connection: Connection, column: Column[object], source: Source) -> str:
    if _has_plain_default(column):
        return _literal(connection, column, column.default.arg)
    value = plain(column, _text(column, ""), A_DAY)
    if value == A_DAY:
        return source.moment
    if value == local_day(A_DAY):
        return source.day
    said = _literal(connection, column, value)
    return f"{said} || {source.number}" if value == _text(column, "") else said


def _literal(connection: Connection, column: Column[object], value: object) -> str:
    said = literal(value, column.type).compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    return str(said)


@contextmanager
def keys_unlooked_at(connection: Connection) -> Iterator[None]:
    """A transaction in which rows may point at what is not there yet."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    yield
    connection.exec_driver_sql("COMMIT")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """Rows that were given their numbers themselves are counted on after: PostgreSQL does not see them."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            last = select(func.max(table.c.id)).scalar_subquery()
            connection.execute(select(func.setval(func.pg_get_serial_sequence(f'"{table.name}"', "id"), last)))
