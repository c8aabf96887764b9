"""What bringing goods costs is seen before one orders: by the hamlet of the house, by bus, by courier. What lives goes
no way on which it dies."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from market.base.db import reading, transaction
from market.base.errors import Refused
from market.catalog.models import Variant
from market.orders.actions.checking import PriceChanged
from market.orders.models import Order
from market.orders.rules import Delivery
from market.places.models import Hamlet
from market.sellers.models import HamletFee, Stall
from market.values.money import Dong
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row, place, wanted
from tests.web.shop.buying import WHO, buy, fill_cart, hidden_fields, review, terms


@pytest.fixture
def hamlet_fees(cast: Cast) -> None:
    """15.000 đ to Mỗ Đoạn, nothing to Nghĩa Dũng, 10.000 đ to any other; free from 200.000 đ on."""
    with transaction() as session:
        session.get_one(Stall, cast.htx.stall).free_from = Dong(200_000)
        for hamlet_id, fee in ((cast.mo_doan, Dong(15_000)), (cast.nghia_dung, None)):
            session.add(HamletFee(stall_id=cast.htx.stall, hamlet_id=hamlet_id, fee=fee))


def order() -> Order:
    reading().expire_all()
    return reading().scalars(select(Order)).one()


def send_outside(cast: Cast, **fields: object) -> None:
    with transaction() as session:
        stall = session.get_one(Stall, cast.htx.stall)
        for name, value in {"ships_outside": True, "shipping_fee": Dong(35_000), **fields}.items():
            setattr(stall, name, value)


def make_live(variant_id: int, *, by_bus: bool) -> None:
    with transaction() as session:
        product = session.get_one(Variant, variant_id).product
        product.is_live, product.by_bus = True, by_bus


def test_who_names_their_hamlet_sees_its_fee_which_is_frozen(
    client: FlaskClient, cast: Cast, hamlet_fees: None
) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    assert "phí từ 10.000\u00a0₫ đến 15.000\u00a0₫ theo thôn, miễn phí từ 200.000\u00a0₫ tiền hàng" in page
    assert '<option selected value="">Chọn thôn' in page, "nothing is chosen for who was never here"
    to_a_house = terms(cast.htx.stall, delivery="trong_xa")
    said = WHO | to_a_house | {"address": "Xóm 2"}
    assert "Mời chọn thôn để biết phí giao." in client.post("/dat-hang", data=said).text
    away = client.post("/dat-hang", data=said | {"hamlet": str(cast.nghia_dung)})
    assert (away.status_code, "không giao tới thôn bạn chọn" in away.text) == (422, True)
    shown = review(client, to_a_house, address="Xóm 2", hamlet=str(cast.mo_doan)).text
    assert "Phí giao tới thôn Mỗ Đoạn" in shown
    assert "Đặt hàng · 47.000" in shown
    client.post("/dat-hang/gui", data=hidden_fields(shown))
    with transaction() as session:
        session.query(HamletFee).update({"fee": 99_000})
    placed = order()
    assert (placed.hamlet_id, placed.delivery_fee, placed.total) == (cast.mo_doan, 15_000, 47_000)
    assert "Giao tận nơi trong xã, thôn Mỗ Đoạn" in client.get(f"/don/{placed.code}").text
    fill_cart(client, (cast.gao_nep, "1"))
    with client.session_transaction() as kept:
        kept.pop("dat_hang")
    assert "thôn Mỗ Đoạn (như lần trước)" in client.get("/dat-hang").text


def test_a_fee_that_changed_meanwhile_is_told_and_what_was_typed_stays(
    client: FlaskClient, cast: Cast, hamlet_fees: None
) -> None:
    fill_cart(client, (cast.gao_nep, "1"))
    to_a_house = terms(cast.htx.stall, delivery="trong_xa")
    shown = review(client, to_a_house, address="Xóm 2", hamlet=str(cast.mo_doan)).text
    with transaction() as session:
        session.query(HamletFee).filter_by(hamlet_id=cast.mo_doan).update({"fee": 20_000})
    answer = client.post("/dat-hang/gui", data=hidden_fields(shown))
    assert answer.status_code == 422
    assert "vừa đổi từ 15.000\u00a0₫ thành 20.000\u00a0₫" in answer.text
    assert "Đặt hàng · 52.000" in answer.text, "the page as it stands now, with all that was typed"
    with transaction() as session:
        session.query(HamletFee).filter_by(hamlet_id=cast.mo_doan).update({"fee": None})
    answer = client.post("/dat-hang/gui", data=hidden_fields(answer.text))
    assert (answer.status_code, "không giao tới thôn này" in answer.text) == (422, True)
    assert 'value="Xóm 2"' in answer.text


def test_much_is_brought_for_nothing(client: FlaskClient, cast: Cast, hamlet_fees: None) -> None:
    fill_cart(client, (cast.gao_nep, "7"))
    to_a_house = terms(cast.htx.stall, delivery="trong_xa")
    shown = review(client, to_a_house, address="Xóm 2", hamlet=str(cast.mo_doan)).text
    assert "Phí giao tới thôn Mỗ Đoạn</span> <strong>miễn phí" in shown
    client.post("/dat-hang/gui", data=hidden_fields(shown))
    assert (order().delivery_fee, order().total) == (0, 224_000)


def test_a_house_in_no_hamlet_of_the_commune_is_no_place(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        elsewhere = make.make_hamlet(session, far, "thôn Xa").id
        session.get_one(Hamlet, cast.mo_doan).is_active = False
    asked = replace(wanted(cast.gao_nep), delivery=Delivery.IN_COMMUNE, delivery_fee=Dong(10_000))
    for hamlet_id in (None, 999, elsewhere, cast.mo_doan):
        with pytest.raises(Refused, match="thôn"):
            place(cast.commune, replace(asked, hamlet_id=hamlet_id), now=now())


def test_the_bus_is_paid_by_who_fetches_where_the_stall_says_so(client: FlaskClient, cast: Cast, now: Clock) -> None:
    send_outside(cast, sends_by_bus=True, bus_words="Xe Hải Âu, chạy 14 giờ")
    fill_cart(client, (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    assert "Gửi xe khách ra ngoài xã (người nhận trả nhà xe)" in page
    assert "Xe Hải Âu, chạy 14 giờ" in page
    assert "Gửi chuyển phát ra ngoài xã (phí 35.000\u00a0₫)" in page
    shown = review(client, terms(cast.htx.stall, delivery="xe_khach"), address="Bến Nước Ngầm").text
    assert "bạn trả nhà xe" in shown
    send_outside(cast, bus_fee=Dong(40_000))
    changed = client.post("/dat-hang/gui", data=hidden_fields(shown))
    assert (changed.status_code, "Phí gửi xe khách" in changed.text) == (422, True)
    client.post("/dat-hang/gui", data=hidden_fields(changed.text))
    assert (order().delivery, order().pays_carrier, order().total) == (Delivery.BUS, False, 72_000)
    send_outside(cast, bus_fee=None)
    own = replace(wanted(cast.gao_nep), delivery=Delivery.BUS, pays_carrier=True)
    row = order_row(place(cast.commune, own, now=now()).order_ids[0])
    assert (row.pays_carrier, row.delivery_fee) == (True, 0)
    with pytest.raises(PriceChanged, match="người nhận trả nhà xe"):
        place(cast.commune, replace(own, pays_carrier=False), now=now())


def test_live_goods_are_offered_no_way_on_which_they_die(client: FlaskClient, cast: Cast, now: Clock) -> None:
    send_outside(cast, sends_by_bus=True, bus_fee=Dong(40_000))
    make_live(cast.gao_nep, by_bus=True)
    fill_cart(client, (cast.gao_nep, "1"))
    page = client.get("/dat-hang").text
    assert ('value="gui_xa"' in page, 'value="xe_khach"' in page) == (False, True)
    assert "không gửi chuyển phát được. Gửi xe khách thì được." in page
    make_live(cast.gao_nep, by_bus=False)
    page = client.get("/dat-hang").text
    assert ('value="gui_xa"' in page, 'value="xe_khach"' in page) == (False, False)
    for way, fee in ((Delivery.SHIPPED, 35_000), (Delivery.BUS, 40_000)):
        with pytest.raises(Refused, match=r"là hàng sống, tươi sống nên không gửi .* được. Nhận trong xã thì được"):
            place(cast.commune, replace(wanted(cast.gao_nep), delivery=way, delivery_fee=Dong(fee)), now=now())


def test_what_goes_off_by_bus_is_said_with_whom(client: FlaskClient, cast: Cast, now: Clock) -> None:
    send_outside(cast)
    code = buy(client, cast.gao_nep, delivery="gui_xa", address="12 phố Huế, Hà Nội")
    assert "Gửi chuyển phát" not in client.get(f"/gian-hang/{cast.lan.slug}").text
    assert "Gửi đi ngoài xã: chuyển phát" in client.get(f"/gian-hang/{cast.htx.slug}").text
    assert "Chuyển phát" in client.get(f"/don/{code}").text
