"""Conditions that each kind of database is asked in its own way."""

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

T = TypeVar("T")
Ids = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


class _Listed(TypeDecorator[Iterable[Any]]):
    """Many values bound as one: PostgreSQL's array, SQLite's JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(self.of) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        many = list(value or ())
        return many if dialect.name == "postgresql" else json.dumps(many)


class _IsAmong(FunctionElement[bool]):
    """Of no type of its own: SQLAlchemy would have SQLite ask whether a Boolean `= 1`, for which it takes no index."""

    inherit_cache = True


@compiles(_IsAmong, "postgresql")
def _in_array(element: _IsAmong, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    kind = values.type.dialect_impl(compiler.dialect).compile(compiler.dialect)
    return f"{compiler.process(column, **options)} = ANY (CAST({compiler.process(values, **options)} AS {kind}))"


@compiles(_IsAmong, "sqlite")
def _in_json(element: _IsAmong, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a column and a parameter


def is_among(column: Ids, name: str) -> ColumnElement[bool]:
    """Whether an id is among those that are bound under a name: the statement stays one text however many they are, and
    takes one parameter for them."""
    return _IsAmong(column, _many(name, BigInteger()))


def is_word_among(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """The same of texts."""
    return _IsAmong(column, _many(name, Text()))


def _many(name: str, of: TypeEngine[Any]) -> BindParameter[Iterable[Any]]:
    return bindparam(name, type_=_Listed(of))
