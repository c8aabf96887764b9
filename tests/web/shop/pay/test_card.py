"""Paying an order by card: to the gateway's page and back, on the phone the order was bought with."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.audit import GUEST, Event
from market.base.db import reading, transaction
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.models import Allocation, CardPayment
from market.payments.rules.status import PaidStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE, order_row
from tests.payments.gate import Gate, goes, opened
from tests.payments.steps import Bought, assert_sums_hold, buy, count, notice, paid
from tests.queries import counting
from tests.services.crowd import crowd
from tests.services.loopback import listening


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


@pytest.fixture
def mai(client: FlaskClient, cast: Cast) -> FlaskClient:
    client.set_cookie("khach", MAIS_PHONE)
    return client


@pytest.fixture
def order(cast: Cast, now: Clock) -> Bought:
    return buy(cast, now(), buyer=MAI_HERE)


def pay_page(client: FlaskClient, order: Bought, *, after: str = "") -> str:
    answer = client.get(f"/don/{order.code}/tra-tien{after}")
    assert answer.status_code == 200
    return unescape(answer.text)


def press(client: FlaskClient, order: Bought) -> str:
    """Trả bằng thẻ; returns where it leads."""
    answer = client.post(f"/don/{order.code}/the")
    assert answer.status_code == 303
    return answer.location


def tap_at_once(app: Flask, order: Bought, times: int) -> None:
    """So many taps of her phone on Trả bằng thẻ, none waiting for another."""

    def tap(_number: int) -> str:
        other = app.test_client()
        other.set_cookie("khach", MAIS_PHONE)
        return press(other, order)

    crowd(app, range(times), tap)


def come_back(client: FlaskClient, order: Bought) -> str:
    """From the gateway's page after paying there; the page that then opens."""
    answer = client.get(f"/don/{order.code}/the/ve")
    assert (answer.status_code, answer.location) == (303, f"/don/{order.code}/tra-tien")
    return pay_page(client, order)


# --- to the gateway's page ------------------------------------------------------------------------------------------


def test_the_page_says_how_much_to_whom_and_where_the_card_is_typed(
    mai: FlaskClient, gate: Gate, order: Bought
) -> None:
    assert "Hoặc trả bằng thẻ" in pay_page(mai, order)
    assert press(mai, order) == f"/don/{order.code}/the"
    [session] = gate.fake.sessions.values()
    answer = mai.get(f"/don/{order.code}/the")
    assert answer.status_code == 200
    for said in (
        "12.000\u00a0₫",
        "Mười hai nghìn đồng",
        "Rau bà Lan",
        "không bao giờ thấy số thẻ",
        f'href="{session.url}"',
        "Trả cách khác",
        'href="tel:+84900000011"',
    ):
        assert said in answer.text, said
    assert (session.amount, session.currency, session.name) == (12_000, "vnd", f"Đơn {order.code}")
    assert session.success_url == f"http://cho.test/don/{order.code}/the/ve"
    assert session.cancel_url == f"http://cho.test/don/{order.code}/tra-tien?the=thoi"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


def test_the_bank_s_qr_stays_first(mai: FlaskClient, gate: Gate, order: Bought) -> None:
    text = pay_page(mai, order)
    assert text.index("Mã QR chuyển") < text.index("Tiền về, trang sẽ tự báo.") < text.index("Hoặc trả bằng thẻ")
    assert "Tôi đã chuyển" in text


def test_a_double_tap_and_two_tabs_make_one_session(app: Flask, mai: FlaskClient, gate: Gate, order: Bought) -> None:
    press(mai, order)
    press(mai, order)

    tap_at_once(app, order, 4)
    assert (len(gate.fake.sessions), count(CardPayment)) == (1, 1)


def test_taps_at_once_before_there_is_a_session_make_one(app: Flask, gate: Gate, order: Bought) -> None:
    tap_at_once(app, order, 6)
    assert (len(gate.fake.sessions), count(CardPayment)) == (1, 1)


def test_an_answer_that_was_lost_is_found_again_by_the_next_tap(mai: FlaskClient, gate: Gate, order: Bought) -> None:
    gate.fake.lost = 2
    assert press(mai, order) == f"/don/{order.code}/tra-tien"
    assert "chưa trả lời nên chưa mở được" in pay_page(mai, order)
    assert "Trang trả thẻ mở trước đó đã hết giờ hoặc chưa mở được" in mai.get(f"/don/{order.code}/the").text
    assert press(mai, order) == f"/don/{order.code}/the"
    assert len(gate.fake.sessions) == 1
    assert next(iter(gate.fake.sessions.values())).url in mai.get(f"/don/{order.code}/the").text


def test_a_gateway_that_is_away_is_told_and_the_qr_is_still_there(mai: FlaskClient, gate: Gate, order: Bought) -> None:
    gate.goes_away()
    assert press(mai, order) == f"/don/{order.code}/tra-tien"
    text = pay_page(mai, order)
    assert "Nơi nhận thẻ chưa trả lời" in text
    assert "Mã QR chuyển" in text


def test_a_gateway_without_an_address_to_give_is_told_and_may_be_tried_again(
    app: Flask, mai: FlaskClient, gate: Gate, order: Bought
) -> None:
    """What stripe-mock answers: a session whose url is null."""

    def nowhere(_environ: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])  # type: ignore[operator]
        return [b'{"id": "cs_test_1", "object": "checkout.session", "status": "open", "url": null}']

    with listening(nowhere) as url:
        app.config["CHOSO"] = app.config["CHOSO"].model_copy(update={"stripe_mock_url": url})
        assert press(mai, order) == f"/don/{order.code}/tra-tien"
    assert "không mở được trang trả" in pay_page(mai, order)
    gate.is_back()
    assert press(mai, order) == f"/don/{order.code}/the"
    assert [go.session_id for go in goes(order)] == [None, *gate.fake.sessions]


def test_another_amount_or_little_time_left_opens_another_session(
    mai: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    press(mai, order)
    notice(1, 2_000, order.code, now())
    assert "hết giờ hoặc chưa mở được" in mai.get(f"/don/{order.code}/the").text
    press(mai, order)
    now.move(minutes=36)
    press(mai, order)
    assert [(session.amount, session.status) for session in gate.fake.sessions.values()] == [
        (12_000, "expired"),
        (10_000, "expired"),
        (10_000, "open"),
    ]
    assert "10.000\u00a0₫" in mai.get(f"/don/{order.code}/the").text


def test_what_was_paid_in_the_meantime_is_found_before_it_is_asked_for_again(
    mai: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    press(mai, order)
    gate.fake.pay_session(*gate.fake.sessions)
    now.move(minutes=36)
    assert press(mai, order) == f"/don/{order.code}/the"
    assert mai.get(f"/don/{order.code}/the").location == f"/don/{order.code}/tra-tien"
    assert "Đã nhận đủ tiền" in pay_page(mai, order)
    assert (len(gate.fake.sessions), paid(order).received) == (1, 12_000)


# --- and back -------------------------------------------------------------------------------------------------------


def test_the_buyer_comes_back_paid_even_where_the_gateway_never_calls(
    client: FlaskClient, mai: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    press(mai, order)
    gate.fake.pay_session(*gate.fake.sessions)
    assert paid(order).received == 0
    text = come_back(mai, order)
    assert "Đã nhận đủ tiền" in text
    assert "Trả bằng thẻ" not in text
    assert (paid(order).status, order_row(order.id).due_at) == (PaidStatus.PAID, None)
    assert "Đã nhận đủ tiền" in come_back(mai, order)
    assert set(gate.tell_all(client, now, twice=True)) == {200}
    assert count(Allocation) == 1
    assert_sums_hold()
    assert reading().scalars(select(Event.actor_id).where(Event.verb == "put_money")).all() == [None]


def test_the_gateway_s_call_may_come_first(mai: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    press(mai, order)
    gate.fake.pay_session(*gate.fake.sessions)
    gate.tell_all(mai, now)
    before = len(gate.fake.events)
    assert "Đã nhận đủ tiền" in come_back(mai, order)
    assert (count(Allocation), len(gate.fake.events)) == (1, before)


def test_coming_back_unpaid_says_so(mai: FlaskClient, gate: Gate, order: Bought) -> None:
    press(mai, order)
    text = come_back(mai, order)
    assert "chưa thấy tiền của đơn này" in text
    assert paid(order).received == 0


def test_turning_back_leaves_everything_as_it_was(mai: FlaskClient, gate: Gate, order: Bought) -> None:
    press(mai, order)
    text = pay_page(mai, order, after="?the=thoi")
    assert "Chưa trả tiền bằng thẻ" in text
    assert "Mã QR chuyển" in text
    press(mai, order)
    assert len(gate.fake.sessions) == 1


def test_a_gateway_that_cannot_be_asked_says_not_to_pay_twice(
    mai: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    press(mai, order)
    gate.fake.pay_session(*gate.fake.sessions)
    gate.goes_away()
    assert "đừng trả lần nữa" in come_back(mai, order)
    gate.is_back()
    assert "Đã nhận đủ tiền" in come_back(mai, order)


def test_coming_back_without_having_gone_shows_the_pay_page(mai: FlaskClient, gate: Gate, order: Bought) -> None:
    assert "Hoặc trả bằng thẻ" in come_back(mai, order)
    assert "hết giờ hoặc chưa mở được" in mai.get(f"/don/{order.code}/the").text


# --- who and when ---------------------------------------------------------------------------------------------------


def test_a_stall_without_an_account_is_paid_by_card_too(app: Flask, mai: FlaskClient, cast: Cast, now: Clock) -> None:
    with opened(app, cast.htx.stall, now) as gate:
        order = buy(cast, now(), buyer=MAI_HERE, pay=PayChoice.ON_RECEIPT, variant=cast.gao_nep)
        assert re.search(r"Trả bằng thẻ · 32\.000", mai.get(f"/don/{order.code}").text)
        text = pay_page(mai, order)
        assert "chưa nhận chuyển khoản" in text
        assert "hoặc trả bằng thẻ ngay bây giờ" in text
        press(mai, order)
        assert "Mở trang trả thẻ" in mai.get(f"/don/{order.code}/the").text
        gate.fake.pay_session(*gate.fake.sessions)
        assert "Đã nhận đủ tiền" in come_back(mai, order)


def test_a_stall_that_takes_no_cards_offers_none(mai: FlaskClient, gate: Gate, order: Bought, now: Clock) -> None:
    with transaction() as session:
        actions.disable_card_payments(session, GUEST, order.stall, now=now())
    assert "Trả bằng thẻ" not in pay_page(mai, order)
    assert press(mai, order) == f"/don/{order.code}/tra-tien"
    assert mai.get(f"/don/{order.code}/the").location == f"/don/{order.code}/tra-tien"
    assert gate.fake.sessions == {}


def test_an_order_that_asks_for_nothing_now_offers_no_card(
    mai: FlaskClient, gate: Gate, cast: Cast, now: Clock
) -> None:
    unanswered, cancelled, settled = (buy(cast, now(), buyer=MAI_HERE, accepted=bool(number)) for number in range(3))
    with transaction() as session:
        actions.cancel_order(session, GUEST, cancelled.id, clock=now)
    notice(1, 12_000, settled.code, now())
    for order in (unanswered, cancelled, settled):
        assert "Trả bằng thẻ" not in pay_page(mai, order, after="?the=thoi")
        assert "Chưa trả tiền bằng thẻ" not in pay_page(mai, order, after="?the=thoi")
        assert press(mai, order) == f"/don/{order.code}/tra-tien"
    assert gate.fake.sessions == {}


def test_a_stranger_s_phone_can_do_nothing(app: Flask, mai: FlaskClient, gate: Gate, order: Bought) -> None:
    press(mai, order)
    gate.fake.pay_session(*gate.fake.sessions)
    stranger = app.test_client()
    assert stranger.post(f"/don/{order.code}/the").status_code == 404
    for path in (f"/don/{order.code}/the", f"/don/{order.code}/the/ve"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.location) == (303, f"/don/{order.code}")
    assert paid(order).received == 0
    assert stranger.post("/don/DS0000000/the").status_code == 404
    stranger.post(f"/don/{order.code}/mo", data={"last4": "0021"})
    assert stranger.post(f"/don/{order.code}/the").status_code == 403, "opened by the phone's last digits"
    assert "Đã nhận đủ tiền" in come_back(mai, order)


def test_the_pages_ask_the_database_little(mai: FlaskClient, gate: Gate, order: Bought) -> None:
    press(mai, order)
    for path in ("tra-tien", "the"):
        mai.get(f"/don/{order.code}/{path}")
        with counting() as seen:
            mai.get(f"/don/{order.code}/{path}")
        assert len(seen) <= 5


def test_what_was_paid_is_asked_anew_only_where_a_session_was_closed(
    mai: FlaskClient, gate: Gate, order: Bought, now: Clock
) -> None:
    press(mai, order)
    with counting() as tapped:
        press(mai, order)
    now.move(minutes=36)
    with counting() as renewed:
        press(mai, order)
    # The page asks with the account; an action, under its lock, without.
    assert [len([one for one in seen if "bank_account.number_cipher" in one]) for seen in (tapped, renewed)] == [1, 2]
