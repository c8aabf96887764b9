"""A week's lists of whom to visit: drawn up once from what the market knows, steady, without who was visited."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.accounts.models import Person
from market.adoption.actions.planning import plan_week
from market.adoption.jobs import plan_visits
from market.adoption.queries.next_visits import household_facts, to_visit, week_done
from market.base.audit import Actor
from market.base.db import reading, transaction
from market.base.errors import NotFound
from market.catalog.models import Photo
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.places.models import Commune, Hamlet
from market.places.rules.modes import CommuneMode
from market.sellers.actions.help_visits import NewHelpVisit, record_visit
from market.sellers.models import Business, BusinessKind, HelpVisit, PostRole, VisitPlan
from market.sellers.queries import Reach
from market.sellers.rules.help_visits import HelpStep, VisitOutcome, VisitPlace, VisitReason
from tests import factories as make
from tests.cast import Cast
from tests.conftest import Clock
from tests.orders.steps import order_row, place, wanted
from tests.queries import counting

TUESDAY = date(2026, 11, 24)


def reach(cast: Cast, helper: int | None = None, today: date = TUESDAY) -> Reach:
    hamlets = frozenset({cast.nghia_dung})
    return Reach(commune_id=cast.commune, hamlet_ids=hamlets, helper_id=helper or cast.vy, today=today)


def plan(cast: Cast, now: Clock) -> int:
    with transaction() as writing:
        return plan_week(writing, cast.commune, cast.nghia_dung, clock=now)


def listed(cast: Cast, helper: int | None = None) -> dict[int, VisitReason]:
    return {one.id: one.reason for one in to_visit(reading(), reach(cast, helper), most=50)}


def visit(cast: Cast, now: Clock, business: int, key: str = "a", **said: object) -> int:
    told = {
        "commune_id": cast.commune,
        "business_id": business,
        "visited_on": now().date(),
        "place": VisitPlace.HOME,
        "steps": (HelpStep.ACCOUNT,),
        "outcome": VisitOutcome.DONE,
        "has_agreed": True,
        "client_key": key,
    }
    with transaction() as writing:
        return record_visit(writing, Actor(person_id=cast.vy), NewHelpVisit(**{**told, **said}), clock=now)


def test_the_list_says_why_keeps_its_week_and_drops_who_was_visited(cast: Cast, now: Clock) -> None:
    """Bà Lan sells and has had no order, cô Thêu has nothing yet; an order that comes in the week changes nothing."""
    assert plan(cast, now) == 2
    assert listed(cast) == {cast.lan.business: VisitReason.NO_ORDER, cast.theu: VisitReason.NO_ACCOUNT}

    place(cast.commune, wanted(cast.rau_muong), now=now())
    assert plan(cast, now) == 0, "once a week"
    assert listed(cast)[cast.lan.business] is VisitReason.NO_ORDER

    visit(cast, now, cast.theu)
    assert list(listed(cast)) == [cast.lan.business]
    done = week_done(reading(), reach(cast))
    assert (done.planned, done.visited) == (2, 1)

    now.move(days=7)
    assert to_visit(reading(), reach(cast, today=TUESDAY + timedelta(days=7)), most=9) == []
    assert plan(cast, now) == 1, "cô Thêu was visited a week ago"
    later = to_visit(reading(), reach(cast, today=TUESDAY + timedelta(days=7)), most=9)
    assert [(one.id, one.reason) for one in later] == [(cast.lan.business, VisitReason.UNANSWERED)]


def test_a_visit_taken_back_puts_the_household_on_the_list_again(cast: Cast, now: Clock) -> None:
    plan(cast, now)
    one = visit(cast, now, cast.theu)
    with transaction() as writing:
        writing.get_one(HelpVisit, one).withdrawn_at = now()
    assert cast.theu in listed(cast)


def test_the_facts_are_what_the_market_sees(cast: Cast, now: Clock, session: Session) -> None:
    order = place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]
    now.move(hours=12)
    with transaction() as writing:
        writing.execute(delete(Photo))
    seen = {one.business_id: one for one in household_facts(session, cast.nghia_dung, now=now())}
    lan, theu = seen[cast.lan.business], seen[cast.theu]
    assert (lan.has_account, lan.has_goods, lan.has_picture, lan.has_sold, lan.unanswered) == (
        True,
        True,
        False,
        False,
        1,
    )
    assert (theu.has_account, theu.has_stall, theu.has_goods) == (False, False, False)

    with transaction() as writing:
        row = writing.get_one(Order, order)
        row.status, row.completed_on, row.completed_at = OrderStatus.DELIVERED, TUESDAY, now()
        row.accepted_at = row.ready_at = now()
    [lan] = [one for one in household_facts(reading(), cast.nghia_dung, now=now()) if one.has_goods]
    assert (lan.has_sold, lan.unanswered) == (True, 0)


def test_an_order_that_was_accepted_and_ran_out_later_is_no_unanswered_one(cast: Cast, now: Clock) -> None:
    order = place(cast.commune, wanted(cast.rau_muong), now=now()).order_ids[0]
    for accepted_at, unanswered in ((None, 1), (now(), 0)):
        with transaction() as writing:
            row = writing.get_one(Order, order)
            row.status, row.accepted_at = OrderStatus.EXPIRED, accepted_at
        seen = {one.business_id: one for one in household_facts(reading(), cast.nghia_dung, now=now())}
        assert seen[cast.lan.business].unanswered == unanswered
    assert order_row(order).status is OrderStatus.EXPIRED


def test_the_facts_of_a_hamlet_are_two_statements_and_ask_for_no_money(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.nghia_dung)
        for number in range(30):
            make.make_business(writing, hamlet, f"Hộ số {number}", now())
    with counting() as seen:
        assert len(household_facts(reading(), cast.nghia_dung, now=now())) == 32
    assert len(seen) == 2
    assert [word for word in ("total", "price", "amount") if word in " ".join(map(str, seen)).lower()] == []


def test_several_helpers_share_a_hamlet_and_a_mandate_goes_first(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        hamlet, mai = writing.get_one(Hamlet, cast.nghia_dung), writing.get_one(Person, cast.mai)
        make.make_post(writing, mai, PostRole.HELPER, hamlet, now())
        others = [make.make_business(writing, hamlet, f"Hộ số {number}", now()).id for number in range(4)]
        officer = writing.get_one(Person, cast.hung)
        make.make_mandate(writing, writing.get_one(Business, cast.theu), mai, officer, now())
    plan(cast, now)
    of_vy, of_mai = listed(cast), listed(cast, cast.mai)
    assert not of_vy.keys() & of_mai.keys()
    assert of_vy.keys() | of_mai.keys() == {cast.lan.business, cast.theu, *others}
    assert abs(len(of_vy) - len(of_mai)) <= 1
    assert cast.theu in of_mai


def test_a_list_is_as_long_as_the_commune_says(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        hamlet = writing.get_one(Hamlet, cast.nghia_dung)
        for number in range(12):
            make.make_business(writing, hamlet, f"Hộ số {number}", now(), BusinessKind.FARM_HOUSEHOLD)
    assert plan(cast, now) == 8
    assert [one.rank for one in reading().scalars(select(VisitPlan).order_by(VisitPlan.rank))] == [*range(1, 9)]


def test_where_a_market_only_shows_goods_its_lists_know_of_no_orders(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        writing.get_one(Commune, cast.commune).mode = CommuneMode.SHOWCASE
    plan(cast, now)
    assert listed(cast) == {cast.theu: VisitReason.NO_ACCOUNT}


def test_the_job_draws_up_the_lists_of_hamlets_with_a_helper_once(cast: Cast, now: Clock, session: Session) -> None:
    assert (plan_visits(now()), plan_visits(now())) == (1, 0)
    assert {one.hamlet_id for one in session.scalars(select(VisitPlan))} == {cast.nghia_dung}
    assert session.scalars(select(VisitPlan.week)).first() == TUESDAY - timedelta(days=1)


def test_another_commune_s_hamlet_has_no_list(cast: Cast, now: Clock) -> None:
    with transaction() as writing:
        far = make.make_hamlet(
            writing, make.make_commune(writing, code="10507", name="xã Khác", letters="KH"), "thôn Xa"
        )
        far_id = far.id
    with pytest.raises(NotFound), transaction() as writing:
        plan_week(writing, cast.commune, far_id, clock=now)
