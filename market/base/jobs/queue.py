"""The queue: jobs are written, claimed one at a time, retried, and seen when they die.

When a job is due is measured by the database's clock alone, which every process shares.
"""

import enum
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from market.base import clock
from market.base.batch import change_old
from market.base.db import db, insert_once, transaction, upsert
from market.base.db_time import time_there
from market.base.errors import OutsideError
from market.base.jobs.apart import run_apart
from market.base.jobs.models import Job, JobState
from market.base.logs import fault_of
from market.base.outages import AGAIN_AFTER, outage_of

log = logging.getLogger(__name__)

Payload = Mapping[str, str | int | None]

AT_ONCE = timedelta()
MAX_ATTEMPTS = 8
SHORTEST_CLAIM = timedelta(minutes=5)
KEEP_DONE_FOR = timedelta(days=7)
REVIVE_DEAD_AFTER = timedelta(hours=1)
CLOCK_WAS_AHEAD = timedelta(hours=6)
"""Nothing that has been tried waits this long: such a time was written by a clock that ran ahead."""
CHANNEL = "choso_jobs"
LOST = "no worker came back from it"


class Again(enum.Enum):
    """What a job answers that has more to do: it goes to the end of the line, and its failures are forgotten."""

    AGAIN = enum.auto()


AGAIN = Again.AGAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """What does a kind of job. Idempotent: a job may run twice, never half.

    `limit`: after it another worker may take the job. `runs_apart`: in a process of its own, which is killed then; for
    what calls other machines or runs code that may hang. `do` is then a module's own function, found by its name.
    `threads`: how many jobs of the kind one worker does at once. One that answers AGAIN has more to do, and lets those
    that wait go first. `shortest_claim`: where its steps are short and safe, a dead worker's job is taken over sooner.
    """

    do: Callable[[Payload], object]
    limit: timedelta = timedelta(minutes=4)
    runs_apart: bool = False
    threads: int = 1
    shortest_claim: timedelta = SHORTEST_CLAIM

    @property
    def claim_for(self) -> timedelta:
        """How long a job of the kind is left to the worker that took it: past its limit, and time to write it down."""
        return max(self.shortest_claim, self.limit + timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    id: int
    kind: str
    payload: Payload
    attempts: int


# --- writing --------------------------------------------------------------------------------------------------------


def enqueue(
    session: Session, kind: str, payload: Payload, *, after: timedelta = AT_ONCE, dedupe_key: str | None = None
) -> None:
    """Write a job into the caller's transaction, to be done after a while; one with a dedupe key already known is not
    written again."""
    times = {"run_at": time_there(after), "created_at": time_there()}
    row = {"kind": kind, "payload": dict(payload), "dedupe_key": dedupe_key} | times
    session.execute(insert_once(session, Job).values(row))
    wake_workers(session)


def enqueue_all(session: Session, kind: str, jobs: Mapping[str, Payload]) -> None:
    """Write jobs of one kind, each under its dedupe key, to be done at once: one statement for all."""
    times = {"run_at": time_there(), "created_at": time_there()}
    rows = [{"kind": kind, "payload": dict(payload), "dedupe_key": key} | times for key, payload in jobs.items()]
    session.execute(insert_once(session, Job).values(rows))
    wake_workers(session)


def enqueue_again(session: Session, kind: str, payload: Payload, *, dedupe_key: str) -> None:
    """Write a job that comes again and again under one key: one that is done is set waiting once more, and so is one
    that has been dead for an hour; one that waits or runs is left alone, unless it is not due: its time was written by
    a clock that ran ahead."""
    times = {"run_at": time_there(), "created_at": time_there()}
    row = {"kind": kind, "payload": dict(payload), "dedupe_key": dedupe_key} | times
    may_revive = or_(
        Job.state == JobState.DONE,
        (Job.state == JobState.DEAD) & (Job.run_at < time_there(-REVIVE_DEAD_AFTER)),
        (Job.state == JobState.WAITING) & (Job.attempts == 0) & (Job.run_at > time_there()),
    )
    session.execute(
        upsert(session, Job)
        .values(row)
        .on_conflict_do_update(
            index_elements=["dedupe_key"],
            set_={"state": JobState.WAITING, "run_at": time_there(), "attempts": 0, "payload": dict(payload)},
            where=may_revive,
        )
    )
    wake_workers(session)


def set_times_right(session: Session, *, ahead: timedelta) -> None:
    """Bring back jobs written by a database clock that ran ahead by more than this: each is due as long after now as it
    was after then."""
    now = session.scalars(select(time_there())).one()
    waiting = Job.state == JobState.WAITING, Job.attempts == 0, Job.created_at > time_there(ahead)
    for one in session.execute(select(Job.id, Job.run_at, Job.created_at).where(*waiting)).all():
        right = {"run_at": now + (one.run_at - one.created_at), "created_at": now}
        session.execute(update(Job).where(Job.id == one.id).values(right))


def set_waiting(session: Session, ids: Collection[int]) -> None:
    """Have jobs done once more, at once."""
    again = {"state": JobState.WAITING, "run_at": time_there(), "attempts": 0}
    session.execute(update(Job).where(Job.id.in_(ids)).values(again))
    wake_workers(session)


def wake_workers(session: Session) -> None:
    """Let PostgreSQL tell the workers when this transaction is committed. On SQLite they look every other second."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))


# --- doing ----------------------------------------------------------------------------------------------------------


def _is_due() -> ColumnElement[bool]:
    was_ahead = (Job.attempts > 0) & (Job.run_at > time_there(CLOCK_WAS_AHEAD))
    return (Job.state == JobState.WAITING) & or_(Job.run_at <= time_there(), was_ahead)


def due_kinds(session: Session, kinds: Collection[str]) -> list[str]:
    """Those of these kinds that have a job to do. A job of a kind that only newer workers know is left to them."""
    return list(session.scalars(select(Job.kind).where(_is_due(), Job.kind.in_(kinds)).distinct()))


def _claim(handlers: Mapping[str, Handler]) -> Claimed | None:
    """Take the job that has been due longest, for as long as the longest of these kinds may need."""
    due = select(Job.id).where(_is_due(), Job.kind.in_(handlers)).order_by(Job.run_at, Job.id).limit(1)
    if db.engine.dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    claim_for = max((handler.claim_for for handler in handlers.values()), default=SHORTEST_CLAIM)
    claim = (
        update(Job)
        .where(Job.id == due.scalar_subquery())
        .values(run_at=time_there(claim_for), attempts=Job.attempts + 1)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
    )
    with transaction() as session:
        row = session.execute(claim).first()
    return Claimed(id=row.id, kind=row.kind, payload=row.payload, attempts=row.attempts) if row else None


def _settle(job: Claimed, state: JobState, *, error: str | None, after: timedelta = AT_ONCE, tries: int = 1) -> None:
    """Write down how a job ended, unless its claim ran out and another worker has it now."""
    own = (Job.id == job.id, Job.state == JobState.WAITING, Job.attempts == job.attempts)
    goes_on = state is JobState.WAITING and error is None
    attempts = 0 if goes_on else job.attempts - 1 + tries
    ended = {"state": state, "run_at": time_there(after), "error": error, "attempts": attempts}
    with transaction() as session:
        session.execute(update(Job).where(*own).values(ended))


def _fail(job: Claimed, error: Exception) -> None:
    """Have a job tried again, longer and longer after, until it is dead. What an outage keeps from being done has not
    been tried: it is done once the outage is over, however long that takes."""
    told = f"{type(error).__name__}: {error}"[:500]
    if outage_of(error):
        log.warning("job put off", extra={"job": job.id, "kind": job.kind, "fault": fault_of(error)})
        _settle(job, JobState.WAITING, after=AGAIN_AFTER, error=told, tries=0)
        return
    permanent = isinstance(error, OutsideError) and error.permanent
    is_dead = permanent or job.attempts >= MAX_ATTEMPTS
    log.warning("job failed", extra={"job": job.id, "kind": job.kind, "fault": fault_of(error), "dead": is_dead})
    back_off = timedelta(seconds=2**job.attempts * 5)
    state = JobState.DEAD if is_dead else JobState.WAITING
    _settle(job, state, after=back_off, error=told)


def work_once(handlers: Mapping[str, Handler]) -> bool:
    """Claim and do one due job of these kinds; False where none is due."""
    job = _claim(handlers)
    if job is None:
        return False
    if job.attempts > MAX_ATTEMPTS:  # each worker that took it died with it
        _settle(job, JobState.DEAD, error=LOST)
        return True
    handler, answer = handlers[job.kind], None
    try:
        if handler.runs_apart:
            run_apart(handler.do, job.payload, limit=handler.limit)
        else:
            answer = handler.do(job.payload)
    except Exception as error:  # noqa: BLE001 - whatever a job raises is written down and tried again
        _fail(job, error)
    else:
        _settle(job, JobState.WAITING if answer is AGAIN else JobState.DONE, error=None)
    return True


# --- looking --------------------------------------------------------------------------------------------------------


def count_dead(session: Session) -> int:
    return session.scalar(select(func.count()).where(Job.state == JobState.DEAD)) or 0


def count_late(session: Session, wait: timedelta) -> int:
    """How many jobs have been due for longer than this."""
    late = Job.state == JobState.WAITING, Job.run_at < time_there(-wait)
    return session.scalar(select(func.count()).where(*late)) or 0


def clock_apart(session: Session) -> timedelta:
    """How far this machine's clock is ahead of the database's; negative: behind."""
    there = session.scalars(select(time_there())).one()
    return clock.now() - there


def forget_done() -> int:
    """Drop the rows of jobs done a week ago; the dead stay until a person has looked. Returns how many."""
    is_old = (Job.state == JobState.DONE) & (Job.run_at < time_there(-KEEP_DONE_FOR))
    return change_old(delete(Job), Job.id, is_old)
