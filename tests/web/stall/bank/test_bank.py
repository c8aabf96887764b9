"""Tài khoản nhận tiền: the verified person's own, or a family member's with consent; a feed of notices beside it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from market.accounts.models import Consent
from market.base.audit import Event
from market.base.db import transaction
from market.payments.jobs import begin_changes
from market.sellers import queries
from market.sellers.models import BankAccount, BankConnection, Verification, WaitingChange
from tests.access import keeps_out
from tests.cast import LAN_ACCOUNT, LAN_HOOK, LAN_SECRET, Cast
from tests.conftest import Clock
from tests.factories import PASSWORD, sign_in
from tests.pages import hidden, press, send
from tests.sellers import shown
from tests.sellers.changing import pass_a_day

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


def test_a_family_members_account_waits_for_their_own_word_and_is_shown_as_such(
    tu: FlaskClient, cast: Cast, session: Session
) -> None:
    """Not a text that who is paid types, nor the account before it."""
    family = OWN | {"holder": "Vũ Thị Mai", "is_family": "y"}
    answer = send(tu, path(cast), family)
    assert answer.status_code == 422
    assert "số điện thoại của người nhà" in answer.text
    assert 'value="Vũ Thị Mai"' in answer.text

    assert send(tu, path(cast), family | {"family_phone": "0900 000 021"}).status_code == 303
    page = tu.get(path(cast)).text
    for part in ("VU THI MAI", "Chờ người nhà bấm Đồng ý", "Chưa có tài khoản nhận tiền"):
        assert part in page
    assert queries.live_bank_account(session, cast.tu.business) is None
    assert session.scalars(select(Consent)).all() == []


def test_a_new_account_waits_a_day_in_which_the_old_one_holds(
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    send(lan, lans(cast), OWN | {"holder": "Phạm Thị Lan"})

    asked = f"{now() + timedelta(hours=24):%H:%M}"
    assert asked == "02:00"
    for page in (lans(cast), f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/tien"):
        text = lan.get(page).text
        for part in ("PHAM THI LAN, MB Bank, số đuôi 0013", "Bắt đầu lúc 09:00 25/11", "Dừng thay đổi này"):
            assert part in text, (page, part)
    now.move(hours=23, minutes=59)
    assert begin_changes(now()) == 0
    assert account(session, cast.lan.business).number_last4 == LAN_ACCOUNT[-4:]
    assert begin_changes(now.move(minutes=1)) == 1

    accounts = session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).all()
    assert [one.closed_at for one in sorted(accounts, key=lambda one: one.id)] == [now(), None]
    assert "Dừng thay đổi này" not in lan.get(lans(cast)).text


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
    assert "tài khoản đang chờ đổi (nay là tài khoản nhận tiền là PHAM THI LAN, " in answer.text
    assert 'value="3607205012345"' in answer.text
    assert lan.post(lans(cast), data=hidden(answer.text, lans(cast)) | typed).status_code == 303
    states = session.scalars(select(WaitingChange.state).order_by(WaitingChange.id)).all()
    assert states == ["da_thay", "cho"], "the later one takes the place of the earlier, and waits a day of its own"
    pass_a_day(now)
    assert account(session, cast.lan.business).number_last4 == "2345"


def test_the_same_account_saved_twice_from_one_page_is_one(
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    loaded = hidden(lan.get(lans(cast)).text, lans(cast)) | OWN | {"holder": "Phạm Thị Lan"}

    assert [lan.post(lans(cast), data=loaded).status_code for _ in range(2)] == [303, 303]
    pass_a_day(now)
    assert len(session.scalars(select(BankAccount).where(BankAccount.business_id == cast.lan.business)).all()) == 2


def test_the_password_is_asked_for_on_the_same_page_and_nothing_typed_is_lost(
    tu: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    """Ten minutes after it was typed to sign in."""
    assert "Mật khẩu của bạn" not in tu.get(path(cast)).text
    now.move(minutes=10)
    page = tu.get(path(cast)).text
    assert "Mật khẩu của bạn" in page

    for typed, sentence in (("", "mời gõ mật khẩu của bạn"), ("sai-mat-khau", "Mật khẩu chưa đúng")):
        answer = send(tu, path(cast), OWN | {"own_password": typed})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'value="0900 0000.13"' in answer.text
        assert "sai-mat-khau" not in answer.text
    assert queries.live_bank_account(session, cast.tu.business) is None

    assert send(tu, path(cast), OWN | {"own_password": PASSWORD}).status_code == 303
    assert account(session, cast.tu.business).number_last4 == "0013"


def test_wrong_passwords_are_counted_and_hold_up_that_phone_alone(
    app: Flask, tu: FlaskClient, cast: Cast, now: Clock
) -> None:
    now.move(minutes=11)
    for _ in range(5):
        assert "Mật khẩu chưa đúng" in send(tu, path(cast), OWN | {"own_password": "sai-mat-khau"}).text
    assert "gõ sai nhiều lần" in send(tu, path(cast), OWN | {"own_password": PASSWORD}).text

    other = app.test_client()
    sign_in(other, cast.tu.person, now())
    now.move(minutes=11)
    assert send(other, path(cast), OWN | {"own_password": PASSWORD}).status_code == 303


def test_on_a_phone_that_a_helper_has_used_the_page_says_where_to_go(
    app: Flask, cast: Cast, session: Session, now: Clock
) -> None:
    """Signed in there once, and out again."""
    sign_in(app.test_client(), cast.vy, now(), visitor="shared")
    tu = app.test_client()
    loaded = hidden(_at_home(app, cast, now).get(path(cast)).text, path(cast))
    sign_in(tu, cast.tu.person, now(), visitor="shared")

    page = tu.get(path(cast)).text
    assert "đã có người hỗ trợ hoặc cán bộ đăng nhập" in page
    assert "mang giấy tờ ra xã" in page
    assert "Lưu tài khoản" not in page
    answer = tu.post(path(cast), data=loaded | OWN | {"own_password": PASSWORD})
    assert answer.status_code == 422
    assert "Chưa đổi gì cả" in answer.text
    assert 'value="0900 0000.13"' in answer.text
    assert queries.live_bank_account(session, cast.tu.business) is None


def _at_home(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    client = app.test_client()
    sign_in(client, cast.tu.person, now())
    return client


def test_an_account_is_closed_at_once_and_the_next_is_no_first_one(
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    close = f"{lans(cast)}/dong"
    on_page = hidden(lan.get(lans(cast)).text, close)
    assert lan.post(close).status_code == 422
    assert [lan.post(close, data=on_page).status_code for _ in range(2)] == [303, 303]
    assert queries.live_bank_account(session, cast.lan.business) is None

    send(lan, lans(cast), OWN | {"holder": "Phạm Thị Lan"})
    assert queries.live_bank_account(session, cast.lan.business) is None, "to close and open is to change"
    pass_a_day(now)
    assert account(session, cast.lan.business).number_last4 == "0013"


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

    assert "Xã xác nhận hộ, HTX của bạn xong mới đặt được" in tu.get(path(cast)).text
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
    lan: FlaskClient, cast: Cast, session: Session, now: Clock
) -> None:
    old = hidden(lan.get(lans(cast)).text, "/bao-co")
    send(lan, lans(cast), OWN | {"holder": "Phạm Thị Lan"})
    pass_a_day(now)

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
    assert "Khóa riêng dài từ 8 ký tự" in answer.text


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
    """The seller's page was opened before another account was put there."""
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
    for end in ("", "/dong", "/bao-co", "/bao-co/ngung"):
        assert keeps_out(app, f"{lans(cast)}{end}", people, method="POST")


def test_no_answer_of_the_page_holds_the_account_number(lan: FlaskClient, cast: Cast) -> None:
    assert LAN_ACCOUNT not in lan.get(lans(cast)).text
