"""The office sees whose refund has not come, and no amount."""

from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import GUEST
from market.base.db import transaction
from market.payments import actions
from market.values.money import Dong
from tests.access import keeps_out
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.payments.steps import answer_as_shown, buy, notice

PAGE = "/van-phong/duyet/hoan-tien"


def test_whose_refund_has_not_come_is_listed_until_it_has(client: FlaskClient, cast: Cast, now: Clock) -> None:
    sign_in(client, cast.hung, now())
    assert "Không có khách nào báo thiếu" in client.get(PAGE).text
    order = buy(cast, now())
    notice(1, 20_000, order.code, now())
    new = actions.NewRefund(order_id=order.id, amount=Dong(8_000), client_key="0")
    with transaction() as session:
        actions.refund(session, GUEST, order.stall, new, clock=now)
    assert order.code not in client.get(PAGE).text, "she has said so, and nobody says otherwise"
    with transaction() as session:
        answer_as_shown(session, order.id, has_come=False, clock=now)
    page = client.get(PAGE).text
    assert order.code in page
    assert "Rau bà Lan" in page
    assert "8.000" not in page
    with transaction() as session:
        answer_as_shown(session, order.id, has_come=True, clock=now)
    assert order.code not in client.get(PAGE).text


def test_only_the_office_looks(app: Flask, cast: Cast) -> None:
    assert keeps_out(app, PAGE, [cast.lan.person, cast.mai])
