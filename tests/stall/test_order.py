"""One order on its stall's side: yes, no, ready, handed over."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.accounts.models import Person
from market.base.audit import Event
from market.base.db import reading, transaction
from market.orders.models import Order
from market.orders.queries.keys import hand_over_key
from market.orders.rules import OrderStatus
from market.payments.models import Allocation
from market.sellers.models import Business
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.shop.buying import buy


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def order_of(code: str) -> Order:
    reading().expire_all()
    return reading().scalars(select(Order).where(Order.code == code)).one()


def path(cast: Cast, code: str, verb: str = "") -> str:
    return f"/ban-hang/{cast.lan.slug}/don/{code}" + (f"/{verb}" if verb else "")


def test_an_order_shows_who_what_and_where(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2", note="Nhận sau 17 giờ", point=str(cast.pickup))
    page = lan.get(path(cast, code)).text
    for told in ("Vũ Thị Mai", "0900 000 021", "Đậu xanh", "90.000", "Nhà văn hóa", "Nhận sau 17 giờ", "Nhận đơn"):
        assert told in page
    assert hand_over_key(code) not in page
    assert hand_over_key(code)[-4:] not in page


def test_a_whole_order_paid_in_cash_and_confirmed_by_the_buyers_code(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.dau_xanh, "2")
    assert lan.post(path(cast, code, "nhan")).status_code == 303
    assert order_of(code).status is OrderStatus.DA_NHAN
    assert lan.post(path(cast, code, "san-sang")).status_code == 303
    assert "Còn phải thu 90.000" in lan.get(path(cast, code, "giao")).text
    data = {"cash": "co", "how": "co_ma", "shown": hand_over_key(code)[-4:].lower()}
    answer = lan.post(path(cast, code, "giao"), data=data)
    assert (answer.status_code, answer.location) == (303, path(cast, code))
    order = order_of(code)
    assert (order.status, order.buyer_confirmed_at) == (OrderStatus.DA_GIAO, now())
    assert stock(cast.dau_xanh) == (3000, 0)
    assert reading().scalars(select(Allocation.amount)).one() == 90_000
    page = lan.get(path(cast, code)).text
    assert "Đã nhận đủ tiền" in page
    assert "Nhận đơn" not in page
    assert lan.post(path(cast, code, "giao"), data=data).status_code in (409, 422)


def test_the_buyers_qr_opens_the_hand_over_page_with_its_code_filled_in(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    lan.post(path(cast, code, "nhan"))
    key = hand_over_key(code)
    page = lan.get(path(cast, code, f"giao?ma={key}")).text
    assert f'value="{key}"' in page
    assert lan.post(path(cast, code, "giao"), data={"cash": "khong", "how": "co_ma", "shown": key}).status_code == 303
    assert order_of(code).buyer_confirmed_at is not None


def test_goods_may_be_handed_over_without_a_code(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    lan.post(path(cast, code, "nhan"))
    answer = lan.post(path(cast, code, "giao"), data={"cash": "khong", "how": "khong_ma", "shown": ""})
    assert answer.status_code == 303
    order = order_of(code)
    assert (order.status, order.buyer_confirmed_at) == (OrderStatus.DA_GIAO, None)


def test_a_wrong_code_is_said_and_counted(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    lan.post(path(cast, code, "nhan"))
    for typed in (code[-4:], "", "AAAA", "BBBB", "CCCC"):
        answer = lan.post(path(cast, code, "giao"), data={"cash": "khong", "how": "co_ma", "shown": typed})
        assert answer.status_code == 422
        assert "Mã nhận hàng chưa đúng" in answer.text
    data = {"cash": "khong", "how": "co_ma", "shown": hand_over_key(code)}
    assert "giao không có mã" in lan.post(path(cast, code, "giao"), data=data).text
    assert order_of(code).status is OrderStatus.DA_NHAN


def test_whether_cash_was_taken_must_be_said_while_money_is_owed(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.rau_muong)
    lan.post(path(cast, code, "nhan"))
    answer = lan.post(path(cast, code, "giao"), data={"how": "khong_ma", "shown": ""})
    assert answer.status_code == 422
    assert "Mời chọn đã nhận tiền hay chưa" in answer.text


def test_an_order_is_declined_with_a_reason_the_buyer_reads(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    assert lan.post(path(cast, code, "het-hang"), data={"reason": "Mưa chưa hái được"}).status_code == 303
    order = order_of(code)
    assert (order.status, order.ended_reason) == (OrderStatus.TU_CHOI, "Mưa chưa hái được")
    assert stock(cast.dau_xanh) == (5000, 0)
    assert "Mưa chưa hái được" in client.get(f"/don/{code}").text


def test_a_reason_too_long_comes_back_as_typed(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    answer = lan.post(path(cast, code, "het-hang"), data={"reason": "dài " * 60})
    assert answer.status_code == 422
    assert "Viết gọn" in answer.text
    assert "dài dài" in answer.text
    assert order_of(code).status is OrderStatus.CHO_NHAN


def test_answering_twice_says_where_the_order_stands(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    lan.post(path(cast, code, "nhan"))
    again = lan.post(path(cast, code, "nhan"))
    assert again.status_code == 409
    assert "Đã nhận" in again.text


def test_an_order_past_its_time_cannot_be_accepted(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong)
    now.move(hours=12)
    answer = lan.post(path(cast, code, "nhan"))
    assert answer.status_code == 409
    assert "quá giờ" in answer.text


@pytest.mark.parametrize("verb", ["", "giao"])
def test_another_stalls_order_is_not_found(app: Flask, client: FlaskClient, cast: Cast, now: Clock, verb: str) -> None:
    code = buy(client, cast.rau_muong)
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now(), visitor="htx-phone")
    own_desk = f"/ban-hang/{cast.htx.slug}/don/{code}" + (f"/{verb}" if verb else "")
    assert htx.get(own_desk).status_code == 404
    assert htx.get(path(cast, code, verb)).status_code == 404
    assert client.get(path(cast, code, verb)).status_code == 303


@pytest.mark.parametrize("verb", ["nhan", "het-hang", "san-sang", "giao"])
def test_another_stalls_order_cannot_be_moved(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock, verb: str
) -> None:
    code = buy(client, cast.rau_muong)
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now(), visitor="htx-phone")
    assert htx.post(f"/ban-hang/{cast.htx.slug}/don/{code}/{verb}").status_code == 404
    assert htx.post(path(cast, code, verb)).status_code == 404
    assert order_of(code).status is OrderStatus.CHO_NHAN


def test_a_helper_answers_on_behalf_and_the_log_says_so(
    app: Flask, client: FlaskClient, cast: Cast, now: Clock
) -> None:
    code = buy(client, cast.rau_muong)
    with transaction() as session:
        business, vy = session.get_one(Business, cast.lan.business), session.get_one(Person, cast.vy)
        make.make_mandate(session, business, vy, session.get_one(Person, cast.hung), now())
    helper = app.test_client()
    sign_in(helper, cast.vy, now(), visitor="vy-phone")
    assert helper.post(path(cast, code, "nhan")).status_code == 303
    event = reading().scalars(select(Event).where(Event.verb == "accept")).one()
    assert (event.actor_id, event.on_behalf_of) == (cast.vy, cast.lan.business)
    assert event.mandate_id is not None


def test_every_answer_needs_its_token(app: Flask, client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.rau_muong)
    app.config["WTF_CSRF_ENABLED"] = True
    for verb in ("nhan", "het-hang", "san-sang", "giao"):
        assert lan.post(path(cast, code, verb)).status_code == 400
