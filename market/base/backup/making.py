"""Out: one archive of one moment, while the market goes on."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast

from sqlalchemy import Connection, Table, create_engine

from market.base.backup.archive import (
    BLOCK,
    FILES,
    FORMAT,
    SQLITE_FILE,
    ArchiveWriter,
    Manifest,
    is_packed,
    new_archive,
)
from market.base.backup.tables import as_json_lines, count, snapshot, tables_of
from market.base.db import db
from market.base.errors import NotFound, Refused
from market.base.revisions import migration_of
from market.base.storage import storage


def back_up(out: Path, *, now: datetime) -> Manifest:
    """Write the archive; it appears under its name only when it is whole. Refused where the folder is missing or cannot
    be written; an older archive of that name then stays."""
    if not out.parent.is_dir():
        raise Refused("no_folder", f"Không có thư mục {out.parent}. Tạo thư mục rồi chạy lại.")
    migration = migration_of(db.engine)
    if migration is None:
        raise Refused(
            "empty_database", "Cơ sở dữ liệu còn trống nên chưa có gì để sao lưu. Chạy: flask --app wsgi db upgrade."
        )
    try:
        _refuse_other_file(out)
        with new_archive(out) as archive:
            manifest = _put_all(archive, migration, now)
    except OSError as error:
        sentence = f"Chưa sao lưu được: không ghi được vào {out.parent} ({error.strerror}). {_kept(out)}"
        raise Refused("backup_not_written", sentence) from error
    return manifest


def _refuse_other_file(out: Path) -> None:
    """An older archive is replaced, and nothing else: the database itself may be named by mistake."""
    if out.exists() and not is_packed(out):
        raise Refused(
            "not_an_archive",
            f"{out} là một tệp khác, không phải bản sao lưu, nên chưa ghi gì lên đó. Mời ghi tên khác, như cho.tar.gz.",
        )


def _kept(out: Path) -> str:
    kept = f"Bản cũ {out.name} còn nguyên." if out.exists() else "Không để lại tệp dở nào."
    return f"{kept} Giải phóng chỗ trên đĩa hoặc cho ghi vào thư mục này, rồi chạy lại."


def _put_all(archive: ArchiveWriter, migration: str, now: datetime) -> Manifest:
    rows = _put_database(archive)
    vanished = list(_put_files(archive))
    manifest = Manifest(
        format=FORMAT,
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        database=db.engine.dialect.name,
        migration=migration,
        rows=rows,
        files=dict(archive.files),
        vanished=vanished,
    )
    archive.put_manifest(manifest)
    return manifest


def _put_files(archive: ArchiveWriter) -> Iterator[str]:
    """Add every stored file; returns the keys of those that somebody has removed meanwhile."""
    for key in storage().all_keys():
        try:
            content = storage().get(key)
        except (NotFound, FileNotFoundError):
            yield key
        else:
            archive.put(f"{FILES}{key}", BytesIO(content))


def _put_database(archive: ArchiveWriter) -> dict[str, int]:
    if db.engine.dialect.name == "sqlite":
        copy = archive.folder / "choso.db"
        _copy_sqlite(copy)
        with opened(copy) as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
            rows = {table.name: count(connection, table) for table in tables_of(connection)}
        with copy.open("rb") as content:
            archive.put(SQLITE_FILE, content)
        return rows
    with snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
        return {
            table.name: _put_table(archive, f"database/{number:03}-{table.name}.jsonl", connection, table)
            for number, table in enumerate(tables_of(connection))
        }


def _copy_sqlite(copy: Path) -> None:
    """The live database as it is at one moment, in a file of its own."""
    with closing(db.engine.raw_connection()) as pooled, closing(sqlite3.connect(copy)) as target:
        cast(sqlite3.Connection, pooled.driver_connection).backup(target, pages=-1)


@contextmanager
def opened(path: Path) -> Iterator[Connection]:
    """A connection to an SQLite file beside the installation's own."""
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _put_table(archive: ArchiveWriter, name: str, connection: Connection, table: Table) -> int:
    """Add a table of PostgreSQL as lines of JSON, which the server writes; returns how many."""
    whole, rows = hashlib.sha256(), 0
    with TemporaryFile(dir=archive.folder) as content:
        for block, lines in json_lines(connection, table):
            content.write(block)
            whole.update(block)
            rows += lines
        archive.put(name, content, whole.hexdigest())
    return rows


def json_lines(connection: Connection, table: Table) -> Iterator[tuple[bytes, int]]:
    """The rows of a table of PostgreSQL as blocks of whole lines of JSON, each with the number of its lines."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY ({as_json_lines(table)}) TO STDOUT") as copy:
        lines, size = [], 0
        for line in copy:
            lines.append(line)
            size += len(line)
            if size >= BLOCK:
                yield _unescaped(lines), len(lines)
                lines, size = [], 0
        if lines:
            yield _unescaped(lines), len(lines)


def _unescaped(lines: list[bytes]) -> bytes:
    """COPY doubles backslashes; there is nothing else in a line of JSON that it would escape."""
    return b"".join(lines).replace(rb"\\", b"\\")
