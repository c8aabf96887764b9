"""Long work that a person asks for: a row with its progress and its result, done in short steps by the jobs process.

What is asked for is accepted at once and has a page of its own. A step is one transaction: it holds the task's row,
does its share and writes down how far the task has come, so that a worker that dies, or two that do the same task, do
nothing twice. Between steps others write; after a turn of some seconds another task that waits comes first.
"""

import enum
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InternalError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base import clock
from market.base.audit import Actor
from market.base.batch import Batch, Pace
from market.base.clock import Clock
from market.base.db import Base, Id, lock_name, locked, reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.jobs.models import Job, JobState
from market.base.jobs.periodic import PeriodicTask
from market.base.jobs.queue import AGAIN, Again, Handler, Payload, due_kinds, enqueue
from market.base.logs import fault_of
from market.base.storage import new_key, storage

log = logging.getLogger(__name__)

LONG_TASK = "long_task"
FILE_KIND = "task"
KEPT_FOR = timedelta(days=7)
UNFINISHED_KEPT_FOR = timedelta(days=14)
LOST_AFTER = timedelta(minutes=10)
TURN_SECONDS = 8.0
"""So long a task's steps go on before another one that waits comes first."""
LONGEST_TURN_SECONDS = 40.0
"""A turn ends before its job would count as lost with its worker."""
MOST_OF_PERSON = 3
MOST_OF_COMMUNE = 20
"""So many tasks may be unfinished at once."""

Parameters = Mapping[str, str | int | None]
Checkpoint = Mapping[str, object]


class LongTaskState(enum.StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


FAULTS_OF_PROGRAM = (DataError, IntegrityError, InternalError, NotSupportedError, ProgrammingError)
"""Of the database's errors those that trying again would meet again."""
FAULTY = "Chợ gặp lỗi nên chưa làm xong việc này. Lỗi đã ghi lại cho người vận hành chợ xem."
UNFINISHED = (LongTaskState.WAITING, LongTaskState.RUNNING)


class LongTask(Base):
    """What somebody of the office, or of a stall where `stall_id` says which, asked for, and how far it has come.

    `asks` are its parameters, `input_key` and `result_key` its files in storage, `checkpoint` is what its kind needs to
    go on. `said` tells the person what was done. A cancelled one ends (`ended_at`) when its worker has summed it up.
    """

    __tablename__ = "long_task"
    __table_args__ = (
        UniqueConstraint("commune_id", "client_key"),
        CheckConstraint("done >= 0 AND done <= total", name="done_within_total"),
        Index(None, "commune_id", "stall_id", "asked_at"),
        Index(None, "asked_by", "state"),
        Index(None, "expires_at"),
    )

    id: Mapped[Id]
    commune_id: Mapped[int] = mapped_column(ForeignKey("commune.id"))
    stall_id: Mapped[int | None] = mapped_column(ForeignKey("stall.id"))
    kind: Mapped[str]
    state: Mapped[LongTaskState] = mapped_column(default=LongTaskState.WAITING)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    request_id: Mapped[str | None]
    client_key: Mapped[str | None]
    asks: Mapped[dict[str, str | int | None]] = mapped_column(JSON)
    input_key: Mapped[str | None]
    result_key: Mapped[str]
    result_name: Mapped[str | None]
    result_type: Mapped[str | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    checkpoint: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    said: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will change of it."""
        return self.ended_at is not None

    @property
    def can_stop(self) -> bool:
        return self.state in UNFINISHED

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


# --- asking ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What is asked for. `input_key`: where its file will lie, which is put there before `start_task`; None: it has
    none and starts at once. `client_key`: the same form again finds the task that it made."""

    commune_id: int
    kind: str
    stall_id: int | None = None
    asks: Parameters = field(default_factory=dict)
    input_key: str | None = None
    client_key: str | None = None


def ask_for(session: Session, actor: Actor, new: NewTask, *, clock: Clock) -> int:
    """Write down what is asked for; returns its id, also to the same form again.

    Conflict where that form asked for something else; Refused where the person or the commune has too much waiting.
    """
    lock_name(session, LONG_TASK, new.commune_id)
    if known := _asked_before(session, new):
        return known
    _refuse_too_many(session, new.commune_id, actor.person_id)
    now = clock()
    task = LongTask(
        commune_id=new.commune_id,
        stall_id=new.stall_id,
        kind=new.kind,
        asked_by=actor.person_id,
        on_behalf_of=actor.on_behalf_of,
        mandate_id=actor.mandate_id,
        request_id=actor.request_id,
        client_key=new.client_key,
        asks=dict(new.asks),
        input_key=new.input_key,
        result_key=new_key(FILE_KIND, "bin"),
        asked_at=now,
        expires_at=now + UNFINISHED_KEPT_FOR,
    )
    session.add(task)
    session.flush()
    if new.input_key is None:
        start_task(session, task.id)
    return task.id


def _asked_before(session: Session, new: NewTask) -> int | None:
    if new.client_key is None:
        return None
    same = LongTask.commune_id == new.commune_id, LongTask.client_key == new.client_key
    known = session.scalar(select(LongTask).where(*same))
    if known is None:
        return None
    if (known.kind, known.stall_id, known.asks) != (new.kind, new.stall_id, dict(new.asks)):
        raise Conflict(
            "sent_otherwise", "Trang này đã gửi một lần rồi và việc đó vẫn còn. Mời tải lại trang rồi bấm lần nữa."
        )
    return known.id


def _refuse_too_many(session: Session, commune_id: int, person_id: int | None) -> None:
    waiting = select(func.count()).where(LongTask.state.in_(UNFINISHED))
    if (session.scalar(waiting.where(LongTask.asked_by == person_id)) or 0) >= MOST_OF_PERSON:
        raise Refused(
            "too_many_tasks",
            f"Bạn đang có {MOST_OF_PERSON} việc dài chưa xong. Mời đợi một việc xong, hoặc dừng bớt, rồi làm lại.",
        )
    if (session.scalar(waiting.where(LongTask.commune_id == commune_id)) or 0) >= MOST_OF_COMMUNE:
        raise Refused("too_many_tasks", "Chợ của xã đang có nhiều việc dài chưa xong. Mời thử lại sau ít phút.")


def start_task(session: Session, task_id: int) -> None:
    """Have the jobs process do it. Idempotent."""
    task = session.get_one(LongTask, task_id)
    enqueue(session, LONG_TASK, {"task": task_id}, dedupe_key=_job_key(task))


def _job_key(task: LongTask) -> str:
    """By what is never given twice: SQLite gives the number of a task that was forgotten to another one."""
    return f"{LONG_TASK}:{task.result_key}"


def cancel_task(session: Session, task_id: int, *scope: ColumnElement[bool], clock: Clock) -> None:
    """Stop it before its next step; what its steps have done stays. Idempotent. NotFound outside the scope."""
    task = locked(session, LongTask, LongTask.id == task_id, *scope).row
    if not task.can_stop:
        return
    task.state = LongTaskState.CANCELLED
    if task.begun_at is None:
        _finish(task, "Đã dừng trước khi bắt đầu, chưa làm gì cả.", now=clock())


# --- doing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFile:
    """A file to download: the name under which it is offered, its media type."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """What a task came to: the sentence for the person, and what they may download."""

    said: str
    file: ResultFile | None = None


class Stopped(Exception):
    """The task is no longer running: it was cancelled, or another worker has ended it."""


class _GaveWay(Exception):
    """Its turn is over, and another task waits."""


class TaskRun:
    """A worker's turn at a task, which began with its first. `key` is the task's own for good, as its number is not."""

    def __init__(self, task: LongTask) -> None:
        self.id, self.kind, self.commune_id, self.stall_id = task.id, task.kind, task.commune_id, task.stall_id
        self.asks: Parameters = task.asks
        self.key = task.result_key
        self.begun_at = task.begun_at or clock.now()
        self.actor = Actor(
            person_id=task.asked_by,
            on_behalf_of=task.on_behalf_of,
            mandate_id=task.mandate_id,
            request_id=task.request_id,
        )
        self._input_key = task.input_key
        self.pace = Pace()
        self._began: float | None = None

    def input(self) -> bytes:
        """The file that was sent. Refused where it is no longer there."""
        try:
            return storage().get(self._input_key or "")
        except NotFound as error:
            raise Refused("input_gone", "Tệp đã gửi không còn nữa. Mời gửi lại tệp.") from error

    @contextmanager
    def step(self) -> Iterator[tuple[Session, LongTask]]:
        """A transaction that holds the task's row; what it has done and where to go on are written into it.

        Stopped where the task was cancelled meanwhile. From the second step on others are let in first.
        """
        self._give_way()
        with transaction() as session:
            task = locked(session, LongTask, LongTask.id == self.id).row
            began = time.monotonic()
            if task.state is not LongTaskState.RUNNING:
                raise Stopped
            yield session, task
        self.pace.held = time.monotonic() - began

    def _give_way(self) -> None:
        if self._began is None:
            self._began = time.monotonic()
            return
        self.pace.rest()
        spent = time.monotonic() - self._began
        if spent > LONGEST_TURN_SECONDS or (spent > TURN_SECONDS and due_kinds(reading(), [LONG_TASK])):
            raise _GaveWay

    def checkpoint(self) -> Checkpoint:
        """What the last step wrote down."""
        return reading().scalars(select(LongTask.checkpoint).where(LongTask.id == self.id)).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class LongWork:
    """How a kind of long task is done: `do` does it in steps, and is called again after a crash.

    `sum_up` says what a cancelled one has done. `is_kept_for`: how long after its end. `keeps_input`: the file that was
    sent stays as long, else it goes at once.
    """

    do: Callable[[TaskRun], TaskResult]
    sum_up: Callable[[TaskRun], TaskResult] | None = None
    is_kept_for: timedelta = KEPT_FOR
    keeps_input: bool = False


def long_task_handler(works: Mapping[str, LongWork]) -> Handler:
    """The handler of all long tasks: two of them at once in a worker, the longest-waiting first."""

    def turn(payload: Payload) -> Again | None:
        return _turn(works, int(payload["task"] or 0))

    return Handler(do=turn, limit=timedelta(minutes=1), threads=2, shortest_claim=timedelta(minutes=1))


def _turn(works: Mapping[str, LongWork], task_id: int) -> Again | None:
    run = _begin(task_id)
    if run is None:
        return None
    work = works[run.kind]
    try:
        state, result = _worked(run, work)
    except _GaveWay:
        return AGAIN
    _end(run, work, state, result)
    return None


def _worked(run: TaskRun, work: LongWork) -> tuple[LongTaskState, TaskResult]:
    """How it ended. What the database or the storage did not answer to is raised, and tried again."""
    try:
        return _done_or_stopped(run, work)
    except Refused as refusal:
        return LongTaskState.FAILED, TaskResult(said=refusal.sentence)
    except (OSError, _GaveWay):
        raise
    except Exception as error:
        if isinstance(error, SQLAlchemyError) and not isinstance(error, FAULTS_OF_PROGRAM):
            raise
        log.error("long task failed", extra={"task": run.id, "kind": run.kind, "fault": fault_of(error)})
        return LongTaskState.FAILED, TaskResult(said=FAULTY)


def _done_or_stopped(run: TaskRun, work: LongWork) -> tuple[LongTaskState, TaskResult]:
    try:
        return LongTaskState.DONE, work.do(run)
    except Stopped:
        said = TaskResult(said="Đã dừng theo yêu cầu, chưa làm ra tệp nào.")
        return LongTaskState.CANCELLED, work.sum_up(run) if work.sum_up else said


def _begin(task_id: int) -> TaskRun | None:
    """The turn at a task; None where nothing is left to do of it."""
    with transaction() as session:
        task = locked(session, LongTask, LongTask.id == task_id).row
        if task.is_over:
            return None
        if task.state is LongTaskState.WAITING:
            task.state, task.begun_at = LongTaskState.RUNNING, clock.now()
        return TaskRun(task)


def _end(run: TaskRun, work: LongWork, state: LongTaskState, result: TaskResult) -> None:
    """Keep the result, and say how it ended; a task that was cancelled meanwhile stays so."""
    with transaction() as session:
        task = locked(session, LongTask, LongTask.id == run.id).row
        input_key, result_key = task.input_key, task.result_key
    if result.file:
        storage().put(result_key, result.file.content)
    with transaction() as session:
        task = locked(session, LongTask, LongTask.id == run.id).row
        if task.is_over:
            return
        if task.state is not LongTaskState.CANCELLED:
            task.state = state
        if result.file:
            task.result_name, task.result_type = result.file.name, result.file.media_type
        said = f"{task.said} {result.said}" if state is LongTaskState.FAILED else result.said
        _finish(task, said.strip(), now=clock.now(), is_kept_for=work.is_kept_for)
    if input_key and not work.keeps_input:
        storage().delete(input_key)


def _finish(task: LongTask, said: str, *, now: datetime, is_kept_for: timedelta = KEPT_FOR) -> None:
    task.said, task.ended_at, task.expires_at = said, now, now + is_kept_for


# --- looking --------------------------------------------------------------------------------------------------------


def long_task(session: Session, task_id: int, *scope: ColumnElement[bool]) -> LongTask:
    """The task; NotFound outside the scope."""
    found = session.scalar(select(LongTask).where(LongTask.id == task_id, *scope))
    if found is None:
        raise NotFound
    return found


def long_tasks(session: Session, *scope: ColumnElement[bool]) -> Sequence[LongTask]:
    """The newest fifty of a scope."""
    return session.scalars(select(LongTask).where(*scope).order_by(LongTask.asked_at.desc()).limit(50)).all()


# --- coming round ---------------------------------------------------------------------------------------------------


def look_after_tasks(now: datetime) -> int:
    """Forget the tasks whose time is up, with their files, and end those that nobody does any more."""
    with Batch("long tasks") as batch:
        expired = reading().scalars(select(LongTask.id).where(LongTask.expires_at <= now)).all()
        unfinished = LongTask.ended_at.is_(None), LongTask.asked_at < now - LOST_AFTER
        old = reading().scalars(select(LongTask.id).where(*unfinished, LongTask.expires_at > now)).all()
        return batch.each(expired, _forget) + batch.each(old, _end_if_lost)


def _forget(task_id: int) -> bool:
    """Its files first: a row without them is forgotten the next time, files without a row never."""
    task = long_task(reading(), task_id)
    for key in (task.input_key, task.result_key):
        if key:
            storage().delete(key)
    with transaction() as session:
        session.delete(locked(session, LongTask, LongTask.id == task_id).row)
    return True


def _end_if_lost(task_id: int) -> bool:
    with transaction() as session:
        task = locked(session, LongTask, LongTask.id == task_id).row
        job = session.scalar(select(Job.state).where(Job.dedupe_key == _job_key(task)))
        if task.is_over or job is JobState.WAITING:
            return False
        if task.state is not LongTaskState.CANCELLED:
            task.state = LongTaskState.FAILED
        said = "Chợ đã thử nhiều lần mà chưa làm xong việc này. Mời làm lại: những gì đã ghi thì không bị ghi hai lần."
        _finish(task, f"{task.said} {said}".strip(), now=clock.now())
    return True


LOOK_AFTER_TASKS = PeriodicTask(name="look after long tasks", every=timedelta(minutes=5), do=look_after_tasks)
