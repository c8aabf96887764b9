"""Tổ công nghệ số: who helps in which hamlet, who is an officer, which mandates live."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.sellers.models import Post, PostRole
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.queries import counting
from tests.web.stall.settings.test_mandates import mandate

PATH = "/van-phong/to-cong-nghe"


def typed(cast: Cast, **fields: str) -> dict[str, str]:
    post = {"phone": "0900 000 021", "name": "vu thi mai", "role": "helper", "hamlet": str(cast.mo_doan)}
    return post | fields


def test_the_page_names_helpers_with_hamlet_officers_and_live_mandates(
    hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    mandate(cast, now)

    page = hung.get(PATH).text
    for part in ("Trần Khánh Vy", "thôn Nghĩa Dũng", "Nguyễn Văn Hùng", "Rau bà Lan", "22/02/2027", "Giấy số 1"):
        assert part in page


def test_a_person_with_an_account_becomes_a_helper_of_a_hamlet(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    assert hung.post(PATH, data=typed(cast)).location == PATH

    post = session.scalars(select(Post).where(Post.person_id == cast.mai)).one()
    assert (post.role, post.hamlet_id) == (PostRole.HELPER, cast.mo_doan)
    mai = app.test_client()
    sign_in(mai, cast.mai, now())
    assert "Rươi anh Tư" in mai.get("/to-cong-nghe").text


def test_a_person_whose_phone_the_number_plan_no_longer_has_is_found(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    make.outdate_phone(Person, cast.mai)

    assert hung.post(PATH, data=typed(cast, phone=make.GONE)).location == PATH

    assert session.scalars(select(Post).where(Post.person_id == cast.mai)).one()


def test_the_same_post_twice_is_one(hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(PATH, data=typed(cast))
    hung.post(PATH, data=typed(cast))

    assert session.scalar(select(func.count(Post.id)).where(Post.person_id == cast.mai)) == 1


def test_an_officer_has_no_hamlet(hung: FlaskClient, cast: Cast, session: Session) -> None:
    hung.post(PATH, data=typed(cast, role="officer"))

    assert session.scalars(select(Post).where(Post.person_id == cast.mai)).one().hamlet_id is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"phone": "0900 000 099"}, "chưa có tài khoản trên chợ"),
        ({"name": "Ai Đó Khác"}, "Tên chưa khớp"),
        ({"hamlet": ""}, "mời chọn thôn"),
        ({"role": "admin"}, "Mời chọn một mục"),
        ({"phone": "12"}, "Số điện thoại chưa đúng"),
    ],
)
def test_who_cannot_be_named_is_said_why(
    hung: FlaskClient, cast: Cast, fields: dict[str, str], sentence: str, session: Session
) -> None:
    answer = hung.post(PATH, data=typed(cast, **fields))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(Post).where(Post.person_id == cast.mai)).all() == []


def test_the_page_asks_a_fixed_number_of_questions(hung: FlaskClient, cast: Cast, now: Clock) -> None:
    mandate(cast, now)
    hung.get(PATH)

    with counting() as seen:
        hung.get(PATH)

    assert len(seen) <= 8


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy])
    assert keeps_out(app, PATH, [cast.lan.person, cast.vy], method="POST")
