"""The office rings up a few buyers every week, drawn at random from that week's orders, and writes down what they say."""

from collections import defaultdict

from bench.village.commune import Village
from bench.village.people import Deal
from bench.village.rows import moment
from market.adoption.models import BuyerCall
from market.adoption.rules import CallCause, CallOutcome

CALLS_A_WEEK = 10
TRIES = 2
CONFUSED = 0.015
"""How often an honest buyer's phone is picked up by somebody who knows of no order."""
MADE_UP = "no"


def call(village: Village) -> None:
    """A year of call-backs."""
    weeks: dict[int, list[int]] = defaultdict(list)
    for order, (_, deal) in village.deals.items():
        if deal.is_completed and deal.code:
            weeks[deal.days // 7].append(order)
    for week in sorted(weeks, reverse=True):
        drawn = village.dice.sample(weeks[week], min(CALLS_A_WEEK, len(weeks[week])))
        for order in drawn:
            _call(village, order, days=max(7 * week - 1, 0))


def _call(village: Village, order: int, *, days: int) -> None:
    household, deal = village.deals[order]
    for time in range(TRIES):
        outcome = _outcome(village, deal, is_honest=household.scheme is None)
        village.rows.add(
            BuyerCall,
            commune_id=village.commune,
            order_id=order,
            cause=CallCause.SAMPLE,
            outcome=outcome,
            note="",
            called_by=village.officers[time].person_id,
            called_at=moment(village.day(max(days - time, 0)), 9 * 60),
        )
        if outcome is not CallOutcome.NO_ANSWER:
            return


def _outcome(village: Village, deal: Deal, *, is_honest: bool) -> CallOutcome:
    dice, buyer = village.dice, deal.buyer
    if dice.random() > buyer.reached:
        return CallOutcome.NO_ANSWER
    if buyer.answer == MADE_UP:
        return dice.choice((CallOutcome.DENIED, CallOutcome.WRONG_NUMBER))
    return CallOutcome.DENIED if is_honest and dice.random() < CONFUSED else CallOutcome.CONFIRMED
