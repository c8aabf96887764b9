"""A database that no release and no early edit ever was is refused as it is, with a sentence, and never numbered."""

import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from market.base.db import db
from market.base.schema import schema_of
from tests.conftest import Clock
from tests.nights import kinds_by_day, of_many
from tests.services import applications, postgres
from tests.services.databases import settings_of_dump
from tests.upgrades import dumps

SHAPES = {
    "a column dropped by hand": (['ALTER TABLE "order" DROP COLUMN said_paid_at'], "thiếu cột order.said_paid_at"),
    "a table that a migration reads": (["DROP TABLE sign_in_attempt"], "sign_in_attempt"),
    "a line that never added up": (
        ["UPDATE order_line SET line_total = line_total + 1 WHERE id = (SELECT min(id) FROM order_line)"],
        "line_total",
    ),
}


@pytest.fixture(params=kinds_by_day("postgresql"))
def released(request: pytest.FixtureRequest, tmp_path: Path, now: Clock) -> Iterator[Flask]:
    """The first release with its rows."""
    dump, server = dumps.dump_of("0001", request.param), None
    if request.param == "sqlite":
        url = dumps.load_sqlite(dump, tmp_path / "past.db")
    else:
        server = request.getfixturevalue("postgres_server")
        assert isinstance(server, postgres.Databases)
        url = server.create("unknown")
        dumps.load_postgres(lzma.decompress(dump.read_bytes()).decode(), url)
    app = applications.new(settings_of_dump(url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if server:
        server.drop("unknown")


def state() -> tuple[list[str], object]:
    with db.engine.connect() as connection:
        parts = [str(part) for part in schema_of(connection)]
        return parts, connection.scalar(text("SELECT version_num FROM alembic_version"))


@of_many(1)
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_refused_and_left_as_it_is(released: Flask, shape: str) -> None:
    statements, named = SHAPES[shape]
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    before = state()
    done = released.test_cli_runner().invoke(args=["db", "upgrade"])
    assert done.exit_code == 1
    said = str(done.exception.args[0] if done.exception and done.exception.args else "") + done.output
    assert "Không nâng cấp được" in said
    assert "Chưa có gì bị đổi" in said
    assert named in said
    assert state() == before
    assert before[1] == "0001"


def test_a_database_past_this_program_that_still_fits_has_nothing_to_upgrade(released: Flask) -> None:
    runner = released.test_cli_runner()
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = state()
    done = runner.invoke(args=["db", "upgrade"])
    assert (done.exit_code, state()) == (0, before)
    assert "không có gì để nâng cấp" in done.output
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET last_contract = '9998'"))
    done = runner.invoke(args=["db", "upgrade"])
    assert (done.exit_code, state()) == (1, before)
    assert "Cập nhật chương trình" in str(done.exception.args[0] if done.exception else "") + done.output
