"""What comes round for money: notices kept but not matched yet, because a process died in between."""

from datetime import datetime, timedelta

from market.base.db import reading, transaction
from market.base.jobs import Upkeep
from market.payments.actions import match_credit
from market.payments.queries import credits_unread

LEFT_ALONE = timedelta(seconds=30)


def match_left_over(now: datetime) -> int:
    """Match every notice that has waited unread for half a minute; gives how many."""
    left = credits_unread(reading(), before=now - LEFT_ALONE)
    for credit_id in left:
        with transaction() as session:
            match_credit(session, credit_id, now=now)
    return len(left)


UPKEEP = (Upkeep(name="match bank notices", every=timedelta(minutes=1), do=match_left_over),)
