"""The page of one long task of the office: how far it has come, its result, the button that stops it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base import clock
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.jobs.long_tasks import LongTask, LongTaskState, NewTask, ask_for
from market.base.storage import storage
from market.sellers.importing import REGISTER_IMPORT
from market.sellers.previews import REGISTER_PREVIEW
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press


@pytest.fixture
def task(cast: Cast) -> int:
    new = NewTask(commune_id=cast.commune, kind=REGISTER_IMPORT, asks={"preview": 1})
    with transaction() as session:
        return ask_for(session, Actor(person_id=cast.hung), new, clock=clock.now)


def become(task: int, **fields: object) -> None:
    with transaction() as session:
        row = session.get_one(LongTask, task)
        for name, value in fields.items():
            setattr(row, name, value)


def address(task: int, rest: str = "") -> str:
    return f"/van-phong/viec/{task}{rest}"


def test_it_shows_itself_anew_until_it_is_over(hung: FlaskClient, task: int, now: Clock) -> None:
    """Without JavaScript too."""
    assert '<meta http-equiv="refresh" content="3">' in hung.get(address(task)).text
    become(task, state=LongTaskState.RUNNING, total=9990, done=1200, begun_at=now())
    page = hung.get(address(task)).text
    assert "Xong 1.200 trên 9.990 dòng (12%)." in page
    assert 'max="9990" value="1200"' in page
    become(task, state=LongTaskState.DONE, said="Đã ghi vào sổ.", ended_at=now())
    page = hung.get(address(task)).text
    assert "Đã ghi vào sổ." in page
    assert "http-equiv" not in page
    assert "task.js" not in page


def test_one_that_nobody_begins_says_so(hung: FlaskClient, task: int, now: Clock) -> None:
    assert "lâu hơn bình thường" not in hung.get(address(task)).text
    now.move(minutes=3)
    assert "lâu hơn bình thường" in hung.get(address(task)).text


def test_it_is_stopped_and_says_what_is_kept(hung: FlaskClient, task: int) -> None:
    assert "những gì đã ghi vẫn giữ" in hung.get(address(task)).text

    assert press(hung, address(task), address(task, "/dung")).location == address(task)

    assert "Đã dừng trước khi bắt đầu, chưa làm gì cả." in hung.get(address(task)).text
    assert hung.post(address(task, "/dung")).status_code == 303, "once more stops nothing"
    assert reading().get_one(LongTask, task).state is LongTaskState.CANCELLED


def test_its_file_is_there_once_it_is_done(hung: FlaskClient, task: int, now: Clock) -> None:
    assert hung.get(address(task, "/tep")).status_code == 404
    storage().put(reading().get_one(LongTask, task).result_key, b"a,b")
    done = {"state": LongTaskState.DONE, "ended_at": now(), "result_name": "a.csv", "result_type": "text/csv"}
    become(task, **done)
    file = hung.get(address(task, "/tep"))
    assert file.data == b"a,b"
    assert file.headers["Content-Disposition"] == 'attachment; filename="a.csv"'
    become(task, kind=REGISTER_PREVIEW)
    assert hung.get(address(task, "/tep")).status_code == 404, "a preview is a page, not a file"


def test_another_office_s_and_a_stall_s_are_not_there(hung: FlaskClient, cast: Cast, task: int) -> None:
    become(task, stall_id=cast.lan.stall)
    for rest in ("", "/tep"):
        assert hung.get(address(task, rest)).status_code == 404
    assert hung.post(address(task, "/dung")).status_code == 404


def test_others_find_nothing(app: Flask, cast: Cast, task: int) -> None:
    for rest in ("", "/tep"):
        assert keeps_out(app, address(task, rest), [cast.lan.person, cast.vy])
    assert keeps_out(app, address(task, "/dung"), [cast.lan.person, cast.vy], method="POST")
