"""When a pickup point is open: its hours of each weekday, the days on which it is closed, and the slots this makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Self

from market.values.hours import MINUTES_OF_DAY, clock_words, hours_words, read_clock
from market.values.period import DAY_NAMES, VIETNAM

MOST_WINDOWS = 3
"""So often a point may open on one day."""
MOST_CAPACITY = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A point's opening on one day: from which to which minute of it, in Vietnam."""

    day: date
    begins: int
    ends: int

    @classmethod
    def read(cls, text: str) -> Self:
        """What `value` wrote; ValueError for anything else."""
        day, begins, ends = text.split("_")
        slot = cls(date.fromisoformat(day), int(begins), int(ends))
        if not 0 <= slot.begins < slot.ends <= MINUTES_OF_DAY or slot.value != text:
            raise ValueError("no slot")
        return slot

    @property
    def value(self) -> str:
        """Stands for it in a form: `2026-12-03_960_1080`."""
        return f"{self.day.isoformat()}_{self.begins}_{self.ends}"

    def is_like(self, other: Self) -> bool:
        """Whether another is on the same weekday, at the same hours."""
        hours = self.begins, self.ends, self.day.weekday()
        return hours == (other.begins, other.ends, other.day.weekday())

    @property
    def begins_at(self) -> datetime:
        return _moment(self.day, self.begins)

    @property
    def ends_at(self) -> datetime:
        return _moment(self.day, self.ends)

    @property
    def hours(self) -> str:
        return hours_words(self.begins, self.ends)

    @property
    def day_words(self) -> str:
        """`thứ Năm 3/12`"""
        return f"{DAY_NAMES[self.day.weekday()]} {self.day.day}/{self.day.month}"

    @property
    def words(self) -> str:
        """`thứ Năm 3/12, 16:00–18:00`"""
        return f"{self.day_words}, {self.hours}"

    @property
    def title(self) -> str:
        """The same where it stands alone: `Thứ Năm 3/12, 16:00–18:00`."""
        return f"{self.words[0].upper()}{self.words[1:]}"


def _moment(day: date, minutes: int) -> datetime:
    return (datetime.combine(day, time(), tzinfo=VIETNAM) + timedelta(minutes=minutes)).astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class OpenWindow:
    """Hours of a weekday (0: Monday) in which a point is open, in minutes of the day."""

    weekday: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointHours:
    """A point's windows, the days on which it is closed all the same, and how many orders it takes in one slot (None:
    as many as come). Without windows its hours are its free text alone, and it has no slots."""

    windows: tuple[OpenWindow, ...] = ()
    closed: frozenset[date] = frozenset()
    capacity: int | None = None

    def slots(self, first: date, days: int) -> Iterator[Slot]:
        """Those of so many days from `first` on, in their order."""
        for day in (first + timedelta(days=at) for at in range(days)):
            if day not in self.closed:
                yield from (Slot(day, one.begins, one.ends) for one in self._on(day))

    def has(self, slot: Slot) -> bool:
        """Whether the point opens for this slot as it is now."""
        return slot in self.slots(slot.day, 1)

    def _on(self, day: date) -> list[OpenWindow]:
        return sorted(one for one in self.windows if one.weekday == day.weekday())


def read_windows(weekday: int, text: str) -> tuple[OpenWindow, ...]:
    """The windows of a weekday as they are typed: `6:00–8:00, 16h-18h30`; ValueError with a sentence for what are no
    hours, too many of them, or some that overlap."""
    windows = [_window(weekday, part.strip()) for part in text.split(",") if part.strip()]
    if len(windows) > MOST_WINDOWS:
        raise ValueError(f"Mỗi ngày ghi nhiều nhất {MOST_WINDOWS} buổi.")
    ordered = sorted(windows)
    for before, after in pairwise(ordered):
        if after.begins < before.ends:
            raise ValueError(f"Hai buổi trùng giờ: {clock_words(after.begins)} còn trong buổi trước.")
    return tuple(ordered)


def _window(weekday: int, text: str) -> OpenWindow:
    begins, dash, ends = text.replace("-", "–").partition("–")
    if not dash:
        raise ValueError(f"Mời ghi giờ mở và giờ đóng, như 16:00–18:00, không phải “{text}”.")
    first, last = read_clock(begins.strip()), read_clock(ends.strip())
    if first >= last:
        raise ValueError(f"Giờ đóng phải sau giờ mở: {clock_words(first)} rồi {clock_words(last)} thì chưa đúng.")
    return OpenWindow(weekday, first, last)


def windows_words(windows: Sequence[OpenWindow], weekday: int) -> str:
    """The hours of a weekday as one types them: `6:00–8:00, 16:00–18:00`; empty where it is closed."""
    return ", ".join(hours_words(one.begins, one.ends) for one in sorted(windows) if one.weekday == weekday)


def opening_days(windows: Sequence[OpenWindow]) -> str:
    """`thứ Ba 16:00–18:00; thứ Năm 16:00–18:00`; empty where no hours are named."""
    said = ((name, windows_words(windows, day)) for day, name in enumerate(DAY_NAMES))
    return "; ".join(f"{name} {hours}" for name, hours in said if hours)
