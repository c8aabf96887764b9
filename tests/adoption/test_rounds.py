"""The job looks at a commune's sales where something changed, and leaves them alone where nothing did."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.adoption import jobs
from market.adoption.jobs import look_if_changed
from market.adoption.models import BuyerCall
from market.adoption.rules import CallCause, CallOutcome
from market.base.db import transaction
from market.orders.models import PickupSighting
from market.places.models import DatedFact
from market.sellers.models import Business
from market.values.phone import Phone
from tests import factories as make
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import by_day_on

pytestmark = by_day_on("postgresql")

DAY = date(2026, 11, 20)
Change = Callable[[Session, Cast, Clock, int], object]


def call_of(writing: Session, cast: Cast, now: Clock, order_id: int) -> None:
    said = {"cause": CallCause.CHECK, "outcome": CallOutcome.CONFIRMED, "note": ""}
    about = {"commune_id": cast.commune, "order_id": order_id, "called_by": cast.hung, "called_at": now()}
    writing.add(BuyerCall(**about, **said))


def sighting_of(writing: Session, cast: Cast, now: Clock, order_id: int) -> None:
    where = {"commune_id": cast.commune, "order_id": order_id, "pickup_point_id": cast.pickup}
    writing.add(PickupSighting(**where, keeper_id=cast.stranger, device="its own", seen_at=now()))


def limit_of(writing: Session, cast: Cast, _now: Clock, _order_id: int) -> None:
    said = {"key": "kpi.lowest_order", "value": "90000", "valid_from": date(2026, 1, 1), "source": "quy ước"}
    writing.add(DatedFact(commune_id=cast.commune, **said))


def mandate_of(writing: Session, cast: Cast, now: Clock, _order_id: int) -> None:
    people = [writing.get_one(Person, one) for one in (cast.vy, cast.hung)]
    make.make_mandate(writing, writing.get_one(Business, cast.lan.business), *people, now())


def phone_of(writing: Session, cast: Cast, _now: Clock, _order_id: int) -> None:
    writing.get_one(Business, cast.lan.business).phone = Phone("0900 000 777")


CHANGES: dict[str, Change] = {
    "a sale": lambda writing, cast, _now, _order: sell(writing, cast.commune, cast.htx, Sold(on=DAY, is_known=True)),
    "bank's money": lambda writing, cast, _now, _order: sell(
        writing, cast.commune, cast.lan, Sold(on=DAY, is_banked=True)
    ),
    "a call": call_of,
    "a sighting": sighting_of,
    "a limit": limit_of,
    "a mandate": mandate_of,
    "a phone": phone_of,
    "an hour": lambda _writing, _cast, now, _order: now.move(minutes=60),
}


def test_a_round_looks_only_where_something_changed(cast: Cast, now: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another phone of the business, too, which is no new row; the whole look finds what it finds in either case."""
    looks: list[int] = []

    def counted(commune_id: int) -> int:
        looks.append(commune_id)
        return look(commune_id)

    look = jobs.look_through
    monkeypatch.setattr(jobs, "look_through", counted)
    monkeypatch.setattr(jobs, "_found_nothing", {})
    with transaction() as writing:
        order_id = sell(writing, cast.commune, cast.lan, Sold(on=DAY, is_confirmed=True)).id
    assert look_if_changed(cast.commune) == 1
    for what, change in CHANGES.items():
        while look_if_changed(cast.commune):
            pass
        looks.clear()
        now.move(seconds=1)
        assert look_if_changed(cast.commune) == 0
        assert looks == [], what
        with transaction() as writing:
            change(writing, cast, now, order_id)
        look_if_changed(cast.commune)
        assert looks == [cast.commune], what
    assert look(cast.commune) == 0, "nothing was left out"
