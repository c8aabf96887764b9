"""The database's own clock, which all processes share."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Float, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from market.base.db import UtcTime


class _SecondsFromNow(FunctionElement[datetime]):
    """The database's own clock, so many seconds from now."""

    type = UtcTime()
    inherit_cache = True
    name = "seconds_from_now"


@compiles(_SecondsFromNow, "postgresql")
def _postgresql_time(element: _SecondsFromNow, compiler: SQLCompiler, **options: Any) -> str:
    return f"clock_timestamp() + make_interval(secs => {compiler.process(element.clauses, **options)})"


@compiles(_SecondsFromNow, "sqlite")
def _sqlite_time(element: _SecondsFromNow, compiler: SQLCompiler, **options: Any) -> str:
    """In the form in which `UtcTime` is stored: with six decimals."""
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {compiler.process(element.clauses, **options)} || ' seconds')"


def time_there(distance: timedelta = timedelta()) -> ColumnElement[datetime]:
    """An SQL expression: the time by the database's clock, which all processes share, moved by a distance."""
    return _SecondsFromNow(literal(distance.total_seconds(), Float()))
