"""What waits after a spreadsheet was looked at: the file, with its names and phones, is forgotten within a day. What
comes round: the logins that a mandate leaves open when its last day is over."""

from datetime import datetime, timedelta

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.base.jobs import Handler, Payload, PeriodicTask
from market.base.storage import storage
from market.sellers.actions import end_lapsed
from market.sellers.queries import lapsed_mandates
from market.values.period import local_day

FORGET_REGISTER_FILE = "forget_register_file"
REGISTER_FILE_LIFE = timedelta(days=1)


def forget_register_file(payload: Payload) -> None:
    storage().delete(str(payload["key"]))


HANDLERS: dict[str, Handler] = {FORGET_REGISTER_FILE: Handler(do=forget_register_file)}


def end_lapsed_mandates(now: datetime) -> int:
    """Sign people out of their helpers' devices once the mandate's last day is over; returns for how many mandates."""
    with Batch("end lapsed mandates") as batch:
        return batch.each(lapsed_mandates(reading(), local_day(now)), _end_lapsed)


def _end_lapsed(mandate_id: int) -> bool:
    with transaction() as session:
        return end_lapsed(session, mandate_id, clock=clock.now)


PERIODIC_TASKS = (PeriodicTask(name="end lapsed mandates", every=timedelta(hours=1), do=end_lapsed_mandates),)
