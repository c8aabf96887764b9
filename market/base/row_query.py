"""A question that pages ask all day long: made into SQL once, not every time."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVarTuple, cast

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.types import TypeEngine

Columns = TypeVarTuple("Columns")
Convert = Callable[[Any], Any]
DIALECTS = 4
"""A process has one database, the tests both kinds."""


class RowQuery(Generic[*Columns]):
    """A SELECT whose values are bound by name each time.

    Its rows are those of `Connection.execute`, as plain tuples: to find its SQL again, to bind the values and to wrap
    the rows takes SQLAlchemy three times as long as SQLite takes to find a product. One that asks for a list
    (`expanding`) goes SQLAlchemy's way: its SQL is another one for each length.
    """

    def __init__(self, statement: Select[*Columns]) -> None:
        self._statement = statement
        self._on = lru_cache(maxsize=DIALECTS)(lambda dialect: _Sql(statement, dialect))

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[*Columns]]:
        """`values`: by the name of each `bindparam`; KeyError where one is missing."""
        sql = self._on(connection.dialect)
        if sql.asks_for_list:
            return [(*row,) for row in connection.execute(self._statement, values)]
        return cast(list[tuple[*Columns]], sql.rows(connection, values))


class _Sql:
    """A statement as one kind of database takes it: its text, and what becomes of values on the way there and back."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        kind: Any = type(dialect)
        compiled: Any = statement.compile(dialect=kind(paramstyle="named") if dialect.positional else dialect)
        self._text: str = compiled.string
        binds = compiled.bind_names.items()
        self.asks_for_list = any(one.expanding for one, _ in binds)
        self._fixed = {name: _bound(one.type, dialect, one.value) for one, name in binds if not one.required}
        self._asked = [(name, _to_database(one.type, dialect)) for one, name in binds if one.required]
        self._read = [_from_database(column.type, dialect) for column in statement.selected_columns]

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        bound = {name: convert(values[name]) if convert else values[name] for name, convert in self._asked}
        found = connection.exec_driver_sql(self._text, self._fixed | bound).all()
        if not found:
            return []
        columns = zip(self._read, zip(*found, strict=True), strict=True)
        return list(zip(*(map(convert, column) if convert else column for convert, column in columns), strict=True))


def _bound(of: TypeEngine[Any], dialect: Dialect, value: object) -> object:
    convert = _to_database(of, dialect)
    return convert(value) if convert else value


def _to_database(of: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return of.dialect_impl(dialect).bind_processor(dialect)


def _from_database(of: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return of.dialect_impl(dialect).result_processor(dialect, None)
