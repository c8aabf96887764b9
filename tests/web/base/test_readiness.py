"""A web process serves only what it knows, and waits for a database that is away instead of ending."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from market.app import create_app
from market.base.config import ROOT
from market.base.db import transaction
from market.base.errors import Refused
from market.web.base.readiness import check_before_serving
from tests import factories as make
from tests.services.databases import production_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database is to be; a folder stands there now, which SQLite cannot open."""
    path = tmp_path / "choso.db"
    path.mkdir()
    return path


@pytest.fixture
def away(file: Path, tmp_path: Path) -> Flask:
    """A production whose database does not answer when it begins to serve."""
    app = create_app(production_of(f"sqlite:///{file}", str(tmp_path / "storage")))
    check_before_serving(app)
    return app


def come_back(file: Path, template: Path) -> None:
    file.rmdir()
    shutil.copy(template, file)


def status_of(app: Flask, path: str) -> tuple[int, str | None]:
    answer = app.test_client().get(path, base_url="https://cho.test")
    return answer.status_code, answer.headers.get("Retry-After")


def test_a_process_that_begins_without_its_database_serves_once_it_is_back(
    away: Flask, file: Path, sqlite_template: Path
) -> None:
    assert [status_of(away, path) for path in ("/healthz", "/gio-hang")] == [(503, "60")] * 2
    come_back(file, sqlite_template)
    assert [status_of(away, path)[0] for path in ("/healthz", "/gio-hang")] == [200, 421], "no commune is there yet"


def stand_past_us(session: Session) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '9999', last_contract = '9998'"))


def have_a_demo_person(session: Session) -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    make.make_person(session, make.make_commune(session), "Mai", "0912 345 678", now).is_demo = True


@pytest.mark.parametrize(("change", "code"), [(stand_past_us, "schema_newer"), (have_a_demo_person, "demo_accounts")])
def test_a_database_that_comes_back_as_one_that_must_not_be_served_is_not(
    away: Flask,
    file: Path,
    sqlite_template: Path,
    caplog: pytest.LogCaptureFixture,
    change: Callable[[Session], None],
    code: str,
) -> None:
    with away.app_context():
        come_back(file, sqlite_template)
        with transaction() as session:
            change(session)
        with pytest.raises(Refused):
            check_before_serving(away)
    assert [status_of(away, "/healthz")[0] for _ in range(2)] == [503] * 2
    assert {record.refused for record in caplog.records if record.message == "must not serve"} == {code}


def test_a_file_that_is_no_database_is_no_database_that_is_away(away: Flask, file: Path) -> None:
    file.rmdir()
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(DatabaseError):
        check_before_serving(away)
    commands = create_app(away.config["CHOSO"]).test_cli_runner()
    for command in (["doctor"], ["work"], ["backup", str(file.parent / "out")]):
        done = commands.invoke(args=command)
        assert (done.exit_code, type(done.exception)) == (1, SystemExit)
        assert "ơ sở dữ liệu" in done.output


def wsgi(*command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """A process of its own that reads wsgi.py over the database of a folder."""
    environment = {
        "PYTHONPATH": str(ROOT),
        "CHOSO_DATABASE_URL": f"sqlite:///{folder / 'choso.db'}",
        "CHOSO_STORAGE_URL": str(folder / "storage"),
    }
    return subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.nightly  # starts a process
def test_a_process_that_serves_reads_neither_alembic_nor_the_commands_nor_what_the_jobs_alone_examine_by(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """And what it has read is never looked through for garbage again, while a transaction holds its locks."""
    shutil.copy(sqlite_template, tmp_path / "choso.db")
    unwanted = {"alembic", "flask_migrate", "mako", "market.cli", "market.seeding"}
    unwanted |= {f"market.adoption.rules.{name}" for name in ("circles", "examining", "trail", "vouching")}
    unwanted |= {"market.adoption.queries.examining", "market.adoption.queries.trails"}
    tell = f"print(sorted({unwanted!r} & sys.modules.keys()), gc.get_freeze_count() > 50_000)"
    done = wsgi("-c", f"import gc, sys, wsgi; {tell}", folder=tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, "[] True"), done.stderr


@pytest.mark.nightly  # starts processes
def test_a_command_is_a_command_whatever_its_arguments_are_called(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "choso.db")
    done = wsgi("-m", "flask", "--app", "wsgi", "backup", "run", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "run").stat().st_size
