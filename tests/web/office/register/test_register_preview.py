"""A large spreadsheet is accepted at once; its page says how far it is; what its preview showed is taken in
(office 7, growth 10, faults P1-6)."""

import re
from errno import ENOSPC
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.base.jobs import Job, work_once
from market.base.jobs.long_tasks import LONG_TASK, LongTask
from market.cli import HANDLERS
from market.sellers.models import Business
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, press

PATH = "/van-phong/so-ho/nhap"
LANE = {LONG_TASK: HANDLERS[LONG_TASK]}


def large(count: int = 301, *more: str) -> bytes:
    rows = [f"Hộ số {n},HKD,Mỗ Đoạn" for n in range(count)]
    return "\n".join(["Tên cơ sở,Loại hình,Thôn", *rows, *more]).encode()


def send(client: FlaskClient, raw: bytes, **fields: str) -> str:
    answer = client.post(PATH, data={"file": (BytesIO(raw), "so.csv"), **fields})
    assert answer.status_code == 303
    return answer.location


def count(session: Session) -> int:
    session.expire_all()
    return session.scalar(select(func.count(Business.id))) or 0


@pytest.fixture
def preview(hung: FlaskClient) -> str:
    """The address of what a large sheet would do, one row of it wrong."""
    task = send(hung, large(301, "Hộ Xa,HKD,Đâu Đó"))
    work_once(LANE)
    return f"{PATH}/viec/{task.rpartition('/')[2]}"


def test_a_large_file_is_looked_at_then_taken_in_by_the_jobs_process(
    hung: FlaskClient, preview: str, session: Session
) -> None:
    before, page = count(session), hung.get(preview).text
    assert "Ghi 301 dòng vào sổ" in page
    assert "Và 101 dòng nữa." in page
    assert "Không có thôn “Đâu Đó” trong danh sách của xã." in page

    done = press(hung, preview, f"{preview}/ghi")
    assert done.status_code == 303
    assert count(session) == before, "accepted at once, written later"
    assert "Đang chờ tới lượt" in hung.get(done.location).text
    work_once(LANE)

    assert count(session) == before + 301
    page = hung.get(done.location).text
    assert "thêm mới 301, cập nhật 0. Không đổi 0, chưa nhận 1." in page
    file = hung.get(f"{done.location}/tep")
    assert "Hộ Xa,chưa nhận,Không có thôn" in file.text
    assert file.headers["Cache-Control"] == "no-store"


def test_a_file_that_was_not_kept_is_kept_when_it_is_sent_again(
    hung: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web process that is killed between the task and its file leaves a task that nobody does."""
    with monkeypatch.context() as full:
        full.setattr("market.base.storage.FolderStorage.put", no_room)
        answer = hung.post(PATH, data={"file": (BytesIO(large()), "so.csv"), "client_key": "k" * 32})
    assert answer.status_code >= 500

    task = send(hung, large(), client_key="k" * 32)
    work_once(LANE)

    assert session.scalar(select(func.count(LongTask.id))) == 1
    assert "Ghi 301 dòng vào sổ" in hung.get(f"{PATH}/viec/{task.rpartition('/')[2]}").text


def no_room(*_given: object) -> None:
    raise OSError(ENOSPC, "No space left on device")


def test_a_small_file_is_still_looked_at_at_once(hung: FlaskClient, session: Session) -> None:
    assert "/viec/" not in send(hung, large(300))
    assert session.scalar(select(func.count(LongTask.id))) == 0


def test_the_rows_to_put_right_are_a_file(hung: FlaskClient, preview: str) -> None:
    file = hung.get(f"{preview}/chua-nhan.csv")
    assert "303,Hộ Xa,Không có thôn “Đâu Đó” trong danh sách của xã." in file.text
    assert "Hộ số" not in file.text


def test_the_button_pressed_twice_is_one_import(hung: FlaskClient, preview: str, session: Session) -> None:
    first, second = (press(hung, preview, f"{preview}/ghi").location for _ in range(2))
    assert first == second
    assert session.scalar(select(func.count(LongTask.id))) == 2


def test_the_same_file_sent_twice_by_one_form_is_one_task(hung: FlaskClient, session: Session) -> None:
    key = hidden(hung.get(PATH).text, PATH)["client_key"]
    assert send(hung, large(), client_key=key) == send(hung, large(), client_key=key)
    assert session.scalar(select(func.count(Job.id))) == 1


def test_a_large_file_that_is_no_register_is_told_on_its_page(hung: FlaskClient) -> None:
    task = send(hung, b"x,y\n" * 9_000)
    work_once(LANE)
    page = hung.get(task).text
    assert "Chưa thấy hàng tiêu đề" in page
    assert f'href="{PATH}"' in page
    assert hung.get(f"{PATH}/viec/{task.rpartition('/')[2]}").status_code == 404


def test_others_find_nothing(app: Flask, preview: str, cast: Cast, now: Clock) -> None:
    for path in (preview, f"{preview}/chua-nhan.csv", f"{preview}/can-sua.xlsx"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy])
    for path in (f"{preview}/ghi", f"{preview}/tra-loi"):
        assert keeps_out(app, path, [cast.lan.person, cast.vy], method="POST")


def test_an_import_is_no_preview(hung: FlaskClient, preview: str, app: Flask, cast: Cast, now: Clock) -> None:
    at = press(hung, preview, f"{preview}/ghi").location.rpartition("/")[2]
    sign_in(hung, cast.hung, now())
    assert hung.get(f"{PATH}/viec/{at}").status_code == 404
    assert hung.post(f"{PATH}/viec/{at}/ghi").status_code == 404


def test_what_is_answered_is_looked_at_anew_as_a_task_of_its_own(hung: FlaskClient, session: Session) -> None:
    task = send(hung, large(301, "Quán Sen,tiệm,Mỗ Đoạn"))
    work_once(LANE)
    shown = f"{PATH}/viec/{task.rpartition('/')[2]}"
    page = hung.get(shown).text
    (name,) = re.findall(r'name="(loai_hinh-[0-9a-f]+)"', page)

    first, second = (press(hung, shown, f"{shown}/tra-loi", **{name: "ho_kinh_doanh"}).location for _ in range(2))
    assert first == second, "pressed twice it is one task"
    work_once(LANE)

    again = hung.get(f"{PATH}/viec/{first.rpartition('/')[2]}").text
    assert "Ghi 302 dòng vào sổ" in again


def test_the_rows_to_put_right_are_a_workbook_too(hung: FlaskClient, preview: str) -> None:
    (head, row) = load_workbook(BytesIO(hung.get(f"{preview}/can-sua.xlsx").data)).active.values
    assert head == ("Tên cơ sở", "Loại hình", "Thôn", "Vì sao")
    assert row[:3] == ("Hộ Xa", "HKD", "Đâu Đó")
