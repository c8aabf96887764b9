"""A stall answers a buyer who says that goods were not right."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading
from market.catalog.models import MoveReason, StockMove
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.web.shop.complaint.steps import complain, complaints, handed_over, line_of


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def test_today_says_who_waits_until_when_and_the_order_tells_all_of_it(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = handed_over(client, cast, now)
    today, page = f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don/{code}/bao-hang"
    assert "Khách báo hàng không đúng" not in lan.get(today).text
    assert lan.get(page).status_code == 404
    complain(client, code)
    shown = lan.get(today).text
    assert page in shown
    assert "Trả lời trước" in shown
    assert "Rau úng hết" in lan.get(f"/ban-hang/{cast.lan.slug}/don/{code}").text
    for typed, told in (
        ({"answer": ""}, "Mời chọn một cách trả lời."),
        ({"answer": "tra_tien"}, "Mời ghi số tiền trả lại."),
        ({"answer": "tra_tien", "amount": "25k"}, "24.000"),
        ({"answer": "khong"}, "Mời ghi lý do không đồng ý"),
    ):
        answer = press(lan, page, page, **typed)
        assert (answer.status_code, told in answer.text) == (422, True), typed
    assert press(lan, page, page, answer="tra_tien", amount="24k").location == page
    assert "Khách báo hàng không đúng" not in lan.get(today).text
    money = lan.get(f"/ban-hang/{cast.lan.slug}/tien").text
    assert code in money.partition("Phải trả lại")[2]
    late = lan.post(f"{page}/da-lam")
    assert late.status_code == 422
    assert "đã xong hoặc đã rút" in late.text


def test_goods_that_came_back_good_are_put_into_the_stock(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = handed_over(client, cast, now)
    complain(client, code)
    page = f"/ban-hang/{cast.lan.slug}/don/{code}/bao-hang"
    press(lan, page, page, answer="tra_tien", amount="24k", goods_back="y")
    buyers = f"/don/{code}/bao-hang"
    press(client, buyers, f"{buyers}/dong-y")
    assert "Nhập lại kho" not in lan.get(page).text
    assert press(lan, page, f"{page}/nhan-lai-hang").location == page
    too_much = press(lan, page, f"{page}/nhap-kho", **{f"lai-{line_of(code)}": "3"})
    assert "không nhiều hơn số khách trả lại" in too_much.text
    assert press(lan, page, f"{page}/nhap-kho", **{f"lai-{line_of(code)}": "1"}).location == page
    moved = reading().scalars(select(StockMove.delta).where(StockMove.reason == MoveReason.RETURN)).all()
    assert moved in ([1000], [])
    assert complaints()[0].lines[0].restocked == 1000


def test_another_stall_sees_nothing_of_it(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    code = handed_over(client, cast, now)
    complain(client, code)
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now())
    for slug in (cast.lan.slug, cast.htx.slug):
        page = f"/ban-hang/{slug}/don/{code}/bao-hang"
        assert htx.get(page).status_code == 404
        for to in ("", "/nhan-lai-hang", "/da-lam", "/nhap-kho"):
            assert htx.post(page + to, data={"answer": "doi_hang", "seen": "x"}).status_code == 404
