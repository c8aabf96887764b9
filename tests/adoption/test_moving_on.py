"""A household that closes, moves or becomes something else keeps its past: on every day, as known at every moment."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from market.adoption.queries import board_of
from market.adoption.rules import Figure
from market.base.audit import Actor
from market.base.db import transaction
from market.base.errors import Refused
from market.catalog.queries.public import is_stall_open
from market.orders.rules import OrderStatus
from market.payments.actions import HandOver, hand_over
from market.sellers import actions, queries
from market.sellers.actions import NewBusiness
from market.sellers.models import Business, BusinessKind, BusinessStatus, Stall
from market.values.period import local_day
from tests.adoption.figures import look_everywhere
from tests.adoption.sales import Sold, sell
from tests.cast import Cast
from tests.conftest import Clock
from tests.nights import in_turns, on_both
from tests.orders.steps import accept_as_shown, order_row, place, wanted

pytestmark = [on_both, in_turns]


def edit(cast: Cast, now: Clock, business_id: int, **fields: object) -> None:
    with transaction() as session:
        row = session.get_one(Business, business_id)
        said = {name: getattr(row, name) for name in actions.EDITABLE}
        new = NewBusiness(commune_id=cast.commune, valid_from=local_day(now()), source="Giấy đề nghị", **said)
        new = replace(new, **fields)  # type: ignore[arg-type]
        actions.update_business(session, Actor(person_id=cast.hung), business_id, new, now=now())


def figure(session: Session, cast: Cast, now: Clock, as_of: date | None = None) -> Figure:
    session.expire_all()
    return board_of(session, cast.commune, as_of or local_day(now()), known_at=now()).figure


def sold_by_lan(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        sell(writing, cast.commune, cast.lan, Sold(on=local_day(now()) - timedelta(days=3), is_known=True))
    look_everywhere(cast.commune)
    now.move(seconds=1)


def test_figures_by_hamlet_before_a_move_stay(cast: Cast, now: Clock, session: Session) -> None:
    sold_by_lan(cast, now)
    now.move(days=10)
    days = [local_day(now()) - timedelta(days=back) for back in (1, 5, 9)]
    before = {day: figure(session, cast, now, day).by_hamlet() for day in days}
    assert before[days[0]][cast.nghia_dung].part == 1

    edit(cast, now, cast.lan.business, hamlet_id=cast.mo_doan)

    today = figure(session, cast, now).by_hamlet()
    assert today[cast.mo_doan].part == before[days[0]].get(cast.mo_doan, today[cast.mo_doan]).part + 1
    assert {day: figure(session, cast, now, day).by_hamlet() for day in days} == before
    now.move(days=30)
    assert {day: figure(session, cast, now, day).by_hamlet() for day in days} == before


def test_a_kind_that_changes_counts_as_what_it_was_on_each_day(cast: Cast, now: Clock, session: Session) -> None:
    sold_by_lan(cast, now)
    now.move(days=5)
    edit(cast, now, cast.lan.business, kind=BusinessKind.FARM_HOUSEHOLD)
    yesterday = figure(session, cast, now, local_day(now()) - timedelta(days=1))
    assert (yesterday.plan.part, yesterday.farms.whole) == (1, 1)
    assert (figure(session, cast, now).plan.part, figure(session, cast, now).farms.whole) == (0, 2)


def test_who_closes_sells_no_more_finishes_what_is_open_and_keeps_its_past(
    cast: Cast, now: Clock, session: Session
) -> None:
    sold_by_lan(cast, now)
    now.move(days=5)
    order = place(cast.commune, wanted(cast.dau_xanh, point=cast.pickup), now=now()).order_ids[0]
    with transaction() as writing:
        accept_as_shown(writing, Actor(person_id=cast.lan.person), order, clock=now)

    edit(cast, now, cast.lan.business, status=BusinessStatus.TERMINATED)

    assert not is_stall_open(session, cast.lan.stall)
    with pytest.raises(Refused):
        place(cast.commune, wanted(cast.dau_xanh, point=cast.pickup), now=now())
    assert queries.right_to(session, cast.lan.business, cast.lan.person, local_day(now()))
    with transaction() as writing:
        given = HandOver(order_id=order, shown=None, cash_taken=False)
        hand_over(writing, Actor(person_id=cast.lan.person), cast.lan.stall, given, clock=now)
    assert order_row(order).status is OrderStatus.DELIVERED
    assert figure(session, cast, now).plan.part == 0
    assert figure(session, cast, now, local_day(now()) - timedelta(days=1)).plan.part == 1


def test_a_stall_is_handed_on_with_its_business(cast: Cast, now: Clock, session: Session) -> None:
    """A son takes over: the same line of the register under another owner, so stall, goods and figure go on."""
    sold_by_lan(cast, now)
    edit(cast, now, cast.lan.business, owner_name="Phạm Văn Con")
    assert figure(session, cast, now).plan.part == 1
    stall = session.get_one(Stall, cast.lan.stall)
    assert (stall.business_id, is_stall_open(session, stall.id)) == (cast.lan.business, True)
