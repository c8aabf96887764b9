"""A stranger pays a deposit that keeps the goods: read before ordering, asked for, taken, and the rest at hand-over."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import locked, transaction
from market.places.models import DatedFact
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.period import local_day
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import press
from tests.payments.steps import notice
from tests.web.shop.buying import fill_cart, hidden_fields, review, terms
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("&nbsp;", " ")


def test_a_stranger_reads_pays_and_collects(client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    page = f"/ban-hang/{cast.lan.slug}/cai-dat"
    changed = press(lan, page, page, name="Rau bà Lan", hold_days="3", deposit_percent="30", deposit_from="50.000")
    assert changed.status_code == 303, changed.text
    assert "người bán giữ cả tiền cọc" in plain(client.get("/khong-den-lay").text)
    fill_cart(client, (cast.dau_xanh, "2"))
    assert "đặt cọc 30 %, đơn từ 50.000 ₫" in plain(client.get("/dat-hang").text)
    asked = review(client, terms(cast.lan.stall))
    said = plain(asked.text)
    assert "Đặt cọc 27.000 ₫" in said
    assert "người bán giữ 27.000 ₫" in said
    placed = client.post("/dat-hang/gui", data=hidden_fields(asked.text))
    assert placed.status_code == 303
    code = client.get(placed.location).text.split("/don/DS")[1][:7]
    code = f"DS{code}"
    press(lan, path(cast, code), path(cast, code, "nhan"))
    pay = plain(client.get(f"/don/{code}/tra-tien").text)
    assert "Mã dưới đây là tiền cọc 27.000 ₫" in pay
    assert "Tôi đã chuyển" in pay
    assert "Trả tiền cọc · 27.000 ₫" in plain(client.get(f"/don/{code}").text)
    money = plain(lan.get(f"/ban-hang/{cast.lan.slug}/tien?muc=cho_tien").text)
    assert "Tiền cọc; cả đơn 90.000 ₫" in money
    notice(1, 27_000, code, now())
    after = plain(client.get(f"/don/{code}/tra-tien").text)
    assert "Đã nhận tiền cọc 27.000 ₫. Còn 63.000 ₫" in after
    assert order_of(code).due_at is None
    assert "Hủy đơn này" in client.get(f"/don/{code}").text, "until it is packed a deposit goes back"


def test_a_changed_deposit_is_shown_before_anything_is_placed(client: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "2"))
    asked = review(client, terms(cast.lan.stall))
    with transaction() as session:
        stall = locked(session, Stall, Stall.id == cast.lan.stall).row
        stall.deposit_percent, stall.deposit_from = 20, Dong(0)
    refused = client.post("/dat-hang/gui", data=hidden_fields(asked.text))
    assert refused.status_code == 422
    assert "Đặt cọc 18.000 ₫" in plain(refused.text)
    placed = client.post("/dat-hang/gui", data=hidden_fields(refused.text))
    assert placed.status_code == 303


def test_a_stall_asks_for_no_more_than_the_market_lets_it(lan: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        whose = {"commune_id": cast.commune, "key": "deposit.most_percent", "source": "x"}
        session.add(DatedFact(**whose, value="20", valid_from=local_day(now())))
    page = f"/ban-hang/{cast.lan.slug}/cai-dat"
    asked = {"name": "Rau bà Lan", "hold_days": "3", "deposit_percent": "30"}
    wrong = press(lan, page, page, **asked)
    assert wrong.status_code == 422
    assert "nhiều nhất 20 %" in plain(wrong.text)
