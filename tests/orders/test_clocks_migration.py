"""A market that was filled before the night was quiet keeps its rows, and the clocks that run keep their ends."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text, update

from market.base.db import db, reading, transaction
from market.catalog.models import Reservation
from market.orders.models import Order
from market.places.models import DatedFact
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row
from tests.payments.steps import buy

pytestmark = pytest.mark.nightly
"""The step is released, and never edited any more."""
BEFORE = "20261129_1340"


def facts() -> list[tuple[int | None, str, str]]:
    rows = reading().execute(select(DatedFact.commune_id, DatedFact.key, DatedFact.value).order_by(DatedFact.id))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_what_was_there_stays_and_the_night_is_a_row_more(app: Flask, cast: Cast, now: Clock) -> None:
    order, due = buy(cast, now()).id, now() + timedelta(minutes=30)
    with transaction() as session:
        session.execute(update(Order).where(Order.id == order).values(due_at=due))
        session.execute(update(Reservation).where(Reservation.order_id == order).values(held_until=due))
    db.session.remove()
    downgrade(revision=BEFORE)
    with db.engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM dated_fact WHERE key = 'quiet_hours'")) == 0
        connection.execute(
            text(
                "INSERT INTO dated_fact (id, commune_id, key, value, valid_from, source) "
                "VALUES (1, NULL, 'tax.x', '5', '2026-01-01', 'TT')"
            )
        )
    upgrade()
    assert facts() == [(None, "tax.x", "5"), (None, "quiet_hours", "21:00-06:00")]
    row = order_row(order)
    assert (row.due_at, row.acceptance, row.acceptance_known_at) == (due, None, None)
    assert list(reading().scalars(select(Reservation.held_until))) == [due]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_night_that_was_entered_before_is_left_alone(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        session.execute(update(DatedFact).where(DatedFact.key == "quiet_hours").values(value="22:00-05:00"))
    db.session.remove()
    downgrade(revision=BEFORE)
    upgrade()
    assert facts() == [(None, "quiet_hours", "22:00-05:00")]


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_an_empty_market_is_given_no_row(app: Flask) -> None:
    """What is put back into a new database finds its place free."""
    assert facts() == []
