"""A sheet of many stamps and a marketplace's file of many rows are long tasks (growth 14, issue 10 item 3)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.db import reading
from market.base.jobs import work_once
from market.base.jobs.long_tasks import LONG_TASK, LongTask, LongTaskState
from market.channels import exporting
from market.channels.models import ExportRun
from market.cli import HANDLERS
from market.web.stall.channels.views import board
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden
from tests.trace import steps
from tests.trace.pages import at, words
from tests.trace.test_printing import read_back
from tests.web.stall.channels.conftest import SHIPS, send
from tests.web.stall.channels.conftest import at as channel_at

LANE = {LONG_TASK: HANDLERS[LONG_TASK]}


@pytest.fixture
def htx(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.htx.person, now())
    return client


@pytest.fixture
def code(cast: Cast, now: Clock) -> str:
    """A lot with a run of 10 stamps and one of 201."""
    code = steps.sealed_lot(cast, now())
    steps.print_stamps(cast, code, 10, now())
    now.move(minutes=1)
    steps.print_stamps(cast, code, 201, now())
    return code


def test_a_sheet_of_many_stamps_is_made_by_the_jobs_process(htx: FlaskClient, cast: Cast, code: str) -> None:
    page = htx.get(at(cast, f"/{code}")).text
    assert "tem.pdf?tu=1&amp;den=10" in page, "a small one is made at once"
    fields = hidden(page, "/tem/to")
    assert (fields["first"], fields["last"]) == ("11", "211")

    first, again = (htx.post(at(cast, f"/{code}/tem/to"), data=fields).location for _ in range(2))
    assert first == again
    work_once(LANE)

    assert "số 11 đến 211, đã xong." in words(htx.get(first))
    sheet = htx.get(f"{first}/tep")
    assert len(read_back(sheet.data)) == 201
    assert f'filename="tem-{code}-11-211.pdf"' in sheet.headers["Content-Disposition"]


def test_the_old_address_of_a_large_sheet_says_where_to_press(htx: FlaskClient, cast: Cast, code: str) -> None:
    answer = htx.get(at(cast, f"/{code}/tem.pdf"))
    assert (answer.status_code, answer.location) == (303, at(cast, f"/{code}#tem"))
    assert "Bấm Làm tờ tem" in words(htx.get(at(cast, f"/{code}")))


def test_numbers_that_are_no_stamps_make_no_task(htx: FlaskClient, cast: Cast, code: str) -> None:
    assert htx.post(at(cast, f"/{code}/tem/to"), data={"first": "một", "last": "2"}).status_code == 200
    assert htx.post(at(cast, f"/{code}/tem/to"), data={"first": "900", "last": "901"}).status_code == 303
    task = reading().scalars(select(LongTask)).one()
    assert (task.asks["first"], task.asks["last"]) == (211, 211)


def test_a_file_of_many_rows_is_filled_by_the_jobs_process_once(
    htx: FlaskClient, cast: Cast, session: Session, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies after the file was written down fills no second one."""
    monkeypatch.setattr(board, "LONG_EXPORT", 0)
    send(htx, cast, "shopee")
    fields = hidden(htx.get(channel_at(cast, "/shopee")).text, "/xuat") | SHIPS["shopee"]
    task, again = (htx.post(channel_at(cast, "/shopee/xuat"), data=fields).location for _ in range(2))
    assert task == again
    assert session.scalar(select(func.count(ExportRun.id))) == 0
    with monkeypatch.context() as patched:
        patched.setattr(exporting, "told", _die)
        with pytest.raises(KeyboardInterrupt):
            work_once(LANE)
    now.move(minutes=2)

    work_once(LANE)

    run = session.scalars(select(ExportRun)).one()
    assert run.rows == 1
    page = htx.get(task)
    assert "Đã điền 1 món vào mẫu" in words(page)
    assert channel_at(cast, "/shopee") in page.text
    assert htx.get(channel_at(cast, f"/tep/{run.id}")).status_code == 200


def _die(_file: object) -> str:
    raise KeyboardInterrupt


def test_it_is_stopped_by_its_stall_alone(app: Flask, htx: FlaskClient, cast: Cast, code: str) -> None:
    page = htx.get(at(cast, f"/{code}")).text
    task = htx.post(at(cast, f"/{code}/tem/to"), data=hidden(page, "/tem/to")).location
    others = [cast.lan.person, cast.hung]
    for path, method in ((task, "GET"), (f"{task}/tep", "GET"), (f"{task}/dung", "POST")):
        assert keeps_out(app, path, others, method=method)
    assert htx.post(f"{task}/dung").location == task
    work_once(LANE)
    assert reading().scalars(select(LongTask.state)).one() is LongTaskState.CANCELLED
    assert "Đã dừng" in words(htx.get(task))
