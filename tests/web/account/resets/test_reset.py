"""Quên mật khẩu: a slip, or a code on the screen and a helper's word; a day's wait; then a new password."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import LoginSession, PasswordReset
from market.base.audit import Actor
from market.base.db import transaction
from market.base.secrets import hash_password
from market.notices.models import Notice
from market.sellers import actions
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import without_token
from tests.queries import counting

PATH = "/dat-lai-mat-khau"
NEW = "mua ruoi chin"

MakeSlip = Callable[..., str]


@pytest.fixture
def slip(cast: Cast, now: Clock) -> MakeSlip:
    """The code of a slip that anh Hùng makes, of bà Lan where nobody else is named."""

    def made(person: int | None = None, **more: bool) -> str:
        new = actions.NewSlip(
            commune_id=cast.commune, person_id=person or cast.lan.person, paper="căn cước, ảnh khớp", **more
        )
        with transaction() as writing:
            return actions.make_slip(writing, Actor(person_id=cast.hung), new, clock=now)

    return made


def start(client: FlaskClient, code: str):
    return client.post(f"{PATH}/phieu", data={"code": code})


def finish(client: FlaskClient, new: str = NEW):
    return client.post(PATH, data={"new": new})


def signs_in(app: Flask, password: str, phone: str = "0900 000 011") -> bool:
    return app.test_client().post("/dang-nhap", data={"phone": phone, "password": password}).status_code == 303


def shown_digits(client: FlaskClient) -> str:
    assert client.post(f"{PATH}/ma").location == PATH
    found = re.search(r">(\d{4}) (\d{4})<", client.get(PATH).text)
    assert found
    return found[1] + found[2]


def vouch(app: Flask, cast: Cast, now: Clock, digits: str, **fields: str):
    vy = app.test_client()
    make.sign_in(vy, cast.vy, now())
    typed = {"code": digits, "name": "vu thi mai", "phone": "0900 000 021", "knows": "y"} | fields
    return vy.post("/to-cong-nghe/quen-mat-khau", data=typed)


# --- a slip ---------------------------------------------------------------------------------------------------------


def test_a_slip_waits_a_day_in_which_the_old_password_holds_and_then_signs_every_other_phone_out(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, slip: MakeSlip
) -> None:
    old = app.test_client()
    make.sign_in(old, cast.lan.person, now())
    code = slip()

    typed = start(client, f"{code[:4].lower()} {code[4:8]}-{code[8:]}")
    assert typed.location == PATH
    page = client.get(PATH).text
    assert "Chờ đến 09:00 25/11" in page
    assert "trên đúng máy này" in page
    assert "chặn lại được" in page

    early = finish(client)
    assert early.status_code == 422
    assert "Chưa tới giờ" in early.text
    assert signs_in(app, make.PASSWORD)
    now.move(hours=23, minutes=59)
    assert finish(client).status_code == 422

    now.move(minutes=1)
    assert "Đặt mật khẩu mới cho Phạm Thị Lan" in client.get(PATH).text
    assert finish(client).location == "/tai-khoan"
    assert "Phạm Thị Lan" in client.get("/tai-khoan").text
    assert old.get("/tai-khoan").status_code == 303
    assert signs_in(app, NEW)
    assert not signs_in(app, make.PASSWORD)


def test_a_slip_is_typed_once_within_a_day_and_a_new_one_puts_it_out(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, slip: MakeSlip
) -> None:
    first = slip()
    second = slip()
    assert "Mã chưa đúng" in start(client, first).text
    assert start(client, second).status_code == 303
    assert start(app.test_client(), second).status_code == 422

    third = slip(cast.tu.person)
    now.move(hours=24)
    assert start(client, third).status_code == 422


def test_only_the_browser_that_waited_sets_the_password_within_a_week(
    app: Flask, client: FlaskClient, now: Clock, slip: MakeSlip
) -> None:
    start(client, slip())
    now.move(days=1)
    stranger = finish(app.test_client())
    assert stranger.status_code == 422
    assert "chưa xin đặt lại" in stranger.text

    now.move(days=7)
    assert finish(client).status_code == 422


def test_two_slips_of_one_person_end_with_the_first_that_is_used(
    app: Flask, client: FlaskClient, now: Clock, slip: MakeSlip
) -> None:
    other = app.test_client()
    start(other, slip())
    start(client, slip())
    now.move(days=1)

    assert finish(client).status_code == 303
    assert "đã bị chặn" in finish(other).text
    assert signs_in(app, NEW)


def test_a_lost_phone_is_signed_out_at_once(
    app: Flask, cast: Cast, now: Clock, slip: MakeSlip, session: Session
) -> None:
    lost = app.test_client()
    make.sign_in(lost, cast.lan.person, now())
    slip()
    assert lost.get("/tai-khoan").status_code == 200
    slip(is_phone_lost=True)
    assert lost.get("/tai-khoan").status_code == 303
    assert session.scalars(select(LoginSession.ended_at).where(LoginSession.person_id == cast.lan.person)).all() == [
        now()
    ]


def test_a_slip_is_not_typed_where_the_officer_or_a_helper_has_ever_signed_in(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, slip: MakeSlip
) -> None:
    phone, password = {cast.hung: "0900 000 001", cast.vy: "0900 000 002"}, make.PASSWORD
    code = slip()
    for number in phone.values():
        theirs = app.test_client()
        assert theirs.post("/dang-nhap", data={"phone": number, "password": password}).status_code == 303
        theirs.post("/dang-xuat")
        refused = start(theirs, code)
        assert refused.status_code == 422
        assert "Mời dùng máy của chính người quên mật khẩu" in refused.text

    assert start(client, code).status_code == 303
    assert client.post("/dang-nhap", data={"phone": phone[cast.vy], "password": password}).status_code == 303
    client.post("/dang-xuat")
    now.move(days=1)
    assert "Máy này đã có cán bộ" in finish(client).text, "nor where one of them came in the wait"


def test_unknown_used_old_and_stopped_codes_answer_alike(
    app: Flask, cast: Cast, now: Clock, slip: MakeSlip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same status, same page, as many statements: nobody learns here who has an account or a slip."""
    old, used, replaced = slip(cast.tu.person), slip(cast.htx.person), slip()
    slip()
    start(app.test_client(), used)
    now.move(hours=24)

    answers = set()
    for code in ("0000 0000 0000", "sai rồi", old, used, replaced):
        client = app.test_client()
        client.get(PATH)
        with counting() as seen:
            answer = start(client, code)
        page = without_token(answer.text).replace(code, "")
        answers.add((answer.status_code, answer.headers["X-Refused"], page, len(seen)))
    assert len(answers) == 1


def test_a_browser_guesses_ten_times_an_hour(client: FlaskClient, slip: MakeSlip, now: Clock) -> None:
    code = slip()
    for _ in range(10):
        start(client, "CCCC CCCC CCCC")
    assert start(client, code).status_code == 429
    now.move(minutes=61)
    assert start(client, code).status_code == 303


@pytest.mark.parametrize("weak", ["12345678", "pham thi lan 67", "0900000011", "daison2026"])
def test_a_password_that_is_guessed_first_is_refused_and_another_still_taken(
    client: FlaskClient, now: Clock, slip: MakeSlip, weak: str
) -> None:
    start(client, slip())
    now.move(days=1)
    refused = finish(client, weak)
    assert refused.status_code == 422
    assert "Mời đặt ba từ liền nhau" in refused.text
    assert finish(client).location == "/tai-khoan"


def test_a_browser_with_and_one_without_a_reset_cost_one_hash_each(
    app: Flask, client: FlaskClient, now: Clock, slip: MakeSlip, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(
        "market.web.account.resets.forms.hash_password", lambda text: hashed.append(text) or hash_password(text)
    )
    start(client, slip())
    now.move(days=1)
    for asking in (client, app.test_client()):
        hashed.clear()
        finish(asking)
        assert len(hashed) == 1


# --- a helper's word ------------------------------------------------------------------------------------------------


def test_who_only_buys_gets_in_by_a_helper_who_never_holds_what_lets_in(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, session: Session
) -> None:
    digits = shown_digits(client)
    told = vouch(app, cast, now, f"{digits[:4]} {digits[4:]}")
    assert told.location == "/to-cong-nghe"

    reset = session.scalars(select(PasswordReset)).one()
    assert (reset.person_id, reset.vouched_by) == (cast.mai, cast.vy)
    assert reset.effective_at == now() + timedelta(hours=24)
    assert "Chờ đến 09:00 25/11" in client.get(PATH).text
    helper = app.test_client()
    make.sign_in(helper, cast.vy, now())
    assert finish(client).status_code == 422

    now.move(days=1)
    assert finish(helper).status_code == 422, "the helper's browser has no way in"
    assert finish(client).location == "/tai-khoan"
    assert signs_in(app, NEW, "0900 000 021")


def test_a_code_on_the_screen_lives_ten_minutes_and_the_newest_alone(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    first = shown_digits(client)
    second = shown_digits(client)
    assert "Mã chưa đúng" in vouch(app, cast, now, first).text
    now.move(minutes=11)
    assert "Mã chưa đúng" in vouch(app, cast, now, second).text
    assert "Hiện mã trên máy này" in client.get(PATH).text
    assert vouch(app, cast, now, shown_digits(client)).status_code == 303


def test_a_code_is_vouched_for_once(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    digits = shown_digits(client)
    assert vouch(app, cast, now, digits).status_code == 303
    assert vouch(app, cast, now, digits).status_code == 422


def test_who_gets_a_business_in_the_wait_needs_a_paper_after_all(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    vouch(app, cast, now, shown_digits(client))
    join(cast, now, cast.theu, cast.mai)
    now.move(days=1)
    assert "Mời tới gặp cán bộ xã xin" in finish(client).text


def join(cast: Cast, now: Clock, business: int, person: int) -> None:
    from market.sellers.models import BusinessMember, ClaimState

    with transaction() as writing:
        member = BusinessMember(business_id=business, person_id=person, claimed_at=now())
        member.state = ClaimState.CONFIRMED
        writing.add(member)


# --- both -----------------------------------------------------------------------------------------------------------


def test_the_page_says_both_ways_and_that_each_takes_a_day(client: FlaskClient, cast: Cast) -> None:
    page = client.get(PATH).text
    for part in ("Phòng Kinh tế", "Tổ công nghệ số", "Hiện mã trên máy này", "phải chờ 24 giờ"):
        assert part in page


def test_everybody_concerned_is_told_when_a_slip_is_made_typed_and_used(
    client: FlaskClient, cast: Cast, now: Clock, slip: MakeSlip, session: Session
) -> None:
    join(cast, now, cast.lan.business, cast.stranger)
    start(client, slip())
    now.move(days=1)
    finish(client)
    told = session.scalars(select(Notice).where(Notice.business_id == cast.lan.business).order_by(Notice.id)).all()
    words = ("lập phiếu", "có hiệu lực", "vừa được đặt")
    assert [word in one.sentence for word, one in zip(words, told, strict=True)] == [True] * 3
    start(client, slip(cast.mai))
    alone = session.scalars(select(Notice.person_id).where(Notice.person_id.is_not(None))).all()
    assert alone == [cast.mai, cast.mai]
