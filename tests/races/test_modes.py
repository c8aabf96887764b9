"""A market that stops taking orders, or matching money, waits for what is under way; what comes after it sees the
mode of then."""

import pytest
from flask import Flask

from market.base import db as database
from market.base.audit import GUEST, Actor
from market.base.db import locked, transaction
from market.base.errors import Refused
from market.base.secrets import random_key
from market.base.seen import seen_of
from market.orders.actions.inputs import PlacePurchase
from market.orders.actions.placing import place_purchase
from market.payments.actions import match_credit
from market.payments.models import BankCredit
from market.payments.rules.matching import Unmatched
from market.places.queries import modes
from market.places.queries.modes import mode_facts
from market.places.rules.modes import CommuneMode
from market.sellers.actions.modes import ModeAsked, ask_mode
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import MAI, stock, wanted
from tests.payments.steps import buy, notice, paid
from tests.races.overlap import Move, overlap


def without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_spelled", lambda names: [])
    monkeypatch.setattr(database, "_locking", lambda shared, own: database.select(1))
    monkeypatch.setattr(modes, "hold_name_of", lambda *_: None)


def placing(cast: Cast, now: Clock) -> Move:
    new = PlacePurchase(
        commune_id=cast.commune, client_key=random_key(), buyer=MAI, orders=(wanted(cast.gao_nep, 500),)
    )
    return lambda session: place_purchase(session, GUEST, new, now=now()).is_new


def narrowing(cast: Cast, now: Clock, mode: CommuneMode = CommuneMode.SHOWCASE) -> Move:
    with transaction() as session:
        seen = seen_of(mode_facts(session, cast.commune))
    new = ModeAsked(commune_id=cast.commune, mode=mode, registration=None, seen=seen)
    return lambda session: ask_mode(session, Actor(person_id=cast.hung), new, clock=now)


def test_an_order_waits_for_the_mode_and_is_refused_by_the_one_that_holds_then(
    app: Flask, cast: Cast, now: Clock
) -> None:
    _, placed = overlap(app, narrowing(cast, now), placing(cast, now))
    assert placed is Refused
    assert stock(cast.gao_nep) == (50_000, 0)


def test_the_mode_waits_for_an_order_that_is_being_placed(app: Flask, cast: Cast, now: Clock) -> None:
    assert overlap(app, placing(cast, now), narrowing(cast, now)) == (True, True)
    assert stock(cast.gao_nep) == (50_000, 500)


def test_two_buyers_do_not_wait_for_each_other_at_the_mode(app: Flask, cast: Cast, now: Clock) -> None:
    assert overlap(app, placing(cast, now), placing(cast, now)) == (True, True)


def test_without_the_lock_an_order_is_placed_where_none_are_taken(
    app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why it is held, and what the tests above would see."""
    without_names(monkeypatch)
    _, placed = overlap(app, narrowing(cast, now), placing(cast, now))
    assert placed is True


def unseen_credit(cast: Cast, now: Clock) -> tuple[int, object]:
    """A notice of an order's money that nobody has put on it yet."""
    order = buy(cast, now())
    credit_id = notice(1, 12_000, "khong ghi ma", now())
    with transaction() as session:
        credit = locked(session, BankCredit, BankCredit.id == credit_id).row
        credit.memo, credit.unmatched_reason = order.code, Unmatched.IN_PROGRESS
    return credit_id, order


def test_no_notice_pays_an_order_once_the_mode_has_changed(app: Flask, cast: Cast, now: Clock) -> None:
    credit_id, order = unseen_credit(cast, now)
    narrow = narrowing(cast, now, CommuneMode.ORDERING)
    overlap(app, narrow, lambda session: match_credit(session, credit_id, clock=now))
    assert paid(order).received == 0  # type: ignore[arg-type]


def test_without_the_lock_a_notice_pays_an_order_after_the_mode_has_changed(
    app: Flask, cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    credit_id, order = unseen_credit(cast, now)
    narrow = narrowing(cast, now, CommuneMode.ORDERING)
    without_names(monkeypatch)
    overlap(app, narrow, lambda session: match_credit(session, credit_id, clock=now))
    assert paid(order).received == 12_000  # type: ignore[arg-type]
