"""When a buyer is somebody: by a call, by a bank elsewhere, by being a regular; never by the seller's friends."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from market.adoption.rules import CallCause, CallOutcome, Party, RiskFlag, Sale, ServicePost, Vouch
from market.adoption.rules.examining import examine
from market.adoption.rules.trail import Keeper, Trail
from market.values.period import trailing_year
from tests.adoption.ledgers import BEFORE, ONE, TODAY, account, called, listed, sale, unpaid, with_sales

BUYER = {"phone": "+84900000500", "device": "her browser"}
WEEK = timedelta(days=7)


def vouch(of: Sale, *others: Sale, trail: Trail | None = None, **fields: object) -> Vouch | None:
    """What is known of the buyer of one sale among others."""
    ledger = with_sales(of, *others, lines=tuple(listed(number) for number in range(1, 9)), **fields)
    return examine(ledger, trail or Trail(), trailing_year(TODAY))[of.order_id].vouch


def at_establishment(number: int, **fields: object) -> tuple[Sale, ...]:
    """A business where two buyers have paid by bank at others, and one more bought with the code."""
    known = [
        unpaid(number * 100 + one, number, phone=f"+8490{number}0000{one}", device=f"browser {number} {one}")
        for one in (1, 2)
    ]
    paid = [
        sale(number * 100 + 10 + one, 8, phone=of.phone, device=of.device, completed_on=BEFORE)
        for one, of in enumerate(known)
    ]
    return *known, *paid, unpaid(number * 100 + 20, number, **(BUYER | fields))


# --- nobody ---------------------------------------------------------------------------------------------------------


def test_a_fresh_browser_with_an_invented_phone_is_nobody() -> None:
    assert vouch(unpaid(1, **BUYER)) is None


def test_a_ring_of_sellers_with_one_invented_buyer_vouches_for_nothing() -> None:
    """However many sellers, however long: no one of them was bought from by anybody known."""
    ring = [
        unpaid(number * 10 + time, number, completed_on=BEFORE - time * 6 * WEEK, **BUYER)
        for number in range(1, 8)
        for time in range(3)
    ]
    assert {vouch(one, *(other for other in ring if other is not one)) for one in ring} == {None}


def test_many_invented_buyers_do_not_establish_one_another() -> None:
    """Ten of them buy at each of six sellers, for months."""
    sales = [
        unpaid(
            buyer * 10 + number,
            number,
            phone=f"+849005550{buyer:02d}",
            device=f"browser {buyer}",
            completed_on=BEFORE - number * 4 * WEEK,
        )
        for buyer in range(10)
        for number in range(1, 7)
    ]
    found = examine(with_sales(*sales), Trail(), trailing_year(TODAY))
    assert {one.vouch for one in found.values()} == {None}


def test_a_known_phone_typed_on_another_browser_is_nobody() -> None:
    real = unpaid(2, 2, **BUYER)
    typed = unpaid(1, phone=BUYER["phone"], device="a fresh browser")
    assert vouch(typed, real, trail=called(real)) is None
    assert vouch(unpaid(1, **BUYER), real, trail=called(real)) is Vouch.CALL


# --- by a call ------------------------------------------------------------------------------------------------------


def test_who_answered_once_is_known_wherever_they_buy_within_a_year() -> None:
    asked = unpaid(9, 2, completed_on=BEFORE, **BUYER)
    for number, distance in ((1, 0), (3, 364), (4, -30)):
        bought = unpaid(number, completed_on=TODAY - timedelta(days=max(distance, 0)), **BUYER)
        on = bought.completed_on + timedelta(days=distance)
        assert vouch(bought, asked, trail=called(asked, on=on)) is Vouch.CALL
    late = unpaid(1, completed_on=TODAY, **BUYER)
    assert vouch(late, asked, trail=called(asked, on=TODAY - timedelta(days=366))) is None


def test_by_a_signed_in_account_a_buyer_is_known_on_any_phone_of_theirs() -> None:
    asked = unpaid(9, 2, phone="+84900000500", buyer_id=77, device="old browser")
    bought = unpaid(1, phone="+84900000500", buyer_id=77, device="new browser")
    assert vouch(bought, asked, trail=called(asked)) is Vouch.CALL


def test_an_order_without_a_device_is_known_by_the_call_about_it_alone() -> None:
    asked, other = unpaid(1, phone="+84900000500"), unpaid(2, phone="+84900000500")
    assert vouch(asked, other, trail=called(asked)) is Vouch.CALL
    assert vouch(other, asked, trail=called(asked)) is None


@pytest.mark.parametrize("outcome", [one for one in CallOutcome if one is not CallOutcome.CONFIRMED])
def test_no_other_answer_makes_a_buyer_known(outcome: CallOutcome) -> None:
    bought = unpaid(1, **BUYER)
    assert vouch(bought, trail=called(bought, outcome=outcome)) is None


# --- by a bank ------------------------------------------------------------------------------------------------------


def test_who_paid_another_business_by_bank_is_known_at_this_one() -> None:
    bought, paid = unpaid(1, **BUYER), sale(2, 2, **BUYER)
    assert vouch(bought, paid) is Vouch.BANK
    assert vouch(bought, replace(paid, business_id=1)) is None, "at this seller it says nothing"
    assert vouch(bought, replace(paid, payer=None)) is None, "nobody knows whose account it was"
    assert vouch(bought, replace(paid, bank_confirmed=0)) is None, "nobody but the seller says so"
    assert vouch(bought, replace(paid, bank_confirmed=9_999)) is None, "for next to nothing"
    assert vouch(bought, replace(paid, phone="+84900000501")) is None


@pytest.mark.parametrize(
    "shared",
    [
        {"people": frozenset({7})},
        {"phones": frozenset({"+84900000077"})},
        {"devices": frozenset({"their browser"})},
        {"bank_accounts": frozenset({"their account"})},
    ],
)
def test_a_business_with_the_same_people_behind_it_is_no_other(shared: dict[str, frozenset[object]]) -> None:
    bought, paid = unpaid(1, **BUYER), sale(2, 2, **BUYER)
    assert vouch(bought, paid, parties={1: Party(**shared), 2: Party(**shared)}) is None
    assert vouch(bought, paid, parties={1: Party(**shared), 2: Party()}) is Vouch.BANK


def test_two_stalls_that_one_helper_runs_do_not_vouch_for_each_other_s_buyers() -> None:
    bought, paid = unpaid(1, **BUYER), sale(2, 2, **BUYER)
    mandates = [
        ServicePost(person_id=20, phone=None, starts_on=date(2025, 7, 1), ends_on=None, business_id=number)
        for number in (1, 2)
    ]
    assert vouch(bought, paid, trail=Trail(services=mandates)) is None
    assert vouch(bought, paid, trail=Trail(services=mandates[:1])) is Vouch.BANK


def test_money_of_the_seller_s_own_or_of_somebody_in_service_is_flagged_and_vouches_for_nobody() -> None:
    bought, paid = unpaid(1, **BUYER), sale(2, 2, payer="known account", **BUYER)
    own = {2: Party(bank_accounts=frozenset({"known account"}))}
    helper = {5: Party(people=frozenset({20}), bank_accounts=frozenset({"known account"}))}
    post = ServicePost(person_id=20, phone=None, starts_on=date(2025, 7, 1), ends_on=None, hamlet_id=1)
    for parties, trail in ((own, Trail()), (helper, Trail(services=[post]))):
        assert vouch(bought, paid, parties=parties, trail=trail) is None
        ledger = with_sales(bought, paid, parties=parties, lines=(listed(1), listed(2)))
        assert set(examine(ledger, trail, trailing_year(TODAY))[2].flags) == {RiskFlag.RELATED_PAYER}
    assert vouch(bought, paid, parties=helper) is Vouch.BANK, "in nobody's service"


# --- a regular ------------------------------------------------------------------------------------------------------


def test_who_buys_at_an_established_business_and_weeks_later_here_is_a_regular() -> None:
    bought = unpaid(1, completed_on=TODAY, **BUYER)
    assert vouch(bought, *at_establishment(2)) is Vouch.REGULAR
    too_near = unpaid(1, completed_on=BEFORE + timedelta(days=13), **BUYER)
    assert vouch(too_near, *at_establishment(2)) is None, "two weeks apart"
    assert vouch(unpaid(1, completed_on=TODAY), *at_establishment(2)) is None, "another buyer"


def test_a_business_is_established_by_two_known_buyers_with_a_phone_and_a_device_of_their_own() -> None:
    bought, there = unpaid(1, completed_on=TODAY, **BUYER), at_establishment(2)
    on_one_device = [replace(one, device="one browser") if one.device != BUYER["device"] else one for one in there]
    assert vouch(bought, *on_one_device) is None
    assert vouch(bought, *there[1:]) is None, "one known buyer is not enough"
    related = {1: Party(people=frozenset({7})), 2: Party(people=frozenset({7}))}
    assert vouch(bought, *there, parties=related) is None, "two stalls of one person are one business"


def test_a_buyer_does_not_establish_the_business_that_vouches_for_them() -> None:
    """Of the two who are known there, the buyer is one."""
    paid = sale(2, 8, completed_on=BEFORE, **BUYER)
    assert vouch(unpaid(1, completed_on=TODAY, **BUYER), paid) is Vouch.BANK
    only_called = unpaid(1, completed_on=TODAY, **BUYER), unpaid(3, 2, completed_on=BEFORE, **BUYER)
    other = unpaid(4, 2, phone="+84900000600", device="another browser")
    assert flags_of_drawn(*only_called, other) == {RiskFlag.ONLY_CALLED}


def test_what_is_known_spreads_over_people_who_buy_here_and_there() -> None:
    """From the two who paid by bank over business 2 to two others, over their business 3 to the buyer."""
    others = [{"phone": f"+8490000060{one}", "device": f"other browser {one}"} for one in (1, 2)]
    at_second = [unpaid(10 + one, 2, **of) for one, of in enumerate(others)]
    at_third = [unpaid(20 + one, 3, **of) for one, of in enumerate(others)]
    bought, history = unpaid(1, completed_on=TODAY, **BUYER), unpaid(2, 3, completed_on=BEFORE, **BUYER)
    root = at_establishment(2)[:-1]
    assert vouch(bought, history, *at_second, *at_third, *root) is Vouch.REGULAR
    assert vouch(bought, history, *at_second, *at_third, *root[1:]) is None, "nothing is known to begin with"
    assert vouch(bought, history, *at_second[1:], *at_third, *root) is None, "one alone does not carry it on"


# --- drawn by chance -----------------------------------------------------------------------------------------------


def flags_of_drawn(bought: Sale, *others: Sale) -> set[RiskFlag]:
    """What is flagged of a sale once its buyer confirmed it because it was drawn."""
    ledger = with_sales(bought, *others, lines=tuple(listed(number) for number in range(1, 9)))
    drawn = [replace(one, cause=CallCause.SAMPLE) for one in called(bought).calls]
    return set(examine(ledger, Trail(calls=drawn), trailing_year(TODAY))[bought.order_id].flags)


def test_a_drawn_call_alone_is_looked_at_for_a_second_telephone_answers_too() -> None:
    bought = unpaid(1, completed_on=TODAY, **BUYER)
    assert flags_of_drawn(bought) == {RiskFlag.ONLY_CALLED}
    assert flags_of_drawn(bought, *at_establishment(2)) == set(), "bought elsewhere"
    ledger, calls = with_sales(bought), called(bought)
    assert examine(ledger, calls, trailing_year(TODAY))[1].flags == {}, "an officer called because of the order"


def test_a_flagged_sale_is_no_part_of_a_history() -> None:
    bought, paid = unpaid(1, **BUYER), sale(2, 2, **BUYER)
    staff = Trail(staff_devices={BUYER["device"]: 20})
    assert vouch(bought, paid, trail=staff) is None
    ledger = replace(ONE, sales=(bought, paid), accounts=(account(1),))
    assert RiskFlag.STAFF_DEVICE in examine(ledger, staff, trailing_year(TODAY))[1].flags


# --- by the keeper of a pickup point --------------------------------------------------------------------------------

BAO = Keeper(person_id=70, phone="+84900000700", device="bao's phone")


def kept(*sales: Sale, keeper: Keeper = BAO) -> Trail:
    return Trail(keepers={one.order_id: keeper for one in sales})


def test_whom_a_keeper_saw_fetch_an_order_is_known_here_and_elsewhere_within_a_year() -> None:
    seen, bought = unpaid(9, 2, completed_on=BEFORE, **BUYER), unpaid(1, **BUYER)
    assert vouch(seen, trail=kept(seen)) is Vouch.SEEN
    assert vouch(bought, seen, trail=kept(seen)) is Vouch.SEEN
    long_ago = replace(seen, completed_on=bought.completed_on - timedelta(days=366))
    assert vouch(bought, long_ago, trail=kept(long_ago)) is None


@pytest.mark.parametrize(
    ("seller", "services"),
    [
        (Party(people=frozenset({70})), ()),
        (Party(phones=frozenset({"+84900000700"})), ()),
        (Party(devices=frozenset({"bao's phone"})), ()),
        (Party(), (ServicePost(person_id=70, phone=None, starts_on=BEFORE, ends_on=None, business_id=1),)),
    ],
)
def test_a_keeper_of_the_sellers_own_vouches_for_nothing(seller: Party, services: tuple[ServicePost, ...]) -> None:
    bought = unpaid(1, **BUYER)
    trail = replace(kept(bought), services=services)
    assert vouch(bought, trail=trail, parties={1: seller}) is None


@pytest.mark.parametrize("own", [{"buyer_id": 70}, {"phone": "+84900000700"}, {"device": "bao's phone"}])
def test_a_keeper_who_buys_is_seen_by_nobody(own: dict[str, object]) -> None:
    bought = unpaid(1, **(BUYER | own))
    assert vouch(bought, trail=kept(bought)) is None


def test_what_keepers_saw_establishes_no_business() -> None:
    """Two buyers whom a keeper saw at a business make none of its other buyers a regular."""
    seen = [unpaid(200 + one, 2, phone=f"+8490020000{one}", device=f"browser {one}") for one in (1, 2)]
    early, late = (unpaid(300 + day, 2, completed_on=BEFORE - day * WEEK, **BUYER) for day in (0, 6))
    assert vouch(unpaid(1, **BUYER), *seen, early, late, trail=kept(*seen)) is None


def test_a_keeper_who_saw_the_buyer_of_a_flagged_sale_vouches_for_nothing_elsewhere() -> None:
    flagged = unpaid(9, 2, total=1_000, **BUYER)
    assert vouch(unpaid(1, **BUYER), flagged, trail=kept(flagged)) is None
