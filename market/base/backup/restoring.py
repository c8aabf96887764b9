"""In: an archive is unpacked beside the market, found whole and brought to today; then it takes the market's place.

Whatever happens before that last step, the market is as it was: on SQLite the step is one transaction over the file, on
PostgreSQL all of it is one. Files have names that are never used again, so those of the archive come before that step
and those that it does not have go after it: at every moment each row's files are there.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import IO, cast

from sqlalchemy import JSON, Connection, Date, DateTime, Table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from market.base.backup.archive import (
    BLOCK,
    FILES,
    SQLITE_FILE,
    BadArchive,
    Manifest,
    members,
    of_another_program,
    read_manifest,
    scratch_folder,
)
from market.base.backup.filling import BadRow, Values, fill, rows_of_json, set_counter, without_keys
from market.base.backup.making import opened
from market.base.backup.rooms import postgresql_room, sqlite_room, take_over
from market.base.backup.tables import count, is_empty, quoted, tables_of
from market.base.db import db
from market.base.errors import Refused
from market.base.logs import fault_of
from market.base.migrations import bring_to
from market.base.revisions import revision_in, revisions_known
from market.base.schema import listed, missing_from
from market.base.storage import is_key, storage

LARGEST_FILE = 64 * BLOCK
"""Nothing larger is sent, and no list or sheet that is made comes near."""
UNTOUCHED = "Chưa có gì bị đổi, dữ liệu cũ còn nguyên."


def restore(path: Path, *, replace: bool) -> Manifest:
    """Fill this installation from an archive. BadArchive where it is damaged, newer than the program or has rows that
    no market takes; Refused where there are rows already and `replace` does not say to drop them, or where the machine
    does not take it. Either way nothing has been touched then."""
    manifest = read_known(path)
    if not replace and not is_empty():
        raise Refused(
            "database_in_use", "Cơ sở dữ liệu đang có dữ liệu nên chưa khôi phục. Thêm --replace nếu muốn thay tất cả."
        )
    try:
        with faults_told(path):
            if db.engine.dialect.name == "sqlite":
                _restore_sqlite(path, manifest)
            else:
                _restore_postgresql(path, manifest)
    finally:
        storage().clear_beside()
    if replace:
        for key in set(storage().all_keys()) - manifest.stored:
            storage().delete(key)
    return manifest


def read_known(path: Path) -> Manifest:
    """The manifest of a whole archive that this program can bring to today; BadArchive otherwise."""
    manifest = read_manifest(path)
    if manifest.migration not in revisions_known():
        raise of_another_program(path, f"bản {manifest.migration or 'trống'}")
    return manifest


@contextmanager
def faults_told(path: Path) -> Iterator[None]:
    """What goes wrong as a sentence: the archive's fault is a BadArchive, the machine's a Refused."""
    try:
        yield
    except BadRow as bad:
        place = f"dòng {bad.line} của bảng {bad.table}" if bad.line else f"một dòng của bảng {bad.table}"
        raise BadArchive(
            "bad_row", f"Tệp sao lưu {path.name} có dòng không dùng được: {place}. {UNTOUCHED} Dùng bản sao lưu khác."
        ) from bad
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        cause = fault_of(error) if isinstance(error, SQLAlchemyError) else str(error)
        raise Refused("not_restored", f"Chưa khôi phục được {path.name}: {cause}. {UNTOUCHED}") from error


def _restore_sqlite(path: Path, manifest: Manifest) -> None:
    market = Path(db.engine.url.database or "")
    with scratch_folder(market.parent) as folder:
        file = folder / "choso.db"
        with sqlite_unpacked(path, manifest, file) as connection:
            bring_to_today(path, connection)
        coming = _bring_files(path)
        _adopt_files(coming)
        _overwrite_sqlite(file)


def _restore_postgresql(path: Path, manifest: Manifest) -> None:
    with db.engine.connect() as connection:
        schema = str(connection.exec_driver_sql("SELECT current_schema()").scalar())
    with postgresql_unpacked(path, manifest, is_kept=True) as connection:
        bring_to_today(path, connection)
        coming = _bring_files(path)
        take_over(connection, schema)
        _adopt_files(coming)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


@contextmanager
def sqlite_unpacked(path: Path, manifest: Manifest, file: Path) -> Iterator[Connection]:
    """A new SQLite file that holds what the archive held, at its migration. BadArchive or BadRow if it is not whole."""
    if manifest.database == "sqlite":
        take_file_out(path, file)
    with sqlite_room(file) as connection:
        if manifest.database == "sqlite":
            check_file(path, connection, manifest)
        else:
            bring_to(connection, manifest.migration)
            fill_from_lines(path, connection, manifest)
        yield connection


@contextmanager
def postgresql_unpacked(path: Path, manifest: Manifest, *, is_kept: bool) -> Iterator[Connection]:
    """A room of PostgreSQL that holds what the archive held, at its migration. BadArchive or BadRow if it is not whole.
    `is_kept`: as of `postgresql_room`."""
    with postgresql_room(is_kept=is_kept) as connection:
        bring_to(connection, manifest.migration)
        if manifest.database == "sqlite":
            fill_from_file(path, connection, manifest)
        else:
            fill_from_lines(path, connection, manifest)
        yield connection


def bring_to_today(path: Path, connection: Connection) -> None:
    """Migrate what was unpacked. BadArchive where it cannot be."""
    try:
        bring_to(connection, "head")
    except (DBAPIError, Refused) as error:
        why = error.sentence if isinstance(error, Refused) else fault_of(error)
        raise BadArchive("not_upgraded", f"Không nâng cấp được dữ liệu trong {path.name}: {why} {UNTOUCHED}") from error
    if connection.dialect.name == "sqlite":
        _refuse_loose_ends(connection)
        _refuse_other_schema(path, connection)


def _refuse_other_schema(path: Path, connection: Connection) -> None:
    """A file brings its own tables along: they must be those of the migration that it says."""
    if missing := missing_from(connection):
        raise BadArchive("not_upgraded", f"Tệp sao lưu {path.name} thiếu một phần. {listed(missing)} {UNTOUCHED}")


# --- from lines of JSON -----------------------------------------------------------------------------------------------


def fill_from_lines(path: Path, connection: Connection, manifest: Manifest) -> None:
    """Fill the tables, which are as they were at the archive's migration, from an archive of PostgreSQL."""
    filled: dict[str, int] = {}
    tables = {table.name: table for table in tables_of(connection)}
    with without_keys(connection):
        for name, content in members(path):
            if name.startswith("database/"):
                table = tables.get(name.removesuffix(".jsonl").partition("-")[2])
                if table is None:
                    raise _not_whole(path)
                filled[table.name] = _fill_lines(connection, table, content)
    _refuse_other_counts(path, filled, manifest)


def _fill_lines(connection: Connection, table: Table, content: IO[bytes]) -> int:
    rows = fill(connection, table, rows_of_json(table, content))
    set_counter(connection, table)
    return rows


def _refuse_other_counts(path: Path, filled: dict[str, int], manifest: Manifest) -> None:
    if {name: rows for name, rows in filled.items() if rows} != {name: n for name, n in manifest.rows.items() if n}:
        raise _not_whole(path)


def _not_whole(path: Path) -> BadArchive:
    return BadArchive("damaged_archive", f"Tệp sao lưu {path.name} thiếu hoặc hỏng một phần. {UNTOUCHED}")


# --- from a file of SQLite --------------------------------------------------------------------------------------------


def take_file_out(path: Path, file: Path) -> None:
    for name, content in members(path):
        if name == SQLITE_FILE:
            with file.open("wb") as copy:
                shutil.copyfileobj(content, copy, BLOCK)


def fill_from_file(path: Path, connection: Connection, manifest: Manifest) -> None:
    """Fill the tables of PostgreSQL, which are as they were at the archive's migration, from an archive of SQLite."""
    with scratch_folder(Path(gettempdir())) as folder:
        file = folder / "choso.db"
        take_file_out(path, file)
        with opened(file) as source, without_keys(connection):
            check_file(path, source, manifest)
            for table in tables_of(connection):
                fill(connection, table, _rows_of_file(source, table))
                set_counter(connection, table)


def _rows_of_file(source: Connection, table: Table) -> Iterator[Values]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    cursor = cast(sqlite3.Connection, source.connection.driver_connection).cursor()
    yield from cursor.execute(f"SELECT {columns} FROM {quoted(table)}")  # noqa: S608 - names of tables


def check_file(path: Path, connection: Connection, manifest: Manifest) -> None:
    """Find an SQLite file whole: its pages, its constraints, its keys, the moments and lists in it, and as many rows as
    the manifest says. BadArchive or BadRow otherwise."""
    if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
        raise _not_whole(path)
    if revision_in(connection) != manifest.migration:
        raise _not_whole(path)
    _refuse_loose_ends(connection)
    tables = tables_of(connection)
    _refuse_other_counts(path, {table.name: count(connection, table) for table in tables}, manifest)
    for table in tables:
        _refuse_unreadable(connection, table)


def _refuse_loose_ends(connection: Connection) -> None:
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if found:
        raise BadRow(str(found[0]), int(found[1] or 0))


def _refuse_unreadable(connection: Connection, table: Table) -> None:
    """SQLite keeps whatever it is given: a moment, day, list or text that is none would fail on every page that shows
    it."""
    wrong = " OR ".join(_unreadable(f'"{column.name}"', column.type) for column in table.columns)
    query = f"SELECT rowid FROM {quoted(table)} WHERE {wrong} LIMIT 1"  # noqa: S608 - names of tables
    row = connection.exec_driver_sql(query).scalar()
    if row is not None:
        raise BadRow(table.name, int(row))


_DAY = "-".join(("[0-9]" * 4, "[0-9]" * 2, "[0-9]" * 2))
_MOMENT = f"{_DAY} {':'.join(['[0-9]' * 2] * 3)}"


def _unreadable(name: str, kind: object) -> str:
    """A condition for values that this kind of column is not written with: bytes in any."""
    wrong = [f"typeof({name}) = 'blob'"]
    if isinstance(kind, DateTime | Date):
        wrong += [f"typeof({name}) <> 'text'", f"julianday({name}) IS NULL"]
    if isinstance(kind, DateTime):
        wrong += [f"{name} NOT GLOB '{_MOMENT}*'", f"substr({name}, 20) GLOB '*[^.0-9]*'"]
    if isinstance(kind, Date):
        wrong.append(f"{name} NOT GLOB '{_DAY}'")
    if isinstance(kind, JSON):
        wrong.append(f"NOT json_valid({name})")
    return f"({name} IS NOT NULL AND ({' OR '.join(wrong)}))"


# --- taking the market's place ----------------------------------------------------------------------------------------


def _overwrite_sqlite(file: Path) -> None:
    """One transaction over the market's own file."""
    with closing(sqlite3.connect(file)) as source, closing(db.engine.raw_connection()) as pooled:
        source.backup(cast(sqlite3.Connection, pooled.driver_connection), pages=-1)
    db.engine.dispose()


def _bring_files(path: Path) -> list[str]:
    """Bring the archive's files whole into the storage beside; returns their keys."""
    beside = storage().beside()
    for name, content in members(path):
        key = name.removeprefix(FILES)
        if name.startswith(FILES) and is_key(key):
            beside.put(key, _whole_file(path, content))
    return [*beside.all_keys()]


def _whole_file(path: Path, content: IO[bytes]) -> bytes:
    """BadArchive for a file larger than any that the market keeps: a little archive may hold much of nothing."""
    read = content.read(LARGEST_FILE + 1)
    if len(read) > LARGEST_FILE:
        raise _not_whole(path)
    return read


def _adopt_files(coming: list[str]) -> None:
    """Take the files over, right before the rows that name them; none of them where one cannot be."""
    there, came = set(storage().all_keys()), []
    try:
        for key in coming:
            storage().adopt(key)
            came.append(key)
    except OSError:
        for key in set(came) - there:
            storage().delete(key)
        raise
