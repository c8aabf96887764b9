"""The days in Vietnam of moments that a statement compares."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from market.base.db import Moment, UtcTime
from market.values.period import VIETNAM


class _LocalDay(FunctionElement[date]):
    """The day in Vietnam of a moment."""

    type = Date()
    inherit_cache = True
    name = "local_day"


@compiles(_LocalDay, "postgresql")
def _postgresql_day(element: _LocalDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AT TIME ZONE '{VIETNAM.key}' AS date)"


@compiles(_LocalDay, "sqlite")
def _sqlite_day(element: _LocalDay, compiler: SQLCompiler, **options: Any) -> str:
    """In the form in which a date is stored. Vietnam has been seven hours ahead of UTC since 1975. Of whole seconds:
    SQLite rounds a part of one, up to the next day too."""
    return f"date(substr({compiler.process(element.clauses, **options)}, 1, 19), '+7 hours')"


def local_day_of(moment: Moment) -> ColumnElement[date]:
    """An SQL expression: the day in Vietnam of a moment, as `values.period.local_day` says it."""
    return _LocalDay(moment if isinstance(moment, BindParameter) else literal(moment, UtcTime()))
