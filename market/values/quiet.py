"""The hours of the night in which no clock runs, by the day from which each rule holds: the arithmetic of deadlines."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from market.values.period import VIETNAM, local_day

Night = tuple[datetime, datetime]
"""Where a night's quiet hours begin and end, in UTC."""

LONGEST = timedelta(hours=16)
"""More of a day than this is never quiet: a clock that hardly runs is none."""
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)


def parse_hours(text: str) -> tuple[time, time]:
    """`21:00-06:00` as where quiet hours begin and end; ValueError with a sentence for what is none, or longer than
    16 hours."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"Giờ yên tĩnh viết như 21:00-06:00, không phải “{text}”.")
    hour, minute, last_hour, last_minute = map(int, found.groups())
    begins, ends = time(hour, minute), time(last_hour, last_minute)
    if not timedelta() < _length(begins, ends) <= LONGEST:
        raise ValueError(f"Giờ yên tĩnh dài nhất 16 giờ một ngày, “{text}” thì không được.")
    return begins, ends


def _length(begins: time, ends: time) -> timedelta:
    day = date(2026, 1, 1)
    length = datetime.combine(day, ends) - datetime.combine(day, begins)
    return length if length >= timedelta() and begins != ends else length + _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietRule:
    """The quiet hours of the nights that begin on a day from `valid_from` to `valid_to` (None: still), by Vietnam's
    clock. `is_own`: a commune's own, which goes before the country's."""

    begins: time
    ends: time
    valid_from: date
    valid_to: date | None = None
    is_own: bool = False

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def night(self, day: date) -> Night:
        begins = datetime.combine(day, self.begins, tzinfo=VIETNAM).astimezone(UTC)
        return begins, begins + _length(self.begins, self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """The rules of a commune. A night is quiet by the rule of the day on which it begins: a commune's own before the
    country's, then the latest. Without a rule no hour is quiet."""

    rules: Sequence[QuietRule] = ()

    def night(self, day: date) -> Night | None:
        """The quiet hours that begin on a Vietnamese day."""
        found = [one for one in self.rules if one.holds_on(day)]
        return max(found, key=lambda one: (one.is_own, one.valid_from)).night(day) if found else None

    def deadline(self, start: datetime, length: timedelta) -> datetime:
        """When a clock that starts at `start` has run this long, none of it in quiet hours: it never ends inside them,
        at the latest in the moment they begin. In the time zone of `start`.

        ValueError for a moment without a time zone and for less than nothing.
        """
        if length < timedelta():
            raise ValueError("a clock does not run backwards")
        day, at, left = local_day(start) - _DAY, start.astimezone(UTC), length
        while day <= local_day(at + left):
            night, day = self.night(day), day + _DAY
            if night is None or night[1] <= at:
                continue
            if night[0] >= at + left:
                break
            left -= max(timedelta(), night[0] - at)
            at = night[1]
        return (at + left).astimezone(start.tzinfo)

    def waking(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        return self.deadline(moment, timedelta())
