"""A seller sends her own statement: looked at first, taken once, always her own word."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.accounts.models import Person
from market.base.db import reading, transaction
from market.base.jobs import work_once
from market.base.jobs.long_tasks import LONG_TASK
from market.cli import HANDLERS
from market.payments.models import Allocation, BankCredit
from market.payments.queries import announcements, money_sums
from market.payments.rules.status import PaidStatus
from market.sellers.models import Business
from tests import factories as make
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press, send
from tests.payments.statement_files import as_csv, vcb, vcb_row
from tests.payments.steps import assert_sums_hold, buy, count, notice, paid

LANE = {LONG_TASK: HANDLERS[LONG_TASK]}


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def page(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/tien/sao-ke"


def looked(lan: FlaskClient, cast: Cast, raw: bytes, name: str = "sao-ke.csv") -> str:
    """The file is sent and looked at; the address of its preview."""
    answer = send(lan, page(cast), {"file": (BytesIO(raw), name)})
    assert answer.status_code == 303, answer.text
    work_once(LANE)
    return answer.location.replace("/viec/", "/tien/sao-ke/")


def taken(lan: FlaskClient, cast: Cast, raw: bytes) -> str:
    """What the page of the task says once the file was looked at and taken."""
    preview = looked(lan, cast, raw)
    answer = press(lan, preview, f"{preview}/ghi")
    assert answer.status_code == 303
    work_once(LANE)
    return lan.get(answer.location).text


def test_a_statement_is_looked_at_then_pays_its_orders_once(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    raw = as_csv(
        vcb(
            vcb_row(1, now(), "12,000", f"{order.code} tra tien rau", reference="FT1001"),
            vcb_row(2, now(), "700,000", "luong thang 11", reference="FT1002"),
            vcb_row(3, now(), "", "mua gao", debit="90,000", reference="FT1003"),
        )
    )
    preview = looked(lan, cast, raw)
    text = lan.get(preview).text
    assert "Ghi 1 khoản vào sổ tiền" in text
    assert "Không có mã đơn nào của gian hàng" in text
    assert "Tiền ra, không phải tiền khách trả." in text
    assert (count(BankCredit), paid(order).status) == (0, PaidStatus.UNPAID)

    answer = press(lan, preview, f"{preview}/ghi")
    work_once(LANE)
    assert "Đã ghi 1 khoản vào sổ tiền." in lan.get(answer.location).text
    assert (count(BankCredit), paid(order).status) == (1, PaidStatus.PAID)
    assert press(lan, preview, f"{preview}/ghi").location == answer.location

    text = lan.get(looked(lan, cast, raw)).text
    assert "Không có khoản nào mới để ghi." in text
    assert "Đã có từ lần gửi sao kê trước." in text
    assert (count(BankCredit), count(Allocation)) == (1, 1)
    assert_sums_hold()


def test_what_a_statement_tells_is_the_seller_s_own_word(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken(lan, cast, as_csv(vcb(vcb_row(1, now(), "12,000", order.code, reference="FT1001"))))
    kept = reading().scalars(select(BankCredit)).one()
    assert kept.ask_at is None, "nobody is asked about it"
    text = lan.get(f"/ban-hang/{cast.lan.slug}/tien").text
    assert "sao kê bạn gửi" in text
    assert "Theo sao kê bạn gửi, xã coi là lời bạn nói" in text
    assert announcements(reading(), cast.lan.stall, cast.commune, now=now()).rows == (), "no loudspeaker speaks of it"
    sums = money_sums(reading(), cast.lan.stall, now=now())
    assert (sums.today.bank, sums.today.by_hand) == (0, 12_000)


def test_a_transfer_that_a_provider_told_of_is_not_written_again(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(77, 12_000, f"{order.code} CT tu 0123", now())
    rows = [
        vcb_row(1, now(), "12,000", "viet lai", reference="MBVCB.77"),
        vcb_row(2, now(), "12,000", f"{order.code} khac", reference="FT-KHAC"),
    ]
    text = taken(lan, cast, as_csv(vcb(*rows)))
    assert "1 dòng: Đã có từ báo có của ngân hàng." in text
    assert (count(BankCredit), paid(order).received) == (2, 24_000), "another reference is another transfer"


def test_the_same_transfer_in_other_words_waits_for_a_person(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(77, 12_000, f"{order.code} CT tu 0123", now())
    text = taken(lan, cast, as_csv(vcb(vcb_row(1, now(), "12,000", f"{order.code} viet lai", reference="FT9"))))
    assert "1 khoản nghi trùng" in text
    assert paid(order).received == 12_000
    assert "Nghi trùng" in lan.get(f"/ban-hang/{cast.lan.slug}/tien").text


def test_a_statement_of_another_account_is_refused(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    raw = as_csv(vcb(vcb_row(1, now(), "12,000", "x"))).replace(b"0071000888888", b"0071000777777")
    answer = send(lan, page(cast), {"file": (BytesIO(raw), "a.csv")})
    work_once(LANE)
    assert "không phải tài khoản đuôi 8888" in lan.get(answer.location).text
    assert lan.get(answer.location.replace("/viec/", "/tien/sao-ke/")).status_code == 404


@pytest.mark.parametrize("raw", [b"\x00\x01", b"hom nay troi dep", b"PK\x03\x04rac", b""])
def test_what_is_no_statement_is_refused_in_a_sentence(lan: FlaskClient, cast: Cast, raw: bytes) -> None:
    answer = send(lan, page(cast), {"file": (BytesIO(raw), "a.csv")})
    assert answer.status_code == 303
    work_once(LANE)
    assert "Tệp" in lan.get(answer.location).text or "Chưa tìm thấy" in lan.get(answer.location).text
    assert count(BankCredit) == 0


def test_no_file_is_asked_for(lan: FlaskClient, cast: Cast) -> None:
    answer = send(lan, page(cast), {})
    assert answer.status_code == 422
    assert "Mời chọn tệp sao kê" in answer.text


def test_a_statement_is_the_owner_s_alone(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert keeps_out(app, page(cast), [cast.htx.person, cast.mai, cast.hung])
    with transaction() as session:
        people = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
        make.make_mandate(session, session.get_one(Business, cast.lan.business), *people, now())
    sign_in(client, cast.vy, now())
    assert client.get(page(cast)).status_code == 403


def test_without_an_account_there_is_nothing_to_send(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.tu.person, now())
    text = client.get(f"/ban-hang/{cast.tu.slug}/tien/sao-ke").text
    assert "Chưa có tài khoản nhận tiền" in text
    assert 'type="file"' not in text
