"""A disk that is full, or open for reading alone, is told from a fault of the program by what was said of it."""

import errno
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import exc, text

from market.base.commands import LOOK, command
from market.base.db import reading, transaction
from market.base.files import write_whole
from market.base.outages import Outage, outage_of
from tests.services.unwritable import database_reads_only, no_room_for_files, sqlite_full

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
BIG = "CREATE TABLE heavy AS SELECT zeroblob(200000) AS weight"


def outage_in(statement: str) -> Outage | None:
    with pytest.raises(exc.SQLAlchemyError) as found, transaction() as session:
        session.execute(text(statement))
    return outage_of(found.value)


def test_a_database_that_may_only_be_read_is_unwritable_until_it_is_not(app: Flask) -> None:
    with database_reads_only():
        assert outage_in("DELETE FROM person") is Outage.UNWRITABLE
        assert reading().scalar(text("SELECT 1")) == 1
    with transaction() as session:
        session.execute(text("DELETE FROM person"))


@ON_SQLITE
@pytest.mark.parametrize("fault", [sqlite_full, no_room_for_files])
def test_a_sqlite_file_that_cannot_grow_is_unwritable_and_takes_more_once_it_can(
    app: Flask, fault: Callable[[], AbstractContextManager[None]]
) -> None:
    """faults.md P1-7: "database or disk is full" was a 500."""
    reading().execute(text("SELECT 1"))
    with fault():
        assert outage_in(BIG) is Outage.UNWRITABLE
    with transaction() as session:
        session.execute(text(BIG))
        session.execute(text("DROP TABLE heavy"))


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("code", "outage"), [("53100", Outage.UNWRITABLE), ("42501", Outage.UNWRITABLE), ("58030", Outage.AWAY)]
)
def test_postgresql_says_what_keeps_it(app: Flask, code: str, outage: Outage) -> None:
    """53100: no space left on its disk; 42501: this account may not write; 58030: its disk fails."""
    said = f"DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{code}'; END $$"
    assert outage_in(said) is outage


def test_what_is_wrong_with_a_statement_is_no_outage(app: Flask) -> None:
    assert outage_in("SELECT * FROM nowhere") is None
    assert outage_in("INSERT INTO person (name) VALUES (NULL)") is None


def test_a_command_says_what_keeps_it_and_what_to_do(app: Flask, tmp_path: Path) -> None:
    @command("erase")
    def erase() -> None:
        with transaction() as session:
            session.execute(text("DELETE FROM person"))

    @command("print")
    def write() -> None:
        write_whole(tmp_path / "sheet.pdf", b"x" * 2000)

    runner = app.test_cli_runner()
    with database_reads_only():
        refused = runner.invoke(erase)
    with no_room_for_files(1000):
        full = runner.invoke(write)
    for done in (refused, full):
        assert (done.exit_code, type(done.exception)) == (1, SystemExit)
        assert LOOK in done.stderr
    assert "sheet.pdf" in full.stderr or "tệp" in full.stderr
    assert list(tmp_path.glob("*sheet*")) == []
    assert [runner.invoke(one).exit_code for one in (erase, write)] == [0, 0]


@pytest.mark.parametrize(
    ("number", "outage"),
    [
        (errno.ENOSPC, Outage.UNWRITABLE),
        (errno.EDQUOT, Outage.UNWRITABLE),
        (errno.EROFS, Outage.UNWRITABLE),
        (errno.EACCES, Outage.UNWRITABLE),
        (errno.EIO, Outage.AWAY),
        (errno.ESTALE, Outage.AWAY),
        (errno.ENOENT, None),
        (errno.EPIPE, None),
    ],
)
def test_a_file_that_cannot_be_written_says_why(number: int, outage: Outage | None) -> None:
    assert outage_of(OSError(number, os.strerror(number))) is outage


def test_a_disk_that_is_full_takes_nothing() -> None:
    with pytest.raises(OSError, match="No space left") as full, open("/dev/full", "wb", buffering=0) as disk:
        disk.write(b"x")
    assert outage_of(full.value) is Outage.UNWRITABLE
    assert outage_of(FileNotFoundError(errno.ENOENT, "No usable temporary directory found in []")) is Outage.UNWRITABLE
    assert outage_of(ValueError()) is None
