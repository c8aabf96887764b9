"""One class at the office: its code, its list, who is written down or struck out, that it was cancelled."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import ClassAttendee
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class, scan
from tests.pages import press


def test_the_list_of_a_class_is_kept_by_who_holds_it(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    held = a_class(cast, now)
    path = f"/van-phong/lop/{held}"
    scan(cast, held, now, cast.lan.person)
    add, who = f"{path}/nguoi", {"name": "Bà Tám", "phone": "", "is_elderly": "y"}
    assert press(hung, path, add, **who).status_code == 303
    assert press(hung, path, add, **who).status_code == 303
    assert press(hung, path, add, name=" ", phone="12").status_code == 422

    page = hung.get(path).text
    for words in (
        "Danh sách: 2 người",
        "Rau bà Lan",
        "tự nói cao tuổi",
        "Mã điểm danh lớp",
        "đăng bán 24/11/2026",
    ):
        assert words in page
    lan = session.scalars(select(ClassAttendee).where(ClassAttendee.person_id == cast.lan.person)).one()
    assert hung.post(f"{path}/nguoi/{lan.id}/bo").status_code == 303
    assert "Danh sách: 1 người" in hung.get(path).text


def test_a_cancelled_class_says_why_and_takes_nobody_in(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    held = a_class(cast, now)
    path = f"/van-phong/lop/{held}"
    assert hung.post(f"{path}/huy", data={"reason": " "}).status_code == 422
    assert hung.post(f"{path}/huy", data={"reason": "Trời bão."}).status_code == 303
    page = hung.get(path).text
    assert "Trời bão." in page
    assert "Ghi tên người có mặt" not in page
    assert hung.post(f"{path}/nguoi", data={"name": "Ai Đó"}).status_code == 422
