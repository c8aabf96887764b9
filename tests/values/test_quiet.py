"""No clock runs while the village sleeps: the arithmetic of deadlines, whatever the rules of the night are."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.values.period import VIETNAM
from market.values.quiet import QuietHours, QuietRule, parse_hours

NIGHT = QuietRule(begins=time(21), ends=time(6), valid_from=date(2025, 7, 1))
USUAL = QuietHours(rules=(NIGHT,))
MINUTE = timedelta(minutes=1)

MOMENTS = st.integers(0, 60 * 24 * 120 * 60).map(
    lambda seconds: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
LENGTHS = st.integers(0, 60 * 24 * 8).map(lambda minutes: timedelta(minutes=minutes))
DAYS = st.dates(date(2026, 9, 15), date(2027, 1, 31))


@st.composite
def rules(draw: st.DrawFn) -> QuietRule:
    begins, length = draw(st.integers(0, 24 * 60 - 1)), draw(st.integers(1, 16 * 60))
    ends = (begins + length) % (24 * 60)
    first = draw(DAYS)
    last = draw(st.none() | DAYS.filter(lambda day: day >= first))
    return QuietRule(
        begins=time(begins // 60, begins % 60),
        ends=time(ends // 60, ends % 60),
        valid_from=first,
        valid_to=last,
        is_own=draw(st.booleans()),
    )


QUIET = st.lists(rules(), max_size=4).map(lambda some: QuietHours(rules=tuple(some)))


def at(text: str) -> datetime:
    """A moment by Vietnam's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def nights_between(quiet: QuietHours, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    day, found = first.astimezone(VIETNAM).date() - timedelta(days=1), []
    while day <= last.astimezone(VIETNAM).date():
        night = quiet.night(day)
        if night is not None and night[1] > first and night[0] < last:
            found.append(night)
        day += timedelta(days=1)
    return found


def awake_minutes(quiet: QuietHours, first: datetime, last: datetime) -> int:
    """Counted minute by minute, as nobody would in earnest."""
    nights, count, now = nights_between(quiet, first, last), 0, first
    while now < last:
        count += not any(begins <= now < ends for begins, ends in nights)
        now += MINUTE
    return count


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24T20:09", 4, "2026-11-25T09:09"),
        ("2026-11-24T17:00", 4, "2026-11-24T21:00"),
        ("2026-11-24T17:01", 4, "2026-11-25T06:01"),
        ("2026-11-24T21:00", 4, "2026-11-25T10:00"),
        ("2026-11-25T02:00", 4, "2026-11-25T10:00"),
        ("2026-11-25T05:59", 2, "2026-11-25T08:00"),
        ("2026-11-25T06:00", 2, "2026-11-25T08:00"),
        ("2026-11-24T10:00", 24, "2026-11-25T19:00"),
        ("2026-11-24T20:00", 24, "2026-11-26T14:00"),
        ("2026-11-24T22:00", 0, "2026-11-25T06:00"),
        ("2026-11-24T21:00", 0, "2026-11-24T21:00"),
    ],
)
def test_a_clock_stops_at_nine_in_the_evening_and_goes_on_at_six(start: str, hours: int, due: str) -> None:
    """The sample that was found: ordered at 20:09 with four hours to answer, 51 minutes of them that evening."""
    assert USUAL.deadline(at(start), timedelta(hours=hours)) == at(due)


@given(QUIET, MOMENTS, MOMENTS, LENGTHS)
def test_who_starts_later_never_ends_sooner(
    quiet: QuietHours, one: datetime, other: datetime, length: timedelta
) -> None:
    first, second = sorted((one, other))
    assert quiet.deadline(first, length) <= quiet.deadline(second, length)


@given(QUIET, MOMENTS, LENGTHS, LENGTHS)
def test_a_longer_time_never_ends_sooner(quiet: QuietHours, start: datetime, one: timedelta, other: timedelta) -> None:
    first, second = sorted((one, other))
    assert quiet.deadline(start, first) <= quiet.deadline(start, second)


@given(QUIET, MOMENTS, LENGTHS)
def test_a_clock_never_ends_inside_quiet_hours(quiet: QuietHours, start: datetime, length: timedelta) -> None:
    due = quiet.deadline(start, length)
    nights = nights_between(quiet, due - timedelta(days=2), due + timedelta(days=2))
    assert not [night for night in nights if night[0] < due < night[1]]


@given(QUIET, MOMENTS, LENGTHS)
def test_without_a_quiet_hour_between_it_is_plain_addition(
    quiet: QuietHours, start: datetime, length: timedelta
) -> None:
    plain = start + length
    due = quiet.deadline(start, length)
    assert due >= plain
    if not nights_between(quiet, start, plain) and quiet.waking(start) == start:
        assert due == plain


@given(QUIET, MOMENTS.map(lambda moment: moment.replace(second=0)), LENGTHS.filter(lambda it: it < timedelta(days=2)))
def test_what_runs_is_exactly_what_was_given(quiet: QuietHours, start: datetime, length: timedelta) -> None:
    """Also where the rules change between, and nights of two rules run into one another."""
    due = quiet.deadline(start, length)
    assert awake_minutes(quiet, start, due) * MINUTE == length


@given(QUIET, MOMENTS, LENGTHS, LENGTHS)
def test_a_clock_that_is_stopped_between_ends_when_it_would_have(
    quiet: QuietHours, start: datetime, first: timedelta, rest: timedelta
) -> None:
    assert quiet.deadline(quiet.deadline(start, first), rest) == quiet.deadline(start, first + rest)


@given(MOMENTS, LENGTHS)
def test_without_a_rule_no_hour_is_quiet(start: datetime, length: timedelta) -> None:
    assert QuietHours().deadline(start, length) == start + length


def test_the_rule_of_the_evening_holds_for_its_night() -> None:
    """From the 25th on the village sleeps from 22:00 to 05:00: the night of the 24th still ends at six."""
    until = QuietRule(begins=time(21), ends=time(6), valid_from=date(2025, 7, 1), valid_to=date(2026, 11, 24))
    since = QuietRule(begins=time(22), ends=time(5), valid_from=date(2026, 11, 25))
    changing = QuietHours(rules=(since, until))
    assert changing.deadline(at("2026-11-24T20:00"), timedelta(hours=2)) == at("2026-11-25T07:00")
    assert changing.deadline(at("2026-11-25T20:00"), timedelta(hours=3)) == at("2026-11-26T06:00")
    assert changing.deadline(at("2026-11-24T20:00"), timedelta(hours=18)) == at("2026-11-26T06:00")


def test_a_commune_s_own_night_goes_before_the_country_s() -> None:
    own = QuietRule(begins=time(20), ends=time(5), valid_from=date(2026, 1, 1), is_own=True)
    later = QuietRule(begins=time(23), ends=time(4), valid_from=date(2026, 6, 1))
    mixed = QuietHours(rules=(NIGHT, own, later))
    assert mixed.waking(at("2026-11-24T20:30")) == at("2026-11-25T05:00")
    assert QuietHours(rules=(NIGHT, later)).waking(at("2026-11-24T22:00")) == at("2026-11-24T22:00")


def test_a_deadline_is_told_in_the_zone_that_it_was_asked_in() -> None:
    start = datetime(2026, 11, 24, 13, 9, tzinfo=UTC)
    due = USUAL.deadline(start, timedelta(hours=4))
    assert (due, due.tzinfo) == (datetime(2026, 11, 25, 2, 9, tzinfo=UTC), UTC)


def test_no_clock_runs_backwards_or_without_a_zone() -> None:
    with pytest.raises(ValueError, match="backwards"):
        USUAL.deadline(at("2026-11-24T20:00"), timedelta(seconds=-1))
    with pytest.raises(ValueError, match="time zone"):
        USUAL.deadline(datetime(2026, 11, 24, 20, 0), MINUTE)  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("21:00-06:00", (time(21), time(6))),
        (" 00:30-05:15 ", (time(0, 30), time(5, 15))),
        ("12:00-04:00", (time(12), time(4))),
    ],
)
def test_hours_are_read_as_they_are_written(text: str, hours: tuple[time, time]) -> None:
    assert parse_hours(text) == hours


@pytest.mark.parametrize("text", ["", "9pm-6am", "21:00", "24:00-06:00", "21:60-06:00", "06:00-06:00", "04:00-21:00"])
def test_what_is_no_night_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"Giờ yên tĩnh"):
        parse_hours(text)
