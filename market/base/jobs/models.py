"""What the jobs processes share through the database: the jobs, whose turn a periodic task is, and who is alive."""

import enum
from datetime import datetime

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from market.base.db import Base, Id


class JobState(enum.StrEnum):
    """`dead` jobs wait for a person; `flask doctor` counts them, `flask jobs` lists, retries and drops them."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


class Job(Base):
    """One piece of work. `run_at` is also the end of a claim: a worker that died frees its job by time. Every time here
    is the database's, which all processes share."""

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


class TaskLease(Base):
    """Whose turn a periodic task is. Every time here is the database's, which all workers share.

    `holder` is the worker that does it now, until `held_until` at the latest; `error` is what the last run failed with:
    the exception's type and place, never its values.
    """

    __tablename__ = "task_lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_due_at: Mapped[datetime]
    holder: Mapped[str | None]
    held_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None]


class WorkerHeartbeat(Base):
    """A jobs process that is alive: when it started and was last seen, by the database's clock, and what it does now: a
    worker whose own clock is off does no periodic task."""

    __tablename__ = "worker_heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    kinds: Mapped[list[str]] = mapped_column(JSON)
