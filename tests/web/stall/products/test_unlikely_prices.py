"""A price that was likely mistyped is asked back once, kept when it is said again, and never refused; a unit is
proposed by the name and chosen by nobody but the seller."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from market.base.db import transaction
from market.catalog.models import Variant
from market.sellers.models import Stall
from market.values.money import Dong
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.pages import hidden, send


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


@pytest.fixture
def tomatoes(cast: Cast, now: Clock) -> None:
    """Somebody else sells tomatoes at 30.000 a kg."""
    with transaction() as session:
        make.make_product(session, session.get_one(Stall, cast.htx.stall), "Cà chua bi", now(), price=30_000)


def new(cast: Cast) -> str:
    return f"{shelf.goods_of(cast.lan)}/moi"


def listed(lan: FlaskClient, cast: Cast, **typed: object) -> tuple[int, str]:
    answer = shelf.post(lan, new(cast), shelf.form(**typed))
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"price": "1.000.000"}, "khác thường với loại hàng này"),
        ({"price": "1tr2"}, "khác thường"),
        ({"price": "500"}, "có vẻ thiếu số 0: 500.000\u00a0₫ thì viết 500k"),
        ({"price": "35"}, "có vẻ thiếu số 0: 35.000\u00a0₫ thì viết 35k"),
        ({"price": "120k", "name": "Rau cải", "unit": "mo"}, "khác thường"),
    ],
)
def test_a_new_price_is_asked_back_once_and_kept_when_said_again(
    lan: FlaskClient, cast: Cast, typed: dict[str, object], said: str
) -> None:
    status, page = listed(lan, cast, **typed)
    assert (status, said in page) == (422, True), page
    assert "Chưa lưu gì cả" in page
    back = hidden(page, new(cast))
    again = typed | {"price_said": back["price_said"], "kept_photo": back["kept_photo"]}
    assert listed(lan, cast, **again)[0] == 303


@pytest.mark.usefixtures("tomatoes")
def test_ten_times_what_others_ask_for_the_same_goods_is_asked_back(lan: FlaskClient, cast: Cast) -> None:
    assert "hàng cùng loại trên chợ (30.000\u00a0₫/kg)" in listed(lan, cast, name="Cà chua", price="300k")[1] or (
        "hàng cùng loại" in listed(lan, cast, name="Cà chua bi quả đỏ", price="300k")[1]
    )
    assert listed(lan, cast, name="Cà chua bi", price="290k")[0] == 303


def test_another_unlikely_price_is_asked_about_too(lan: FlaskClient, cast: Cast) -> None:
    said = hidden(listed(lan, cast, price="1tr2")[1], new(cast))["price_said"]
    assert listed(lan, cast, price="2tr", price_said=said)[0] == 422
    assert listed(lan, cast, price="1tr2", unit="lang", price_said=said)[0] == 422
    assert listed(lan, cast, price="20k", price_said=said)[0] == 303


def test_a_jump_of_what_stands_is_asked_back_in_the_list_and_kept_on_the_page(lan: FlaskClient, cast: Cast) -> None:
    """Trial, people 14: 30.000 -> 1tr2 was taken unasked."""
    listing = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    asked = send(lan, shelf.goods_of(cast.lan), {"price": "1tr2"}, f"{listing}/gia")
    assert asked.status_code == 422
    assert "cao gấp 26 lần giá trước (45.000\u00a0₫)" in asked.text
    assert shelf.read(cast.dau_xanh)[1].price == 45_000
    kept = hidden(asked.text, listing) | {"name": "Đậu xanh", "price": "1tr2", "unit": "kg"}
    assert lan.post(listing, data=kept).status_code == 303
    assert shelf.read(cast.dau_xanh)[1].price == 1_200_000
    words = send(lan, listing, {"name": "Đậu xanh", "price": "1.200.000", "unit": "kg", "description": "Mới"})
    assert words.status_code == 303, "what stands is not asked about again"


def test_one_of_several_things_is_compared_with_itself(lan: FlaskClient, cast: Cast) -> None:
    goods = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.dau_xanh)}"
    bag = {"unit": "tui", "price": "1k", "pack_amount": "5", "pack_unit": "kg", "amount": ""}
    asked = lan.post(f"{goods}/loai/moi", data=bag)
    assert "hàng cùng loại trên chợ (45.000\u00a0₫/kg)" in asked.text
    assert lan.post(f"{goods}/loai/moi", data=bag | hidden(asked.text, f"{goods}/loai/moi")).status_code == 303


def test_a_bag_that_jumps_in_the_list_is_asked_back(lan: FlaskClient, cast: Cast) -> None:
    with transaction() as session:
        bag = session.get_one(Variant, cast.rau_muong)
        bag.unit, bag.pack_amount, bag.pack_unit, bag.price = "tui", 5000, "kg", Dong(200_000)
    listing = f"{shelf.goods_of(cast.lan)}/{shelf.product_id(cast.rau_muong)}"
    asked = send(lan, shelf.goods_of(cast.lan), {"price": "2tr"}, f"{listing}/gia")
    assert "cao gấp 10 lần giá trước" in asked.text
    assert send(lan, shelf.goods_of(cast.lan), {"price": "210k"}, f"{listing}/gia").status_code == 303


def test_no_unit_is_chosen_for_anybody(lan: FlaskClient, cast: Cast, session: Session) -> None:
    page = lan.get(new(cast)).text
    assert '<option selected value="">Chọn</option>' in page
    assert "rau muống=mo" in page
    status, page = listed(lan, cast, name="Rau muống ngọt", price="8k", unit="")
    assert status == 422
    assert "Mời chọn bán theo gì. Rau muống ngọt thường bán theo mớ." in page
    assert "Mời chọn bán theo gì." in listed(lan, cast, name="Thứ lạ", price="8k", unit="")[1]


def test_what_is_in_a_bag_needs_its_unit(lan: FlaskClient, cast: Cast) -> None:
    status, page = listed(lan, cast, unit="tui", pack_amount="5", pack_unit="")
    assert (status, "Mời chọn đơn vị của số trong mỗi túi" in page) == (422, True)


def test_a_price_of_nothing_is_no_price(lan: FlaskClient, cast: Cast) -> None:
    assert "Giá bán phải lớn hơn 0" in listed(lan, cast, price="0")[1]


def test_goods_of_another_commune_are_no_comparison(app: Flask, lan: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        owner = make.make_person(session, far, "Chủ Hàng Khác", "0900 000 053", now())
        business = make.make_business(session, make.make_hamlet(session, far, "thôn Xa"), "Gian khác", now())
        stall = make.make_stall(session, business, owner, owner, now())
        make.make_product(session, stall, "Sâm quý", now(), price=2_000)
    assert listed(lan, cast, name="Sâm quý", price="900k")[0] == 303
