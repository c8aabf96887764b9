"""What comes round: it is said in time that certificates end."""

from datetime import datetime, timedelta

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.base.jobs import PeriodicTask
from market.outreach.actions.papers import warn_of_ending_papers
from market.places.queries import commune_ids


def warn_of_papers(_now: datetime) -> int:
    """Look at every commune's papers; returns for how many communes there is one that ends soon."""
    with Batch("warn of ending papers") as batch:
        return batch.each(commune_ids(reading()), _warn)


def _warn(commune_id: int) -> int:
    with transaction() as session:
        return warn_of_ending_papers(session, commune_id, clock=clock.now)


PERIODIC_TASKS: tuple[PeriodicTask, ...] = (
    PeriodicTask(name="warn of ending papers", every=timedelta(hours=6), do=warn_of_papers),
)
