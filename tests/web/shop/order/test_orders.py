"""The Đơn tab: what this phone or this person bought, and the way to an order bought elsewhere."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.orders.queries.orders import OrderViewer, orders_of_buyer
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import copy_order, place, wanted
from tests.queries import counting
from tests.web.shop.buying import buy


def test_the_orders_of_this_phone_are_listed(app: Flask, client: FlaskClient, cast: Cast) -> None:
    first, second = buy(client, cast.gao_nep), buy(client, cast.rau_muong)
    page = client.get("/don").text
    assert page.index(second) < page.index(first)
    assert "Chờ người bán nhận" in page
    assert first not in app.test_client().get("/don").text


def test_older_orders_stand_on_a_page_of_their_own(client: FlaskClient, cast: Cast, now: Clock) -> None:
    """growth 14: of a buyer's orders the thirty-first was found by its code alone."""
    first = buy(client, cast.gao_nep)
    copy_order(first, 31)
    page, older = client.get("/don").text, client.get("/don?page=2").text
    assert f'href="/don/{first}"' not in page
    assert 'href="/don?page=2"' in page
    assert f'href="/don/{first}"' in older
    assert (page.count('class="row order-row"'), older.count('class="row order-row"')) == (30, 2)
    marks = [re.findall(r'data-mark="([^"]+)"', text) for text in (page, older)]
    assert marks[0] == marks[1] != [], "an older page too is shown anew when a new order changes, and by nothing else"
    assert "Không còn đơn nào cũ hơn" in client.get("/don?page=9").text


def test_no_order_yet_says_what_to_do(client: FlaskClient, cast: Cast) -> None:
    assert "Chưa có đơn nào trên máy này" in client.get("/don").text


def test_the_orders_of_a_person_follow_them(app: Flask, client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.mai, now())
    code = buy(client, cast.gao_nep)
    other = app.test_client()
    sign_in(other, cast.mai, now(), visitor="another-phone")
    assert code in other.get("/don").text


def test_a_person_s_orders_of_one_commune_are_not_in_another_s_list(cast: Cast, session: Session, now: Clock) -> None:
    mai = OrderViewer(device="mai-phone", person_id=cast.mai)
    order_id = place(cast.commune, wanted(cast.gao_nep), now=now()).order_ids[0]
    with transaction() as writing:
        far = make.make_commune(writing, code="10507", name="xã Khác", letters="KH", host="khac.test").id
    assert [order.id for order in orders_of_buyer(session, cast.commune, mai).rows] == [order_id]
    assert list(orders_of_buyer(session, far, mai).rows) == []


def test_an_order_is_opened_by_its_code(client: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.gao_nep)
    answer = client.get("/don", query_string={"ma": f" {code.lower()} "})
    assert (answer.status_code, answer.location) == (303, f"/don/{code}")


def test_a_code_that_is_none_comes_back_with_what_is_wrong(client: FlaskClient, cast: Cast) -> None:
    for typed in ("", "DS12", "xin chào", "DS7K2M9PN"):
        answer = client.get("/don", query_string={"ma": typed})
        assert answer.status_code == 422
        assert "Mời điền mã" in answer.text or "Bạn xem lại giúp" in answer.text
        assert f'value="{typed}"' in answer.text


def test_the_list_takes_few_statements_whatever_its_length(client: FlaskClient, cast: Cast) -> None:
    for _ in range(3):
        buy(client, cast.rau_muong)
    with counting() as seen:
        client.get("/don")
    assert len(seen) <= 3
