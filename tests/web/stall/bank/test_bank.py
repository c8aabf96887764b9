"""Tài khoản nhận tiền: the verified person's own, or a family member's with consent; a feed of notices beside it."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.accounts.models import Consent
from market.base.audit import Event
from market.base.db import transaction
from market.sellers import queries
from market.sellers.models import BankAccount, BankConnection, Verification
from tests.access import keeps_out
from tests.cast import LAN_ACCOUNT, LAN_HOOK, LAN_SECRET, Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, press, send
from tests.sellers import shown

OWN = {"bin": "970422", "number": "0900 0000.13", "holder": "Lê Văn Tư"}


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.tu.slug}/tai-khoan-nhan-tien"


def lans(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien"


@pytest.fixture
def tu(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.tu.person, now())
    return client


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def account(session: Session, business: int) -> BankAccount:
    session.expire_all()
    found = queries.live_bank_account(session, business)
    assert found
    return found


# --- the account ----------------------------------------------------------------------------------------------------


def test_the_verified_persons_own_account_is_kept_encrypted(tu: FlaskClient, cast: Cast, session: Session) -> None:
    assert send(tu, path(cast), OWN).location == path(cast)

    kept = account(session, cast.tu.business)
    assert (kept.bin, kept.holder, kept.relation, kept.number_last4) == ("970422", "LE VAN TU", "chinh_chu", "0013")
    assert "0900000013" not in kept.number_cipher
    assert "0900000013" not in kept.number_digest
    assert queries.account_number(kept) == "0900000013"
    page = tu.get(path(cast)).text
    assert "LE VAN TU" in page
    assert "số đuôi 0013" in page
    assert "0900000013" not in page


def test_a_name_that_is_not_the_verified_one_is_refused_with_both_ways_out(
    tu: FlaskClient, cast: Cast, session: Session
) -> None:
    answer = send(tu, path(cast), OWN | {"holder": "Lê Thị Hoa"})

    assert answer.status_code == 422
    assert "khác với người đã xác nhận (Lê Văn Tư)" in answer.text
    assert "tài khoản người nhà" in answer.text
    assert 'value="Lê Thị Hoa"' in answer.text
    assert queries.live_bank_account(session, cast.tu.business) is None


def test_a_family_members_account_needs_recorded_consent_and_is_shown_as_such(
    tu: FlaskClient, cast: Cast, session: Session
) -> None:
    family = OWN | {"holder": "Lê Thị Hoa", "is_family": "y"}
    assert send(tu, path(cast), family).status_code == 422

    consent = "Con gái Lê Thị Hoa đồng ý ngày 24/11"
    assert send(tu, path(cast), family | {"family_consent": consent}).status_code == 303

    kept = account(session, cast.tu.business)
    recorded = session.get_one(Consent, kept.consent_id)
    assert kept.relation == "nguoi_nha"
    assert (recorded.note, recorded.purpose, recorded.witness_id) == (consent, "family_account", cast.tu.person)
    assert "tài khoản người nhà" in tu.get(path(cast)).text


def test_a_new_account_closes_the_earlier_one(lan: FlaskClient, cast: Cast, session: Session) -> None:
    send(lan, lans(cast), OWN | {"holder": "Phạm Thị Lan"})

    accounts = session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).all()
    assert [one.closed_at is None for one in sorted(accounts, key=lambda one: one.id)] == [False, True]


def test_an_account_changed_by_another_hand_meanwhile_is_shown_and_not_replaced(
    app: Flask, lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    loaded = hidden(lan.get(lans(cast)).text, lans(cast))
    other = app.test_client()
    sign_in(other, cast.lan.person, now())
    assert send(other, lans(cast), OWN | {"holder": "Phạm Thị Lan"}).status_code == 303

    typed = {"bin": "970405", "number": "3607205012345", "holder": "Phạm Thị Lan"}
    answer = lan.post(lans(cast), data=loaded | typed)

    assert answer.status_code == 409
    assert "tài khoản đang nhận tiền (nay là PHAM THI LAN, " in answer.text
    assert 'value="3607205012345"' in answer.text
    assert account(session, cast.lan.business).number_last4 == "0013"
    assert lan.post(lans(cast), data=hidden(answer.text, lans(cast)) | typed).status_code == 303
    assert account(session, cast.lan.business).number_last4 == "2345"


def test_the_same_account_saved_twice_from_one_page_is_one(lan: FlaskClient, cast: Cast, session: Session) -> None:
    loaded = hidden(lan.get(lans(cast)).text, lans(cast)) | OWN | {"holder": "Phạm Thị Lan"}

    assert [lan.post(lans(cast), data=loaded).status_code for _ in range(2)] == [303, 303]
    assert len(session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).all()) == 2


def test_an_account_sent_without_what_was_seen_is_not_saved(lan: FlaskClient, cast: Cast, session: Session) -> None:
    answer = lan.post(lans(cast), data=OWN | {"holder": "Phạm Thị Lan"})

    assert answer.status_code == 422
    assert "bạn đã xem gì" in answer.text
    assert 'value="0900 0000.13"' in answer.text
    assert account(session, cast.lan.business).number_last4 == LAN_ACCOUNT[-4:]


def test_a_business_that_is_not_verified_has_no_account(tu: FlaskClient, cast: Cast, session: Session) -> None:
    loaded = hidden(tu.get(path(cast)).text, path(cast))
    with transaction() as writing:
        verification = writing.scalars(select(Verification).where(Verification.business_id == cast.tu.business)).one()
        verification.ended_at = datetime(2026, 11, 1, tzinfo=UTC)

    assert "Xã xác nhận cơ sở xong mới đặt được" in tu.get(path(cast)).text
    answer = tu.post(path(cast), data=loaded | OWN)
    assert answer.status_code == 422
    assert session.scalars(select(BankAccount).where(BankAccount.business_id == cast.tu.business)).all() == []


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(tu: FlaskClient, cast: Cast) -> None:
    answer = send(tu, path(cast), {"bin": "", "number": "12", "holder": ""})

    assert answer.status_code == 422
    for part in ("Mời chọn ngân hàng", "Số tài khoản có từ 4 đến 19", "Mời viết tên chủ tài khoản", 'value="12"'):
        assert part in answer.text


def test_a_bank_that_is_not_on_the_list_is_refused(tu: FlaskClient, cast: Cast) -> None:
    assert send(tu, path(cast), OWN | {"bin": "999999"}).status_code == 422


# --- notices of it --------------------------------------------------------------------------------------------------


def test_the_sellers_own_secret_opens_an_address_built_from_the_base_address(
    tu: FlaskClient, cast: Cast, session: Session
) -> None:
    send(tu, path(cast), OWN)
    assert press(tu, path(cast), f"{path(cast)}/bao-co", **{"connect-secret": "whsec_tu_2026"}).location == path(cast)

    connection = queries.connection_of(session, account(session, cast.tu.business).id)
    assert connection
    assert queries.credentials_of(connection) == {"secret": "whsec_tu_2026"}
    assert "whsec_tu_2026" not in f"{connection.secret_cipher} {connection.credentials_cipher}"
    page = tu.get(path(cast), headers={"Host": "localhost"}).text
    assert f"/webhook/sepay/{connection.key}" in page
    assert f"http://localhost/webhook/sepay/{connection.key}" not in page
    assert "whsec_tu_2026" not in page


def test_a_new_secret_keeps_the_address(lan: FlaskClient, cast: Cast, session: Session) -> None:
    press(lan, lans(cast), f"{lans(cast)}/bao-co", **{"connect-secret": "whsec_moi_2026"})

    connection = queries.connection_by_key(session, "sepay", LAN_HOOK)
    assert connection
    assert queries.credentials_of(connection) == {"secret": "whsec_moi_2026"}
    assert LAN_SECRET not in f"{connection.secret_cipher} {connection.credentials_cipher}"


def test_a_feed_is_not_connected_to_an_account_its_page_did_not_show(
    lan: FlaskClient, cast: Cast, session: Session
) -> None:
    old = hidden(lan.get(lans(cast)).text, "/bao-co")
    send(lan, lans(cast), OWN | {"holder": "Phạm Thị Lan"})

    answer = lan.post(f"{lans(cast)}/bao-co", data=old | {"connect-secret": "whsec_moi_2026"})

    assert answer.status_code == 409
    for part in ("tài khoản đang nhận tiền (nay là PHAM THI LAN", "báo có (nay là chưa nối)", 'value="whsec_moi_2026"'):
        assert part in answer.text
    assert queries.connection_of(session, account(session, cast.lan.business).id) is None
    assert press(lan, lans(cast), f"{lans(cast)}/bao-co", **{"connect-secret": "whsec_moi_2026"}).status_code == 303


def test_the_same_secret_sent_twice_is_connected_and_recorded_once(
    lan: FlaskClient, cast: Cast, session: Session
) -> None:
    typed = hidden(lan.get(lans(cast)).text, "/bao-co") | {"connect-secret": "whsec_moi_2026"}
    answers = [lan.post(f"{lans(cast)}/bao-co", data=typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    recorded = select(func.count(Event.id)).where(Event.verb == "connect_bank")
    assert session.scalar(recorded) == 1


def test_a_feed_sent_without_what_was_seen_is_not_connected(lan: FlaskClient, cast: Cast, session: Session) -> None:
    answer = lan.post(f"{lans(cast)}/bao-co", data={"connect-secret": "whsec_moi_2026"})

    assert answer.status_code == 422
    assert "thiếu phần cho biết bạn đã xem gì" in answer.text
    connection = queries.connection_by_key(session, "sepay", LAN_HOOK)
    assert connection
    assert queries.credentials_of(connection) == {"secret": LAN_SECRET}


def test_a_secret_that_no_key_opens_any_more_is_replaced(lan: FlaskClient, cast: Cast, session: Session) -> None:
    with transaction() as writing:
        writing.execute(update(BankConnection).values(credentials_cipher="lost:0000"))

    assert press(lan, lans(cast), f"{lans(cast)}/bao-co", **{"connect-secret": "whsec_moi_2026"}).status_code == 303
    connection = queries.connection_by_key(session, "sepay", LAN_HOOK)
    assert connection
    assert queries.credentials_of(connection) == {"secret": "whsec_moi_2026"}


def test_without_an_account_there_is_nothing_to_connect(tu: FlaskClient, cast: Cast) -> None:
    seen = shown.bank_feed(cast.tu.business)
    answer = tu.post(f"{path(cast)}/bao-co", data={"connect-secret": "whsec_tu_2026", "seen": seen})

    assert answer.status_code == 422
    assert "Chưa có tài khoản nhận tiền. Đặt tài khoản trước" in answer.text


def test_a_short_secret_is_refused_and_not_shown(lan: FlaskClient, cast: Cast) -> None:
    answer = press(lan, lans(cast), f"{lans(cast)}/bao-co", **{"connect-secret": "ngan"})

    assert answer.status_code == 422
    assert "Khóa bí mật dài từ 8 ký tự" in answer.text


def test_notices_stop_when_the_seller_says_so(lan: FlaskClient, cast: Cast, session: Session) -> None:
    path = f"{lans(cast)}/bao-co/ngung"
    on_page = hidden(lan.get(lans(cast)).text, path)
    assert lan.post(path, data=on_page).location == lans(cast)

    assert queries.connection_by_key(session, "sepay", LAN_HOOK) is None
    assert session.scalars(select(BankConnection)).one().ended_at
    assert lan.post(path, data=on_page).status_code == 303


def test_notices_of_another_account_than_the_page_showed_do_not_stop(
    lan: FlaskClient, cast: Cast, session: Session
) -> None:
    """The seller's page was opened before a helper put another account there."""
    path = f"{lans(cast)}/bao-co/ngung"
    on_page = hidden(lan.get(lans(cast)).text, path)
    with transaction() as writing:
        writing.scalars(select(BankAccount)).one().holder = "PHAM THI LAN ANH"

    answer = lan.post(path, data=on_page)

    assert answer.status_code == 409
    assert "tài khoản đang nhận tiền (nay là PHAM THI LAN ANH, " in answer.text
    assert lan.post(path).status_code == 422
    assert session.scalars(select(BankConnection)).one().ended_at is None
    assert lan.post(path, data=hidden(answer.text, path)).status_code == 303


def test_another_seller_a_helper_without_mandate_an_officer_and_a_stranger_find_nothing(app: Flask, cast: Cast) -> None:
    people = [cast.tu.person, cast.vy, cast.hung, cast.stranger]

    assert keeps_out(app, lans(cast), people)
    for end in ("", "/bao-co", "/bao-co/ngung"):
        assert keeps_out(app, f"{lans(cast)}{end}", people, method="POST")


def test_no_answer_of_the_page_holds_the_account_number(lan: FlaskClient, cast: Cast) -> None:
    assert LAN_ACCOUNT not in lan.get(lans(cast)).text
