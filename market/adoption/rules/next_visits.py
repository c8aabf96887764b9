"""Whom to visit next: a fixed order that everybody can follow, made of what the market knows of a household. It knows
yes and no, counts and days; no amount of money is among them.

A household's weight is what its reason weighs, changed by what came of the visits before. The reasons follow how near a
first order is: who has an order and does not answer needs one call, who has no account needs everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from market.sellers.rules.help_visits import VisitOutcome, VisitReason

WEIGHTS: Mapping[VisitReason, int] = {
    VisitReason.UNANSWERED: 800,
    VisitReason.NO_ORDER: 400,
    VisitReason.NO_PICTURE: 360,
    VisitReason.NO_GOODS: 120,
    VisitReason.WAITING: 60,
    VisitReason.NO_ACCOUNT: 40,
}
PROMISE = 50
"""A promise to come back weighs this much more: a word is kept."""
OF_A_SELLER = 150
"""Who sells already and leaves a buyer without an answer: it counts already, and may be lost."""

LOOKED_BACK = timedelta(weeks=26)
"""Visits longer ago say nothing any more."""
UNANSWERED_DAYS = timedelta(weeks=4)
RESTING = timedelta(days=14)
"""Nobody is visited sooner again, but for a promise or an order."""
RESTING_AFTER_NO = timedelta(days=60)
"""Who said no is left in peace so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierVisit:
    on: date
    outcome: VisitOutcome
    next_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFacts:
    """What the market knows of a household on a day. `is_counted_kind`: of a kind that the KPI counts; `is_waiting`:
    for the office, with papers or goods; `unanswered`: how many orders of late nobody answered."""

    business_id: int
    is_counted_kind: bool
    has_account: bool
    is_waiting: bool
    has_stall: bool
    has_goods: bool
    has_picture: bool
    has_sold: bool
    unanswered: int = 0
    visits: Sequence[EarlierVisit] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVisit:
    """A household to visit, why, what that weighs, and when somebody was there last."""

    business_id: int
    reason: VisitReason
    weight: int
    last_on: date | None


def next_visits(
    households: Iterable[HouseholdFacts], day: date, *, most: int, takes_orders: bool = True
) -> list[NextVisit]:
    """The households to visit in the week of `day` (its Monday), the most worthwhile first, at most so many. Those that
    weigh the same: who was visited longest ago first. `takes_orders`: whether the market does; where it only shows
    goods nobody waits for an order."""
    found = (_next_visit(one, day, takes_orders) for one in households)
    return sorted((one for one in found if one), key=_in_order)[:most]


def _in_order(one: NextVisit) -> tuple[int, date, int]:
    return -one.weight, one.last_on or date.min, one.business_id


def _next_visit(facts: HouseholdFacts, day: date, takes_orders: bool) -> NextVisit | None:
    visits = sorted((one for one in facts.visits if day - LOOKED_BACK <= one.on), key=lambda one: one.on)
    last = visits[-1] if visits else None
    lacks = _lack_of(facts, takes_orders)
    is_promised = bool(last and last.next_on and last.next_on < day + timedelta(days=7))
    if lacks is None or _is_resting(lacks, last, day, is_promised):
        return None
    weight = OF_A_SELLER if facts.has_sold else WEIGHTS[lacks]
    weight = _after(visits, weight) + (PROMISE if is_promised else 0)
    is_told = is_promised and lacks is not VisitReason.UNANSWERED
    return NextVisit(
        business_id=facts.business_id,
        reason=VisitReason.PROMISED if is_told else lacks,
        weight=weight if facts.is_counted_kind else weight // 2,
        last_on=last.on if last else None,
    )


def _lack_of(facts: HouseholdFacts, takes_orders: bool) -> VisitReason | None:
    """What a household lacks; None where a visit changes nothing of its own."""
    if facts.unanswered and takes_orders:
        return VisitReason.UNANSWERED
    if facts.has_sold:
        return None
    if not facts.has_account:
        return VisitReason.WAITING if facts.is_waiting else VisitReason.NO_ACCOUNT
    if not facts.has_goods:
        return VisitReason.NO_GOODS if facts.has_stall else VisitReason.WAITING
    if not facts.has_picture:
        return VisitReason.NO_PICTURE
    if facts.is_waiting:
        return VisitReason.WAITING
    return VisitReason.NO_ORDER if takes_orders else None


def _is_resting(lacks: VisitReason, last: EarlierVisit | None, day: date, is_promised: bool) -> bool:
    if last is None or is_promised:
        return False
    if last.outcome is VisitOutcome.NOT_NOW:
        return day - last.on < RESTING_AFTER_NO
    is_met = last.outcome is not VisitOutcome.NOBODY
    return is_met and lacks is not VisitReason.UNANSWERED and day - last.on < RESTING


def _after(visits: Sequence[EarlierVisit], weight: int) -> int:
    """A visit that got somewhere says that the next one will; each in vain since, that it will not. Nobody home says
    nothing."""
    for one in visits:
        if one.outcome.is_done:
            weight = weight * 5 // 4
        elif one.outcome is VisitOutcome.NOT_NOW:
            weight = weight // 3
        elif one.outcome is not VisitOutcome.NOBODY:
            weight = weight * 2 // 3
    return weight
