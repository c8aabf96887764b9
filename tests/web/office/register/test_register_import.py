"""A spreadsheet is sent, looked at as it would go, then written; the reasons of what cannot go stay visible."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from market.base.audit import Event
from market.base.db import transaction
from market.base.jobs import Job, work_once
from market.cli import HANDLERS
from market.sellers.models import Business
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, press

PATH = "/van-phong/so-ho/nhap"
SAMPLE = (Path(__file__).resolve().parents[4] / "market" / "sellers" / "mau-so-ho.xlsx").read_bytes()


def send(client: FlaskClient, raw: bytes, name: str = "so.xlsx"):
    return client.post(PATH, data={"file": (BytesIO(raw), name)})


def sheet(*rows: list[str]) -> bytes:
    book = Workbook()
    for row in (["Tên cơ sở", "Loại hình", "Thôn"], *rows):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def write(client: FlaskClient, kept: str) -> TestResponse:
    """Look at what a kept file would do, and let it."""
    return press(client, kept, f"{kept}/ghi")


def count(session: Session) -> int:
    session.expire_all()
    return session.scalar(select(func.count(Business.id))) or 0


def test_a_file_is_looked_at_first_and_written_at_the_second_tap(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    before = count(session)
    sent = send(hung, SAMPLE)
    assert sent.status_code == 303
    assert count(session) == before

    page = hung.get(sent.location).text
    assert "Ghi 5 dòng vào sổ" in page
    assert "Hàng rau cô Nhài (ví dụ)" in page
    assert count(session) == before

    assert write(hung, sent.location).location == "/van-phong/so-ho"
    assert count(session) == before + 5
    assert "thêm mới 5, cập nhật 0. Không đổi 0, chưa nhận 0." in hung.get("/van-phong/so-ho").text


def test_the_second_tap_twice_writes_once(hung: FlaskClient, cast: Cast, session: Session) -> None:
    sent = send(hung, SAMPLE)
    shown = hidden(hung.get(sent.location).text, "/ghi")
    hung.post(f"{sent.location}/ghi", data=shown)
    after = count(session)

    assert hung.post(f"{sent.location}/ghi", data=shown).status_code == 303

    assert count(session) == after
    assert "Không có gì mới để ghi" in hung.get(sent.location).text


def test_what_another_officer_corrected_since_is_shown_before_it_is_overwritten(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    """Nothing is written, the sheet stays, and the row that is other now is named."""
    known = session.get_one(Business, cast.theu)
    theu = f"{known.name},HKD,{known.hamlet.name},{known.phone or ''},Thêu tay"
    rows = f"Tên cơ sở,Loại hình,Thôn,Điện thoại,Ngành nghề\n{theu}\nHộ Một,HKD,Mỗ Đoạn,,Bún\n"
    kept = send(hung, rows.encode(), "so.csv").location
    page = hung.get(kept).text
    before, shown = count(session), hidden(page, "/ghi")
    with transaction() as writing:
        writing.get_one(Business, cast.theu).trade = "Thêu ren"

    answer = hung.post(f"{kept}/ghi", data=shown)

    assert answer.status_code == 409
    assert "dòng 2 (nay là cập nhật, đang ghi ngành nghề: Thêu ren)" in answer.text
    assert "dòng 3" not in answer.text
    assert count(session) == before
    assert session.get_one(Business, cast.theu).trade == "Thêu ren"
    assert hung.post(f"{kept}/ghi", data=hidden(answer.text, "/ghi")).status_code == 303
    assert count(session) == before + 1
    assert session.get_one(Business, cast.theu).trade == "Thêu tay"


def test_a_second_tap_that_does_not_say_what_it_saw_writes_nothing(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    kept, before = send(hung, SAMPLE).location, count(session)

    answer = hung.post(f"{kept}/ghi")

    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert "Ghi 5 dòng vào sổ" in answer.text
    assert count(session) == before


def test_rows_that_cannot_go_are_told_and_the_others_go(hung: FlaskClient, cast: Cast, session: Session) -> None:
    before = count(session)
    sent = send(hung, sheet(["Hộ Một", "HKD", "Mỗ Đoạn"], ["Hộ Hai", "HKD", "Đâu Đó"]))

    page = hung.get(sent.location).text
    assert "Không có thôn “Đâu Đó” trong danh sách của xã." in page

    done = write(hung, sent.location)
    assert done.location == sent.location
    assert count(session) == before + 1


def test_who_sent_the_file_stands_in_the_log(hung: FlaskClient, cast: Cast, session: Session) -> None:
    write(hung, send(hung, SAMPLE).location)

    written = session.scalars(select(Event).where(Event.verb == "add_business", Event.actor_id == cast.hung)).all()
    assert len(written) == 5


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "Mời chọn tệp"),
        (b"%PDF-1.7\0", "không phải bảng tính"),
        (b"PK\x03\x04", "không phải bảng tính"),
        ("Tên,Thôn\nA,B\n".encode(), "Chưa thấy hàng tiêu đề"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_words(hung: FlaskClient, raw: bytes, sentence: str) -> None:
    answer = send(hung, raw)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_cell_that_is_left_out_of_its_row_is_told_before_and_after(hung: FlaskClient, cast: Cast) -> None:
    sent = send(hung, "Tên cơ sở;Loại hình;Thôn;Điện thoại\nRau Hai;HKD;Nghĩa Dũng;0900 000 95\n".encode(), "so.csv")
    assert "“0900 000 95” chưa đúng nên chưa ghi" in hung.get(sent.location).text

    assert press(hung, sent.location, f"{sent.location}/ghi").location == sent.location
    assert "“0900 000 95” chưa đúng nên chưa ghi" in hung.get(sent.location).text


def test_the_file_is_forgotten_within_a_day(hung: FlaskClient, cast: Cast, now: Clock, session: Session) -> None:
    sent = send(hung, SAMPLE)
    now.move(days=1, minutes=-1)
    assert not work_once(HANDLERS)
    sign_in(hung, cast.hung, now())
    assert hung.get(sent.location).status_code == 200

    now.move(minutes=1)
    assert work_once(HANDLERS)

    assert session.scalars(select(Job)).one().state == "done"
    assert hung.get(sent.location).status_code == 404


@pytest.mark.parametrize("name", ["khong-co.bin", "..%2F..%2Fetc%2Fpasswd", "a" * 43 + ".bin"])
def test_a_name_that_is_no_kept_file_finds_nothing(hung: FlaskClient, name: str) -> None:
    assert hung.get(f"{PATH}/{name}").status_code == 404
    assert hung.post(f"{PATH}/{name}/ghi").status_code == 404


def test_the_page_offers_the_sample(hung: FlaskClient) -> None:
    assert 'href="/van-phong/so-ho/mau"' in hung.get(PATH).text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy])
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy], method="POST")
