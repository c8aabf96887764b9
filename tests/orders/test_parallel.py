"""Many at once against two real server processes, on both databases: buyers who press the button on the last five, the
same notice of a bank, and those who guess: both processes count as one."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from urllib3 import HTTPConnectionPool, Retry, Timeout

from market.base.db import db, reading
from market.catalog.models import Product, Variant
from market.catalog.queries.stock import available
from market.orders.models import Order
from market.payments.models import Allocation, BankCredit, PaymentRequest, WebhookDelivery
from market.payments.rules.status import PaidStatus
from market.values.codes import new_stamp_code
from tests.cast import Cast
from tests.nights import IS_NIGHT, by_day_on
from tests.orders.steps import stock
from tests.payments.steps import BANK, HOOK, assert_sums_hold, buy, count, paid
from tests.services.workers import serving
from tests.web.shop.buying import WHO, hidden_fields, terms

AT_ONCE = 50 if IS_NIGHT else 12


@pytest.fixture
def server(app: Flask, cast: Cast, database_url: str, tmp_path: Path) -> Iterator[HTTPConnectionPool]:
    """Two worker processes on this test's database."""
    with serving(database_url, tmp_path, workers=2) as server:
        pool = HTTPConnectionPool("127.0.0.1", server.port, maxsize=AT_ONCE, timeout=Timeout(30))
        yield pool
        pool.close()


class Browser:
    """A phone: keeps its cookies, follows no redirects."""

    def __init__(self, pool: HTTPConnectionPool) -> None:
        self.pool = pool
        self.cookies: SimpleCookie = SimpleCookie()

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        headers["Origin"] = f"http://127.0.0.1:{self.pool.port}"
        answer = self.pool.request(
            method, path, headers=headers, body=urlencode(data or {}), redirect=False, retries=Retry(0)
        )
        for line in answer.headers.getlist("Set-Cookie"):
            self.cookies.load(line)
        return answer.status, answer.data.decode()


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def come_to_the_button(browser: Browser, variant_id: int, product: str, stall_id: int) -> dict[str, str]:
    """All of check-out but the last button, whose fields come back."""
    assert browser.ask("GET", product)[0] == 200
    assert browser.ask("POST", "/gio-hang/them", {"variant_id": str(variant_id), "amount": "1"})[0] == 303
    csrf = {"csrf_token": token(browser.ask("GET", "/dat-hang")[1])}
    assert browser.ask("POST", "/dat-hang", csrf | WHO | terms(stall_id))[0] == 303
    status, page = browser.ask("GET", "/dat-hang/xem-lai")
    assert status == 200, page
    return hidden_fields(page)


@by_day_on("postgresql")
def test_many_at_once_over_two_processes(server: HTTPConnectionPool, cast: Cast) -> None:
    """One start of the processes for all."""
    of_eighty_unknown_stamps_forty_are_looked_up(server)
    of_eight_wrong_passwords_five_are_looked_at(server)
    many_checkouts_on_stock_five_place_exactly_five_orders(server, cast)
    many_times_the_same_notice_are_one(server, cast)


def of_eighty_unknown_stamps_forty_are_looked_up(server: HTTPConnectionPool) -> None:
    def scan(_number: int) -> int:
        return server.request("GET", f"/T/{new_stamp_code()}", retries=Retry(0)).status

    with ThreadPoolExecutor(8) as crowd:
        assert Counter(crowd.map(scan, range(80))) == {404: 40, 429: 40}


def of_eight_wrong_passwords_five_are_looked_at(server: HTTPConnectionPool) -> None:
    browsers, start = [Browser(server) for _ in range(8)], threading.Barrier(8)
    tokens = [token(browser.ask("GET", "/dang-nhap")[1]) for browser in browsers]

    def guess(browser: Browser, csrf: str) -> int:
        start.wait(timeout=30)
        guessed = {"csrf_token": csrf, "phone": "0900 000 011", "password": "mua-ruoi-chin"}
        return browser.ask("POST", "/dang-nhap", guessed)[0]

    with ThreadPoolExecutor(8) as crowd:
        assert Counter(crowd.map(guess, browsers, tokens)) == {422: 5, 429: 3}


def many_checkouts_on_stock_five_place_exactly_five_orders(server: HTTPConnectionPool, cast: Cast) -> None:
    variant = reading().get_one(Variant, cast.dau_xanh)
    product = reading().get_one(Product, variant.product_id)
    path = f"/san-pham/{product.id}-{product.slug}"
    browsers = [Browser(server) for _ in range(AT_ONCE)]
    start = threading.Barrier(AT_ONCE)

    def press(browser: Browser, fields: dict[str, str]) -> tuple[int, str]:
        start.wait(timeout=30)
        return browser.ask("POST", "/dat-hang/gui", fields)

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        buttons = list(crowd.map(lambda one: come_to_the_button(one, cast.dau_xanh, path, cast.lan.stall), browsers))
        answers = list(crowd.map(press, browsers, buttons))

    assert Counter(status for status, _ in answers) == {303: 5, 422: AT_ONCE - 5}
    refused = [page for status, page in answers if status == 422]
    assert all("Hết hàng: Đậu xanh vừa bán hết" in page for page in refused)
    assert not any("Chợ gặp lỗi" in page for _, page in answers)
    session = reading()
    assert session.scalar(select(func.count()).select_from(Order)) == 5
    assert session.scalar(select(func.count()).select_from(PaymentRequest)) == 5
    assert stock(cast.dau_xanh) == (5000, 5000)
    placed_at = session.scalars(select(func.max(Order.placed_at))).one()
    assert available(session, [cast.dau_xanh], now=placed_at) == {cast.dau_xanh: 0}


def many_times_the_same_notice_are_one(server: HTTPConnectionPool, cast: Cast) -> None:
    now = datetime.now(UTC)
    order = buy(cast, now)
    db.session.remove()
    sent = BANK.send(1, 12_000, order.code, now)
    start = threading.Barrier(AT_ONCE)

    def notify(_number: int) -> tuple[int, bytes]:
        start.wait(timeout=30)
        answer = server.request("POST", HOOK, body=sent.body, headers=sent.headers, retries=Retry(0))
        return answer.status, answer.data

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(notify, range(AT_ONCE)))

    assert answers == [(200, b'{"success": true}')] * AT_ONCE
    assert (count(BankCredit), count(Allocation), count(WebhookDelivery)) == (1, 1, AT_ONCE)
    assert paid(order).status is PaidStatus.PAID
    assert reading().scalars(select(BankCredit.unmatched_reason)).one() is None
    assert_sums_hold()
