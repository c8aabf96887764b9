"""Check-out: what is placed is what was shown, once, with its goods held."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from market.accounts.models import Person
from market.base.audit import Actor, Event
from market.base.client_keys import ClientKey, SentOtherwise
from market.base.db import reading, transaction
from market.base.errors import Conflict, Refused
from market.catalog.actions.stock import SoldOut
from market.catalog.models import ProductState, Variant
from market.notices.models import Notice
from market.orders.actions.checking import PriceChanged
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.placing import place_purchase
from market.orders.models import Cart, Contact, Order, Purchase
from market.orders.rules import Delivery, OrderStatus, PayChoice, hold_deadline
from market.places.models import Commune
from market.places.rules.modes import CommuneMode
from market.sellers.models import Stall, StallVisit
from market.values.money import Dong
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.events import events_of
from tests.orders.steps import MAI, NIGHT, order_row, place, stock, wanted
from tests.queries import counting


def test_one_purchase_has_one_order_per_stall(app: Flask, cast: Cast, now: Clock) -> None:
    placed = place(cast.commune, wanted(cast.rau_muong, 3000), wanted(cast.gao_nep, 2500), now=now())
    first, second = (order_row(order_id) for order_id in placed.order_ids)
    assert (first.stall_id, first.total) == (cast.lan.stall, 36_000)
    assert (second.stall_id, second.total) == (cast.htx.stall, 80_000)
    assert placed.code.startswith("BN")
    assert first.code.startswith("DS")
    assert len(first.code) == 9
    assert stock(cast.gao_nep) == (50_000, 2500)
    assert stock(cast.rau_muong) == (None, 3000)


def test_a_line_keeps_what_it_was_sold_as(app: Flask, cast: Cast, now: Clock) -> None:
    placed = place(cast.commune, wanted(cast.gao_nep, 1000), now=now())
    with transaction() as session:
        variant = session.get_one(Variant, cast.gao_nep)
        variant.price, variant.unit, variant.product.name = Dong(99_000), "tui", "Gạo khác"
        variant.product.stall.name = "Gian khác"
    (line,) = order_row(placed.order_ids[0]).lines
    assert (line.product_name, line.unit, line.price, line.stall_name) == (
        "Gạo nếp cái hoa vàng",
        "kg",
        32_000,
        "HTX nông nghiệp Đại Sơn",
    )


def test_a_form_that_the_program_of_before_has_placed_buys_once(app: Flask, cast: Cast, now: Clock) -> None:
    """It kept a form's key with the purchase alone; an upgrade may come between two taps."""
    first = place(cast.commune, wanted(cast.gao_nep), now=now(), client_key="one")
    with transaction() as session:
        session.execute(delete(ClientKey))
    again = place(cast.commune, wanted(cast.gao_nep), now=now(), client_key="one")
    assert (again.order_ids, again.is_new) == (first.order_ids, False)
    assert [reading().scalar(select(func.count()).select_from(of)) for of in (Purchase, Contact, Order)] == [1, 1, 1]


def test_a_double_click_buys_once(app: Flask, cast: Cast, now: Clock) -> None:
    first, again = (
        place(cast.commune, wanted(cast.gao_nep), wanted(cast.rau_muong), now=now(), client_key="one") for _ in range(2)
    )
    assert first.is_new
    assert not again.is_new
    assert (again.purchase_id, again.code, again.order_ids) == (first.purchase_id, first.code, first.order_ids)
    assert reading().scalar(select(func.count()).select_from(Purchase)) == 1
    assert stock(cast.gao_nep) == (50_000, 1000)


def test_the_same_page_with_another_buyer_typed_buys_nothing_and_says_so(app: Flask, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.gao_nep), now=now(), client_key="one")
    with pytest.raises(SentOtherwise, match="đặt 1 món"):
        place(cast.commune, wanted(cast.gao_nep), now=now(), client_key="one", buyer=replace(MAI, address="Xóm 9"))
    assert stock(cast.gao_nep) == (50_000, 1000)


def test_what_is_sold_out_places_nothing_at_all(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(SoldOut, match="Hết hàng: Đậu xanh chỉ còn 5\u00a0kg"):
        place(cast.commune, wanted(cast.gao_nep), wanted(cast.dau_xanh, 5100), now=now())
    assert reading().scalar(select(func.count()).select_from(Order)) == 0
    assert stock(cast.gao_nep) == (50_000, 0)


def test_the_last_piece_is_sold_once(app: Flask, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh, 5000), now=now())
    with pytest.raises(SoldOut, match="vừa bán hết"):
        place(cast.commune, wanted(cast.dau_xanh, 100), now=now())


def test_uncounted_goods_sell_until_the_stall_says_stop(app: Flask, cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.rau_muong, 900_000), now=now())
    with transaction() as session:
        session.get_one(Variant, cast.rau_muong).is_sold_out = True
    with pytest.raises(SoldOut, match="Hết hàng: Rau muống"):
        place(cast.commune, wanted(cast.rau_muong, 1000), now=now())


def test_a_price_that_changed_since_the_review_is_told(app: Flask, cast: Cast, now: Clock) -> None:
    order = wanted(cast.gao_nep)
    with transaction() as session:
        session.get_one(Variant, cast.gao_nep).price = Dong(35_000)
    with pytest.raises(PriceChanged, match="từ 32.000\u00a0₫ thành 35.000\u00a0₫"):
        place(cast.commune, order, now=now())


def to_a_house(cast: Cast) -> dict[str, Any]:
    return {"delivery": Delivery.IN_COMMUNE, "hamlet_id": cast.nghia_dung}


def test_a_fee_that_changed_since_the_review_is_told(app: Flask, cast: Cast, now: Clock) -> None:
    order = replace(wanted(cast.gao_nep), **to_a_house(cast), delivery_fee=Dong(5000))
    with pytest.raises(PriceChanged, match="Phí giao của HTX nông nghiệp Đại Sơn vừa đổi"):
        place(cast.commune, order, now=now())
    placed = place(cast.commune, replace(order, delivery_fee=Dong(10_000)), now=now())
    assert order_row(placed.order_ids[0]).total == 42_000


@pytest.mark.parametrize("state", [ProductState.PENDING, ProductState.TAKEN_DOWN])
def test_what_is_not_public_is_not_sold(app: Flask, cast: Cast, now: Clock, state: ProductState) -> None:
    with transaction() as session:
        session.get_one(Variant, cast.gao_nep).product.state = state
    with pytest.raises(Refused, match="không còn bán"):
        place(cast.commune, wanted(cast.gao_nep), now=now())


def test_amounts_follow_the_step_of_the_unit(app: Flask, cast: Cast, now: Clock) -> None:
    for variant_id, amount in ((cast.rau_muong, 1500), (cast.gao_nep, 50), (cast.gao_nep, 0), (cast.gao_nep, -1000)):
        with pytest.raises(Refused, match="Số lượng .* chưa đúng"):
            place(cast.commune, wanted(variant_id, amount), now=now())


def test_goods_come_only_the_way_a_stall_brings_them(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(Refused, match="không giao theo cách này"):
        place(cast.commune, replace(wanted(cast.gao_nep), delivery=Delivery.SHIPPED), now=now())
    by_hand = replace(wanted(cast.gao_nep), **to_a_house(cast), delivery_fee=Dong(10_000))
    with pytest.raises(Refused, match="địa chỉ"):
        place(cast.commune, by_hand, now=now(), buyer=replace(MAI, address=None))


def test_goods_are_shipped_outside_where_the_stall_does(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        htx = session.get_one(Stall, cast.htx.stall)
        htx.ships_outside, htx.shipping_fee = True, Dong(35_000)
    order = replace(wanted(cast.gao_nep), delivery=Delivery.SHIPPED, delivery_fee=Dong(35_000))
    placed = place(cast.commune, order, now=now())
    assert order_row(placed.order_ids[0]).total == 67_000


def test_a_pickup_point_of_nowhere_is_refused(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(Refused, match="không tới điểm nhận này nữa"):
        place(cast.commune, wanted(cast.gao_nep, point=999), now=now())
    placed = place(cast.commune, wanted(cast.gao_nep, point=cast.pickup), now=now())
    assert order_row(placed.order_ids[0]).pickup_point_id == cast.pickup


def test_transfers_go_only_to_a_stall_with_an_account(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(Refused, match="chưa nhận chuyển khoản"):
        place(cast.commune, wanted(cast.gao_nep, pay=PayChoice.TRANSFER), now=now())
    place(cast.commune, wanted(cast.dau_xanh, pay=PayChoice.TRANSFER), now=now())


def test_a_showcase_commune_takes_no_orders(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Commune, cast.commune).mode = CommuneMode.SHOWCASE
    with pytest.raises(Refused, match="chỉ giới thiệu"):
        place(cast.commune, wanted(cast.gao_nep), now=now())


def test_an_empty_purchase_is_none(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(Refused, match="chưa có món"):
        place(cast.commune, now=now())
    with pytest.raises(Refused, match="chưa có món"):
        place(cast.commune, wanted(cast.gao_nep), replace(wanted(cast.rau_muong), lines=()), now=now())


def test_one_line_cannot_be_bought_of_another_stall(app: Flask, cast: Cast, now: Clock) -> None:
    with pytest.raises(Refused, match="không còn trên chợ"):
        place(cast.commune, replace(wanted(cast.gao_nep), stall_id=cast.lan.stall), now=now())


def test_a_stall_may_accept_by_itself(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        session.get_one(Stall, cast.htx.stall).accepts_by_itself = True
    order = order_row(place(cast.commune, wanted(cast.gao_nep), now=now()).order_ids[0])
    assert (order.status, order.accepted_at, order.due_at) == (
        OrderStatus.ACCEPTED,
        now(),
        hold_deadline(PayChoice.ON_RECEIPT, now(), 3, NIGHT),
    )
    assert [event.verb for event in events_of(reading(), "order", order.id)] == ["place", "accept"]


def test_each_seller_is_told_once_and_the_buyer_once(app: Flask, cast: Cast, now: Clock) -> None:
    for _ in range(2):
        place(
            cast.commune,
            wanted(cast.rau_muong),
            wanted(cast.gao_nep),
            wanted(cast.ruoi),
            now=now(),
            client_key="one",
            actor=Actor(person_id=cast.mai),
        )
    told = reading().execute(select(Notice.business_id, Notice.person_id, Notice.kind).order_by(Notice.id)).all()
    assert [tuple(row) for row in told] == [
        (None, cast.mai, "dat_hang"),
        (cast.lan.business, None, "don_moi"),
        (cast.htx.business, None, "don_moi"),
        (cast.tu.business, None, "don_moi"),
    ]


def test_a_seller_buying_from_themselves_is_noted(app: Flask, cast: Cast, now: Clock) -> None:
    own = place(cast.commune, wanted(cast.gao_nep), now=now(), actor=Actor(person_id=cast.htx.person))
    by_phone = place(cast.commune, wanted(cast.ruoi), now=now(), buyer=replace(MAI, phone=_phone_of(cast.tu.person)))
    other = place(cast.commune, wanted(cast.gao_nep), now=now(), actor=Actor(person_id=cast.mai))
    fields = {event.subject_id: event.fields for event in reading().scalars(select(Event).where(Event.verb == "place"))}
    assert fields[own.order_ids[0]] == fields[by_phone.order_ids[0]] == "self_bought"
    assert fields[other.order_ids[0]] == ""


def _phone_of(person_id: int) -> Phone:
    return Phone(reading().get_one(Person, person_id).phone or "")


def test_a_page_left_open_on_another_cart_buys_nothing(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        cart = Cart(commune_id=cast.commune, key_hash="k", updated_at=now())
        session.add(cart)
        session.flush()
        cart_id = cart.id
    new = PlacePurchase(
        commune_id=cast.commune, client_key="older", buyer=MAI, orders=(wanted(cast.gao_nep),), cart_id=cart_id
    )
    with pytest.raises(Conflict, match="Giỏ hàng đã đổi"), transaction() as session:
        place_purchase(session, Actor(), new, now=now())


def test_placing_two_stalls_takes_few_statements(app: Flask, cast: Cast, now: Clock) -> None:
    orders = wanted(cast.rau_muong), wanted(cast.gao_nep)
    with counting() as seen:
        place(cast.commune, *orders, now=now())
    assert len(seen) <= 17, "\n".join(seen)


@pytest.mark.parametrize("gone", ["visit", "point", "hamlet"])
def test_goods_go_only_where_their_stall_comes(app: Flask, cast: Cast, now: Clock, gone: str) -> None:
    """The others still do."""
    with transaction() as session:
        visit = session.scalars(select(StallVisit).where(StallVisit.stall_id == cast.htx.stall)).one()
        if gone == "visit":
            session.delete(visit)
        elif gone == "point":
            visit.pickup_point.is_active = False
        else:
            visit.pickup_point.hamlet.is_active = False
    with pytest.raises(Refused, match="HTX nông nghiệp Đại Sơn không tới") as refused:
        place(cast.commune, wanted(cast.gao_nep, point=cast.pickup), now=now())
    assert refused.value.code == "pickup_closed"
    place(cast.commune, wanted(cast.gao_nep), now=now())
    if gone == "visit":
        place(cast.commune, wanted(cast.dau_xanh, point=cast.pickup), now=now())


@pytest.mark.parametrize(
    ("least", "amount", "wanting"), [(64_000, 2000, None), (64_001, 2000, "1\u00a0₫"), (0, 100, None)]
)
def test_goods_must_be_worth_the_least_order(
    app: Flask, cast: Cast, now: Clock, least: int, amount: int, wanting: str | None
) -> None:
    """What bringing them costs is no part of it."""
    with transaction() as session:
        session.get_one(Stall, cast.htx.stall).least_order = Dong(least)
    order = replace(wanted(cast.gao_nep, amount), **to_a_house(cast), delivery_fee=Dong(10_000))
    if wanting is None:
        place(cast.commune, order, now=now())
        return
    with pytest.raises(Refused, match=f"còn thiếu {wanting}. Chưa đặt gì cả") as refused:
        place(cast.commune, order, wanted(cast.dau_xanh), now=now())
    assert refused.value.code == "below_least"
    assert stock(cast.dau_xanh) == (5000, 0)
