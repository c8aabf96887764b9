"""A lot is sealed only when the wait after the last spray is over and the amounts can be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.trace.rules import (
    Entry,
    JournalKind,
    PhiCheck,
    PhiVerdict,
    StampTerms,
    days_late,
    earliest_harvest,
    in_base,
    in_force,
    packed,
    phi_check,
    stamps_allowed,
    why_not_sealed,
)

DAY = date(2026, 10, 20)
KG = StampTerms()


def harvest(**fields: object) -> Entry:
    values = {"id": 1, "happened_on": DAY, "amount": 100_000, "unit": "kg"} | fields
    return Entry(kind=JournalKind.HARVEST, **values)  # type: ignore[arg-type]


def spray(days_before: int, phi: int | None, number: int = 2, **fields: object) -> Entry:
    values = {"happened_on": DAY - timedelta(days=days_before), "substance": "Validacin", "phi_days": phi} | fields
    return Entry(id=number, kind=JournalKind.SPRAYING, **values)  # type: ignore[arg-type]


def pack(amount: int, unit: str = "kg", number: int = 3, **fields: object) -> Entry:
    values = {"happened_on": DAY, "amount": amount, "unit": unit} | fields
    return Entry(id=number, kind=JournalKind.PACKING, **values)  # type: ignore[arg-type]


def sentences(*entries: Entry, terms: StampTerms = KG) -> list[str]:
    return [obstacle.sentence for obstacle in why_not_sealed(entries, terms)]


def test_a_lot_without_a_harvest_is_not_sealed() -> None:
    [obstacle] = why_not_sealed([spray(20, 14)], KG)
    assert "Chưa ghi thu hoạch" in obstacle.sentence
    assert obstacle.add is JournalKind.HARVEST


def test_a_harvest_alone_can_be_sealed() -> None:
    assert sentences(harvest()) == []


@pytest.mark.parametrize(("waited", "allowed"), [(0, False), (13, False), (14, True), (15, True)])
def test_the_fourteenth_day_after_a_spray_is_a_day_of_harvest(waited: int, allowed: bool) -> None:
    assert (sentences(harvest(), spray(waited, 14)) == []) is allowed


def test_a_medicine_without_any_wait_allows_harvest_the_same_day() -> None:
    assert sentences(harvest(), spray(0, 0)) == []


def test_the_longest_wait_of_several_medicines_counts() -> None:
    short, long = spray(3, 2), spray(10, 21, number=5, substance="Regent")
    [sentence] = sentences(harvest(), short, long)
    assert "Regent" in sentence
    assert "31/10/2026" in sentence


def test_every_harvest_is_held_against_every_spray_before_it() -> None:
    later = harvest(id=9, happened_on=DAY + timedelta(days=10))
    between = spray(-5, 7)  # five days after the first harvest, five before the second
    [sentence] = sentences(harvest(), later, between)
    assert "30/10/2026" in sentence


def test_a_spray_after_the_last_harvest_does_not_concern_these_goods() -> None:
    assert sentences(harvest(), spray(-1, 30), spray(-2, None, number=4)) == []
    assert "chưa đủ căn cứ" in sentences(harvest(), spray(0, None))[0], "one of the same day does"


def test_a_spray_whose_wait_was_not_written_down_is_not_enough_ground() -> None:
    [obstacle] = why_not_sealed([harvest(), spray(300, None)], KG)
    assert "chưa đủ căn cứ" in obstacle.sentence
    assert obstacle.entry_id == 2
    with pytest.raises(ValueError, match="days of waiting"):
        earliest_harvest(spray(300, None))


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_lot_is_sealed_exactly_when_the_public_page_can_say_enough(waited: int, phi: int) -> None:
    entries = [harvest(), spray(waited, phi)]
    check = phi_check(in_force(entries), entries[0])
    assert (sentences(*entries) == []) is (check.verdict is PhiVerdict.ENOUGH) is (waited >= phi)
    assert (check.days, check.needed) == (waited, phi)


def test_the_page_never_calls_an_unknown_wait_enough() -> None:
    live = in_force([harvest(), spray(90, 7), spray(200, None, number=4)])
    assert phi_check(live, harvest()).verdict is PhiVerdict.UNKNOWN
    assert phi_check([harvest()], harvest()) == PhiCheck(verdict=PhiVerdict.NO_SPRAY, days=0, needed=0)


def test_the_page_tells_of_the_wait_that_ends_last() -> None:
    """A spray on the day of the harvest binds it, one after it does not."""
    long, short = spray(10, 21), spray(3, 2, number=4)
    for live in ([long, short], [short, long]):
        assert phi_check(live, harvest()) == PhiCheck(verdict=PhiVerdict.SHORT, days=10, needed=21)
    of_the_day, after = spray(0, 0), spray(-1, 30, number=4)
    assert phi_check([of_the_day, after], harvest()) == PhiCheck(verdict=PhiVerdict.ENOUGH, days=0, needed=0)
    assert phi_check([after], harvest()).verdict is PhiVerdict.NO_SPRAY


def test_a_corrected_line_counts_no_more_and_its_correction_does() -> None:
    wrong = spray(5, 14)
    right = spray(25, 14, number=4, corrects_id=2)
    assert sentences(harvest(), wrong) != []
    assert sentences(harvest(), wrong, right) == []


def test_a_withdrawn_line_never_happened() -> None:
    gone = spray(5, 14, number=4, corrects_id=2, is_withdrawal=True)
    assert in_force([harvest(), spray(5, 14), gone]) == [harvest()]


def test_the_lines_in_force_go_by_day_and_those_of_a_day_as_they_were_written() -> None:
    later, second, first = harvest(id=1), spray(5, 14, number=7), spray(5, 14, number=4)
    assert in_force([later, second, first]) == [first, second, later]


# --- amounts


@pytest.mark.parametrize(("packed", "can_be"), [(65_000, True), (65_001, False)])
def test_no_more_is_packed_than_the_harvest_yields(packed: int, can_be: bool) -> None:
    terms = StampTerms(yield_permille=650)
    assert (sentences(harvest(), pack(packed), terms=terms) == []) is can_be


def test_where_nothing_is_said_of_a_lot_all_of_it_is_packed_by_the_kilogram() -> None:
    assert sentences(harvest(), pack(100_000)) == []
    assert sentences(harvest(), pack(100_001)) != []
    assert [stamps_allowed([harvest(amount=amount)], KG) for amount in (1_999, 2_000)] == [1, 2]


def test_units_of_one_kind_are_compared_whatever_they_are() -> None:
    assert sentences(harvest(amount=1_000, unit="tan"), pack(9_000, unit="ta")) == []
    assert sentences(harvest(amount=1_000, unit="ta"), pack(2_000, unit="ta")) != []


def test_bags_count_as_what_is_in_them() -> None:
    terms = StampTerms(pack_amount=5_000)
    assert sentences(harvest(amount=2_400_000), pack(480_000, unit="tui"), terms=terms) == []
    assert "2.405" in sentences(harvest(amount=2_400_000), pack(481_000, unit="tui"), terms=terms)[0]


def test_kilograms_and_litres_are_not_compared() -> None:
    terms = StampTerms(pack_amount=500, pack_unit="lit")
    first, last = pack(60_000, unit="lit"), pack(1_000, unit="lit", number=4)
    [obstacle] = why_not_sealed([harvest(), first, last], terms)
    assert "khác loại đơn vị" in obstacle.sentence
    assert (obstacle.entry_id, obstacle.add) == (4, JournalKind.PROCESSING)
    [obstacle] = why_not_sealed([harvest(), pack(60_000, unit="lit")], KG)
    assert "khác loại đơn vị" in obstacle.sentence


def test_sauce_in_litres_is_held_against_what_the_processing_gave() -> None:
    terms = StampTerms(pack_amount=500, pack_unit="lit")
    made = Entry(id=6, kind=JournalKind.PROCESSING, happened_on=DAY, amount=60_000, unit="lit")
    assert sentences(harvest(), made, pack(120_000, unit="chai"), terms=terms) == []
    assert sentences(harvest(), made, pack(121_000, unit="chai"), terms=terms) != []


def test_nothing_is_packed_before_it_is_harvested() -> None:
    early = pack(1_000, happened_on=DAY - timedelta(days=1))
    second = harvest(id=9, happened_on=DAY + timedelta(days=5))
    [obstacle] = why_not_sealed([harvest(), early, second, pack(1_000, number=4)], KG)
    assert "trước thu hoạch" in obstacle.sentence
    assert obstacle.entry_id == 3, "and not the one between the first harvest and the last"


def test_of_too_much_the_last_packing_is_shown_to_be_looked_at() -> None:
    [obstacle] = why_not_sealed([harvest(), pack(60_000), pack(60_000, number=4)], KG)
    assert (obstacle.entry_id, obstacle.add) == (4, None)


@pytest.mark.parametrize(("days", "named"), [(-1, [9]), (0, [])])
def test_the_harvest_that_was_too_soon_is_the_line_to_look_at(days: int, named: list[int]) -> None:
    """Days from the end of the wait to the second harvest; the first was before the spray."""
    second = harvest(id=9, happened_on=DAY + timedelta(days=15 + days))
    assert [one.entry_id for one in why_not_sealed([harvest(), spray(-1, 14), second], KG)] == named


def test_the_journal_answers_for_as_many_stamps_as_packs() -> None:
    five = StampTerms(pack_amount=5_000, yield_permille=650)
    assert stamps_allowed([harvest(amount=3_700_000), pack(480_000, unit="tui")], five) == 480
    assert stamps_allowed([harvest(amount=3_700_000)], five) == 481
    assert stamps_allowed([harvest()], StampTerms(pack_unit="lit")) is None
    assert stamps_allowed([harvest(), harvest(unit="con")], StampTerms()) is None, "what is not weighed cannot be told"
    assert stamps_allowed([harvest(amount=7_500, unit="con")], StampTerms(pack_unit="doi")) == 3
    assert stamps_allowed([harvest(amount=1_000)], StampTerms(pack_amount=2_000, pack_unit="g")) == 500
    assert stamps_allowed([harvest(amount=1_000)], StampTerms(pack_amount=1, pack_unit="g")) == 1_000
    assert stamps_allowed([harvest(), pack(0, unit="tui")], five) == 0


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.integers(1, 5000), st.integers(1, 20_000))
def test_what_is_sealed_can_have_come_from_the_harvest(cut: int, packed: int, permille: int, each: int) -> None:
    terms = StampTerms(yield_permille=permille, pack_amount=each)
    entries = [harvest(amount=cut), pack(packed)]
    if not why_not_sealed(entries, terms):
        assert packed * 1000 <= cut * permille
        assert (stamps_allowed(entries, terms) or 0) * each <= packed


def test_unmeasured_lines_weigh_nothing() -> None:
    assert in_base(None, None) == in_base(5, None) == in_base(None, "kg") == 0
    assert (in_base(2_500, "ta"), in_base(999, "g"), in_base(1_999, "g")) == (250_000, 0, 1)
    unmeasured = Entry(id=1, kind=JournalKind.PACKING, happened_on=DAY, unit="tui")
    assert packed([unmeasured], StampTerms(pack_amount=5_000)) == 0


def test_a_late_line_says_how_late() -> None:
    assert days_late(DAY, DAY) == 0
    assert days_late(DAY, DAY + timedelta(days=3)) == 3
    assert days_late(DAY + timedelta(days=1), DAY) == 0
