"""Long work is accepted at once, done in steps, stopped between them, and survives a worker that dies
(office 7, growth 2 and 10, faults P1-6)."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from market.base import batch, clock
from market.base.audit import Actor
from market.base.db import db, reading, transaction
from market.base.errors import Conflict, NotFound, Refused
from market.base.jobs import Handler, Job, JobState, long_tasks, work_once
from market.base.jobs.long_tasks import (
    KEPT_FOR,
    LONG_TASK,
    MOST_OF_COMMUNE,
    MOST_OF_PERSON,
    LongTask,
    LongTaskState,
    LongWork,
    NewTask,
    ResultFile,
    TaskResult,
    TaskRun,
    ask_for,
    cancel_task,
    long_task_handler,
    look_after_tasks,
    start_task,
)
from market.base.storage import new_key, storage
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

pytestmark = by_day_on("postgresql")

Do = Callable[[TaskRun], TaskResult]


class Died(BaseException):
    """What no worker catches: it is gone, as after kill -9."""


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "REST_SECONDS", 0.0)


@pytest.fixture
def ask(cast: Cast) -> Callable[..., int]:
    def asked(person: int | None = None, **fields: object) -> int:
        new = NewTask(**{"commune_id": cast.commune, "kind": "count"} | fields)
        with transaction() as session:
            return ask_for(session, Actor(person_id=person or cast.hung), new, clock=clock.now)

    return asked


def kinds(do: Do, **more: object) -> dict[str, Handler]:
    return {LONG_TASK: long_task_handler({"count": LongWork(do=do, **more)})}


def task(task_id: int) -> LongTask:
    db.session.remove()
    return reading().get_one(LongTask, task_id)


def count_to(most: int, *, dies_at: int | None = None) -> Do:
    """Counts in steps, and dies inside one where it is told to."""

    def do(run: TaskRun) -> TaskResult:
        while True:
            with run.step() as (_session, row):
                if row.done == most:
                    break
                row.total = most
                row.done += 1
                row.said = f"Đã đếm đến {row.done}."
                row.checkpoint = {"counted": [*row.checkpoint.get("counted", []), row.done]}
                if row.done == dies_at:
                    raise Died
        return TaskResult(said=f"Đếm xong {most}.", file=ResultFile(name="a.csv", media_type="text/csv", content=b"1"))

    return do


def test_it_is_done_by_the_jobs_process_and_its_result_stays_a_week(ask, now: Clock) -> None:
    at = ask()
    assert task(at).state is LongTaskState.WAITING

    assert work_once(kinds(count_to(3)))

    done = task(at)
    assert (done.state, done.done, done.total, done.said) == (LongTaskState.DONE, 3, 3, "Đếm xong 3.")
    assert storage().get(done.result_key) == b"1"
    assert done.expires_at == now() + KEPT_FOR
    assert not work_once(kinds(count_to(3)))


def test_the_result_is_removed_with_its_file_after_a_week(ask, now: Clock) -> None:
    at = ask()
    work_once(kinds(count_to(1)))
    key = task(at).result_key
    now.move(days=7, seconds=-1)
    assert look_after_tasks(now()) == 0
    now.move(seconds=1)

    assert look_after_tasks(now()) == 1

    assert reading().get(LongTask, at, populate_existing=True) is None
    with pytest.raises(NotFound):
        storage().get(key)


def test_a_worker_killed_inside_a_step_leaves_it_to_the_next_that_does_nothing_twice(ask, now: Clock) -> None:
    """faults P1-6: no kill had landed inside a job."""
    at = ask()
    with pytest.raises(Died):
        work_once(kinds(count_to(5, dies_at=3)))
    assert (task(at).state, task(at).done) == (LongTaskState.RUNNING, 2)
    assert not work_once(kinds(count_to(5))), "its claim still holds"
    now.move(minutes=2)

    assert work_once(kinds(count_to(5)))

    assert task(at).state is LongTaskState.DONE
    assert task(at).checkpoint == {"counted": [1, 2, 3, 4, 5]}


def test_two_workers_at_one_task_do_nothing_twice(app: Flask, ask) -> None:
    """A worker that was only slow goes on beside the one that took over."""
    at = ask()
    do = count_to(20)
    meeting = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            run = long_tasks._begin(at)
            meeting.wait(timeout=30)
            do(run)

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert task(at).checkpoint == {"counted": list(range(1, 21))}


def test_one_that_is_cancelled_before_it_begins_does_nothing(ask, now: Clock) -> None:
    at = ask()
    with transaction() as session:
        cancel_task(session, at, clock=clock.now)

    assert work_once(kinds(count_to(3)))

    stopped = task(at)
    assert (stopped.state, stopped.done, stopped.ended_at) == (LongTaskState.CANCELLED, 0, now())
    assert "chưa làm gì" in stopped.said


def test_cancelling_stops_it_between_two_steps_and_says_what_is_kept(ask) -> None:
    at = ask()

    def do(run: TaskRun) -> TaskResult:
        for _ in range(2):
            with run.step() as (_session, row):
                row.total, row.done = 5, row.done + 1
        with transaction() as session:
            cancel_task(session, at, clock=clock.now)
        with run.step() as (_session, row):
            row.done += 1
        raise AssertionError("it went on")

    assert work_once(kinds(do, sum_up=lambda run: TaskResult(said="Đã đếm 2, giữ nguyên.")))

    stopped = task(at)
    assert (stopped.state, stopped.done, stopped.said) == (LongTaskState.CANCELLED, 2, "Đã đếm 2, giữ nguyên.")


def test_one_cancelled_while_its_worker_is_dead_is_summed_up_by_the_next(ask, now: Clock) -> None:
    at = ask()
    with pytest.raises(Died):
        work_once(kinds(count_to(5, dies_at=3)))
    with transaction() as session:
        cancel_task(session, at, clock=clock.now)
    assert not task(at).is_over
    now.move(minutes=2)

    work_once(kinds(count_to(5), sum_up=lambda run: TaskResult(said="Đã đếm 2.")))

    assert (task(at).state, task(at).done, task(at).said) == (LongTaskState.CANCELLED, 2, "Đã đếm 2.")


def test_one_person_s_big_work_lets_others_small_work_go_first(ask, cast: Cast, now: Clock, monkeypatch) -> None:
    """growth 2: after its turn a long one goes to the end of the line."""
    monkeypatch.setattr(long_tasks, "TURN_SECONDS", -1.0)
    big, small = ask(), ask(cast.vy, kind="small")
    ended: list[str] = []

    def named(name: str, most: int) -> LongWork:
        def do(run: TaskRun) -> TaskResult:
            now.move(seconds=1)
            result = count_to(most)(run)
            ended.append(name)
            return result

        return LongWork(do=do)

    works = {LONG_TASK: long_task_handler({"count": named("big", 30), "small": named("small", 1)})}
    while work_once(works):
        pass
    assert ended == ["small", "big"]
    assert task(big).checkpoint == {"counted": list(range(1, 31))}
    assert task(small).state is LongTaskState.DONE


def test_nobody_has_more_than_three_waiting_and_a_commune_no_more_than_twenty(ask, cast: Cast) -> None:
    for _ in range(MOST_OF_PERSON):
        ask()
    with pytest.raises(Refused, match="3 việc dài chưa xong"):
        ask()
    people = [cast.vy, cast.mai, cast.stranger, cast.lan.person, cast.htx.person, cast.tu.person]
    for number in range(MOST_OF_COMMUNE - MOST_OF_PERSON):
        ask(people[number // MOST_OF_PERSON])
    with pytest.raises(Refused, match="nhiều việc dài"):
        ask(people[-1])


def test_the_same_form_twice_is_one_task(ask, session) -> None:
    first = ask(client_key="k", asks={"a": 1})
    assert ask(client_key="k", asks={"a": 1}) == first
    assert session.scalar(select(func.count(Job.id))) == 1
    with pytest.raises(Conflict):
        ask(client_key="k", asks={"a": 2})


def test_a_refusal_ends_it_with_its_sentence_and_a_fault_says_so(ask) -> None:
    def refuse(run: TaskRun) -> TaskResult:
        raise Refused("bad_file", "Tệp không đọc được.")

    def fault(run: TaskRun) -> TaskResult:
        raise ZeroDivisionError("Nguyễn Văn A 0900")

    refused, broken = ask(), ask()
    work_once(kinds(refuse))
    work_once(kinds(fault))
    assert (task(refused).state, task(refused).said) == (LongTaskState.FAILED, "Tệp không đọc được.")
    assert task(broken).state is LongTaskState.FAILED
    assert "0900" not in task(broken).said


def test_its_input_is_there_before_it_starts_and_gone_when_it_is_done(ask) -> None:
    key = new_key("task", "bin")
    at = ask(input_key=key)
    assert not work_once(kinds(count_to(1))), "nothing starts before its file is there"
    storage().put(key, b"rows")
    with transaction() as session:
        start_task(session, at)

    def do(run: TaskRun) -> TaskResult:
        return TaskResult(said=run.input().decode())

    work_once(kinds(do))
    assert task(at).said == "rows"
    with pytest.raises(NotFound):
        storage().get(key)


def test_one_that_every_worker_dies_with_is_ended_in_words(ask, now: Clock) -> None:
    at = ask()
    with transaction() as session:
        session.execute(update(Job).values(state=JobState.DEAD))
    now.move(minutes=11)

    assert look_after_tasks(now()) == 1

    assert task(at).state is LongTaskState.FAILED
    assert "chưa làm xong" in task(at).said
    assert look_after_tasks(now() + timedelta(minutes=5)) == 0


def test_the_number_of_a_forgotten_task_is_no_reason_not_to_begin(ask, now: Clock) -> None:
    """SQLite gives it to the next one, whose job must not count as done."""
    first = ask()
    with transaction() as session:
        session.delete(session.get_one(LongTask, first))
        session.execute(update(Job).values(state=JobState.DONE))
    at = ask()

    assert work_once(kinds(count_to(1)))

    assert task(at).state is LongTaskState.DONE
