"""What is flagged of a sale: devices ever used, circles of any length, runs of small orders, answers on the phone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.rules import CallOutcome, DatedNumber, Ledger, Party, Pointer, RiskFlag, Sale
from market.adoption.rules.circles import circles
from market.adoption.rules.examining import examine
from market.adoption.rules.trail import Trail
from market.values.period import trailing_year
from tests.adoption.ledgers import BEFORE, LIMITS, TODAY, called, listed, sale, unpaid, with_sales
from tests.nights import examples

DAY = timedelta(days=1)


def flags(ledger: Ledger, order_id: int, trail: Trail | None = None) -> dict[RiskFlag, Pointer]:
    return dict(examine(ledger, trail or Trail(), trailing_year(TODAY))[order_id].flags)


def test_a_device_that_anybody_in_service_ever_used_points_to_them() -> None:
    bought = unpaid(1, device="the helper's")
    assert flags(with_sales(bought), 1, Trail(staff_devices={"the helper's": 20})) == {
        RiskFlag.STAFF_DEVICE: Pointer(person_id=20)
    }
    assert flags(with_sales(bought), 1, Trail(staff_devices={"another's": 20})) == {}


@pytest.mark.parametrize("length", [2, 3, 4, 9])
def test_a_circle_of_any_length_is_seen(length: int) -> None:
    """Each buys from the next, the last from the first: by account, by phone or from their own browser."""
    parties = {
        number: Party(
            people=frozenset({1000 + number}),
            phones=frozenset({f"+8490000200{number}"}),
            devices=frozenset({f"browser {number}"}),
        )
        for number in range(1, length + 1)
    }
    known_by = ({"buyer_id": 1001}, {"phone": "+84900002001"}, {"device": "browser 1"})
    for first in known_by:
        others = [unpaid(number, number - 1, buyer_id=1000 + number) for number in range(2, length + 1)]
        ledger = with_sales(unpaid(1, length, **first), *others, parties=parties)
        found = [flags(ledger, number) for number in range(1, length + 1)]
        assert [set(one) for one in found] == [{RiskFlag.BUYING_CIRCLE}] * length
        assert found[0][RiskFlag.BUYING_CIRCLE] == Pointer(business_id=1)
        broken = with_sales(unpaid(1, length, phone="+84900009999"), *others, parties=parties)
        assert [flags(broken, number) for number in range(2, length + 1)] == [{}] * (length - 1), "a chain is none"


@settings(max_examples=examples(30))
@given(st.lists(st.tuples(st.integers(1, 8), st.integers(1, 8)), max_size=20))
def test_two_are_in_one_circle_where_each_leads_to_the_other(edges: list[tuple[int, int]]) -> None:
    """Against walking from everybody to everybody."""
    edges = [(one, other) for one, other in edges if one != other]
    reach = {node: {node} for node in range(1, 9)}
    for _ in range(8):
        for start, end in edges:
            for known in reach.values():
                known |= {end} if start in known else set()
    found = circles(edges)
    for one in range(1, 9):
        for other in range(1, 9):
            together = one != other and other in reach[one] and one in reach[other]
            assert (one != other and one in found and found[one] == found.get(other)) is together


# --- small orders, crowded devices ----------------------------------------------------------------------------------


def test_several_orders_of_next_to_nothing_within_days_are_a_run() -> None:
    run = [unpaid(number, total=12_000, completed_on=BEFORE + number * DAY) for number in (1, 2, 3)]
    assert [set(flags(with_sales(*run), number)) for number in (1, 2, 3)] == [{RiskFlag.SMALL_RUN}] * 3
    assert flags(with_sales(*run[:2]), 1) == {}, "two are no run"
    spread = [unpaid(number, total=12_000, completed_on=BEFORE + number * 2 * DAY) for number in (1, 2, 3)]
    assert flags(with_sales(*spread), 1) == {}, "over four days"
    larger = [unpaid(number, total=15_000, completed_on=BEFORE) for number in (1, 2, 3)]
    assert flags(with_sales(*larger), 1) == {}
    assert flags(with_sales(*run), 1, called(run[0])) == {}, "its buyer answered"
    one_buyer = [replace(one, phone="1", device="own") for one in run]
    assert set(flags(with_sales(*one_buyer), 2, called(one_buyer[0]))) >= {RiskFlag.SMALL_RUN}, "about that one alone"


def test_more_phones_than_a_family_has_on_one_device_are_flagged_until_their_owners_answer() -> None:
    sales = [unpaid(number, number, device="one browser") for number in (1, 2, 3, 4)]
    ledger = with_sales(*sales)
    assert [set(flags(ledger, number)) for number in (1, 2, 3, 4)] == [{RiskFlag.MANY_PHONES}] * 4
    assert flags(with_sales(*sales[:3]), 1) == {}
    assert flags(ledger, 2, called(sales[1])) == {}
    assert set(flags(ledger, 3, called(sales[1]))) == {RiskFlag.MANY_PHONES}
    again = replace(sales[1], order_id=9)
    assert set(flags(with_sales(*sales, again), 9, called(sales[1]))) >= {RiskFlag.MANY_PHONES}, "about another order"
    four = DatedNumber(key="kpi.device_phones", value=4, valid_from=BEFORE - 400 * DAY, valid_to=None)
    assert flags(with_sales(*sales, numbers=(*LIMITS, four)), 1) == {}, "the commune's own number"


def test_a_phone_counts_on_its_device_though_nobody_but_the_seller_tells_of_its_sale() -> None:
    sales = [unpaid(number, number, device="one browser") for number in (1, 2, 3)]
    untold = replace(unpaid(4, 4, device="one browser"), is_confirmed=False)
    assert set(flags(with_sales(*sales, untold), 1)) == {RiskFlag.MANY_PHONES}
    for device, found in (("one browser", {RiskFlag.MANY_PHONES}), ("another", set())):
        others = {(device, untold.phone)}
        alone = examine(with_sales(*sales), Trail(), trailing_year(TODAY), others=others)
        assert set(alone[1].flags) == found


# --- on the telephone -----------------------------------------------------------------------------------------------

BUYER = {"phone": "+84900000500", "device": "her browser"}


@pytest.mark.parametrize(
    ("outcome", "flag"),
    [(CallOutcome.DENIED, RiskFlag.DENIED), (CallOutcome.WRONG_NUMBER, RiskFlag.WRONG_NUMBER)],
)
def test_an_answer_against_an_order_speaks_of_the_others_of_that_buyer(outcome: CallOutcome, flag: RiskFlag) -> None:
    """Of the same buyer anywhere, and of the same phone at this seller; not of the phone's true owner elsewhere."""
    asked = unpaid(1, **BUYER)
    elsewhere = unpaid(2, 2, **BUYER)
    other_browser = unpaid(3, phone=BUYER["phone"], device="another browser")
    her_own = unpaid(4, 2, phone=BUYER["phone"], device="another browser")
    ledger = with_sales(asked, elsewhere, other_browser, her_own)
    trail = called(asked, outcome=outcome)
    assert [set(flags(ledger, number, trail)) for number in (1, 2, 3, 4)] == [{flag}, {flag}, {flag}, set()]


def test_a_later_answer_about_the_same_order_holds() -> None:
    asked = unpaid(1, **BUYER)
    wrong = called(asked, outcome=CallOutcome.WRONG_NUMBER, on=TODAY - DAY)
    right = called(asked)
    assert flags(with_sales(asked), 1, Trail(calls=[*right.calls, *wrong.calls])) == {}


def test_who_confirmed_one_order_can_deny_another() -> None:
    kept, denied = unpaid(1, **BUYER), unpaid(2, **BUYER)
    trail = Trail(calls=[*called(kept).calls, *called(denied, outcome=CallOutcome.DENIED).calls])
    ledger = with_sales(kept, denied)
    assert (flags(ledger, 1, trail), set(flags(ledger, 2, trail))) == ({}, {RiskFlag.DENIED})


def in_vain(asked: Sale, *days: int) -> Trail:
    calls = [called(asked, outcome=CallOutcome.NO_ANSWER, on=TODAY - day * DAY).calls for day in days]
    return Trail(calls=[one for some in calls for one in some])


def test_a_phone_that_nobody_answered_on_three_days_is_flagged_until_somebody_does() -> None:
    asked, other = unpaid(1, **BUYER), unpaid(2, 2, **BUYER)
    ledger = with_sales(asked, other)
    assert flags(ledger, 1, in_vain(asked, 1, 2)) == {}
    assert flags(ledger, 1, in_vain(asked, 1, 1, 2, 2)) == {}, "two days, however often"
    found = [set(flags(ledger, number, in_vain(asked, 1, 2, 3))) for number in (1, 2)]
    assert found == [{RiskFlag.UNANSWERED}] * 2
    answered = Trail(calls=[*in_vain(asked, 1, 2, 3).calls, *called(other).calls])
    assert flags(ledger, 1, answered) == {}


def test_only_what_others_than_the_seller_tell_of_is_looked_at() -> None:
    cash, old = unpaid(1, is_confirmed=False), unpaid(2, completed_on=TODAY - 366 * DAY)
    found = examine(with_sales(cash, old, sale(3)), Trail(), trailing_year(TODAY))
    assert found.keys() == {3}
    assert examine(with_sales(sale(3), lines=(listed(2),)), Trail(), trailing_year(TODAY)).keys() == {3}
