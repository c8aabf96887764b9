"""A question that pages ask all day long: made into SQL once, not every time."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Generic, TypeAlias, TypeVarTuple, cast

from sqlalchemy import ColumnElement, Connection, Dialect, Select, func, literal_column
from sqlalchemy.engine.interfaces import DBAPIModule
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Columns = TypeVarTuple("Columns")
Convert = Callable[[Any], Any]
DIALECTS = 4
"""A process has one database, the tests both kinds."""
LENGTHS = 16
"""So many texts of a statement that asks of lists are kept: its text is another one for each length."""
LIST_STEP = 8
"""Lists are made a multiple of this long with their last value again, so that a page's ids come in few lengths."""


class RowQuery(Generic[*Columns]):
    """A SELECT whose values are bound by name each time.

    Its rows are those of `Connection.execute`, as plain tuples: to find its SQL again, to bind the values and to wrap
    the rows takes SQLAlchemy three times as long as SQLite takes to find a product. Of a list (`expanding`) it may ask
    what is in it, and nothing that an equal value more would change.
    """

    def __init__(self, statement: Select[*Columns]) -> None:
        self._on = lru_cache(maxsize=DIALECTS)(lambda dialect: _Sql(statement, dialect))
        self._names = [str(column.key) for column in statement.selected_columns]

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[*Columns]]:
        """`values`: by the name of each `bindparam`; KeyError where one is missing."""
        return cast(list[tuple[*Columns]], self._on(connection.dialect).rows(connection, values))

    def named(self, connection: Connection, values: Mapping[str, object]) -> "list[NamedRow]":
        """The same, each row by the names of its columns."""
        rows: list[tuple[Any, ...]] = self._on(connection.dialect).rows(connection, values)
        return [dict(zip(self._names, row, strict=True)) for row in rows]


AnyRowQuery: TypeAlias = RowQuery[*tuple[Any, ...]]
NamedRow: TypeAlias = Mapping[str, Any]
"""A row by the names of its columns."""
_COMMA: Any = literal_column("','")


def with_commas(of: ColumnElement[str]) -> ColumnElement[str]:
    """What the rows have there as one text. The comma is SQL: a bound one is written into the statement anew each
    time."""
    return func.aggregate_strings(of, _COMMA)


class _Sql:
    """A statement as one kind of database takes it: its text, and what becomes of values on the way there and back."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=_by_name(dialect))
        if compiled.literal_execute_params:
            raise ValueError("a value that stands in the text itself: write it as SQL, like the comma of with_commas()")
        binds = [(name, one) for one, name in compiled.bind_names.items()]
        singles, lists = ([(n, one) for n, one in binds if one.expanding is kind] for kind in (False, True))
        self._fixed = {name: _bound(one.type, dialect, one.value) for name, one in singles if not one.required}
        self._asked = [(name, _to_database(one.type, dialect)) for name, one in singles if one.required]
        self._lists = [(name, _to_database(one.type, dialect), one.value) for name, one in lists]
        self._text = lru_cache(maxsize=LENGTHS)(partial(_text, compiled) if lists else partial(_only, compiled.string))
        self._read = [_from_database(column.type, dialect) for column in statement.selected_columns]

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        bound = {name: convert(values[name]) if convert else values[name] for name, convert in self._asked}
        lists = {
            name: _filled(values[name] if fixed is None else fixed, convert) for name, convert, fixed in self._lists
        }
        text, places = self._text(**{name: len(of) for name, of in lists.items()})
        for name, of in lists.items():
            bound.update(zip(places[name], of, strict=True))
        found = _fetched(connection, text, self._fixed | bound)
        if not found:
            return []
        columns = zip(self._read, zip(*found, strict=True), strict=True)
        return list(zip(*(map(convert, column) if convert else column for convert, column in columns), strict=True))


def _fetched(connection: Connection, text: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """The rows of `Connection.exec_driver_sql`, its listeners told and its faults raised, without its result: to make
    ready for every way of reading rows takes as long as SQLite takes to find a product."""
    cursor = connection.connection.cursor()
    try:
        for told in connection.dispatch.before_cursor_execute:
            text, values = told(connection, cursor, text, values, None, False)
        cursor.execute(text, values)
        return cast(list[tuple[Any, ...]], cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_told(connection, text, error) from error
    finally:
        cursor.close()


def _as_told(connection: Connection, text: str, error: DBAPIModule.Error) -> DBAPIError:
    """A driver's fault as SQLAlchemy raises it, without the values; where a connection is gone, so are those beside it
    in the pool."""
    is_gone = connection.dialect.is_disconnect(error, connection.connection, None)
    if is_gone:
        connection.invalidate(error)
        connection.engine.dispose()
    told = DBAPIError.instance(
        text,
        None,
        error,
        connection.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_gone,
        dialect=connection.dialect,
    )
    return cast(DBAPIError, told)


@lru_cache(maxsize=4)
def _by_name(dialect: Dialect) -> Dialect:
    """It, with values that are bound by name."""
    kind: Any = type(dialect)
    named: Dialect = kind(paramstyle="named") if dialect.positional else dialect
    return named


def _only(text: str) -> tuple[str, Mapping[str, Sequence[str]]]:
    """The SQL where no list is asked of. Nothing else is kept of what SQLAlchemy made of the statement."""
    return text, {}


def _text(compiled: Any, **lengths: int) -> tuple[str, Mapping[str, Sequence[str]]]:
    """The SQL for lists of these lengths, and by what name it takes each of their values."""
    others = {name: None for one, name in compiled.bind_names.items() if name not in lengths}
    written = compiled.construct_expanded_state(others | {name: [None] * many for name, many in lengths.items()})
    return written.statement, written.parameter_expansion


def _filled(values: Any, convert: Convert | None) -> list[object]:
    of = [convert(value) for value in values] if convert else list(values)
    return of + of[-1:] * (-len(of) % LIST_STEP)


def _bound(of: TypeEngine[Any], dialect: Dialect, value: object) -> object:
    convert = _to_database(of, dialect)
    return convert(value) if convert else value


def _to_database(of: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return of.dialect_impl(dialect).bind_processor(dialect)


def _from_database(of: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return of.dialect_impl(dialect).result_processor(dialect, None)
