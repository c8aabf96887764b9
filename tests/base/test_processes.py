"""`make run`'s two processes: the market answers, the jobs are done, and both end together."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from market.base import processes
from market.base.config import OPEN_TO_OTHERS, ROOT
from market.base.loopback import EVERY_ADDRESS
from tests.nights import of_many

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
PATIENCE = 60


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def until(truth: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if truth():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def environment(tmp_path: Path, sqlite_template: Path) -> dict[str, str]:
    shutil.copy(sqlite_template, tmp_path / "choso.db")
    return {
        "PATH": os.environ["PATH"],
        "CHOSO_DATABASE_URL": f"sqlite:///{tmp_path / 'choso.db'}",
        "CHOSO_STORAGE_URL": str(tmp_path / "storage"),
    }


def children_of(pid: int) -> list[int]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(line) for line in done.stdout.split()]


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def served(environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    with (tmp_path / "log").open("wb") as log:
        served = subprocess.Popen(
            [*FLASK, "serve", "--port", str(port), "--workers", "1"], cwd=ROOT, env=environment, stderr=log
        )
        try:
            assert until(lambda: answers(port)), (tmp_path / "log").read_text()
            yield served, port
        finally:
            if served.poll() is None:
                served.kill()
                served.wait()


@pytest.mark.nightly  # starts processes; tests/base/test_serving.py starts the unit by day
def test_the_market_answers_and_ends_with_its_jobs_process(served: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = served
    children = children_of(process.pid)
    assert len(children) == 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
    assert not answers(port)
    assert until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


@pytest.mark.nightly  # starts a process; what it refuses is tried by day without one
def test_served_to_others_it_does_not_start_with_the_secret_of_development(environment: dict[str, str]) -> None:
    command = [*FLASK, "serve", "--port", "0", "--workers", "1", "--host", EVERY_ADDRESS]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0
    assert OPEN_TO_OTHERS in done.stderr


SLEEPERS = "from market.base.processes import run_together; raise SystemExit(run_together([['sleep', '60']] * 2))"


def hears_ctrl_c() -> None:
    """For a child, before it begins: started in a shell's background it would ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@of_many(1)  # signals that one handler takes
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_and_a_closed_terminal_end_both(number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", SLEEPERS], cwd=ROOT, preexec_fn=hears_ctrl_c)
    assert until(lambda: len(children_of(process.pid)) == 2)
    children = children_of(process.pid)
    time.sleep(0.5)  # they have begun; now it listens
    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


ENDS_WHEN_THE_OTHER_IS_THERE = """
import sys, time, pathlib
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.1)
raise SystemExit(3)
"""
SAYS_THAT_IT_WAS_TOLD = """
import signal, sys, time, pathlib
said = pathlib.Path(sys.argv[1])
def told(*_):
    said.write_text("told to end")
    raise SystemExit(0)
signal.signal(signal.SIGTERM, told)
said.touch()
time.sleep(100)
said.write_text("ended by itself")
"""


def test_when_one_of_them_ends_the_other_is_told_to(tmp_path: Path) -> None:
    said = tmp_path / "said"
    scripts = (ENDS_WHEN_THE_OTHER_IS_THERE, SAYS_THAT_IT_WAS_TOLD)
    code = processes.run_together([[sys.executable, "-c", script, str(said)] for script in scripts])
    assert code == 3
    assert said.read_text() == "told to end"


def test_the_jobs_process_takes_up_a_job_and_stops_cleanly_when_told(environment: dict[str, str]) -> None:
    with closing(sqlite3.connect(environment["CHOSO_DATABASE_URL"].removeprefix("sqlite:///"))) as database:
        database.execute(
            "INSERT INTO job (kind, payload, state, run_at, attempts, created_at) "
            "VALUES ('forget_photo', '{\"key\": \"0\"}', 'waiting', '2026-01-01 00:00:00', 0, '2026-01-01 00:00:00')"
        )
        database.commit()
        worker = subprocess.Popen([*FLASK, "work"], cwd=ROOT, env=environment, stderr=subprocess.PIPE)
        assert until(lambda: database.execute("SELECT attempts FROM job").fetchone()[0] == 1)
    worker.terminate()
    _, errors = worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0
    assert b"Traceback" not in errors


@pytest.mark.nightly  # starts processes, each over a database of its own
@pytest.mark.parametrize("program", ["web", "work"])
def test_over_an_older_schema_nothing_starts(environment: dict[str, str], program: str) -> None:
    """The web server's master stops as well, and does not start a worker for ever."""
    with closing(sqlite3.connect(environment["CHOSO_DATABASE_URL"].removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
        database.commit()
    command = processes.web_command(free_port(), 1) if program == "web" else [*FLASK, "work"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode != 0
    assert "flask --app wsgi db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_granian_flask_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "granian" in processes.web_command(8000, 2)[0]
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert processes.web_command(8000, 2) == [
        "/nowhere/python",
        "-m",
        "flask",
        "--app",
        "wsgi",
        "run",
        "--host",
        "127.0.0.1",
        "--port",
        "8000",
    ]
