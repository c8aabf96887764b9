"""Days and reporting periods in Vietnam's time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.values.period import (
    VIETNAM,
    Period,
    add_months,
    day_end,
    day_start,
    format_date,
    local_day,
    month,
    months_back,
    spoken_moment,
    trailing_year,
    waiting_text,
)

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))


def test_the_day_begins_at_midnight_in_vietnam() -> None:
    assert local_day(datetime(2026, 11, 23, 16, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert local_day(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_a_moment_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 11, 24))  # noqa: DTZ001 - that is the point


@given(days)
def test_a_day_holds_its_own_moments_only(day: date) -> None:
    assert local_day(day_start(day)) == day
    assert local_day(day_end(day) - timedelta(microseconds=1)) == day
    assert local_day(day_end(day)) == day + timedelta(days=1)
    assert day_end(day) - day_start(day) == timedelta(hours=24)


def test_days_are_written_the_vietnamese_way() -> None:
    assert format_date(date(2026, 3, 5)) == "05/03/2026"
    assert Period(date(2026, 1, 1), date(2026, 1, 31)).label == "01/01/2026 – 31/01/2026"


def test_calendar_periods() -> None:
    assert month(2026, 2) == Period(date(2026, 2, 1), date(2026, 2, 28))


def test_official_reports_are_cut_from_the_15th_to_the_14th() -> None:
    """Nghị định 09/2019: the report of a month covers the 15th of the month before to the 14th of its own."""
    assert month(2026, 11, reporting_cut=True) == Period(date(2026, 10, 15), date(2026, 11, 14))


@given(st.integers(min_value=2001, max_value=2098), st.integers(min_value=1, max_value=12), st.booleans())
def test_months_follow_each_other_without_a_gap(year: int, number: int, reporting_cut: bool) -> None:
    this = month(year, number, reporting_cut=reporting_cut)
    following = add_months(date(year, number, 1), 1)
    assert month(following.year, following.month, reporting_cut=reporting_cut).start == this.end + timedelta(days=1)


@given(days, st.integers(min_value=-240, max_value=240))
def test_adding_months_stays_in_the_month_meant(day: date, count: int) -> None:
    moved = add_months(day, count)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == count
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1


def test_the_trailing_year_ends_on_its_day() -> None:
    period = trailing_year(date(2026, 11, 24))
    assert period == Period(date(2025, 11, 25), date(2026, 11, 24))
    assert date(2025, 11, 24) not in period
    assert date(2026, 11, 24) in period


def test_a_line_of_months_ends_on_the_day_itself() -> None:
    assert months_back(date(2026, 3, 10), 4) == [
        date(2025, 12, 31),
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 10),
    ]


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Period(date(2026, 2, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (timedelta(), "1 phút"),
        (timedelta(seconds=60), "1 phút"),
        (timedelta(seconds=61), "2 phút"),
        (timedelta(minutes=90), "90 phút"),
        (timedelta(minutes=91), "2 giờ"),
        (timedelta(hours=36), "36 giờ"),
        (timedelta(hours=36, seconds=1), "2 ngày"),
        (timedelta(days=30), "30 ngày"),
    ],
)
def test_a_time_to_wait_is_said_in_words_and_never_too_short(wait: timedelta, text: str) -> None:
    assert waiting_text(wait) == text


def test_a_period_in_parts_has_each_of_its_days_once() -> None:
    whole = Period(date(2026, 1, 1), date(2026, 1, 31))
    parts = list(whole.parts(14))
    assert [(one.start.day, one.end.day) for one in parts] == [(1, 14), (15, 28), (29, 31)]
    assert list(whole.parts(31)) == list(whole.parts(400)) == [whole]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-25T09:51", "9 giờ 51 sáng mai"),
        ("2026-11-25T09:09", "9 giờ 09 sáng mai"),
        ("2026-11-24T20:00", "8 giờ tối nay"),
        ("2026-11-24T12:00", "12 giờ trưa nay"),
        ("2026-11-24T11:30", "11 giờ 30 trưa nay"),
        ("2026-11-24T13:05", "1 giờ 05 chiều nay"),
        ("2026-11-23T20:00", "8 giờ tối hôm qua"),
        ("2026-11-28T20:00", "8 giờ tối thứ Bảy, 28/11"),
        ("2026-11-29T06:00", "6 giờ sáng Chủ nhật, 29/11"),
        ("2026-11-24T23:15", "23 giờ 15 đêm nay"),
        ("2026-11-25T00:00", "0 giờ đêm mai"),
    ],
)
def test_a_moment_is_told_as_one_says_it(moment: str, words: str) -> None:
    now = datetime(2026, 11, 24, 20, 9, tzinfo=VIETNAM)
    assert spoken_moment(datetime.fromisoformat(moment).replace(tzinfo=VIETNAM), now.astimezone(UTC)) == words
