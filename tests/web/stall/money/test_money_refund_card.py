"""Giving a buyer's money back to the card it came from: the task's button, what is on its way, what is disputed."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import GUEST
from market.base.db import transaction
from market.payments.jobs.card_leaving import look_after_card
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI_HERE, MAIS_PHONE, decline_as_shown
from tests.pages import press
from tests.payments.gate import Gate, goes, opened
from tests.payments.steps import Bought, buy, paid

MONEY = "/ban-hang/rau-ba-lan/tien"


@pytest.fixture
def gate(app: Flask, cast: Cast, now: Clock) -> Iterator[Gate]:
    with opened(app, cast.lan.stall, now) as gate:
        yield gate


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now())
    return phone


@pytest.fixture
def order(client: FlaskClient, gate: Gate, cast: Cast, now: Clock) -> Bought:
    """Paid by card, then declined: 12.000 đồng are owed back."""
    order = buy(cast, now(), buyer=MAI_HERE)
    gate.pays(client, order, now)
    with transaction() as session:
        decline_as_shown(session, GUEST, order.id, "Hết rau", clock=now)
    return order


def task(order: Bought) -> str:
    return f"/ban-hang/rau-ba-lan/don/{order.code}/hoan"


def act(order: Bought) -> str:
    return f"/ban-hang/rau-ba-lan/don/{order.code}/tra-the"


def sent_by(page: str, order: Bought) -> dict[str, str]:
    """What the task's button sends."""
    form = page.split(f'action="{act(order)}"')[1].split("</form>")[0]
    return dict(re.findall(r'name="(amount|owed|payment|number)" value="([^"]*)"', form))


def test_one_button_sends_it_back_and_both_see_how_it_goes(
    lan: FlaskClient, client: FlaskClient, gate: Gate, order: Bought
) -> None:
    page = lan.get(task(order)).text
    assert "Trả lại 12.000\u00a0₫ qua thẻ" in page
    assert "Khách chưa cho số tài khoản" not in page, "none is needed"
    assert press(lan, task(order), act(order), **sent_by(page, order)).status_code == 303
    assert "Nơi nhận thẻ chưa trả lời" in lan.get(MONEY).text
    client.set_cookie("khach", MAIS_PHONE)
    assert "chợ đang hỏi" in client.get(f"/don/{order.code}/hoan-tien").text
    look_after_card(goes(order)[0].id)
    assert "Đang trả qua thẻ" not in lan.get(MONEY).text
    assert "nơi nhận thẻ đã gửi" in client.get(f"/don/{order.code}/hoan-tien").text
    assert "vào thẻ bạn đã dùng" in client.get(f"/don/{order.code}").text
    assert [one.amount for one in gate.fake.refunds.values()] == [12_000]


def test_a_part_goes_first_and_an_old_page_sends_nothing(lan: FlaskClient, gate: Gate, order: Bought) -> None:
    page = lan.get(f"{task(order)}?so_tien=5.000").text
    sent = sent_by(page, order)
    assert (sent["amount"], sent["owed"]) == ("5000", "12000")
    assert [press(lan, task(order), act(order), **sent).status_code for _ in range(2)] == [303, 303]
    assert paid(order).owed_back == 7_000
    assert press(lan, task(order), act(order), **(sent | {"amount": "6000"})).status_code == 409
    assert press(lan, task(order), act(order), **(sent | {"number": "x"})).status_code in (409, 422)
    assert paid(order).owed_back == 7_000


def test_a_dispute_stands_with_its_deadline_on_the_seller_s_page_and_in_the_office(
    lan: FlaskClient, app: Flask, gate: Gate, order: Bought, cast: Cast, now: Clock
) -> None:
    gate.fake.dispute(gate.intent_of(goes(order)[0].session_id or ""), status="warning_needs_response")
    hung = app.test_client()
    assert set(gate.tell_all(hung, now)) == {200}
    money = lan.get(MONEY).text
    assert "Chủ thẻ khiếu nại" in money
    assert ", hạn " in money
    assert "qua thẻ</button>" not in lan.get(task(order)).text
    sign_in(hung, cast.hung, now())
    office = hung.get("/van-phong/duyet/hoan-tien").text
    assert (order.code in office, ", hạn " in office, "12.000" in office) == (True, True, False)


def test_only_the_stall_s_own_people_send_it(app: Flask, order: Bought, cast: Cast) -> None:
    assert keeps_out(app, act(order), [cast.tu.person, cast.hung, cast.mai], method="post")
