"""The packing list: what to bring where, for whom, how much, paid or to be collected."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.db import transaction
from market.orders.models import Order
from market.places.models import Hamlet
from market.sellers.models import Stall
from market.web.stall.orders import queries
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import copy_order
from tests.pages import press
from tests.payments.steps import notice
from tests.web.shop.buying import buy
from tests.web.stall.steps import order_of, path


@pytest.fixture
def lan(app: Flask, cast: Cast, now: Clock) -> FlaskClient:
    phone = app.test_client()
    sign_in(phone, cast.lan.person, now(), visitor="lan-phone")
    return phone


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/ban-hang/{cast.lan.slug}/dong-hang"


def accept(lan: FlaskClient, cast: Cast, *codes: str) -> None:
    for code in codes:
        assert press(lan, path(cast, code), path(cast, code, "nhan")).status_code == 303


def sections(html: str) -> dict[str, str]:
    """Place -> all that is said of it, in its order."""
    words = (plain(one) for one in re.findall(r"<section.*?</section>", html, re.DOTALL))
    return {said.partition(" Mở")[0].partition(" Mang")[0]: said for said in words}


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


def test_it_says_what_to_bring_where_for_whom_and_what_to_collect(
    client: FlaskClient, lan: FlaskClient, cast: Cast, page: str
) -> None:
    with transaction() as session:
        point = make.make_pickup_point(session, session.get_one(Hamlet, cast.mo_doan))
        make.make_visit(session, session.get_one(Stall, cast.lan.stall), point)
        other = point.id
    first = buy(client, cast.dau_xanh, "1,5", point=str(cast.pickup), note="Nhận sau 17 giờ")
    second = buy(client, cast.dau_xanh, "2", point=str(cast.pickup), name="Đỗ Văn Bình")
    third = buy(client, cast.rau_muong, "3", point=str(other))
    brought = buy(client, cast.rau_muong, "1", delivery="trong_xa", address="Số 4, thôn Mỗ Đoạn")
    waiting = buy(client, cast.rau_muong, "7", point=str(other))
    accept(lan, cast, first, second, third, brought)
    places = sections(lan.get(page).text)
    nghia_dung, mo_doan = "Nhà văn hóa thôn Nghĩa Dũng", "Nhà văn hóa thôn Mỗ Đoạn"
    assert list(places) == [mo_doan, nghia_dung, "Giao tận nơi trong xã"]
    for told in ("Mang 2 đơn: Đậu xanh 3,5 kg.", "Thu về 157.500 ₫", "Vũ Thị Mai", "Đỗ Văn Bình"):
        assert told in places[nghia_dung], told
    for told in (first, second, "Thu 67.500", "Thu 90.000", "Dặn: Nhận sau 17 giờ", "0900 000 021"):
        assert told in places[nghia_dung], told
    assert "Mang 1 đơn: Rau muống 3 mớ." in places[mo_doan]
    assert "Số 4, thôn Mỗ Đoạn" in places["Giao tận nơi trong xã"]
    assert waiting not in lan.get(page).text


def test_days_stand_apart_and_what_has_no_clock_goes_first(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock, page: str
) -> None:
    old = buy(client, cast.dau_xanh, "1")
    accept(lan, cast, old)
    now.move(hours=24)
    new, packed = buy(client, cast.dau_xanh, "1"), buy(client, cast.dau_xanh, "1")
    accept(lan, cast, new, packed)
    lan.post(path(cast, packed, "san-sang"))
    html = lan.get(page).text
    days = re.findall(r"<h3>(.*?)</h3>", html)
    assert [day[:8] for day in days] == ["Không có", "Hạn ngày", "Hạn ngày"]
    assert len(set(days)) == 3
    assert html.index(packed) < html.index(old) < html.index(new)
    assert re.search(rf'id="xong-{packed}" checked', html)
    assert re.search(rf'id="xong-{old}">', html)


def test_money_that_has_not_come_is_never_called_paid(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock, page: str
) -> None:
    paid = buy(client, cast.rau_muong, "1", pay="chuyen_khoan")
    accept(lan, cast, paid)
    assert "CHƯA thấy tiền 12.000\u00a0₫" in lan.get(page).text
    notice(1, 12_000, paid, now())
    shown = lan.get(page).text
    assert "Đã trả đủ" in shown
    assert "Thu" not in sections(shown)["Khách đến nhà bạn lấy"]


def test_what_was_handed_over_or_ended_is_not_on_it(
    client: FlaskClient, lan: FlaskClient, cast: Cast, page: str
) -> None:
    code = buy(client, cast.rau_muong)
    accept(lan, cast, code)
    assert code in lan.get(page).text
    press(lan, path(cast, code, "giao"), path(cast, code, "giao"), cash="co", how="khong_ma")
    assert "Chưa có gì phải đóng" in lan.get(page).text
    assert order_of(code).status == "da_giao"


def test_it_is_reached_from_both_pages_of_orders(client: FlaskClient, lan: FlaskClient, cast: Cast, page: str) -> None:
    accept(lan, cast, buy(client, cast.rau_muong))
    for shown in (f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don"):
        assert f'href="{page}"' in lan.get(shown).text


def test_a_row_of_orders_shows_goods_and_place_to_both_sides(client: FlaskClient, lan: FlaskClient, cast: Cast) -> None:
    code = buy(client, cast.dau_xanh, "2", point=str(cast.pickup))
    accept(lan, cast, code)
    rows = [f"/ban-hang/{cast.lan.slug}", f"/ban-hang/{cast.lan.slug}/don"]
    for text in (*(lan.get(one).text for one in rows), client.get("/don").text):
        row = text.rsplit(f'don/{code}"', 1)[1].split("</a>")[0]
        assert "Đậu xanh 2\u00a0kg" in row
        assert "Nhà văn hóa thôn Nghĩa Dũng" in row


def test_only_its_people_see_it(app: Flask, client: FlaskClient, cast: Cast, now: Clock, page: str) -> None:
    assert client.get(page).status_code == 303
    htx = app.test_client()
    sign_in(htx, cast.htx.person, now(), visitor="htx-phone")
    assert htx.get(page).status_code == 404


def test_an_erased_buyer_is_not_called(
    client: FlaskClient, lan: FlaskClient, cast: Cast, now: Clock, page: str
) -> None:
    code = buy(client, cast.rau_muong)
    accept(lan, cast, code)
    with transaction() as session:
        session.get_one(Order, order_of(code).id).purchase.contact.erased_at = now()
    assert "tel:" not in lan.get(page).text


def test_what_is_more_than_a_round_is_packed_in_rounds(
    client: FlaskClient, lan: FlaskClient, cast: Cast, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sums are of the round, and it says so: goods for a hundred orders are not carried to one door."""
    monkeypatch.setattr(queries, "A_ROUND", 4)
    code = buy(client, cast.dau_xanh, "2", point=str(cast.pickup))
    accept(lan, cast, code)
    assert "chuyến" not in lan.get(page).text
    copy_order(code, 6)
    first, second = lan.get(page).text, lan.get(f"{page}?page=2").text
    assert "Có 7 đơn phải đóng, gấp trước. Đây là chuyến 1 / 2" in first
    assert "Mang 4 đơn: Đậu xanh 8 kg." in plain(first)
    assert "Đây là chuyến 2 / 2" in second
    assert "Mang 3 đơn: Đậu xanh 6 kg." in plain(second)
