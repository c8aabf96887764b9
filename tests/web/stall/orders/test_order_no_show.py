"""A stall writes that a buyer did not come, says what of the goods is still good, and asks to be paid first later."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.orders.rules import OrderStatus, PayChoice
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import press
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


@pytest.fixture
def code(client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock) -> str:
    """An order of 2 kg that stood ready until now."""
    code = buy(client, cast.dau_xanh, "2", point=str(cast.pickup))
    press(lan, path(cast, code), path(cast, code, "nhan"))
    assert press(lan, path(cast, code), path(cast, code, "san-sang")).status_code == 303
    assert "khong-den-lay" not in lan.get(path(cast, code)).text.replace('href="/khong-den-lay"', "")
    assert "Mời đến trước 8 giờ tối" in client.get(f"/don/{code}").text
    now.at = order_of(code).fetch_by or now()
    sign_in(lan, cast.lan.person, now(), visitor="lan-phone")
    return code


def page(cast: Cast, code: str) -> str:
    return path(cast, code, "khong-den-lay")


def test_each_of_the_goods_is_asked_about_and_nothing_is_chosen(lan: FlaskClient, cast: Cast, code: str) -> None:
    assert page(cast, code) in lan.get(path(cast, code)).text
    form = lan.get(page(cast, code)).text
    assert "Đậu xanh" in form
    assert "checked" not in form
    answer = press(lan, page(cast, code), page(cast, code))
    assert answer.status_code == 422
    assert "Mời chọn: còn bán được hay đã hỏng." in answer.text
    assert order_of(code).status is OrderStatus.READY


def test_both_sides_see_that_nobody_came_and_the_buyer_says_that_they_did(
    client: FlaskClient, lan: FlaskClient, cast: Cast, code: str
) -> None:
    done = press(lan, page(cast, code), page(cast, code), **{f"mon{cast.dau_xanh}-fate": "hong"})
    assert (done.status_code, done.location) == (303, path(cast, code))
    assert stock(cast.dau_xanh) == (3000, 0)
    assert "Khách không đến lấy" in lan.get(path(cast, code)).text
    assert "Đơn này không chờ khách đến lấy: khách không đến lấy." in lan.get(page(cast, code)).text
    bought = client.get(f"/don/{code}").text
    assert "Người bán ghi là bạn không đến lấy hàng" in bought
    assert press(client, f"/don/{code}", f"/don/{code}/da-den").status_code == 303
    bought = client.get(f"/don/{code}").text
    assert "bạn ghi là đã đến" in bought
    assert "/da-den" not in bought
    assert "Khách nói là đã đến" in lan.get(path(cast, code)).text


def test_the_next_time_the_stall_may_ask_to_be_paid_first(
    client: FlaskClient, lan: FlaskClient, cast: Cast, code: str
) -> None:
    press(lan, page(cast, code), page(cast, code), **{f"mon{cast.dau_xanh}-fate": "con"})
    assert stock(cast.dau_xanh) == (5000, 0)
    again = buy(client, cast.dau_xanh, "1", point=str(cast.pickup))
    shown = lan.get(path(cast, again)).text
    assert "Khách này đã 1 lần không đến lấy hàng ở gian bạn" in shown
    answer = press(lan, path(cast, again), path(cast, again, "nhan-tra-truoc"))
    assert answer.status_code == 303
    assert (order_of(again).status, order_of(again).pay_choice) == (OrderStatus.ACCEPTED, PayChoice.TRANSFER)
    assert "không đến lấy hàng ở gian bạn" not in client.get(f"/don/{again}").text


def test_another_s_is_not_there(app: Flask, cast: Cast, now: Clock, code: str) -> None:
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now())
    for path_of in (page(cast, code), path(cast, code, "nhan-tra-truoc")):
        assert htx.post(path_of, data={"seen": "x"}).status_code == 404
    assert app.test_client().get(page(cast, code)).status_code == 303


def test_sent_from_a_page_that_shows_something_else_it_comes_back(lan: FlaskClient, cast: Cast, code: str) -> None:
    answer = lan.post(page(cast, code), data={"seen": "0-0", f"mon{cast.dau_xanh}-fate": "con"})
    assert answer.status_code == 409
    assert order_of(code).status is OrderStatus.READY
