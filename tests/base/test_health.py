"""Health is proven by doing: a market that cannot keep a row or a file fails, whatever else answers."""

import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import exc, select, text, update

from market.base import health, installation_checks, secrets
from market.base.attempts import TryWindow, count_try
from market.base.backup_record import LastBackup
from market.base.db import db, reading, transaction
from market.base.db_time import time_there
from market.base.doctor import CHECKS, Finding
from market.base.errors import Refused
from market.base.health import HealthRecord, NotKept
from market.base.installation_checks import backup_finding
from market.base.jobs.models import TaskLease, WorkerHeartbeat
from market.base.rekey import rekey
from market.base.storage import storage
from market.payments.actions import NewDelivery, keep_delivery
from market.payments.actions.brakes import unsigned_calls
from market.payments.banks import PROVIDERS
from market.payments.models import BankCredit, WebhookDelivery
from market.payments.rules.matching import Unmatched
from market.sellers.models import BankAccount, BankConnection
from market.web.base.readiness import check_before_serving
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import database_by_day_on
from tests.services.databases import production_of
from tests.services.unwritable import database_reads_only, no_room_for_files, sqlite_full

database_url = database_by_day_on("sqlite")


def finding(app: Flask, name: str) -> Finding:
    return dict(app.extensions[CHECKS])[name]()


def told_by_doctor(app: Flask) -> dict[str, str]:
    """What the doctor says is wrong, by name."""
    done = app.test_cli_runner().invoke(args=["doctor", "--json"])
    return {one["name"]: one["says"] for one in json.loads(done.stdout)["findings"] if not one["is_well"]}


@pytest.fixture
def unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call of /healthz looks anew."""
    monkeypatch.setattr(health, "HOLDS", 0.0)


# --- rows and files -------------------------------------------------------------------------------------------------


def asked(client: FlaskClient) -> tuple[int, object]:
    answer = client.get("/healthz")
    return answer.status_code, answer.json


WELL = (200, {"status": "ok"})


@pytest.mark.usefixtures("unkept")
def test_a_market_that_cannot_keep_a_row_is_not_well(app: Flask, client: FlaskClient, cast: Cast) -> None:
    """field.md F03: the doctor called a read-only database fine. faults.md P1-7: and one whose disk was full."""
    assert asked(client) == WELL
    faults: list[AbstractContextManager[None]] = [database_reads_only()]
    if db.engine.dialect.name == "sqlite":
        faults.append(sqlite_full())
    for fault in faults:
        with fault:
            assert asked(client) == (503, {"status": "failed", "failed": ["database"]})
            assert told_by_doctor(app).keys() & {"writing", "migrations"}
    assert asked(client) == WELL
    assert reading().scalars(select(HealthRecord.name).where(HealthRecord.name.startswith(health.PROBE))).all() == []


@pytest.mark.usefixtures("unkept")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_market_that_writes_into_a_file_that_nobody_will_open_again_is_not_well(
    client: FlaskClient, cast: Cast
) -> None:
    """Moved away, or another put in its place: what has it open goes on writing, and all of it would be lost."""
    assert asked(client) == WELL
    file = Path(db.engine.url.database or "")
    away = file.with_name("away.db")
    file.rename(away)
    assert asked(client) == (503, {"status": "failed", "failed": ["database"]})
    shutil.copy(away, file)
    assert asked(client) == (503, {"status": "failed", "failed": ["database"]})
    db.engine.dispose()
    db.session.remove()
    assert asked(client) == WELL


@pytest.mark.usefixtures("unkept")
def test_a_market_that_cannot_keep_a_file_is_not_well(app: Flask, client: FlaskClient, cast: Cast) -> None:
    """faults.md P1-7: an empty file was written where there was no room for one byte."""
    folder = Path(app.config["CHOSO"].storage_url)
    folder.mkdir(exist_ok=True)
    with no_room_for_files():
        with pytest.raises(OSError, match="."):
            health.prove_storage()
        assert not finding(app, "storage").is_ok
    assert asked(client) == WELL
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("unkept")
def test_a_disk_that_is_nearly_full_is_told_and_a_full_one_is_not_well(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage().check()
    monkeypatch.setattr(health, "free_bytes", lambda _: installation_checks.LEAST_FREE - 1)
    assert "sắp đầy" in finding(app, "disk").says
    assert asked(client) == WELL
    monkeypatch.setattr(health, "free_bytes", lambda _: health.NO_ROOM - 1)
    assert asked(client)[0] == 503


LIES = {
    "sqlite": (
        "CREATE TRIGGER lies AFTER INSERT ON health_record BEGIN UPDATE health_record SET note = 'x'; END",
        "DROP TRIGGER lies",
    ),
    "postgresql": (
        "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note = 'x'; RETURN NEW; END $$; "
        "CREATE TRIGGER lies BEFORE INSERT ON health_record FOR EACH ROW EXECUTE FUNCTION lie()",
        "DROP FUNCTION lie CASCADE",
    ),
}


def test_what_is_kept_otherwise_is_noticed(app: Flask) -> None:
    begin, end = LIES[db.engine.dialect.name]
    with db.engine.begin() as connection:
        connection.execute(text(begin))
    try:
        with pytest.raises(NotKept):
            health.prove_database()
        assert not finding(app, "writing").is_ok
    finally:
        with db.engine.begin() as connection:
            connection.execute(text(end))


def test_a_probe_that_a_dead_process_left_goes_with_the_next(app: Flask) -> None:
    with transaction() as session:
        for name, age in (("old", timedelta(hours=2)), ("new", timedelta())):
            session.add(HealthRecord(name=health.PROBE + name, at=time_there(-age), note=""))
    health.prove_database()
    assert reading().scalars(select(HealthRecord.name)).all() == [health.PROBE + "new"]


def test_many_who_ask_at_once_make_few_writes(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "HOLDS", 3600.0)
    made = []
    monkeypatch.setattr(health, "prove_database", lambda: made.append(1))
    assert [asked(client) for _ in range(8)] == [WELL] * 8
    assert len(made) == 1


# --- jobs -----------------------------------------------------------------------------------------------------------


def test_a_jobs_process_that_never_was_or_ended_is_told_though_nothing_is_overdue(app: Flask) -> None:
    """faults.md P1-7: no jobs process ever. office.md 14: one that stopped, with nothing overdue."""
    assert "chưa từng thấy" in finding(app, "workers").says
    with transaction() as session:
        session.add(TaskLease(name="x", next_due_at=time_there(timedelta(hours=1)), done_at=time_there()))
    assert "lần cuối thấy lúc" in finding(app, "workers").says
    assert finding(app, "tasks").is_ok
    with transaction() as session:
        session.add(WorkerHeartbeat(name="w", started_at=time_there(), seen_at=time_there(), kinds=[]))
    assert finding(app, "workers").is_ok
    with transaction() as session:
        session.execute(update(WorkerHeartbeat).values(seen_at=time_there(-timedelta(minutes=2))))
    assert "lần cuối thấy lúc" in finding(app, "workers").says


def test_a_task_that_hangs_is_told(app: Flask) -> None:
    """faults.md P1-7: a periodic task that is stuck. It is not due again for a day, and is past its limit."""
    lease = {"name": "forget tries", "next_due_at": time_there(timedelta(days=1)), "holder": "w"}
    with transaction() as session:
        session.add(TaskLease(**lease, held_until=time_there(timedelta(minutes=1))))
    assert finding(app, "tasks").is_ok
    with transaction() as session:
        session.execute(update(TaskLease).values(held_until=time_there(-timedelta(minutes=11))))
    assert "forget tries" in finding(app, "tasks").says


def test_the_jobs_process_waits_for_a_database_that_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd gives up on a unit that ends again and again (StartLimitBurst): it must not end for this."""
    away = exc.TimeoutError("pool")
    answers: list[Exception] = [away, away, Refused("schema_older", "bản cũ")]
    waited = []

    def asked_for_schema() -> None:
        raise answers.pop(0)

    monkeypatch.setattr("market.cli.refuse_unknown_schema", asked_for_schema)
    monkeypatch.setattr("market.cli.time.sleep", waited.append)
    done = app.test_cli_runner().invoke(args=["work"])
    assert (done.exit_code, done.stderr.strip(), len(waited)) == (1, "bản cũ", 2)


# --- keys -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def rotated(app: Flask) -> Iterator[None]:
    """Keys are the process's: the test's own are put back."""
    yield
    settings = app.config["CHOSO"]
    secrets.configure(settings.data_keys.get_secret_value(), settings.secret)


@pytest.mark.usefixtures("rotated")
def test_another_key_under_an_old_name_is_noticed_before_anything_is_sealed(app: Flask) -> None:
    """office.md 14: a wrong data key before any bank account exists."""
    secrets.configure("k1:" + "a" * 32, "")
    check_before_serving(app)
    for wrong in ("k1:" + "b" * 32, "k2:" + "b" * 32):
        secrets.configure(wrong, "")
        assert "CHOSO_DATA_KEYS" in finding(app, "keys").fix
    secrets.configure("k1:" + "a" * 32, "")
    assert finding(app, "keys").is_ok, "a key that was entered by mistake leaves nothing"


@pytest.mark.usefixtures("rotated")
def test_keys_that_were_rotated_as_the_readme_says_are_fine(app: Flask) -> None:
    secrets.configure("k1:" + "a" * 32, "")
    assert finding(app, "keys").is_ok
    secrets.configure(f"k2:{'b' * 32},k1:{'a' * 32}", "")
    assert rekey().older == {}
    secrets.configure("k2:" + "b" * 32, "")
    assert finding(app, "keys").is_ok


@pytest.mark.usefixtures("rotated")
@pytest.mark.parametrize("of", [BankAccount.number_cipher, BankConnection.secret_cipher])
def test_a_value_under_a_key_that_is_not_here_is_named_by_its_column(app: Flask, cast: Cast, of: object) -> None:
    """office.md 14: every sealed column is asked, not bank accounts alone; one in the middle too."""
    assert finding(app, "keys").is_ok
    column = of.property.columns[0]  # type: ignore[attr-defined]
    with db.engine.begin() as connection:
        connection.execute(update(column.table).values({column.name: "gone:" + "x" * 40}))
    assert f"{column.table.name}.{column.name}" in finding(app, "keys").says


# --- calls of other machines -----------------------------------------------------------------------------------------


def feed_of(session: object) -> BankConnection:
    found: BankConnection = session.scalars(select(BankConnection)).first()  # type: ignore[attr-defined]
    return found


def test_bad_signatures_are_told(app: Flask, cast: Cast) -> None:
    """faults.md P1-7: five bad signatures."""
    feed = feed_of(reading())
    assert finding(app, "signatures").is_ok
    brake = unsigned_calls(PROVIDERS[feed.provider].limits)
    for _ in range(5):
        count_try(brake, feed.provider, feed.key)
    told = finding(app, "signatures")
    assert told.says.startswith("5 lần gọi sai chữ ký")
    assert feed.key not in told.says
    with transaction() as session:
        session.execute(update(TryWindow).values(ends_at=TryWindow.began_at))
    assert finding(app, "signatures").is_ok


def test_money_that_nobody_read_is_told(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        feed = feed_of(session)
        credit = BankCredit(
            connection_id=feed.id,
            stall_id=cast.lan.stall,
            provider_txn_id="1",
            amount=5000,
            memo="",
            bank_ref="",
            occurred_at=now(),
            received_at=now(),
            unmatched_reason=Unmatched.IN_PROGRESS,
            raw_cipher=secrets.vault().encrypt("{}"),
        )
        session.add(credit)
    assert finding(app, "credits").is_ok
    now.move(minutes=16)
    assert finding(app, "credits").says.startswith("1 khoản tiền")
    with transaction() as session:
        session.execute(update(BankCredit).values(unmatched_reason=Unmatched.NO_CODE))
    now.move(days=8)
    waits = finding(app, "credits")
    assert waits.is_ok
    assert "1 khoản chờ người bán xem đã quá 7 ngày" in waits.says


def test_calls_that_could_not_be_read_are_told_until_one_can(app: Flask, cast: Cast, now: Clock) -> None:
    def call(status: int) -> None:
        with transaction() as session:
            feed = feed_of(session)
            session.add(
                WebhookDelivery(
                    provider=feed.provider, connection_id=feed.id, at=now(), is_signed=True, status=status, note=""
                )
            )

    call(400)
    assert finding(app, "credits").says.startswith("1 tin báo có")
    call(200)
    assert finding(app, "credits").is_ok


def test_a_call_that_is_kept_unread_is_told_until_it_is_read(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        new = NewDelivery(provider="sepay", connection_id=feed_of(session).id, raw=b"x")
        kept = keep_delivery(session, new, now=now())
    assert finding(app, "credits").is_ok, "its own request is still at it"
    now.move(minutes=16)
    assert finding(app, "credits").says.startswith("1 tin báo có")
    now.move(days=7)
    assert finding(app, "credits").is_ok, "what was tried out once is no fault for ever"
    now.move(days=-6)
    with transaction() as session:
        session.execute(update(WebhookDelivery).where(WebhookDelivery.id == kept).values(unread=None))
    assert finding(app, "credits").is_ok


# --- backups and services -------------------------------------------------------------------------------------------


def test_a_backup_that_is_old_missing_or_failed_is_told(now: Clock) -> None:
    """faults.md P1-7: a failed backup was silent."""
    real = production_of("sqlite:////tmp/choso.db", "/tmp")  # noqa: S108 - nothing is written there
    trial = real.model_copy(update={"env": "development"})
    fresh, old = (LastBackup(made_at=now() - timedelta(hours=hours)) for hours in (30, 37))
    failed = LastBackup(made_at=now() - timedelta(hours=1), failed_at=now(), problem="OSError")
    cases = [(fresh, True, True), (old, False, True), (LastBackup(), False, True), (failed, False, False)]
    for last, counts, tried in cases:
        assert backup_finding(last, real).is_ok is counts, last
        assert backup_finding(last, trial).is_ok is tried, last
    assert "OSError" in backup_finding(failed, real).says


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with systemd, whose `systemctl` says what stands in a file."""
    said, program = tmp_path / "said", tmp_path / "systemctl"
    said.touch()
    program.write_text(f'#!/bin/sh\ncase "$*" in *--failed*choso-*) cat {said};; *) exit 1;; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(installation_checks, "SYSTEMD", tmp_path)
    return said


def test_a_service_that_systemd_gave_up_is_told(app: Flask, systemctl: Path) -> None:
    assert finding(app, "services").is_ok
    systemctl.write_text("choso-doctor.service loaded failed failed Chợ số\n")
    assert finding(app, "services").is_ok, "it fails because of what it found"
    systemctl.write_text("choso-backup.service loaded failed failed Chợ số\nchoso-web.service loaded failed failed x\n")
    told = finding(app, "services")
    assert "choso-backup.service, choso-web.service" in told.says
    assert "journalctl -u choso-backup.service" in told.fix


def test_where_no_systemd_runs_there_is_nothing_to_ask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation_checks, "SYSTEMD", Path("/nowhere"))
    assert finding(app, "services").is_ok
