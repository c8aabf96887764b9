"""`flask doctor` names what is wrong and how to fix it."""

import json
import pyexpat
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, text, update

from market.accounts.checks import refuse_demo_people
from market.app import create_app
from market.base import doctor, health, secrets
from market.base.audit import GUEST, Change, record
from market.base.backup_record import BackupStep, record_backup
from market.base.config import Settings
from market.base.db import db, transaction
from market.base.db_time import time_there
from market.base.errors import Refused
from market.base.installation_checks import LEAST_FREE
from market.base.jobs import Handler, Worker, enqueue
from market.base.jobs.models import TaskLease, WorkerHeartbeat
from market.base.jobs.queue import MAX_ATTEMPTS, work_once
from market.base.revisions import refuse_unknown_schema
from market.base.schema import Schema, schema_needed
from market.catalog.models import Product, SearchTerm, StoredPicture
from market.notices.senders import SENDERS
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.nights import database_by_day_on
from tests.sellers.linking import pass_the_law
from tests.services.databases import production_of, settings_for

database_url = database_by_day_on("postgresql")


@pytest.fixture(scope="module", autouse=True)
def needed_made_once() -> Iterator[None]:
    """The schema that the program needs is made once on each kind of database, not for every call of the doctor."""
    made: dict[str, Schema] = {}

    def needed(engine: Engine) -> Schema:
        kind = engine.dialect.name
        if kind not in made:
            made[kind] = schema_needed(engine)
        return made[kind]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("market.base.schema.schema_needed", needed)
        patch.setattr(health, "free_bytes", lambda _folder: 2 * LEAST_FREE)
        yield


@pytest.fixture
def true_time(now: Clock) -> Clock:
    """The clock at this instant: the database's own cannot be stopped."""
    now.at = datetime.now(UTC)
    return now


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """A market whose law is written down, as its seeds bring it."""
    pass_the_law()
    return cast


@pytest.fixture
def at_work(app: Flask) -> Worker:
    """A jobs process that has just been seen, and has done what is due."""
    worker = Worker(app, {})
    worker.round()
    return worker


def failures(app: Flask) -> dict[str, str]:
    """What is wrong, by name, with its fix; the exit code fits."""
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["doctor", "--json"])
    answer = json.loads(done.stdout)
    wrong = {one["name"]: one["says"] + " " + one["mend"] for one in answer["findings"] if not one["is_well"]}
    assert done.exit_code == (1 if wrong else 0)
    assert answer["ok"] is (not wrong)
    return wrong


def test_a_healthy_market_is_ok(app: Flask, true_time: Clock, cast: Cast, at_work: Worker) -> None:
    assert failures(app) == {}


def test_people_read_it_as_lines(app: Flask, true_time: Clock, cast: Cast, at_work: Worker) -> None:
    done = app.test_cli_runner().invoke(args=["doctor"])
    assert done.exit_code == 0
    assert done.stdout.count("tốt") == 26 + len(SENDERS)


def test_an_empty_database_is_told_to_migrate(tmp_path: Path, true_time: Clock) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'new.db'}", tmp_path))
    found = failures(app)
    assert list(found) == ["migrations"]
    assert "db upgrade" in found["migrations"]


def test_a_schema_that_lacks_something_fails_whatever_its_number(app: Flask, true_time: Clock, cast: Cast) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_business_proposal_person_id"))
    found = failures(app)
    assert list(found) == ["migrations"]
    assert "thiếu chỉ mục business_proposal.ix_business_proposal_person_id" in found["migrations"]


def stand_at(revision: str, last_contract: str | None) -> None:
    with db.engine.begin() as connection:
        values = {"revision": revision, "last": last_contract}
        connection.execute(text("UPDATE alembic_version SET version_num = :revision, last_contract = :last"), values)


def test_an_older_schema_is_refused_and_told_to_upgrade(app: Flask, true_time: Clock, cast: Cast) -> None:
    stand_at("0001", None)
    with pytest.raises(Refused, match="db upgrade"):
        refuse_unknown_schema()
    assert "db upgrade" in failures(app)["migrations"]


def test_a_newer_schema_is_served_until_it_has_taken_something_away(
    app: Flask, true_time: Clock, cast: Cast, at_work: Worker
) -> None:
    stand_at("9999", None)
    refuse_unknown_schema()
    assert failures(app) == {}
    stand_at("9999", "0001")
    refuse_unknown_schema()
    stand_at("9999", "9998")
    with pytest.raises(Refused, match="mới hơn chương trình"):
        refuse_unknown_schema()
    found = failures(app)["migrations"]
    assert "Cập nhật chương trình" in found
    assert "db upgrade" not in found
    for name in ("serve", "work"):
        done = app.test_cli_runner().invoke(args=[name])
        assert done.exit_code == 1
        assert "mới hơn chương trình" in done.stderr


def test_a_newer_schema_that_does_not_say_what_it_took_away_is_refused(app: Flask, cast: Cast) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE alembic_version DROP COLUMN last_contract"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="mới hơn chương trình"):
        refuse_unknown_schema()


def test_a_market_without_a_commune_is_told_to_load_one(app: Flask, true_time: Clock, at_work: Worker) -> None:
    found = failures(app)
    assert list(found) == ["commune"]
    assert "flask --app wsgi seed" in found["commune"]


def test_a_database_that_is_away_is_named(tmp_path: Path, true_time: Clock) -> None:
    app = create_app(settings_for("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path))
    found = failures(app)
    assert list(found) == ["database"]
    assert "CHOSO_DATABASE_URL" in found["database"]


def test_storage_that_cannot_be_written_is_named(
    tmp_path: Path, app: Flask, cast: Cast, true_time: Clock, at_work: Worker
) -> None:
    (tmp_path / "a-file").touch()
    settings = app.config["CHOSO"].model_copy(update={"storage_url": str(tmp_path / "a-file" / "folder")})
    found = failures(create_app(settings))
    assert list(found) == ["storage"]
    assert "CHOSO_STORAGE_URL" in found["storage"]


def test_a_redis_that_hangs_is_not_asked(app: Flask, cast: Cast, true_time: Clock, at_work: Worker) -> None:
    """faults.md P2: every limited request waited 5-10 s for it. What is counted is counted in the database, and an
    address of a socket, `unix://`, does no harm either."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as hanging:
        hanging.setblocking(False)
        port = hanging.getsockname()[1]
        for address in (f"redis://127.0.0.1:{port}/0", "unix:///run/redis/none.sock"):
            settings = Settings(**app.config["CHOSO"].model_dump() | {"redis_url": address})
            asked = create_app(settings)
            assert failures(asked) == {}
            assert asked.test_client().post("/webhook/sepay/x", base_url=settings.base_url).status_code == 404
        with pytest.raises(BlockingIOError):
            hanging.accept()


def test_a_clock_that_is_off_is_noticed(app: Flask, true_time: Clock) -> None:
    true_time.move(hours=3)
    assert "timedatectl" in failures(app)["clock"]


def test_a_clock_that_went_back_is_noticed(app: Flask, true_time: Clock) -> None:
    with transaction() as session:
        tomorrow = true_time() + timedelta(days=1)
        record(session, GUEST, Change(verb="look", subject="stall", subject_id=1), now=tomorrow)
    assert "chạy lùi" in failures(app)["clock"]


def test_jobs_that_nobody_does_and_jobs_that_died_are_noticed(app: Flask, true_time: Clock) -> None:
    with transaction() as session:
        enqueue(session, "ring", {}, after=-timedelta(hours=1))
    assert "flask --app wsgi work" in failures(app)["jobs"]
    with transaction() as session:
        session.execute(text("UPDATE job SET attempts = :most"), {"most": MAX_ATTEMPTS})
    work_once({"ring": Handler(do=lambda _payload: None)})
    assert "thử nhiều lần không xong" in failures(app)["jobs"]
    assert "flask --app wsgi jobs retry" in failures(app)["jobs"]


def test_a_market_without_a_jobs_process_is_told_to_start_one(app: Flask, true_time: Clock, at_work: Worker) -> None:
    assert "workers" not in failures(app)
    with transaction() as session:
        session.execute(update(WorkerHeartbeat).values(seen_at=time_there(-timedelta(minutes=2))))
    assert "flask --app wsgi work" in failures(app)["workers"]


def test_a_periodic_task_that_fails_or_that_nobody_does_is_noticed(
    app: Flask, true_time: Clock, at_work: Worker
) -> None:
    assert "tasks" not in failures(app)
    with transaction() as session:
        session.execute(update(TaskLease).values(next_due_at=time_there(-timedelta(minutes=11))))
    assert "forget done jobs" in failures(app)["tasks"]
    with transaction() as session:
        session.execute(update(TaskLease).values(error="OperationalError jobs.py:17"))
    assert "OperationalError jobs.py:17" in failures(app)["tasks"]


@pytest.mark.parametrize(
    ("version", "is_ok"), [((2, 4, 8), False), ((2, 4, 9), True), ((2, 5, 0), True), ((2, 7, 2), True)]
)
def test_an_old_reader_of_xml_is_noticed(
    app: Flask, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], is_ok: bool
) -> None:
    monkeypatch.setattr(pyexpat, "version_info", version)
    assert ("libexpat1" in failures(app).get("xml", "")) is not is_ok


def test_keys_that_no_longer_open_bank_data_are_noticed(app: Flask, true_time: Clock, cast: Cast) -> None:
    secrets.configure("new:" + "n" * 32, "another secret")
    assert "CHOSO_DATA_KEYS" in failures(app)["keys"]


def production(app: Flask) -> Flask:
    old: Settings = app.config["CHOSO"]
    return create_app(production_of(old.database_url, old.storage_url))


def test_goods_that_the_search_lost_are_noticed_and_found_again(
    app: Flask, true_time: Clock, cast: Cast, at_work: Worker
) -> None:
    with transaction() as session:
        session.execute(update(Product).values(indexed=None))
        session.execute(delete(SearchTerm))
    assert list(failures(app)) == ["search"]
    runner = app.test_cli_runner()
    assert runner.invoke(args=["reindex"]).exit_code == 0
    assert failures(app) == {}
    assert "Gạo nếp" in runner.invoke(args=["search", "gao nep"]).stdout


def test_a_storage_that_is_not_the_market_s_is_noticed(
    app: Flask, true_time: Clock, cast: Cast, at_work: Worker
) -> None:
    """Its disk is not mounted, say: it takes files, and has none of those that listings show."""
    key = shelf.show_picture(cast.dau_xanh, true_time())
    with transaction() as session:
        session.add(StoredPicture(stall_id=cast.lan.stall, key=key, stored_at=true_time()))
    assert failures(app) == {}
    folder = Path(app.config["CHOSO"].storage_url)
    elsewhere = folder.rename(folder.with_name("not-mounted"))
    found = failures(app)
    assert list(found) == ["pictures"]
    assert "1 trong 1 ảnh" in found["pictures"]
    shutil.rmtree(folder)
    elsewhere.rename(folder)
    assert failures(app) == {}


def test_production_with_demo_people_fails_and_does_not_serve(
    app: Flask, true_time: Clock, cast: Cast, at_work: Worker
) -> None:
    real = production(app)
    refuse_demo_people(real.config["CHOSO"])
    with transaction() as session:
        session.execute(text("UPDATE person SET is_demo = :yes WHERE id = :id"), {"yes": True, "id": cast.mai})
        session.execute(text("UPDATE pickup_point SET keeper_phone = '+84912345678'"))
        record_backup(session, BackupStep.MADE, "choso.tar.gz", at=true_time())
    refuse_demo_people(app.config["CHOSO"])
    with pytest.raises(Refused, match="tài khoản mẫu"):
        refuse_demo_people(real.config["CHOSO"])
    with real.app_context():
        db.session.execute(text("DELETE FROM bank_connection"))
        db.session.execute(text("DELETE FROM bank_account"))
    assert list(failures(real)) == ["demo"]


def test_production_without_its_proxy_named_fails(tmp_path: Path) -> None:
    settings = Settings(
        env="production",
        secret_key="s" * 40,
        data_keys="k:" + "k" * 32,
        base_url="https://cho.test",
        database_url=f"sqlite:///{tmp_path / 'a.db'}",
        storage_url=str(tmp_path),
    )
    name, check = doctor.checks(settings)[0]
    assert name == "settings"
    assert "CHOSO_PROXY_HOPS" in check().fix
