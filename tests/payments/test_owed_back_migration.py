"""A market that was filled before money could be owed back keeps all of it, and says what is owed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, update

from market.base.audit import GUEST
from market.base.db import db, reading, transaction
from market.catalog.models import Reservation
from market.orders.models import Order
from market.payments.models import PaymentRequest
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import decline_as_shown, order_row
from tests.payments.steps import Bought, buy, notice

pytestmark = pytest.mark.nightly
"""Of a migration that is released and fingerprinted: it cannot change."""

BEFORE = "20261128_1500"


@pytest.fixture
def orders(app: Flask, cast: Cast, now: Clock) -> dict[str, Bought]:
    """Three paid orders: declined, paid too much, and paid but on a clock, as orders once were."""
    orders = {name: buy(cast, now()) for name in ("declined", "over", "on_a_clock")}
    for number, (name, order) in enumerate(orders.items(), start=1):
        notice(number, 15_000 if name == "over" else 12_000, order.code, now())
    with transaction() as session:
        decline_as_shown(session, GUEST, orders["declined"].id, "Hết", clock=now)
        due = datetime.now(UTC) + timedelta(days=1)
        which = orders["on_a_clock"].id
        session.execute(update(Order).where(Order.id == which).values(due_at=due))
        session.execute(update(Reservation).where(Reservation.order_id == which).values(held_until=due))
    db.session.remove()
    return orders


def test_what_was_there_is_closed_owed_back_and_kept(orders: dict[str, Bought], now: Clock) -> None:
    downgrade(revision=BEFORE)
    upgrade()
    requests = {one.order_id: one for one in reading().scalars(select(PaymentRequest))}
    told = {name: requests[order.id] for name, order in orders.items()}
    assert {name: (int(one.received), int(one.owed_back), one.closed_at) for name, one in told.items()} == {
        "declined": (12_000, 12_000, now()),
        "over": (15_000, 3_000, None),
        "on_a_clock": (12_000, 0, None),
    }
    kept = orders["on_a_clock"].id
    held = reading().scalars(select(Reservation.held_until).where(Reservation.order_id == kept)).all()
    assert (order_row(kept).due_at, held) == (None, [None])
