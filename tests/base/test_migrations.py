"""Migrations make what the models say, on both databases, and lose nothing on the way."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, func, inspect, select, text
from sqlalchemy.exc import DatabaseError

from market.base import backup
from market.base.backup_record import BackupRecord
from market.base.config import ROOT
from market.base.db import Base, db, transaction
from market.base.ddl import SEARCHED, word_of
from market.base.jobs import enqueue
from market.base.revisions import PHASES, newest_of, revisions_in, revisions_known
from market.base.schema import make_tables, schema_of
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.services import postgres

PLANTED = '''"""Products may be weighed in the field."""

import sqlalchemy as sa
from alembic import op

revision = "planted"
down_revision = {head!r}
branch_labels = None
depends_on = None
REBUILD = {rebuild!r}


def upgrade() -> None:
    with op.batch_alter_table("product", recreate=REBUILD) as product:
        product.add_column(sa.Column("field_note", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("product", recreate=REBUILD) as product:
        product.drop_column("field_note")
'''


@pytest.fixture
def made_from_models(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of the same kind whose tables the models made, without any migration."""
    server: postgres.Databases | None = None
    if database_url.startswith("sqlite"):
        engine = create_engine(f"sqlite:///{tmp_path / 'models.db'}")
    else:
        server = request.getfixturevalue("postgres_server")
        engine = create_engine(server.create(f"models_{os.getpid()}"))
    with engine.begin() as connection:
        make_tables(connection)
    yield engine
    engine.dispose()
    if server:
        server.drop(f"models_{os.getpid()}")


def schema_now() -> list[str]:
    with db.engine.connect() as connection:
        return [str(part) for part in schema_of(connection)]


def test_the_migrations_make_what_the_models_say(app: Flask, made_from_models: Engine) -> None:
    with made_from_models.connect() as connection:
        wanted = [str(part) for part in schema_of(connection)]
    made = schema_now()
    assert [line for line in made if line not in wanted] == [], "only the migrations make this"
    assert [line for line in wanted if line not in made] == [], "only the models make this"
    assert len(made) > 300


def test_a_difference_of_one_check_is_seen(app: Flask, made_from_models: Engine) -> None:
    """The comparison is worth something: CHECKs, conditions of indexes and triggers count."""
    kinds = {
        "sqlite": ("check(", "where released_at is null", "trigger "),
        "postgresql": (": check ", "where", "trigger "),
    }
    for sign in kinds[made_from_models.dialect.name]:
        assert any(sign in line for line in schema_now()), sign


def test_nothing_is_left_to_generate(app: Flask) -> None:
    with db.engine.connect() as connection:
        options = {"compare_type": False, "include_object": lambda _o, name, *_rest: "product_fts" not in (name or "")}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []


@by_day_on("postgresql")
def test_going_down_leaves_nothing_and_up_again_everything(app: Flask) -> None:
    before = schema_now()
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert schema_now() == before


@pytest.fixture
def planted(tmp_path: Path, database_url: str) -> Path:
    """The migrations with one more behind them, which rebuilds the table of products."""
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    rebuild = "always" if database_url.startswith("sqlite") else "never"
    head = newest_of(revisions_in(folder / "versions"))
    (folder / "versions" / "29990101_0000_planted.py").write_text(PLANTED.format(head=head, rebuild=rebuild), "utf-8")
    return folder


def fill(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        stall = session.get_one(Stall, cast.lan.stall)
        for number in range(30):
            make.make_product(session, stall, f"Cà rốt luống {number}", now(), on_hand=2000)
        enqueue(session, "ring", {})


def found(word: str) -> int:
    """How many products the search index itself knows by a folded word."""
    questions = {
        "sqlite": "SELECT count(*) FROM product_fts WHERE product_fts MATCH :word",
        "postgresql": f"SELECT count(*) FROM product WHERE {SEARCHED} @@ CAST(:word AS tsquery)",  # noqa: S608
    }
    with db.engine.connect() as connection:
        commune = connection.scalar(text("SELECT min(id) FROM commune")) or 0
        asked = {"word": word_of(commune, f"2f{word}")}
        return connection.scalar(text(questions[db.engine.dialect.name]), asked) or 0


@pytest.fixture
def filled(app: Flask, cast: Cast, now: Clock) -> dict[str, int]:
    fill(cast, now)
    return counts()


def counts() -> dict[str, int]:
    with db.engine.connect() as connection:
        rows = {name: select(func.count()).select_from(table) for name, table in Base.metadata.tables.items()}
        return {name: connection.scalar(query) or 0 for name, query in rows.items()}


@by_day_on("sqlite")
def test_a_rebuild_of_a_filled_table_loses_no_row_and_no_search_entry(
    cast: Cast, now: Clock, filled: dict[str, int], planted: Path
) -> None:
    assert filled["product"] > 30
    assert filled["variant"] == filled["photo"] == filled["product"]
    upgrade(directory=str(planted))
    assert counts() == filled
    assert (found("luong"), found("dau")) == (30, 1)
    with transaction() as session:
        make.make_product(session, session.get_one(Stall, cast.lan.stall), "Su hào luống cuối", now())
        session.execute(text("UPDATE product SET search_words = '2fden' WHERE folded = 'dau xanh'"))
    assert (found("luong"), found("xanh"), found("den")) == (31, 0, 1)


@by_day_on("sqlite")
def test_a_rebuild_keeps_every_check_index_and_trigger(filled: dict[str, int], planted: Path) -> None:
    before = schema_now()
    upgrade(directory=str(planted))
    after = schema_now()
    assert [line for line in before if line not in after] == []
    assert sorted([*before, *(line for line in after if "field_note" in line)]) == after
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text("DELETE FROM stock_move"))
    downgrade(directory=str(planted), revision="-1")
    assert schema_now() == before
    assert counts() == filled


def last_contract() -> str | None:
    with db.engine.connect() as connection:
        return connection.scalar(text("SELECT last_contract FROM alembic_version"))


@by_day_on("sqlite")
def test_a_database_knows_the_last_contract_it_went_through(filled: dict[str, int], planted: Path) -> None:
    file = planted / "versions" / "29990101_0000_planted.py"
    file.write_text(file.read_text("utf-8") + '\n\nphase = "contract"\n', "utf-8")
    before = last_contract()
    upgrade(directory=str(planted))
    assert last_contract() == "planted"
    downgrade(directory=str(planted), revision="-1")
    assert last_contract() == before


def test_every_migration_after_the_first_says_which_phase_it_is() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    phases = {one.revision: getattr(one.module, "phase", None) for one in scripts.walk_revisions()}
    assert [name for name, phase in phases.items() if name != "0001" and phase not in PHASES] == []


def test_the_revisions_read_from_the_files_are_those_alembic_knows() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert revisions_known() == {one.revision: one.down_revision for one in scripts.walk_revisions()}
    assert newest_of(revisions_known()) == scripts.get_current_head()


def test_revisions_are_read_as_they_may_be_written(tmp_path: Path) -> None:
    template = (ROOT / "migrations" / "script.py.mako").read_text("utf-8")
    written = re.sub(r"\$\{repr\((\w+)\)\}", r"'\1'", template).replace('${imports if imports else ""}', "")
    (tmp_path / "1_by_the_command.py").write_text(written, "utf-8")
    (tmp_path / "2_with_a_type.py").write_text("revision: str = 'two'  # named\ndown_revision: str = 'up_revision'")
    (tmp_path / "3_without_one_before.py").write_text("revision = down_revision = None\nrevision = 'three'")
    (tmp_path / "__init__.py").touch()
    (tmp_path / ".#1_being_edited.py").touch()
    assert revisions_in(tmp_path) == {"up_revision": "down_revision", "two": "up_revision", "three": None}


def test_two_newest_revisions_are_no_line() -> None:
    with pytest.raises(ValueError, match="end in left, right"):
        newest_of({"first": None, "left": "first", "right": "first"})


BROKEN = """
revision = "broken"
down_revision = "planted"
branch_labels = None
depends_on = None


def upgrade() -> None:
    from alembic import op

    op.execute("DELETE FROM photo")
    op.execute("UPDATE product SET stall_id = 999")
    op.execute("UPDATE nowhere SET x = 1")
"""


@by_day_on("sqlite")
def test_a_migration_that_fails_leaves_everything_as_it_was(filled: dict[str, int], planted: Path) -> None:
    (planted / "versions" / "29990102_0000_broken.py").write_text(BROKEN)
    before = schema_now()
    with pytest.raises(SystemExit, match="báo lỗi .*0_broken.py:.* Chưa có gì bị đổi"):
        upgrade(directory=str(planted))
    assert counts() == filled
    assert schema_now() == before, "the migrations before it are undone with it"


@by_day_on("sqlite")
def test_rows_that_point_nowhere_stop_a_migration(filled: dict[str, int], planted: Path) -> None:
    (planted / "versions" / "29990102_0000_broken.py").write_text(
        BROKEN.replace("UPDATE nowhere SET x = 1", "SELECT 1")
    )
    with pytest.raises((SystemExit, RuntimeError)) as refused:
        upgrade(directory=str(planted))
    assert "(999)" not in str(refused.value), "a value of a row is nobody's business"
    assert counts() == filled


def test_no_name_waits_to_be_put_into_the_search_index(app: Flask) -> None:
    """Else every search on PostgreSQL reads all names added since the last vacuum, one by one."""
    if db.engine.dialect.name == "postgresql":
        options = text("SELECT reloptions FROM pg_class WHERE relname = 'ix_product_fts'")
        with db.engine.connect() as connection:
            assert connection.scalar(options) == ["fastupdate=off"]


def test_every_table_is_known_when_the_market_starts(app: Flask) -> None:
    with db.engine.connect() as connection:
        there = {table.name for table in backup.tables_of(connection)}
    assert there | {BackupRecord.__tablename__} == set(Base.metadata.tables), "no archive holds this one"


def test_every_constraint_has_a_name(app: Flask) -> None:
    nameless = [str(c) for table in Base.metadata.sorted_tables for c in table.constraints if not c.name]
    assert nameless == []
