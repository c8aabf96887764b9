"""What must be given back to buyers: on the seller's money page, on the order's pages, and "Đã trả"."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import reading
from market.orders.queries.keys import answer_key
from market.payments.models import Refund
from market.payments.queries import owed_back
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE, MAIS_PHONE
from tests.pages import press
from tests.payments.steps import Bought, buy, count, notice

MONEY = "/ban-hang/rau-ba-lan/tien"


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now())
    return phone


@pytest.fixture
def mai(client: FlaskClient) -> FlaskClient:
    client.set_cookie("khach", MAIS_PHONE)
    return client


@pytest.fixture
def paid_order(cast: Cast, now: Clock) -> Bought:
    order = buy(cast, now(), buyer=MAI_HERE, accepted=False)
    notice(1, 12_000, order.code, now())
    return order


def seller_path(order: Bought, verb: str = "") -> str:
    return f"/ban-hang/rau-ba-lan/don/{order.code}" + (f"/{verb}" if verb else "")


def task(order: Bought) -> str:
    return seller_path(order, "hoan")


def button(page: str, order: Bought) -> dict[str, str]:
    """What the "Tôi đã trả" of the order's task sends."""
    form = page.split(f'action="{seller_path(order, "da-tra")}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(amount|owed|client_key)" value="([^"]*)"', form))


def test_a_paid_order_says_plainly_that_no_clock_ends_it(
    lan: FlaskClient, mai: FlaskClient, paid_order: Bought
) -> None:
    bought = mai.get(f"/don/{paid_order.code}").text
    assert "Bạn đã trả tiền, đơn không tự hết hạn." in bought
    assert "Hủy đơn này" not in bought
    assert "Khách đã trả tiền, đơn không tự hết hạn." in lan.get(seller_path(paid_order)).text
    assert "Khách đã trả tiền, đơn không tự hết hạn." in lan.get("/ban-hang/rau-ba-lan/don").text
    link = f"/tra-loi/{paid_order.code}/{answer_key(paid_order.code)}"
    assert "Khách đã trả tiền, đơn không tự hết hạn." in lan.get(link).text


@pytest.mark.parametrize("by_link", [False, True])
def test_a_declined_paid_order_s_money_is_given_back_by_one_button(
    lan: FlaskClient, mai: FlaskClient, paid_order: Bought, cast: Cast, now: Clock, by_link: bool
) -> None:
    page = f"/tra-loi/{paid_order.code}/{answer_key(paid_order.code)}" if by_link else seller_path(paid_order)
    no = f"{page}/tu-choi"
    assert press(lan, page if by_link else no, no, why="xa").status_code == 303
    bought = mai.get(f"/don/{paid_order.code}").text
    assert "Người bán sẽ trả lại bạn 12.000\u00a0₫." in bought
    assert "Đã nhận đủ tiền" not in bought
    assert "Cho số tài khoản nhận lại" in mai.get(f"/don/{paid_order.code}/tra-tien").text
    assert "phải trả lại khách 12.000\u00a0₫" in lan.get(seller_path(paid_order)).text
    page = lan.get(MONEY).text
    assert "Phải trả lại" in page
    assert "Vũ Thị Mai" in page
    assert task(paid_order) in page
    data = button(lan.get(task(paid_order)).text, paid_order)
    for _ in range(2):
        answer = lan.post(seller_path(paid_order, "da-tra"), data=data)
        assert (answer.status_code, answer.location) == (303, MONEY)
    assert count(Refund) == 1
    assert "Bạn báo đã hoàn 12.000\u00a0₫, chờ khách báo đã nhận." in lan.get(MONEY).text
    assert "Người bán báo đã hoàn bạn 12.000\u00a0₫" in mai.get(f"/don/{paid_order.code}").text
    [waiting] = owed_back(reading(), cast.lan.stall, now=now())
    assert (waiting.amount, waiting.told) == (0, 12_000)


def test_money_of_an_order_over_by_time_is_given_back_before_any_job_has_run(
    lan: FlaskClient, mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    notice(1, 4_000, order.code, now())
    now.move(minutes=121)
    bought = mai.get(f"/don/{order.code}").text
    assert "Người bán sẽ trả lại bạn 4.000\u00a0₫." in bought
    assert "còn thiếu" not in bought
    assert "phải trả lại khách 4.000\u00a0₫" in lan.get(seller_path(order)).text
    assert button(lan.get(task(order)).text, order) == {"amount": "4000", "owed": "4000", "client_key": "0"}
    assert press(lan, task(order), seller_path(order, "da-tra")).status_code == 303
    assert "chờ khách báo đã nhận" in lan.get(MONEY).text
    assert "Người bán báo đã hoàn bạn 4.000\u00a0₫" in mai.get(f"/don/{order.code}").text


def test_a_surplus_stands_in_the_list_with_its_amount(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    notice(1, 105_000, order.code, now())
    page = lan.get(MONEY).text
    shown = {"amount": "93000", "owed": "93000", "client_key": "0"}
    assert button(lan.get(task(order)).text, order) == shown
    assert "Tiền vào nhiều hơn số đơn phải trả." in page
    assert "12.000\u00a0₫" in page
    assert "105.000\u00a0₫" in page, "what came in lately is told as it came"


@pytest.mark.parametrize("data", [{}, {"amount": "x", "client_key": "0"}, {"amount": "-1", "client_key": "0"}])
def test_a_button_that_does_not_say_how_much_gives_nothing_back(
    lan: FlaskClient, paid_order: Bought, data: dict[str, str]
) -> None:
    assert (
        press(lan, seller_path(paid_order, "tu-choi"), seller_path(paid_order, "tu-choi"), why="xa").status_code == 303
    )
    assert lan.post(seller_path(paid_order, "da-tra"), data=data).status_code == 422
    assert count(Refund) == 0


def test_another_sum_than_is_owed_now_is_asked_about_again(lan: FlaskClient, paid_order: Bought) -> None:
    data = {"amount": "12000", "client_key": "0"}
    shown_on = {"Referer": f"http://localhost{MONEY}"}
    answer = lan.post(seller_path(paid_order, "da-tra"), data=data, headers=shown_on)
    assert answer.status_code == 409
    assert count(Refund) == 0
    assert f'href="{MONEY}"' in answer.text.split("Mở lại trang đó")[0].rpartition("<a ")[2]


def test_an_ended_order_s_money_is_not_called_received_and_nobody_is_told_to_pay(
    lan: FlaskClient, mai: FlaskClient, paid_order: Bought
) -> None:
    assert "Chuyển khoản sau khi" not in mai.get(f"/don/{paid_order.code}").text, "it is paid"
    page, no = seller_path(paid_order, "tu-choi"), seller_path(paid_order, "tu-choi")
    assert press(lan, page, no, reason="Mưa ngập bãi.").status_code == 303
    assert "Lý do: Mưa ngập bãi.<" in lan.get(seller_path(paid_order)).text
    row = lan.get("/ban-hang/rau-ba-lan/don").text.split(f'href="{seller_path(paid_order)}"')[1].split("</a>")[0]
    assert "Phải trả lại" in row
    assert "Đã nhận đủ tiền" not in row
    lan.post(seller_path(paid_order, "da-tra"), data=button(lan.get(task(paid_order)).text, paid_order))
    row = lan.get("/ban-hang/rau-ba-lan/don").text.split(f'href="{seller_path(paid_order)}"')[1].split("</a>")[0]
    assert "Người bán không giao được" in row
    for page in (lan.get(seller_path(paid_order)).text, mai.get(f"/don/{paid_order.code}").text):
        assert "Trả bằng chuyển khoản." in page
        assert "Chuyển khoản sau khi" not in page


def test_who_is_not_of_the_stall_gives_nothing_back(app: Flask, paid_order: Bought, cast: Cast) -> None:
    assert keeps_out(app, seller_path(paid_order, "da-tra"), [cast.tu.person, cast.mai], method="POST")


def test_a_cancelled_order_hardly_paid_tells_its_buyer_what_comes_back(
    mai: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    notice(1, 200, order.code, now())
    assert "người bán trả lại bạn 200\u00a0₫ đã trả" in mai.get(f"/don/{order.code}").text
    assert mai.post(f"/don/{order.code}/huy").status_code == 303
    assert "Người bán sẽ trả lại bạn 200\u00a0₫." in mai.get(f"/don/{order.code}").text
