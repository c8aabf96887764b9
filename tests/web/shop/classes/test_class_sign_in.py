"""Who scans the code of a class signs in: with an account by one tap, else with a name and a phone."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.outreach.models import ClassAttendee
from market.outreach.rules.classes import SignInWay
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.outreach.steps import a_class, key_of
from tests.pages import send


def path_of(class_id: int) -> str:
    return f"/lop/{key_of(class_id)}"


def test_one_tap_with_an_account_a_name_and_a_phone_without(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    path = path_of(a_class(cast, now))
    page = client.get(path).text
    assert "Đăng nhập" in page
    assert send(client, path, {"name": "Bà Tám", "phone": ""}).status_code == 422
    sent = send(client, path, {"name": "Bà Tám", "phone": "0900 000 077", "is_elderly": "y"})
    assert sent.status_code == 303
    assert "Bà Tám đã có tên trong danh sách lớp" in client.get(path).text

    lan = app.test_client()
    make.sign_in(lan, cast.lan.person, now())
    assert "Điểm danh cho <strong>Phạm Thị Lan</strong>" in lan.get(path).text
    assert [send(lan, path, {}).status_code for _ in range(2)] == [303, 303]
    guest, own = session.scalars(select(ClassAttendee).order_by(ClassAttendee.id)).all()
    assert (guest.way, guest.name, guest.is_elderly) == (SignInWay.PHONE, "Bà Tám", True)
    assert (own.way, own.person_id) == (SignInWay.ACCOUNT, cast.lan.person)


def test_one_phone_fills_no_list_and_no_day_but_the_class_s_own(
    client: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    path = path_of(a_class(cast, now))
    tries = [send(client, path, {"name": f"Người {n}", "phone": f"0900 000 0{n}0"}).status_code for n in range(1, 8)]
    assert tries == [303] * 5 + [429] * 2
    assert len(session.scalars(select(ClassAttendee)).all()) == 5
    now.move(days=1)
    page = client.get(path).text
    assert "mã này thôi dùng" in page
    assert "Tôi có mặt" not in page
    assert client.get("/lop/khong-co-ma-nay").status_code == 404
