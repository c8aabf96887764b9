"""A buyer rates what was handed to them; everybody reads it on the stall's page."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.orders.models import Order, OrderLine
from market.orders.rules import OrderStatus
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import press
from tests.web.shop.buying import buy


def delivered(client: FlaskClient, cast: Cast, now: Clock) -> str:
    code = buy(client, cast.rau_muong)
    with transaction() as session:
        order = session.scalars(select(Order).where(Order.code == code)).one()
        order.status, order.completed_at, order.completed_on = OrderStatus.DELIVERED, now(), local_day(now())
    return code


def fields(code: str, stars: str, text: str = "") -> dict[str, str]:
    line = reading().scalars(select(OrderLine.id).join(Order, Order.id == OrderLine.order_id).where(Order.code == code))
    one = line.one()
    return {"mon": str(one), f"mon{one}-stars": stars, f"mon{one}-text": text}


def test_what_one_says_stands_on_the_stall_s_page_without_a_name(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = delivered(client, cast, now)
    page = f"/don/{code}/danh-gia"
    assert page in client.get(f"/don/{code}").text
    assert "checked" not in client.get(page).text
    assert press(client, page, page, **fields(code, "4", "Rau tươi lắm")).location == page
    assert "4 trên 5 sao" in client.get(page).text
    shown = app.test_client().get(f"/gian-hang/{cast.lan.slug}/danh-gia").text
    assert "Rau tươi lắm" in shown
    assert "Vũ Thị Mai" not in shown
    assert "chưa đủ để tính điểm chung" in shown
    assert f"/gian-hang/{cast.lan.slug}/danh-gia" in client.get(f"/gian-hang/{cast.lan.slug}").text


def test_without_stars_what_is_typed_comes_back(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = delivered(client, cast, now)
    answer = client.post(f"/don/{code}/danh-gia", data=fields(code, "", "Rau tươi"))
    assert answer.status_code == 422
    assert "Mời chọn số sao." in answer.text
    assert "Rau tươi</textarea>" in answer.text
    for odd in ("0", "6", "4.5", "x"):
        assert client.post(f"/don/{code}/danh-gia", data=fields(code, odd)).status_code == 422


def test_a_second_word_is_refused_and_the_first_stays(client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = delivered(client, cast, now)
    said = fields(code, "4", "Rau tươi")
    for _ in range(2):
        assert client.post(f"/don/{code}/danh-gia", data=said).status_code == 303
    again = client.post(f"/don/{code}/danh-gia", data=fields(code, "1", "Thôi"))
    assert again.status_code == 422
    assert "mỗi món một lần. Lời đã ghi" in again.text
    assert re.search("Rau tươi", client.get(f"/gian-hang/{cast.lan.slug}/danh-gia").text)


def test_before_it_is_handed_over_there_is_nothing_to_rate(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    assert "danh-gia" not in client.get(f"/don/{code}").text
    answer = client.post(f"/don/{code}/danh-gia", data=fields(code, "5"))
    assert answer.status_code == 422
    assert "Nhận hàng rồi mới đánh giá" in answer.text


def test_a_stall_that_there_is_none_of_has_no_ratings(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/gian-hang/khong-co/danh-gia").status_code == 404
