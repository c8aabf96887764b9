"""What buyers hold without money is counted while their names are locked, what is tried is counted before it is looked
at: eight at once come no further than one after the other."""

from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from market.base.audit import GUEST
from market.base.db import transaction
from market.base.errors import Refused
from market.base.secrets import random_key
from market.orders.actions.holding import MOST_HELD_BY_PHONE_HERE, MOST_HELD_HERE
from market.orders.actions.inputs import Buyer, PlacePurchase
from market.orders.actions.placing import place_purchase
from market.orders.rules import MOST_WRONG_CODES, OrderStatus
from market.sellers.models import Stall
from tests.cast import Cast
from tests.conftest import Clock
from tests.factories import sign_in
from tests.orders.steps import MAI, accept_as_shown, order_row, place, stock, wanted
from tests.races.harness import unlocked
from tests.races.overlap import Move, overlap
from tests.services.crowd import crowd

AT_ONCE = 8


def placing(cast: Cast, now: Clock, buyer: Buyer) -> Move:
    orders = (wanted(cast.gao_nep, 500),)
    new = PlacePurchase(commune_id=cast.commune, client_key=random_key(), buyer=buyer, orders=orders)
    return lambda session: place_purchase(session, GUEST, new, now=now()).is_new


def outcome(move: Move) -> str:
    try:
        with transaction() as session:
            move(session)
    except Refused as refusal:
        return refusal.code
    return "done"


def fresh(number: int, **known: str) -> Buyer:
    return replace(MAI, **({"device": f"fresh-{number}", "network": f"net-{number}"} | known))


@pytest.mark.parametrize(("shared", "most"), [("device", MOST_HELD_HERE), ("phone", MOST_HELD_BY_PHONE_HERE)])
def test_eight_orders_at_once_hold_no_more_than_one_after_the_other(
    app: Flask, cast: Cast, now: Clock, shared: str, most: int
) -> None:
    same = {"device": "one"} if shared == "device" else {}
    for number in range(most - 2):
        place(cast.commune, wanted(cast.gao_nep, 500), now=now(), buyer=fresh(number, **same))
    moves = [placing(cast, now, fresh(50 + number, **same)) for number in range(AT_ONCE)]
    assert Counter(crowd(app, moves, outcome)) == {"done": 2, "too_many_held": AT_ONCE - 2}
    assert stock(cast.gao_nep) == (50_000, most * 500)


def test_without_the_lock_on_their_names_two_would_pass_the_bound(app: Flask, cast: Cast, now: Clock) -> None:
    """Why they are locked, and what the test above would see."""
    for number in range(MOST_HELD_HERE - 1):
        place(cast.commune, wanted(cast.gao_nep, 500), now=now(), buyer=fresh(number, device="one"))
    moves = [placing(cast, now, fresh(number, device="one")) for number in (50, 51)]
    with unlocked(["name"]):
        overlap(app, *moves)
    assert stock(cast.gao_nep) == (50_000, (MOST_HELD_HERE + 1) * 500)


def test_of_eight_unheld_orders_accepted_at_once_no_more_are_held_than_there_is(
    app: Flask, cast: Cast, now: Clock
) -> None:
    """Two kilograms each, of five; for the others the stall is told what is left, and they wait on."""
    with transaction() as session:
        session.get_one(Stall, cast.lan.stall).confirms_strangers = True
    orders = [
        place(cast.commune, wanted(cast.dau_xanh, 2000), now=now(), buyer=fresh(number)).order_ids[0]
        for number in range(AT_ONCE)
    ]
    moves = [accepting(one, now) for one in orders]
    assert Counter(crowd(app, moves, outcome)) == {"done": 2, "not_enough": AT_ONCE - 2}
    assert stock(cast.dau_xanh) == (5000, 4000)
    assert Counter(order_row(one).status for one in orders) == {OrderStatus.ACCEPTED: 2, OrderStatus.PLACED: 6}


def accepting(order_id: int, now: Clock) -> Move:
    return lambda session: accept_as_shown(session, GUEST, order_id, clock=now)


def test_of_eight_wrong_codes_at_once_five_are_compared(app: Flask, cast: Cast, now: Clock) -> None:
    order = order_row(place(cast.commune, wanted(cast.dau_xanh), now=now()).order_ids[0])
    assert outcome(accepting(order.id, now)) == "done"
    sellers = [app.test_client() for _ in range(AT_ONCE)]
    for seller in sellers:
        sign_in(seller, cast.lan.person, now())
    path = f"/ban-hang/{cast.lan.slug}/don/{order.code}/giao"

    def guess(seller: FlaskClient) -> str:
        answer = FlaskClient.open(seller, path, method="POST", data={"cash": "khong", "how": "co_ma", "shown": "0000"})
        return "compared" if "Mã nhận hàng chưa đúng" in answer.text else "too many"

    assert Counter(crowd(app, sellers, guess)) == {"compared": MOST_WRONG_CODES, "too many": AT_ONCE - MOST_WRONG_CODES}
