"""The task of giving a buyer's money back: how much, where to, by a code whose amount and memo are fixed."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import GUEST
from market.base.db import transaction
from market.payments import actions
from market.payments.rules.vietqr import read_payload
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE
from tests.pages import press
from tests.payments.feeds import told_by
from tests.payments.steps import Bought, answer_as_shown, buy, notice, paid
from tests.readers import read_by_both

TO = actions.NewRefundAccount(bin="970436", number="0011223344556", holder="VU THI MAI")
PAGE = "/ban-hang/rau-ba-lan/don/{}/hoan"


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now())
    return phone


@pytest.fixture
def owing(cast: Cast, now: Clock) -> Bought:
    order = buy(cast, now(), buyer=MAI_HERE)
    notice(1, 20_000, order.code, now())
    return order


def give_account(order: Bought, now: Clock) -> None:
    with transaction() as session:
        actions.give_account(session, GUEST, order.id, TO, clock=now)


def scanned(lan: FlaskClient, order: Bought, asked: str = "") -> tuple[str, str, int | None, str | None]:
    answer = lan.get(f"{PAGE.format(order.code)}.png{asked}")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "no-store" in answer.headers["Cache-Control"]
    read = read_payload(read_by_both(answer.data))
    return read.bin, read.account, read.amount, read.memo


def test_the_code_goes_to_the_buyer_with_its_amount_and_memo_fixed(lan: FlaskClient, owing: Bought, now: Clock) -> None:
    page = PAGE.format(owing.code)
    assert "Khách chưa cho số tài khoản" in lan.get(page).text
    assert lan.get(f"{page}.png").status_code == 404
    give_account(owing, now)
    text = lan.get(page).text
    for said in ("8.000\u00a0₫", "VU THI MAI", "0011 2233 4455 6", f"HOAN {owing.code}", "Tôi đã trả 8.000"):
        assert said in text
    assert scanned(lan, owing) == (TO.bin, TO.number, 8_000, f"HOAN {owing.code}")


def test_before_the_buyer_says_where_to_it_goes_back_where_it_came_from(
    lan: FlaskClient, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    """Where the bank names one account of a bank that is known; with two of them nobody guesses."""
    feed, order = told_by("casso", client), buy(cast, now(), buyer=MAI_HERE)
    assert feed.call(feed.fake.send(1, 20_000, order.code, now())) == 200
    page = lan.get(PAGE.format(order.code)).text
    for said in ("theo báo có của ngân hàng", "NGUYEN VAN A", "VietinBank", "nên gọi khách hỏi trước"):
        assert said in page
    assert scanned(lan, order) == ("970415", "8888888888", 8_000, f"HOAN {order.code}")
    give_account(order, now)
    assert scanned(lan, order)[1] == TO.number
    with transaction() as session:
        actions.withdraw_account(session, GUEST, order.id, clock=now)
    assert feed.call(feed.fake.send(2, 5_000, order.code, now(), counterAccountNumber="777777")) == 200
    assert "Khách chưa cho số tài khoản" in lan.get(PAGE.format(order.code)).text
    assert lan.get(f"{PAGE.format(order.code)}.png").status_code == 404


@pytest.mark.parametrize(
    "odd", [{"counterAccountBankId": "999999"}, {"counterAccountNumber": ""}, {"counterAccountNumber": "12 đ"}]
)
def test_an_account_that_is_not_told_whole_is_none(
    lan: FlaskClient, client: FlaskClient, cast: Cast, now: Clock, odd: dict[str, str]
) -> None:
    feed, order = told_by("casso", client), buy(cast, now(), buyer=MAI_HERE)
    assert feed.call(feed.fake.send(1, 20_000, order.code, now(), **odd)) == 200
    assert "Khách chưa cho số tài khoản" in lan.get(PAGE.format(order.code)).text


def test_a_part_has_a_code_and_a_button_of_its_own(lan: FlaskClient, owing: Bought, now: Clock) -> None:
    give_account(owing, now)
    page = f"{PAGE.format(owing.code)}?so_tien=3.000"
    assert "Tôi đã trả 3.000" in lan.get(page).text
    assert scanned(lan, owing, "?so_tien=3000")[2] == 3_000
    for odd in ("9000", "0", "-1", "x", "9" * 40):
        assert scanned(lan, owing, f"?so_tien={odd}")[2] in (8_000, 1), odd
    assert press(lan, page, f"/ban-hang/rau-ba-lan/don/{owing.code}/da-tra").status_code == 303
    assert (paid(owing).refunded, paid(owing).owed_back) == (3_000, 5_000)
    text = lan.get(PAGE.format(owing.code)).text
    assert "Bạn báo đã hoàn 3.000" in text
    assert "Tôi đã trả 5.000" in text


def test_what_has_not_come_can_be_sent_again(lan: FlaskClient, owing: Bought, now: Clock) -> None:
    give_account(owing, now)
    page = PAGE.format(owing.code)
    assert press(lan, page, f"/ban-hang/rau-ba-lan/don/{owing.code}/da-tra").status_code == 303
    assert lan.get(f"{page}.png").status_code == 404, "it is said to be sent: not twice"
    with transaction() as session:
        answer_as_shown(session, owing.id, has_come=False, clock=now)
    assert "Khách báo CHƯA nhận được 8.000" in lan.get(page).text
    assert "Khách báo CHƯA nhận được 8.000" in lan.get("/ban-hang/rau-ba-lan/tien").text
    assert scanned(lan, owing)[2] == 8_000
    with transaction() as session:
        answer_as_shown(session, owing.id, has_come=True, clock=now)
    over = lan.get(page)
    assert (over.status_code, over.location) == (303, f"/ban-hang/rau-ba-lan/don/{owing.code}")
    assert "Đã trả lại khách 8.000" in lan.get(f"/ban-hang/rau-ba-lan/don/{owing.code}").text


def test_who_is_not_of_the_stall_sees_no_account(app: Flask, owing: Bought, cast: Cast, now: Clock) -> None:
    give_account(owing, now)
    for path in (PAGE.format(owing.code), f"{PAGE.format(owing.code)}.png"):
        assert keeps_out(app, path, [cast.tu.person, cast.mai])


def test_a_helper_sees_no_account_and_no_amount(app: Flask, owing: Bought, cast: Cast, now: Clock) -> None:
    give_account(owing, now)
    helper = app.test_client()
    sign_in(helper, cast.vy, now())
    for path in (PAGE.format(owing.code), f"{PAGE.format(owing.code)}.png"):
        answer = helper.get(path)
        assert answer.status_code in (403, 404)
        assert TO.number not in answer.text
