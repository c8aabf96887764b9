"""A market as it is served, whose processes can be killed and come back as a service manager has them come back."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bench.resident import children
from market.base.config import ROOT, Settings
from market.base.db import db
from market.base.processes import ALLOCATOR, web_command
from tests.services.databases import TEST_SECRET
from tests.services.postgres import Server
from tests.services.workers import wait_until_answering

WEB_WORKERS = 2
BACK_WITHIN = 60.0


class Running:
    """The web processes and the jobs process of an application's database; `postgres` is its server, where it has one.

    Each is a group of processes of its own, and what is left of one whose head is killed goes too, as systemd does it.
    """

    def __init__(self, app: Flask, postgres: Server | None) -> None:
        self._app, self._postgres = app, postgres
        self._settings: Settings = app.config["CHOSO"]
        self.port = _free_port()
        self._web = self._start(web_command(self.port, WEB_WORKERS))
        self._jobs = self._start([sys.executable, "-m", "bench.crash_jobs"])

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kills(self) -> dict[str, Callable[[], None]]:
        """What can be killed, by name."""
        of_all = {"web worker": self.kill_worker, "web master": self.kill_web, "jobs process": self.kill_jobs}
        if self._postgres is None:
            return of_all | {"all at once": self.kill_all}
        return of_all | {"postgres backend": self.kill_backend, "postmaster": self.kill_postmaster}

    def kill_worker(self) -> None:
        workers = [one for one in children(self._web.pid) if _is_worker(one)]
        if workers:
            _kill(random.choice(workers))

    def kill_web(self) -> None:
        _kill(self._web.pid)

    def kill_jobs(self) -> None:
        _kill(self._jobs.pid)

    def kill_all(self) -> None:
        self.kill_jobs()
        self.kill_web()

    def kill_backend(self) -> None:
        """One that serves this market; PostgreSQL ends all others with it and recovers."""
        with self._app.app_context(), suppress(SQLAlchemyError), db.engine.connect() as connection:
            theirs = "datname = current_database() AND pid <> pg_backend_pid()"
            found = connection.scalars(text(f"SELECT pid FROM pg_stat_activity WHERE {theirs}")).all()  # noqa: S608
            if found:
                _kill(random.choice(found))

    def kill_postmaster(self) -> None:
        if self._postgres is not None:
            _kill(self._postgres.process_id)

    def has_lost_jobs(self) -> bool:
        """Whether the jobs process is no more."""
        with suppress(subprocess.TimeoutExpired):
            self._jobs.wait(0.1)
        return self._jobs.returncode is not None

    def come_back(self) -> None:
        """Have everything that was killed run again, and wait until the market answers."""
        if self._postgres is not None:
            _come_up(self._postgres)
        if self._web.poll() is not None:
            _end_group(self._web)
            self._web = self._start(web_command(self.port, WEB_WORKERS))
        if self._jobs.poll() is not None:
            _end_group(self._jobs)
            self._jobs = self._start([sys.executable, "-m", "bench.crash_jobs"])
        wait_until_answering(self.address)

    def stop(self) -> None:
        for one in (self._jobs, self._web):
            one.terminate()
        for one in (self._jobs, self._web):
            with suppress(subprocess.TimeoutExpired):
                one.wait(BACK_WITHIN)
            _end_group(one)

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        folder = Path(self._settings.storage_url).parent
        own = {name: value for name, value in os.environ.items() if not name.startswith("CHOSO_")}
        environment = own | {
            "CHOSO_DATABASE_URL": self._settings.database_url,
            "CHOSO_STORAGE_URL": self._settings.storage_url,
            "CHOSO_BASE_URL": self._settings.base_url,
            "CHOSO_SECRET_KEY": TEST_SECRET,
            "CHOSO_PROXY_HOPS": "1",
            **ALLOCATOR,
        }
        with (folder / "crash.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - this program's own processes
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )


@contextmanager
def running(app: Flask, postgres: Server | None) -> Iterator[Running]:
    """The market of an application, served until the block ends."""
    market = Running(app, postgres)
    try:
        wait_until_answering(market.address)
        yield market
    finally:
        market.come_back()
        market.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _is_worker(process_id: int) -> bool:
    """A child of the master that serves, not the one that watches its resources."""
    with suppress(OSError):
        return b"spawn_main" in Path(f"/proc/{process_id}/cmdline").read_bytes()
    return False


def _kill(process_id: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process_id, signal.SIGKILL)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _come_up(postgres: Server) -> None:
    """Start a server whose head was killed, once what is left of it has gone."""
    if _lives(postgres.process_id):
        return
    until = time.monotonic() + BACK_WITHIN
    while True:
        try:
            postgres.come_up()
        except RuntimeError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
        else:
            return


def _lives(process_id: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process_id}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[0] != "Z"
    return False
