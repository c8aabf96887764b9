"""The page that says aloud what came in: what stands on it, who opens it, and what an open one asks."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.queries import announcements, came_in_lately
from market.places.models import Commune
from market.places.rules.modes import CommuneMode
from market.sellers.models import Business
from market.web.base.commune import forget_communes
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import on_both
from tests.orders.steps import decline_as_shown
from tests.payments.steps import (
    allocate_as_shown,
    buy,
    confirm_as_shown,
    dismiss_as_shown,
    notice,
    undo_as_shown,
)
from tests.queries import counting

LOUD = "/ban-hang/rau-ba-lan/loa"
ASKED = "/tin-moi/loa/rau-ba-lan"

pytestmark = on_both


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def said(client: FlaskClient) -> list[tuple[str, bool]]:
    """What the rows of the page would say, the newest first, and whether each is news."""
    page = client.get(LOUD)
    assert page.status_code == 200
    rows = re.findall(r"<li class=\"row\" data-money=[^>]*>", page.text)
    return [(re.findall(r'data-said="([^"]*)"', row)[0], "data-news=" in row) for row in rows]


def mark(client: FlaskClient) -> str:
    found = re.search(r'data-mark="([^"]+)"', client.get(LOUD).text)
    assert found
    return found[1]


def asks(client: FlaskClient, known: str) -> int:
    """As an open page does; 304 where nothing came."""
    return client.get(ASKED, headers={"If-None-Match": f'"{known}"'}).status_code


def test_money_and_today_lead_to_it(lan: FlaskClient) -> None:
    for page in ("/ban-hang/rau-ba-lan/tien", "/ban-hang/rau-ba-lan"):
        assert f'href="{LOUD}"' in lan.get(page).text
    text = lan.get(LOUD).text
    assert "Ba mươi ngày qua chưa có tin tiền vào." in text
    assert "Tiếng đọc là giọng máy." in text
    assert "Trình duyệt này không cho trang đọc thành tiếng." in text, "without JavaScript"
    assert 'data-every="4000"' in text


def test_what_is_said_is_how_it_compares_with_the_order(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())  # 12.000
    notice(1, 200, order.code, now())
    assert said(lan) == [("Thiếu tiền, còn thiếu mười một nghìn tám trăm đồng.", True)]
    text = lan.get(LOUD).text
    assert "THIẾU 11.800\u00a0₫" in text
    assert "Ngân hàng báo vào 200\u00a0₫" in text
    now.move(seconds=20)
    notice(2, 11_800, order.code, now())
    assert said(lan) == [
        ("Đủ tiền: mười hai nghìn đồng.", True),
        ("Thiếu tiền, còn thiếu mười một nghìn tám trăm đồng.", False),
    ], "of an order its last word is news alone"
    now.move(seconds=20)
    notice(3, 100_000, order.code, now())
    assert said(lan)[0] == ("Thừa tiền, khách chuyển thừa một trăm nghìn đồng.", True)
    assert "THỪA 100.000\u00a0₫" in lan.get(LOUD).text


def test_money_of_no_order_is_told_calmly_with_why(lan: FlaskClient, now: Clock) -> None:
    notice(1, 50_000, "tien rau", now())
    text = lan.get(LOUD).text
    assert "Tiền vào 50.000\u00a0₫, chưa rõ đơn nào" in text
    assert "Nội dung chuyển khoản không có mã đơn." in text
    assert 'data-brief="Có tiền vào, chưa rõ đơn nào."' in text


def test_what_is_older_than_two_minutes_is_shown_and_no_news(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code, now())
    known = mark(lan)
    now.move(seconds=119)
    assert said(lan) == [("Đủ tiền: mười hai nghìn đồng.", True)]
    now.move(seconds=2)
    assert said(lan) == [("Đủ tiền: mười hai nghìn đồng.", False)]
    assert asks(lan, known) == 304, "that news grows old is no news"


def test_nobody_s_word_makes_it_speak_but_the_bank_s(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    """A buyer's picture of a transfer, or "Tôi đã chuyển", is no event of the loudspeaker, nor is what she taps."""
    order, other = buy(cast, now()), buy(cast, now(), pay=PayChoice.ON_RECEIPT)
    before = announcements(reading(), cast.lan.stall, cast.commune, now=now())
    with transaction() as session:
        actions.say_paid(session, Actor(person_id=cast.mai), order.id, clock=now)
    assert said(lan) == []
    with transaction() as session:
        confirm_as_shown(session, Actor(person_id=cast.lan.person), cast.lan.stall, other.id, clock=now)
    assert said(lan) == []
    assert announcements(reading(), cast.lan.stall, cast.commune, now=now()) == before
    taken = notice(1, 12_000, "khong ma", now())
    with transaction() as session:
        actor = Actor(person_id=cast.lan.person)
        allocate_as_shown(session, actor, cast.lan.stall, taken, order.id, clock=now)
    assert said(lan) == [("Đủ tiền: mười hai nghìn đồng.", False)], "she has just put it there herself"


def test_what_was_enough_when_it_came_is_not_told_otherwise_once_the_order_ended(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now(), accepted=False)
    notice(1, 12_000, order.code, now())
    now.move(seconds=30)
    with transaction() as session:
        decline_as_shown(session, Actor(person_id=cast.lan.person), order.id, "Hết rau", clock=now)
    assert said(lan) == [("Đủ tiền: mười hai nghìn đồng.", True)]
    notice(2, 12_000, order.code, now())
    assert said(lan)[0] == ("Tiền vào mười hai nghìn đồng, đơn đã dừng.", True)
    assert "đơn đã dừng" in lan.get(LOUD).text


def test_what_was_taken_off_an_order_or_put_aside_leaves_the_list(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order, actor = buy(cast, now()), Actor(person_id=cast.lan.person)
    notice(1, 12_000, order.code, now())
    other = notice(2, 7_000, "hoc phi", now())
    assert len(said(lan)) == 2
    [line] = came_in_lately(reading(), cast.lan.stall, now=now())
    with transaction() as session:
        undo_as_shown(session, actor, cast.lan.stall, line.allocation_id, clock=now)
        dismiss_as_shown(session, actor, cast.lan.stall, other, clock=now)
    assert said(lan) == [("Tiền vào mười hai nghìn đồng, chưa rõ đơn nào.", False)]


def test_at_most_ten_stand_there_and_none_that_is_news_is_missing(lan: FlaskClient, now: Clock) -> None:
    for number in range(1, 14):
        notice(number, 1_000 * number, "khong ma", now())
    assert len(said(lan)) == 13, "all are still to be spoken"
    now.move(minutes=3)
    assert len(said(lan)) == 10


def test_in_quiet_hours_it_says_that_it_is_silent(lan: FlaskClient, now: Clock) -> None:
    now.move(hours=11, minutes=59)
    known = mark(lan)
    assert "data-quiet" not in lan.get(LOUD).text
    assert asks(lan, known) == 304
    now.move(minutes=2)  # 21:01
    assert asks(lan, known) == 200, "an open page hears that quiet hours began"
    notice(1, 12_000, "khong ma", now())
    text = lan.get(LOUD).text
    assert "data-quiet" in text
    assert "Đang giờ yên tĩnh đến 06:00" in text
    assert "Tiền vào 12.000" in text


def test_an_open_page_asks_cheaply_and_hears_of_money_and_orders(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    known = mark(lan)
    with counting() as statements:
        answer = lan.get(ASKED, headers={"If-None-Match": f'"{known}"'})
    assert answer.status_code == 304
    assert answer.data == b""
    assert len(statements) <= 5, statements
    notice(1, 12_000, order.code, now())
    assert asks(lan, known) == 200
    known = mark(lan)
    buy(cast, now(), accepted=False)
    answer = lan.get(ASKED, headers={"If-None-Match": f'"{known}"'})
    assert answer.get_json() == {"to_answer": 1}


def test_a_process_that_never_saw_it_knows_of_it(app: Flask, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    """What is told comes from the database: nothing is kept in the process that took the bank's call."""
    order = buy(cast, now())
    known = mark(lan)
    notice(1, 12_000, order.code, now())
    other = app.test_client()
    sign_in(other, cast.lan.person, now())
    assert asks(other, known) == 200
    assert mark(other) == mark(lan)


def test_a_helper_hears_no_money(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        helper, officer = session.get_one(Person, cast.vy), session.get_one(Person, cast.hung)
        make.make_mandate(session, session.get_one(Business, cast.lan.business), helper, officer, now())
    sign_in(client, cast.vy, now())
    notice(1, 50_000, "tien rau", now())
    answer = client.get(LOUD)
    assert answer.status_code == 403
    assert "50.000" not in answer.text
    assert client.get(ASKED).status_code == 404
    assert LOUD not in client.get("/ban-hang/rau-ba-lan/tien").text


def test_it_is_another_s_and_nobody_s(client: FlaskClient, cast: Cast, now: Clock) -> None:
    assert client.get(LOUD).status_code == 303
    assert client.get(ASKED).status_code == 404
    sign_in(client, cast.htx.person, now())
    assert client.get(LOUD).status_code == 404
    assert client.get(ASKED).status_code == 404


def test_where_the_market_compares_no_money_it_is_off(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    notice(1, 50_000, "tien rau", now())
    with transaction() as session:
        session.get_one(Commune, cast.commune).mode = CommuneMode.ORDERING
    forget_communes()
    text = lan.get(LOUD).text
    assert "không có loa báo tiền" in text
    assert "50.000" not in text
    assert lan.get(ASKED).status_code == 404
    assert LOUD not in lan.get("/ban-hang/rau-ba-lan/tien").text
    forget_communes()
