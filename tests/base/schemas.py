"""A database's schema as sorted plain lines, so that two databases can be compared whatever order they were made in."""

import re
from collections.abc import Iterator

from sqlalchemy import Connection, text

Schema = list[str]


def schema_of(connection: Connection) -> Schema:
    """Columns, keys, CHECKs, indexes (partial ones with their condition), triggers; not the migrations' own table."""
    lines = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgres(connection)
    return sorted(line for line in lines if "alembic_version" not in line)


def _plain(sql: str) -> str:
    """SQL with single blanks, no quotes around names, lower case."""
    return re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", sql.replace('"', ""))).strip().lower()


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


def _sqlite(connection: Connection) -> Iterator[str]:
    rows = connection.execute(text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    virtual = [row.name for row in rows if row.sql.upper().startswith("CREATE VIRTUAL")]
    for row in rows:
        if row.type == "table" and row.name not in virtual:
            if not any(row.name.startswith(f"{name}_") for name in virtual):
                yield from (f"table {row.name}: {_plain(clause)}" for clause in _clauses(row.sql))
        else:
            yield f"{row.type} {row.name} on {row.tbl_name}: {_plain(row.sql)}"


_POSTGRES = (
    "SELECT 'column ' || table_name || '.' || column_name || ': ' || data_type || ' ' || is_nullable || ' ' || "
    "coalesce(column_default, '') || ' ' || coalesce(character_maximum_length::text, '') "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT 'constraint ' || conname || ' on ' || conrelid::regclass || ': ' || pg_get_constraintdef(oid) "
    "FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


def _postgres(connection: Connection) -> Iterator[str]:
    for question in _POSTGRES:
        yield from (_plain(line) for line in connection.scalars(text(question)))
