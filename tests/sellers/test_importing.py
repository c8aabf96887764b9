"""A large spreadsheet is looked at and taken in as long tasks, share by share (office 7, growth 10, faults P1-6)."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base import batch, clock
from market.base.audit import Actor, Event
from market.base.db import db, leave_database, reading, transaction
from market.base.jobs import long_tasks, work_once
from market.base.jobs.long_tasks import LONG_TASK, LongTask, LongTaskState, NewTask, ask_for
from market.base.storage import new_key, storage
from market.cli import HANDLERS
from market.sellers import importing
from market.sellers.importing import import_of
from market.sellers.models import Business, BusinessHistory, UnreadCell
from market.sellers.previews import REGISTER_PREVIEW, preview_at
from market.web.base.long_tasks import ask_with_file
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on
from tests.queries import counting

pytestmark = by_day_on("postgresql")

HEAD = "Tên cơ sở,Loại hình,Thôn,Điện thoại,Ngành nghề"
SHARE = 4
LANE = {LONG_TASK: HANDLERS[LONG_TASK]}
"""As a jobs process has it: each kind of job by itself."""


class Died(BaseException):
    """What no worker catches: it is gone, as after kill -9."""


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "REST_SECONDS", 0.0)
    shares_of(monkeypatch, SHARE)


def shares_of(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Shares of so many rows, however long they take."""
    for name, value in {"FIRST_SHARE": size, "LARGEST_SHARE": size, "HELD_SECONDS": 1e9}.items():
        monkeypatch.setattr(batch, name, value)


def sheet(rows: Sequence[str]) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def households(count: int) -> list[str]:
    return [f"Hộ số {n},HKD,Mỗ Đoạn,,Bún" for n in range(count)]


@pytest.fixture
def look(cast: Cast) -> Callable[..., int]:
    """Looks at a sheet, and returns the preview's id."""

    def looked(rows: Sequence[str], commune: int | None = None) -> int:
        new = NewTask(commune_id=commune or cast.commune, kind=REGISTER_PREVIEW, input_key=new_key("task", "bin"))
        at = ask_with_file(Actor(person_id=cast.hung), new, sheet(rows))
        assert work_once(LANE)
        return at

    return looked


@pytest.fixture
def confirm(cast: Cast) -> Callable[..., int]:
    """Has what a preview showed taken in; not yet done."""

    def confirmed(preview: int, commune: int | None = None) -> int:
        new = replace(import_of(task(preview)), commune_id=commune or cast.commune)
        with transaction() as session:
            return ask_for(session, Actor(person_id=cast.hung), new, clock=clock.now)

    return confirmed


def task(task_id: int) -> LongTask:
    db.session.remove()
    return reading().get_one(LongTask, task_id)


def outcomes(task_id: int) -> dict[int, tuple[str, str]]:
    """By number of row: what became of it and why, as the result's file says."""
    text = storage().get(task(task_id).result_key).decode("utf-8-sig")
    return {int(row[0]): (row[2], row[3]) for row in list(csv.reader(StringIO(text)))[1:]}


def entered(session: Session) -> int:
    session.expire_all()
    return session.scalar(select(func.count(Business.id)).where(Business.name.like("Hộ số%"))) or 0


def dying_in_share(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies inside its transaction, with the rows of this share written and not committed."""
    calls = []
    write = importing.import_rows

    def import_rows(*args: object, **kwargs: object) -> object:
        taken = write(*args, **kwargs)
        calls.append(taken)
        if len(calls) == number:
            raise Died
        return taken

    monkeypatch.setattr(importing, "import_rows", import_rows)


def test_what_was_seen_is_what_is_taken_in(look, confirm, session: Session, cast: Cast) -> None:
    preview = look([*households(10), "Hộ Xa,HKD,Đâu Đó,,"])
    shown = preview_at(task(preview))
    assert (shown.counts["created"], shown.counts["refused"], entered(session)) == (10, 1, 0)
    assert shown.refused[0].reason == "Không có thôn “Đâu Đó” trong danh sách của xã."

    at = confirm(preview)
    assert work_once(LANE)

    assert task(at).state is LongTaskState.DONE
    assert task(at).said == "Đã ghi vào sổ: thêm mới 10, cập nhật 0. Không đổi 0, chưa nhận 1."
    assert entered(session) == 10
    assert outcomes(at)[2] == ("thêm mới", "")
    assert outcomes(at)[12] == ("chưa nhận", "Không có thôn “Đâu Đó” trong danh sách của xã.")
    by = select(func.count(Event.id)).where(Event.verb == "add_business", Event.actor_id == cast.hung)
    assert session.scalar(by) == 10


def test_the_same_file_again_doubles_nothing(look, confirm, session: Session) -> None:
    confirm(look(households(10)))
    work_once(LANE)

    again = look(households(10))

    assert preview_at(task(again)).counts == {"created": 0, "updated": 0, "unchanged": 10, "refused": 0, "asked": 0}
    confirm(again)
    work_once(LANE)
    assert entered(session) == 10


def test_a_worker_killed_in_the_middle_of_an_import_leaves_nothing_twice(
    look, confirm, session: Session, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two shares are in, the third was being written: it is rolled back, then written by the next worker."""
    at = confirm(look(households(14)))
    with monkeypatch.context() as patched:
        dying_in_share(3, patched)
        with pytest.raises(Died):
            work_once(LANE)
    assert entered(session) == 2 * SHARE
    assert (task(at).done, task(at).total) == (2 * SHARE, 14)
    now.move(minutes=2)

    assert work_once(LANE)

    assert entered(session) == 14
    lines = select(func.count(BusinessHistory.id)).join(Business, Business.id == BusinessHistory.business_id)
    assert session.scalar(lines.where(Business.name.like("Hộ số%"))) == 14
    assert task(at).said == "Đã ghi vào sổ: thêm mới 14, cập nhật 0. Không đổi 0, chưa nhận 0."
    assert set(outcomes(at).values()) == {("thêm mới", "")}


def test_an_import_that_is_cancelled_says_exactly_which_rows_are_in(
    look, confirm, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = confirm(look(households(14)))
    write = importing.import_rows

    def import_rows(writing: Session, *args: object, **kwargs: object) -> object:
        taken = write(writing, *args, **kwargs)
        if entered(writing) == 2 * SHARE:
            writing.get_one(LongTask, at).state = LongTaskState.CANCELLED
        return taken

    monkeypatch.setattr(importing, "import_rows", import_rows)
    work_once(LANE)

    stopped = task(at)
    assert stopped.state is LongTaskState.CANCELLED
    assert "Đã ghi 8 dòng vào sổ: dòng 2-9 của tệp." in stopped.said
    assert entered(session) == 8
    found = outcomes(at)
    assert {number for number, told in found.items() if told == ("thêm mới", "")} == set(range(2, 10))
    assert {told for number, told in found.items() if number > 9} == {("chưa ghi", "Đã dừng trước dòng này.")}


def test_a_row_that_somebody_changed_since_it_was_seen_stays_out_and_is_told(
    look, confirm, session: Session, cast: Cast
) -> None:
    """Before the import begins, and between two of its shares; the others go in."""
    known = session.get_one(Business, cast.theu)
    theu = f"{known.name},HKD,{known.hamlet.name},{known.phone or ''},Thêu tay"
    preview = look([*households(6), theu])
    with transaction() as writing:
        writing.get_one(Business, cast.theu).trade = "Thêu ren"

    at = confirm(preview)
    work_once(LANE)

    assert entered(session) == 6
    assert session.get_one(Business, cast.theu, populate_existing=True).trade == "Thêu ren"
    outcome, reason = outcomes(at)[8]
    assert outcome == "chưa ghi"
    assert "Từ lúc bạn xem, sổ đã đổi" in reason


def test_all_rows_are_compared_with_what_was_seen_outside_of_steps(
    look, confirm, session: Session, monkeypatch
) -> None:
    """10,000 digests are made outside of any transaction, in which this would raise."""
    at = confirm(look(households(6)))
    digest = importing.row_seen
    monkeypatch.setattr(importing, "row_seen", lambda *given: leave_database() or digest(*given))

    work_once(LANE)

    assert (entered(session), task(at).state) == (6, LongTaskState.DONE)


def test_what_somebody_entered_between_two_shares_is_not_entered_twice(
    look, confirm, session: Session, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = confirm(look(households(6)))
    with monkeypatch.context() as patched:
        dying_in_share(2, patched)
        with pytest.raises(Died):
            work_once(LANE)
    plan = importing._plan_of

    def slow_plan(run: long_tasks.TaskRun) -> object:
        planned = plan(run)
        with transaction() as writing:
            make.make_business(writing, writing.get_one(Business, cast.htx.business).hamlet, "Hộ số 5", now())
        return planned

    monkeypatch.setattr(importing, "_plan_of", slow_plan)
    now.move(minutes=2)

    work_once(LANE)

    assert entered(session) == 6
    assert outcomes(at)[7][0] == "chưa ghi"


def test_a_later_row_that_clears_the_way_is_taken_in_before(look, confirm, session: Session, cast: Cast) -> None:
    """Row 2 takes the name that row 8 gives up; its share comes later all the same."""
    with transaction() as writing:
        hamlet = writing.get_one(Business, cast.htx.business).hamlet
        for name, tax_id in (("Bún A", "001165000901"), ("Bún B", "001165000902")):
            make.make_business(writing, hamlet, name, clock.now()).tax_id = tax_id
    rows = [
        "Bún B,HKD,Mỗ Đoạn,,,001165000901",
        *(f"{one}," for one in households(5)),
        "Bún C,HKD,Mỗ Đoạn,,,001165000902",
    ]
    head = f"{HEAD},Mã số thuế"
    new = NewTask(commune_id=cast.commune, kind=REGISTER_PREVIEW, input_key=new_key("task", "bin"))
    preview = ask_with_file(Actor(person_id=cast.hung), new, "\n".join([head, *rows]).encode())
    work_once(LANE)
    at = confirm(preview)

    work_once(LANE)

    assert task(at).said == "Đã ghi vào sổ: thêm mới 5, cập nhật 2. Không đổi 0, chưa nhận 0."
    names = select(Business.tax_id, Business.name).where(Business.tax_id.is_not(None))
    assert dict(session.execute(names).all()) == {"001165000901": "Bún B", "001165000902": "Bún C"}


def test_another_commune_s_preview_is_not_there(look, confirm, session: Session, cast: Cast, now: Clock) -> None:
    preview = look(households(3))
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id

    at = confirm(preview, far)
    work_once(LANE)

    assert task(at).state is LongTaskState.FAILED
    assert "không còn nữa" in task(at).said
    assert entered(session) == 0


def test_the_file_with_names_and_phones_is_gone_a_day_after_it_was_looked_at(look, now: Clock) -> None:
    preview = task(look(households(2)))
    now.move(days=1)

    long_tasks.look_after_tasks(now())

    assert list(storage().all_keys()) == []
    assert reading().get(LongTask, preview.id, populate_existing=True) is None
    assert preview.expires_at - preview.ended_at == timedelta(days=1)


def test_a_share_takes_few_statements_however_many_its_rows(app: Flask, look, confirm, monkeypatch) -> None:
    """growth 10: 5,000 rows were 20,003 statements."""
    taken = []
    for rows in (2, 40):
        shares_of(monkeypatch, 100)
        confirm(look([one.replace("Hộ số", f"Hộ số {rows}") for one in households(rows)]))
        with counting() as seen:
            work_once(LANE)
        taken.append(len(seen))
    assert taken[0] == taken[1]


def test_the_number_of_a_forgotten_preview_leads_to_no_other_import(
    look, confirm, session: Session, now: Clock
) -> None:
    """SQLite gives it again: to another officer's file, say."""
    forgotten = look(households(2))
    confirm(forgotten)
    work_once(LANE)
    now.move(days=1)
    long_tasks.look_after_tasks(now())
    again = look(households(5))

    confirm(again)
    work_once(LANE)

    assert entered(session) == 5


def test_a_large_file_too_keeps_what_could_not_be_read(look, confirm, session: Session) -> None:
    rows = [*households(5), "Hộ Sen,HKD,Mỗ Đoạn,hỏi con gái,Bún"]
    for _month in range(2):
        confirm(look(rows))
        work_once(LANE)
        session.expire_all()
        assert session.scalars(select(UnreadCell.text)).all() == ["hỏi con gái"]
    again = preview_at(task(look(rows)))
    assert (again.changing, again.counts["unchanged"]) == (0, 6)
