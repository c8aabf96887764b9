"""Villages whose households a helper visits: what a visit changes hangs on what nobody sees (`visits.toml`).

A village lives through the same weeks in whatever order its households are visited: every chance is drawn from the
seed, the household, the week and what it decides.
"""

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("visits.toml")


class Stage(StrEnum):
    """How far a household has come; the KPI counts those that sell."""

    NO_ACCOUNT = "no_account"
    WAITING = "waiting"
    NO_GOODS = "no_goods"
    NO_PICTURE = "no_picture"
    NO_ORDER = "no_order"
    SELLS = "sells"


class Met(StrEnum):
    """What a helper writes down of a visit."""

    STEP = "a step was made"
    NO_STEP = "met, no step made"
    NOBODY = "nobody home"
    REFUSED = "does not want to"


STEPS = tuple(Stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What is known of a household to nobody."""

    will: float
    alert: float
    wanted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVisit:
    week: int
    met: Met


@dataclass(slots=True, kw_only=True)
class Villager:
    """A household as its helper may know it; what is `hidden` the village alone reads. Weeks before the first are
    negative. `unanswered`: the weeks of orders that had no answer."""

    number: int
    stage: Stage
    hidden: Hidden
    visits: list[PastVisit] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    sold_in: int | None = None


Order = Callable[[Sequence[Villager], int, random.Random], Sequence[Villager]]
"""Whom to visit in a week, first ones first, of the households that do not sell yet."""


@cache
def parameters() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


class VisitedVillage:
    """One helper's village through its weeks."""

    def __init__(self, seed: int, number: int) -> None:
        self.name = f"{seed}/{number}"
        self.told = parameters()
        dice = random.Random(f"{self.name}/drawn")
        self.households = [self._drawn(dice, one) for one in range(dice.randint(*self.told["households"]))]

    def live(self, order: Order | None) -> int:
        """Live through all weeks, visited in this order or (None) by nobody: how many came to sell."""
        dice = random.Random(f"{self.name}/order")
        for week in range(self.told["weeks"]):
            if order is not None:
                waiting = [one for one in self.households if one.stage is not Stage.SELLS]
                for one in list(order(waiting, week, dice))[: self.told["visits_a_week"]]:
                    one.visits.append(PastVisit(week=week, met=self._visit(one, week)))
            for one in self.households:
                self._week_alone(one, week)
        return sum(one.sold_in is not None for one in self.households)

    def _drawn(self, dice: random.Random, number: int) -> Villager:
        hidden, before = self.told["hidden"], self.told["before"]
        shares = self.told["begins"]
        [stage] = dice.choices(list(shares), list(shares.values()))
        one = Villager(
            number=number,
            stage=Stage(stage),
            hidden=Hidden(
                will=dice.betavariate(*hidden["will"]),
                alert=dice.betavariate(*hidden["alert"]),
                wanted=dice.uniform(*hidden["wanted"]),
            ),
        )
        if dice.random() < before["visited"]:
            one.visits.append(PastVisit(week=-dice.randint(*before["weeks_ago"]), met=self._met_before(dice, one)))
        return one

    def _met_before(self, dice: random.Random, one: Villager) -> Met:
        hidden = self.told["hidden"]
        if dice.random() < hidden["not_home"]:
            return Met.NOBODY
        if one.hidden.will < hidden["refuses_below"] and dice.random() < hidden["refuses"]:
            return Met.REFUSED
        made = one.stage is not Stage.NO_ACCOUNT and dice.random() < one.hidden.will
        return Met.STEP if made else Met.NO_STEP

    def _draw(self, one: Villager, week: int, what: str) -> float:
        return random.Random(f"{self.name}/{one.number}/{week}/{what}").random()

    def _visit(self, one: Villager, week: int) -> Met:
        hidden = self.told["hidden"]
        if self._draw(one, week, "home") < hidden["not_home"]:
            return Met.NOBODY
        if one.hidden.will < hidden["refuses_below"] and self._draw(one, week, "refuses") < hidden["refuses"]:
            return Met.REFUSED
        factor = hidden["base"] + hidden["slope"] * one.hidden.will
        if any(week - past.week < hidden["tired_weeks"] for past in one.visits):
            factor *= hidden["tired"]
        made = False
        while one.stage is not Stage.SELLS and self._draw(one, week, one.stage) < factor * self._chance(one, week):
            self._move(one, week)
            made, factor = True, factor * hidden["goes_on"]
        return Met.STEP if made else Met.NO_STEP

    def _chance(self, one: Villager, week: int) -> float:
        chances: dict[str, float] = self.told["hidden"]["visit"]
        has_waited = any(week - lost < self.told["remembered_weeks"] for lost in one.unanswered)
        return chances["unanswered"] if has_waited else chances[one.stage]

    def _move(self, one: Villager, week: int) -> None:
        if one.unanswered and week - one.unanswered[-1] < self.told["remembered_weeks"]:
            one.stage = Stage.SELLS
        else:
            one.stage = STEPS[STEPS.index(one.stage) + 1]
        with_picture = self.told["hidden"]["listed_with_picture"]
        if one.stage is Stage.NO_PICTURE and self._draw(one, week, "picture") < with_picture:
            one.stage = Stage.NO_ORDER
        if one.stage is Stage.SELLS:
            one.sold_in = week

    def _week_alone(self, one: Villager, week: int) -> None:
        hidden = self.told["hidden"]
        alone, orders = hidden["alone"], hidden["order"]
        if one.stage in orders and self._draw(one, week, "order") < orders[one.stage] * one.hidden.wanted:
            if self._draw(one, week, "answer") < one.hidden.alert:
                one.stage, one.sold_in = Stage.SELLS, week
            else:
                one.unanswered.append(week)
        elif one.stage in alone:
            chance = alone[one.stage] * (1 if one.stage is Stage.WAITING else one.hidden.will)
            if self._draw(one, week, "alone") < chance:
                one.stage = STEPS[STEPS.index(one.stage) + 1]
