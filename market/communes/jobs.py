"""What comes round for communes as wholes: the figures that the city reads."""

from datetime import datetime, timedelta

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.base.jobs import PeriodicTask
from market.communes.actions.figures import keep_figures, reckon
from market.places.queries import commune_ids


def keep_commune_figures(_now: datetime) -> int:
    """Count and keep the figures of every commune, one after the other; returns of how many."""
    with Batch("keep commune figures") as batch:
        return batch.each(commune_ids(reading()), _keep)


def _keep(commune_id: int) -> bool:
    numbers = reckon(reading(), commune_id, now=clock.now())
    with transaction() as session:
        return keep_figures(session, commune_id, numbers)


PERIODIC_TASKS: tuple[PeriodicTask, ...] = (
    PeriodicTask(
        name="keep commune figures", every=timedelta(hours=6), do=keep_commune_figures, limit=timedelta(hours=2)
    ),
)
