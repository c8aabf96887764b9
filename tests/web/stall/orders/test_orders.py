"""The stall's list of orders: what waits, what is in hand, what is over."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.orders.queries.orders import open_orders
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import order_row, place, wanted
from tests.pages import press
from tests.payments.steps import buy
from tests.queries import counting


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def place_one(cast: Cast, now: Clock) -> str:
    return order_row(place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]).code


def test_orders_stand_under_what_must_be_done(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    base = f"/ban-hang/{cast.lan.slug}/don"
    waiting, in_hand, over = (place_one(cast, now) for _ in range(3))
    press(lan, base, f"{base}/{in_hand}/nhan")
    press(lan, f"{base}/{over}/tu-choi", f"{base}/{over}/tu-choi", why="xa")
    lan.get(base)
    page = lan.get(base).text
    places = [page.index(word) for word in ("Cần bạn trả lời", waiting, "Đang chuẩn bị", in_hand, "Đã xong", over)]
    assert places == sorted(places)


def test_an_accepted_order_that_waits_for_its_transfer_is_in_hand_until_its_time_is_over(
    cast: Cast, now: Clock, session: Session
) -> None:
    order = buy(cast, now())
    assert [one.id for one in open_orders(session, order.stall, now=now()).in_hand] == [order.id]
    due = order_row(order.id).due_at
    assert due
    assert [one.id for one in open_orders(session, order.stall, now=due).in_hand] == []


def test_no_order_yet_says_what_to_do_next(lan: FlaskClient, cast: Cast) -> None:
    assert "Chưa có đơn đầu tiên" in lan.get(f"/ban-hang/{cast.lan.slug}/don").text


def test_an_overdue_order_is_shown_as_over_before_any_job_says_so(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    code = place_one(cast, now)
    now.move(hours=12)
    page = lan.get(f"/ban-hang/{cast.lan.slug}/don").text
    assert "Cần bạn trả lời" not in page
    assert code in page
    assert "Đã quá hạn" in page


def test_another_stalls_orders_are_not_in_the_list(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    code = order_row(place(cast.commune, wanted(cast.gao_nep), now=now()).order_ids[0]).code
    assert code not in lan.get(f"/ban-hang/{cast.lan.slug}/don").text
    assert lan.get(f"/ban-hang/{cast.htx.slug}/don").status_code == 404


def test_a_long_history_has_pages(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    base = f"/ban-hang/{cast.lan.slug}/don"
    codes = [place_one(cast, now) for _ in range(30)]
    now.move(days=1)
    codes.append(place_one(cast, now))
    place(cast.commune, wanted(cast.gao_nep), now=now())
    assert "Trang sau" not in lan.get(base).text, "what waits, and what is another stall's, is not counted"
    now.move(days=1)
    first, second = lan.get(base).text, lan.get(f"{base}?page=2").text
    assert ("Trang sau" in first, "Trang sau" in second) == (True, False)
    assert codes[0] not in first
    assert codes[0] in second
    for page in ("0", "-1", "x"):
        assert codes[-1] in lan.get(f"{base}?page={page}").text


def test_nobody_signed_in_is_sent_to_sign_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert client.get(f"/ban-hang/{cast.lan.slug}/don").status_code == 303


def test_the_list_takes_few_statements_whatever_its_length(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    codes = [place_one(cast, now) for _ in range(6)]
    base = f"/ban-hang/{cast.lan.slug}/don"
    for code in codes[:2]:
        press(lan, base, f"{base}/{code}/nhan")
    for code in codes[2:4]:
        press(lan, f"{base}/{code}/tu-choi", f"{base}/{code}/tu-choi", why="xa")
    with counting() as seen:
        lan.get(base)
    assert len(seen) <= 12, "\n".join(seen)
