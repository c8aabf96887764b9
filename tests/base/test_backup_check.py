"""`flask backup-check`: an archive is restored into a scratch database and compared; the market's own stays."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from market.base.backup import back_up, check_backup, last_backup
from market.base.config import Settings
from market.base.db import db, reading
from market.base.migrations import bring_to
from tests.base.test_backup import content, elsewhere, filled, opened, stored
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import database_by_day_on, in_turns

__all__ = ["elsewhere", "filled"]

database_url = database_by_day_on("sqlite")

SPOIL = (
    "CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name = 'Khác'; RETURN NEW; END $$",
    "CREATE TRIGGER spoil BEFORE INSERT ON stall FOR EACH ROW EXECUTE FUNCTION other()",
)


def test_an_archive_that_would_come_back_is_said_to(filled: Cast, app: Flask, tmp_path: Path, now: Clock) -> None:
    back_up(tmp_path / "market.tar.gz", now=now())
    before, files = content(), stored()
    told = app.test_cli_runner().invoke(args=["backup-check", str(tmp_path / "market.tar.gz"), "--json"])
    assert (told.exit_code, told.stderr) == (0, "")
    said = json.loads(told.stdout)
    assert (said["is_ok"], said["scratch"], said["files"]) == (True, db.engine.dialect.name, 1)
    assert said["tables"]["stall"] == {"archived": 3, "restored": 3, "is_same": True}
    known = last_backup(reading())
    assert (known.checked_at, known.failed_since) == (now(), False)
    before["backup_record"] = content()["backup_record"]
    assert (content(), stored()) == (before, files)
    assert [*tmp_path.glob("*market*")] == [tmp_path / "market.tar.gz"]
    told = app.test_cli_runner().invoke(args=["backup-check", str(tmp_path / "market.tar.gz")])
    assert "Đã khôi phục thử market.tar.gz" in told.stdout


@pytest.mark.nightly  # whole archives made and restored; by day one kind checks its own
@in_turns("elsewhere")
def test_either_kind_of_market_checks_either_kind_of_archive(
    filled: Cast, elsewhere: Settings, tmp_path: Path, now: Clock
) -> None:
    back_up(tmp_path / "market.tar.gz", now=now())
    with opened(elsewhere):
        checked = check_backup(tmp_path / "market.tar.gz")
        assert (checked.differing, checked.scratch) == ([], db.engine.dialect.name)
        assert checked.tables["person"].restored == checked.tables["person"].archived > 0


@pytest.mark.nightly  # a whole restore into a scratch file, as by day on SQLite
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_leave_to_make_a_schema_a_scratch_file_is_filled(
    filled: Cast, tmp_path: Path, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "market.tar.gz", now=now())
    monkeypatch.setattr("market.base.backup.checking.may_make_room", lambda: False)
    checked = check_backup(tmp_path / "market.tar.gz")
    assert (checked.differing, checked.scratch) == ([], "sqlite")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_table_that_comes_back_otherwise_is_named(
    filled: Cast, app: Flask, tmp_path: Path, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of the program or the server: rows come in, and are not what the archive says."""
    back_up(tmp_path / "market.tar.gz", now=now())

    def spoilt(connection: Connection, revision: str) -> None:
        bring_to(connection, revision)
        if revision != "head":
            for statement in SPOIL:
                connection.exec_driver_sql(statement)

    monkeypatch.setattr("market.base.backup.restoring.bring_to", spoilt)
    told = app.test_cli_runner().invoke(args=["backup-check", str(tmp_path / "market.tar.gz"), "--json"])
    assert told.exit_code == 1
    assert told.stdout, told.stderr
    assert json.loads(told.stdout)["tables"]["stall"]["is_same"] is False
    assert "ra khác với lúc sao lưu: stall. Đừng dựa vào bản này" in told.stderr
    assert "ra khác với lúc sao lưu: stall" in last_backup(reading()).problem


def test_an_archive_that_does_not_unpack_is_refused_and_written_down(
    filled: Cast, app: Flask, tmp_path: Path, now: Clock
) -> None:
    back_up(tmp_path / "market.tar.gz", now=now())
    (tmp_path / "cut.tar.gz").write_bytes((tmp_path / "market.tar.gz").read_bytes()[:-900])
    now.move(hours=1)
    told = app.test_cli_runner().invoke(args=["backup-check", str(tmp_path / "cut.tar.gz")])
    assert (told.exit_code, told.stdout) == (1, "")
    assert "Chưa có gì bị đổi" in told.stderr
    assert last_backup(reading()).failed_since
