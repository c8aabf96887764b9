"""What comes round for orders: stalls are reminded to answer, the network that one came from is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from market.base import clock
from market.base.batch import Batch, change_old
from market.base.db import reading, transaction
from market.base.jobs import PeriodicTask
from market.orders.actions.reminding import remind_to_answer
from market.orders.models import Contact, Purchase
from market.orders.queries.reminders import orders_to_remind

NETWORKS_KEPT = timedelta(days=30)
"""For longer than any order holds goods without money: a stall's answer, then 14 days at most."""


def remind_stalls(now: datetime) -> int:
    """Remind stalls of the orders that have waited for half of their answer time; of how many."""
    with Batch("remind stalls") as batch:
        return batch.each(orders_to_remind(reading(), now=now), _remind)


def _remind(order_id: int) -> bool:
    with transaction() as session:
        return remind_to_answer(session, order_id, clock=clock.now)


def forget_networks(now: datetime) -> None:
    """Forget where orders came from of which none can hold goods without money any more."""
    bought = select(Purchase.id).where(Purchase.contact_id == Contact.id, Purchase.placed_at <= now - NETWORKS_KEPT)
    is_old = Contact.network.is_not(None) & bought.correlate(Contact).exists()
    change_old(update(Contact).values(network=None), Contact.id, is_old)


FORGET_NETWORKS = PeriodicTask(name="forget networks", every=timedelta(days=1), do=forget_networks)
REMIND_STALLS = PeriodicTask(name="remind stalls", every=timedelta(minutes=1), do=remind_stalls)
