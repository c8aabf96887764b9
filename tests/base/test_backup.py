"""A backup holds everything and comes back whole, on either database from either; a damaged one changes nothing."""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table, inspect, select, text
from sqlalchemy.exc import DatabaseError

from market.app import create_app
from market.base import backup
from market.base.audit import GUEST, Change, record
from market.base.backup import MANIFEST, BadArchive, back_up, restore
from market.base.config import Settings
from market.base.db import db, transaction
from market.base.ddl import word_of
from market.base.errors import Refused
from market.base.jobs import Worker, enqueue
from market.base.seals import keep_seal
from market.base.storage import new_key, storage
from market.catalog.models import Product
from market.catalog.queries.words import FOLDED, SECOND
from market.cli import HANDLERS, PERIODIC_TASKS
from market.sellers.models import Stall
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on, in_turns
from tests.services import postgres
from tests.services.databases import settings_for

pytestmark = by_day_on("postgresql")

Content = dict[str, list[dict[str, object]]]


@cache
def tables(_kind: str) -> list[Table]:
    """The tables as this kind of database has them: read from it once, because no test here changes them."""
    with db.engine.connect() as connection:
        return backup.tables_of(connection)


def content() -> Content:
    known = tables(db.engine.dialect.name)
    with backup.snapshot() as connection:
        return {table.name: list(backup.rows_of(connection, table)) for table in known}


def stored() -> dict[str, bytes]:
    return {key: storage().get(key) for key in storage().all_keys()}


@pytest.fixture
def filled(app: Flask, cast: Cast, now: Clock) -> Cast:
    """The cast with a file, a job and an event."""
    storage().put(new_key("photo", "webp"), b"a picture")
    with transaction() as session:
        enqueue(session, "ring", {"who": "bà Lan", "times": 2})
        record(session, GUEST, Change(verb="look", subject="stall", subject_id=cast.lan.stall), now=now())
    return cast


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """The settings of a second, new installation, not even migrated."""
    if request.param == "sqlite":
        yield settings_for(f"sqlite:///{tmp_path / 'other' / 'choso.db'}", tmp_path / "other")
        return
    server: postgres.Databases = request.getfixturevalue("postgres_server")
    name = f"other_{os.getpid()}"
    yield settings_for(server.create(name), tmp_path / "other")
    server.drop(name)


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """Another installation's application, whose database and storage are the ones in use."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@in_turns("elsewhere")
def test_a_backup_fills_an_empty_market_of_either_kind_that_goes_on(
    filled: Cast, elsewhere: Settings, tmp_path: Path, now: Clock
) -> None:
    before, files = content(), stored()
    manifest = back_up(tmp_path / "market.tar.gz", now=now())
    assert manifest.rows["person"] == len(before["person"]) > 0
    assert list(files.values()) == [b"a picture"]
    with opened(elsewhere):
        restore(tmp_path / "market.tar.gz", replace=False)
        assert content() == before
        assert stored() == files
        assert_it_goes_on(filled.lan.stall, now)


@pytest.mark.nightly  # a second whole restore; the one above is tried by day
@in_turns("elsewhere")
def test_a_market_that_was_only_started_takes_an_archive(
    filled: Cast, elsewhere: Settings, tmp_path: Path, now: Clock
) -> None:
    """On a new machine the services run before an archive is restored, and keep rows of their own."""
    back_up(tmp_path / "market.tar.gz", now=now())
    before = content()
    now.at = datetime.now(UTC)  # a jobs process whose clock is not the database's does no task
    with opened(elsewhere) as started:
        run = started.test_cli_runner().invoke
        assert (
            run(args=["db", "upgrade"]).exit_code == run(args=["backup", str(tmp_path / "own.tar.gz")]).exit_code == 0
        )
        Worker(started, HANDLERS, PERIODIC_TASKS).round()
        keep_seal()
        kept = {name for name, rows in content().items() if rows}
        assert kept == {"backup_record", "health_record", "task_lease", "worker_heartbeat"}
        restore(tmp_path / "market.tar.gz", replace=False)
        assert content() == before


def assert_it_goes_on(stall_id: int, now: Clock) -> None:
    """Goods are added and found, and what may not change does not."""
    with transaction() as session:
        make.make_product(session, session.get_one(Stall, stall_id), "Su hào non", now())
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            commune = connection.scalar(text("SELECT commune_id FROM stall WHERE id = :stall"), {"stall": stall_id})
            asked = (f'"{word_of(commune, f"{SECOND}{FOLDED}{word}")}"' for word in ("hao", "xanh"))
            words = {"words": " OR ".join(asked)}
            found = connection.scalars(text("SELECT rowid FROM product_fts WHERE product_fts MATCH :words"), words)
            assert len(found.all()) == 2
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text("DELETE FROM event"))


def test_a_market_with_rows_is_not_overwritten_unasked(filled: Cast, tmp_path: Path, now: Clock) -> None:
    back_up(tmp_path / "market.tar.gz", now=now())
    before = content()
    with pytest.raises(Refused, match="--replace"):
        restore(tmp_path / "market.tar.gz", replace=False)
    assert content() == before


def test_replacing_goes_back_to_the_moment_of_the_backup(filled: Cast, tmp_path: Path, now: Clock) -> None:
    back_up(tmp_path / "market.tar.gz", now=now())
    before, files, names = content(), list(storage().all_keys()), sorted(inspect(db.engine).get_table_names())
    storage().put(new_key("photo", "webp"), b"a later picture")
    with transaction() as session:
        session.execute(text("UPDATE product SET name = 'Đổi rồi'"))
    restore(tmp_path / "market.tar.gz", replace=True)
    assert content() == before
    assert list(storage().all_keys()) == files
    assert sorted(inspect(db.engine).get_table_names()) == names


def spoil_a_byte(archive: Path) -> None:
    whole = bytearray(archive.read_bytes())
    whole[len(whole) // 2] ^= 0xFF
    archive.write_bytes(whole)


def cut_off_the_end(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-2000])


def leave_the_files_out(archive: Path) -> None:
    """Repack without the pictures, as somebody tidying up might."""
    with tarfile.open(archive) as old:
        members = [(member, old.extractfile(member)) for member in old]
        with tarfile.open(archive.with_suffix(".new"), "w:gz") as new:
            for member, whole in members:
                if not member.name.startswith("storage/"):
                    new.addfile(member, whole)
    archive.with_suffix(".new").replace(archive)


def be_something_else(archive: Path) -> None:
    archive.write_text("xin chào")


def come_from_a_later_market(archive: Path) -> None:
    """A whole archive of a program that knows migrations which this one does not."""
    with tarfile.open(archive) as old:
        members = [(member, old.extractfile(member)) for member in old]
        with tarfile.open(archive.with_suffix(".new"), "w:gz") as new:
            for member, whole in members:
                content = whole.read() if whole else b""
                if member.name == MANIFEST:
                    content = json.dumps(json.loads(content) | {"migration": "9999"}).encode()
                    member.size = len(content)
                new.addfile(member, BytesIO(content))
    archive.with_suffix(".new").replace(archive)


SPOILT = [spoil_a_byte, cut_off_the_end, leave_the_files_out, be_something_else, come_from_a_later_market]


def test_a_damaged_archive_changes_nothing(filled: Cast, tmp_path: Path, now: Clock) -> None:
    back_up(tmp_path / "market.tar.gz", now=now())
    before = content()
    for spoil in SPOILT:
        archive = tmp_path / f"{spoil.__name__}.tar.gz"
        shutil.copy(tmp_path / "market.tar.gz", archive)
        spoil(archive)
        with pytest.raises(BadArchive, match="Chưa có gì bị đổi"):
            restore(archive, replace=True)
        assert content() == before, spoil.__name__


def test_a_backup_that_fails_leaves_no_archive(filled: Cast, tmp_path: Path, now: Clock) -> None:
    with pytest.raises(Refused, match="Không có thư mục"):
        back_up(tmp_path / "nowhere" / "market.tar.gz", now=now())
    assert not (tmp_path / "nowhere").exists()


def test_a_backup_is_taken_while_the_market_writes(filled: Cast, tmp_path: Path, now: Clock) -> None:
    """What a transaction has not finished is not in it, and nobody waits for it."""
    with transaction() as session:
        session.execute(text("UPDATE product SET name = 'Đang đổi'"))
        session.flush()
        back_up(tmp_path / "market.tar.gz", now=now())
    restore(tmp_path / "market.tar.gz", replace=True)
    with db.engine.connect() as connection:
        assert "Đang đổi" not in connection.scalars(select(Product.name)).all()
