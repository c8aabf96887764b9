"""What can be bought: of whom, in which amounts, the latest lot and first picture; and the cart that holds it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from market.base.db import reading, transaction
from market.base.errors import NotFound, Refused
from market.catalog.models import Variant
from market.orders.actions import carts
from market.orders.actions.carts import CartKey
from market.orders.actions.inputs import WantedLine
from market.orders.models import Cart, CartLine
from market.orders.queries.keys import answer_key, hand_over_key, is_answer_key, is_hand_over_key
from market.orders.queries.offers import CartRow, Offer, cart_now, offers_of
from market.orders.rules import Delivery
from market.places.models import Commune, PickupPoint
from market.places.rules.modes import CommuneMode
from market.sellers.models import BankAccount, Stall
from market.trace.models import Lot
from market.trace.rules import LotState
from market.values.money import LARGEST, Dong
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import place, wanted


def offer_of(variant_id: int, now: Clock) -> Offer:
    return offers_of(reading(), [variant_id], now=now())[variant_id]


def key_of(cast: Cast, name: str = "k") -> CartKey:
    return CartKey(commune_id=cast.commune, key_hash=name)


def put_in(cast: Cast, now: Clock, offer: Offer, amount: int, **given: str) -> carts.Added:
    with transaction() as session:
        return carts.put_in(session, key_of(cast), offer, amount, now=now(), **given)


def lines(cast: Cast, now: Clock) -> list[tuple[int, int]]:
    found = cart_now(reading(), cast.commune, "k", now=now())
    return [(row.offer.variant_id, row.amount) for row in found.rows]


# --- offers ---------------------------------------------------------------------------------------------------------


def test_what_is_left_may_be_bought_to_the_last_gram(cast: Cast, now: Clock) -> None:
    offer = offer_of(cast.dau_xanh, now)
    assert offer.available == 5000
    assert [offer.problem(amount) for amount in (5000, 5001)] == [None, "Chỉ còn 5\u00a0kg."]
    assert replace(offer, available=0).problem(1) == "Hết hàng."
    assert replace(offer, available=1).problem(1) is None
    assert replace(offer, available=None).problem(9_000_000) is None
    assert replace(offer, is_public=False).problem(1) == "Gian hàng không còn bán món này."


def test_the_latest_sealed_lot_of_the_very_product_is_sold(cast: Cast, now: Clock) -> None:
    product = offer_of(cast.gao_nep, now).product_id
    other = offer_of(cast.ruoi, now).product_id
    states = (LotState.SEALED, LotState.SEALED, LotState.OPEN)
    with transaction() as session:
        whose = {"commune_id": cast.commune, "plot": "Đồng Mẫu", "created_at": now()}
        rows = [
            Lot(code=f"L{at}", client_key=str(at), state=state, product_id=product, stall_id=cast.htx.stall, **whose)
            for at, state in enumerate(states)
        ]
        of_other = Lot(code="L9", client_key="9", state=states[0], product_id=other, stall_id=cast.tu.stall, **whose)
        session.add_all([*rows, of_other])
        session.flush()
        latest = rows[1].id
    assert offer_of(cast.gao_nep, now).lot_id == latest
    assert offer_of(cast.rau_muong, now).lot_id is None


def test_a_stall_takes_transfers_while_it_has_an_open_account(cast: Cast, now: Clock) -> None:
    assert [offer_of(one, now).stall.takes_transfer for one in (cast.rau_muong, cast.gao_nep)] == [True, False]
    with transaction() as session:
        session.execute(update(BankAccount).values(closed_at=now()))
    assert not offer_of(cast.rau_muong, now).stall.takes_transfer


def test_each_way_of_bringing_goods_has_its_fee(cast: Cast, now: Clock) -> None:
    with transaction() as session:
        ways = {"delivers_in_commune": True, "delivery_fee": 10_000, "ships_outside": False, "shipping_fee": 35_000}
        session.execute(update(Stall).where(Stall.id == cast.htx.stall).values(**ways))
    stall = offer_of(cast.gao_nep, now).stall
    assert [(way, stall.delivers(way), stall.fee(way, hamlet_id=None, goods=Dong(0))) for way in Delivery] == [
        (Delivery.PICKUP_POINT, True, 0),
        (Delivery.IN_COMMUNE, True, 10_000),
        (Delivery.SHIPPED, False, 35_000),
        (Delivery.BUS, False, 0),
    ]


def test_a_stall_offers_the_open_points_it_comes_to_in_the_hamlets_order(app: Flask, cast: Cast, now: Clock) -> None:
    with transaction() as session:
        far = make.make_commune(session, code="10507", name="xã Khác", letters="KH", host="khac.test")
        here = session.get_one(Commune, cast.commune)
        hamlets = {name: make.make_hamlet(session, here, name) for name in "ABC"}
        at_c, at_a, again = (make.make_pickup_point(session, hamlets[name]).id for name in "CAA")
        closed = make.make_pickup_point(session, hamlets["A"])
        closed.is_active = False
        make.make_pickup_point(session, hamlets["B"])
        hamlets["B"].is_active = False
        make.make_pickup_point(session, make.make_hamlet(session, far, "A"))
        stall = session.get_one(Stall, cast.lan.stall)
        for point in session.scalars(select(PickupPoint).where(PickupPoint.id != cast.pickup)):
            make.make_visit(session, stall, point)
    visits = offer_of(cast.rau_muong, now).stall.visits
    assert [visit.point_id for visit in visits] == [at_a, again, at_c, cast.pickup]


# --- the cart -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variant", "amount", "typed", "step", "tap", "total"),
    [("gao_nep", 1500, "1,5", "0,1", "0,5", 48_000), ("rau_muong", 1_234_000, "1234", "1", "1", 14_808_000)],
)
def test_a_line_says_its_amount_as_it_is_typed(
    cast: Cast, now: Clock, variant: str, amount: int, typed: str, step: str, tap: str, total: int
) -> None:
    row = CartRow(amount=amount, offer=offer_of(getattr(cast, variant), now))
    assert (row.typed_amount, row.typed_step, row.tap, row.total) == (typed, step, tap, total)


def test_a_cart_keeps_the_order_in_which_it_was_filled(cast: Cast, now: Clock) -> None:
    for variant, amount in ((cast.ruoi, 100), (cast.rau_muong, 1000), (cast.dau_xanh, 500)):
        put_in(cast, now, offer_of(variant, now), amount)
    assert put_in(cast, now, offer_of(cast.ruoi, now), 200) == carts.Added(lines=3)
    assert lines(cast, now) == [(cast.ruoi, 300), (cast.rau_muong, 1000), (cast.dau_xanh, 500)]
    cart = cart_now(reading(), cast.commune, "k", now=now())
    assert [stall.stall_id for stall in cart.stalls] == [cast.tu.stall, cast.lan.stall]
    assert (cart.total, cart.total_of(cast.lan.stall)) == (126_000 + 12_000 + 22_500, 34_500)
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == cast.rau_muong).values(is_sold_out=True))
    cart = cart_now(reading(), cast.commune, "k", now=now())
    assert [row.offer.variant_id for row in cart.left_over] == [cast.rau_muong]
    assert [row.offer.variant_id for row in cart.of(cast.lan.stall)] == [cast.dau_xanh]
    for commune, key in ((cast.commune + 1, "k"), (cast.commune, "other"), (cast.commune, None)):
        none = cart_now(reading(), commune, key, now=now())
        assert (none.id, none.state, none.rows) == (None, "", ())


def test_the_same_form_again_adds_nothing(cast: Cast, now: Clock) -> None:
    offer = offer_of(cast.gao_nep, now)
    first, again = (put_in(cast, now, offer, 1000, client_key="once") for _ in range(2))
    assert (first, again) == (carts.Added(lines=1), carts.Added(lines=1, is_new=False))
    assert lines(cast, now) == [(cast.gao_nep, 1000)]


def test_each_change_of_a_cart_makes_it_another_and_touches_it(cast: Cast, now: Clock) -> None:
    offer, key = offer_of(cast.gao_nep, now), key_of(cast)
    put_in(cast, now, offer, 1000)
    states = [cart_now(reading(), cast.commune, "k", now=now()).state]
    for act in (
        lambda session: carts.change_all(session, key, [(offer, 2000)], now=now()),
        lambda session: carts.put_in(session, key, offer, 1000, now=now()),
        lambda session: carts.take_out(session, key, cast.ruoi, now=now()),
    ):
        now.move(minutes=1)
        with transaction() as session:
            assert act(session) in (None, 1, carts.Added(lines=1))
        states.append(cart_now(reading(), cast.commune, "k", now=now()).state)
    assert len(set(states)) == 4
    assert lines(cast, now) == [(cast.gao_nep, 3000)]
    reading().expire_all()
    cart = cart_now(reading(), cast.commune, "k", now=now())
    assert cart.id is not None
    assert reading().get_one(Cart, cart.id).updated_at == now()
    with transaction() as session:
        assert carts.take_out(session, key, cast.gao_nep, now=now()) == 0
    assert lines(cast, now) == []


def test_a_cart_is_full_at_a_hundred_lines(cast: Cast, now: Clock) -> None:
    put_in(cast, now, offer_of(cast.gao_nep, now), 1000)
    with transaction() as session:
        product = make.make_product(session, session.get_one(Stall, cast.lan.stall), "Rau", now()).product
        values = {"product_id": product.id, "stall_id": cast.lan.stall, "unit": "kg", "price": Dong(1)}
        more = [Variant(sku=f"X{at}", label=str(at), **values) for at in range(98)]
        session.add_all(more)
        session.flush()
        cart = cart_now(session, cast.commune, "k", now=now()).id
        session.add_all(CartLine(cart_id=cart, variant_id=one.id, amount=1000) for one in more)
    assert put_in(cast, now, offer_of(cast.ruoi, now), 100).lines == 100
    with pytest.raises(Refused, match="nhiều nhất 100 món"):
        put_in(cast, now, offer_of(cast.rau_muong, now), 1000)
    assert put_in(cast, now, offer_of(cast.ruoi, now), 100).lines == 100, "more of what is there already"


def test_what_does_not_go_into_a_cart_leaves_it_as_it_was(cast: Cast, now: Clock) -> None:
    offer, free = offer_of(cast.gao_nep, now), replace(offer_of(cast.rau_muong, now), price=Dong(1000))
    put_in(cast, now, offer, 1000)
    put_in(cast, now, free, LARGEST)
    for wrong, amount, error in (
        (replace(offer, commune_id=cast.commune + 1), 1000, NotFound),
        (replace(offer, mode=CommuneMode.SHOWCASE), 1000, Refused),
        (replace(offer, available=1900), 1000, Refused),
        (offer, 50, Refused),
        (free, 1000, Refused),
    ):
        with pytest.raises(error):
            put_in(cast, now, wrong, amount)
    for act in (
        lambda session: carts.change_all(session, key_of(cast), [(offer_of(cast.ruoi, now), 100)], now=now()),
        lambda session: carts.change_all(session, key_of(cast, "none"), [(offer, 100)], now=now()),
        lambda session: carts.take_out(session, key_of(cast, "none"), cast.gao_nep, now=now()),
        lambda session: carts.take_out(
            session, CartKey(commune_id=cast.commune + 1, key_hash="k"), cast.gao_nep, now=now()
        ),
    ):
        with pytest.raises(NotFound), transaction() as session:
            act(session)
    assert lines(cast, now) == [(cast.gao_nep, 1000), (cast.rau_muong, LARGEST)]


def test_a_hundred_goods_at_once_are_the_most_and_a_sum_too_large_is_refused(cast: Cast, now: Clock) -> None:
    order = wanted(cast.rau_muong)
    many = replace(order, lines=order.lines * 100)
    place(cast.commune, many, now=now())
    with pytest.raises(Refused, match="nhiều nhất 100 món"):
        place(cast.commune, replace(many, lines=order.lines * 101), now=now())
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == cast.rau_muong).values(price=1000))
    dear = WantedLine(variant_id=cast.rau_muong, amount=LARGEST + 1000, price=Dong(1000))
    with pytest.raises(Refused, match="quá lớn"):
        place(cast.commune, replace(order, lines=(dear,)), now=now())
    assert place(cast.commune, replace(order, lines=(replace(dear, amount=LARGEST),)), now=now()).is_new


# --- keys -----------------------------------------------------------------------------------------------------------


def test_an_order_is_answered_and_handed_over_by_keys_of_its_own() -> None:
    code, other = "DS7K2M9PM", "DS7K2M9PN"
    assert is_answer_key(code, answer_key(code))
    assert not is_answer_key(other, answer_key(code))
    key = hand_over_key(code)
    assert [is_hand_over_key(code, shown) for shown in (key, key[-4:], key[-4:].lower(), f" {key[-4:]} ")] == [True] * 4
    for wrong in (key[-5:], key[-3:], key[:4], "", hand_over_key(other), answer_key(code)):
        assert not is_hand_over_key(code, wrong)


def test_goods_held_for_a_moment_more_are_not_offered(cast: Cast, now: Clock) -> None:
    place(cast.commune, wanted(cast.dau_xanh, 5000), now=now())
    due = now().replace(hour=13)
    for at, left in ((due - timedelta(microseconds=1), 0), (due, 5000)):
        now.at = at
        assert offer_of(cast.dau_xanh, now).available == left
