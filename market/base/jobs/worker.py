"""The jobs process: each kind of job and each periodic task has threads of its own, so that none waits for another."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from market.base.db import insert_once, reading, transaction
from market.base.db_time import time_there
from market.base.errors import Refused
from market.base.jobs.listening import NotifyListener
from market.base.jobs.models import WorkerHeartbeat
from market.base.jobs.periodic import PeriodicTask, due_tasks, register_tasks, run_if_due
from market.base.jobs.queue import (
    Handler,
    clock_apart,
    due_kinds,
    forget_done,
    set_times_right,
    work_once,
)
from market.base.logs import fault_of
from market.base.revisions import refuse_unknown_schema

log = logging.getLogger(__name__)

WAKE_SECONDS = 2.0
BEAT_SECONDS = 15.0
SILENT_AFTER = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)
PATIENCE_SECONDS = 50.0
"""How long a stop waits for the jobs in hand; systemd kills after 60 seconds."""


def _forget(_now: datetime) -> None:
    forget_done()
    with transaction() as session:
        session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.seen_at < time_there(-FORGOTTEN_AFTER)))


CLOCK_MAY_DIFFER = timedelta(minutes=1)
"""What the clocks of two machines may differ by."""


FORGET_DONE = PeriodicTask(name="forget done jobs", every=timedelta(hours=1), do=_forget)


def count_workers(session: Session) -> int:
    """How many jobs processes are alive."""
    return session.scalar(select(func.count()).where(WorkerHeartbeat.seen_at > time_there(-SILENT_AFTER))) or 0


class Lane:
    """The threads of one kind of job, or the one thread of a periodic task."""

    def __init__(self, name: str, most: int, work: Callable[[], object]) -> None:
        self._name, self._most, self._work = name, most, work
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """One more thread, unless as many are at work as there may be."""
        self._threads = [one for one in self._threads if one.is_alive()]
        if len(self._threads) < self._most:
            thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def join(self, until: float) -> None:
        """Wait for its threads, at most until a moment of the monotonic clock."""
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


class Worker:
    """Looks for what is due when PostgreSQL tells of it, and every two seconds, until it is told to stop.

    Each piece of work has an application context of its own, so that it reads the newest rows. A database that cannot
    be reached is waited for. Periodic tasks go by this machine's clock, and end what its time is up for: as long as it
    differs from the database's by more than a minute, none is done here.
    """

    def __init__(self, app: Flask, handlers: Mapping[str, Handler], tasks: Sequence[PeriodicTask] = ()) -> None:
        self.id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._app = app
        self._handlers = handlers
        self._tasks = (FORGET_DONE, *tasks)
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._beat_at = -BEAT_SECONDS
        self._did_a_job = threading.Event()
        self._is_on_time = True
        self._lanes = {kind: self._lane_of(kind, handler) for kind, handler in handlers.items()}
        self._task_lanes = {task.name: self._lane_of_task(task) for task in self._tasks}

    def _lane_of(self, kind: str, handler: Handler) -> Lane:
        return Lane(kind, handler.threads, lambda: self._drain({kind: handler}))

    def _lane_of_task(self, task: PeriodicTask) -> Lane:
        return Lane(task.name, 1, lambda: self._inside(lambda: run_if_due(task, self.id)))

    def stop(self, *_signal: object) -> None:
        """End after the jobs in hand."""
        self._stopping.set()
        self._wake.set()

    def run(self) -> None:
        listener = NotifyListener(self._app, self._wake.set)
        listener.start()
        while not self._stopping.is_set():
            self.look()
            self._wake.wait(WAKE_SECONDS)
            self._wake.clear()
        listener.stop()
        self._join(PATIENCE_SECONDS)
        self._inside(self._leave)

    def round(self) -> bool:
        """One look, and the end of all that it started. Whether there was a job."""
        self._did_a_job.clear()
        self.look()
        self._join(PATIENCE_SECONDS)
        return self._did_a_job.is_set()

    def look(self) -> None:
        """Give every lane that has something due a thread."""
        self._inside(self._look)

    def _look(self) -> bool:
        self._compare_clocks()
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            refuse_unknown_schema()
            self._say_alive()
        for kind in due_kinds(reading(), self._handlers):
            self._lanes[kind].start()
        for task in due_tasks(reading(), self._tasks) if self._is_on_time else ():
            self._task_lanes[task.name].start()
        return True

    def _compare_clocks(self) -> None:
        apart = clock_apart(reading())
        was_on_time, self._is_on_time = self._is_on_time, abs(apart) <= CLOCK_MAY_DIFFER
        if self._is_on_time == was_on_time:
            return
        self._beat_at = -BEAT_SECONDS
        seconds = {"seconds": round(apart.total_seconds())}
        if self._is_on_time:
            log.info("the clock is right again", extra=seconds)
        else:
            log.error("no periodic task is done: this clock is not the database's", extra=seconds)

    def _inside(self, work: Callable[[], bool]) -> bool:
        """Do it in an application context; False where the database does not answer, or is of another program by now:
        one that was migrated under this worker is not worked on, and waited for."""
        try:
            with self._app.app_context():
                return work()
        except SQLAlchemyError as error:
            log.error("the database does not answer", extra={"fault": fault_of(error)})
            return False
        except Refused as refusal:
            log.error("must not work", extra={"refused": refusal.code})
            return False

    def _drain(self, handlers: Mapping[str, Handler]) -> None:
        while not self._stopping.is_set() and self._inside(lambda: work_once(handlers)):
            self._did_a_job.set()

    def _join(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for lane in (*self._lanes.values(), *self._task_lanes.values()):
            lane.join(until)

    # --- being seen ---------------------------------------------------------------------------------------------------

    def _say_alive(self) -> None:
        with transaction() as session:
            set_times_right(session, ahead=CLOCK_MAY_DIFFER)
            beat = {"seen_at": time_there(), "kinds": self._kinds()}
            seen = update(WorkerHeartbeat).where(WorkerHeartbeat.name == self.id).values(beat)
            if session.execute(seen.returning(WorkerHeartbeat.name)).first() is None:
                register_tasks(session, self._tasks)
                row = beat | {"name": self.id, "started_at": time_there()}
                session.execute(insert_once(session, WorkerHeartbeat).values(row))
        self._beat_at = time.monotonic()

    def _kinds(self) -> list[str]:
        """What is done here now: no periodic task while the clock is off."""
        return sorted([*self._lanes, *(self._task_lanes if self._is_on_time else ())])

    def _leave(self) -> bool:
        with transaction() as session:
            session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.name == self.id))
        return True
