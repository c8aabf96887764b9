"""The stall's list of orders: what waits, what is in hand, what is over."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.orders.queries.still import OpenPages, open_orders
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import copy_order, order_row, place, wanted
from tests.pages import press
from tests.payments.steps import buy
from tests.queries import counting
from tests.web.stall.steps import order_of


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
    assert [one.id for one in open_orders(session, order.stall, OpenPages(size=9), now=now()).in_hand.rows] == [
        order.id
    ]
    due = order_row(order.id).due_at
    assert due
    assert [one.id for one in open_orders(session, order.stall, OpenPages(size=9), now=due).in_hand.rows] == []


def test_many_orders_stand_a_page_at_a_time_and_are_counted(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    """growth 14: a stall's whole day of orders stood on one page; now the most pressing come first."""
    base = f"/ban-hang/{cast.lan.slug}/don"
    first = place_one(cast, now)
    copy_order(first, 44, due_at=order_of(first).due_at + timedelta(minutes=1))
    accepted = place_one(cast, now)
    press(lan, f"{base}/{accepted}", f"{base}/{accepted}/nhan")
    copy_order(accepted, 24)

    pages = [lan.get(f"{base}?cho={number}").text for number in (1, 2, 3)]
    assert ["<strong>45 đơn</strong>" in page for page in pages] == [True] * 3
    assert [page.count('aria-labelledby="don-') for page in pages] == [20, 20, 5]
    assert f'id="don-{first}"' in pages[0], "what ends first comes first"
    assert [page.count('class="row order-row"') for page in pages] == [20] * 3
    assert lan.get(f"{base}?dang=2").text.count('class="row order-row"') == 5
    assert 'href="' + base.replace("/don", "/don?cho=3&amp;dang=2#tra-loi") in lan.get(f"{base}?cho=2&dang=2").text

    today = lan.get(f"/ban-hang/{cast.lan.slug}").text
    assert "<strong>45 đơn</strong>" in today
    assert today.count('aria-labelledby="don-') == 10
    assert today.count('class="row order-row"') == 10
    for words, anchor in (("Xem tất cả 45 đơn chờ trả lời", "tra-loi"), ("Xem tất cả 25 đơn đang làm", "dang-lam")):
        assert words in today
        assert f'href="{base}#{anchor}"' in today

    press(lan, f"{base}?cho=3", f"{base}/{re.search('id=.don-(DS[^ ]*?)[^0-9A-Z]', pages[2])[1]}/nhan")
    assert "<strong>44 đơn</strong>" in lan.get(base).text


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
