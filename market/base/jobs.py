"""Jobs are rows: written in the transaction that needs them, claimed one at a time, retried, and seen when they die."""

import enum
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import JSON, Index, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base import clock
from market.base.db import Base, Id, db, insert_once, transaction
from market.base.errors import OutsideError

log = logging.getLogger(__name__)

Payload = Mapping[str, str | int | None]
Handler = Callable[[Payload], None]

MAX_ATTEMPTS = 8
CLAIM_FOR = timedelta(minutes=5)
KEEP_DONE_FOR = timedelta(days=7)
WAKE_SECONDS = 2.0


class JobState(enum.StrEnum):
    """`dead` jobs wait for a person; `flask doctor` counts them."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """One piece of work. `run_at` is also the end of a claim: a worker that died frees its job by time."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "state", "run_at"),)

    id: Mapped[Id]
    kind: Mapped[str]
    payload: Mapped[dict[str, str | int | None]] = mapped_column(JSON)
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    created_at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    id: int
    kind: str
    payload: Payload
    attempts: int


def enqueue(session: Session, kind: str, payload: Payload, *, now: datetime, dedupe_key: str | None = None) -> None:
    """Write a job into the caller's transaction; one with a dedupe key already known is not written again."""
    row = {"kind": kind, "payload": dict(payload), "dedupe_key": dedupe_key, "run_at": now, "created_at": now}
    session.execute(insert_once(session, Job).values(row))


def _claim(now: datetime) -> Claimed | None:
    due = select(Job.id).where(Job.state == JobState.WAITING, Job.run_at <= now).order_by(Job.run_at, Job.id).limit(1)
    if db.engine.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    claim = (
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(run_at=now + CLAIM_FOR, attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
    )
    with transaction() as session:
        row = session.execute(claim).first()
    return Claimed(id=row.id, kind=row.kind, payload=row.payload, attempts=row.attempts) if row else None


def _settle(job: Claimed, state: JobState, *, run_at: datetime, error: str | None) -> None:
    """Write down how a job ended, unless its claim ran out and another worker has it now."""
    own = (Job.id == job.id, Job.state == JobState.WAITING, Job.attempts == job.attempts)
    with transaction() as session:
        session.execute(update(Job).where(*own).values(state=state, run_at=run_at, error=error))


def _fail(job: Claimed, error: Exception, *, now: datetime) -> None:
    permanent = isinstance(error, OutsideError) and error.permanent
    is_dead = permanent or job.attempts >= MAX_ATTEMPTS
    log.warning("job failed", extra={"job": job.id, "kind": job.kind, "fault": type(error).__name__, "dead": is_dead})
    back_off = timedelta(seconds=2**job.attempts * 5)
    state = JobState.DEAD if is_dead else JobState.WAITING
    _settle(job, state, run_at=now + back_off, error=f"{type(error).__name__}: {error}"[:500])


def work_once(handlers: Mapping[str, Handler]) -> bool:
    """Claim and do one due job; False where none is due. Handlers are idempotent: a job may run twice, never half."""
    now = clock.now()
    job = _claim(now)
    if job is None:
        return False
    try:
        handlers[job.kind](job.payload)
    except Exception as error:  # noqa: BLE001 - whatever a job raises is written down and tried again
        _fail(job, error, now=now)
    else:
        _settle(job, JobState.DONE, run_at=now, error=None)
    return True


def count_dead(session: Session) -> int:
    return session.scalar(select(func.count()).where(Job.state == JobState.DEAD)) or 0


def forget_done(session: Session, *, before: datetime) -> None:
    """Drop the rows of jobs done before a moment; the dead stay until a person has looked."""
    session.execute(delete(Job).where(Job.state == JobState.DONE, Job.run_at < before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What is done again and again: `do(now)` at most once in `every`, in any process; it is idempotent."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]


def _forget(now: datetime) -> None:
    with transaction() as session:
        forget_done(session, before=now - KEEP_DONE_FOR)


FORGET_DONE = Upkeep(name="forget done jobs", every=timedelta(hours=1), do=_forget)


class Worker:
    """The jobs process: does what is due, looks again after two seconds, until it is told to stop.

    Each job has an application context of its own, so that it reads the newest rows. A database that cannot be reached
    is waited for.
    """

    def __init__(self, app: Flask, handlers: Mapping[str, Handler], upkeep: Sequence[Upkeep] = ()) -> None:
        self._app = app
        self._handlers = handlers
        self._upkeep = (FORGET_DONE, *upkeep)
        self._done_at: dict[str, datetime] = {}
        self._stopping = threading.Event()

    def stop(self, *_signal: object) -> None:
        """End after the job in hand."""
        self._stopping.set()

    def run(self) -> None:
        while not self._stopping.is_set():
            if not self.round():
                self._stopping.wait(WAKE_SECONDS)

    def round(self) -> bool:
        """One look: the upkeep that is due, then one job. Whether there was a job."""
        try:
            for upkeep in self._upkeep:
                self._keep_up(upkeep)
            with self._app.app_context():
                return work_once(self._handlers)
        except SQLAlchemyError as error:
            log.error("the database does not answer", extra={"fault": type(error).__name__})
            return False

    def _keep_up(self, upkeep: Upkeep) -> None:
        now = clock.now()
        last = self._done_at.get(upkeep.name)
        if last is not None and now - last < upkeep.every:
            return
        self._done_at[upkeep.name] = now
        with self._app.app_context():
            try:
                upkeep.do(now)
            except Exception as error:  # noqa: BLE001 - one duty that fails does not keep the others from being done
                log.error("upkeep failed", extra={"kind": upkeep.name, "fault": type(error).__name__})
