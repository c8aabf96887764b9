"""What comes round for orders: the network that one came from is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from market.base.batch import change_old
from market.base.jobs import PeriodicTask
from market.orders.models import Contact, Purchase

NETWORKS_KEPT = timedelta(days=30)
"""For longer than any order holds goods without money: a stall's answer, then 14 days at most."""


def forget_networks(now: datetime) -> None:
    """Forget where orders came from of which none can hold goods without money any more."""
    bought = select(Purchase.id).where(Purchase.contact_id == Contact.id, Purchase.placed_at <= now - NETWORKS_KEPT)
    is_old = Contact.network.is_not(None) & bought.correlate(Contact).exists()
    change_old(update(Contact).values(network=None), Contact.id, is_old)


FORGET_NETWORKS = PeriodicTask(name="forget networks", every=timedelta(days=1), do=forget_networks)
