"""What the receiving bank makes of a transfer stands on the page of paying, and is in its QR."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.rules.status import PaidStatus
from market.payments.rules.vietqr import read_payload
from market.sellers.models import BankAccount, BankConnection
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE
from tests.payments.steps import Bought, buy, notice, paid
from tests.readers import read_by_both


@pytest.fixture
def mai(client: FlaskClient, cast: Cast) -> FlaskClient:
    client.set_cookie("khach", MAIS_PHONE)
    return client


def lan_is_paid_at(cast: Cast, bin_: str, number: str | None = None) -> None:
    values: dict[str, object] = {"bin": bin_}
    if number:
        values["number_cipher"] = vault().encrypt(number)
    with transaction() as session:
        session.execute(update(BankAccount).where(BankAccount.business_id == cast.lan.business).values(**values))


def page_and_memo(mai: FlaskClient, order: Bought) -> tuple[str, str | None]:
    picture = mai.get(f"/don/{order.code}/qr.png")
    return mai.get(f"/don/{order.code}/tra-tien").text, read_payload(read_by_both(picture.data)).memo


def test_at_vietinbank_the_memo_begins_as_its_feed_wants_and_still_pays(
    mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    """field.md A01: without SEVQR nothing is ever told."""
    lan_is_paid_at(cast, "970415")
    order = buy(cast, now(), buyer=MAI_HERE)
    page, memo = page_and_memo(mai, order)
    assert memo == f"SEVQR {order.code}"
    assert f'value="SEVQR {order.code}"' in page or f">SEVQR {order.code}<" in page
    assert "Giữ nguyên cả chữ SEVQR" in page
    notice(1, 12_000, f"SEVQR {order.code} CT tu 0123", now())
    assert paid(order).status is PaidStatus.PAID


def test_without_a_feed_the_memo_is_the_code_alone(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    lan_is_paid_at(cast, "970415")
    with transaction() as session:
        session.execute(update(BankConnection).values(ended_at=now()))
    order = buy(cast, now(), buyer=MAI_HERE)
    page, memo = page_and_memo(mai, order)
    assert memo == order.code
    assert "SEVQR" not in page


def test_at_another_bank_the_memo_is_the_code_alone(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    page, memo = page_and_memo(mai, order)
    assert memo == order.code
    assert "Tiền về, trang sẽ tự báo." in page


@pytest.mark.parametrize("bin_", ["970418", "970426", "970448", "970452"])
def test_no_notice_is_promised_where_the_bank_may_never_tell(
    mai: FlaskClient, cast: Cast, now: Clock, bin_: str
) -> None:
    """field.md A02."""
    lan_is_paid_at(cast, bin_)
    order = buy(cast, now(), buyer=MAI_HERE)
    assert "Tiền về, trang sẽ tự báo." not in mai.get(f"/don/{order.code}/tra-tien").text
    notice(1, 5_000, "khong ma", now())
    assert reading().scalars(select(BankConnection.last_notice_at)).one()
    assert "Tiền về, trang sẽ tự báo." in mai.get(f"/don/{order.code}/tra-tien").text


def test_a_wallet_of_before_shows_no_code_that_nobody_can_scan(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    """field.md A08."""
    lan_is_paid_at(cast, "971025", "0900000011")
    order = buy(cast, now(), buyer=MAI_HERE)
    assert mai.get(f"/don/{order.code}/qr.png").status_code == 404
    page = mai.get(f"/don/{order.code}/tra-tien").text
    assert "qr.png" not in page
    assert "Tài khoản này là ví điện tử" in page
    assert "0900000011" in page
    assert order.code in page


def test_the_page_says_what_to_do_where_an_app_cannot_scan(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    page = mai.get(f"/don/{order.code}/tra-tien").text
    for part in ("App không quét được mã?", "GPBank", "App SeABank quét xong hay để trống nội dung"):
        assert part in page


def test_a_buyer_is_warned_of_another_name_and_of_who_asks_for_a_code(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    page = mai.get(f"/don/{order.code}/tra-tien").text
    assert "App hiện tên khác tên này thì đừng chuyển" in page
    assert "không bao giờ hỏi mã OTP" in page
    notice(1, 15_000, order.code, now())
    page = mai.get(f"/don/{order.code}/tra-tien").text
    assert "Nhận lại tiền không cần bấm đường dẫn hay đọc mã OTP" in page
    assert "Nhận lại tiền không cần bấm đường dẫn hay đọc mã OTP" in mai.get(f"/don/{order.code}").text
