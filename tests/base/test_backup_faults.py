"""What goes wrong while a backup is made or restored is told, and what was there stays (faults.md P1-9)."""

import errno
import json
import lzma
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from market.base.backup import SQLITE_FILE, BadArchive, back_up, last_backup, restore, restoring
from market.base.backup.archive import UNFINISHED, scratch_folder
from market.base.db import db, reading, transaction
from market.base.errors import Refused
from market.base.revisions import Fit, standing_of
from market.base.schema import missing_from
from market.base.storage import FolderStorage, new_key, storage
from tests.base.archives import Members, as_lines, lines_of, manifest_of, rewritten
from tests.base.test_backup import content, filled, opened, stored
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import IS_NIGHT, database_by_day_on
from tests.services.databases import settings_of_dump
from tests.upgrades import dumps

__all__ = ["filled"]

database_url = database_by_day_on("sqlite")


@pytest.fixture
def archive(filled: Cast, tmp_path: Path, now: Clock) -> Path:
    out = tmp_path / "kept" / "market.tar.gz"
    out.parent.mkdir()
    back_up(out, now=now())
    return out


# --- out --------------------------------------------------------------------------------------------------------------


def test_a_picture_forgotten_during_a_backup_is_named_and_the_backup_goes_on(
    filled: Cast, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """faults.md P1-9: "Không tìm thấy trang này." and no archive. One that comes during it is the next backup's."""
    storage().put(gone := new_key("photo", "webp"), b"seen by the list, then forgotten")
    get = FolderStorage.get

    def forget_first(self: FolderStorage, key: str) -> bytes:
        if key == gone:
            self.delete(key)
            self.put(new_key("photo", "webp"), b"put after the rows were read")
        return get(self, key)

    monkeypatch.setattr(FolderStorage, "get", forget_first)
    told = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "market.tar.gz")])
    assert (told.exit_code, told.stderr) == (0, "")
    assert f"1 tệp vừa bị xóa trong lúc sao lưu nên không có: {gone}" in told.stdout
    said = manifest_of(tmp_path / "market.tar.gz")
    assert said["vanished"] == [gone]
    assert sum(name.startswith("storage/") for name in said["files"]) == 1  # type: ignore[attr-defined]
    restore(tmp_path / "market.tar.gz", replace=True)
    assert [*stored().values()] == [b"a picture"]


def test_a_full_disk_leaves_the_former_backup_and_nothing_half_written(
    archive: Path, app: Flask, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = archive.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    now.move(hours=1)
    told = app.test_cli_runner().invoke(args=["backup", str(archive)])
    monkeypatch.undo()
    assert (told.exit_code, told.stdout) == (1, "")
    assert "No space left on device" in told.stderr
    assert f"Bản cũ {archive.name} còn nguyên" in told.stderr
    assert archive.read_bytes() == before
    assert [*archive.parent.iterdir()] == [archive]
    known = last_backup(reading())
    assert (known.made_at, known.failed_at) == (None, now())
    assert known.failed_since
    assert "còn nguyên" in known.problem


def test_a_backup_takes_no_other_file_s_place(filled: Cast, app: Flask, tmp_path: Path, now: Clock) -> None:
    """The database's own name, say, or that of the settings: it was replaced by the archive."""
    other, empty = tmp_path / "choso.db", tmp_path / "made-by-mktemp"
    other.write_bytes(b"SQLite format 3\0")
    empty.touch()
    told = app.test_cli_runner().invoke(args=["backup", str(other)])
    assert (told.exit_code, told.stdout) == (1, "")
    assert "không phải bản sao lưu, nên chưa ghi gì lên đó" in told.stderr
    assert other.read_bytes() == b"SQLite format 3\0"
    assert [*tmp_path.glob(f"{UNFINISHED}*")] == []
    for _ in range(2):
        back_up(empty, now=now())


def test_an_archive_is_on_the_disk_before_it_takes_its_name(
    filled: Cast, tmp_path: Path, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """faults.md P1-9: no fsync before rename. The folder's entry is made safe after it."""
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append(f"fsync {Path(os.readlink(f'/proc/self/fd/{handle}')).name}")
        fsync(handle)

    def renamed(self: Path, target: Path) -> Path:
        done.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    back_up(tmp_path / "market.tar.gz", now=now())
    assert done == ["fsync archive", "rename", f"fsync {tmp_path.name}"]


@pytest.mark.nightly  # a process is started and killed
def test_what_a_killed_backup_has_left_is_removed_by_the_next(filled: Cast, tmp_path: Path, now: Clock) -> None:
    """Kill -9 lets nothing tidy up; what another one is making now stays."""
    held = "import sys, time\nfrom pathlib import Path\nfrom market.base.backup.archive import scratch_folder\n"
    made = f"with scratch_folder(Path({str(tmp_path)!r})) as folder:\n    (folder / 'archive').write_bytes(b'half')\n"
    wait = "    print(folder, flush=True)\n    time.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", held + made + wait], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        back_up(tmp_path / "market.tar.gz", now=now())
        assert (folder / "archive").exists()
        process.send_signal(signal.SIGKILL)
    assert (folder / "archive").exists()
    back_up(tmp_path / "market.tar.gz", now=now())
    assert [*tmp_path.glob(f"{UNFINISHED}*")] == []
    with scratch_folder(tmp_path):
        pass
    assert [*tmp_path.glob(f"{UNFINISHED}*")] == []


def test_a_backup_that_nobody_can_write_down_is_still_a_backup(
    filled: Cast, app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction() as session:
        session.execute(text("ALTER TABLE backup_record RENAME TO gone"))
    assert app.test_cli_runner().invoke(args=["backup", str(tmp_path / "market.tar.gz")]).exit_code == 0
    assert (tmp_path / "market.tar.gz").exists()
    assert "a backup is not written down" in caplog.text


def test_the_doctor_can_ask_when_a_backup_was_made_also_after_a_restore(
    filled: Cast, app: Flask, tmp_path: Path, now: Clock
) -> None:
    run, made = app.test_cli_runner().invoke, now()
    assert last_backup(reading()).made_at is None
    run(args=["backup", str(tmp_path / "market.tar.gz")])
    now.move(days=2)
    assert (last_backup(reading()).made_at, last_backup(reading()).archive) == (made, "market.tar.gz")
    run(args=["restore", str(tmp_path / "market.tar.gz"), "--replace"])
    assert (last_backup(reading()).made_at, last_backup(reading()).failed_since) == (made, False)


# --- in ---------------------------------------------------------------------------------------------------------------


def assert_nothing_changes(archive: Path, sentence: str, kind: type[Refused] = BadArchive) -> None:
    before, files = content(), stored()
    with pytest.raises(kind, match=sentence) as refused:
        restore(archive, replace=True)
    assert "dữ liệu cũ còn nguyên" in refused.value.sentence
    assert content() == before
    assert stored() == files
    assert not [*archive.parent.glob(f"{UNFINISHED}*")]


def changed_row(table: str, change: Callable[[dict[str, object]], object]) -> Callable[[Members], None]:
    """Change the last row of a table in an archive of PostgreSQL."""

    def apply(members: Members) -> None:
        name, rows = lines_of(members, table)
        change(rows[-1])
        members[name] = as_lines(rows)

    return apply


def said_twice(members: Members) -> None:
    name, rows = lines_of(members, "product")
    members[name] = as_lines([*rows, rows[-1]])


def cut_line(members: Members) -> None:
    name, _ = lines_of(members, "product")
    members[name] = members[name][:-30]


def of_no_table(members: Members) -> None:
    members["database/999-nothing.jsonl"] = b"{}\n"


def dropped_row(members: Members) -> None:
    name, rows = lines_of(members, "event")
    members[name] = as_lines(rows[:-1])


BAD_LINES: dict[str, tuple[Callable[[Members], object], str]] = {
    "a word for a number": (changed_row("variant", lambda row: row.update(price="nhiều")), "bảng variant"),
    "half a đồng": (changed_row("variant", lambda row: row.update(price=1.5)), "bảng variant"),
    "no moment": (changed_row("product", lambda row: row.update(created_at="hôm qua")), "bảng product"),
    "a state nobody knows": (changed_row("product", lambda row: row.update(state="lạ")), "bảng product"),
    "nothing where something must be": (changed_row("stall", lambda row: row.update(name=None)), "bảng stall"),
    "a stall nobody has": (changed_row("product", lambda row: row.update(stall_id=987654)), "bảng product"),
    "a column too few": (changed_row("product", lambda row: row.pop("name")), "dòng 4 của bảng product"),
    "a column too many": (changed_row("product", lambda row: row.update(colour="đỏ")), "dòng 4 của bảng product"),
    "a list for a word": (changed_row("product", lambda row: row.update(name=["a"])), "bảng product"),
    "a NUL": (changed_row("product", lambda row: row.update(name="a\0b")), "bảng product"),
    "the same row twice": (said_twice, "bảng product"),
    "no JSON": (cut_line, "bảng product"),
    "a table nobody knows": (of_no_table, "thiếu hoặc hỏng"),
    "fewer rows than it says": (dropped_row, "thiếu hoặc hỏng"),
}
BY_DAY = ("a word for a number", "fewer rows than it says")
"""Refused by the table and the manifest; the others nightly, because each makes
all tables by their migrations."""


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_bad_row_in_an_archive_with_right_checksums_changes_nothing(archive: Path) -> None:
    """faults.md P1-9: a traceback, and the old data gone."""
    for name in BAD_LINES if IS_NIGHT else BY_DAY:
        print(name)
        change, sentence = BAD_LINES[name]
        assert_nothing_changes(rewritten(archive, change), sentence)


BAD_FILES = {
    "UPDATE product SET created_at = 'hôm qua' WHERE id = 2": "dòng 2 của bảng product",
    "UPDATE product SET created_at = '12:00' WHERE id = 2": "dòng 2 của bảng product",
    "UPDATE product SET created_at = 'now' WHERE id = 2": "dòng 2 của bảng product",
    "UPDATE product SET created_at = '2026-11-24' WHERE id = 2": "dòng 2 của bảng product",
    "UPDATE product SET created_at = '2026-11-24 09:00:00+07:00' WHERE id = 2": "dòng 2 của bảng product",
    "UPDATE product SET name = x'ff00' WHERE id = 2": "dòng 2 của bảng product",
    "UPDATE product SET stall_id = 987654 WHERE id = 2": "dòng 2 của bảng product",
    "DROP TABLE try_window": "thiếu bảng try_window",
    "DROP TRIGGER event_no_delete": "thiếu trigger event.event_no_delete",
    "UPDATE job SET payload = '{không'": "bảng job",
    "PRAGMA ignore_check_constraints = ON; UPDATE variant SET price = 1.5 WHERE id = 1": "thiếu hoặc hỏng",
    "DELETE FROM cart_line; DELETE FROM photo; DROP TRIGGER event_no_delete; DELETE FROM event": "thiếu hoặc hỏng",
    "UPDATE alembic_version SET version_num = '20261128_1600'": "thiếu hoặc hỏng",
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_bad_row_in_a_file_with_a_right_checksum_changes_nothing(archive: Path, tmp_path: Path) -> None:
    for statements, sentence in list(BAD_FILES.items())[:: 1 if IS_NIGHT else 6]:
        print(statements)

        def spoil(members: Members, statements: str = statements) -> None:
            file = tmp_path / "spoilt.db"
            file.write_bytes(members[SQLITE_FILE])
            with closing(sqlite3.connect(file)) as connection:
                connection.executescript(statements)
                connection.commit()
            members[SQLITE_FILE] = file.read_bytes()

        assert_nothing_changes(rewritten(archive, spoil), sentence)


@pytest.mark.nightly  # a whole archive is made to be refused; smaller bounds are tried by day
def test_a_file_that_unfolds_into_more_than_the_market_keeps_is_refused(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "LARGEST_FILE", 1000)
    large = {f"storage/{new_key('photo', 'webp')}": b"\0" * 1001}
    assert_nothing_changes(rewritten(archive, lambda members: members.update(large)), "thiếu hoặc hỏng")


def test_an_archive_in_a_form_of_later_programs_is_refused(archive: Path) -> None:
    for said in ({"format": 2}, {"migration": "29990101_0000"}):
        later = rewritten(archive, lambda members: members, **said)
        with pytest.raises(BadArchive, match="bản chương trình khác.*Cập nhật chương trình"):
            restore(later, replace=True)


def test_a_manifest_that_makes_no_sense_is_refused(archive: Path) -> None:
    wrong = {"migration": ["a"], "rows": 3, "made_at": 5, "vanished": "a", "database": "mysql"}
    for said in (*({name: value} for name, value in wrong.items()), {"format": "một"}, {"format": 0}, {"format": True}):
        with pytest.raises(BadArchive, match="Chưa có gì bị đổi"):
            restore(rewritten(archive, lambda members: members, **said), replace=True)


@pytest.mark.nightly  # of a program that is released and cannot change
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_lines_of_an_earlier_program_come_in_as_well(archive: Path) -> None:
    """It wrote blanks after each comma, and no account of what had vanished."""
    before = content()

    def as_then(members: Members) -> None:
        for name in [one for one in members if one.endswith(".jsonl")]:
            members[name] = as_lines([json.loads(line) for line in members[name].splitlines()])
        manifest = json.loads(members["manifest.json"])
        del manifest["vanished"]
        members["manifest.json"] = json.dumps(manifest).encode()

    restore(rewritten(archive, as_then), replace=True)
    assert content() == before


@pytest.mark.nightly  # a second whole archive; by day all tables go through one
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_odd_text_goes_through_an_archive_unchanged(filled: Cast, tmp_path: Path, now: Clock) -> None:
    """COPY doubles backslashes, and JSON within JSON may hold a line break."""
    odd = 'C:\\new\\table "q" \\. \\N \\\\\t\n\r\x0b – Ổi đỏ 🌿'
    with transaction() as session:
        session.execute(text("UPDATE product SET description = :odd"), {"odd": odd})
        session.execute(text("UPDATE job SET payload = CAST(:odd AS json)"), {"odd": '{"a":\n "\\\\n\\u00e9"}'})
    before = content()
    back_up(tmp_path / "market.tar.gz", now=now())
    restore(tmp_path / "market.tar.gz", replace=True)
    assert content() == before


def test_a_machine_that_does_not_take_a_restore_keeps_what_it_has(
    archive: Path, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are the last thing before the old market ends: where they do not fit, none of it comes."""
    storage().put(new_key("photo", "webp"), b"a later picture")
    for key in [*storage().all_keys()][:1]:
        storage().delete(key)
    before, files = content(), stored()

    def full(_self: FolderStorage, _key: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(FolderStorage, "adopt", full)
    told = app.test_cli_runner().invoke(args=["restore", str(archive), "--replace"])
    assert (told.exit_code, told.stdout) == (1, "")
    assert "dữ liệu cũ còn nguyên" in told.stderr
    assert (content(), stored()) == (before, files)
    assert "choso_restoring" not in inspect(db.engine).get_schema_names()
    monkeypatch.undo()
    restore(archive, replace=True)
    assert [*stored().values()] == [b"a picture"]


@pytest.mark.nightly  # whole archives of released schemas, which cannot change
@pytest.mark.parametrize("revision", [dumps.heads()[0], dumps.heads()[-1]])
def test_an_archive_of_an_older_market_comes_in_and_is_brought_to_today(
    app: Flask, database_url: str, tmp_path: Path, now: Clock, revision: str, request: pytest.FixtureRequest
) -> None:
    """As the program of that time made it, of a database of the same kind with the rows that it had."""
    if database_url.startswith("sqlite"):
        url = dumps.load_sqlite(dumps.dump_of(revision, "sqlite"), tmp_path / "past.db")
    else:
        url = request.getfixturevalue("postgres_server").create("past_archive")
        dumps.load_postgres(lzma.decompress(dumps.dump_of(revision, "postgresql").read_bytes()).decode(), url)
    with opened(settings_of_dump(url, tmp_path / "past")):
        back_up(tmp_path / "past.tar.gz", now=now())
    restore(tmp_path / "past.tar.gz", replace=False)
    with db.engine.connect() as connection:
        assert standing_of(db.engine).fit is Fit.CURRENT
        assert missing_from(connection) == []
    assert len(content()["order"]) >= 200
