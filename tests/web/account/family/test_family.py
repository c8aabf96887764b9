"""A family member reads on their own phone what a stall asks of them, and agrees or does not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.accounts.models import Consent
from market.sellers import queries
from market.sellers.models import WaitingChange
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import PASSWORD, sign_in
from tests.pages import hidden, press, send

ACCOUNT = {"bin": "970422", "number": "0900000013", "holder": "Vũ Thị Mai", "is_family": "y"}


@pytest.fixture
def asked(app: Flask, cast: Cast, now: Clock, session: Session) -> str:
    """Anh Tư asks chị Mai; the address of what he asks."""
    tu = app.test_client()
    sign_in(tu, cast.tu.person, now())
    page = f"/ban-hang/{cast.tu.slug}/tai-khoan-nhan-tien"
    assert send(tu, page, ACCOUNT | {"family_phone": "0900 000 021"}).status_code == 303
    return f"/tai-khoan/nguoi-nha/{session.scalars(select(WaitingChange.id)).one()}"


@pytest.fixture
def mai(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.mai, now())
    return client


def test_what_is_asked_leads_from_one_s_own_page_to_a_yes(
    mai: FlaskClient, cast: Cast, session: Session, asked: str
) -> None:
    assert f'href="{asked}"' in mai.get("/tai-khoan").text
    text = mai.get(asked).text
    for part in ("Rươi anh Tư", "VU THI MAI, MB Bank, số đuôi 0013", "Lê Văn Tư đề nghị", "Tôi đồng ý"):
        assert part in text
    assert "0900000013" not in text

    on_page = hidden(text, "/dong-y")
    for _ in range(2):
        assert mai.post(f"{asked}/dong-y", data=on_page).location == "/tai-khoan"
    account = queries.live_bank_account(session, cast.tu.business)
    assert account is not None, "a first account waits for nothing else"
    assert session.get_one(Consent, account.consent_id).person_id == cast.mai
    assert asked not in mai.get("/tai-khoan").text
    assert "đã trả lời xong" in mai.get(asked).text


def test_the_password_is_asked_for_once_it_was_typed_long_ago(
    mai: FlaskClient, session: Session, asked: str, now: Clock
) -> None:
    now.move(minutes=11)
    answer = press(mai, asked, f"{asked}/dong-y")
    assert answer.status_code == 422
    assert "mời gõ mật khẩu của bạn" in answer.text
    assert session.scalars(select(Consent)).all() == []
    assert press(mai, asked, f"{asked}/dong-y", own_password=PASSWORD).status_code == 303
    assert len(session.scalars(select(Consent)).all()) == 1


def test_on_a_helper_s_phone_nobody_agrees_but_everybody_can_say_no(
    app: Flask, cast: Cast, session: Session, asked: str, now: Clock
) -> None:
    sign_in(app.test_client(), cast.vy, now(), visitor="shared")
    mai = app.test_client()
    sign_in(mai, cast.mai, now(), visitor="shared")
    text = mai.get(asked).text
    assert "đã có người hỗ trợ hoặc cán bộ đăng nhập" in text
    assert "Tôi đồng ý" not in text
    assert mai.post(f"{asked}/dong-y", data=hidden(text, "/khong")).status_code == 422
    assert press(mai, asked, f"{asked}/khong").location == "/tai-khoan"
    assert session.scalars(select(WaitingChange.state)).one() == "da_dung"
    assert session.scalars(select(Consent)).all() == []


def test_it_is_nobody_else_s_to_answer(app: Flask, cast: Cast, asked: str) -> None:
    others = [cast.tu.person, cast.lan.person, cast.vy, cast.hung, cast.stranger]
    assert keeps_out(app, asked, others)
    for end in ("/dong-y", "/khong"):
        assert keeps_out(app, f"{asked}{end}", others, method="POST")
