"""What comes round for orders: the network that one came from is forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from market.base.db import transaction
from market.base.jobs import PeriodicTask
from market.orders.models import Contact, Purchase

NETWORKS_KEPT = timedelta(days=30)
"""For longer than any order holds goods without money: a stall's answer, then 14 days at most."""


def forget_networks(now: datetime) -> None:
    """Forget where orders came from of which none can hold goods without money any more."""
    old = select(Purchase.contact_id).where(Purchase.placed_at <= now - NETWORKS_KEPT)
    with transaction() as session:
        session.execute(
            update(Contact)
            .where(Contact.network.is_not(None), Contact.id.in_(old))
            .values(network=None)
            .execution_options(synchronize_session=False)
        )


FORGET_NETWORKS = PeriodicTask(name="forget networks", every=timedelta(days=1), do=forget_networks)
