"""Databases of the past, with their rows: one dump a released revision and kind of database, as each wrote it itself.

SQLite's is its file, PostgreSQL's what `pg_dump --inserts` says, so that loading one needs no other program.
"""

import hashlib
import json
import lzma
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import Connection, create_engine, make_url

from market.base.backup import rows_of, tables_of

DATA = Path(__file__).parent / "data"
RELEASED = DATA / "released.json"
"""Each released revision with the SHA-256 of its file, in their order; those that were heads have dumps as well."""

Counts = dict[str, int]
Sums = dict[str, str]


def fingerprints() -> dict[str, str]:
    known: dict[str, str] = json.loads(RELEASED.read_text("utf-8"))
    return known


def heads() -> list[str]:
    """The revisions that a released market stood at: those with dumps."""
    return [revision for revision in fingerprints() if dump_of(revision, "sqlite").exists()]


def dump_of(revision: str, kind: str) -> Path:
    return DATA / f"{revision}.{'db' if kind == 'sqlite' else 'sql'}.xz"


def answers_of(revision: str) -> dict[str, object]:
    """What the market answered when the dump was made: the moment, what searches found, the KPI."""
    answers: dict[str, object] = json.loads(lzma.decompress((DATA / f"{revision}.answers.json.xz").read_bytes()))
    return answers


def load_sqlite(dump: Path, file: Path) -> str:
    file.write_bytes(lzma.decompress(dump.read_bytes()))
    return f"sqlite:///{file}"


def load_postgres(sql: str, url: str) -> None:
    """Run a dump in an empty database."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(sql.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a database holds: rows by table, and a checksum of each column in the order of the keys."""

    counts: Counts
    sums: Sums

    def lost_in(self, later: "Rows") -> list[str]:
        """What of this is not so any more, whatever has come beside it."""
        fewer = [name for name, count in self.counts.items() if later.counts.get(name) != count]
        return sorted([*fewer, *(name for name, one in self.sums.items() if later.sums.get(name) != one)])


def rows_in(connection: Connection) -> Rows:
    counts: Counts = {}
    sums: Sums = {}
    for table in tables_of(connection):
        rows = list(rows_of(connection, table))
        counts[table.name] = len(rows)
        for column in table.columns:
            values = json.dumps([row[column.name] for row in rows], default=str, sort_keys=True)
            sums[f"{table.name}.{column.name}"] = hashlib.sha256(values.encode()).hexdigest()
    return Rows(counts=counts, sums=sums)


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
