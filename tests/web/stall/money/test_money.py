"""A stall's money page: what came in, what money waits for a person, what orders wait for money."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.accounts.models import Person
from market.base.audit import Actor, Event
from market.base.db import reading, transaction
from market.orders.rules import PayChoice
from market.payments import actions
from market.payments.models import Allocation
from market.payments.queries import came_in_lately
from market.payments.queries import orders as owed_queries
from market.payments.queries import stalls as stall_queries
from market.payments.rules.status import PaidStatus
from market.sellers.models import BankConnection, Business
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.pages import hidden, press
from tests.payments.steps import Bought, assert_sums_hold, buy, count, credit, notice, paid
from tests.queries import counting

MONEY = "/ban-hang/rau-ba-lan/tien"


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def page(client: FlaskClient) -> str:
    answer = client.get(MONEY)
    assert answer.status_code == 200
    return answer.text


def written_down(order: Bought) -> Event:
    """The one event by which money was put on the order."""
    events = events_of(reading(), "payment_request", paid(order).request_id)
    [event] = [one for one in events if one.verb == "put_money"]
    return event


def test_an_empty_page_says_what_comes_here(lan: FlaskClient) -> None:
    text = page(lan)
    assert "Không có đơn nào chờ tiền." in text
    assert "Chưa có tiền vào." in text
    assert "Tiền chưa rõ" not in text


def test_what_came_in_is_told_by_whose_word(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    first, second = buy(cast, now()), buy(cast, now(), pay=PayChoice.ON_RECEIPT, amount=2000)
    notice(1, 12_000, f"MBVCB.{first.code}.CT tu 0123", now())
    answer = press(lan, MONEY, f"/ban-hang/rau-ba-lan/don/{second.code}/da-nhan-tien")
    assert (answer.status_code, answer.location) == (303, MONEY)
    text = page(lan)
    assert "36.000\u00a0₫" in text
    assert "ngân hàng báo 12.000\u00a0₫, bạn tự ghi 24.000\u00a0₫" in text
    assert f"MBVCB.{first.code}.CT tu 0123" in text
    now.move(days=2)
    text = page(lan)
    assert "ngân hàng báo 12.000\u00a0₫" in text, "still this month"
    now.move(days=10)
    assert "bạn tự ghi 24.000" not in page(lan)


def test_saying_received_twice_counts_once(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    address = f"/ban-hang/rau-ba-lan/don/{order.code}/da-nhan-tien"
    shown = hidden(page(lan), address)
    for _ in range(2):
        assert lan.post(address, data=shown).status_code == 303
    assert count(Allocation) == 1


def test_money_that_came_in_since_the_page_was_opened_is_shown_before_a_word_counts(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    address = f"/ban-hang/rau-ba-lan/don/{order.code}/da-nhan-tien"
    shown = hidden(page(lan), address)
    notice(1, 5_000, order.code, now())
    answer = lan.post(address, data=shown)
    assert answer.status_code == 409
    assert f"Đơn {order.code}: Từ lúc bạn mở trang" in answer.text, "the page shows many"
    assert "tiền đã vào (nay là 5.000\u00a0₫)" in answer.text
    assert "còn THIẾU 7.000\u00a0₫" in answer.text
    assert paid(order).received == 5_000
    assert lan.post(address, data=hidden(answer.text, address)).status_code == 303
    assert paid(order).status is PaidStatus.PAID


def test_money_is_not_confirmed_by_a_form_that_does_not_say_what_it_saw(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, "khong ma", now())
    for address in (f"/ban-hang/rau-ba-lan/don/{order.code}/da-nhan-tien", f"{MONEY}/{taken}/khop"):
        answer = lan.post(address, data={"code": order.code})
        assert answer.status_code == 422
        assert "Trang gửi thiếu phần cho biết bạn đã xem gì" in answer.text
    assert count(Allocation) == 0


def test_an_offered_order_that_was_paid_since_is_shown_before_more_is_allocated_to_it(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, "chi Mai tra tien rau", now())
    address = f"{MONEY}/{taken}/khop"
    shown = hidden(page(lan), address)
    assert shown["code"] == order.code
    press(lan, MONEY, f"/ban-hang/rau-ba-lan/don/{order.code}/da-nhan-tien")
    answer = lan.post(address, data=shown)
    assert answer.status_code == 409
    assert f"đơn {order.code} còn thiếu (nay là 0\u00a0₫)" in answer.text
    assert paid(order).received == 12_000
    assert credit(taken).allocated == 0


def test_a_notice_that_was_used_and_taken_off_since_is_shown_again(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, "chi Mai tra tien rau", now())
    address = f"{MONEY}/{taken}/khop"
    shown = hidden(page(lan), address)
    lan.post(address, data=shown)
    [line] = came_in_lately(reading(), cast.lan.stall, now=now())
    press(lan, MONEY, f"{MONEY}/{line.allocation_id}/go")
    answer = lan.post(address, data=shown)
    assert answer.status_code == 409
    assert "vì sao chưa rõ (nay là Đã gỡ khỏi đơn. Mời chọn đúng đơn.)" in answer.text
    assert paid(order).received == 0


def test_an_order_that_waits_says_what_the_buyer_said(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    with transaction() as session:
        actions.say_paid(session, Actor(), order.id, clock=now)
    text = page(lan)
    assert "Khách báo đã chuyển lúc 09:00 24/11, CHƯA thấy tiền." in text
    assert "Vũ Thị Mai" in text
    notice(1, 200, order.code, now())
    assert "còn THIẾU 11.800\u00a0₫" in page(lan)


def test_money_without_a_code_is_allocated_to_the_suggested_order(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, "chi Mai tra tien rau", now())
    text = page(lan)
    assert "Nội dung chuyển khoản không có mã đơn." in text
    assert f"Ghi vào đơn {order.code} · đúng số tiền" in text
    shown = hidden(text, f"{MONEY}/{taken}/khop")
    answer = lan.post(f"{MONEY}/{taken}/khop", data=shown)
    assert (answer.status_code, answer.location) == (303, MONEY)
    assert paid(order).status is PaidStatus.PAID
    assert "Tiền chưa rõ" not in page(lan)
    [event] = [
        one for one in events_of(reading(), "payment_request", paid(order).request_id) if one.verb == "put_money"
    ]
    assert event.actor_id == cast.lan.person
    assert lan.post(f"{MONEY}/{taken}/khop", data=shown).status_code == 303
    other = buy(cast, now())
    again = lan.post(f"{MONEY}/{taken}/khop", data=shown | {"code": other.code})
    assert again.status_code == 422
    assert "đã được xử lý" in again.text
    assert_sums_hold()


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Mời điền mã đơn."), ("xyz", "Mã gồm 9 chữ và số"), ("DS0000000", "không có đơn nào mang mã này")],
)
def test_a_code_that_is_none_comes_back_as_typed(
    lan: FlaskClient, cast: Cast, now: Clock, typed: str, said: str
) -> None:
    taken = notice(1, 12_000, "khong ma", now())
    answer = lan.post(f"{MONEY}/{taken}/khop", data={"code": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert credit(taken).allocated == 0


def test_a_code_is_read_however_it_is_typed(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 5_000, "khong ma", now())
    press(lan, MONEY, f"{MONEY}/{taken}/khop", code=f" {order.code[:4].lower()}-{order.code[4:]} ")
    assert paid(order).status is PaidStatus.PARTIAL


def test_private_money_is_set_aside(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    taken = notice(1, 5_000_000, "em gui chi tien gio", now())
    address = f"{MONEY}/{taken}/khong-phai"
    assert lan.post(address).status_code == 422
    shown = hidden(page(lan), address)
    for _ in range(2):
        assert lan.post(address, data=shown).status_code == 303
    text = page(lan)
    assert "tien gio" not in text
    assert "5.000.000" not in text


def test_money_on_the_wrong_order_is_taken_off_and_waits_again(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    notice(1, 12_000, order.code, now())
    [line] = came_in_lately(reading(), cast.lan.stall, now=now())
    address = f"{MONEY}/{line.allocation_id}/go"
    assert lan.post(address).status_code == 422
    shown = hidden(page(lan), address)
    for _ in range(2):
        answer = lan.post(address, data=shown)
        assert (answer.status_code, answer.location) == (303, MONEY)
    assert (paid(order).status, count(Allocation)) == (PaidStatus.UNPAID, 2)
    assert "Đã gỡ khỏi đơn. Mời chọn đúng đơn." in page(lan)
    assert_sums_hold()


def test_what_is_set_aside_or_taken_off_is_decided_as_it_was_shown(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order, other = buy(cast, now()), buy(cast, now())
    notice(1, 4_000, order.code, now())
    taken = notice(2, 12_000, "khong ma", now())
    [line] = came_in_lately(reading(), cast.lan.stall, now=now())
    off, aside = f"{MONEY}/{line.allocation_id}/go", f"{MONEY}/{taken}/khong-phai"
    shown = {address: hidden(page(lan), address) for address in (off, aside)}
    press(lan, MONEY, f"{MONEY}/{taken}/khop", code=other.code)
    answer = lan.post(aside, data=shown[aside])
    assert answer.status_code == 409
    assert "Khoản tiền này đã được xử lý." in answer.text
    [latest, _] = came_in_lately(reading(), cast.lan.stall, now=now())
    press(lan, MONEY, f"{MONEY}/{latest.allocation_id}/go")
    answer = lan.post(aside, data=shown[aside])
    assert answer.status_code == 409
    assert "vì sao chưa rõ (nay là Đã gỡ khỏi đơn. Mời chọn đúng đơn.)" in answer.text
    now.move(minutes=121)
    answer = lan.post(off, data=shown[off])
    assert answer.status_code == 409
    assert f"đơn {order.code} (nay là đã dừng)" in answer.text
    assert paid(order).received == 4_000


def test_money_in_a_wrong_account_cannot_be_allocated(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, order.code, now(), accountNumber="123456")
    text = page(lan)
    assert "tài khoản khác" in text
    assert f"{MONEY}/{taken}/khop" not in text
    answer = lan.post(f"{MONEY}/{taken}/khop", data={"code": order.code, "seen": "x"})
    assert answer.status_code == 422
    assert "không khớp vào đơn được" in answer.text


def test_a_stall_without_an_account_or_notices_is_shown_the_next_step(
    lan: FlaskClient, cast: Cast, now: Clock, app: Flask
) -> None:
    assert "Nối báo có" not in page(lan)
    with transaction() as session:
        session.get_one(BankConnection, 1).ended_at = now()
    assert "Nối báo có" in page(lan)
    tu = app.test_client()
    sign_in(tu, cast.tu.person, now(), visitor="tu-phone")
    assert "Đặt tài khoản" in tu.get("/ban-hang/ruoi-anh-tu/tien").text


def test_a_memo_is_text_and_nothing_else(lan: FlaskClient, now: Clock) -> None:
    notice(1, 12_000, "<script>alert(1)</script>", now())
    assert "&lt;script&gt;alert(1)" in page(lan)


def test_a_helper_says_nothing_about_money(client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        people = [session.get_one(Person, one) for one in (cast.vy, cast.hung)]
        make.make_mandate(session, session.get_one(Business, cast.lan.business), people[0], people[1], now())
    order = buy(cast, now())
    received = f"/ban-hang/rau-ba-lan/don/{order.code}/da-nhan-tien"
    shown = hidden(lan.get(MONEY).text, received)
    sign_in(client, cast.vy, now())
    answer = client.post(received, data=shown)
    assert (answer.status_code, answer.headers["X-Refused"]) == (403, "owner_only")
    assert paid(order).received == 0


def test_another_seller_finds_nothing_here(app: Flask, cast: Cast, now: Clock) -> None:
    order = buy(cast, now())
    taken = notice(1, 12_000, "khong ma", now())
    notice(2, 12_000, order.code, now())
    [line] = came_in_lately(reading(), cast.lan.stall, now=now())
    addresses = [
        (MONEY, "GET"),
        (f"{MONEY}/{taken}/khop", "POST"),
        (f"{MONEY}/{taken}/khong-phai", "POST"),
        (f"{MONEY}/{line.allocation_id}/go", "POST"),
        (f"/ban-hang/rau-ba-lan/don/{order.code}/da-nhan-tien", "POST"),
    ]
    other, nobody = app.test_client(), app.test_client()
    sign_in(other, cast.htx.person, now(), visitor="htx-phone")
    for address, method in addresses:
        assert other.open(address, method=method, data={"code": order.code}).status_code == 404, address
        own = address.replace("rau-ba-lan", "htx-nong-nghiep-dai-son")
        if method == "POST":
            assert other.open(own, method=method, data={"code": order.code}).status_code in (404, 422), own
        assert nobody.open(address, method=method).status_code == 303, address
    assert (credit(taken).allocated, paid(order).received) == (0, 12_000)


def test_long_lists_say_how_long_they_are_and_go_on(
    lan: FlaskClient, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MOST_WAITING", "MOST_SHOWN", "MOST_OWED"):
        monkeypatch.setattr(stall_queries, name, 1)
    monkeypatch.setattr(owed_queries, "MOST_OWED", 1)
    orders = [buy(cast, now()) for _ in range(2)]
    taken = [notice(number, 5_000, "khong ma", now()) for number in (1, 2)]
    for number, order in enumerate(orders, start=3):
        notice(number, 4_000, order.code, now())
    first, second = page(lan), lan.get(f"{MONEY}?chua_ro=2&cho_tien=2&gan_day=2").text
    shown = [(first, orders[1], orders[0], taken[1]), (second, orders[0], orders[1], taken[0])]
    for text, one, other, credit_id in shown:
        assert "Có 2 khoản, mới nhất trước." in text
        assert "2 đơn" in text
        assert "16.000\u00a0₫" in text
        assert f"{MONEY}/{credit_id}/khop" in text
        assert f"don/{one.code}/da-nhan-tien" in text
        assert f"don/{other.code}/da-nhan-tien" not in text
    assert f"{MONEY}?gan_day=2#gan-day" in first
    button = f"{MONEY}/{taken[0]}/khong-phai"
    assert f"{button}?chua_ro=2" in second
    back = lan.post(f"{button}?chua_ro=2", data=hidden(second, button))
    assert (back.status_code, back.location) == (303, f"{MONEY}?chua_ro=2")
    assert f"{MONEY}/{taken[1]}/khop" in lan.get(back.location).text, "the nearest page that is still there"


def test_the_page_asks_the_same_of_the_database_however_much_there_is(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    def some() -> None:
        for _ in range(3):
            order = buy(cast, now())
            notice(count(Allocation) * 10 + 1000 + order.id, 12_000, order.code, now())
            notice(count(Allocation) * 10 + 5000 + order.id, 700, "khong ma", now())
            buy(cast, now())

    some()
    page(lan)
    with counting() as seen:
        page(lan)
    few = len(seen)
    some()
    with counting() as seen:
        page(lan)
    assert len(seen) == few <= 15
