"""Whether an archive would come back: it is unpacked in a scratch database and compared with itself, table by table."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import Connection, DateTime, Table

from market.base.backup.archive import Manifest, members, scratch_folder
from market.base.backup.making import json_lines, opened
from market.base.backup.restoring import (
    bring_to_today,
    faults_told,
    postgresql_unpacked,
    read_known,
    sqlite_unpacked,
    take_file_out,
)
from market.base.backup.rooms import may_make_room
from market.base.backup.tables import Row, count, rows_of, tables_of
from market.base.db import db
from market.base.storage import is_key


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTable:
    """How many rows the archive has of a table, how many came back, and whether all are the same."""

    archived: int
    restored: int
    is_same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBackup:
    """What came of unpacking an archive: `scratch` is the kind of database that it was unpacked in; `files` how many
    came whole, `strange` those that no market would take, `vanished` those that were removed while it was made."""

    archive: str
    made_at: str
    migration: str
    scratch: str
    tables: dict[str, ComparedTable]
    files: int
    strange: list[str]
    vanished: list[str]

    @property
    def differing(self) -> list[str]:
        """The tables that did not come back as they were, and the files that would not."""
        tables = [name for name, table in self.tables.items() if not table.is_same]
        return sorted([*tables, *self.strange])

    @property
    def rows(self) -> int:
        return sum(table.restored for table in self.tables.values())


def check_backup(path: Path) -> CheckedBackup:
    """Unpack the archive in a scratch database, compare each table with what the archive says, and migrate it to today;
    nothing of the installation changes. BadArchive where it is damaged, newer, or does not unpack; Refused where the
    machine does not take it."""
    manifest = read_known(path)
    with faults_told(path):
        return _check(path, manifest)


def _check(path: Path, manifest: Manifest) -> CheckedBackup:
    with _unpacked(path, manifest) as connection:
        compared = dict(_compared(path, connection, manifest))
        scratch = connection.dialect.name
        bring_to_today(path, connection)
    return CheckedBackup(
        archive=path.name,
        made_at=manifest.made_at,
        migration=manifest.migration,
        scratch=scratch,
        tables=compared,
        files=len(manifest.stored),
        strange=sorted(key for key in manifest.stored if not is_key(key)),
        vanished=manifest.vanished,
    )


@contextmanager
def _unpacked(path: Path, manifest: Manifest) -> Iterator[Connection]:
    """PostgreSQL is asked whether it takes the rows of PostgreSQL, where it may be; else a scratch file is."""
    if may_make_room():
        with postgresql_unpacked(path, manifest, is_kept=False) as connection:
            yield connection
        return
    is_sqlite = db.engine.dialect.name == "sqlite"
    beside = Path(db.engine.url.database or "").parent if is_sqlite else Path(gettempdir())
    with (
        scratch_folder(beside) as folder,
        sqlite_unpacked(path, manifest, folder / "choso.db") as connection,
    ):
        yield connection


def _compared(path: Path, connection: Connection, manifest: Manifest) -> Iterator[tuple[str, ComparedTable]]:
    tables = {table.name: table for table in tables_of(connection)}
    same = set(_byte_for_byte(connection, tables, manifest))
    sums = _sums_in(path, manifest, {name: table for name, table in tables.items() if name not in same})
    for name, table in sorted(tables.items()):
        archived, restored = manifest.rows.get(name, 0), count(connection, table)
        is_same = name in same or sums.get(name, 0) == _sum_of(table, rows_of(connection, table))
        yield name, ComparedTable(archived=archived, restored=restored, is_same=is_same and archived == restored)


def _byte_for_byte(connection: Connection, tables: dict[str, Table], manifest: Manifest) -> Iterator[str]:
    """The tables that are in the scratch database to the byte what they are in the archive. Of the others that is not
    said: an earlier program wrote its lines of JSON with other blanks, and the kinds of database store otherwise."""
    if manifest.database != connection.dialect.name:
        return
    if manifest.database == "sqlite":  # the archive's file, whose checksum has been compared, is the scratch database
        yield from tables
        return
    archived = {name.removesuffix(".jsonl").partition("-")[2]: digest for name, digest in manifest.files.items()}
    for name, table in tables.items():
        whole = sha256()
        for block, _ in json_lines(connection, table):
            whole.update(block)
        if archived.get(name) == whole.hexdigest():
            yield name


def _sums_in(path: Path, manifest: Manifest, tables: dict[str, Table]) -> dict[str, int]:
    """The sum of each table's rows in the archive."""
    if not tables:
        return {}
    if manifest.database == "sqlite":
        with scratch_folder(Path(gettempdir())) as folder:
            take_file_out(path, folder / "choso.db")
            with opened(folder / "choso.db") as source:
                return {table.name: _sum_of(table, rows_of(source, table)) for table in tables_of(source)}
    lines = ((name.removesuffix(".jsonl").partition("-")[2], content) for name, content in members(path))
    return {
        name: _sum_of(tables[name], (json.loads(line) for line in content)) for name, content in lines if name in tables
    }


def _sum_of(table: Table, rows: Iterable[Row]) -> int:
    """A checksum of rows whatever their order (databases sort text by other rules) and kind of database."""
    moments = [column.name for column in table.columns if isinstance(column.type, DateTime)]
    whole = 0
    for row in rows:
        for name in moments:
            if row[name] is not None:
                row[name] = _moment(row[name])
        whole += int.from_bytes(sha256(json.dumps(row, sort_keys=True, default=str).encode()).digest(), "big")
    return whole % 2**256


def _moment(said: object) -> str:
    moment = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
    return moment.astimezone(UTC).isoformat()
