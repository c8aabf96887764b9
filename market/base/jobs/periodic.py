"""Periodic tasks: done once in their time by whichever worker takes the lease, which the database's clock measures."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from market.base import clock
from market.base.db import insert_once, transaction
from market.base.db_time import time_there
from market.base.jobs.apart import place_of, run_apart
from market.base.jobs.models import TaskLease
from market.base.logs import fault_of

log = logging.getLogger(__name__)

OVERDUE_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicTask:
    """What is done again and again: `do(now)` once in `every`, in any number of workers. Idempotent.

    `limit`: after it another worker may take it over. `runs_apart`: in a process of its own, killed then; `do` is then
    a module's own function, found by its name.
    """

    name: str
    every: timedelta
    do: Callable[[datetime], object]
    limit: timedelta = timedelta(minutes=10)
    runs_apart: bool = False


def register_tasks(session: Session, tasks: Iterable[PeriodicTask]) -> None:
    """Have a lease for each; a new one is due at once."""
    for task in tasks:
        session.execute(insert_once(session, TaskLease).values(name=task.name, next_due_at=time_there()))


def due_tasks(session: Session, tasks: Iterable[PeriodicTask]) -> list[PeriodicTask]:
    """Those whose turn it is, by the database's clock."""
    return [task for task in tasks if session.scalar(select(TaskLease.name).where(*_is_free(task)))]


def _is_free(task: PeriodicTask) -> tuple[ColumnElement[bool], ...]:
    """Due, and held by nobody. A time further away than twice its span was written by a clock that ran ahead."""
    lease = TaskLease
    is_due = or_(lease.next_due_at <= time_there(), lease.next_due_at > time_there(2 * task.every))
    is_let_go = or_(
        lease.holder.is_(None), lease.held_until <= time_there(), lease.held_until > time_there(2 * task.limit)
    )
    return lease.name == task.name, is_due, is_let_go


def run_if_due(task: PeriodicTask, worker: str) -> bool:
    """Take the lease and do the task; False where another worker has it or it is not due.

    What the task raises is written down, not raised.
    """
    if not _take(task, worker):
        return False
    error = _do(task)
    with transaction() as session:
        let_go = {"holder": None, "held_until": None, "done_at": time_there(), "error": error}
        session.execute(update(TaskLease).where(TaskLease.name == task.name, TaskLease.holder == worker).values(let_go))
    return True


def _take(task: PeriodicTask, worker: str) -> bool:
    """One guarded UPDATE: of several workers one finds the row still free."""
    taken = {"holder": worker, "held_until": time_there(task.limit), "next_due_at": time_there(task.every)}
    with transaction() as session:
        took = session.execute(update(TaskLease).where(*_is_free(task)).values(taken).returning(TaskLease.name))
        return took.first() is not None


def _do(task: PeriodicTask) -> str | None:
    """Run it; the place of what it raised, without values."""
    try:
        if task.runs_apart:
            run_apart(task.do, clock.now(), limit=task.limit)
        else:
            task.do(clock.now())
    except Exception as error:  # noqa: BLE001 - one task that fails does not keep the others from being done
        log.error("periodic task failed", extra={"kind": task.name, "fault": fault_of(error)})
        return place_of(error)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTrouble:
    """A task that fails (`error` says with what) or that nobody has done for long."""

    name: str
    error: str | None


def troubled_tasks(session: Session) -> list[TaskTrouble]:
    overdue = TaskLease.next_due_at < time_there(-OVERDUE_AFTER)
    query = select(TaskLease.name, TaskLease.error).where(or_(TaskLease.error.is_not(None), overdue))
    return [TaskTrouble(name=name, error=error) for name, error in session.execute(query.order_by(TaskLease.name))]
