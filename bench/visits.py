"""Whom to visit: what the market's own list makes of a helper's visits, against a random order and against who was not
visited for longest. The villages and what nobody knows of them stand in `bench/village/visits.toml`.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import mean, stdev

from bench.figures import Figure, at_least, free, promised
from bench.village.visited import Met, Order, PastVisit, Stage, Villager, VisitedVillage, parameters
from market.adoption.rules.next_visits import EarlierVisit, HouseholdFacts, next_visits
from market.sellers.rules.help_visits import VisitOutcome, return_day

SEEDS = range(1, 31)
MONDAY = date(2026, 11, 30)
OVER_RANDOM, OVER_LONGEST = 2.0, 1.3
AT_95_OF_30 = 2.045
"""Student's t of 29 degrees of freedom: the bound on either side."""
WRITTEN = {
    Met.STEP: VisitOutcome.DONE,
    Met.NO_STEP: VisitOutcome.UNFINISHED,
    Met.NOBODY: VisitOutcome.NOBODY,
    Met.REFUSED: VisitOutcome.NOT_NOW,
}
"""What a helper writes: whom a visit took no step further is promised another one."""
KNOWN = {
    Stage.NO_ACCOUNT: (),
    Stage.WAITING: ("is_waiting",),
    Stage.NO_GOODS: ("has_account", "has_stall"),
    Stage.NO_PICTURE: ("has_account", "has_stall", "has_goods"),
    Stage.NO_ORDER: ("has_account", "has_stall", "has_goods", "has_picture"),
}
YES_OR_NO = ("has_account", "is_waiting", "has_stall", "has_goods", "has_picture")


def by_our_list(waiting: Sequence[Villager], week: int, _dice: random.Random) -> Sequence[Villager]:
    by_number = {one.number: one for one in waiting}
    facts = [facts_of(one, week) for one in waiting]
    found = next_visits(facts, MONDAY + timedelta(weeks=week), most=len(facts))
    return [by_number[one.business_id] for one in found]


def facts_of(one: Villager, week: int) -> HouseholdFacts:
    """What the market would know of a household on the Monday of a week."""
    lost = [at for at in one.unanswered if week - at < parameters()["remembered_weeks"]]
    return HouseholdFacts(
        business_id=one.number,
        is_counted_kind=True,
        has_sold=False,
        unanswered=len(lost),
        visits=[_earlier(past) for past in one.visits],
        **{name: name in KNOWN[one.stage] for name in YES_OR_NO},
    )


def _earlier(past: PastVisit) -> EarlierVisit:
    on, outcome = MONDAY + timedelta(weeks=past.week, days=2), WRITTEN[past.met]
    return EarlierVisit(on=on, outcome=outcome, next_on=return_day(outcome, on, None))


def at_random(waiting: Sequence[Villager], _week: int, dice: random.Random) -> Sequence[Villager]:
    return dice.sample(waiting, len(waiting))


def longest_not_visited(waiting: Sequence[Villager], _week: int, dice: random.Random) -> Sequence[Villager]:
    drawn = dice.sample(waiting, len(waiting))
    return sorted(drawn, key=lambda one: max((past.week for past in one.visits), default=-1000))


ORDERS: dict[str, Order | None] = {
    "nobody": None,
    "random": at_random,
    "longest": longest_not_visited,
    "ours": by_our_list,
}


def converted(seed: int, order: Order | None) -> int:
    """How many households of a seed's villages came to sell."""
    return sum(VisitedVillage(seed, number).live(order) for number in range(parameters()["villages"]))


def lower_bound(values: Sequence[float]) -> float:
    return mean(values) - AT_95_OF_30 * stdev(values) / len(values) ** 0.5


def run() -> Iterator[Figure | str]:
    found = {name: [converted(seed, order) for seed in SEEDS] for name, order in ORDERS.items()}
    for name, counts in found.items():
        yield free(f"{name}: came to sell, a seed", mean(counts), "", note=f"{min(counts)} to {max(counts)}")
    for name, least in (("random", OVER_RANDOM), ("longest", OVER_LONGEST)):
        ratios = [ours / theirs for ours, theirs in zip(found["ours"], found[name], strict=True)]
        note = f"mean {mean(ratios):.2f}, of {len(ratios)} seeds; whoever sells without any visit counts in both"
        yield promised(at_least(f"ours over {name}, lower 95 %", lower_bound(ratios), "", least, note=note))
        alone = found["nobody"]
        added = [
            (ours - by_itself) / (theirs - by_itself)
            for ours, theirs, by_itself in zip(found["ours"], found[name], alone, strict=True)
        ]
        note = f"mean {mean(added):.2f}"
        yield free(f"of those whom visits brought, over {name}", lower_bound(added), "", note=note)
