"""A stall's no: for a reason, with the goods still on sale, or because some of them are gone, which stops their sale
until that is taken back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from market.base.db import reading, transaction
from market.catalog.models import Variant
from market.orders.rules import OrderStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.factories import sign_in
from tests.orders.steps import stock
from tests.pages import hidden, press
from tests.web.shop.buying import buy, fill_cart, hidden_fields, review, terms
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


def sold_out(lan: FlaskClient, cast: Cast, code: str, *goods: int) -> int:
    no, page = path(cast, code, "het-hang"), path(cast, code, "tu-choi")
    sent = hidden(lan.get(page).text, no)
    return lan.post(no, data=sent | {"goods": [str(one) for one in goods]} if goods else sent).status_code


def is_sold_out(variant_id: int) -> bool:
    reading().expire_all()
    return reading().get_one(Variant, variant_id).is_sold_out


def test_declining_for_a_reason_leaves_the_goods_on_sale(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    answer = press(lan, path(cast, code, "tu-choi"), path(cast, code, "tu-choi"), why="xa")
    assert (answer.status_code, order_of(code).ended_reason) == (303, "Nơi nhận xa, chưa giao được")
    assert (stock(cast.dau_xanh), is_sold_out(cast.dau_xanh)) == ((5000, 0), False)
    shown = client.get(f"/don/{code}").text
    assert "Lý do: Nơi nhận xa, chưa giao được" in shown
    assert "hết hàng" not in shown.lower()


def test_a_no_without_a_reason_is_asked_for_one(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    answer = press(lan, path(cast, code, "tu-choi"), path(cast, code, "tu-choi"))
    assert answer.status_code == 422
    assert "Mời chọn một lý do" in answer.text
    assert order_of(code).status is OrderStatus.PLACED


def test_sold_out_declines_the_order_and_stops_the_goods(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    assert sold_out(lan, cast, code) == 303
    order = order_of(code)
    assert (order.status, order.ended_reason) == (OrderStatus.DECLINED, "Hết hàng: Đậu xanh")
    assert (stock(cast.dau_xanh), is_sold_out(cast.dau_xanh)) == ((5000, 0), True)
    assert "Lý do: Hết hàng: Đậu xanh." in client.get(f"/don/{code}").text
    added = client.post("/gio-hang/them", data={"variant_id": cast.dau_xanh, "amount": "1"})
    assert "Đậu xanh: hết hàng." in added.text
    page = lan.get(path(cast, code)).text
    assert "Đã ngừng bán: Đậu xanh." in page
    assert "Hoàn tác, bán lại" in page


def test_one_tap_brings_the_goods_back_as_many_as_there_were(
    client: FlaskClient, lan: FlaskClient, cast: Cast, app: Flask
) -> None:
    code = buy(client, cast.dau_xanh, "2")
    sold_out(lan, cast, code)
    answer = press(lan, path(cast, code), path(cast, code, "ban-lai"))
    assert answer.status_code == 303
    assert (stock(cast.dau_xanh), is_sold_out(cast.dau_xanh)) == ((5000, 0), False)
    page = lan.get(path(cast, code)).text
    assert "Đã bán lại như trước: Đậu xanh (còn 5\u00a0kg)." in page
    assert "Hoàn tác, bán lại" not in page
    told = client.get(f"/don/{code}").text
    assert "Lý do: Hết hàng: Đậu xanh. Sau đó gian hàng báo có hàng lại." in told
    assert "Đặt lại" in told
    assert buy(app.test_client(), cast.dau_xanh, "5", phone="0900 000 022")


def test_only_what_is_named_of_several_goods_is_stopped(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    fill_cart(client, (cast.dau_xanh, "1"), (cast.rau_muong, "2"))
    page = review(client, terms(cast.lan.stall))
    placed = client.post("/dat-hang/gui", data=hidden_fields(page.text))
    code = client.get(placed.location).text.split("/don/", 1)[1][:9]
    assert sold_out(lan, cast, code) == 422
    assert order_of(code).status is OrderStatus.PLACED
    assert sold_out(lan, cast, code, cast.rau_muong) == 303
    assert (is_sold_out(cast.rau_muong), is_sold_out(cast.dau_xanh)) == (True, False)
    assert order_of(code).ended_reason == "Hết hàng: Rau muống"


def test_another_stalls_goods_are_not_stopped(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "1")
    assert sold_out(lan, cast, code, cast.ruoi) == 422
    assert (is_sold_out(cast.ruoi), order_of(code).status) == (False, OrderStatus.PLACED)


@pytest.mark.parametrize("said", ["counted", "none left", "by itself"])
def test_what_was_said_since_is_not_undone(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock, said: str
) -> None:
    code = buy(client, cast.dau_xanh, "2")
    sold_out(lan, cast, code)
    product = reading().get_one(Variant, cast.dau_xanh).product_id
    listing = f"/ban-hang/{cast.lan.slug}/san-pham/{product}"
    if said == "by itself":
        lan.post(f"{listing}/co-hang")
        lan.post(f"{listing}/het-hang")
    else:
        amount = {"counted": "3", "none left": "0"}[said]
        goods = f"/ban-hang/{cast.lan.slug}/san-pham"
        assert press(lan, goods, f"{listing}/con-hang", amount=amount).status_code == 303
    before = is_sold_out(cast.dau_xanh)
    assert "Hoàn tác, bán lại" not in lan.get(path(cast, code)).text
    refused = lan.post(path(cast, code, "ban-lai"))
    assert (refused.status_code, refused.headers["X-Refused"]) == (409, "nothing_stopped")
    assert is_sold_out(cast.dau_xanh) is before
    assert "Sau đó" not in (order_of(code).ended_reason or "")


def test_what_was_sold_out_before_stays_so(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    product = reading().get_one(Variant, cast.dau_xanh).product_id
    lan.post(f"/ban-hang/{cast.lan.slug}/san-pham/{product}/het-hang")
    sold_out(lan, cast, code)
    assert "Không món nào ngừng bán thêm" in lan.get(path(cast, code)).text
    assert lan.post(path(cast, code, "ban-lai")).status_code == 409
    assert is_sold_out(cast.dau_xanh)


def test_sold_out_twice_is_once(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    sent = hidden(lan.get(path(cast, code, "tu-choi")).text, path(cast, code, "het-hang"))
    assert [lan.post(path(cast, code, "het-hang"), data=sent).status_code for _ in range(2)] == [303, 303]
    lan.post(path(cast, code, "ban-lai"))
    assert lan.post(path(cast, code, "het-hang"), data=sent).status_code == 303
    assert not is_sold_out(cast.dau_xanh)
    assert [one.verb for one in events_of(reading(), "order", order_of(code).id)] == ["place", "decline", "sell_again"]


def test_the_second_of_two_orders_for_the_same_goods_has_the_undo(
    client: FlaskClient, lan: FlaskClient, cast: Cast, app: Flask
) -> None:
    first, second = (buy(one, cast.dau_xanh, "1") for one in (client, client))
    sold_out(lan, cast, first)
    sold_out(lan, cast, second)
    assert lan.post(path(cast, first, "ban-lai")).status_code == 409
    assert lan.post(path(cast, second, "ban-lai")).status_code == 303
    assert not is_sold_out(cast.dau_xanh)


def test_goods_that_are_packed_are_not_sold_out(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    press(lan, path(cast, code), path(cast, code, "nhan"))
    lan.post(path(cast, code, "san-sang"))
    page = lan.get(path(cast, code, "tu-choi")).text
    assert "Báo hết hàng" not in page
    assert "Dừng đơn này" in page


def test_an_order_that_is_over_says_so(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2")
    opened = hidden(lan.get(path(cast, code, "tu-choi")).text, path(cast, code, "het-hang"))
    client.post(f"/don/{code}/huy")
    assert "Đơn này không còn chờ bạn: đã hủy." in lan.get(path(cast, code, "tu-choi")).text
    assert lan.post(path(cast, code, "het-hang"), data=opened).status_code == 422
    assert not is_sold_out(cast.dau_xanh)


def test_what_changed_since_the_page_was_opened_is_shown_first(
    client: FlaskClient, lan: FlaskClient, cast: Cast
) -> None:
    code = buy(client, cast.dau_xanh, "2")
    opened = hidden(lan.get(path(cast, code, "tu-choi")).text, path(cast, code, "het-hang"))
    press(lan, path(cast, code), path(cast, code, "nhan"))
    answer = lan.post(path(cast, code, "het-hang"), data=opened)
    assert (answer.status_code, is_sold_out(cast.dau_xanh)) == (409, False)
    assert "đơn (nay là Đã nhận)" in answer.text


@pytest.mark.parametrize("verb", ["tu-choi", "het-hang", "ban-lai"])
def test_another_stalls_order_is_not_found(app: Flask, client: FlaskClient, cast: Cast, now: Clock, verb: str) -> None:
    code = buy(client, cast.dau_xanh, "1")
    with transaction() as session:
        session.execute(
            update(Variant).where(Variant.id == cast.dau_xanh).values(is_sold_out=True, sold_out_for=order_of(code).id)
        )
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now(), visitor="htx-phone")
    assert htx.post(f"/ban-hang/{cast.htx.slug}/don/{code}/{verb}").status_code == 404
    assert htx.post(path(cast, code, verb)).status_code == 404
    assert is_sold_out(cast.dau_xanh)
