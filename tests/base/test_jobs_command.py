"""`flask jobs`: what waits and what died is listed, tried again, or dropped."""

import json
from datetime import timedelta
from itertools import product

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from market.base.db import db, reading, transaction
from market.base.errors import OutsideError
from market.base.jobs import Handler, Job, JobState, Payload, enqueue
from market.base.jobs.queue import work_once
from tests.conftest import Clock
from tests.nights import in_turns

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test


def give_up(_payload: Payload) -> None:
    raise OutsideError("no such number", permanent=True)


@pytest.fixture
def dead(app: Flask, now: Clock) -> list[int]:
    """The numbers of three dead jobs: two that ring and one that calls. Beside them one is done and one waits."""
    with transaction() as session:
        for kind in ("ring", "ring", "call"):
            enqueue(session, kind, {"phone": "+84912345678"})
    while work_once({kind: Handler(do=give_up) for kind in ("ring", "call")}):
        pass
    with transaction() as session:
        enqueue(session, "ring", {})
    work_once({"ring": Handler(do=lambda _payload: None)})
    with transaction() as session:
        enqueue(session, "ring", {}, after=timedelta(hours=1))
    return list(reading().scalars(select(Job.id).where(Job.state == JobState.DEAD).order_by(Job.id)))


def jobs(app: Flask, *arguments: str) -> Result:
    db.session.remove()
    return app.test_cli_runner().invoke(args=["jobs", *arguments])


def test_the_list_shows_what_waits_and_what_died(app: Flask, dead: list[int], now: Clock) -> None:
    done = jobs(app, "list", "--json")
    assert done.exit_code == 0
    listed = json.loads(done.stdout)
    assert [one["state"] for one in listed] == ["dead", "dead", "dead", "waiting"]
    assert listed[0] == {
        "id": dead[0],
        "kind": "ring",
        "state": "dead",
        "attempts": 1,
        "run_at": (now() + timedelta(seconds=10)).isoformat(timespec="seconds"),
        "error": "OutsideError: no such number",
    }
    assert "912345678" not in done.stdout
    assert [one["id"] for one in json.loads(jobs(app, "list", "--kind", "call", "--json").stdout)] == [dead[2]]
    assert [one["state"] for one in json.loads(jobs(app, "list", "--state", "done", "--json").stdout)] == ["done"]
    lines = jobs(app, "list").stdout.splitlines()
    assert len(lines) == 4
    with transaction() as session:
        session.execute(update(Job).where(Job.state == JobState.WAITING).values(run_at=now()))
    due = json.loads(jobs(app, "list", "--json").stdout)
    assert [one["state"] for one in due] == ["waiting", "dead", "dead", "dead"], "what is due first"
    assert "call" in lines[2]
    assert "no such number" in lines[2]
    assert "Không có việc nào" in jobs(app, "list", "--kind", "unheard-of").stdout


def test_a_dead_job_is_tried_again(app: Flask, dead: list[int]) -> None:
    done = jobs(app, "retry", str(dead[1]), "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"retried": [dead[1]]})
    seen: list[Payload] = []
    assert work_once({"ring": Handler(do=seen.append), "call": Handler(do=seen.append)})
    assert len(seen) == 1
    assert not work_once({"ring": Handler(do=seen.append), "call": Handler(do=seen.append)})


def test_all_of_a_kind_are_tried_again(app: Flask, dead: list[int]) -> None:
    assert json.loads(jobs(app, "retry", "--kind", "ring", "--json").stdout) == {"retried": dead[:2]}
    assert json.loads(jobs(app, "retry", "--kind", "ring", "--json").stdout) == {"retried": []}
    assert "Đã xếp lại 1 việc" in jobs(app, "retry", "--kind", "call").stdout


def test_a_dead_job_is_dropped_for_good(app: Flask, dead: list[int]) -> None:
    done = jobs(app, "drop", *map(str, dead[:2]), "--json")
    assert json.loads(done.stdout) == {"dropped": dead[:2]}
    assert [one["id"] for one in json.loads(jobs(app, "list", "--state", "dead", "--json").stdout)] == [dead[2]]
    assert jobs(app, "drop", "--kind", "call").exit_code == 0
    assert jobs(app, "list", "--state", "dead", "--json").stdout.strip() == "[]"


@pytest.mark.parametrize("act", ["retry", "drop"])
def test_what_is_not_dead_is_refused_and_nothing_is_changed(app: Flask, dead: list[int], act: str) -> None:
    [waiting] = reading().scalars(select(Job.id).where(Job.state == JobState.WAITING))
    for wrong in (waiting, 999_999):
        done = jobs(app, act, str(dead[0]), str(wrong))
        assert done.exit_code == 1
        assert str(wrong) in done.stderr
    assert jobs(app, act, "--kind", "call", str(dead[0])).exit_code == 1
    assert "số 1001, 1008." in jobs(app, act, "1008", "1001").stderr
    assert len(json.loads(jobs(app, "list", "--state", "dead", "--json").stdout)) == 3


def test_wrong_usage_is_told(app: Flask, dead: list[int]) -> None:
    for arguments in (["retry"], ["drop"], ["retry", "all"], ["list", "--state", "lost"], ["fix"]):
        assert jobs(app, *arguments).exit_code == 2


def test_a_number_that_no_row_can_have_is_wrong_usage(app: Flask, dead: list[int]) -> None:
    for act, number in product(("retry", "drop"), ("0", str(2**63), "99999999999999999999")):
        done = jobs(app, act, str(dead[0]), number)
        assert (done.exit_code, number in done.stderr) == (2, True)
    assert jobs(app, "retry", str(2**63 - 1)).exit_code == 1, "there could be one"
    assert len(json.loads(jobs(app, "list", "--state", "dead", "--json").stdout)) == 3
