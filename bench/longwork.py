"""Long work beside buyers: 10,000 rows of a register are taken in while people check out, against the market's own
processes; and how long anybody waits for the lock that a share of it holds."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from bench.databases import markets, served
from bench.figures import Figure, at_most, free
from bench.holding import MOST_HELD, told_holds
from bench.resident import cpu_seconds, is_readable
from bench.visitors import Answer, HttpVisitor, Thing, check_out, look, something_to_buy
from market.accounts.models import Person
from market.base import clock
from market.base.audit import Actor
from market.base.config import ROOT, Settings
from market.base.db import db, locked, reading, transaction
from market.base.jobs.long_tasks import LongTask, LongTaskState, NewTask, ask_for
from market.base.jobs.models import WorkerHeartbeat
from market.base.storage import new_key
from market.places.models import Commune, Hamlet
from market.sellers.importing import REGISTER_PREVIEW, import_of
from market.web.base.long_tasks import ask_with_file
from tests.services.databases import TEST_SECRET

GOODS, ROWS = 1_000, 10_000
BUYERS, WORKERS = 2, 2
MOST_SECONDS, MOST_WAIT = 60.0, 1.0
PATIENCE_SECONDS = 180.0
PAUSE_SECONDS, ALONE_SECONDS = 0.05, 3.0


def run() -> Iterator[Figure | str]:
    for database, app in markets(GOODS):
        with app.app_context():
            _count_on()
            thing, asking = something_to_buy(), Asking.of_an_officer(app)
        with served(app, workers=WORKERS) as server, _jobs_process(app) as (jobs, holds):
            with _buyers(server.port, thing) as alone:
                time.sleep(ALONE_SECONDS)
            with _buyers(server.port, thing) as buying, _probing(app, asking.hamlet.commune_id) as probe:
                before = _cpu_of(jobs)
                looked, took = asking.both()
                spent = _cpu_of(jobs) - before
        what = f"{database} {ROWS:,} rows"
        note = f"{looked:.1f} s looked at, {took:.1f} s taken in"
        yield at_most(f"{what}: in the register", looked + took, "s", MOST_SECONDS, note=note)
        yield free(f"{what}: CPU of the jobs process", spent, "s")
        note = f"{len(buying.seconds)} answers to {BUYERS} buyers; without it {max(alone.seconds):.2f} s"
        yield at_most(f"{what}: a buyer's longest wait", max(buying.seconds), "s", MOST_WAIT, note=note)
        yield at_most(f"{what}: buyers' errors", buying.errors, "", 0)
        longest = max(told_holds(holds), key=lambda one: one.seconds)
        yield at_most(f"{what}: longest hold of a lock", longest.seconds, "s", MOST_HELD, note=longest.by)
        yield free(f"{what}: wait for its lock", max(probe.seconds), "s", note=f"{len(probe.seconds)} looks")


def _count_on() -> None:
    """What was filled in gave its rows their numbers itself: PostgreSQL counts on after them."""
    if db.engine.dialect.name == "postgresql":
        with transaction() as writing:
            last = "SELECT setval(pg_get_serial_sequence('business', 'id'), (SELECT max(id) FROM business))"
            writing.execute(text(last))


@dataclass(slots=True)
class Waits:
    """How long each answer took, in seconds, and how many were errors."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0


# --- the task ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An officer who sends a register of many rows of one hamlet, looks at it and has it taken in."""

    app: Flask
    person: int
    hamlet: Hamlet

    @classmethod
    def of_an_officer(cls, app: Flask) -> "Asking":
        person = reading().scalars(select(Person.id).order_by(Person.id)).first() or 0
        return cls(app=app, person=person, hamlet=reading().scalars(select(Hamlet).limit(1)).one())

    def both(self) -> tuple[float, float]:
        """Seconds until it was looked at, and then until it was taken in."""
        with self.app.app_context():
            started = time.perf_counter()
            preview = self._ask_preview()
            self._wait(preview)
            looked = time.perf_counter()
            self._wait(self._ask_import(preview))
            return looked - started, time.perf_counter() - looked

    def _ask_preview(self) -> int:
        rows = [f"Hộ số {n},HKD,{self.hamlet.name},09{n:08},Chủ hộ {n},Bún bánh" for n in range(ROWS - 10)]
        sheet = "\n".join(["Tên cơ sở,Loại hình,Thôn,Điện thoại,Chủ hộ,Ngành nghề", *rows]).encode()
        new = NewTask(commune_id=self.hamlet.commune_id, kind=REGISTER_PREVIEW, input_key=new_key("task", "bin"))
        return ask_with_file(Actor(person_id=self.person), new, sheet)

    def _ask_import(self, preview: int) -> int:
        new = import_of(reading().get_one(LongTask, preview))
        with transaction() as writing:
            return ask_for(writing, Actor(person_id=self.person), new, clock=clock.now)

    def _wait(self, task_id: int) -> None:
        until = time.perf_counter() + PATIENCE_SECONDS
        while time.perf_counter() < until:
            db.session.remove()
            task = reading().get_one(LongTask, task_id)
            if task.is_over:
                break
            time.sleep(PAUSE_SECONDS)
        if task.state is not LongTaskState.DONE or task.done != task.total:
            raise RuntimeError(f"{task.kind} ended as {task.state}: {task.said}")


@contextmanager
def _jobs_process(app: Flask) -> Iterator[tuple[int, Path]]:
    """Its process id, and the file in which it tells at its end how long it has held locks."""
    settings: Settings = app.config["CHOSO"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHOSO_")} | {
        "CHOSO_DATABASE_URL": settings.database_url,
        "CHOSO_STORAGE_URL": settings.storage_url,
        "CHOSO_BASE_URL": "http://127.0.0.1",
        "CHOSO_SECRET_KEY": TEST_SECRET,
    }
    folder = Path(settings.storage_url).parent
    log, holds = (folder / "jobs.log").open("wb"), folder / "holds.txt"
    command = [sys.executable, "-m", "bench.holding", str(holds)]
    with log, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process:  # noqa: S603
        try:
            _wait_until_alive(app)
            yield process.pid, holds
        finally:
            process.terminate()


def _cpu_of(process_id: int) -> float:
    return cpu_seconds(process_id) if is_readable() else 0.0


def _wait_until_alive(app: Flask) -> None:
    with app.app_context():
        until = time.perf_counter() + PATIENCE_SECONDS
        while time.perf_counter() < until and not reading().scalar(select(WorkerHeartbeat.name)):
            time.sleep(PAUSE_SECONDS)


# --- beside it --------------------------------------------------------------------------------------------------------


@contextmanager
def _again_and_again(count: int, once: Callable[[Waits], None]) -> Iterator[Waits]:
    """So many threads that do it until the block ends."""
    waits, stop = Waits(), threading.Event()

    def go_on(_number: int) -> None:
        while not stop.is_set():
            once(waits)

    with ThreadPoolExecutor(count) as threads:
        going = threads.map(go_on, range(count))
        try:
            yield waits
        finally:
            stop.set()
    list(going)


class TimedVisitor(HttpVisitor):
    """Notes how long each of its answers took, and which were errors of the server."""

    def __init__(self, port: int, waits: Waits) -> None:
        super().__init__(port)
        self._waits = waits

    def _answer(self, method: str, path: str, body: bytes) -> Answer:
        started = time.perf_counter()
        answer = super()._answer(method, path, body)
        self._waits.seconds.append(time.perf_counter() - started)
        self._waits.errors += answer.status >= 500
        return answer


@contextmanager
def _buyers(port: int, thing: Thing) -> Iterator[Waits]:
    """People who buy, one order after the other."""

    def buy(waits: Waits) -> None:
        visitor = TimedVisitor(port, waits)
        look(visitor, thing)
        check_out(visitor, thing)

    with _again_and_again(BUYERS, buy) as waits:
        yield waits


@contextmanager
def _probing(app: Flask, commune_id: int) -> Iterator[Waits]:
    """Somebody who wants the register's lock (of SQLite: the one writer's) every twentieth of a second."""

    def take(waits: Waits) -> None:
        with app.app_context():
            started = time.perf_counter()
            with transaction() as session:
                locked(session, Commune, Commune.id == commune_id)
                waits.seconds.append(time.perf_counter() - started)
        time.sleep(PAUSE_SECONDS)

    with _again_and_again(1, take) as waits:
        yield waits
