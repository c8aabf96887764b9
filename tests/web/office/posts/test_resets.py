"""Quên mật khẩu in the office: a slip for who shows a paper, for any account but one's own."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import PasswordReset, Person
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.account.resets.test_reset import finish, signs_in, start
from tests.web.office.posts.test_posts import PATH as POSTS
from tests.web.office.posts.test_posts import code_on_slip, second_officer

PATH = "/van-phong/mat-khau"
LAN = {"phone": "0900 000 011", "name": "pham thi lan", "paper": "căn cước, ảnh khớp"}


def test_a_slip_of_the_office_lets_a_seller_in_again(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    assert f'href="{PATH}"' in hung.get(POSTS).text
    assert hung.post(PATH, data=LAN).location == "/van-phong/phieu"
    code = code_on_slip(hung)
    reset = session.scalars(select(PasswordReset)).one()
    assert (reset.person_id, reset.vouched_by, reset.paper) == (cast.lan.person, cast.hung, "căn cước, ảnh khớp")
    assert "Phiếu chưa gõ mã" in hung.get(PATH).text

    own = app.test_client()
    assert start(own, code).status_code == 303
    assert "từ 09:00 25/11" in hung.get(PATH).text
    now.move(days=1)
    assert finish(own).status_code == 303
    assert signs_in(app, "mua ruoi chin")
    make.sign_in(hung, cast.hung, now())
    assert "Phạm Thị Lan" not in hung.get(PATH).text


def test_an_officer_is_let_in_by_another_and_never_by_oneself(
    app: Flask, hung: FlaskClient, cast: Cast, now: Clock
) -> None:
    own = LAN | {"phone": "0900 000 001", "name": "Nguyễn Văn Hùng"}
    answer = hung.post(PATH, data=own)
    assert answer.status_code == 422
    assert "Mời cán bộ khác, hoặc người vận hành chợ" in answer.text

    other = app.test_client()
    make.sign_in(other, second_officer(cast, now), now())
    assert other.post(PATH, data=own).status_code == 303
    assert start(app.test_client(), code_on_slip(other)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"phone": "0900 000 099"}, "chưa có tài khoản trên chợ"),
        ({"name": "Ai Đó Khác"}, "Tên chưa khớp"),
        ({"paper": ""}, "Mời ghi giấy tờ đã xem"),
        ({"phone": "12"}, "Số điện thoại chưa đúng"),
    ],
)
def test_for_whom_there_is_no_slip_is_said_why(
    hung: FlaskClient, cast: Cast, fields: dict[str, str], sentence: str, session: Session
) -> None:
    answer = hung.post(PATH, data=LAN | fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(PasswordReset)).all() == []


def test_a_phone_that_the_number_plan_no_longer_has_gets_its_slip(hung: FlaskClient, cast: Cast) -> None:
    make.outdate_phone(Person, cast.mai)
    assert hung.post(PATH, data=LAN | {"phone": make.GONE, "name": "Vũ Thị Mai"}).status_code == 303


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.lan.person, cast.vy]
    assert keeps_out(app, PATH, people)
    assert keeps_out(app, PATH, people, method="POST")
