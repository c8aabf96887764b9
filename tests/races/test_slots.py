"""The last place of a slot goes to one buyer, and none orders for a day that the office closes at that moment."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from market.base.audit import GUEST, Actor
from market.base.db import reading, transaction
from market.base.errors import Refused
from market.base.secrets import random_key
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.placing import place_purchase
from market.orders.actions.slots import close_day
from market.orders.models import Order
from market.places.actions.closures import ClosedDay
from market.places.models import PickupPoint
from market.places.rules.hours import Slot
from market.values.phone import Phone
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, wanted
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap
from tests.services.crowd import crowd

AT_ONCE = 6
WEDNESDAY = Slot(date(2026, 11, 25), 360, 540)


@pytest.fixture
def opened(cast: Cast) -> Cast:
    with transaction() as session:
        make.open_point(session, session.get_one(PickupPoint, cast.pickup), (2, 6, 9), (3, 6, 9), capacity=2)
    return cast


def placing(cast: Cast, now: Clock, number: int) -> Move:
    buyer = replace(MAI, device=f"phone-{number}", network=f"net-{number}", phone=Phone(f"0900 001 00{number}"))
    orders = (wanted(cast.rau_muong, point=cast.pickup, slot=WEDNESDAY),)
    new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=buyer, orders=orders)
    return lambda session: place_purchase(session, GUEST, new, now=now()).is_new


def outcome(move: Move) -> str:
    try:
        with transaction() as session:
            move(session)
    except Refused as refusal:
        return refusal.code
    return "done"


def in_slot() -> int:
    reading().expire_all()
    return reading().query(Order).filter(Order.slot_on == WEDNESDAY.day).count()


def test_of_six_buyers_of_two_places_two_have_them(app: Flask, opened: Cast, now: Clock) -> None:
    moves = [placing(opened, now, number) for number in range(AT_ONCE)]
    assert Counter(crowd(app, moves, outcome)) == {"done": 2, "slot_full": AT_ONCE - 2}
    assert in_slot() == 2


def test_without_the_lock_on_its_name_a_slot_would_take_too_many(app: Flask, opened: Cast, now: Clock) -> None:
    """Why it is locked, and what the test above would see."""
    assert outcome(placing(opened, now, 0)) == "done"
    with unlocked(["name"]):
        overlap(app, placing(opened, now, 1), placing(opened, now, 2))
    assert in_slot() == 3


def test_an_order_that_comes_while_its_day_is_closed_is_told_or_refused(app: Flask, opened: Cast, now: Clock) -> None:
    day = ClosedDay(commune_id=opened.commune, point_id=opened.pickup, day=WEDNESDAY.day, reason="Mưa bão")
    moves = [placing(opened, now, 1), lambda session: close_day(session, Actor(person_id=opened.hung), day, now=now())]
    crowd(app, moves, outcome)
    assert in_slot() == 0
