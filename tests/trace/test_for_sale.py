"""Until when the lots of goods let them be sold."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.days import local_day_of
from market.base.db import db, transaction
from market.catalog.models import Product, Variant
from market.trace.models import Lot
from market.trace.rules import LotLife, LotState, for_sale_until
from market.values.period import day_end, day_start, local_day
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock

DAY = date(2026, 12, 24)

lots_of_goods = some.lists(
    some.builds(
        LotLife,
        state=some.sampled_from(LotState),
        best_before=some.none() | some.integers(-3, 3).map(lambda days: DAY + timedelta(days=days)),
        is_set_aside=some.booleans(),
    ),
    max_size=4,
)


@given(lots_of_goods, some.integers(0, 4))
def test_goods_are_stopped_on_the_days_on_which_a_lot_stops_them_and_none_may_be_sold(
    lots: list[LotLife], later: int
) -> None:
    today = DAY + timedelta(days=later)
    until = for_sale_until(lots, now=day_start(DAY))
    for moment in (day_start(today), day_end(today) - timedelta(seconds=1)):
        known = [lot for lot in lots if not lot.is_set_aside]
        stopped = any(lot.stops(today) for lot in known) and not any(lot.may_be_sold(today) for lot in known)
        assert (until is not None and until <= moment) is stopped


def test_goods_without_a_sealed_or_recalled_lot_are_sold_without_end() -> None:
    assert for_sale_until([], now=day_start(DAY)) is None
    assert for_sale_until([LotLife(state=LotState.OPEN, best_before=DAY)], now=day_end(DAY)) is None


def test_a_statement_knows_the_day_in_vietnam(session: Session, now: Clock) -> None:
    for moment in (day_start(DAY), day_end(DAY) - timedelta(microseconds=1), day_end(DAY), now()):
        assert session.scalar(select(local_day_of(moment))) == local_day(moment)


@pytest.mark.nightly  # of a step that is released and cannot change
def test_lots_of_before_are_given_their_end(app: Flask, cast: Cast, now: Clock) -> None:
    """What is filled in for lots that were there already is what the rule says of them."""
    histories: dict[str, list[dict[str, object]]] = {
        "recalled": [{"state": LotState.RECALLED}],
        "one recalled": [{"state": LotState.RECALLED}, {"state": LotState.SEALED}],
        "dated": [{"state": LotState.SEALED, "best_before": DAY}, {"state": LotState.RECALLED}],
        "two dates": [{"state": LotState.SEALED, "best_before": DAY - timedelta(days=days)} for days in (0, 9)],
        "open": [{"state": LotState.OPEN, "best_before": DAY}],
        "none": [],
    }
    with transaction() as session:
        stall = session.get_one(Variant, cast.gao_nep).product.stall
        for name, lots in histories.items():
            product = make.make_product(session, stall, name, now()).product_id
            for number, lot in enumerate(lots):
                place = {"commune_id": stall.commune_id, "stall_id": stall.id, "product_id": product}
                recalled_at = now() if lot["state"] is LotState.RECALLED else None
                lot = {"plot": "Vườn 3", "created_at": now(), "recalled_at": recalled_at} | lot | place
                session.add(Lot(code=f"{name}-{number}", **lot))
    downgrade(revision="20261129_1340")
    upgrade()
    with Session(db.engine) as session:
        ends = {
            name: until
            for name, until in session.execute(select(Product.name, Variant.for_sale_until).join(Variant.product))
            if name in histories
        }
        told = {name: [LotLife(**{"best_before": None} | lot) for lot in lots] for name, lots in histories.items()}
        assert ends == {name: for_sale_until(lots, now=now()) for name, lots in told.items()}
    db.engine.dispose()
