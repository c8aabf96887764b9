"""The signed link: one order answered without a sign-in, until its answering time."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.base.secrets import sign
from market.orders.models import Order
from market.orders.queries.keys import answer_key
from market.orders.rules import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import hidden, press
from tests.payments.steps import notice
from tests.web.shop.buying import buy


@pytest.fixture
def code(app: Flask, cast: Cast) -> str:
    """An order placed on another phone."""
    return buy(app.test_client(), cast.dau_xanh, "2", note="Đừng gọi buổi trưa")


def link(code: str, verb: str = "") -> str:
    return f"/tra-loi/{code}/{answer_key(code)}" + (f"/{verb}" if verb else "")


def order_of(code: str) -> Order:
    reading().expire_all()
    return reading().scalars(select(Order).where(Order.code == code)).one()


def test_the_link_shows_what_is_needed_to_answer_and_no_more(client: FlaskClient, code: str) -> None:
    page = client.get(link(code)).text
    for told in (
        "Vũ Thị Mai",
        "Đậu xanh",
        "2\u00a0kg",
        "90.000",
        "Nhận đơn",
        "Không nhận đơn này",
        "Trả lời trước 8 giờ tối nay",
    ):
        assert told in page
    for kept in ("0900 000 021", "+84900000021", "Đừng gọi buổi trưa"):
        assert kept not in page


def test_the_seller_accepts_in_two_taps(client: FlaskClient, code: str) -> None:
    shown = hidden(client.get(link(code)).text, link(code, "nhan"))
    answer = client.post(link(code, "nhan"), data=shown)
    assert (answer.status_code, answer.location) == (303, link(code))
    order = order_of(code)
    assert order.status is OrderStatus.ACCEPTED
    page = client.get(link(code)).text
    assert "Đơn này: Đã nhận." in page
    assert f'action="{link(code, "nhan")}"' not in page
    assert client.post(link(code, "nhan"), data=shown).status_code == 303
    assert [event.verb for event in events_of(reading(), "order", order.id)] == ["place", "accept", "answer_by_link"]


def test_money_that_came_in_since_the_link_was_opened_is_shown_first(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(app.test_client(), cast.rau_muong, pay="chuyen_khoan")
    shown = hidden(client.get(link(code)).text, link(code, "nhan"))
    notice(1, 5_000, code, now())
    answer = client.post(link(code, "nhan"), data=shown)
    assert answer.status_code == 409
    assert "tiền đã vào (nay là 5.000\u00a0₫)" in answer.text
    assert "Đã có 5.000\u00a0₫ vào." in answer.text
    assert order_of(code).status is OrderStatus.PLACED
    fresh = hidden(answer.text, link(code, "nhan"))
    assert client.post(link(code, "nhan"), data=fresh).status_code == 303


def test_a_link_that_does_not_say_what_it_showed_answers_nothing(client: FlaskClient, code: str) -> None:
    answer = client.post(link(code, "nhan"))
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert hidden(answer.text, link(code, "nhan"))["seen"]
    assert order_of(code).status is OrderStatus.PLACED


def test_the_link_is_shown_to_the_stall_alone_while_the_order_waits(
    app: Flask, client: FlaskClient, cast: Cast, code: str, now: Clock
) -> None:
    sign_in(client, cast.lan.person, now())
    page, whole = f"/ban-hang/{cast.lan.slug}/don/{code}", f"http://cho.test{link(code)}"
    assert whole in client.get(page).text
    press(client, page, f"{page}/nhan")
    assert whole not in client.get(page).text


def test_the_log_says_that_it_came_by_the_link_and_who_was_signed_in(
    client: FlaskClient, cast: Cast, code: str, now: Clock
) -> None:
    sign_in(client, cast.stranger, now())
    press(client, link(code), link(code, "nhan"))
    by_link = events_of(reading(), "order", order_of(code).id)[-1]
    assert (by_link.verb, by_link.actor_id) == ("answer_by_link", cast.stranger)


def test_the_buyer_answers_nothing_by_it(app: Flask, client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    answers = client.get(link(code)), client.post(link(code, "nhan")), client.post(link(code, "tu-choi"))
    assert [answer.status_code for answer in answers] == [200, 409, 409]
    for answer in answers:
        assert "Đường dẫn này dành cho người bán" in answer.text
        assert link(code, "nhan") not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert order_of(code).status is OrderStatus.PLACED


def test_a_link_that_buyers_were_given_once_leads_to_the_order_in_the_stall(client: FlaskClient, code: str) -> None:
    old = f"/tra-loi/{code}/{sign('order-answer', code)}"
    page = client.get(old).text
    assert "Đường dẫn kiểu cũ không trả lời đơn được nữa" in page
    assert f'href="/ban-hang/rau-ba-lan/don/{code}"' in page
    assert "Vũ Thị Mai" not in page
    assert "Nhận đơn" not in page
    assert [client.post(f"{old}/{verb}").status_code for verb in ("nhan", "tu-choi")] == [409, 409]
    assert order_of(code).status is OrderStatus.PLACED


def test_the_seller_says_no_for_a_reason(client: FlaskClient, cast: Cast, code: str) -> None:
    shown = hidden(client.get(link(code)).text, link(code, "tu-choi")) | {"why": "xa"}
    assert [client.post(link(code, "tu-choi"), data=shown).status_code for _ in range(2)] == [303, 303]
    assert (order_of(code).status, order_of(code).ended_reason) == (OrderStatus.DECLINED, "Nơi nhận xa, chưa giao được")
    assert stock(cast.dau_xanh) == (5000, 0)


def test_money_that_came_in_since_is_shown_before_the_order_is_declined(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(app.test_client(), cast.rau_muong, pay="chuyen_khoan")
    shown = hidden(client.get(link(code)).text, link(code, "tu-choi")) | {"why": "xa"}
    notice(1, 5_000, code, now())
    answer = client.post(link(code, "tu-choi"), data=shown)
    assert answer.status_code == 409
    assert "tiền đã vào (nay là 5.000\u00a0₫)" in answer.text
    assert order_of(code).status is OrderStatus.PLACED
    fresh = hidden(answer.text, link(code, "tu-choi")) | {"why": "xa"}
    assert client.post(link(code, "tu-choi"), data=fresh).status_code == 303
    assert order_of(code).status is OrderStatus.DECLINED


def test_a_decline_by_link_that_does_not_say_what_it_showed_is_not_taken(client: FlaskClient, code: str) -> None:
    answer = client.post(link(code, "tu-choi"), data={"why": "xa"})
    assert answer.status_code == 422
    assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert order_of(code).status is OrderStatus.PLACED


def test_a_link_that_is_not_whole_opens_nothing(client: FlaskClient, cast: Cast, code: str) -> None:
    other = buy(client, cast.rau_muong)
    for wrong in (f"/tra-loi/{code}/{answer_key(other)}", f"/tra-loi/{code}/A", f"/tra-loi/DS0000000/{'A' * 20}"):
        assert client.get(wrong).status_code == 404
        assert client.post(f"{wrong}/nhan").status_code == 404
        assert client.post(f"{wrong}/tu-choi").status_code == 404
    assert order_of(code).status is OrderStatus.PLACED


def test_the_link_ends_with_the_answering_time(client: FlaskClient, code: str, now: Clock) -> None:
    now.move(hours=11)
    page = client.get(link(code)).text
    assert "hết hạn" in page
    assert "Vũ Thị Mai" not in page
    assert client.post(link(code, "nhan")).status_code == 409
    assert client.post(link(code, "tu-choi")).status_code == 409


def test_an_answer_needs_its_token(app: Flask, client: FlaskClient, code: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(link(code, "nhan")).status_code == 400
    assert client.post(link(code, "tu-choi")).status_code == 400
