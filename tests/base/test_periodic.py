"""Periodic tasks are done once in their time, in any number of workers, whatever the clocks do."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from market.base.db import db, reading, transaction
from market.base.db_time import time_there
from market.base.jobs import Handler, PeriodicTask, Worker, enqueue, queue
from market.base.jobs import worker as worker_module
from market.base.jobs.models import TaskLease, WorkerHeartbeat
from market.base.jobs.periodic import due_tasks, register_tasks, run_if_due, troubled_tasks
from tests.conftest import Clock
from tests.nights import in_turns

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

MINUTE = timedelta(minutes=1)


def sweep(do: Callable[[datetime], object], name: str = "sweep") -> PeriodicTask:
    task = PeriodicTask(name=name, every=MINUTE, limit=5 * MINUTE, do=do)
    with transaction() as session:
        register_tasks(session, [task])
    return task


def lease(name: str = "sweep") -> TaskLease:
    db.session.remove()
    return reading().scalars(select(TaskLease).where(TaskLease.name == name)).one()


def database_moves(distance: timedelta) -> None:
    """As if the database's clock had gone on by this much: what is written lies so much further back."""
    moved = {}
    for column in ("next_due_at", "held_until", "done_at"):
        value = getattr(lease(), column)
        moved[column] = value - distance if value else None
    with transaction() as session:
        session.execute(update(TaskLease).values(moved))


def test_the_database_tells_its_own_time(app: Flask) -> None:
    there = reading().scalars(select(time_there(timedelta(hours=-1)))).one()
    assert there.tzinfo is not None
    assert abs(datetime.now(UTC) - timedelta(hours=1) - there) < timedelta(minutes=5)
    sweep(lambda _now: None)
    earlier, later = TaskLease.next_due_at > time_there(-MINUTE), TaskLease.next_due_at <= time_there()
    assert reading().scalar(select(TaskLease.name).where(earlier, later)) == "sweep"


def test_a_task_is_done_once_in_its_time(app: Flask, now: Clock) -> None:
    rounds: list[datetime] = []
    task = sweep(rounds.append)
    assert run_if_due(task, "one")
    assert not run_if_due(task, "one")
    assert not run_if_due(task, "two")
    database_moves(timedelta(seconds=59))
    assert not run_if_due(task, "two")
    database_moves(timedelta(seconds=2))
    assert due_tasks(reading(), [task]) == [task]
    assert run_if_due(task, "two")
    assert rounds == [now(), now()]


def test_two_workers_that_look_at_once_do_it_once(app: Flask, now: Clock) -> None:
    rounds: list[datetime] = []
    for _ in range(5):
        task = sweep(rounds.append)
        rounds.clear()
        in_threads(app, 6, lambda task=task: run_if_due(task, threading.current_thread().name))  # type: ignore[misc]
        assert len(rounds) == 1
        database_moves(2 * MINUTE)


def in_threads(app: Flask, count: int, work: Callable[[], object]) -> None:
    start = threading.Barrier(count)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with app.app_context():
                start.wait(60)
                work()
        except BaseException as error:  # noqa: BLE001 - whatever a thread raises is the finding
            faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []


def test_whole_workers_beside_one_another_do_it_once(app: Flask, now: Clock) -> None:
    rounds: list[datetime] = []
    task = sweep(rounds.append)
    workers = [Worker(app, {}, [task]) for _ in range(3)]
    in_threads(app, 3, lambda: [worker.round() for worker in workers])
    assert len(rounds) == 1


def test_a_wall_clock_that_jumps_a_day_and_back_disturbs_nothing(app: Flask, now: Clock) -> None:
    rounds: list[datetime] = []
    task = sweep(rounds.append)
    worker = Worker(app, {}, [task])
    now.move(days=1)
    worker.round()
    now.move(days=-1)
    worker.round()
    assert len(rounds) == 1
    database_moves(MINUTE)
    worker.round()
    assert len(rounds) == 2


def test_a_time_written_by_a_database_clock_that_ran_ahead_is_not_waited_for(app: Flask) -> None:
    rounds: list[datetime] = []
    task = sweep(rounds.append)
    assert run_if_due(task, "one")
    database_moves(timedelta(days=-1))
    assert run_if_due(task, "one")
    assert not run_if_due(task, "one")
    assert lease().next_due_at < datetime.now(UTC) + timedelta(hours=1)
    assert len(rounds) == 2


@pytest.mark.parametrize(("spans", "is_due"), [(0.5, False), (1.5, False), (2.5, True)])
def test_a_turn_or_a_hold_is_waited_for_unless_it_is_more_than_twice_its_span_away(
    app: Flask, spans: float, is_due: bool
) -> None:
    task = sweep(lambda _now: None)
    with transaction() as session:
        session.execute(update(TaskLease).values(next_due_at=time_there(spans * task.every)))
    assert bool(due_tasks(reading(), [task])) is is_due
    with transaction() as session:
        held = {"holder": "one", "held_until": time_there(spans * task.limit), "next_due_at": time_there(-MINUTE)}
        session.execute(update(TaskLease).values(held))
    assert bool(due_tasks(reading(), [task])) is is_due


def test_tasks_that_nobody_has_done_for_ten_minutes_are_trouble_told_by_name(app: Flask) -> None:
    for name, minutes in (("sweep", 10.5), ("b", 9.5), ("a", 10.5)):
        sweep(lambda _now: None, name)
        with transaction() as session:
            due = time_there(timedelta(minutes=-minutes))
            session.execute(update(TaskLease).where(TaskLease.name == name).values(next_due_at=due))
    assert [one.name for one in troubled_tasks(reading())] == ["a", "sweep"]


def test_a_worker_says_that_it_lives_every_fifteen_seconds(
    app: Flask, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [1000.0]
    monkeypatch.setattr(worker_module, "time", SimpleNamespace(monotonic=lambda: at[0]))
    worker, seen = Worker(app, {}), []
    for seconds in (0, 14.9, 0.1, 14.9, 0.1):
        at[0] += seconds
        worker.round()
        with transaction() as session:
            seen.append(session.execute(delete(WorkerHeartbeat)).rowcount)  # type: ignore[attr-defined]
    assert seen == [1, 0, 1, 0, 1]


class Died(BaseException):
    """The worker's process ended in the middle."""


def test_the_task_of_a_worker_that_died_is_taken_over_after_its_limit(app: Flask) -> None:
    def die(_now: datetime) -> None:
        raise Died

    task = sweep(die)
    with pytest.raises(Died):
        run_if_due(task, "one")
    other = sweep(lambda _now: None)
    database_moves(4 * MINUTE)
    assert not run_if_due(other, "two")
    database_moves(MINUTE)
    assert run_if_due(other, "two")
    assert lease().holder is None


def test_a_task_that_overran_does_not_let_go_what_another_holds(app: Flask) -> None:
    def slow(_now: datetime) -> None:
        with transaction() as session:
            session.execute(update(TaskLease).values(holder="two"))

    assert run_if_due(sweep(slow), "one")
    assert lease().holder == "two"


def test_a_task_that_fails_says_where_and_not_what_and_stops_no_other(app: Flask, now: Clock) -> None:
    rounds: list[datetime] = []

    def broken(_now: datetime) -> None:
        raise RuntimeError("chị Mai, 0912 345 678")

    failing, working = sweep(broken, "broken"), sweep(rounds.append)
    worker = Worker(app, {}, [failing, working])
    worker.round()
    assert len(rounds) == 1
    assert lease("broken").error is not None
    assert lease("broken").error.startswith("RuntimeError test_periodic.py:")  # type: ignore[union-attr]
    assert [one.name for one in troubled_tasks(reading())] == ["broken"]


def test_a_task_that_works_again_is_no_trouble_any_more(app: Flask) -> None:
    def broken(_now: datetime) -> None:
        raise RuntimeError

    run_if_due(sweep(broken), "one")
    database_moves(MINUTE)
    run_if_due(sweep(lambda _now: None), "one")
    assert troubled_tasks(reading()) == []
    database_moves(12 * MINUTE)
    assert [(one.name, one.error) for one in troubled_tasks(reading())] == [("sweep", None)]


def test_a_worker_is_seen_while_it_lives(app: Flask, now: Clock) -> None:
    worker = Worker(app, {"ring": Handler(do=lambda _payload: None)})
    worker.round()
    [beat] = reading().scalars(select(WorkerHeartbeat))
    assert beat.name == worker.id
    assert beat.kinds == ["forget done jobs", "ring"]
    worker.stop()
    worker.run()
    db.session.remove()
    assert reading().scalars(select(WorkerHeartbeat)).all() == []


def test_workers_that_were_killed_are_forgotten_after_a_day(app: Flask, now: Clock) -> None:
    with transaction() as session:
        for name, hours in (("killed", 25), ("away", 23)):
            seen = time_there(-timedelta(hours=hours))
            session.add(WorkerHeartbeat(name=name, started_at=seen, seen_at=seen, kinds=[]))
    worker = Worker(app, {})
    worker.round()
    assert set(reading().scalars(select(WorkerHeartbeat.name))) == {"away", worker.id}


def test_a_lease_that_was_restored_away_is_made_anew(app: Flask, now: Clock) -> None:
    """A restore under a running worker takes its rows; it writes them again with its next sign of life."""
    rounds: list[datetime] = []
    task = PeriodicTask(name="sweep", every=MINUTE, do=rounds.append)
    Worker(app, {}, [task]).round()
    with transaction() as session:
        session.execute(delete(TaskLease))
        session.execute(delete(WorkerHeartbeat))
    Worker(app, {}, [task]).round()
    assert len(rounds) == 2


def test_a_worker_whose_clock_is_off_does_no_periodic_task_until_it_is_right(
    app: Flask, now: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its time would end every open order; jobs, which go by the database's clock, are done."""
    monkeypatch.setattr(queue, "time_there", time_there)
    rounds: list[datetime] = []
    task = sweep(rounds.append)
    worker = Worker(app, {"ring": Handler(do=lambda _payload: None)}, [task])
    with transaction() as session:
        enqueue(session, "ring", {})

    now.at = datetime.now(UTC) + timedelta(days=1)
    assert worker.round()
    assert rounds == []
    assert "no periodic task is done" in caplog.text
    assert reading().scalars(select(WorkerHeartbeat.kinds)).one() == ["ring"]

    now.at = datetime.now(UTC) + timedelta(seconds=30)
    worker.round()
    assert rounds == [now.at]
    db.session.remove()
    assert reading().scalars(select(WorkerHeartbeat.kinds)).one() == ["forget done jobs", "ring", "sweep"]
