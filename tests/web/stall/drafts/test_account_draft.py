"""An account written down while the commune looks: nobody is paid into it, nobody but its writer sees it, and it is put
in force by its writer alone, by all that is asked of any account."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.retention import apply_rules
from market.sellers import queries
from market.sellers.actions import claim_business, verify_claim
from market.sellers.models import BankAccount, BusinessMember, DraftedAccount, WaitingChange
from market.sellers.retention import RULES
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import on_both
from tests.pages import send
from tests.sellers import shown

PATH = "/ban-hang/soan-san/tai-khoan"
OWN = {"bin": "970422", "number": "1017 6655.44", "holder": "Vũ Thị Mai"}


@pytest.fixture
def mai(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    with transaction() as session:
        claim_business(session, Actor(person_id=cast.mai), cast.commune, cast.theu, now=now())
    sign_in(client, cast.mai, now())
    return client


def kept() -> list[DraftedAccount]:
    reading().expire_all()
    return list(reading().scalars(select(DraftedAccount)))


def verify(cast: Cast, now: Clock) -> str:
    """The commune confirms chị Mai; returns the page of her account."""
    with transaction() as session:
        claim = session.scalars(select(BusinessMember.id).where(BusinessMember.person_id == cast.mai)).one()
        verify_claim(session, Actor(person_id=cast.hung), shown.paper(cast.commune, claim), now=now())
        stall = queries.stall_of_business(session, cast.theu)
        assert stall is not None
        return f"/ban-hang/{stall.slug}/tai-khoan-nhan-tien"


@on_both
def test_it_is_kept_encrypted_and_paid_into_by_nobody(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    assert "Soạn tài khoản nhận tiền" in mai.get("/ban-hang").text
    assert send(mai, PATH, OWN).location == PATH
    [draft] = kept()
    assert (draft.person_id, draft.commune_id) == (cast.mai, cast.commune)
    assert "1017665544" not in draft.content_cipher
    assert "số đuôi 5544" in mai.get(PATH).text
    verify(cast, now)
    now.move(days=3)
    assert reading().scalars(select(BankAccount.id).where(BankAccount.business_id == cast.theu)).all() == []
    assert reading().scalars(select(WaitingChange.id)).all() == []
    assert len(kept()) == 1


@on_both
def test_its_writer_puts_it_in_force_once_verified_and_it_is_gone(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    send(mai, PATH, OWN)
    path = verify(cast, now)
    page = mai.get(path)
    assert 'value="1017665544"' in page.text
    assert "Chưa dùng: xem kỹ từng số" in page.text
    typed = {"bin": "970422", "number": "1017665544", "holder": "VU THI MAI"}
    assert send(mai, path, typed).location == path
    with transaction() as session:
        account = queries.live_bank_account(session, cast.theu)
        assert account is not None
        assert (account.holder, queries.account_number(account)) == ("VU THI MAI", "1017665544")
    assert kept() == []
    assert "Chưa dùng: xem kỹ từng số" not in mai.get(path).text


def test_another_s_name_is_refused_when_it_is_to_be_used_as_it_always_was(
    mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    send(mai, PATH, OWN | {"holder": "Trần Văn Khác"})
    path = verify(cast, now)
    answer = send(mai, path, {"bin": "970422", "number": "1017665544", "holder": "TRAN VAN KHAC"})
    assert answer.status_code == 422
    assert "khác với người đã xác nhận" in answer.text
    assert queries.live_bank_account(reading(), cast.theu) is None
    assert len(kept()) == 1


def test_a_wallet_and_a_number_that_is_none_are_refused_and_come_back(mai: FlaskClient) -> None:
    answer = send(mai, PATH, OWN | {"number": "12x"})
    assert answer.status_code == 422
    assert 'value="12x"' in answer.text
    assert kept() == []


def test_the_second_takes_the_place_of_the_first(mai: FlaskClient) -> None:
    for number in ("1017665544", "1017665545"):
        send(mai, PATH, OWN | {"number": number})
    assert len(kept()) == 1
    assert "số đuôi 5545" in mai.get(PATH).text


def test_without_the_password_or_on_a_helper_s_device_nothing_is_kept(
    app: Flask, mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    now.move(hours=1)
    answer = send(mai, PATH, OWN)
    assert answer.status_code == 422
    assert "gõ mật khẩu" in answer.text
    theirs = app.test_client()
    sign_in(theirs, cast.vy, now(), visitor="may-cua-vy")
    sign_in(theirs, cast.mai, now(), visitor="may-cua-vy")
    answer = theirs.post(PATH, data=OWN)
    assert answer.status_code == 422
    assert "Máy này đã có người hỗ trợ hoặc cán bộ đăng nhập" in answer.text
    assert kept() == []


def test_a_helper_s_device_is_not_shown_the_number(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    send(mai, PATH, OWN)
    path = verify(cast, now)
    theirs = app.test_client()
    sign_in(theirs, cast.vy, now(), visitor="may-cua-vy")
    sign_in(theirs, cast.mai, now(), visitor="may-cua-vy")
    for page in (PATH, path):
        assert "1017665544" not in theirs.get(page).text


def test_nobody_else_is_shown_it(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    send(mai, PATH, OWN)
    verify(cast, now)
    for person in (cast.hung, cast.stranger, cast.lan.person):
        other = app.test_client()
        sign_in(other, person, now())
        for page in (PATH, "/van-phong/so-ho", f"/van-phong/so-ho/{cast.theu}"):
            assert "5544" not in other.get(page).text
    assert keeps_out(app, PATH, [])


def test_who_waits_for_nothing_is_told_where_to_begin(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.stranger, now())
    assert "Nhận hộ của mình trước" in client.get(PATH).text
    answer = client.post(PATH, data=OWN)
    assert answer.status_code == 422
    assert kept() == []


def test_one_never_put_in_force_is_forgotten_after_half_a_year(mai: FlaskClient, now: Clock) -> None:
    send(mai, PATH, OWN)
    now.move(days=179)
    apply_rules(RULES, now())
    assert len(kept()) == 1
    now.move(days=2)
    apply_rules(RULES, now())
    assert kept() == []
