"""When a provider is asked for all that came in, to find what no call told of, and for which days.

A provider's numbers say nothing of what is missing: they count the transactions of all its customers. So it is asked
for the days themselves: a few times a day, and sooner where a buyer says that they paid and nothing came.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from market.values.period import local_day

EVERY = timedelta(hours=6)
SOONER = timedelta(hours=1)
"""Where a buyer waits and no call has come for so long."""
SETTLED = timedelta(minutes=40)
"""A provider tries its call again for so long: what is younger may still come by itself."""
FARTHEST = timedelta(days=30)
DAYS_AT_ONCE = timedelta(days=7)
"""A long silence is gone through a week at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """The days to ask for, and until when all is known once they were answered."""

    first: date
    last: date
    until: datetime


def search_from(searched_to: datetime | None, connected_at: datetime, now: datetime) -> Searched | None:
    """What to ask for next; None where nothing has settled since."""
    since = max(searched_to or connected_at, now - FARTHEST)
    until = min(now - SETTLED, since + DAYS_AT_ONCE)
    if until <= since:
        return None
    return Searched(first=local_day(since - SETTLED), last=local_day(until), until=until)
