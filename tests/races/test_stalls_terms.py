"""What a check-out rests on of its stall (the least order, where it comes) is read once the stall is held: a seller who
changes it meanwhile is either before the order or after it, never half."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.orders.actions import placing as place_module
from market.orders.actions.checking import PriceChanged
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.placing import place_purchase
from market.orders.rules import Delivery
from market.sellers.actions import StallSettings, change_fees, change_stall, change_visits
from market.sellers.actions.stalls import SETTINGS
from market.sellers.models import HamletFee, Stall
from market.sellers.queries import stall_facts
from market.sellers.queries.fees import fee_facts, hamlet_fees_of
from market.sellers.queries.visits import points_for, visit_facts
from market.values.money import Dong
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, stock, wanted
from tests.races.overlap import Move, overlap


def placing(cast: Cast, now: Clock) -> Move:
    orders = (wanted(cast.gao_nep, 500, point=cast.pickup),)
    new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=MAI, orders=orders)
    return lambda session: place_purchase(session, GUEST, new, now=now()).is_new


def raising(cast: Cast, now: Clock) -> Move:
    stall = reading().get_one(Stall, cast.htx.stall)
    kept = {name: getattr(stall, name) for name in SETTINGS}
    same = StallSettings(name=stall.name, intro=stall.intro or "", is_paused=False, **kept)
    new, seen = replace(same, least_order=Dong(50_000)), seen_of(stall_facts(reading(), stall))
    return lambda session: change_stall(session, Actor(), cast.htx.stall, new, seen=seen, now=now())


def staying_away(cast: Cast, now: Clock) -> Move:
    seen = seen_of(visit_facts(points_for(reading(), cast.commune, cast.htx.stall)))
    return lambda session: change_visits(session, Actor(), cast.htx.stall, {}, seen=seen, now=now())


def asking_more(cast: Cast, now: Clock) -> Move:
    rows = hamlet_fees_of(reading(), reading().get_one(Stall, cast.htx.stall))
    seen = seen_of(fee_facts(reading().get_one(Stall, cast.htx.stall), rows))
    new = {cast.mo_doan: Dong(15_000)}
    return lambda session: change_fees(session, Actor(), cast.htx.stall, new, seen=seen, now=now())


def test_a_fee_that_changes_while_somebody_orders_is_the_one_before_or_the_one_after(
    app: Flask, cast: Cast, now: Clock
) -> None:
    at_home = replace(wanted(cast.gao_nep, 500), delivery=Delivery.IN_COMMUNE, hamlet_id=cast.mo_doan)
    orders = (replace(at_home, delivery_fee=Dong(10_000)),)

    def placing_at_home() -> Move:
        new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=MAI, orders=orders)
        return lambda session: place_purchase(session, GUEST, new, now=now()).is_new

    assert overlap(app, placing_at_home(), asking_more(cast, now)) == (True, None)
    with transaction() as session:
        session.execute(delete(HamletFee))
    assert overlap(app, asking_more(cast, now), placing_at_home()) == (None, PriceChanged)


@pytest.mark.parametrize("change", [raising, staying_away])
def test_an_order_waits_for_its_stall_and_is_measured_by_what_it_says_then(
    app: Flask, cast: Cast, now: Clock, change: type[Move]
) -> None:
    _, placed = overlap(app, change(cast, now), placing(cast, now))
    assert placed is Refused
    assert stock(cast.gao_nep) == (50_000, 0)


@pytest.mark.parametrize("change", [raising, staying_away])
def test_a_stall_that_changes_its_terms_waits_for_the_order_that_is_being_placed(
    app: Flask, cast: Cast, now: Clock, change: type[Move]
) -> None:
    placed, changed = overlap(app, placing(cast, now), change(cast, now))
    assert (placed, changed) == (True, None)
    assert stock(cast.gao_nep) == (50_000, 500)


def test_two_buyers_of_a_stall_do_not_wait_for_each_other_at_it(app: Flask, cast: Cast, now: Clock) -> None:
    assert overlap(app, placing(cast, now), placing(cast, now)) == (True, True)


def test_without_the_lock_an_order_below_the_least_is_placed(
    app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why it is held, and what the tests above would see."""
    monkeypatch.setattr(place_module, "lock_stalls", lambda *_: None)
    _, placed = overlap(app, raising(cast, now), placing(cast, now))
    assert placed is True
