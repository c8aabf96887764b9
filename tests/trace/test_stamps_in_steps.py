"""Many stamps are made in steps: all of them are the lot's at the end, or none, whatever happens between two steps
(issue 10 item 3)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base import batch, clock
from market.base.audit import Actor, Event
from market.base.db import db, reading, transaction
from market.base.errors import Conflict, NotFound
from market.base.jobs import work_once
from market.base.jobs.long_tasks import LONG_TASK, LongTask, LongTaskState, NewTask, ask_for, cancel_task
from market.base.storage import storage
from market.cli import HANDLERS
from market.trace import actions, sheets
from market.trace.actions import Serials
from market.trace.models import Stamp
from market.trace.queries import lot_of_stall, print_runs, stamp_by_code
from market.trace.sheets import STAMP_PRINT, sheet_of
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.trace import steps
from tests.trace.test_printing import read_back

pytestmark = by_day_on("sqlite")

STEP, MANY = 4, 10
LANE = {LONG_TASK: HANDLERS[LONG_TASK]}


class Died(BaseException):
    """What no worker catches: it is gone, as after kill -9."""


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"REST_SECONDS": 0.0, "FIRST_SHARE": STEP, "LARGEST_SHARE": STEP, "HELD_SECONDS": 1e9}.items():
        monkeypatch.setattr(batch, name, value)


@pytest.fixture
def code(cast: Cast, now: Clock) -> str:
    """A sealed lot with two stamps."""
    code = steps.sealed_lot(cast, now())
    steps.print_stamps(cast, code, 2, now())
    now.move(minutes=1)
    return code


@pytest.fixture
def ask(cast: Cast, code: str) -> Callable[[], int]:
    def asked() -> int:
        new = NewTask(
            commune_id=cast.commune, stall_id=cast.htx.stall, kind=STAMP_PRINT, asks={"lot": code, "count": MANY}
        )
        with transaction() as session:
            return ask_for(session, Actor(person_id=cast.htx.person), new, clock=clock.now)

    return asked


def after_step(number: int, do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Something happens in the transaction of this step, once its stamps are made."""
    calls = []
    step = actions.print_step

    def print_step(*args: object, **kwargs: object) -> object:
        calls.append(step(*args, **kwargs))
        if len(calls) == number:
            do()
        return calls[-1]

    monkeypatch.setattr(actions, "print_step", print_step)


def die() -> None:
    raise Died


def task(task_id: int) -> LongTask:
    db.session.remove()
    return reading().get_one(LongTask, task_id)


def numbers() -> list[int]:
    return list(reading().scalars(select(Stamp.serial).order_by(Stamp.serial)))


def printings() -> int | None:
    return reading().scalar(select(func.count(Event.id)).where(Event.verb == "print_stamps"))


def killed_in_step(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        after_step(number, die, patched)
        with pytest.raises(Died):
            work_once(LANE)


def killed_after_the_last_step(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(sheets, "sheet_of", lambda *_given: die())
        with pytest.raises(Died):
            work_once(LANE)


@pytest.mark.parametrize(
    ("step", "made"),
    [pytest.param(1, 0, marks=pytest.mark.nightly), pytest.param(2, STEP, marks=pytest.mark.nightly), (3, 2 * STEP)],
)
def test_a_worker_killed_between_two_steps_neither_doubles_nor_loses_a_number(
    ask: Callable[[], int], code: str, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch, step: int, made: int
) -> None:
    at = ask()
    killed_in_step(step, monkeypatch)
    assert (numbers(), task(at).done) == (list(range(1, made + 3)), made)
    assert (steps.lot(cast, code).stamps_printed, printings()) == (2, 1)
    now.move(minutes=2)

    assert work_once(LANE)

    assert numbers() == list(range(1, MANY + 3))
    assert (steps.lot(cast, code).stamps_printed, printings()) == (MANY + 2, 2)
    assert (task(at).state, task(at).done, task(at).total) == (LongTaskState.DONE, MANY, MANY)
    assert len(set(read_back(storage().get(task(at).result_key)))) == MANY


def test_stamps_made_ahead_are_nobody_s_until_all_are_made(
    ask: Callable[[], int], code: str, cast: Cast, now: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On no sheet, in no list, not to be stuck on, not to be made void, unknown to who scans them."""
    ask()
    killed_in_step(3, monkeypatch)
    lot = lot_of_stall(reading(), cast.htx.stall, code)
    assert [(run.first, run.last) for run in print_runs(session, lot.id)] == [(1, 2)]
    with pytest.raises(NotFound):
        sheet_of(lot, 3, 12)
    assert len(read_back(sheet_of(lot, 1, 12).content)) == 2
    assert steps.activate(cast, code, 1, 12, now()) == 2
    ahead = Serials(first=3, last=12)
    for move in (actions.activate_stamps, actions.void_stamps):
        with pytest.raises(Conflict), transaction() as writing:
            move(writing, Actor(), steps.ref(cast, lot.id), ahead, clock=now)
    codes = session.execute(select(Stamp.serial, Stamp.code).order_by(Stamp.serial)).all()
    assert [number for number, stamp in codes if stamp_by_code(session, stamp)] == [1, 2]


def test_a_worker_killed_after_the_last_step_prints_no_second_time(
    ask: Callable[[], int], code: str, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask()
    killed_after_the_last_step(monkeypatch)
    assert steps.lot(cast, code).stamps_printed == MANY + 2
    now.move(minutes=2)

    assert work_once(LANE)

    assert (numbers(), printings()) == (list(range(1, MANY + 3)), 2)
    assert f"số 3 đến {MANY + 2}" in task(at).said


def test_a_printing_that_is_stopped_leaves_the_lot_as_it_was_and_the_next_goes_on_without_a_gap(
    ask: Callable[[], int], code: str, cast: Cast, now: Clock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask()
    killed_in_step(3, monkeypatch)
    now.move(minutes=2)
    with transaction() as writing:
        cancel_task(writing, at, clock=now)

    assert work_once(LANE)

    assert (task(at).state, task(at).result_name) == (LongTaskState.CANCELLED, None)
    assert "Chưa làm tem nào" in task(at).said
    assert steps.lot(cast, code).stamps_printed == 2
    printed = steps.print_stamps(cast, code, 3, now())
    assert (printed.serials, len(set(printed.codes))) == (Serials(first=3, last=5), 3)
    lot_id = steps.lot(cast, code).id
    assert [(run.first, run.last) for run in print_runs(session, lot_id)] == [(3, 5), (1, 2)]
    steps.print_stamps(cast, code, 9, now.move(minutes=1))
    assert numbers() == list(range(1, 15)), "made ahead are 6 to 10, the others are new"
    assert steps.lot(cast, code).stamps_printed == 14


def test_one_stopped_when_all_were_printed_says_so(
    ask: Callable[[], int], code: str, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask()
    killed_after_the_last_step(monkeypatch)
    now.move(minutes=2)
    with transaction() as writing:
        cancel_task(writing, at, clock=now)

    assert work_once(LANE)

    assert f"Tem số 3 đến {MANY + 2} đã làm xong" in task(at).said
    assert steps.lot(cast, code).stamps_printed == MANY + 2


def test_who_prints_a_few_meanwhile_does_not_wait_and_no_number_comes_twice(
    app: Flask, ask: Callable[[], int], code: str, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask()
    killed_in_step(3, monkeypatch)
    few = steps.print_stamps(cast, code, 3, now())
    assert few.serials == Serials(first=3, last=5)
    now.move(minutes=2)

    assert work_once(LANE)

    assert f"số 6 đến {MANY + 5}" in task(at).said
    assert numbers() == list(range(1, MANY + 6))
    assert set(few.codes).isdisjoint(read_back(storage().get(task(at).result_key)))


def test_a_lot_recalled_meanwhile_gets_no_more_stamps(
    ask: Callable[[], int], code: str, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ask()
    killed_in_step(2, monkeypatch)
    steps.recall(cast, code, now())
    now.move(minutes=2)

    assert work_once(LANE)

    assert (task(at).state, "thu hồi" in task(at).said) == (LongTaskState.FAILED, True)
    assert steps.lot(cast, code).stamps_printed == 2
