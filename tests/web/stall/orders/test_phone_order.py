"""A stall writes down what a regular ordered by phone, and the order goes its way like any other."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from market.base.db import reading
from market.orders.models import Order
from market.orders.rules import OrderSource, OrderStatus
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


def form(cast: Cast, like: str = "") -> str:
    return f"/ban-hang/{cast.lan.slug}/don/qua-dien-thoai/ghi" + (f"?nhu={like}" if like else "")


def typed(cast: Cast, **more: str) -> dict[str, str]:
    about = {"name": "bác Hai", "phone": "", "place": "tai_gian", "pay": "khi_nhan", "address": ""}
    return about | {f"sl-{cast.dau_xanh}": "2", f"gia-{cast.dau_xanh}": "40k"} | more


def wrote(lan: FlaskClient, cast: Cast, **more: str) -> str:
    """The code of the order that this form made."""
    done = press(lan, form(cast), form(cast), **typed(cast, **more))
    assert done.status_code == 303, done.text
    return str(done.location).rsplit("/", 1)[1]


def test_goods_amount_and_a_price_of_its_own_make_an_order(lan: FlaskClient, cast: Cast) -> None:
    order = order_of(wrote(lan, cast))
    assert (order.source, order.status, order.total) == (OrderSource.PHONE, OrderStatus.ACCEPTED, 80_000)
    assert order.purchase.contact.phone is None
    page = lan.get(path(cast, order.code)).text
    assert "Bạn ghi qua điện thoại (tự khai)" in page
    assert "/gọi" not in page.lower()
    packing = lan.get(f"/ban-hang/{cast.lan.slug}/dong-hang").text
    assert order.code in packing
    assert "bác Hai" in packing
    handed = press(lan, path(cast, order.code, "giao"), path(cast, order.code, "giao"), cash="co", how="khong_ma")
    assert handed.status_code == 303
    assert (order_of(order.code).status, stock(cast.dau_xanh)) == (OrderStatus.DELIVERED, (3000, 0))


def test_like_the_last_time_is_one_tap_and_sent_twice_is_one_order(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    before = buy(client, cast.dau_xanh, "2", point=str(cast.pickup))
    filled = lan.get(form(cast, before)).text
    assert 'value="Vũ Thị Mai"' in filled
    fields = {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', filled)
        if not name.startswith(("place", "pay", "csrf"))
    }
    assert fields[f"sl-{cast.dau_xanh}"] == "2"
    chosen = fields | {"place": f"diem-{cast.pickup}", "pay": "khi_nhan"}
    first, second = (lan.post(form(cast), data=chosen).location for _ in range(2))
    assert first == second
    assert reading().scalar(select(func.count(Order.id)).where(Order.source == OrderSource.PHONE)) == 1


def test_what_is_refused_comes_back_as_it_was_typed(lan: FlaskClient, cast: Cast) -> None:
    for wrong, said in (
        ({f"sl-{cast.dau_xanh}": "90"}, "chỉ còn 5 kg"),
        ({f"sl-{cast.dau_xanh}": "0"}, "Chưa có món nào"),
        ({f"gia-{cast.dau_xanh}": "nhiều"}, "Chưa đọc được số tiền"),
        ({f"sl-{cast.dau_xanh}": "2,3456"}, "Đậu xanh"),
        ({"name": ""}, "Mời điền tên khách."),
    ):
        answer = press(lan, form(cast), form(cast), **typed(cast, **wrong))
        assert answer.status_code == 422
        assert said in answer.text.replace("\u00a0", " ")
    assert stock(cast.dau_xanh) == (5000, 0)


def test_a_helper_and_another_stall_s_people_write_none(app: Flask, cast: Cast, now: Clock) -> None:
    for person, status in ((cast.htx.person, 404), (cast.stranger, 404)):
        phone = app.test_client()
        sign_in(phone, person, now())
        assert phone.get(form(cast)).status_code == status


def test_another_stall_s_order_fills_no_form(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    theirs = buy(client, cast.gao_nep)
    assert lan.get(form(cast, theirs)).status_code == 404


def test_less_is_written_down_without_asking_anybody(lan: FlaskClient, cast: Cast) -> None:
    code = wrote(lan, cast)
    line = order_of(code).lines[0].id
    less = path(cast, code, "con-it")
    assert "Ghi số còn" in lan.get(less).text
    assert press(lan, less, less, **{f"con-{line}": "1", "stops": ""}).status_code == 303
    assert (order_of(code).total, order_of(code).asked_until) == (40_000, None)
