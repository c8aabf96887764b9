"""What may hang runs in a process of its own, which is killed at its limit; the job is tried again."""

import json
import multiprocessing
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from market.base import clock
from market.base.db import db, reading, transaction
from market.base.jobs import Handler, Job, JobState, Payload, PeriodicTask, enqueue
from market.base.jobs.apart import place_of, run_apart
from market.base.jobs.models import TaskLease
from market.base.jobs.periodic import register_tasks, run_if_due
from market.base.jobs.queue import work_once
from tests.base import apart_work
from tests.conftest import Clock


def run(do: Callable[[Payload], object], payload: Payload, now: Clock, *, limit: float = 60) -> Job:
    with transaction() as session:
        enqueue(session, "ring", payload)
    assert work_once({"ring": Handler(do=do, limit=timedelta(seconds=limit), runs_apart=True)})
    assert multiprocessing.active_children() == []
    db.session.remove()
    return reading().scalars(select(Job)).one()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_job_apart_is_done_in_another_process_with_the_same_market(app: Flask, now: Clock, tmp_path: Path) -> None:
    job = run(apart_work.note_process, {"file": str(tmp_path / "pid")}, now)
    assert job.state is JobState.DONE, job.error
    assert str(os.getpid()) not in (tmp_path / "pid").read_text("ascii").split()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_program_is_read_once_for_all_jobs_apart(app: Flask, tmp_path: Path) -> None:
    """Each process is forked from the one that has read it; reading it anew takes longer than most jobs."""
    processes = []
    for name in ("first", "second"):
        run_apart(apart_work.note_process, {"file": str(tmp_path / name)}, limit=timedelta(seconds=60))
        processes.append((tmp_path / name).read_text("ascii").split())
    (first, parent), (second, same_parent) = processes
    assert first != second
    assert parent == same_parent != str(os.getpid())


def test_a_job_that_hangs_is_killed_and_tried_again(app: Flask, now: Clock) -> None:
    job = run(apart_work.hang, {}, now, limit=0.2)
    assert (job.state, job.error) == (JobState.WAITING, "TimedOut: killed after 0.2 seconds")
    now.move(minutes=1)
    assert work_once({"ring": Handler(do=lambda _payload: None)})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("do", "state", "error"),
    [
        (apart_work.fail, JobState.WAITING, "FailedApart: LookupError: nothing there"),
        (apart_work.die, JobState.WAITING, "FailedApart: the process died"),
        (apart_work.give_up, JobState.DEAD, "OutsideError: no such number"),
    ],
)
def test_what_a_job_apart_raises_is_written_down(
    app: Flask, now: Clock, do: Callable[[Payload], object], state: JobState, error: str
) -> None:
    job = run(do, {}, now)
    assert (job.state, job.error) == (state, error)


def test_a_fault_is_placed_at_the_last_line_of_our_own() -> None:
    """Not in the library that noticed it, and without what it was about."""
    with pytest.raises(ValueError, match="Extra data") as found:
        json.loads("0900 000 021 is no JSON")
    assert re.fullmatch(r"JSONDecodeError test_apart\.py:\d+", place_of(found.value))
    assert found.tb.tb_next is not None
    nowhere_ours = found.value.with_traceback(found.tb.tb_next)
    assert place_of(nowhere_ours).startswith("JSONDecodeError decoder.py:")


def test_a_periodic_task_may_run_apart_too(app: Flask, now: Clock) -> None:
    task = PeriodicTask(
        name="sweep",
        every=timedelta(minutes=1),
        do=apart_work.hang,
        limit=timedelta(seconds=0.2),
        runs_apart=True,  # type: ignore[arg-type]
    )
    with transaction() as session:
        register_tasks(session, [task])
    assert run_if_due(task, "one")
    lease = reading().scalars(select(TaskLease)).one()
    assert lease.holder is None
    assert lease.error is not None
    assert lease.error.startswith("TimedOut apart.py:")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_process_apart_goes_by_the_clock_of_the_one_that_began_it(app: Flask, now: Clock, tmp_path: Path) -> None:
    """It would begin with the machine's clock as that is, also while it is a day ahead."""
    clock._steady()  # the mark is of this moment: a jump that has lasted five minutes would be believed
    before, hour = clock.mark(), timedelta(hours=1)
    clock.go_by(replace(before, at=before.at - hour, jump=(hour, before.count)))
    try:
        job = run(apart_work.note_time, {"file": str(tmp_path / "time")}, now)
    finally:
        clock.go_by(before)
    assert job.state is JobState.DONE, job.error
    told = datetime.fromisoformat((tmp_path / "time").read_text("ascii"))
    assert timedelta(minutes=50) < datetime.now(UTC) - told < timedelta(minutes=70)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_outage_in_a_process_apart_is_no_try(app: Flask, now: Clock) -> None:
    job = run(apart_work.no_room, {}, now)
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert job.error == "OutageApart: OSError: [Errno 28] No space left on device"
