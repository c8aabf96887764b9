"""Mua chịu over the pages: handed over on credit, seen by the stall and the order's buyer alone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.db import transaction
from market.sellers.models import Business
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import make_mandate, sign_in
from tests.pages import press
from tests.web.shop.buying import buy
from tests.web.stall.steps import path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def book(cast: Cast, page: str = "") -> str:
    return f"/ban-hang/{cast.lan.slug}/tien/mua-chiu{page}"


@pytest.fixture
def code(client: FlaskClient, lan: FlaskClient, cast: Cast) -> str:
    """Mai's 2 kg of beans, 90.000, handed over on credit."""
    code = buy(client, cast.dau_xanh, "2")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    giao = path(cast, code, "giao")
    assert "Ghi nợ (mua chịu)" in lan.get(giao).text
    assert press(lan, giao, giao, cash="ghi_no", how="khong_ma").status_code == 303
    return code


def test_what_is_owed_stands_in_the_book_and_is_paid_off_in_part(
    client: FlaskClient, lan: FlaskClient, cast: Cast, code: str
) -> None:
    page = lan.get(book(cast)).text
    assert "Vũ Thị Mai" in page
    assert "90.000" in page
    assert "Mua chịu: lúc giao khách nợ 90.000" in lan.get(path(cast, code)).text.replace("\u00a0", " ")
    one = book(cast, "/1")
    assert press(lan, one, one, amount="45k").location == one
    assert "còn nợ 45.000" in lan.get(one).text.replace("\u00a0", " ")
    too_much = press(lan, one, one, amount="45.001")
    assert too_much.status_code == 422
    assert "không ghi trả nhiều hơn" in too_much.text
    bought = client.get(f"/don/{code}").text.replace("\u00a0", " ")
    assert "Người bán ghi bạn mua chịu 90.000 ₫ lúc giao, còn nợ 45.000 ₫" in bought
    assert press(lan, one, one, amount="45.000").status_code == 303
    assert "Chưa ai nợ gian bạn" in lan.get(book(cast)).text


def test_nobody_else_opens_it(app: Flask, client: FlaskClient, cast: Cast, now: Clock, code: str) -> None:
    with transaction() as session:
        people = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
        make_mandate(session, session.get_one(Business, cast.lan.business), *people, now())
    for person, status in ((cast.vy, 403), (cast.hung, 404), (cast.htx.person, 404)):
        phone = app.test_client()
        sign_in(phone, person, now())
        assert {phone.get(book(cast, page)).status_code for page in ("", "/1")} == {status}
    helper = app.test_client()
    sign_in(helper, cast.vy, now())
    assert "lúc giao khách nợ" not in helper.get(path(cast, code)).text
    stranger = app.test_client()
    stranger.post(f"/don/{code}/mo", data={"digits": "0021"})
    assert "mua chịu" not in stranger.get(f"/don/{code}").text
