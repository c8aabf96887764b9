"""Out: a commune's rows as CSV, table by table, with its files, while the market goes on. One row is in memory at a
time, so to speak: a thousand."""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import Connection, Table, func, select

from market.base.backup import snapshot
from market.base.backup.archive import FILES as STORED
from market.base.backup.archive import MANIFEST, ArchiveWriter, is_packed, new_archive
from market.base.db import AnyColumn, Base, db, reading
from market.base.errors import NotFound, Refused
from market.base.revisions import migration_of
from market.base.seals import WORD
from market.base.secrets import vault
from market.base.storage import is_key, storage
from market.catalog.pictures import files_of
from market.communes.archive.described import description
from market.communes.archive.figures import figures_of
from market.communes.archive.manifest import CarriedTable, CommuneManifest
from market.communes.archive.tables import (
    CATEGORY,
    COMMUNE,
    carried_tables,
    file_column,
    is_secret,
    parent_name,
    rows_to_carry,
    written,
    written_in,
)
from market.communes.rules.carried import FORMAT, KIND, LEFT_OUT, NOT_CARRIED, NULL, SECRETS
from market.places.models import Commune
from market.values.period import local_day

AT_ONCE = 1000
README = "bang.md"


@dataclass(slots=True, kw_only=True)
class _Leaving:
    """What goes into the archive by now. `categories`: a category's number -> its code."""

    commune_id: int
    now: datetime
    connection: Connection
    archive: ArchiveWriter
    categories: dict[int, str]
    tables: dict[str, CarriedTable] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)


def carry_out(commune: Commune, out: Path, *, now: datetime) -> CommuneManifest:
    """Write the archive of a commune; it appears under its name only when it is whole. Refused where the folder is
    missing or cannot be written, and where another kind of file has the name."""
    if not out.parent.is_dir():
        raise Refused("no_folder", f"Không có thư mục {out.parent}. Tạo thư mục rồi chạy lại.")
    if out.exists() and not is_packed(out):
        raise Refused("not_an_archive", f"{out} là một tệp khác nên chưa ghi gì lên đó. Mời ghi tên khác.")
    try:
        with new_archive(out) as archive, snapshot() as connection:
            return _put_all(commune, archive, connection, now)
    except OSError as error:
        sentence = f"Chưa xuất được: không ghi được vào {out.parent} ({error.strerror}). Không để lại tệp dở nào."
        raise Refused("archive_not_written", sentence) from error


def _put_all(commune: Commune, archive: ArchiveWriter, connection: Connection, now: datetime) -> CommuneManifest:
    table = Base.metadata.tables[CATEGORY]
    categories = {row.id: row.code for row in connection.execute(select(table.c.id, table.c.code))}
    leaving = _Leaving(commune_id=commune.id, now=now, connection=connection, archive=archive, categories=categories)
    archive.put(README, BytesIO(description().encode()))
    for number, one in enumerate(carried_tables()):
        _put_table(leaving, one, f"bang/{number:03}-{one.name}.csv")
    for one in carried_tables():
        _put_files(leaving, one)
    manifest = CommuneManifest(
        kind=KIND,
        format=FORMAT,
        made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        migration=migration_of(db.engine) or "",
        commune={"code": commune.code, "name": commune.name, "letters": commune.letters},
        seal=vault().encrypt(WORD),
        tables=leaving.tables,
        files=dict(archive.files),
        left_out=dict(LEFT_OUT),
        secrets={f"{name}.{column}": why for (name, column), why in SECRETS.items()},
        figures=figures_of(reading(), commune.id, local_day(now), known_at=now),
        vanished=leaving.vanished,
    )
    archive.put(MANIFEST, BytesIO(json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()))
    return manifest


def _put_table(leaving: _Leaving, table: Table, name: str) -> None:
    with TemporaryFile(dir=leaving.archive.folder) as content:
        text = TextIOWrapper(content, "utf-8", newline="")
        lines = csv.writer(text, lineterminator="\n")
        lines.writerow([column.name for column in table.columns])
        rows = 0
        for row in _rows(leaving, table):
            lines.writerow(row)
            rows += 1
        text.flush()
        text.detach()
        leaving.archive.put(name, content)
    leaving.tables[table.name] = CarriedTable(file=name, rows=rows, largest=_largest(leaving, table))


def _rows(leaving: _Leaving, table: Table) -> Iterator[list[str]]:
    writers = [_writer(leaving, column) for column in table.columns]
    query = select(table).where(rows_to_carry(table, leaving.commune_id)).order_by(*table.primary_key)
    for row in leaving.connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        yield [write(value, row[0]) for write, value in zip(writers, row, strict=True)]


def _writer(leaving: _Leaving, column: AnyColumn) -> Callable[[object, object], str]:
    """Writes a column's values, told the value and the row's first, which is its number."""
    if is_secret(column):
        return (lambda _value, _id: NULL) if column.nullable else lambda _value, number: f"{NOT_CARRIED}:{number}"
    if (column.table.name, column.name) == ("login_session", "ended_at"):
        return lambda value, _id: written(value or leaving.now)
    parent = parent_name(column)
    if parent == COMMUNE:  # a guest's account too is one of this commune from then on
        return lambda value, _id: NULL if value is None else str(leaving.commune_id)
    if parent == CATEGORY:
        return lambda value, _id: NULL if value is None else leaving.categories[int(str(value))]
    if parent in LEFT_OUT:
        return lambda _value, _id: NULL
    return lambda value, _id: written_in(column, value)


def _largest(leaving: _Leaving, table: Table) -> int:
    if "id" not in table.c:
        return 0
    query = select(func.max(table.c.id)).where(rows_to_carry(table, leaving.commune_id))
    return leaving.connection.scalar(query) or 0


def _put_files(leaving: _Leaving, table: Table) -> None:
    """The files that a table's rows name; those that are gone by now are told."""
    column = file_column(table)
    if column is None:
        return
    query = select(column).where(rows_to_carry(table, leaving.commune_id), column.is_not(None)).distinct()
    for named in leaving.connection.scalars(query, execution_options={"yield_per": AT_ONCE}):
        largest, *others = [str(named)] if is_key(str(named)) else files_of(str(named))
        if not _put_file(leaving, largest):
            leaving.vanished.append(largest)
        for key in others:
            _put_file(leaving, key)


def _put_file(leaving: _Leaving, key: str) -> bool:
    """Add a stored file; whether it is there."""
    name = f"{STORED}{key}"
    if name in leaving.archive.files:
        return True
    try:
        content = storage().get(key)
    except (NotFound, FileNotFoundError):
        return False
    leaving.archive.put(name, BytesIO(content))
    return True
