"""The KPI's definitions, told on small ledgers: who is in the base, what counts, what is flagged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.rules import (
    Bar,
    Count,
    DatedNumber,
    Declared,
    Evidence,
    Figure,
    Ledger,
    Paper,
    Party,
    RiskFlag,
    ServicePost,
    Share,
    State,
    Verdict,
    Vouch,
    bar,
    line,
    register_on,
)
from market.adoption.rules.trail import Trail
from market.values.period import trailing_year
from tests.adoption.ledgers import (
    BEFORE,
    LIMITS,
    ONE,
    TODAY,
    account,
    called,
    examined,
    listed,
    sale,
    unpaid,
    with_sales,
)


def figure(ledger: Ledger, as_of: date = TODAY, trail: Trail | None = None) -> Figure:
    return Count(examined(ledger, as_of, trail)).figure(as_of, trailing_year(as_of))


def state(ledger: Ledger, as_of: date = TODAY, trail: Trail | None = None) -> State:
    return figure(ledger, as_of, trail).standings[0].state


# --- what counts ----------------------------------------------------------------------------------------------------


def test_a_sale_that_a_bank_told_of_when_asked_counts() -> None:
    found = figure(with_sales(sale(1)))
    assert (found.counted, found.base) == (1, 1)
    assert found.standings[0].proof == replace(sale(1), is_examined=True)


def test_a_notice_that_the_provider_was_not_asked_about_is_the_seller_s_word() -> None:
    noticed = sale(1, bank_confirmed=0, payer=None)
    assert noticed.evidence is Evidence.DECLARED
    assert state(with_sales(noticed)) is State.DECLARED
    also_confirmed = replace(noticed, is_confirmed=True)
    assert state(with_sales(also_confirmed), trail=called(also_confirmed)) is State.COUNTED, "by the buyer's code"


def test_businesses_stand_by_number_however_they_were_read() -> None:
    ledger = replace(ONE, lines=(listed(3), listed(1), listed(2)))
    assert [one.business_id for one in figure(ledger).standings] == [1, 2, 3]


def test_a_code_counts_once_the_buyer_is_known_and_not_before() -> None:
    confirmed = unpaid(1)
    assert state(with_sales(confirmed)) is State.DECLARED
    assert state(with_sales(confirmed), trail=called(confirmed)) is State.COUNTED


def test_a_card_s_charge_stands_between_the_buyer_s_word_and_a_bank_s() -> None:
    carded = unpaid(1, carded=9_999)
    assert (carded.evidence, carded.proven) == (Evidence.CHANNEL_REPORT, 9_999)
    assert flags(with_sales(carded), trail=called(carded)) == (RiskFlag.SMALL_ORDER,), "so little of it"
    both = sale(2, bank_confirmed=20_000, carded=30_000)
    assert (both.evidence, both.proven) == (Evidence.BANK, 20_000)


def test_nobody_knows_whose_card_paid_until_the_buyer_is_known() -> None:
    carded = unpaid(1, carded=50_000, is_confirmed=False)
    assert flags(with_sales(carded)) == (RiskFlag.UNKNOWN_PAYER,)
    assert state(with_sales(carded), trail=called(carded)) is State.COUNTED


@pytest.mark.parametrize(
    ("banked", "carded", "evidence", "proven"),
    [
        (0, 0, Evidence.BUYER, 50_000),
        (1, 0, Evidence.BANK, 1),
        (0, 1, Evidence.CHANNEL_REPORT, 1),
        (50_001, 0, Evidence.BANK, 50_000),
        (0, 50_001, Evidence.CHANNEL_REPORT, 50_000),
    ],
)
def test_a_single_dong_is_evidence_and_none_speaks_of_more_than_the_order(
    banked: int, carded: int, evidence: Evidence, proven: int
) -> None:
    found = sale(1, bank_confirmed=banked, carded=carded, is_confirmed=True, vouch=Vouch.CALL)
    assert (found.evidence, found.proven) == (evidence, proven)


def test_cash_on_the_seller_s_word_is_shown_and_not_counted() -> None:
    cash = unpaid(1, is_confirmed=False)
    found = figure(with_sales(cash))
    assert (found.counted, found.with_trade) == (0, 1)
    assert found.standings[0].state is State.DECLARED
    assert found.standings[0].proof == cash


def test_a_declared_sale_elsewhere_is_shown_and_not_counted() -> None:
    declared = Declared(business_id=1, platform="shopee", sold_on=BEFORE)
    found = figure(replace(ONE, declared=(declared, replace(declared, business_id=99))))
    assert (found.counted, found.standings[0].state) == (0, State.DECLARED)
    assert found.standings[0].sold_on == "shopee"
    too_old = replace(declared, sold_on=trailing_year(TODAY).start - timedelta(days=1))
    assert state(replace(ONE, declared=(too_old,))) is State.NO_ORDER


def test_the_strongest_evidence_proves_and_of_that_the_newest() -> None:
    confirmed = unpaid(1, completed_on=TODAY)
    older, newer = sale(2), sale(3, completed_on=BEFORE + timedelta(days=1))
    proof = figure(with_sales(confirmed, newer, older), trail=called(confirmed)).standings[0].proof
    assert proof == replace(newer, is_examined=True)
    assert Evidence.DECLARED < Evidence.BUYER < Evidence.CHANNEL_REPORT < Evidence.BANK < Evidence.DOCUMENT


def test_the_owner_buying_from_herself_is_no_sale() -> None:
    own = {1: Party(people=frozenset({7}))}
    assert state(with_sales(sale(1, buyer_id=7), parties=own)) is State.NO_ORDER


def test_an_account_without_sales_and_sales_without_an_account_do_not_count() -> None:
    assert state(ONE) is State.NO_ORDER
    assert state(replace(with_sales(sale(1)), accounts=())) is State.NO_ACCOUNT


def test_only_sales_of_the_last_twelve_months_count() -> None:
    first = trailing_year(TODAY).start
    assert state(with_sales(sale(1, completed_on=first))) is State.COUNTED
    assert state(with_sales(sale(1, completed_on=first - timedelta(days=1)))) is State.NO_ORDER
    assert state(with_sales(sale(1, completed_on=TODAY + timedelta(days=1)))) is State.NO_ORDER


def test_an_account_counts_from_its_day_to_its_end() -> None:
    tomorrow = TODAY + timedelta(days=1)
    late = replace(with_sales(sale(1)), accounts=(account(1, tomorrow),))
    ended = replace(with_sales(sale(1)), accounts=(replace(account(1), until=TODAY),))
    assert state(late) is state(ended) is State.NO_ACCOUNT
    first_day = replace(late, accounts=(account(1, TODAY),))
    last_day = replace(late, accounts=(replace(account(1), until=tomorrow),))
    assert state(first_day) is state(last_day) is State.COUNTED


def test_a_platform_is_named_once_however_many_accounts_are_there() -> None:
    elsewhere = replace(account(1), platform="shopee")
    found = figure(replace(ONE, accounts=(account(1), elsewhere, account(1), account(2))))
    assert found.standings[0].platforms == ("cho_so", "shopee")


# --- the base -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["to_hop_tac", "ho_nong_dan", "doanh_nghiep", "ca_nhan"])
def test_only_households_and_cooperatives_are_the_base(kind: str) -> None:
    lines = (listed(1), listed(2, kind="hop_tac_xa"), listed(3, kind=kind))
    assert figure(replace(ONE, lines=lines)).base == 2


def test_the_base_is_what_the_register_said_of_that_day() -> None:
    paused = listed(1, status="tam_ngung", valid_from=date(2026, 10, 5))
    ledger = replace(with_sales(sale(1)), lines=(listed(1), paused))
    assert figure(ledger, date(2026, 10, 4)).base == 1
    assert figure(ledger, date(2025, 7, 1)).base == 1, "its first day"
    assert figure(ledger, date(2025, 6, 30)).base == 0
    assert figure(ledger, date(2026, 10, 5)).base == 0


def test_of_two_lines_of_one_day_the_one_told_last_holds() -> None:
    told_first = listed(1, hamlet_id=1)
    told_last = listed(1, hamlet_id=2, recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert register_on((told_last, told_first), TODAY)[1].hamlet_id == 2
    assert register_on((told_first, listed(1, hamlet_id=3)), TODAY)[1].hamlet_id == 3, "told at once: the later entry"


def test_opening_and_added_and_removed_lead_to_closing() -> None:
    lines = (
        listed(1),
        listed(2),
        listed(2, status="cham_dut", valid_from=date(2026, 6, 30)),
        listed(3, valid_from=date(2026, 9, 14)),
    )
    found = figure(replace(ONE, lines=lines))
    assert (found.opening, found.added, found.removed) == ({1, 2}, {3}, {2})
    assert len(found.opening) + len(found.added) - len(found.removed) == found.base


def test_the_base_opens_with_those_of_the_day_before_the_window() -> None:
    start = trailing_year(TODAY).start
    lines = (listed(1, valid_from=start - timedelta(days=1)), listed(2, valid_from=start))
    found = figure(replace(ONE, lines=lines))
    assert (found.opening, found.added, found.removed) == ({1}, {2}, set())


def test_of_one_business_in_each_state_those_with_an_account_and_with_sales_are_told() -> None:
    lines = tuple(listed(number) for number in (1, 2, 3, 4, 5))
    accounts = tuple(account(number) for number in (1, 2, 3, 4))
    sales = (sale(1, 1), sale(2, 2, total=1, bank_confirmed=1), unpaid(3, 3, is_confirmed=False), sale(5, 5))
    found = figure(replace(ONE, lines=lines, accounts=accounts, sales=sales))
    assert [one.state for one in found.standings] == list(State)
    assert (found.plan, found.with_account, found.with_trade) == (Share(part=1, whole=5), 4, 2)
    assert [one.business_id for one in found.in_state(State.DECLARED)] == [3]


def test_the_annex_counts_households_with_an_account_alone() -> None:
    lines = (listed(1), listed(2), listed(3, kind="hop_tac_xa"))
    found = figure(replace(ONE, lines=lines, accounts=(account(1), account(3))))
    assert found.annex == Share(part=1, whole=2)


def test_farm_households_count_by_account_by_sale_or_by_an_ocop_paper() -> None:
    lines = tuple(listed(number, kind="ho_nong_dan") for number in (1, 2, 3, 4))
    papers = (Paper(business_id=3, valid_from=BEFORE, valid_to=None),)
    ledger = replace(ONE, lines=lines, accounts=(account(1),), sales=(sale(1, 2),), papers=papers)
    assert figure(ledger).farms == Share(part=3, whole=4)


@pytest.mark.parametrize(
    ("first", "last", "counts"), [(-9, -1, False), (-9, 0, True), (0, None, True), (1, None, False), (-9, None, True)]
)
def test_an_ocop_paper_counts_from_its_first_day_to_its_last(first: int, last: int | None, counts: bool) -> None:
    """Days before and after the one the figure is of."""
    of = figure(ONE).as_of
    until = None if last is None else of + timedelta(days=last)
    paper = Paper(business_id=1, valid_from=of + timedelta(days=first), valid_to=until)
    ledger = replace(ONE, lines=(listed(1, kind="ho_nong_dan"),), accounts=(), papers=(paper,))
    assert figure(ledger).farms == Share(part=int(counts), whole=1)


@pytest.mark.parametrize(
    ("base", "target", "missing"),
    [(5, 50, 2), (5, 20, 0), (5, 21, 1), (5, 0, 0), (5, 100, 4), (21, 24, 5), (5, None, 0), (1, 100, 0)],
)
def test_so_many_more_households_reach_the_target(base: int, target: int | None, missing: int) -> None:
    """Of a base of which one counts."""
    lines = tuple(listed(number) for number in range(1, base + 1))
    assert figure(replace(with_sales(sale(1)), lines=lines)).missing_to(target) == missing


# --- what has to be looked at ---------------------------------------------------------------------------------------

SELLER = {1: Party(people=frozenset({7}), phones=frozenset({"+84900000011"}), devices=frozenset({"her phone"}))}
OFFICER = ServicePost(person_id=20, phone="+84900000999", starts_on=date(2025, 7, 1), ends_on=None)


def flags(ledger: Ledger, as_of: date = TODAY, trail: Trail | None = None) -> tuple[RiskFlag, ...]:
    standing = figure(ledger, as_of, trail).standings[0]
    assert standing.state is (State.TO_REVIEW if standing.risk_flags else State.COUNTED)
    return standing.risk_flags


def test_one_phone_on_both_sides() -> None:
    assert flags(with_sales(sale(1, phone="+84900000011"), parties=SELLER)) == (RiskFlag.SHARED_PHONE,)


def test_one_device_on_both_sides() -> None:
    assert flags(with_sales(sale(1, device="her phone"), parties=SELLER)) == (RiskFlag.SHARED_DEVICE,)


def test_one_bank_account_on_both_sides() -> None:
    bank = frozenset({"digest"})
    parties = {1: Party(bank_accounts=bank), 2: Party(people=frozenset({9}), bank_accounts=bank)}
    assert flags(with_sales(sale(1, buyer_id=9), parties=parties)) == (RiskFlag.SHARED_ACCOUNT,)


def test_a_buyer_in_the_commune_s_service() -> None:
    by_account, by_phone = sale(1, buyer_id=20), sale(1, phone="+84900000999")
    for one in (by_account, by_phone):
        assert flags(with_sales(one), trail=Trail(services=(OFFICER,))) == (RiskFlag.COMMUNE_STAFF,)


def test_one_who_serves_the_hamlet_is_enough_and_a_stranger_is_no_servant_without_a_phone() -> None:
    other = replace(OFFICER, hamlet_id=2)
    assert flags(with_sales(sale(1, buyer_id=20)), trail=Trail(services=(other, OFFICER))) == (RiskFlag.COMMUNE_STAFF,)
    assert flags(with_sales(sale(1)), trail=Trail(services=(replace(OFFICER, phone=None),))) == ()


@pytest.mark.parametrize(
    ("service", "is_flagged"),
    [
        (replace(OFFICER, hamlet_id=1), True),
        (replace(OFFICER, hamlet_id=2), False),
        (replace(OFFICER, business_id=1), True),
        (replace(OFFICER, business_id=2), False),
        (replace(OFFICER, ends_on=BEFORE - timedelta(days=1)), False),
        (replace(OFFICER, ends_on=BEFORE), True),
        (replace(OFFICER, starts_on=BEFORE), True),
        (replace(OFFICER, starts_on=BEFORE + timedelta(days=1)), False),
    ],
)
def test_a_helper_serves_a_hamlet_or_a_business_for_a_time(service: ServicePost, is_flagged: bool) -> None:
    assert bool(flags(with_sales(sale(1, buyer_id=20)), trail=Trail(services=(service,)))) is is_flagged


def test_the_lowest_amounts_by_what_the_evidence_speaks_of() -> None:
    assert flags(with_sales(sale(1, total=9_999, bank_confirmed=9_999))) == (RiskFlag.SMALL_ORDER,)
    assert flags(with_sales(sale(1, total=50_000, bank_confirmed=1))) == (RiskFlag.SMALL_ORDER,)
    assert flags(with_sales(sale(1, total=10_000, bank_confirmed=10_000))) == ()


def test_two_businesses_buying_from_each_other() -> None:
    parties = {1: Party(people=frozenset({7})), 2: Party(phones=frozenset({"+84900000012"}))}
    there, back = sale(1, 1, phone="+84900000012"), sale(2, 2, buyer_id=7)
    ledger = with_sales(there, back, parties=parties, lines=(listed(1), listed(2)), accounts=(account(1), account(2)))
    assert [one.risk_flags for one in figure(ledger).standings] == [
        (RiskFlag.BUYING_CIRCLE,),
        (RiskFlag.BUYING_CIRCLE,),
    ]
    assert flags(with_sales(there, parties=parties)) == ()
    long_ago = replace(back, completed_on=trailing_year(TODAY).start - timedelta(days=1))
    assert flags(replace(ledger, sales=(there, long_ago))) == (), "each of them in the window"
    of_two = replace(ledger, parties={**parties, 3: Party(phones=frozenset({"+84900000012"}))})
    assert flags(of_two) == (RiskFlag.BUYING_CIRCLE,), "one of the buyer's businesses is enough"
    stranger = sale(3, completed_on=TODAY)
    assert figure(replace(ledger, sales=(there, back, stranger))).counted == 1


def test_one_buyer_who_alone_proves_many_businesses() -> None:
    lines = tuple(listed(number) for number in (1, 2, 3))
    accounts = tuple(account(number) for number in (1, 2, 3))
    sales = [sale(number, number, phone="+84900000500") for number in (1, 2, 3)]
    ledger = replace(ONE, lines=lines, accounts=accounts, sales=sales)
    assert {one.risk_flags for one in figure(ledger).standings} == {(RiskFlag.ONE_BUYER,)}
    assert figure(replace(ledger, sales=[*sales, sale(9, 3)])).counted == 3
    weaker = unpaid(4, 3)
    known = figure(replace(ledger, sales=[*sales, weaker]), trail=called(weaker))
    assert known.counted == 3, "another buyer's word is enough"
    assert figure(replace(ledger, verdicts={3: Verdict.COUNTS})).counted == 3
    assert figure(replace(ledger, sales=sales[:2])).counted == 2, "so many raise no flag yet"
    assert figure(replace(ledger, numbers=())).counted == 3, "nobody has said how many are too many"


def test_a_rush_in_the_last_days_before_a_cut_off() -> None:
    cut_off = date(2026, 11, 14)
    rushed = with_sales(sale(1, completed_on=date(2026, 11, 12)))
    assert flags(rushed, cut_off) == (RiskFlag.PERIOD_END,)
    assert flags(rushed, TODAY) == ()
    assert flags(with_sales(sale(1, completed_on=date(2026, 11, 11))), cut_off) == ()
    assert flags(with_sales(sale(1, completed_on=cut_off), numbers=()), cut_off) == (), "nobody has set a number"


def test_a_good_sale_outranks_the_flagged_ones() -> None:
    good = unpaid(2)
    ledger = with_sales(sale(1, phone="+84900000011"), good, parties=SELLER)
    assert flags(ledger, trail=called(good)) == ()


def test_an_officer_s_word_settles_a_flag_either_way() -> None:
    flagged = with_sales(sale(1, phone="+84900000011"), parties=SELLER)
    assert state(flagged) is State.TO_REVIEW
    assert state(replace(flagged, verdicts={1: Verdict.COUNTS})) is State.COUNTED
    assert state(replace(flagged, verdicts={1: Verdict.DOES_NOT_COUNT})) is State.NO_ORDER


def test_an_officer_s_word_does_not_make_a_declared_sale_count() -> None:
    assert state(with_sales(unpaid(1), verdicts={1: Verdict.COUNTS})) is State.DECLARED


def test_what_is_flagged_after_an_officer_s_word_asks_for_another() -> None:
    ledger = replace(with_sales(sale(1, is_examined=True)), verdicts={1: Verdict.COUNTS})
    later = replace(ledger, flags={1: (RiskFlag.STAFF_DEVICE,)})
    states = [Count(one).figure(TODAY, trailing_year(TODAY)).standings[0].state for one in (ledger, later)]
    assert states == [State.COUNTED, State.TO_REVIEW]


def test_a_sale_that_was_not_looked_at_yet_does_not_count() -> None:
    found = Count(with_sales(sale(1), unpaid(2))).figure(TODAY, trailing_year(TODAY)).standings[0]
    assert (found.state, found.risk_flags) == (State.TO_REVIEW, (RiskFlag.NOT_EXAMINED,))


def test_the_flags_of_any_sale_can_be_asked() -> None:
    ledger = examined(with_sales(sale(1, phone="+84900000011"), sale(2), parties=SELLER))
    flagged, good = ledger.sales
    count = Count(ledger)
    whole = count.figure(TODAY, trailing_year(TODAY))
    assert count.risk_flags_of(flagged, whole) == (RiskFlag.SHARED_PHONE,)
    assert count.risk_flags_of(good, whole) == count.risk_flags_of(sale(99), whole) == ()


def test_what_is_not_listed_or_declared_or_was_decided_has_no_flags() -> None:
    shared = {"phone": "+84900000011"}
    sales = sale(1, 2, **shared), unpaid(2, is_confirmed=False, **shared), sale(3, **shared)
    parties = {**SELLER, 2: SELLER[1]}
    ledger = examined(with_sales(*sales, parties=parties, verdicts={3: Verdict.COUNTS}))
    unlisted, declared, decided = ledger.sales
    count = Count(ledger)
    whole = count.figure(TODAY, trailing_year(TODAY))
    assert [count.risk_flags_of(one, whole) for one in (unlisted, declared, decided)] == [(), (), ()]


def test_numbers_nobody_have_set_flag_nothing() -> None:
    assert flags(with_sales(sale(1, total=1, bank_confirmed=1), numbers=())) == ()
    nothing = unpaid(1, total=0)
    assert flags(with_sales(nothing, numbers=()), trail=called(nothing)) == ()


@pytest.mark.parametrize(("first", "last", "holds"), [(1, 9, False), (0, 9, True), (-9, 0, True), (-9, -1, False)])
def test_a_number_holds_from_its_first_day_to_its_last(first: int, last: int, holds: bool) -> None:
    days = {"valid_from": TODAY + timedelta(days=first), "valid_to": TODAY + timedelta(days=last)}
    ledger = Ledger(lines=(), numbers=(DatedNumber(key="n", value=7, **days),))
    assert ledger.number_on("n", TODAY) == (7 if holds else None)
    assert ledger.number_on("m", TODAY) is None


def test_the_commune_s_own_number_goes_before_the_country_s() -> None:
    country = DatedNumber(key="n", value=1, valid_from=date(2026, 6, 1), valid_to=None, is_own=False)
    own = DatedNumber(key="n", value=2, valid_from=date(2025, 6, 1), valid_to=date(2026, 12, 31))
    ledger = Ledger(lines=(), numbers=(country, own))
    assert ledger.number_on("n", TODAY) == 2
    assert ledger.number_on("n", date(2027, 1, 1)) == 1
    assert ledger.number_on("n", date(2025, 1, 1)) is None


# --- sums and drawing -----------------------------------------------------------------------------------------------

KINDS = st.sampled_from(["ho_kinh_doanh", "hop_tac_xa", "ho_nong_dan"])


@given(
    st.lists(st.tuples(KINDS, st.integers(1, 4), st.booleans(), st.integers(0, 3)), max_size=20),
)
def test_hamlets_kinds_states_and_the_list_sum_to_the_headline(rows: list[tuple[str, int, bool, int]]) -> None:
    lines = [listed(number, kind=kind, hamlet_id=hamlet) for number, (kind, hamlet, _, _) in enumerate(rows)]
    accounts = [account(number) for number, row in enumerate(rows) if row[2]]
    sales = [sale(number * 10 + many, number) for number, row in enumerate(rows) for many in range(row[3])]
    found = figure(Ledger(lines=lines, accounts=accounts, sales=sales, numbers=LIMITS))
    for shares in (found.by_hamlet(), found.by_kind()):
        assert sum(share.part for share in shares.values()) == found.counted
        assert sum(share.whole for share in shares.values()) == found.base
    assert sum(len(found.in_state(one)) for one in State) == found.base
    assert found.counted == len(found.in_state(State.COUNTED)) == sum(one.is_counted for one in found.standings)


def test_a_bar_is_as_long_as_its_share_and_says_whether_the_target_is_reached() -> None:
    assert bar(Share(part=1, whole=2), 50) == Bar(length=500, target=500, reaches=True)
    assert bar(Share(part=1, whole=1), 100) == Bar(length=1000, target=1000, reaches=True)
    assert bar(Share(part=199, whole=400), 50) == Bar(length=497, target=500, reaches=False)
    assert bar(Share(part=0, whole=0), 7) == Bar(length=0, target=70, reaches=False)
    assert bar(Share(part=1, whole=1), None) == Bar(length=1000, target=None, reaches=False)


def test_the_line_rises_with_the_shares() -> None:
    drawn = line([Share(part=part, whole=10) for part in (1, 3, 5)], 50)
    heights = [int(point.split(",")[1]) for point in drawn.points.split()]
    assert heights == sorted(heights, reverse=True)
    assert drawn.last[1] == drawn.target


def test_the_line_is_drawn_within_its_picture() -> None:
    """From the lowest edge (nothing) to the highest (all of what there is to show, at least 60 percent)."""
    shares = [Share(part=part, whole=10) for part in (0, 5, 10)]
    assert line(shares, None).points == "10,190 240,100 470,10"
    assert line(shares[:1], None).points == "10,190"
    assert line([Share(part=3, whole=10), Share(part=0, whole=0)], None).points == "10,100 470,190"
    assert line([Share(part=596, whole=1000)], None).points == "10,12"
    assert [line(shares[:1], target).target for target in (70, 84)] == [22, 21], "the target's mark stays below the top"
