"""What a process that was killed was writing into storage: dropped after a day."""

from datetime import datetime, timedelta

from market.base.jobs import PeriodicTask
from market.base.storage import storage

ONE_WRITE_TAKES = timedelta(days=1)
"""At most, and by far."""


def _drop(now: datetime) -> None:
    storage().drop_half_written(now - ONE_WRITE_TAKES)


DROP_HALF_WRITTEN = PeriodicTask(name="drop half-written files", every=timedelta(days=1), do=_drop)
