"""How a database means to answer each question of a page: which of its plans read a whole table or index."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event

from market.base.db import Base, db

Asked = dict[str, object]
"""Statement -> the values it was first sent with."""

NAMED = re.compile(r'\b(?:FROM|JOIN|,)\s*"?(\w+)"?\s+(?:AS\s+)?"?(\w+)"?', re.IGNORECASE)
NO_CONDITION = re.compile(r"^SCAN (\S+)(?: AS (\S+))?")


@contextmanager
def questions() -> Iterator[Asked]:
    """What the block asks the database, each question once."""
    asked: Asked = {}

    def note(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.setdefault(statement, values)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A table of which a statement reads every row, or every entry of one of its indexes."""

    table: str
    step: str


def whole_scans(connection: Connection, statement: str, values: object) -> list[Scan]:
    """The tables that a plan goes through from end to end."""
    if connection.dialect.name == "sqlite":
        return _sqlite_scans(connection, statement, values)
    return _postgresql_scans(connection, statement, values)


def _sqlite_scans(connection: Connection, statement: str, values: Any) -> list[Scan]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    named = {alias: table for table, alias in NAMED.findall(statement)}
    found = []
    for row in rows:
        match = NO_CONDITION.match(row.detail)
        if match:
            name = match[1].strip('"')
            table = name if name in Base.metadata.tables else named.get(name, "")
            if table in Base.metadata.tables:
                found.append(Scan(table=table, step=row.detail))
    return found


def _postgresql_scans(connection: Connection, statement: str, values: Any) -> list[Scan]:
    connection.exec_driver_sql("SET enable_seqscan = off")
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).one()
    connection.exec_driver_sql("RESET enable_seqscan")
    whole = json.loads(plan) if isinstance(plan, str) else plan
    return list(_nodes(whole[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[Scan]:
    kind = node["Node Type"]
    if kind == "Seq Scan" or (kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node):
        yield Scan(table=node["Relation Name"], step=f"{kind} {node.get('Index Name', '')}".strip())
    for below in node.get("Plans", ()):
        yield from _nodes(below)
