""" "Hàng của tôi": every listing with its price, its amount, and exactly why it is not on the market."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.db import db, transaction
from market.catalog.models import Product, ProductState, Variant
from market.catalog.queries.listing import PAGE
from market.catalog.queries.public import public_conditions
from market.catalog.rules import WhyNot
from market.sellers.models import Business, BusinessStatus, Stall, StallState, Verification, VerificationState
from tests import factories as make
from tests.cast import Cast
from tests.catalog import shelf
from tests.conftest import Clock
from tests.factories import sign_in
from tests.nights import of_many
from tests.queries import counting
from tests.services.databases import OPENING


@pytest.fixture
def lan(client: FlaskClient, cast: Cast, now: Clock) -> FlaskClient:
    sign_in(client, cast.lan.person, now())
    return client


def row_of(page: str, product: int) -> str:
    found = re.search(rf'id="mon-{product}".*?(?=<li class="card|</main)', page, re.S)
    assert found
    return found[0]


def test_the_list_shows_what_the_stall_sells_and_nothing_else(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(shelf.goods_of(cast.lan)).text
    assert "2 món" in page
    assert "12.000\u00a0₫/mớ" in page
    assert "Gạo nếp" not in page
    counted, uncounted = (row_of(page, shelf.product_id(one)) for one in (cast.dau_xanh, cast.rau_muong))
    assert 'name="amount-5000" value="5"' in counted
    assert "stepper" not in uncounted, "what is not counted has no number"


def test_a_stall_without_goods_is_shown_the_first_step(client: FlaskClient, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        for variant in session.scalars(select(Variant).where(Variant.stall_id == cast.tu.stall)):
            session.get_one(Product, variant.product_id).stall_id = cast.lan.stall
    sign_in(client, cast.tu.person, now())
    page = client.get(shelf.goods_of(cast.tu)).text
    assert "Chưa có món nào" in page
    assert f"{shelf.goods_of(cast.tu)}/moi" in page


def test_large_numbers_are_shown_as_they_can_be_read_back(lan: FlaskClient, cast: Cast) -> None:
    shelf.change(cast.dau_xanh, on_hand=1_200_000)
    row = row_of(lan.get(shelf.goods_of(cast.lan)).text, shelf.product_id(cast.dau_xanh))
    assert 'name="amount-1200000" value="1200"' in row


def end_verification(cast: Cast) -> None:
    with transaction() as session:
        wanted = select(Verification).where(Verification.business_id == cast.lan.business)
        session.scalars(wanted).one().state = VerificationState.REVOKED


def end_business(cast: Cast) -> None:
    with transaction() as session:
        session.get_one(Business, cast.lan.business).status = BusinessStatus.TERMINATED


def set_stall(cast: Cast, state: StallState) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.lan.stall).state = state


BREAKS = {
    WhyNot.NO_PHOTO: lambda cast: shelf.drop_photos(cast.dau_xanh),
    WhyNot.WAITING: lambda cast: shelf.change(cast.dau_xanh, state=ProductState.PENDING),
    WhyNot.REFUSED: lambda cast: shelf.change(cast.dau_xanh, state=ProductState.REFUSED, refusal="Ảnh mờ"),
    WhyNot.TAKEN_DOWN: lambda cast: shelf.change(cast.dau_xanh, state=ProductState.TAKEN_DOWN, refusal="Hàng cấm"),
    WhyNot.HIDDEN: lambda cast: shelf.change(cast.dau_xanh, is_hidden=True),
    WhyNot.PAUSED: lambda cast: set_stall(cast, StallState.PAUSED),
    WhyNot.CLOSED: lambda cast: set_stall(cast, StallState.CLOSED),
    WhyNot.UNVERIFIED: end_verification,
    WhyNot.ENDED: end_business,
    WhyNot.STOPPED: lambda cast: shelf.change(cast.dau_xanh, for_sale_until=OPENING),
    WhyNot.SOLD_OUT: lambda cast: shelf.change(cast.dau_xanh, is_sold_out=True),
    WhyNot.NOTHING_LEFT: lambda cast: shelf.change(cast.dau_xanh, on_hand=0),
    WhyNot.ALL_HELD: lambda cast: shelf.change(cast.dau_xanh, reserved=5000),
}
CURES = {
    WhyNot.NO_PHOTO: "Chụp ngay",
    WhyNot.WAITING: "Chờ",
    WhyNot.REFUSED: "Xã chưa duyệt: Ảnh mờ",
    WhyNot.TAKEN_DOWN: "Xã đã gỡ xuống: Hàng cấm",
    WhyNot.HIDDEN: "Hiện lại",
    WhyNot.PAUSED: "Mở bán lại",
    WhyNot.CLOSED: "Xã đang đóng gian hàng này",
    WhyNot.UNVERIFIED: "Xã chưa xác nhận người bán",
    WhyNot.ENDED: "Sổ của xã ghi bạn đã thôi kinh doanh",
    WhyNot.STOPPED: "Xem các lô",
    WhyNot.SOLD_OUT: "Có hàng lại",
    WhyNot.NOTHING_LEFT: "Thêm hàng",
    WhyNot.ALL_HELD: "Hàng còn lại đang giữ cho đơn",
}


@of_many(6)
@pytest.mark.parametrize("broken", WhyNot)
def test_the_reason_shown_and_what_the_market_shows_never_disagree(
    lan: FlaskClient, cast: Cast, now: Clock, broken: WhyNot
) -> None:
    BREAKS[broken](cast)
    product = shelf.product_id(cast.dau_xanh)
    found = shelf.listing(cast.lan, product, now())
    assert [reason.why for reason in found.reasons] == [broken]
    with Session(db.engine) as session:
        query = select(Product.id).where(Product.id == product, *public_conditions())
        assert (session.scalar(query) is not None) is found.is_public
    row = row_of(lan.get(shelf.goods_of(cast.lan)).text, product)
    assert CURES[broken] in row
    assert ("chưa hiện trên chợ vì" in row) is not found.is_public
    assert ("đang hiện là hết hàng vì" in row) is found.is_public


def test_a_listing_on_the_market_has_no_complaint(lan: FlaskClient, cast: Cast) -> None:
    page = lan.get(shelf.goods_of(cast.lan)).text
    assert "vì:" not in page


def test_the_list_asks_the_database_as_often_for_thirty_listings_as_for_three(
    lan: FlaskClient, cast: Cast, now: Clock
) -> None:
    lan.get(shelf.goods_of(cast.lan))
    with counting() as few:
        lan.get(shelf.goods_of(cast.lan))
    with transaction() as session:
        stall = session.get_one(Stall, cast.lan.stall)
        make.make_products(session, stall, [f"Rau {number}" for number in range(PAGE)], now(), on_hand=3000)
    with counting() as many:
        page = lan.get(shelf.goods_of(cast.lan)).text
    assert len(many) == len(few) <= 12
    assert f"Trang 1 / {2}" in page
    assert "Đậu xanh" not in page
    assert "Đậu xanh" in lan.get(f"{shelf.goods_of(cast.lan)}?page=2").text


@pytest.mark.parametrize("page", ["0", "-3", "x", "999"])
def test_an_odd_page_number_does_no_harm(lan: FlaskClient, cast: Cast, page: str) -> None:
    assert lan.get(f"{shelf.goods_of(cast.lan)}?page={page}").status_code == 200


@pytest.mark.parametrize("who", ["tu", "mai", "hung", "vy", "stranger"])
def test_nobody_else_sees_a_stall_s_own_list(client: FlaskClient, cast: Cast, now: Clock, who: str) -> None:
    person = getattr(cast, who)
    sign_in(client, getattr(person, "person", person), now())
    assert client.get(shelf.goods_of(cast.lan)).status_code == 404


def test_a_helper_sees_it_while_the_mandate_lives(client: FlaskClient, cast: Cast, now: Clock) -> None:
    shelf.give_mandate(cast, now())
    sign_in(client, cast.vy, now())
    assert client.get(shelf.goods_of(cast.lan)).status_code == 200
    now.move(days=91)
    sign_in(client, cast.vy, now())
    assert client.get(shelf.goods_of(cast.lan)).status_code == 404


def test_who_is_not_signed_in_is_sent_to_sign_in(client: FlaskClient, cast: Cast) -> None:
    assert client.get(shelf.goods_of(cast.lan)).status_code == 303
