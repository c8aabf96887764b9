"""In: an archive is found whole, then its rows take new numbers behind those that are there, in one transaction: the
commune is there with everything, or nothing of it is.

A row's new number is its old one moved by as much as its table's largest number, so that no list of them is kept.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Table, func, insert, literal_column, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from market.adoption.watching import fill_ledger
from market.base.audit import Actor, Change, record
from market.base.backup.archive import BLOCK, BadArchive, members, of_another_program
from market.base.backup.archive import FILES as STORED
from market.base.db import AnyColumn, Base, db, lock_name
from market.base.errors import Refused
from market.base.revisions import migration_of
from market.base.seals import WORD
from market.base.secrets import KeyMissing, vault
from market.base.storage import is_key, storage
from market.communes.archive.figures import figures_of
from market.communes.archive.manifest import CommuneManifest, read_commune_manifest
from market.communes.archive.tables import CATEGORY, COMMUNE, carried_tables, parent_name, reader
from market.communes.rules.carried import LEFT_OUT, NULL, NUMBERS
from market.places.actions.communes import check_commune
from market.places.models import Commune

AT_ONCE = 500
APART = 1000
"""Between the numbers of PostgreSQL's counter and the first new one: what others take while the counter is moved."""
LARGEST_FILE = 64 * BLOCK
LARGEST_CELL = 16 * BLOCK
Values = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedArchive:
    """An archive that was found whole, with its files in the storage beside (`files`: their keys)."""

    path: Path
    manifest: CommuneManifest
    files: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneBrought:
    """The commune's number here, how many rows each table has of it, and the figures that came out the same."""

    commune_id: int
    rows: Mapping[str, int]
    figures: Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class _Coming:
    """What is known while rows come in. `moved`: a table's name -> what is added to its numbers."""

    session: Session
    manifest: CommuneManifest
    host: str | None
    own_host: str
    categories: Mapping[str, int]
    moved: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        return self.session.connection()

    def at(self, table: str, number: int) -> int:
        return number + self.moved[table] if table in self.moved else 0


def check_archive(path: Path) -> CheckedArchive:
    """Find an archive whole and bring its files beside, before any lock: who asks clears the storage beside after.

    BadArchive where it is damaged, was changed, or is of another version of the program; Refused where this
    installation has not its data key.
    """
    manifest = read_commune_manifest(path)
    _refuse_unlike(path, manifest)
    return CheckedArchive(path=path, manifest=manifest, files=_bring_files(path))


def bring_in(
    session: Session, checked: CheckedArchive, *, host: str | None, own_host: str, now: datetime
) -> CommuneBrought:
    """Bring the commune of an archive into this installation; `host` None: at the host that the archive says. Its files
    are taken over last, before the transaction ends.

    BadArchive for a row that no table takes; Refused where its code, letters or host are another commune's, and where
    its figures would be others.
    """
    lock_name(session, "communes")
    manifest = checked.manifest
    coming = _Coming(session=session, manifest=manifest, host=host, own_host=own_host, categories=_categories(session))
    _fill(checked.path, coming)
    commune_id = coming.at(COMMUNE, manifest.tables[COMMUNE].largest)
    fill_ledger(session, commune_id)
    _refuse_other_figures(session, commune_id, manifest)
    change = Change(verb="bring_commune", subject="commune", subject_id=commune_id, commune_id=commune_id)
    record(session, Actor(), change, now=now)
    for key in checked.files:
        storage().adopt(key)
    return CommuneBrought(commune_id=commune_id, rows=coming.rows, figures=manifest.figures)


def _refuse_unlike(path: Path, manifest: CommuneManifest) -> None:
    here = migration_of(db.engine)
    if manifest.migration != here:
        raise of_another_program(path, f"bản {manifest.migration or 'trống'}, ở đây là {here or 'trống'}")
    tables = {table.name for table in carried_tables()}
    if tables != manifest.tables.keys():
        raise of_another_program(path, "có những bảng khác")
    try:
        is_open = vault().decrypt(manifest.seal) == WORD
    except KeyMissing:
        is_open = False
    if not is_open:
        raise Refused(
            "key_missing",
            "Gói này có dữ liệu niêm phong bằng khóa mà nơi này chưa có. Thêm khóa của nơi xuất vào cuối "
            "CHOSO_DATA_KEYS rồi chạy lại; xong thì chạy flask --app wsgi rekey. Chưa có gì bị đổi.",
        )


def _categories(session: Session) -> dict[str, int]:
    table = Base.metadata.tables[CATEGORY]
    return {row.code: row.id for row in session.execute(select(table.c.id, table.c.code))}


def _bring_files(path: Path) -> list[str]:
    """Bring the archive's files whole into the storage beside; returns their keys, but for those that are here."""
    beside, there = storage().beside(), set(storage().all_keys())
    brought = []
    for name, content in members(path):
        key = name.removeprefix(STORED)
        if name.startswith(STORED) and is_key(key) and key not in there:
            whole = content.read(LARGEST_FILE + 1)
            if len(whole) > LARGEST_FILE:
                raise BadArchive("damaged_archive", f"{key} trong {path.name} lớn quá. Chưa có gì bị đổi.")
            beside.put(key, whole)
            brought.append(key)
    return brought


# --- rows -------------------------------------------------------------------------------------------------------------


def _fill(path: Path, coming: _Coming) -> None:
    tables = {coming.manifest.tables[table.name].file: table for table in carried_tables()}
    for table in tables.values():
        if "id" in table.c:
            coming.moved[table.name] = _move(coming.connection, table, coming.manifest.tables[table.name].largest)
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        for name, content in members(path):
            if name in tables:
                _fill_table(coming, tables[name], content)
    finally:
        csv.field_size_limit(before)
    if coming.rows != {name: one.rows for name, one in coming.manifest.tables.items()}:
        raise BadArchive("damaged_archive", f"Gói dữ liệu {path.name} thiếu dòng. Chưa có gì bị đổi.")


def _move(connection: Connection, table: Table, largest: int) -> int:
    """By how much a table's numbers go up, so that they follow those that are there; PostgreSQL's counter is moved past
    them first, so that nobody else takes one."""
    if connection.dialect.name == "sqlite":
        return connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
    quoted = connection.dialect.identifier_preparer.format_table(table)
    counter = connection.scalar(select(func.pg_get_serial_sequence(quoted, "id")))
    ahead = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
    last = select(literal_column("last_value")).select_from(text(str(counter))).scalar_subquery()
    moved = connection.scalar(select(func.setval(counter, func.greatest(last, ahead) + largest + APART)))
    return int(moved or 0) - largest


def _fill_table(coming: _Coming, table: Table, content: IO[bytes]) -> None:
    lines = csv.reader(line.decode() for line in content)
    head = next(lines, [])
    if head != [column.name for column in table.columns]:
        raise BadArchive("other_columns", f"Bảng {table.name} có cột khác. Chưa có gì bị đổi.")
    rows, later, count = _read(coming, table, lines), dict[int, Values](), 0
    own = [column.name for column in table.columns if column.name != "id" and parent_name(column) == table.name]
    while some := list(islice(rows, AT_ONCE)):
        for row in some:
            _put_off(own, row, later)
        try:
            coming.connection.execute(insert(table), some)
        except IntegrityError as error:
            raise _bad_row(table, count + 2) from error
        count += len(some)
    for number, values in later.items():
        coming.connection.execute(update(table).where(table.c.id == number).values(values))
    coming.rows[table.name] = count


def _put_off(own: Sequence[str], row: Values, later: dict[int, Values]) -> None:
    """What points to a row of the same table that comes after it is said once that is there; `own`: the columns that
    may."""
    for name in own:
        pointed, number = row[name], int(str(row["id"]))
        if pointed is not None and int(str(pointed)) > number:
            later.setdefault(number, {})[name] = pointed
            row[name] = None


def _read(coming: _Coming, table: Table, lines: Iterator[list[str]]) -> Iterator[Values]:
    """The lines of a table as rows with their new numbers."""
    readers = [(column.name, _reader(coming, column)) for column in table.columns]
    for number, line in enumerate(lines, start=2):
        try:
            row: Values = {name: read(text) for (name, read), text in zip(readers, line, strict=True)}
            row |= {name: renumber(row, coming.at) for (of, name), renumber in NUMBERS.items() if of == table.name}
        except (ValueError, KeyError, TypeError) as error:
            raise _bad_row(table, number) from error
        if table.name == COMMUNE:
            _take_place(coming, row)
        yield row


def _reader(coming: _Coming, column: AnyColumn) -> Callable[[str], object]:
    """Reads a column's values, the numbers among them moved."""
    plain, parent = reader(column), column.table.name if column.name == "id" else parent_name(column)
    if parent == CATEGORY:
        return lambda text: None if text == NULL else coming.categories[text]
    if parent in LEFT_OUT:
        return lambda _text: None
    if parent is None:
        return plain
    moved = coming.moved[parent]
    return lambda text: None if text == NULL else int(text) + moved


def _take_place(coming: _Coming, row: Values) -> None:
    """The commune's own row, at the host where it is to answer. Refused where it would be taken for another."""
    row["host"] = coming.host or row["host"]
    check_commune(coming.session, Commune(**{**row, "id": None}), own_host=coming.own_host)


def _bad_row(table: Table, number: int) -> BadArchive:
    return BadArchive("bad_row", f"Dòng {number} của bảng {table.name} không dùng được. Chưa có gì bị đổi.")


def _refuse_other_figures(session: Session, commune_id: int, manifest: CommuneManifest) -> None:
    said = manifest.figures
    as_of, known_at = date.fromisoformat(str(said["as_of"])), datetime.fromisoformat(str(said["known_at"]))
    here = json.loads(json.dumps(figures_of(session, commune_id, as_of, known_at=known_at)))
    if differing := sorted(name for name in said if here.get(name) != said[name]):
        told = "; ".join(f"{name}: {said[name]} thành {here.get(name)}" for name in differing[:5])
        raise Refused(
            "other_figures",
            f"Chỉ tiêu ngày {as_of:%d/%m/%Y} ở đây không ra như ở nơi xuất ({told}), nên chưa nhận gì. Số chung của "
            "nước ở hai nơi (dated_fact không của xã nào) phải như nhau.",
        )
