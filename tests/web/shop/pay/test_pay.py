"""Paying an order on the phone it was bought with."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.accounts.models import Consent, ConsentPurpose
from market.base.audit import GUEST
from market.base.db import transaction
from market.orders.rules import OrderStatus, PayChoice
from market.payments import actions
from market.payments.rules.vietqr import read_payload
from market.sellers.models import BankAccount, BankConnection, HolderRelation
from tests.cast import LAN_ACCOUNT, Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE, NIGHT, order_row
from tests.payments.steps import Bought, buy, notice, paid
from tests.queries import counting
from tests.readers import read_by_both
from tests.watching import has_news

"""Mai on the phone of these stories: its cookie's hash is what is kept of it."""


@pytest.fixture
def mai(client: FlaskClient, cast: Cast) -> FlaskClient:
    client.set_cookie("khach", MAIS_PHONE)
    return client


@pytest.fixture
def order(cast: Cast, now: Clock) -> Bought:
    return buy(cast, now(), buyer=MAI_HERE)


def page(client: FlaskClient, order: Bought) -> str:
    answer = client.get(f"/don/{order.code}/tra-tien")
    assert answer.status_code == 200
    return answer.text


def scanned(client: FlaskClient, order: Bought) -> str:
    """What a bank's app reads in the picture."""
    answer = client.get(f"/don/{order.code}/qr.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "no-store" in answer.headers["Cache-Control"]
    return read_by_both(answer.data)


def test_the_page_says_all_a_transfer_needs(mai: FlaskClient, order: Bought) -> None:
    text = page(mai, order)
    for said in (
        "Trả tiền cho Rau bà Lan",
        "12.000",
        "Mười hai nghìn đồng",
        "PHAM THI LAN",
        "Vietcombank",
        LAN_ACCOUNT,
        f'data-copy="{order.code}"',
        'data-copy="12000"',
        f'download="QR-{order.code}.png"',
        "Tiền về, trang sẽ tự báo.",
        "Mời trả tiền trước 11 giờ trưa nay, hàng giữ cho bạn đến lúc đó.",
        'href="tel:+84900000011"',
        'href="https://zalo.me/0900000011"',
        "Tôi đã chuyển",
        "js/watch.js",
    ):
        assert said in text, said


def test_the_picture_is_read_by_a_bank_as_the_order_s_transfer(mai: FlaskClient, order: Bought) -> None:
    read = read_payload(scanned(mai, order))
    assert (read.bin, read.account, read.amount) == ("970436", LAN_ACCOUNT, 12_000)
    assert (read.memo, read.initiation, read.service) == (order.code, "12", "QRIBFTTA")


def test_apps_that_fill_the_transfer_in_are_offered_as_links(mai: FlaskClient, order: Bought) -> None:
    text = page(mai, order)
    assert f"https://dl.vietqr.io/pay?app=mb&amp;ba={LAN_ACCOUNT}%40vcb&amp;am=12000&amp;tn={order.code}" in text
    assert "app=vcb" not in text, "known to open without filling in"


def test_a_stall_without_notices_says_who_will_look(mai: FlaskClient, order: Bought, now: Clock) -> None:
    with transaction() as session:
        session.scalars(select(BankConnection)).one().ended_at = now()
    text = page(mai, order)
    assert "Người bán kiểm tra xong và ghi đã nhận tiền, trang này hiện ngay." in text
    assert "trang sẽ tự báo" not in text


def test_a_family_member_s_account_is_shown_as_such(mai: FlaskClient, order: Bought, now: Clock) -> None:
    assert "người nhà" not in page(mai, order)
    with transaction() as session:
        account = session.scalars(select(BankAccount)).one()
        consent = Consent(
            business_id=account.business_id, purpose=ConsentPurpose.FAMILY_ACCOUNT, text_version="1", given_at=now()
        )
        session.add(consent)
        session.flush()
        account.relation, account.consent_id = HolderRelation.FAMILY, consent.id
    assert "Người nhận (người nhà của chủ gian, đã đồng ý)" in page(mai, order)


def test_the_page_turns_green_when_the_bank_says_so(mai: FlaskClient, order: Bought, now: Clock) -> None:
    before = page(mai, order)
    assert not has_news(mai, before)
    notice(1, 12_000, order.code, now())
    assert has_news(mai, before)
    text = page(mai, order)
    assert not has_news(mai, text)
    assert "Đã nhận đủ tiền" in text
    assert "Tôi đã chuyển" not in text
    assert mai.get(f"/don/{order.code}/qr.png").status_code == 404


def test_too_little_shows_a_new_code_for_the_rest(mai: FlaskClient, order: Bought, now: Clock) -> None:
    notice(1, 200, order.code, now())
    text = page(mai, order)
    assert "Đã nhận 200\u00a0₫, còn THIẾU 11.800\u00a0₫" in text
    assert "Đã nhận đủ" not in text
    assert read_payload(scanned(mai, order)).amount == 11_800


def test_too_much_says_that_the_rest_comes_back(mai: FlaskClient, order: Bought, now: Clock) -> None:
    notice(1, 112_000, order.code, now())
    assert "sẽ trả lại bạn 100.000\u00a0₫" in page(mai, order)


def test_saying_paid_holds_the_goods_and_moves_no_money(mai: FlaskClient, order: Bought, now: Clock) -> None:
    for _ in range(2):
        answer = mai.post(f"/don/{order.code}/da-chuyen")
        assert (answer.status_code, answer.location) == (303, f"/don/{order.code}/tra-tien")
    assert paid(order).received == 0
    row = order_row(order.id)
    assert (row.said_paid_at, row.due_at) == (now(), NIGHT.deadline(now(), timedelta(hours=24)))
    text = page(mai, order)
    assert "CHƯA thấy tiền" in text
    assert f"/don/{order.code}/da-chuyen" not in text
    told, folded = (text.index(one) for one in ("CHƯA thấy tiền", "Xem lại mã QR và số tài khoản</summary>"))
    assert told < folded < text.index('class="pay-qr"') < text.index("</details>", folded), "nobody pays twice"
    assert "Gọi người bán" in text
    assert "Zalo" in text


def test_what_is_still_wanting_after_a_part_came_stands_first_again(
    mai: FlaskClient, order: Bought, now: Clock
) -> None:
    mai.post(f"/don/{order.code}/da-chuyen")
    notice(1, 200, order.code, now())
    text = page(mai, order)
    assert "Xem lại mã QR" not in text
    assert text.index("còn THIẾU 11.800") < text.index('class="pay-qr"') < text.index("Bạn đã báo chuyển lúc")


def test_an_order_not_accepted_yet_is_not_to_be_paid(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, accepted=False)
    text = page(mai, order)
    assert "đừng chuyển tiền vội" in text
    assert LAN_ACCOUNT not in text
    assert mai.get(f"/don/{order.code}/qr.png").status_code == 404
    refused = mai.post(f"/don/{order.code}/da-chuyen")
    assert refused.status_code == 422
    assert "nhận đơn rồi mới chuyển khoản" in refused.text


def test_an_order_that_ended_is_not_to_be_paid(mai: FlaskClient, cast: Cast, order: Bought, now: Clock) -> None:
    called_off = buy(cast, now(), buyer=MAI_HERE)
    with transaction() as session:
        actions.cancel_order(session, GUEST, called_off.id, clock=now)
    now.move(hours=2)
    for over in (called_off, order):
        text = page(mai, over)
        assert "Đừng chuyển tiền" in text
        assert LAN_ACCOUNT not in text
        assert mai.get(f"/don/{over.code}/qr.png").status_code == 404
    late = mai.post(f"/don/{order.code}/da-chuyen")
    assert (late.status_code, late.headers["X-Refused"]) == (409, "order_lapsed")
    assert f'action="/don/{order.code}/dat-lai"' in late.text, "a late tap offers what can be done"
    assert order_row(order.id).status is OrderStatus.ACCEPTED


def test_a_stall_without_an_account_is_paid_in_cash(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, pay=PayChoice.ON_RECEIPT, variant=cast.gao_nep)
    text = page(mai, order)
    assert "tiền mặt khi nhận hàng" in text
    assert mai.get(f"/don/{order.code}/qr.png").status_code == 404


def test_pay_on_receipt_may_use_the_order_s_own_code(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE, pay=PayChoice.ON_RECEIPT)
    assert "Tôi đã chuyển" not in page(mai, order)
    assert read_payload(scanned(mai, order)).memo == order.code
    assert f"/don/{order.code}/tra-tien" in mai.get(f"/don/{order.code}").text


def test_a_stranger_s_phone_sees_nothing(app: Flask, mai: FlaskClient, order: Bought) -> None:
    stranger = app.test_client()
    answer = stranger.get(f"/don/{order.code}/tra-tien")
    assert (answer.status_code, answer.location) == (303, f"/don/{order.code}")
    assert stranger.get(f"/don/{order.code}/qr.png").status_code == 404
    assert stranger.post(f"/don/{order.code}/da-chuyen").status_code == 404
    assert order_row(order.id).said_paid_at is None
    answer = stranger.get("/don/DS0000000/tra-tien")
    assert (answer.status_code, answer.location) == (303, "/don/DS0000000")


def test_the_last_four_digits_open_no_page_of_money(app: Flask, order: Bought) -> None:
    """The stall is shown those digits too."""
    other = app.test_client()
    other.post(f"/don/{order.code}/mo", data={"last4": "0021"})
    answer = other.get(f"/don/{order.code}/tra-tien")
    assert (answer.status_code, answer.location) == (303, f"/don/{order.code}")
    said = other.post(f"/don/{order.code}/da-chuyen")
    assert said.status_code == 403
    assert "Mời làm trên máy hoặc tài khoản đã đặt đơn, hoặc gọi người bán" in said.text
    assert order_row(order.id).said_paid_at is None


def test_the_page_asks_the_database_little(mai: FlaskClient, order: Bought) -> None:
    page(mai, order)
    with counting() as seen:
        page(mai, order)
    assert len(seen) <= 5
