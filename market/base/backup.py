"""One archive holds one market: its database, its files, and a manifest with a checksum of each.

SQLite goes in as a file, PostgreSQL as lines of JSON, one file a table, so that no other program is needed; either kind
of archive fills either kind of database. The data keys are not in it: without them bank data stays closed.
"""

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from flask_migrate import upgrade
from sqlalchemy import Connection, Date, DateTime, MetaData, Table, create_engine, func, insert, select, text
from sqlalchemy.types import TypeEngine

from market.base.db import db, transaction
from market.base.errors import Refused
from market.base.revisions import REVISIONS, migration_of, revisions_known
from market.base.storage import is_key, storage

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE_FILE = "database/choso.db"
ROWS_AT_ONCE = 1000
BLOCK = 1024 * 1024

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive holds: `files` maps each member's name to its SHA-256, `rows` each table's name to its count."""

    format: int
    made_at: str
    database: str
    migration: str
    rows: dict[str, int]
    files: dict[str, str]


class BadArchive(Refused):
    """The archive cannot be trusted or read; nothing has been touched."""


# --- out ------------------------------------------------------------------------------------------------------------


def back_up(out: Path, *, now: datetime) -> Manifest:
    """Write the archive; it appears under its name only when it is whole. Refused where the folder is missing."""
    if not out.parent.is_dir():
        raise Refused("no_folder", f"Không có thư mục {out.parent}. Tạo thư mục rồi chạy lại.")
    migration = migration_of(db.engine)
    if migration is None:
        raise Refused(
            "empty_database", "Cơ sở dữ liệu còn trống nên chưa có gì để sao lưu. Chạy: flask --app wsgi db upgrade."
        )
    with _appearing(out) as archive, tempfile.TemporaryDirectory() as scratch:
        files: dict[str, str] = {}
        rows = _put_database(archive, Path(scratch), files)
        for key in storage().all_keys():
            _put(archive, f"storage/{key}", BytesIO(storage().get(key)), files)
        manifest = Manifest(
            format=FORMAT,
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            database=db.engine.dialect.name,
            migration=migration,
            rows=rows,
            files=files,
        )
        _put(archive, MANIFEST, BytesIO(json.dumps(asdict(manifest), indent=1).encode()), {})
    return manifest


@contextmanager
def _appearing(out: Path) -> Iterator[tarfile.TarFile]:
    """An archive that only its owner may read, under its name once it is whole, gone where that fails."""
    half_written = out.with_name(f"{out.name}.part")
    try:
        with half_written.open("wb") as file, tarfile.open(fileobj=file, mode="w|gz") as archive:
            half_written.chmod(0o600)
            yield archive
        half_written.replace(out)
    finally:
        half_written.unlink(missing_ok=True)


def _put(archive: tarfile.TarFile, name: str, content: IO[bytes], files: dict[str, str]) -> None:
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, 2)
    content.seek(0)
    files[name] = hashlib.file_digest(cast(BytesIO, content), "sha256").hexdigest()
    content.seek(0)
    archive.addfile(member, content)


def _put_database(archive: tarfile.TarFile, scratch: Path, files: dict[str, str]) -> dict[str, int]:
    if db.engine.dialect.name == "sqlite":
        copy = scratch / "choso.db"
        _copy_sqlite(copy)
        with copy.open("rb") as content:
            _put(archive, SQLITE_FILE, content, files)
        with _opened(copy) as connection:
            return {table.name: _count(connection, table) for table in tables_of(connection)}
    with snapshot() as connection:
        return {
            table.name: _put_table(archive, scratch, number, connection, table, files)
            for number, table in enumerate(tables_of(connection))
        }


def _copy_sqlite(copy: Path) -> None:
    """The live database as it is at one moment, in a file of its own."""
    with closing(db.engine.raw_connection()) as pooled, closing(sqlite3.connect(copy)) as target:
        _driver(pooled.driver_connection).backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")


def _driver(connection: object) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection)


def _put_table(
    archive: tarfile.TarFile, scratch: Path, number: int, connection: Connection, table: Table, files: dict[str, str]
) -> int:
    count = 0
    path = scratch / "table.jsonl"
    with path.open("w+b") as content:
        for row in rows_of(connection, table):
            content.write(json.dumps(row, ensure_ascii=False, default=_as_json).encode() + b"\n")
            count += 1
        _put(archive, f"database/{number:03}-{table.name}.jsonl", content, files)
    return count


def _as_json(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a backup cannot hold a {type(value).__name__}")


# --- what a database holds ------------------------------------------------------------------------------------------


def tables_of(connection: Connection) -> list[Table]:
    """The tables as they are, parents first; not the full-text index, which fills itself."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: not name.startswith("product_fts") and name != REVISIONS)
    return metadata.sorted_tables


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees the database as it is at one moment, also while others write."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            yield connection
            return
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def rows_of(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row in the order of its key; moments are aware, in UTC."""
    query = select(table).order_by(*table.primary_key)
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query).mappings():
        yield {name: _aware(value) for name, value in row.items()}


def _aware(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def is_empty() -> bool:
    """Whether the installation's database holds no row."""
    with db.engine.connect() as connection:
        return not any(_count(connection, table) for table in tables_of(connection))


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


# --- in -------------------------------------------------------------------------------------------------------------


def restore(path: Path, *, replace: bool) -> Manifest:
    """Fill this installation from an archive. BadArchive where it is damaged or newer than the program; Refused where
    there are rows already and `replace` does not say to drop them. Either way nothing has been touched then."""
    manifest = read_manifest(path)
    if manifest.migration not in revisions_known():
        raise BadArchive(
            "other_version",
            f"Tệp sao lưu {path.name} là của bản chương trình khác (bản {manifest.migration or 'trống'}). "
            "Cập nhật chương trình rồi khôi phục lại. Chưa có gì bị đổi.",
        )
    if not replace and not is_empty():
        raise Refused(
            "database_in_use", "Cơ sở dữ liệu đang có dữ liệu nên chưa khôi phục. Thêm --replace nếu muốn thay tất cả."
        )
    with tempfile.TemporaryDirectory() as scratch:
        if manifest.database == "sqlite":
            _restore_from_file(path, Path(scratch) / "choso.db", manifest)
        else:
            _restore_rows(manifest, _tables_in(path))
    upgrade()
    _restore_files(path, manifest, replace=replace)
    return manifest


def read_manifest(path: Path) -> Manifest:
    """The manifest of an archive whose every member is as it was written; BadArchive otherwise."""
    found, sums = None, {}
    try:
        for member, content in _members(path):
            if member.name == MANIFEST:
                found = json.loads(content.read(64 * BLOCK))
            else:
                sums[member.name] = _digest(content)
        manifest = Manifest(**found) if isinstance(found, dict) else None
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError, zlib.error) as error:
        raise BadArchive("damaged_archive", f"Không đọc được tệp sao lưu {path.name}. Chưa có gì bị đổi.") from error
    if manifest is None or manifest.format != FORMAT or manifest.files != sums:
        raise BadArchive("damaged_archive", f"Tệp sao lưu {path.name} thiếu hoặc hỏng một phần. Chưa có gì bị đổi.")
    return manifest


def _members(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    with tarfile.open(path, "r|gz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                yield member, content


def _digest(content: IO[bytes]) -> str:
    whole = hashlib.sha256()
    while block := content.read(BLOCK):
        whole.update(block)
    return whole.hexdigest()


def _restore_from_file(path: Path, copy: Path, manifest: Manifest) -> None:
    for member, content in _members(path):
        if member.name == SQLITE_FILE:
            with copy.open("wb") as file:
                shutil.copyfileobj(content, file, BLOCK)
    if db.engine.dialect.name == "sqlite":
        _overwrite_sqlite(copy)
        return
    with _opened(copy) as connection:
        _restore_rows(manifest, ((table.name, rows_of(connection, table)) for table in tables_of(connection)))


def _overwrite_sqlite(copy: Path | str) -> None:
    with closing(sqlite3.connect(copy)) as source, closing(db.engine.raw_connection()) as pooled:
        source.backup(_driver(pooled.driver_connection), pages=-1)
    db.engine.dispose()


def _tables_in(path: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    for member, content in _members(path):
        if member.name.startswith("database/"):
            table = member.name.removesuffix(".jsonl").partition("-")[2]
            yield table, (json.loads(line) for line in content)


def _restore_rows(manifest: Manifest, filled: Iterable[tuple[str, Iterator[Row]]]) -> None:
    """Make the tables anew as they were when the archive was made, and fill them, parents first."""
    _drop_everything()
    upgrade(revision=manifest.migration)
    with transaction() as session:
        connection = session.connection()
        tables = {table.name: table for table in tables_of(connection)}
        for name, rows in filled:
            _fill(connection, tables[name], rows)


def _fill(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    block: list[Row] = []
    for row in rows:
        block.append({name: _typed(table.c[name].type, value, naive=is_sqlite) for name, value in row.items()})
        if len(block) == ROWS_AT_ONCE:
            connection.execute(insert(table), block)
            block = []
    if block:
        connection.execute(insert(table), block)
    if "id" in table.c and not is_sqlite:
        largest = func.max(table.c.id)
        counter = func.pg_get_serial_sequence(f'"{table.name}"', "id")
        connection.execute(select(func.setval(counter, largest)).having(largest.is_not(None)))


def _typed(kind: TypeEngine[object], value: object, *, naive: bool) -> object:
    if isinstance(kind, DateTime) and value is not None:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return moment.replace(tzinfo=None) if naive else moment
    if isinstance(kind, Date) and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _drop_everything() -> None:
    if db.engine.dialect.name == "sqlite":
        _overwrite_sqlite(":memory:")
        return
    with db.engine.connect() as connection:
        for table in [*(table.name for table in tables_of(connection)), REVISIONS]:
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}" CASCADE'))
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_change() CASCADE"))


def _restore_files(path: Path, manifest: Manifest, *, replace: bool) -> None:
    wanted = {name.removeprefix("storage/") for name in manifest.files if name.startswith("storage/")}
    for member, content in _members(path):
        key = member.name.removeprefix("storage/")
        if member.name.startswith("storage/") and is_key(key):
            storage().put(key, content.read())
    if replace:
        for key in set(storage().all_keys()) - wanted:
            storage().delete(key)
