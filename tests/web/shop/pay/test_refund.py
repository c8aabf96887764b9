"""A buyer's page of money that goes back: where to, that it came, that it did not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import GUEST
from market.base.db import transaction
from market.payments import actions
from market.payments.models import RefundAccount
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI_HERE, MAIS_PHONE
from tests.pages import press, send
from tests.payments.steps import Bought, buy, count, notice, paid
from tests.watching import has_news

ACCOUNT = {"bin": "970436", "number": "0011 2233 44556", "holder": "Vũ Thị Mai"}


@pytest.fixture
def mai(client: FlaskClient, cast: Cast) -> FlaskClient:
    client.set_cookie("khach", MAIS_PHONE)
    return client


@pytest.fixture
def owing(cast: Cast, now: Clock) -> Bought:
    order = buy(cast, now(), buyer=MAI_HERE)
    notice(1, 20_000, order.code, now())
    return order


def path(order: Bought, verb: str = "") -> str:
    return f"/don/{order.code}/hoan-tien{verb}"


def says_given(order: Bought, now: Clock) -> None:
    new = actions.NewRefund(order_id=order.id, amount=Dong(8_000), client_key="0")
    with transaction() as session:
        actions.refund(session, GUEST, order.stall, new, clock=now)


def test_where_it_goes_is_typed_once_and_what_is_wrong_comes_back_as_typed(mai: FlaskClient, owing: Bought) -> None:
    assert path(owing) in mai.get(f"/don/{owing.code}").text
    assert path(owing) in mai.get(f"/don/{owing.code}/tra-tien").text
    assert "8.000\u00a0₫" in mai.get(path(owing)).text
    wrong = send(mai, path(owing), ACCOUNT | {"number": "12"})
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.text
    assert "từ 4 đến 19" in wrong.text
    assert send(mai, path(owing), ACCOUNT).status_code == 303
    page = mai.get(path(owing)).text
    assert "VU THI MAI" in page
    assert "số đuôi 4556" in page
    assert "0011223344556" not in page
    assert press(mai, path(owing), path(owing, "/xoa")).status_code == 303
    assert count(RefundAccount) == 0
    assert mai.post(path(owing, "/xoa")).status_code == 303, "twice is once"


def test_it_has_not_come_and_then_it_has(mai: FlaskClient, owing: Bought, now: Clock) -> None:
    before = mai.get(path(owing)).text
    says_given(owing, now)
    assert has_news(mai, before)
    assert "Người bán báo đã hoàn bạn 8.000\u00a0₫" in mai.get(f"/don/{owing.code}").text
    assert press(mai, path(owing), path(owing, "/chua-nhan")).status_code == 303
    page = mai.get(path(owing)).text
    assert "Bạn đã báo chưa nhận được" in page
    assert path(owing, "/chua-nhan") not in page
    assert press(mai, path(owing), path(owing, "/da-nhan")).status_code == 303
    assert paid(owing).returned == 8_000
    page = mai.get(path(owing)).text
    assert "Đã trả lại bạn 8.000\u00a0₫" in page
    assert "Số tài khoản" not in page


def test_an_answer_to_an_older_page_is_not_taken(mai: FlaskClient, owing: Bought, now: Clock) -> None:
    says_given(owing, now)
    assert mai.post(path(owing, "/da-nhan"), data={"seen": "x"}).status_code == 409
    assert mai.post(path(owing, "/da-nhan")).status_code == 422
    assert paid(owing).returned == 0


def test_where_nothing_goes_back_nothing_is_asked(mai: FlaskClient, cast: Cast, now: Clock) -> None:
    order = buy(cast, now(), buyer=MAI_HERE)
    page = mai.get(path(order)).text
    assert "không có tiền nào phải trả lại" in page
    refused = mai.post(path(order), data=ACCOUNT)
    assert refused.status_code == 422
    assert "chưa được lưu" in refused.text


def test_nobody_else_sees_or_says_anything(app: Flask, owing: Bought, now: Clock) -> None:
    says_given(owing, now)
    stranger = app.test_client()
    assert stranger.get(path(owing)).status_code in (302, 303, 404)
    for verb in ("", "/xoa", "/da-nhan", "/chua-nhan"):
        assert stranger.post(path(owing, verb), data=ACCOUNT | {"seen": "x"}).status_code in (302, 303, 403, 404)
    assert (count(RefundAccount), paid(owing).returned) == (0, 0)
