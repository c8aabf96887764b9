"""The page of a stall's bank says, before anything is filled in, what this bank needs and what will not work."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from market.base.db import transaction
from market.sellers import queries
from market.sellers.models import BankAccount, BankConnection
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import parse, send
from tests.payments.steps import BANK, HOOK, buy

JARGON = re.compile(r"hmac|webhook|token|\bapi\b|\bsecret\b|signature|endpoint|payload|json", re.IGNORECASE)


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


@pytest.fixture
def tu(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.tu.person, now())
    return client


def path(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/tai-khoan-nhan-tien"


def tus(cast: Cast) -> str:
    return f"/ban-hang/{cast.tu.slug}/tai-khoan-nhan-tien"


def is_at(cast: Cast, bin_: str, *, connected: bool) -> None:
    with transaction() as session:
        session.execute(update(BankAccount).where(BankAccount.business_id == cast.lan.business).values(bin=bin_))
        if not connected:
            session.execute(update(BankConnection).values(ended_at=BankConnection.created_at))


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("bin_", ["970418", "970426", "970448", "970452"])
def test_a_bank_that_tells_of_virtual_numbers_alone_is_said_before_the_form(
    lan: FlaskClient, cast: Cast, bin_: str, connected: bool
) -> None:
    """field.md A02: "Đã nối, chưa có báo nào" for ever."""
    is_at(cast, bin_, connected=connected)
    page = lan.get(path(cast)).text
    said, form = page.index("không báo tiền vào số chính"), page.index('name="connect-secret"')
    assert said < form
    assert 'href="#doi-tai-khoan"' in page


def test_a_bank_that_wants_a_word_in_the_memo_is_said_before_the_form(lan: FlaskClient, cast: Cast) -> None:
    """field.md A01."""
    is_at(cast, "970415", connected=False)
    page = lan.get(path(cast)).text
    assert page.index("bắt đầu bằng SEVQR") < page.index('name="connect-secret"')


def test_a_bank_without_such_rules_says_nothing_of_them(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(path(cast)).text
    assert "SEVQR" not in page
    assert "không báo tiền vào số chính" not in page


def test_where_nobody_here_can_say_whether_a_bank_is_told_of_the_page_says_that(lan: FlaskClient, cast: Cast) -> None:
    is_at(cast, "970405", connected=False)
    page = lan.get(path(cast)).text
    assert page.index("Chợ chưa rõ SePay có nối được Agribank hay không") < page.index('name="connect-secret"')


def test_a_call_that_was_refused_is_shown_with_what_to_do_until_one_is_let_in(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    """field.md A06."""
    sent = BANK.send(14, 12_000, "x", now())
    lan.post(HOOK, data=sent.body, headers={"Authorization": "Apikey whsec_test_000"})
    page = lan.get(path(cast)).text
    assert "SePay có gọi nhưng chợ không nhận, vì ở đó đang chọn kiểu bảo mật khác" in page
    assert "khuyên dùng" in page
    lan.post(HOOK, data=sent.body, headers=sent.headers)
    assert "có gọi nhưng chợ không nhận" not in lan.get(path(cast)).text


def test_a_call_that_is_kept_unread_is_shown_on_both_pages(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    """field.md A05."""
    order = buy(cast, now())
    sent = BANK.send(1, 12_000, order.code, now(), transferAmount="12 nghìn")
    assert lan.post(HOOK, data=sent.body, headers=sent.headers).status_code == 200
    for page in (path(cast), f"/ban-hang/{cast.lan.slug}/tien"):
        text = lan.get(page).text
        assert "có báo nhưng chưa đọc được, vì số tiền trong tin viết khác mọi khi" in text
        assert "không tính thêm lần nữa" in text


def test_others_do_not_see_that_it_came(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sent = BANK.sign(b"x", now())
    client.post(HOOK, data=sent.body, headers=sent.headers)
    sign_in(client, cast.tu.person, now())
    assert "chưa đọc được" not in client.get(tus(cast)).text


# --- which account ----------------------------------------------------------------------------------------------------


OWN = {"bin": "970422", "number": "0900000013", "holder": "Lê Văn Tư"}


@pytest.mark.parametrize(
    "wallet", [{"bin": "971025"}, {"bin": "970454", "number": "99MM24011M34875080"}, {"number": "PSP0123456789"}]
)
def test_a_wallet_is_refused_with_what_to_use_and_what_was_typed_stays(
    tu: FlaskClient, cast: Cast, wallet: dict[str, str]
) -> None:
    """field.md A08."""
    answer = send(tu, tus(cast), OWN | wallet)
    assert answer.status_code == 422
    assert "Mời dùng số tài khoản ngân hàng đứng tên bạn" in answer.text
    assert 'value="Lê Văn Tư"' in answer.text


def test_a_bank_chosen_by_its_old_name_is_the_bank_and_comes_back_by_its_new_one(tu: FlaskClient, cast: Cast) -> None:
    """field.md A09."""
    answer = send(tu, tus(cast), OWN | {"bin": "970414", "number": "1"})
    options = [one for one in parse(answer.text).all("option") if one.get("value") == "970414"]
    assert {one.text for one in options} == {"MBV", "OceanBank (nay là MBV)", "Ngân hàng Đại Dương (nay là MBV)"}
    assert [one.text for one in options if "selected" in one.attributes] == ["MBV"]


@pytest.mark.parametrize("holder", ["LE VAN TU", "TU LE VAN", "HKD LE VAN TU"])
def test_a_holder_written_as_a_bank_does_is_the_verified_person(tu: FlaskClient, cast: Cast, session, holder) -> None:
    assert send(tu, tus(cast), OWN | {"holder": holder}).status_code == 303
    kept = queries.live_bank_account(session, cast.tu.business)
    assert kept
    assert (kept.holder, kept.relation) == (holder, "chinh_chu")


@pytest.mark.parametrize(
    ("holder", "why"),
    [
        ("LE V TU", "viết tắt hoặc thiếu chữ lót"),
        ("LE VAN TU VA LE THI HOA", "là tên của hai người trở lên"),
        ("CONG TY TNHH LE VAN TU", "là tên doanh nghiệp"),
    ],
)
def test_a_holder_of_whom_it_cannot_be_said_is_neither_taken_nor_called_another(
    tu: FlaskClient, cast: Cast, session, holder, why
) -> None:
    answer = send(tu, tus(cast), OWN | {"holder": holder})
    assert answer.status_code == 422
    assert why in answer.text
    assert "mang giấy tờ ra xã" in answer.text
    assert queries.live_bank_account(session, cast.tu.business) is None


def test_an_officer_who_saw_the_paper_says_whose_it_is(client: FlaskClient, cast: Cast, now: Clock, session) -> None:
    sign_in(client, cast.hung, now())
    office = f"/van-phong/so-ho/{cast.tu.business}/tai-khoan-nhan-tien"
    answer = send(client, office, OWN | {"holder": "LE V TU", "paper": "căn cước và sổ ngân hàng của ông Tư"})
    assert answer.status_code == 303, answer.text
    kept = queries.live_bank_account(session, cast.tu.business)
    assert kept
    assert (kept.holder, kept.relation) == ("LE V TU", "chinh_chu")


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["tai-khoan-nhan-tien", "the"])
def test_pages_of_bank_and_card_speak_of_a_person_s_bank(lan: FlaskClient, cast: Cast, place: str) -> None:
    page = parse(lan.get(f"/ban-hang/{cast.lan.slug}/{place}").text)
    (content,) = page.all("main")
    said = re.sub(r"https?://\S+|whsec_|checkout\.session", "", content.text)
    assert JARGON.findall(said) == []
    assert "OTP" in content.text
