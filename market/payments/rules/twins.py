"""Whether two sources tell of one transfer: the same reference of the bank, amount and time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from market.values.codes import squash
from market.values.period import VIETNAM, local_day

SAME_MOMENT = timedelta(minutes=2)
SHORTEST_REFERENCE = 4
"""A shorter one is a counter of somebody's, and says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferWord:
    """What a source says of a transfer on a known account, by which another's word of it is recognised."""

    amount: int
    bank_ref: str
    occurred_at: datetime


def is_told_again(one: TransferWord, other: TransferWord) -> bool:
    """Whether both tell of one transfer. Without a reference, or with another, two transfers are two: the same buyer
    may well pay the same amount twice."""
    return (
        one.amount == other.amount
        and is_same_reference(one.bank_ref, other.bank_ref)
        and is_same_moment(one.occurred_at, other.occurred_at)
    )


def is_same_reference(one: str, other: str) -> bool:
    """However the two write it: letters and digits alone count."""
    first, second = squash(one), squash(other)
    return first == second and len(first) >= SHORTEST_REFERENCE


def is_same_moment(one: datetime, other: datetime) -> bool:
    """Within two minutes; a source that knows the day alone, and says midnight, is held to the day."""
    if abs(one - other) <= SAME_MOMENT:
        return True
    return local_day(one) == local_day(other) and (knows_day_alone(one) or knows_day_alone(other))


def knows_day_alone(moment: datetime) -> bool:
    local = moment.astimezone(VIETNAM)
    return (local.hour, local.minute, local.second) == (0, 0, 0)
