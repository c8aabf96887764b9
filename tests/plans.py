"""How a database means to answer each question of a page, and how much work that is: what a page reads is measured."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Index, PrimaryKeyConstraint, UniqueConstraint, event

from market.base.db import Base, db

NAMED = re.compile(r'\b(?:FROM|JOIN|,)\s*"?(\w+)"?\s+(?:AS\s+)?"?(\w+)"?', re.IGNORECASE)
WITHOUT_CONDITION = re.compile(r"^SCAN (\S+)")
INDEX = re.compile(r"INDEX (\S+)")
INDEXED = Index | UniqueConstraint | PrimaryKeyConstraint
STEPS = 100
"""SQLite tells of its work every so many steps of its machine."""

ROWS_COUNT_ALONE = {
    "enable_seqscan": "off",
    "random_page_cost": 0,
    "cpu_operator_cost": 0,
    "cpu_tuple_cost": 1,
    "cpu_index_tuple_cost": 1,
}


@dataclass(slots=True, kw_only=True)
class Asked:
    """What a page asked: each question with the values it was first sent with, how many statements, SQLite's work."""

    questions: dict[str, object] = field(default_factory=dict)
    statements: int = 0
    work: int = 0

    def note(self, connection: Connection, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        self.statements += not statement.startswith(("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK"))
        if statement.lstrip().startswith(("SELECT", "WITH")):
            self.questions.setdefault(statement, values)
        if connection.dialect.name == "sqlite":
            connection.connection.driver_connection.set_progress_handler(self._tick, STEPS)  # type: ignore[union-attr]

    def _tick(self) -> int:
        self.work += STEPS
        return 0


@contextmanager
def asking() -> Iterator[Asked]:
    """What the block asks the database."""
    asked = Asked()
    event.listen(db.engine, "before_cursor_execute", asked.note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", asked.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A table of which a statement goes through every row, or every entry of one of its indexes (none: empty)."""

    table: str
    index: str = ""


def whole_scans(connection: Connection, statement: str, values: object) -> set[Scan]:
    """The tables that a plan goes through from end to end."""
    if connection.dialect.name == "sqlite":
        return set(_sqlite_scans(connection, statement, values))
    return set(_nodes(_postgresql_plan(connection, statement, values)))


def _sqlite_scans(connection: Connection, statement: str, values: Any) -> Iterator[Scan]:
    named = {alias: table for table, alias in NAMED.findall(statement)}
    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values):
        scanned, index = WITHOUT_CONDITION.match(row.detail), INDEX.search(row.detail)
        name = scanned[1].strip('"') if scanned else ""
        table = name if name in Base.metadata.tables else named.get(name, "")
        if table in Base.metadata.tables:
            yield Scan(table=table, index=index[1] if index else "")


def _postgresql_plan(connection: Connection, statement: str, values: Any) -> dict[str, Any]:
    """As it would be for tables so large that nothing counts but how many rows are touched."""
    for setting, value in ROWS_COUNT_ALONE.items():
        connection.exec_driver_sql(f"SET {setting} = {value}")
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).one()
    connection.exec_driver_sql("RESET ALL")
    whole: dict[str, Any] = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return whole


def blocks_touched(connection: Connection, statement: str, values: Any) -> int:
    """Of how many blocks of 8 kB PostgreSQL answers a question, each time that it looks at one; nothing is changed."""
    (plan,) = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT JSON) {statement}", values
    ).one()
    whole = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(whole["Shared Hit Blocks"]) + int(whole["Shared Read Blocks"])


@cache
def _indexes() -> dict[str, Column[Any]]:
    """Index -> its first column."""
    keys = [one for table in Base.metadata.tables.values() for one in (*table.indexes, *table.constraints)]
    return {str(one.name): next(iter(one.columns)) for one in keys if isinstance(one, INDEXED)}


def _is_led_to(node: dict[str, Any]) -> bool:
    """Whether the first column is asked for: by another one alone the whole index is skipped through (PostgreSQL 18).
    The index of the words of names, which the models do not know, is always asked for words."""
    first = _indexes().get(node["Index Name"])
    return first is None or re.search(rf"\b{first.name}\b", node.get("Index Cond", "")) is not None


def _nodes(node: dict[str, Any]) -> Iterator[Scan]:
    kind = node["Node Type"]
    if kind == "Seq Scan" or ("Index Name" in node and not _is_led_to(node)):
        index = node.get("Index Name", "")
        yield Scan(table=node.get("Relation Name") or _indexes()[index].table.name, index=index)
    for below in node.get("Plans", ()):
        yield from _nodes(below)
