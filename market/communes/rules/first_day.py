"""The first day of a commune on its market: what must be there before the first hamlet is on sale, and what then."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class StepKey(enum.Enum):
    """What is to be done, in this order."""

    OFFICE = enum.auto()
    REGISTER = enum.auto()
    TARGET = enum.auto()
    POINT = enum.auto()
    ON = enum.auto()
    HELPER = enum.auto()
    STALL = enum.auto()
    GOODS = enum.auto()
    SECOND = enum.auto()


BEFORE_SALE = (StepKey.OFFICE, StepKey.REGISTER, StepKey.TARGET, StepKey.POINT, StepKey.ON)
"""With these the first hamlet is on sale; the others make it live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDayStep:
    key: StepKey
    is_done: bool
    is_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstDay:
    """Every step with whether the data says that it is done; the first that is not is the next."""

    steps: Sequence[FirstDayStep]

    @property
    def done(self) -> int:
        return sum(one.is_done for one in self.steps)

    @property
    def is_on_sale(self) -> bool:
        return all(one.is_done for one in self.steps if one.key in BEFORE_SALE)


def first_day(done: Mapping[StepKey, bool]) -> FirstDay:
    following = next((key for key in StepKey if not done[key]), None)
    return FirstDay(steps=[FirstDayStep(key=key, is_done=done[key], is_next=key is following) for key in StepKey])
