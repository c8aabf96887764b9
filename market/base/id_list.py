"""Many ids as one value of a statement: it stays one text however many they are, and takes one parameter."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _IsListed(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_IsListed, "postgresql")
def _in_array(element: _IsListed, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY (string_to_array({ids}, ',')::bigint[])"


@compiles(_IsListed, "sqlite")
def _in_json(element: _IsListed, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each('[' || {ids} || ']'))"  # noqa: S608 - a column and a parameter


def is_listed(column: InstrumentedAttribute[int], name: str) -> ColumnElement[bool]:
    """Whether an id is among those that are bound under a name, as `id_list` writes them."""
    ids: BindParameter[str] = bindparam(name, type_=Text())
    return _IsListed(column, ids)


def id_list(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))
