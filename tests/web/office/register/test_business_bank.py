"""The account of a business as an officer records it by a paper, and the stop button of what waits."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Consent
from market.sellers import queries
from market.sellers.models import WaitingChange
from tests.access import keeps_out
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press, send
from tests.sellers.changing import pass_a_day

OWN = {"bin": "970422", "number": "0900 0000.13", "holder": "Phạm Thị Lan", "paper": "Căn cước bản gốc"}


@pytest.fixture
def hung(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.hung, now())
    return client


def path(business: int) -> str:
    return f"/van-phong/so-ho/{business}/tai-khoan-nhan-tien"


def live_number(session: Session, business: int) -> str | None:
    session.expire_all()
    account = queries.live_bank_account(session, business)
    return account.number_last4 if account else None


def test_a_changed_account_waits_a_day_with_the_paper_that_was_seen(
    hung: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    register = f"/van-phong/so-ho/{cast.lan.business}"
    assert path(cast.lan.business) in hung.get(register).text
    assert send(hung, path(cast.lan.business), OWN).location == register

    assert live_number(session, cast.lan.business) == LAN_ACCOUNT[-4:]
    change = session.scalars(select(WaitingChange)).one()
    assert (change.paper, change.asked_by) == ("Căn cước bản gốc", cast.hung)
    for page in (register, "/van-phong/duyet/co-so"):
        assert "PHAM THI LAN, MB Bank, số đuôi 0013" in hung.get(page).text
    assert pass_a_day(now) == 1
    assert live_number(session, cast.lan.business) == "0013"


def test_an_officer_stops_what_waits(hung: FlaskClient, cast: Cast, session: Session, now: Clock) -> None:
    send(hung, path(cast.lan.business), OWN)
    register = f"/van-phong/so-ho/{cast.lan.business}"
    change = session.scalars(select(WaitingChange.id)).one()
    assert press(hung, register, f"{register}/thay-doi/{change}/dung").location == register
    assert "Dừng thay đổi này" not in hung.get(register).text
    assert pass_a_day(now) == 0
    assert live_number(session, cast.lan.business) == LAN_ACCOUNT[-4:]


def test_a_family_members_consent_on_paper_is_recorded_with_the_officer_as_witness(
    hung: FlaskClient, cast: Cast, session: Session
) -> None:
    """The first account, so it is there at once."""
    paper = "Giấy đồng ý của Lê Thị Hoa, tập 3"
    typed = OWN | {"holder": "Lê Thị Hoa", "is_family": "y", "paper": paper}
    assert send(hung, path(cast.tu.business), typed).status_code == 303
    consent = session.scalars(select(Consent)).one()
    assert (consent.note, consent.witness_id, consent.person_id) == (paper, cast.hung, None)
    assert live_number(session, cast.tu.business) == "0013"


def test_without_a_paper_or_for_oneself_nothing_is_recorded(hung: FlaskClient, cast: Cast, session: Session) -> None:
    for typed, sentence in (
        (OWN | {"paper": ""}, "Mời ghi giấy đã xem"),
        (OWN | {"holder": "Nguyễn Văn Hùng", "is_family": "y"}, "Mời cán bộ khác"),
        (OWN | {"holder": "Lê Thị Hoa"}, "khác với người đã xác nhận"),
    ):
        answer = send(hung, path(cast.lan.business), typed)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'value="0900 0000.13"' in answer.text
    assert session.scalars(select(WaitingChange)).all() == []


def test_a_business_that_is_not_verified_has_no_account_to_record(hung: FlaskClient, cast: Cast) -> None:
    text = hung.get(path(cast.theu)).text
    assert "chưa được xác nhận" in text
    assert "Ghi tài khoản" not in text


def test_nobody_but_officers_of_the_commune_finds_it(app: Flask, cast: Cast) -> None:
    others = [cast.lan.person, cast.vy, cast.mai]
    for method in ("GET", "POST"):
        assert keeps_out(app, path(cast.lan.business), others, method=method)
