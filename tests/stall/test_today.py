"""Hôm nay: what a seller must answer, what came in, what is nearly gone, what to do first."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.db import transaction
from market.orders.rules import PayChoice
from market.payments.actions import open_requests
from market.sellers.models import Business
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import order_row, place, wanted
from tests.queries import counting


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def test_the_orders_to_answer_have_their_buttons_right_there(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    code = order_row(place(cast.commune, wanted(cast.dau_xanh, 2000, point=cast.pickup), now=now()).order_ids[0]).code
    place(cast.commune, wanted(cast.gao_nep), now=now())
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "1 đơn" in page
    assert "Vũ Thị Mai · 1 món" in page
    assert "Đậu xanh 2\u00a0kg" in page
    assert "Nhà văn hóa thôn Nghĩa Dũng" in page
    assert f'action="/ban-hang/{cast.lan.slug}/don/{code}/nhan"' in page
    assert f'action="/ban-hang/{cast.lan.slug}/don/{code}/het-hang"' in page
    assert '<span class="count">1</span>' in page
    assert "Gạo nếp" not in page
    answer = lan.post(f"/ban-hang/{cast.lan.slug}/don/{code}/nhan", data={"tu": "hom_nay"})
    assert (answer.status_code, answer.location) == (303, f"/ban-hang/{cast.lan.slug}")
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "0 đơn" in page
    assert "Đang chuẩn bị" in page


def test_an_order_past_its_time_is_no_longer_asked_about(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh), now=now())
    now.move(hours=12)
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "0 đơn" in page
    assert '<span class="count">' not in page


def test_goods_nearly_gone_are_named(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "Đậu xanh: còn 5\u00a0kg" in page
    assert "Rau muống" not in page
    place(cast.commune, wanted(cast.dau_xanh, 5000), now=now())
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert ">Hết<" in page


def test_money_that_waits_is_told(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order_id = place(cast.commune, wanted(cast.dau_xanh, 2000, pay=PayChoice.CHUYEN_KHOAN), now=now()).order_ids[0]
    with transaction() as session:
        open_requests(session, [order_id], now=now())
    lan.post(f"/ban-hang/{cast.lan.slug}/don/{order_row(order_id).code}/nhan")
    page = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "90.000" in page
    assert "Chờ tiền" in page


def test_a_stall_without_goods_is_told_the_first_step(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        stall = make.make_stall(
            session,
            session.get_one(Business, cast.theu),
            session.get_one(Person, cast.stranger),
            session.get_one(Person, cast.hung),
            now(),
        )
        slug = stall.slug
    sign_in(client, cast.stranger, now())
    assert "Đăng món đầu tiên" in client.get(f"/ban-hang/{slug}").text


def test_only_the_stalls_own_people_see_it(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    path = f"/ban-hang/{cast.lan.slug}"
    assert client.get(path).status_code == 303
    for person in (cast.stranger, cast.htx.person, cast.vy, cast.hung):
        other = app.test_client()
        sign_in(other, person, now(), visitor=f"phone-{person}")
        assert other.get(path).status_code == 404


def test_the_page_takes_few_statements_whatever_waits(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    for _ in range(3):
        place(cast.commune, wanted(cast.rau_muong), now=now())
    with counting() as seen:
        lan.get(f"/ban-hang/{cast.lan.slug}")
    assert len(seen) <= 13, "\n".join(seen)
