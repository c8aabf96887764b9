"""Every released database, with its rows, goes to the head of the migrations and is still the same market."""

import json
import lzma
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.base import backup
from market.base.config import ROOT
from market.base.db import db, migrate
from market.base.schema import Schema, schema_of
from tests import factories as make
from tests.conftest import Clock
from tests.services import applications, postgres
from tests.services.databases import settings_for
from tests.upgrades import dumps
from tests.upgrades.crawl import pages_seen
from tests.upgrades.make import answers

TRIES = ("one_time_code.tries", "sign_in_attempt")
"""What one counter of tries took the place of; the tries of the last day are in it."""
CHANGED: dict[str, tuple[str, ...]] = {"0001": TRIES}
"""What later migrations changed on purpose, by released revision: `table`, whose rows are others, or `table.column`."""

KINDS = ("sqlite", "postgresql")
PAST = [(revision, kind) for revision in dumps.fingerprints() for kind in KINDS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A released database as it was loaded, before anything was done to it."""

    revision: str
    url: str
    rows: dumps.Rows


@pytest.fixture(params=PAST, ids=lambda param: "-".join(param))
def past(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Past]:
    revision, kind = request.param
    server: postgres.Databases | None = None
    if kind == "sqlite":
        url = dumps.load_sqlite(dumps.dump_of(revision, kind), tmp_path / "past.db")
    else:
        server = request.getfixturevalue("postgres_server")
        url = server.create("past")
        dumps.load_postgres(lzma.decompress(dumps.dump_of(revision, kind).read_bytes()).decode(), url)
    with dumps.opened(url) as connection:
        rows = dumps.rows_in(connection)
    yield Past(revision=revision, url=url, rows=rows)
    if server:
        server.drop("past")


@pytest.fixture
def market(past: Past, tmp_path: Path, now: Clock) -> Iterator[Flask]:
    app = applications.new(settings_for(past.url, tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def rows_now(url: str) -> dumps.Rows:
    with dumps.opened(url) as connection:
        return dumps.rows_in(connection)


def lost(past: Past, later: dumps.Rows) -> list[str]:
    meant = CHANGED[past.revision]
    return [one for one in past.rows.lost_in(later) if one not in meant and one.partition(".")[0] not in meant]


# --- the table of what is released ----------------------------------------------------------------------------------


def test_a_released_migration_is_as_it_was_when_it_was_released(app: Flask) -> None:
    scripts = ScriptDirectory.from_config(migrate.get_config())
    now_there = {
        revision: sha256(Path(scripts.get_revision(revision).path).read_bytes()).hexdigest()
        for revision in dumps.fingerprints()
    }
    assert now_there == dumps.fingerprints()


def test_every_dump_is_of_a_released_revision_and_each_has_one_of_both_kinds() -> None:
    there = {file.name for file in dumps.DATA.glob("*.xz")}
    wanted = {dumps.dump_of(revision, kind).name for revision, kind in PAST}
    assert there == wanted | {f"{revision}.answers.json.xz" for revision in dumps.fingerprints()}
    assert all((dumps.DATA / name).stat().st_size < 300_000 for name in there)


# --- to the head ----------------------------------------------------------------------------------------------------


def test_the_dump_holds_something_of_everything(past: Past) -> None:
    assert [name for name, count in past.rows.counts.items() if not count] == []
    assert past.rows.counts["order"] >= 200


@pytest.fixture
def head(past: Past, request: pytest.FixtureRequest) -> Schema:
    """The schema of a new database of the same kind."""
    if past.url.startswith("sqlite"):
        url = f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    else:
        url = str(make_url(past.url).set(database=request.getfixturevalue("postgres_template")))
    with dumps.opened(url) as connection:
        return schema_of(connection)


def test_an_upgrade_keeps_every_row_and_ends_where_a_new_database_begins(
    past: Past, market: Flask, head: Schema
) -> None:
    upgrade()
    with db.engine.connect() as connection:
        assert schema_of(connection) == head
    assert lost(past, rows_now(past.url)) == []


def test_searches_find_the_same_and_the_figures_are_the_same(past: Past, market: Flask) -> None:
    upgrade()
    assert json.loads(json.dumps(answers(market))) == dumps.answers_of(past.revision)


def test_every_front_end_answers(past: Past, market: Flask, now: Clock) -> None:
    upgrade()
    with Session(db.engine) as session:
        people = session.scalars(select(Person.id).where(Person.is_demo).order_by(Person.id)).all()
    seen: dict[str, int] = {}
    for person in [None, *people]:
        client = market.test_client()
        if person is not None:
            make.sign_in(client, person, now())
        for start in ("/", "/tim?q=gao", "/ban-hang", "/to-cong-nghe", "/van-phong", "/tai-khoan"):
            found = pages_seen(market, client, start)
            assert {rule: status for rule, status in found.items() if status >= 500} == {}
            seen |= {rule: status for rule, status in found.items() if status == 200}
    for beginning in PAGES:
        assert any(rule.startswith(beginning) for rule in seen), (beginning, sorted(seen))


PAGES = (
    "/",
    "/tim",
    "/nhom/",
    "/san-pham/",
    "/gian-hang/",
    "/gio-hang",
    "/ban-hang/<gian>/don/<code>",
    "/ban-hang/<gian>/san-pham",
    "/ban-hang/<gian>/lo/",
    "/ban-hang/<gian>/tien",
    "/to-cong-nghe",
    "/van-phong/chi-tieu",
    "/van-phong/so-ho/<int:business_id>",
    "/van-phong/nhat-ky",
)


def test_a_backup_made_after_an_upgrade_fills_it_again(past: Past, market: Flask, tmp_path: Path, now: Clock) -> None:
    upgrade()
    before = rows_now(past.url)
    backup.back_up(tmp_path / "after.tar.gz", now=now())
    backup.restore(tmp_path / "after.tar.gz", replace=True)
    assert rows_now(past.url) == before


LOSING = '''"""Forgets something."""

from alembic import op

revision = "losing"
down_revision = {head!r}
branch_labels = None
depends_on = None
phase = "contract"


def upgrade() -> None:
    op.execute({statement!r})
'''


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("DELETE FROM scan", ["scan"]),
        ("UPDATE product SET description = substr(description, 1, 400)", ["product.description"]),
        ("UPDATE variant SET price = price - 1 WHERE price > 9007199254740992", ["variant.price"]),
        ("UPDATE person SET created_at = '2026-01-01 00:00:00+00:00' WHERE id = 1", ["person.created_at"]),
    ],
)
def test_a_migration_that_loses_something_is_seen(
    past: Past, market: Flask, tmp_path: Path, statement: str, names: list[str]
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(ROOT / "migrations", folder)
    head = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions" / "29990101_0000_losing.py").write_text(LOSING.format(head=head, statement=statement), "utf-8")
    upgrade(directory=str(folder))
    assert [one for one in lost(past, rows_now(past.url)) if one in names] == names
