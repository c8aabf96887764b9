"""What is held for an order is locked variant by variant, in whatever order it was taken."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import GUEST
from market.base.db import transaction
from market.base.secrets import random_key
from market.catalog.actions.stock import SoldOut, StockRequest, hold, release, reserve
from market.catalog.models import Reservation, ReservationEnd, Variant
from market.orders.actions.inputs import PlacePurchase
from market.payments import actions
from market.values.phone import Phone
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, place, stock, wanted
from tests.payments.steps import buy
from tests.races.overlap import race


def test_goods_held_anew_and_others_given_back_do_not_wait_for_one_another(
    app: Flask, cast: Cast, now: Clock, session: Session
) -> None:
    """Of Mai's two goods the first was given back and taken anew, so its row is younger than the second's. Her time is
    made longer while another buyer, by whose clock it is over, takes both."""
    mine, others = (place(cast.commune, wanted(cast.gao_nep, 500), now=now()).order_ids[0] for _ in range(2))
    due = now() + timedelta(minutes=30)

    def both(order: int, amount: int) -> list[StockRequest]:
        said = {"commune_id": cast.commune, "order_id": order, "amount": amount, "held_until": due}
        return [StockRequest(**said, variant_id=one) for one in (cast.dau_xanh, cast.gao_nep)]

    with transaction() as writing:
        release(writing, mine, ReservationEnd.RELEASED, now=now())
        reserve(writing, both(mine, 1000)[1:], now=now())
        reserve(writing, both(mine, 1000)[:1], now=now())

    def take() -> str:
        with app.app_context(), transaction() as writing:
            reserve(writing, both(others, 2000), now=due)
        return "taken"

    def keep() -> str:
        with app.app_context(), transaction() as writing:
            hold(writing, both(mine, 1000), now=now())
        return "kept"

    assert race(take, keep, after="UPDATE reservation") == ("taken", "kept")
    live = select(Reservation.order_id, Reservation.variant_id).where(Reservation.released_at.is_(None))
    assert {(mine, cast.dau_xanh), (mine, cast.gao_nep)} <= {tuple(row) for row in session.execute(live)}
    assert stock(cast.dau_xanh) == (5000, 3000)


@pytest.mark.parametrize(("minutes", "ends"), [(2, "placed"), (0, "sold out")])
def test_goods_whose_hold_ran_out_while_a_buyer_waited_for_them_are_to_be_had(
    app: Flask, cast: Cast, now: Clock, minutes: int, ends: str
) -> None:
    """All that there is was held two hours; somebody works on the variant as it ends, and the buyer waits."""
    another = replace(MAI, phone=Phone("0900 000 099"), device="another-phone")
    buy(cast, now(), amount=5000, variant=cast.dau_xanh, buyer=another)
    now.move(hours=1, minutes=59)
    orders = (wanted(cast.dau_xanh, 5000),)
    new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=MAI, orders=orders, cart_id=None)

    def long_work() -> None:
        with app.app_context(), transaction() as writing:
            writing.scalars(select(Variant).where(Variant.id == cast.dau_xanh).with_for_update()).one()
            now.move(minutes=minutes)

    def check_out() -> str:
        try:
            with app.app_context(), transaction() as writing:
                actions.check_out(writing, GUEST, new, clock=now)
        except SoldOut:
            return "sold out"
        return "placed"

    assert race(long_work, check_out, after="SELECT variant") == (None, ends)
    assert stock(cast.dau_xanh) == (5000, 5000)
