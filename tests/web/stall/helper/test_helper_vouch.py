"""A helper says whom they know: for whom they may, and for whom not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import PasswordReset, Person
from market.base.db import transaction
from market.places.models import Commune
from market.sellers.models import Business, PostRole
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.web.account.resets.test_reset import shown_digits, vouch
from tests.web.stall.settings.test_mandates import mandate

PATH = "/to-cong-nghe/quen-mat-khau"
LAN = {"name": "Phạm Thị Lan", "phone": "0900 000 011"}


def test_the_page_says_what_each_of_the_two_does(app: Flask, cast: Cast, now: Clock) -> None:
    vy = app.test_client()
    make.sign_in(vy, cast.vy, now())
    assert f'href="{PATH}"' in vy.get("/to-cong-nghe").text
    page = vy.get(PATH).text
    assert "Hiện mã trên máy này" in page
    assert "không bao giờ cầm mã hay mật khẩu" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Ai Đó Khác"}, "chưa khớp với tài khoản nào"),
        ({"phone": "0900 000 099"}, "chưa khớp với tài khoản nào"),
        ({"code": "12345678"}, "Mã chưa đúng"),
        ({"knows": ""}, "Chỉ bảo lãnh cho người bạn biết mặt"),
        (LAN, "phải tới gặp cán bộ xã với giấy tờ"),
        ({"name": "Nguyễn Văn Hùng", "phone": "0900 000 001"}, "phải tới gặp cán bộ xã với giấy tờ"),
        ({"name": "Trần Khánh Vy", "phone": "0900 000 002"}, "phải tới gặp cán bộ xã với giấy tờ"),
    ],
)
def test_whom_nobody_vouches_for_is_said_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, session: Session, fields: dict[str, str], sentence: str
) -> None:
    digits = shown_digits(client)
    answer = vouch(app, cast, now, digits, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{fields.get("code", digits)}"' in answer.text
    assert session.scalars(select(PasswordReset.started_at)).all() == [None]


def test_a_person_on_the_helper_s_own_phone_number_is_for_the_office(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    with transaction() as writing:
        make.make_person(writing, writing.get_one(Commune, cast.commune), "Trần Văn Bố", "0900 000 002", now())
    answer = vouch(app, cast, now, shown_digits(client), name="Trần Văn Bố", phone="0900 000 002")
    assert "Không bảo lãnh cho số máy của chính mình" in answer.text


def test_nor_on_a_browser_on_which_a_helper_or_officer_has_ever_signed_in(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    client.post("/dang-nhap", data={"phone": "0900 000 002", "password": make.PASSWORD})
    client.post("/dang-xuat")
    assert "Máy này đã có cán bộ" in vouch(app, cast, now, shown_digits(client)).text


def test_who_once_held_a_mandate_or_a_post_needs_a_paper_for_good(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    with transaction() as writing:
        people = writing.get_one(Person, cast.mai), writing.get_one(Person, cast.hung)
        make.make_mandate(writing, writing.get_one(Business, cast.tu.business), *people, now()).revoked_at = now()
        stranger = writing.get_one(Person, cast.stranger)
        past = make.make_post(writing, stranger, PostRole.HELPER, None, now())
        past.ends_on = past.starts_on
    for fields in ({}, {"name": "Người Lạ", "phone": "0900 000 031"}):
        assert "phải tới gặp cán bộ xã" in vouch(app, cast, now, shown_digits(client), **fields).text


def test_a_helper_guesses_ten_times_an_hour(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    digits = shown_digits(client)
    for _ in range(10):
        vouch(app, cast, now, "00000000")
    assert "Bạn vừa thử nhiều lần" in vouch(app, cast, now, digits).text


def test_a_seller_is_sent_to_the_office_whatever_mandate_the_helper_holds(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    mandate(cast, now)
    assert "phải tới gặp cán bộ xã" in vouch(app, cast, now, shown_digits(client), **LAN).text


def test_others_find_nothing(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PATH, [cast.lan.person, cast.hung, cast.mai])
    assert keeps_out(app, PATH, [cast.lan.person, cast.hung, cast.mai], method="POST")
