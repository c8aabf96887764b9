"""When the steps of a planned order happened: one after the other, the last never later than the loading."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from market.base.clock import Clock
from market.orders.rules import PayChoice, answer_deadline, hold_deadline
from market.seeding.files import Seeds
from market.seeding.rules import RANDOM_SEED, Fate, PlannedOrder
from market.values.quiet import QuietHours


def stopped(at: datetime) -> Clock:
    """The clock of an action that is loaded as of a moment."""
    return lambda: at


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The moments of one order; None for a step not taken. `ended` closes an order that was not completed."""

    placed: datetime
    due: datetime | None
    accepted: datetime | None = None
    paid: datetime | None = None
    ready: datetime | None = None
    completed: datetime | None = None
    ended: datetime | None = None

    @property
    def last(self) -> datetime:
        return self.completed or self.ended or self.ready or self.accepted or self.placed


def times_of(order: PlannedOrder, number: int, seeds: Seeds, quiet: QuietHours) -> Times:
    """The moments of the `number`-th order; no clock runs in the quiet hours."""
    chance = Random(f"{RANDOM_SEED}-times-{number}")  # noqa: S311 - moments that must come out the same
    if order.fate.is_open:
        return _open_times(order, chance, seeds, quiet)
    placed = seeds.at(seeds.day(order.offset), time(order.minute // 60, order.minute % 60))
    answered = placed + timedelta(minutes=chance.randint(8, 100))
    if order.fate.is_completed:
        paid = answered + timedelta(minutes=chance.randint(3, 25))
        ready = answered + timedelta(minutes=chance.randint(40, 180))
        completed = ready + timedelta(minutes=chance.randint(30, 1300))
        if order.fate is not Fate.BANK:
            paid = completed
        return Times(placed=placed, due=None, accepted=answered, paid=paid, ready=ready, completed=completed)
    due = answer_deadline(placed, quiet)
    return Times(placed=placed, due=due, ended=due if order.fate is Fate.EXPIRED else answered)


def _open_times(order: PlannedOrder, chance: Random, seeds: Seeds, quiet: QuietHours) -> Times:
    """An order still open: placed a short while before the loading, so that its clock still runs."""
    placed = seeds.now - timedelta(minutes=chance.randint(20, 90))
    if order.fate is Fate.PLACED:
        return Times(placed=placed, due=answer_deadline(placed, quiet))
    accepted = seeds.now - timedelta(minutes=chance.randint(2, 12))
    if order.fate is Fate.ACCEPTED:
        due = hold_deadline(PayChoice.TRANSFER, accepted, 0, quiet)
        return Times(placed=placed, due=due, accepted=accepted)
    return Times(placed=placed, due=None, accepted=accepted, ready=seeds.now)
