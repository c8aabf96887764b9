"""The one clock: every `now` of the product comes from here, so that tests can stop it.

What decides by time (the end of a hold, of an order's wait, of a login session) cannot be undone, so the machine's
clock is not believed where it jumps: somebody sets it wrong, or a time server does, and sets it back soon after. While
it is off, time goes on as the machine counts it since it was started; a jump that lasts is believed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""What is asked for the time: an action that waits for a lock is given this, not a moment taken before the wait."""

MAY_STEP = timedelta(seconds=30)
"""A smaller step is a correction, and followed at once."""
BELIEVED_AFTER = timedelta(minutes=5)
"""So long must a jump last: less than what waits for anybody, more than it takes to see that a clock is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What time it was at a count of seconds since the machine's start; `jump`: by how much its clock was then
    found off, and at what count."""

    at: datetime
    count: float
    jump: tuple[timedelta, float] | None = None


class SteadyClock:
    """Tells the machine's time, or how it would go on where that has just jumped.

    `wall` is the machine's clock, `count` its seconds since its start, which nobody sets. Threads may ask at once: a
    mark is put in one step, and whichever is put last does.
    """

    def __init__(self, wall: Clock, count: Callable[[], float]) -> None:
        self._wall, self._count = wall, count
        self.mark = Mark(at=wall(), count=count())

    def __call__(self) -> datetime:
        wall, count, mark = self._wall(), self._count(), self.mark
        expected = mark.at + timedelta(seconds=count - mark.count)
        off = wall - expected
        if abs(off) <= MAY_STEP:
            self.mark = Mark(at=wall, count=count)
            return wall
        if mark.jump is None or abs(off - mark.jump[0]) > MAY_STEP:
            self.mark = Mark(at=mark.at, count=mark.count, jump=(off, count))
            return expected
        if count - mark.jump[1] >= BELIEVED_AFTER.total_seconds():
            self.mark = Mark(at=wall, count=count)
            return wall
        return expected


def _wall() -> datetime:
    return datetime.now(UTC)


def _count() -> float:
    """Counts on while the machine sleeps, where it can tell (Linux)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


_steady = SteadyClock(_wall, _count)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _steady()


def mark() -> Mark:
    """What another process of this machine may go by (`go_by`)."""
    return _steady.mark


def go_by(other: Mark) -> None:
    """Tell the time as the process does that gave its mark, also where this one began while the clock was off."""
    _steady.mark = other
