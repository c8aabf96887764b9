"""What an order costs is what was shown: its lines at their prices, its delivery; nothing more, nothing less."""

from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update
from sqlalchemy.exc import IntegrityError

from market.base.db import db, transaction
from market.catalog.models import Variant
from market.orders.actions.checking import PriceChanged
from market.orders.models import OrderLine
from market.orders.rules import Delivery
from market.sellers.models import Stall
from market.values.money import Dong
from market.values.quantity import line_total
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import examples
from tests.orders.steps import line, order_row, place, wanted

PRICE = st.integers(1, 900_000)
LINES = st.lists(st.tuples(PRICE, st.integers(1, 40).map(lambda tenths: tenths * 100)), min_size=1, max_size=4)


def goods(cast: Cast, prices: list[int], fee: int, now: Clock) -> list[int]:
    """One kind of goods at each price, by weight, of a stall that delivers for a fee."""
    with transaction() as session:
        stall = session.get_one(Stall, cast.tu.stall)
        stall.delivers_in_commune, stall.delivery_fee = True, Dong(fee)
        return [make.make_product(session, stall, f"Rươi {price}", now(), price=price).id for price in prices]


@settings(max_examples=examples(10))
@given(lines=LINES, fee=st.integers(0, 50_000))
def test_an_order_is_the_sum_of_its_lines_at_the_prices_shown(
    app: Flask, cast: Cast, now: Clock, lines: list[tuple[int, int]], fee: int
) -> None:
    variants = goods(cast, [price for price, _ in lines], fee, now)
    shown = tuple(line(variant, amount) for variant, (_, amount) in zip(variants, lines, strict=True))
    asked = replace(
        wanted(variants[0]),
        lines=shown,
        delivery=Delivery.IN_COMMUNE,
        hamlet_id=cast.nghia_dung,
        delivery_fee=Dong(fee),
    )
    order = order_row(place(cast.commune, asked, now=now()).order_ids[0])
    stored = [(one.price, one.amount, one.line_total) for one in order.lines]
    assert stored == [(price, amount, line_total(Dong(price), amount)) for price, amount in lines]
    assert order.goods_total == sum(total for _, _, total in stored)
    assert (order.delivery_fee, order.discount, order.total) == (fee, 0, order.goods_total + fee)


@settings(max_examples=examples(10))
@given(shown=PRICE, change=st.integers(1, 900_000), rises=st.booleans())
def test_a_price_that_rose_or_fell_since_it_was_shown_places_nothing(
    app: Flask, cast: Cast, now: Clock, shown: int, change: int, rises: bool
) -> None:
    (variant,) = goods(cast, [shown], 0, now)
    asked = wanted(variant)
    with transaction() as session:
        session.get_one(Variant, variant).price = Dong(shown + change if rises else max(1, shown - change))
    if not rises and shown == 1:
        return
    with pytest.raises(PriceChanged):
        place(cast.commune, asked, now=now())


@pytest.mark.parametrize("fee", [0, 9_999, 10_001])
def test_a_delivery_fee_that_is_not_the_one_shown_places_nothing(app: Flask, cast: Cast, now: Clock, fee: int) -> None:
    (variant,) = goods(cast, [20_000], 10_000, now)
    asked = replace(wanted(variant), delivery=Delivery.IN_COMMUNE, hamlet_id=cast.nghia_dung)
    with pytest.raises(PriceChanged):
        place(cast.commune, replace(asked, delivery_fee=Dong(fee)), now=now())
    assert place(cast.commune, replace(asked, delivery_fee=Dong(10_000)), now=now()).is_new


def test_a_line_that_does_not_add_up_cannot_be_stored(app: Flask, cast: Cast, now: Clock) -> None:
    order_id = place(cast.commune, wanted(cast.gao_nep), now=now()).order_ids[0]
    for wrong in ({"line_total": Dong(32_001)}, {"line_total": Dong(0)}, {"price": Dong(20_000)}, {"amount": 500}):
        with pytest.raises(IntegrityError, match="total_is_price_times_amount"), transaction() as session:
            session.execute(update(OrderLine).where(OrderLine.order_id == order_id).values(wrong))


def test_goods_are_reserved_in_one_order_whatever_the_cart_s(app: Flask, cast: Cast, now: Clock) -> None:
    """Two carts with the same goods the other way round would else wait for one another."""
    first, second = sorted(goods(cast, [10_000, 20_000], 0, now))
    reserved: list[int] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("UPDATE variant"):
            values = parameters.values() if isinstance(parameters, dict) else parameters
            reserved.extend(value for value in values if value in (first, second))  # type: ignore[attr-defined]

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for lines in ((second, first), (first, second)):
            both = tuple(line(variant, 1000) for variant in lines)
            place(cast.commune, replace(wanted(first), lines=both), now=now())
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert reserved == [first, second] * 2
