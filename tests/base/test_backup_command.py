"""`flask backup` and `flask restore` as scripts call them."""

import json
import stat
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from market.base.db import db, transaction
from tests.cast import Cast
from tests.nights import by_day_on

pytestmark = by_day_on("postgresql")


def test_an_archive_goes_out_and_comes_in(app: Flask, cast: Cast, tmp_path: Path) -> None:
    archive = tmp_path / "market.tar.gz"
    run = app.test_cli_runner().invoke
    told = run(args=["backup", str(archive), "--json"])
    assert told.exit_code == 0
    manifest = json.loads(told.stdout)
    assert manifest["database"] == db.engine.dialect.name
    assert manifest["rows"]["stall"] == 3
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with transaction() as session:
        session.execute(text("UPDATE stall SET name = 'Khác'"))
    refused = run(args=["restore", str(archive)])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--replace" in refused.stderr
    restored = run(args=["restore", str(archive), "--replace"])
    assert restored.exit_code == 0, restored.stderr
    assert "Đã khôi phục" in restored.stdout
    with db.engine.connect() as connection:
        assert "Khác" not in connection.scalars(text("SELECT name FROM stall")).all()


def test_what_is_no_archive_is_refused(app: Flask, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "notes.tar.gz").write_text("xin chào")
    told = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "notes.tar.gz"), "--replace"])
    assert told.exit_code == 1
    assert "Chưa có gì bị đổi" in told.stderr


def test_wrong_usage_is_told(app: Flask, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["backup"]).exit_code == 2
    assert run(args=["restore", str(tmp_path / "nowhere.tar.gz")]).exit_code == 2


def test_without_its_tables_every_command_says_where_to_look(app: Flask, cast: Cast, tmp_path: Path) -> None:
    with transaction() as session:
        session.execute(text("ALTER TABLE commune RENAME TO gone"))
    run = app.test_cli_runner().invoke
    for words in (["search", "gạo"], ["kpi"], ["stamps", "L260101A", "--count", "1", "--out", str(tmp_path / "t.pdf")]):
        told = run(args=words)
        assert (told.exit_code, told.stdout) == (1, "")
        assert "flask --app wsgi doctor" in told.stderr


def test_a_database_without_tables_is_not_backed_up(app: Flask, cast: Cast, tmp_path: Path) -> None:
    with transaction() as session:
        session.execute(text("DROP TABLE alembic_version"))
    told = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "market.tar.gz")])
    assert told.exit_code == 1
    assert "db upgrade" in told.stderr
    assert list(tmp_path.glob("market*")) == []
