"""A database's schema as named parts, so that two can be compared whatever order and way they were made in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, create_engine, text

from market.base.db import Base
from market.base.ddl import APPEND_ONLY, APPEND_ONLY_BUT, APPEND_ONLY_SINCE, forbid_change, index_words
from market.base.revisions import REVISIONS
from market.values.text import first_of

_SCRATCH = "choso_wanted"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Part:
    """One thing of a schema: a column, a constraint, an index, a trigger, a function, a full-text table.

    `definition` is its SQL in one form: single blanks, lower case, no quotes around names.
    """

    kind: str
    table: str
    name: str
    definition: str

    def __str__(self) -> str:
        return f"{self.kind} {self.table}.{self.name}: {self.definition}"


Schema = list[Part]


def schema_of(connection: Connection) -> Schema:
    """Columns, keys, CHECKs, indexes (partial ones with their condition), triggers; not the migrations' own table."""
    parts = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgres(connection)
    return sorted(part for part in parts if part.table != REVISIONS)


def make_tables(connection: Connection) -> None:
    """Make all that the program needs in an empty database, without any migration."""
    Base.metadata.create_all(connection, checkfirst=False)
    index_words(connection)
    for table in APPEND_ONLY + APPEND_ONLY_SINCE:
        forbid_change(connection, table)
    for table, but in APPEND_ONLY_BUT.items():
        forbid_change(connection, table, but=but)


def schema_needed(engine: Engine) -> Schema:
    """The schema that this program needs, as this very database would write it: it is made beside it and dropped."""
    with _scratch(engine) as connection:
        make_tables(connection)
        return schema_of(connection)


@contextmanager
def _scratch(engine: Engine) -> Iterator[Connection]:
    """A connection to an empty database that leaves nothing behind: in memory, or a schema in a
    transaction that ends with the connection, undone."""
    if engine.dialect.name == "sqlite":
        memory = create_engine("sqlite://")
        with memory.connect() as connection:
            yield connection
        memory.dispose()
        return
    with engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="READ COMMITTED")
        connection.exec_driver_sql(f"CREATE SCHEMA {_SCRATCH}")
        connection.exec_driver_sql(f"SET LOCAL search_path TO {_SCRATCH}")
        yield connection


def missing_from(connection: Connection) -> list[str]:
    """What this program needs and the database has not, or has otherwise, in the user's words, in order.

    What the database has besides is nobody's loss and not named.
    """
    there = schema_of(connection)
    needed = schema_needed(connection.engine)
    tables = {part.table for part in there}
    names = {(part.kind, part.table, part.name) for part in there}
    known = set(there)
    said = []
    for part in needed:
        if part.table not in tables:
            said.append(f"thiếu bảng {part.table}")
        elif part not in known:
            state = "khác" if (part.kind, part.table, part.name) in names else "thiếu"
            said.append(f"{state} {_WORDS[part.kind]} {part.table}.{part.name}")
    return list(dict.fromkeys(said))


MOST_LISTED = 8


def listed(missing: list[str]) -> str:
    """What is missing, in one sentence; of many the first and how many more."""
    if not missing:
        return ""
    return f"So với chương trình: {first_of(missing, MOST_LISTED, 'thứ')}."


_WORDS = {
    "column": "cột",
    "constraint": "ràng buộc",
    "index": "chỉ mục",
    "trigger": "trigger",
    "function": "hàm",
    "search": "bảng tìm kiếm",
}

# --- one form ---------------------------------------------------------------------------------------------------------

_CAST = re.compile(r"::(character varying|timestamp with(out)? time zone|double precision|[a-z_]+)(\(\d+\))?(\[\])?")


_BRACKETED_DEFAULT = re.compile(r"default\(('[^']*'|-?\d+)\)\s*")
"""As a table's rebuild writes what a new table has without brackets."""


def _plain(sql: str) -> str:
    """SQL with single blanks, no quotes around names, lower case."""
    return re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", sql.replace('"', ""))).strip().lower()


def _bare(sql: str) -> str:
    """SQL as PostgreSQL writes it, without casts and brackets: those of a restored dump stand in other places."""
    words = re.sub(r"[()\s]+", " ", _CAST.sub("", _plain(sql)))
    return re.sub(r"\s*([\[\],])\s*", r"\1", words).strip()


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _sqlite(connection: Connection) -> Iterator[Part]:
    rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    virtual = [row.name for row in rows if row.sql.upper().startswith("CREATE VIRTUAL")]
    for row in rows:
        if row.type != "table":
            yield Part(kind=row.type, table=row.tbl_name, name=row.name, definition=_plain(row.sql))
        elif row.name in virtual:
            yield Part(kind="search", table=row.name, name=row.name, definition=_plain(row.sql))
        elif not any(row.name.startswith(f"{name}_") for name in virtual):
            yield from (_clause(row.name, _plain(clause)) for clause in _clauses(row.sql))


def _clauses(create_table: str) -> Iterator[str]:
    """The parts of a CREATE TABLE between the commas of its outermost brackets."""
    body = create_table[create_table.index("(") + 1 : create_table.rindex(")")]
    depth, start = 0, 0
    for place, character in enumerate(body):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield body[start:place]
            start = place + 1
    yield body[start:]


def _clause(table: str, clause: str) -> Part:
    first, _, rest = clause.partition(" ")
    if first == "constraint":
        return Part(kind="constraint", table=table, name=rest.partition(" ")[0], definition=clause)
    return Part(
        kind="column", table=table, name=first, definition=_BRACKETED_DEFAULT.sub(r"default \1 ", clause).strip()
    )


# --- PostgreSQL -------------------------------------------------------------------------------------------------------

_POSTGRES = (
    "SELECT 'column', table_name, column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') "
    "|| ' ' || coalesce(character_maximum_length::text, '') || ' ' || coalesce(collation_name, '') "
    "FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT 'constraint', relname, conname, pg_get_constraintdef(c.oid) FROM pg_constraint c "
    "JOIN pg_class ON pg_class.oid = conrelid "
    "WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f', 'p', 'u')",
    "SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT 'trigger', relname, tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid "
    "WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace",
    "SELECT 'function', '', proname, pg_get_functiondef(oid) FROM pg_proc "
    "WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'",
)


def _postgres(connection: Connection) -> Iterator[Part]:
    schema = connection.scalar(text("SELECT current_schema()"))
    for question in _POSTGRES:
        for kind, table, name, definition in connection.execute(text(question)):
            yield Part(kind=kind, table=table, name=name, definition=_bare(definition.replace(f"{schema}.", "")))
