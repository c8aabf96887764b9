"""What time does to orders: the ends that clocks brought are written, one order a transaction."""

from datetime import datetime, timedelta

from market.base.db import reading, transaction
from market.base.jobs import PeriodicTask
from market.orders.actions.moving import end_overdue_order
from market.orders.queries.orders import overdue_orders


def end_overdue(now: datetime) -> int:
    """Write the end of every order past its clock; gives how many. Pages do not wait for it."""
    ended = 0
    for order_id in overdue_orders(reading(), now):
        with transaction() as session:
            ended += end_overdue_order(session, order_id, now=now)
    return ended


PERIODIC_TASKS = (PeriodicTask(name="end overdue orders", every=timedelta(seconds=30), do=end_overdue),)
