"""Jobs are done once, tried again, given up visibly, and survive a worker that dies."""

import errno
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from market.base.db import db, reading, transaction
from market.base.db_time import time_there
from market.base.errors import OutsideError
from market.base.jobs import Handler, Job, JobState, Payload, Worker, enqueue, enqueue_again, queue
from market.base.jobs.queue import LOST, MAX_ATTEMPTS, REVIVE_DEAD_AFTER, SHORTEST_CLAIM, due_kinds
from market.base.jobs.worker import FORGET_DONE, Lane
from tests.conftest import Clock
from tests.nights import in_turns
from tests.services.unwritable import database_reads_only

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

Do = Callable[[Payload], object]


def work_once(kinds: dict[str, Do]) -> bool:
    return queue.work_once({kind: Handler(do=do) for kind, do in kinds.items()})


def write(now: Clock, count: int = 1, kind: str = "ring", key: str | None = None) -> None:
    with transaction() as session:
        for number in range(count):
            enqueue(session, kind, {"number": number}, dedupe_key=key)


def states() -> list[JobState]:
    db.session.remove()
    return list(reading().scalars(select(Job.state).order_by(Job.id)))


def failing(error: Exception) -> Callable[[Payload], None]:
    def fail(_payload: Payload) -> None:
        raise error

    return fail


def test_a_job_is_done_with_what_it_was_given(app: Flask, now: Clock) -> None:
    seen: list[Payload] = []
    write(now)
    assert work_once({"ring": seen.append})
    assert seen == [{"number": 0}]
    assert states() == [JobState.DONE]
    assert not work_once({"ring": seen.append})


def test_a_job_of_a_transaction_that_fails_is_never_done(app: Flask, now: Clock) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        enqueue(session, "ring", {})
        raise RuntimeError
    assert states() == []


def test_a_job_with_the_same_key_is_written_once(app: Flask, now: Clock) -> None:
    write(now, key="order-1")
    write(now, key="order-1")
    write(now, key="order-2")
    write(now, count=2)
    assert len(states()) == 4


def test_a_job_waits_for_its_time(app: Flask, now: Clock) -> None:
    with transaction() as session:
        enqueue(session, "ring", {}, after=timedelta(minutes=10))
    assert not work_once({"ring": failing(AssertionError())})
    now.move(minutes=10)
    assert work_once({"ring": lambda _payload: None})


def in_threads(app: Flask, count: int, work: Callable[[], None]) -> list[BaseException]:
    faults: list[BaseException] = []
    ready = threading.Barrier(count)

    def start() -> None:
        try:
            with app.app_context():
                ready.wait()
                work()
        except BaseException as error:  # noqa: BLE001 - whatever a thread raises is the finding
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_eight_workers_do_every_job_once(app: Flask, now: Clock) -> None:
    done: list[Payload] = []
    write(now, count=24)

    def work() -> None:
        while work_once({"ring": done.append}):
            pass

    assert in_threads(app, 8, work) == []
    assert sorted(int(payload["number"] or 0) for payload in done) == list(range(24))


def test_the_same_key_written_at_once_is_one_job(app: Flask, now: Clock) -> None:
    assert in_threads(app, 8, lambda: write(now, key="order-1")) == []
    assert states() == [JobState.WAITING]


def test_a_failed_job_is_tried_again_later_and_later(app: Flask, now: Clock) -> None:
    write(now)
    waits = []
    for _ in range(3):
        assert work_once({"ring": failing(RuntimeError("gone"))})
        assert not work_once({"ring": failing(AssertionError())})
        db.session.remove()
        due = reading().scalars(select(Job.run_at)).one()
        waits.append((due - now()).total_seconds())
        now.at = due
    assert waits == [10, 20, 40]
    assert work_once({"ring": lambda _payload: None})
    assert states() == [JobState.DONE]


def test_a_job_that_never_works_is_given_up_visibly(app: Flask, now: Clock) -> None:
    write(now)
    for _ in range(MAX_ATTEMPTS):
        assert work_once({"ring": failing(RuntimeError("still gone"))})
        now.move(hours=2)
    assert states() == [JobState.DEAD]
    assert not work_once({"ring": failing(AssertionError())})
    assert queue.count_dead(reading()) == 1
    assert reading().scalar(select(Job.error)) == "RuntimeError: still gone"


def test_what_cannot_help_is_not_tried_again(app: Flask, now: Clock) -> None:
    write(now)
    work_once({"ring": failing(OutsideError("no such number", permanent=True))})
    assert states() == [JobState.DEAD]


def test_a_job_nobody_knows_is_not_lost(app: Flask, now: Clock) -> None:
    write(now, kind="unheard-of")
    write(now)
    for _ in range(MAX_ATTEMPTS + 1):
        work_once({"ring": lambda _payload: None})
        now.move(hours=2)
    assert states() == [JobState.WAITING, JobState.DONE]
    assert work_once({"unheard-of": lambda _payload: None}), "a newer worker knows it"


class Died(BaseException):
    """The worker's process ended in the middle of a job."""


def test_the_job_of_a_worker_that_died_is_done_by_another(app: Flask, now: Clock) -> None:
    def die(_payload: Payload) -> None:
        raise Died

    write(now)
    with pytest.raises(Died):
        work_once({"ring": die})
    assert not work_once({"ring": failing(AssertionError())})
    now.move(seconds=SHORTEST_CLAIM.total_seconds())
    assert work_once({"ring": lambda _payload: None})
    assert states() == [JobState.DONE]


def test_a_slow_worker_does_not_undo_what_another_did(app: Flask, now: Clock) -> None:
    def slow(_payload: Payload) -> None:
        now.move(minutes=6)
        assert work_once({"ring": lambda _payload: None})
        raise RuntimeError("too late")

    write(now)
    assert work_once({"ring": slow})
    assert states() == [JobState.DONE]


def test_the_worker_does_what_is_due_and_stops_when_told(app: Flask, now: Clock) -> None:
    write(now, count=3)
    done: list[Payload] = []

    def ring(payload: Payload) -> None:
        done.append(payload)
        if len(done) == 3:
            worker.stop()

    worker = Worker(app, {"ring": Handler(do=ring)})
    worker.run()
    assert len(done) == 3
    assert states() == [JobState.DONE] * 3


def test_done_jobs_are_forgotten_after_a_week_and_the_dead_kept(app: Flask, now: Clock) -> None:
    write(now, count=2)
    work_once({"ring": lambda _payload: None})
    work_once({"ring": failing(OutsideError("no", permanent=True))})
    FORGET_DONE.do(now.move(days=7))
    assert states() == [JobState.DONE, JobState.DEAD], "a week is kept whole"
    now.move(seconds=1)
    Worker(app, {}).round()
    assert states() == [JobState.DEAD]


def test_a_database_that_is_away_is_waited_for(app: Flask, now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_given: object) -> None:
        raise OperationalError("SELECT", {}, RuntimeError("away"))

    write(now)
    with monkeypatch.context() as patch:
        patch.setattr(queue, "_claim", away)
        assert not Worker(app, {"ring": Handler(do=lambda _payload: None)}).round()
    assert Worker(app, {"ring": Handler(do=lambda _payload: None)}).round()
    assert reading().scalar(select(func.count()).where(Job.state == JobState.DONE)) == 1


def test_a_job_that_an_outage_keeps_from_being_done_waits_for_its_end(app: Flask, now: Clock) -> None:
    """A disk that is full for hours ends no job: it is no try, and the job is done once the disk takes it."""
    write(now)
    full = OSError(errno.ENOSPC, "No space left on device")
    for _ in range(3 * MAX_ATTEMPTS):
        assert work_once({"ring": failing(full)})
        assert not work_once({"ring": failing(full)}), "not at once"
        now.move(minutes=1)
    assert states() == [JobState.WAITING]
    assert reading().scalars(select(Job.error)).one() == "OSError: [Errno 28] No space left on device"
    seen: list[Payload] = []
    assert work_once({"ring": seen.append})
    assert (seen, states()) == ([{"number": 0}], [JobState.DONE])


def test_a_database_that_takes_nothing_new_stops_the_jobs_until_it_does(app: Flask, now: Clock) -> None:
    write(now)
    done: list[Payload] = []
    with database_reads_only():
        assert not Worker(app, {"ring": Handler(do=done.append)}).round()
    assert (done, states()) == ([], [JobState.WAITING])
    assert Worker(app, {"ring": Handler(do=done.append)}).round()
    assert (len(done), states()) == (1, [JobState.DONE])


def test_a_database_that_was_migrated_past_a_running_worker_is_left_alone(
    app: Flask, now: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """faults.md P2: over a schema newer than the program pages were 200 and jobs ran."""
    write(now)
    done: list[Payload] = []
    own = reading().execute(text("SELECT version_num, last_contract FROM alembic_version")).one()
    stand = text("UPDATE alembic_version SET version_num = :number, last_contract = :contract")
    with transaction() as session:
        session.execute(stand, {"number": "9999", "contract": "9998"})
    assert not Worker(app, {"ring": Handler(do=done.append)}).round()
    assert (done, states()) == ([], [JobState.WAITING])
    assert [one.refused for one in caplog.records if one.message == "must not work"] == ["schema_newer"]  # type: ignore[attr-defined]
    with transaction() as session:
        session.execute(stand, {"number": own.version_num, "contract": own.last_contract})
    assert Worker(app, {"ring": Handler(do=done.append)}).round()


@pytest.mark.parametrize(("after", "days"), [(timedelta(), 0), (timedelta(days=7), 7)])
def test_a_job_written_while_the_clock_was_a_day_ahead_is_due_when_it_would_have_been(
    app: Flask, now: Clock, after: timedelta, days: int
) -> None:
    """faults.md P1-8: it would wait until tomorrow's clock."""
    done: list[Payload] = []
    worker = Worker(app, {"ring": Handler(do=done.append)})
    now.move(days=1)
    with transaction() as session:
        enqueue(session, "ring", {}, after=after)
    now.move(days=-1)
    assert worker.round() is (days == 0)
    now.move(days=days, seconds=-1)
    assert worker.round() is False
    now.move(seconds=1)
    assert worker.round() is (days > 0)
    assert len(done) == 1


def test_a_job_that_ends_every_worker_is_given_up_visibly(app: Flask, now: Clock) -> None:
    def die(_payload: Payload) -> None:
        raise Died

    write(now)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Died):
            work_once({"ring": die})
        now.move(hours=1)
    assert work_once({"ring": failing(AssertionError())})
    assert states() == [JobState.DEAD]
    assert reading().scalar(select(Job.error)) == LOST


def test_a_long_job_is_not_taken_by_another_before_its_limit(app: Flask, now: Clock) -> None:
    def die(_payload: Payload) -> None:
        raise Died

    long = {"ring": Handler(do=die, limit=timedelta(hours=1)), "call": Handler(do=die, limit=timedelta(minutes=1))}
    write(now)
    with pytest.raises(Died):
        queue.work_once(long)
    now.move(minutes=59)
    assert not queue.work_once(long)
    now.move(minutes=6)
    assert work_once({"ring": lambda _payload: None})


def test_a_claim_by_a_clock_that_ran_ahead_is_not_waited_for(app: Flask, now: Clock) -> None:
    write(now)
    now.move(days=1)
    work_once({"ring": failing(RuntimeError("gone"))})
    now.move(days=-1)
    assert due_kinds(reading(), ["ring"]) == ["ring"]
    assert work_once({"ring": lambda _payload: None})
    assert states() == [JobState.DONE]


@pytest.fixture
def own_clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database keeps its own time, and the market's clock may be off."""
    monkeypatch.setattr(queue, "time_there", time_there)


@pytest.mark.usefixtures("own_clock")
@pytest.mark.parametrize("days", [1, -1])
def test_a_job_is_due_at_once_whatever_the_clock_of_the_one_who_writes_it_says(now: Clock, days: int) -> None:
    now.at = datetime.now(UTC) + timedelta(days=days)
    write(now)
    now.move(days=-2 * days)
    assert work_once({"ring": lambda _payload: None})


@pytest.mark.usefixtures("own_clock")
def test_a_job_in_hand_is_left_alone_by_a_worker_whose_clock_runs_ahead(now: Clock) -> None:
    def ring(_payload: Payload) -> None:
        now.move(days=1)
        assert not work_once({"ring": failing(AssertionError())})

    now.at = datetime.now(UTC)
    write(now)
    assert work_once({"ring": ring})
    assert states() == [JobState.DONE]


def test_a_job_that_comes_again_does_not_wait_for_a_time_that_a_clock_ahead_wrote(app: Flask, now: Clock) -> None:
    with transaction() as session:
        enqueue(session, "ring", {}, after=timedelta(days=1), dedupe_key="bell")
    assert not work_once({"ring": failing(AssertionError())})
    with transaction() as session:
        enqueue_again(session, "ring", {}, dedupe_key="bell")
    assert work_once({"ring": lambda _payload: None})


def test_a_job_that_comes_again_has_one_row(app: Flask, now: Clock) -> None:
    def again() -> None:
        with transaction() as session:
            enqueue_again(session, "ring", {}, dedupe_key="bell")

    again()
    again()
    assert states() == [JobState.WAITING]
    assert work_once({"ring": lambda _payload: None})
    again()
    assert states() == [JobState.WAITING]
    assert work_once({"ring": failing(OutsideError("no", permanent=True))})
    again()
    assert states() == [JobState.DEAD], "a person has time to look"
    now.move(seconds=10 + REVIVE_DEAD_AFTER.total_seconds())
    again()
    assert states() == [JobState.DEAD], "not before an hour is over since it would have been tried again"
    now.move(seconds=1)
    again()
    assert states() == [JobState.WAITING]


def test_what_has_been_due_longest_is_done_first_and_of_those_the_oldest(app: Flask, now: Clock) -> None:
    due = (3, 2, 2, 1)
    with transaction() as session:
        for number, minutes in enumerate(due):
            enqueue(session, "ring", {"number": number}, after=timedelta(minutes=minutes))
    now.move(minutes=3)
    done: list[object] = []
    while work_once({"ring": lambda payload: done.append(payload["number"])}):
        pass
    assert done == [3, 1, 2, 0]


@pytest.mark.parametrize(
    ("limit", "claim"),
    [(timedelta(minutes=1), 300), (timedelta(minutes=4), 300), (timedelta(minutes=4, seconds=1), 301)],
)
def test_a_job_is_claimed_for_its_limit_and_a_minute_and_never_for_less_than_five(limit: timedelta, claim: int) -> None:
    assert Handler(do=print, limit=limit).claim_for.total_seconds() == claim


@pytest.mark.parametrize(("hours", "tries", "is_due"), [(6, 1, False), (6.01, 1, True), (6.01, 0, False)])
def test_only_what_was_tried_and_waits_for_more_than_six_hours_is_taken_before_its_time(
    app: Flask, now: Clock, hours: float, tries: int, is_due: bool
) -> None:
    write(now)
    with transaction() as session:
        session.execute(update(Job).values(run_at=now() + timedelta(hours=hours), attempts=tries))
    assert due_kinds(reading(), ["ring"]) == (["ring"] if is_due else [])


def test_a_long_fault_is_written_down_by_its_beginning(app: Flask, now: Clock) -> None:
    write(now)
    work_once({"ring": failing(RuntimeError("x" * 600))})
    error = reading().scalars(select(Job.error)).one() or ""
    assert (error[:15], len(error)) == ("RuntimeError: x", 500)


def test_a_lane_has_no_more_threads_than_it_may_and_gets_new_ones_for_those_that_ended() -> None:
    may_end, begun = threading.Event(), threading.Semaphore(0)

    def work() -> None:
        begun.release()
        may_end.wait(60)

    lane = Lane("ring", 2, work)
    for _ in range(3):
        lane.start()
    assert [begun.acquire(timeout=60) for _ in range(2)] == [True, True]
    assert not begun.acquire(blocking=False)
    may_end.set()
    lane.join(time.monotonic() + 60)
    lane.start()
    assert begun.acquire(timeout=60)
    lane.join(time.monotonic() + 60)


def test_a_slow_kind_holds_up_no_other(app: Flask, now: Clock) -> None:
    rung, may_end = threading.Event(), threading.Event()

    def slow(_payload: Payload) -> None:
        assert rung.wait(60), "the other kind is done meanwhile"

    def ring(_payload: Payload) -> None:
        rung.set()
        may_end.set()

    write(now, kind="slow")
    now.move(seconds=1)
    write(now)
    assert Worker(app, {"slow": Handler(do=slow), "ring": Handler(do=ring)}).round()
    assert may_end.is_set()
    assert states() == [JobState.DONE, JobState.DONE]


def test_a_kind_may_have_several_threads(app: Flask, now: Clock) -> None:
    together = threading.Barrier(2, timeout=60)
    write(now, count=2)
    worker = Worker(app, {"ring": Handler(do=lambda _payload: together.wait(), threads=2)})
    worker.look()
    worker.look()
    assert worker.round() is not None
    assert states() == [JobState.DONE, JobState.DONE]
