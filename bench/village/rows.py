"""Rows written straight into the tables, parents first, numbered here so that they can point at each other."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert

from market.base.batch import in_parts
from market.base.db import Base
from market.values.period import day_start

FIRST = 100_000
"""Above whatever a test has in the database."""
AT_ONCE = 5_000


class Rows:
    """Collects rows by table; `write` enters what came since the last time."""

    def __init__(self) -> None:
        self._waiting: dict[type[Base], list[dict[str, object]]] = {}
        self._next: dict[type[Base], int] = {}

    def add(self, table: type[Base], **values: object) -> int:
        """Keep a row for the next `write`; returns its id. Rows of one table carry the same names."""
        number = self._next.get(table, FIRST)
        self._next[table] = number + 1
        self._waiting.setdefault(table, []).append({"id": number} | values)
        return number

    def write(self, connection: Connection) -> None:
        parents_first = Base.metadata.sorted_tables
        for model in sorted(self._waiting, key=lambda model: parents_first.index(model.metadata.tables[_name(model)])):
            rows = self._waiting[model]
            for some in in_parts(rows, AT_ONCE):
                connection.execute(insert(model.metadata.tables[_name(model)]), some)
        self._waiting = {}


def _name(model: type[Base]) -> str:
    return str(model.__tablename__)


def moment(day: date, minutes: int) -> datetime:
    """So many minutes after that day's midnight in Vietnam."""
    return day_start(day) + timedelta(minutes=minutes)
