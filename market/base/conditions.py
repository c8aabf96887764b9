"""Conditions that each kind of database is asked in its own way."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

T = TypeVar("T")
Ids = InstrumentedAttribute[int]


class _IsListed(FunctionElement[bool]):
    """Of no type of its own: SQLAlchemy would have SQLite ask whether a Boolean `= 1`, for which it takes no index."""

    inherit_cache = True


@compiles(_IsListed, "postgresql")
def _in_array(element: _IsListed, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY (string_to_array({ids}, ',')::bigint[])"


@compiles(_IsListed, "sqlite")
def _in_json(element: _IsListed, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each('[' || {ids} || ']'))"  # noqa: S608 - a column and a parameter


def is_listed(column: Ids, name: str) -> ColumnElement[bool]:
    """Whether an id is among those that are bound under a name, as `id_list` writes them: the statement stays one text
    however many they are, and takes one parameter for them."""
    ids: BindParameter[str] = bindparam(name, type_=Text())
    return _IsListed(column, ids)


def id_list(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))


class _OfFew(FunctionElement[Any]):
    inherit_cache = True


@compiles(_OfFew)
def _asked_of_all(element: _OfFew, compiler: SQLCompiler, **options: Any) -> str:
    """PostgreSQL would read the whole table to know which ids are there."""
    _is_there, asked = element.clauses
    return compiler.process(asked, **options)


@compiles(_OfFew, "sqlite")
def _asked_of_few(element: _OfFew, compiler: SQLCompiler, **options: Any) -> str:
    """SQLite opens a table and its index anew each time that it asks a subquery, but once the index of an `IN`."""
    is_there, asked = (compiler.process(one, **options) for one in element.clauses)
    return f"CASE WHEN {is_there} THEN {asked} END"


def of_few(column: Ids, there: Ids, asked: ColumnElement[T]) -> ColumnElement[T | None]:
    """What a subquery says of a row, which says nothing but of the few whose id stands `there`, a column with an index:
    those are passed over by it. None, or what the subquery says of nothing, of the others."""
    of = _OfFew(column.in_(select(there)), asked)
    of.type = asked.type
    return of
