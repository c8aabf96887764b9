"""`flask import-register`: the commune's spreadsheet enters the register once, however often it is sent."""

import json
import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.places.models import OldPlace
from market.sellers import queries
from market.sellers.models import Business, BusinessKind, BusinessStatus
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.nights import IS_NIGHT, by_day_on, in_turns
from tests.queries import counting

pytestmark = in_turns  # alike on both kinds of database: one kind by day, the other with the next test

SAMPLE = Path(__file__).resolve().parents[2] / "market" / "sellers" / "mau-so-ho.xlsx"
HEAD = ["Tên cơ sở", "Loại hình", "Thôn", "Mã số thuế", "Chủ cơ sở", "Số điện thoại", "Tình trạng", "Từ ngày"]


@pytest.fixture
def send(app: Flask, cast: Cast, tmp_path: Path):
    def run(*rows: list[object], options: tuple[str, ...] = ("--json",), raw: bytes | None = None):
        file = tmp_path / "so.xlsx"
        file.write_bytes(raw if raw is not None else sheet(*rows))
        return app.test_cli_runner().invoke(args=["import-register", str(file), *options])

    return run


def sheet(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in [HEAD, *rows]:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def counts(result) -> tuple[int, int, int, int]:
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    return answer["created"], answer["updated"], answer["unchanged"], answer["refused"]


def named(session: Session, name: str) -> Business:
    session.expire_all()
    return session.scalars(select(Business).where(Business.name == name)).one()


def test_the_sample_file_enters_all_its_businesses_and_again_none(send) -> None:
    assert counts(send(raw=SAMPLE.read_bytes())) == (5, 0, 0, 0)
    assert counts(send(raw=SAMPLE.read_bytes())) == (0, 0, 5, 0)


def test_a_dry_run_says_what_would_happen_and_changes_nothing(send, session: Session) -> None:
    dry = send(raw=SAMPLE.read_bytes(), options=("--json", "--dry-run"))

    assert counts(dry) == (5, 0, 0, 0)
    assert json.loads(dry.stdout)["dry_run"] is True
    assert counts(send(raw=SAMPLE.read_bytes())) == (5, 0, 0, 0)


def test_a_row_holds_from_its_day_and_leaves_history_and_an_event(send, session: Session) -> None:
    send(["Hộ Nhài", "Hộ kinh doanh", "Nghĩa Dũng", "099165000901", "Nhài", "0900 000 951", "", "01/07/2025"])
    send(["Hộ Nhài", "HTX", "Nghĩa Dũng", "099165000901", "", "", "tạm ngừng", "15/10/2026"])

    business = named(session, "Hộ Nhài")
    lines = queries.history_of(session, business.id)
    assert (business.kind, business.status) == (BusinessKind.COOPERATIVE, BusinessStatus.SUSPENDED)
    assert (business.owner_name, business.phone) == ("Nhài", "+84900000951")
    assert [line.valid_from for line in lines] == [date(2026, 10, 15), date(2025, 7, 1)]
    assert [event.verb for event in events_of(session, "business", business.id)] == ["add_business", "edit_business"]


def test_a_row_cannot_go_behind_what_the_register_has_written(send, session: Session) -> None:
    send(["Hộ Nhài", "Hộ kinh doanh", "Nghĩa Dũng", "099165000901", "", "", "tạm ngừng", "15/10/2026"])
    result = send(
        ["Hộ Nhài", "Hộ kinh doanh", "Nghĩa Dũng", "099165000901", "", "", "đang hoạt động", "01/07/2025"],
        ["Hộ Mơ", "Hộ kinh doanh", "Nghĩa Dũng", "", "", "", "", "25/11/2026"],
    )

    assert counts(result) == (0, 0, 0, 2)
    reasons = [row["reason"] for row in json.loads(result.stdout)["rows"]]
    assert "Sổ đã ghi từ ngày 15/10/2026" in reasons[0]
    assert "25/11/2026 chưa tới" in reasons[1]
    assert named(session, "Hộ Nhài").status is BusinessStatus.SUSPENDED


def test_rows_that_cannot_go_are_told_with_their_reasons_and_the_others_go(send) -> None:
    result = send(
        ["Hộ Một", "Hộ kinh doanh", "Nghĩa Dũng"],
        ["", "Hộ kinh doanh", "Nghĩa Dũng"],
        ["Hộ Ba", "tiệm", "Nơi Khác"],
        ["Hộ Bốn", "HKD", "Mỗ Đoạn", "9900000010"],
        ["Hộ Một", "HKD", "Nghĩa Dũng"],
    )

    assert counts(result) == (2, 0, 0, 3), "a wrong tax code costs its own cell alone"
    reasons = {row["row"]: row["reason"] for row in json.loads(result.stdout)["rows"]}
    assert list(reasons) == [2, 3, 4, 5, 6]
    assert reasons[3] == "Thiếu Tên cơ sở."
    assert "loại hình “tiệm”" in reasons[4]
    assert "“Nơi Khác”" in reasons[4]
    assert "chữ số kiểm tra" in reasons[5]
    assert reasons[6] == "Trùng với dòng 2 của tệp."


def test_an_odd_phone_never_costs_its_row(send, session: Session) -> None:
    first = send(["Hộ Nhài", "HKD", "Nghĩa Dũng", "", "Nhài", "0900 000 95"], options=())

    assert "Thêm mới 1" in first.output
    assert "Dòng 2 (Hộ Nhài): Số điện thoại “0900 000 95” chưa đúng nên chưa ghi." in first.output
    assert named(session, "Hộ Nhài").phone is None


def test_a_phone_that_the_number_plan_no_longer_has_is_known_from_the_register(send, session: Session) -> None:
    row = ["Hộ Nhài", "HKD", "Nghĩa Dũng", "", "Nhài", "0900 000 951"]
    send(row)
    make.outdate_phone(Business, named(session, "Hộ Nhài").id)

    assert counts(send([*row[:4], "Bà Nhài", make.GONE])) == (0, 1, 0, 0)
    assert (named(session, "Hộ Nhài").owner_name, named(session, "Hộ Nhài").phone) == ("Bà Nhài", "+84251996198")


def test_an_old_commune_name_leads_to_its_hamlet(send, session: Session, cast: Cast) -> None:
    with transaction() as writing:
        writing.add(OldPlace(commune_id=cast.commune, hamlet_id=cast.mo_doan, old_name="xã Kỳ Sơn", old_code=None))

    assert counts(send(["Hộ Kỳ", "nông hộ", "xã Kỳ Sơn"])) == (1, 0, 0, 0)
    assert named(session, "Hộ Kỳ").hamlet_id == cast.mo_doan


def test_a_csv_of_old_excel_goes_too(send, session: Session) -> None:
    text = "Tên cơ sở;Loại hình;Thôn\nHộ Chữ Cũ;Hộ kinh doanh;Mỗ Đoạn\n"
    raw = "".join(_split_tone(character) for character in text).encode("cp1258")

    assert counts(send(raw=raw)) == (1, 0, 0, 0)
    assert named(session, "Hộ Chữ Cũ")


def _split_tone(character: str) -> str:
    """The character as the Vietnamese code page has it: its letter, then its tone."""
    parts = unicodedata.normalize("NFD", character)
    tone = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in tone)) + tone


def test_people_read_the_counts_and_the_reasons(send) -> None:
    result = send(["Hộ Một", "HKD", "Nghĩa Dũng"], ["Hộ Hai", "HKD", "Đâu Đó"], options=())

    assert result.stdout.splitlines() == [
        "Thêm mới 1, cập nhật 0, không đổi 0, chưa nhận 1.",
        "Dòng 3 (Hộ Hai): Không có thôn “Đâu Đó” trong danh sách của xã.",
    ]


@pytest.mark.parametrize("raw", [b"", b"\0\1", b"PK\x03\x04", "Tên,Thôn\nA,B\n".encode()])
def test_a_file_that_is_no_register_is_refused_with_the_reason(send, raw: bytes) -> None:
    result = send(raw=raw)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "bảng tính" in result.stderr or "tiêu đề" in result.stderr


def test_every_sheet_that_is_a_register_is_taken_in(send) -> None:
    book = Workbook()
    book.active.append(["Ghi chú"])
    for rows in ([["Hộ Một", "HKD", "Nghĩa Dũng"]], [["Hộ Hai", "HKD", "Nghĩa Dũng"]] * 2):
        written = book.create_sheet()
        for row in [HEAD, *rows]:
            written.append(row)
    out = BytesIO()
    book.save(out)

    result = send(raw=out.getvalue())
    assert counts(result) == (2, 0, 0, 1)
    (again,) = [row for row in json.loads(result.stdout)["rows"] if row["outcome"] == "refused"]
    assert (again["place"], again["reason"]) == ("trang 3, dòng 3", "Trùng với trang 3, dòng 2 của tệp.")


def test_a_missing_file_is_wrong_usage(app: Flask, cast: Cast) -> None:
    assert app.test_cli_runner().invoke(args=["import-register", "/khong/co.xlsx"]).exit_code == 2


@by_day_on("postgresql")
def test_two_thousand_rows_go_in_one_run(send, now: Clock) -> None:
    rows = 2000 if IS_NIGHT else 700
    file = sheet(*households(rows))

    assert counts(send(raw=file)) == (rows, 0, 0, 0)
    assert counts(send(raw=file)) == (0, 0, rows, 0)


def households(count: int) -> list[list[object]]:
    return [[f"Hộ số {n}", "Hộ kinh doanh", "Mỗ Đoạn", "", f"Chủ {n}"] for n in range(count)]


def test_many_new_businesses_are_entered_together(send) -> None:
    """Of a share many take as many statements as few."""
    with counting() as few:
        assert counts(send(*households(2))) == (2, 0, 0, 0)
    with counting() as many:
        assert counts(send(*households(20))) == (18, 0, 2, 0)
    assert len(many) == len(few)
