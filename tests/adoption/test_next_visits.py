"""Whom to visit next: the order is fixed, its reasons are said, and no money is among what it looks at."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest

from bench import visits as bench
from bench.village.visited import Hidden, VisitedVillage
from market.adoption.rules.next_visits import (
    WEIGHTS,
    EarlierVisit,
    HouseholdFacts,
    next_visits,
)
from market.sellers.rules.help_visits import VISIT_REASON_WORDS, VisitOutcome, VisitReason

MONDAY = date(2026, 11, 30)
SELLING = HouseholdFacts(
    business_id=1,
    is_counted_kind=True,
    has_account=True,
    is_waiting=False,
    has_stall=True,
    has_goods=True,
    has_picture=True,
    has_sold=False,
)
NOTHING = replace(SELLING, has_account=False, has_stall=False, has_goods=False, has_picture=False)
DAY = timedelta(days=1)


def listed(*households: HouseholdFacts, takes_orders: bool = True) -> list[tuple[int, VisitReason]]:
    found = next_visits(households, MONDAY, most=99, takes_orders=takes_orders)
    return [(one.business_id, one.reason) for one in found]


def visited(facts: HouseholdFacts, outcome: VisitOutcome, days: int, next_on: date | None = None) -> HouseholdFacts:
    visit = EarlierVisit(on=MONDAY - days * DAY, outcome=outcome, next_on=next_on)
    return replace(facts, visits=(*facts.visits, visit))


def test_who_is_nearest_to_a_first_order_comes_first() -> None:
    households = [
        replace(NOTHING, business_id=7),
        replace(NOTHING, business_id=6, is_waiting=True),
        replace(SELLING, business_id=5, has_goods=False, has_picture=False),
        replace(SELLING, business_id=4, has_picture=False),
        replace(SELLING, business_id=3),
        replace(SELLING, business_id=2, unanswered=1),
        replace(SELLING, business_id=1, has_sold=True),
    ]
    assert listed(*households) == [
        (2, VisitReason.UNANSWERED),
        (3, VisitReason.NO_ORDER),
        (4, VisitReason.NO_PICTURE),
        (5, VisitReason.NO_GOODS),
        (6, VisitReason.WAITING),
        (7, VisitReason.NO_ACCOUNT),
    ]
    assert set(VISIT_REASON_WORDS) == set(VisitReason) == {*WEIGHTS, VisitReason.PROMISED}


def test_a_visit_in_vain_moves_a_household_down_and_one_that_got_somewhere_up() -> None:
    fresh = replace(SELLING, business_id=1)
    vain = visited(replace(SELLING, business_id=2), VisitOutcome.TO_OFFICE, 30)
    fine = visited(replace(SELLING, business_id=3), VisitOutcome.DONE, 30)
    nobody = visited(replace(SELLING, business_id=4), VisitOutcome.NOBODY, 3)
    assert [one for one, _ in listed(fresh, vain, fine, nobody)] == [3, 1, 4, 2]


@pytest.mark.parametrize(
    ("outcome", "days", "is_listed"),
    [
        (VisitOutcome.DONE, 13, False),
        (VisitOutcome.DONE, 14, True),
        (VisitOutcome.NOT_NOW, 59, False),
        (VisitOutcome.NOT_NOW, 60, True),
        (VisitOutcome.NOBODY, 1, True),
    ],
)
def test_nobody_is_visited_again_at_once_and_who_said_no_not_for_long(
    outcome: VisitOutcome, days: int, is_listed: bool
) -> None:
    assert bool(listed(visited(SELLING, outcome, days))) is is_listed


def test_a_promise_is_kept_in_its_week_and_an_order_waits_for_no_rest() -> None:
    this_week = visited(SELLING, VisitOutcome.UNFINISHED, 7, MONDAY + 6 * DAY)
    assert listed(this_week) == [(1, VisitReason.PROMISED)]
    assert listed(visited(SELLING, VisitOutcome.UNFINISHED, 7, MONDAY + 7 * DAY)) == []
    assert listed(replace(visited(SELLING, VisitOutcome.DONE, 1), unanswered=1)) == [(1, VisitReason.UNANSWERED)]


def test_where_a_market_only_shows_goods_nobody_waits_for_an_order() -> None:
    households = [SELLING, replace(SELLING, unanswered=2), replace(SELLING, has_picture=False)]
    assert listed(*households, takes_orders=False) == [(1, VisitReason.NO_PICTURE)]


def test_a_household_that_the_kpi_does_not_count_gives_way() -> None:
    farm = replace(SELLING, business_id=1, is_counted_kind=False)
    assert [one for one, _ in listed(farm, replace(SELLING, business_id=2))] == [2, 1]


def test_equals_stand_by_who_was_not_visited_for_longest_and_the_list_ends() -> None:
    seen = visited(replace(SELLING, business_id=1), VisitOutcome.NOBODY, 20)
    older = visited(replace(SELLING, business_id=2), VisitOutcome.NOBODY, 40)
    never = replace(SELLING, business_id=3)
    found = next_visits([seen, older, never], MONDAY, most=2)
    assert [one.business_id for one in found] == [3, 2]


def test_what_the_order_looks_at_is_yes_no_counts_and_days() -> None:
    kinds = {one.name: one.type for one in fields(HouseholdFacts)}
    assert set(kinds.values()) <= {"int", "bool", "Sequence[EarlierVisit]", int, bool} | {kinds["visits"]}
    assert not {"revenue", "total", "amount", "turnover"} & kinds.keys()


def test_the_simulated_villages_hide_what_nobody_may_know() -> None:
    """The benchmark's order of a week is the same whatever the hidden side of its households is."""
    village = VisitedVillage(1, 0)
    village.live(bench.at_random)
    waiting = [one for one in village.households if one.sold_in is None and one.stage != "sells"]
    before = [one.number for one in bench.by_our_list(waiting, 5, bench.random.Random(1))]
    for one in waiting:
        one.hidden = Hidden(will=1 - one.hidden.will, alert=0.0, wanted=9.0)
    assert [one.number for one in bench.by_our_list(waiting, 5, bench.random.Random(2))] == before
    assert len(before) > 20
