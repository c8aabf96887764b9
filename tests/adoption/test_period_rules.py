"""Which days a reporting period has, what it is called, when it is over and when its report leaves."""

from datetime import date

import pytest

from market.adoption.rules.periods import NamedPeriod, PeriodCut, PeriodKind, newest_over, periods_begun

REPORTING, CALENDAR = PeriodCut.REPORTING, PeriodCut.CALENDAR


@pytest.mark.parametrize(
    ("kind", "number", "cut", "start", "end", "words", "key"),
    [
        (PeriodKind.MONTH, 1, REPORTING, (2026, 12, 15), (2027, 1, 14), "Tháng 1 năm 2027", "2027-thang-1"),
        (PeriodKind.MONTH, 2, CALENDAR, (2027, 2, 1), (2027, 2, 28), "Tháng 2 năm 2027", "2027-thang-2-lich"),
        (PeriodKind.QUARTER, 1, REPORTING, (2026, 12, 15), (2027, 3, 14), "Quý I năm 2027", "2027-quy-1"),
        (PeriodKind.QUARTER, 4, CALENDAR, (2027, 10, 1), (2027, 12, 31), "Quý IV năm 2027", "2027-quy-4-lich"),
        (PeriodKind.HALF_YEAR, 1, REPORTING, (2026, 12, 15), (2027, 6, 14), "6 tháng đầu năm 2027", "2027-sau-thang"),
        (PeriodKind.NINE_MONTHS, 1, REPORTING, (2026, 12, 15), (2027, 9, 14), "9 tháng năm 2027", "2027-chin-thang"),
        (PeriodKind.YEAR, 1, REPORTING, (2026, 12, 15), (2027, 12, 14), "Năm 2027", "2027-nam"),
        (PeriodKind.YEAR, 1, CALENDAR, (2027, 1, 1), (2027, 12, 31), "Năm 2027", "2027-nam-lich"),
    ],
)
def test_a_period_has_its_days_its_name_and_its_key(
    kind: PeriodKind,
    number: int,
    cut: PeriodCut,
    start: tuple[int, int, int],
    end: tuple[int, int, int],
    words: str,
    key: str,
) -> None:
    period = NamedPeriod(kind=kind, cut=cut, year=2027, number=number)
    assert (period.days.start, period.days.end) == (date(*start), date(*end))
    assert (period.words, period.key) == (words, key)
    assert NamedPeriod.of_key(key) == period
    assert [period.is_over(day) for day in (date(*end), date.fromordinal(date(*end).toordinal() + 1))] == [False, True]


@pytest.mark.parametrize("key", ["2027", "2027-thang-13", "27-quy-1", "2027-quy-0", "1999-nam", "thang-1-2027"])
def test_a_key_that_names_no_period_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="không phải tên một kỳ"):
        NamedPeriod.of_key(key)


def test_offered_is_what_has_begun_of_this_year_and_the_last() -> None:
    offered = [one.key for one in periods_begun(date(2026, 12, 15), REPORTING)]
    assert offered[:2] == ["2027-thang-1", "2026-thang-12"], "the new month begins on the 15th"
    assert {"2025-thang-1", "2026-quy-4", "2027-quy-1", "2026-nam", "2027-nam"} <= set(offered)
    assert "2027-thang-2" not in offered
    assert newest_over(date(2026, 12, 15), REPORTING, PeriodKind.QUARTER) == NamedPeriod.of_key("2026-quy-4")
