"""Jobs are rows: written in the transaction that needs them, claimed one at a time, retried, and seen when they die."""

import enum
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, Index, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base import clock
from market.base.db import Base, Id, db, transaction
from market.base.errors import OutsideError

log = logging.getLogger(__name__)

Payload = Mapping[str, str | int | None]
Handler = Callable[[Payload], None]

MAX_ATTEMPTS = 8
CLAIM_FOR = timedelta(minutes=5)


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
    if dedupe_key and session.scalar(select(Job.id).where(Job.dedupe_key == dedupe_key)):
        return
    session.add(Job(kind=kind, payload=dict(payload), dedupe_key=dedupe_key, run_at=now, created_at=now))


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
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job.id).values(state=state, run_at=run_at, error=error))


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
