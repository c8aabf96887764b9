"""The office's ordinary work for a year: the market draws buyers to call every week and raises its flags; the officers
call, and look at some of what is flagged, with some error."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from bench.village.commune import Village
from bench.village.people import Deal
from bench.village.rows import moment
from bench.village.trades import YEAR
from market.adoption.jobs import draw_samples, look_through
from market.adoption.models import BuyerCall, CallDraw, EvidenceReview
from market.adoption.queries import board_of, with_proofs
from market.adoption.rules import BusinessStanding, CallCause, CallOutcome, Figure, ReviewWay, State, Verdict
from market.base import clock
from market.base.db import reading, transaction
from tests.adoption.entered import enter_ledger

TRIES = 3
"""An officer calls again on the two following days."""
CONFUSED = 0.015
"""How often an honest buyer's phone is picked up by somebody who knows of no order."""
WEEKS_BETWEEN_LOOKS = 13
"""The market raises flags every five minutes; here four times a year, and at the end."""
LOOKS = 60
"""Of what is flagged, so much is looked at before the cut-off: three officers, one a working day each for a month."""
RIGHT = 0.98


def work(village: Village) -> tuple[Figure, Figure]:
    """A year of the office in the village as it was written; the figures before and after officers looked."""
    for week in range(YEAR // 7, -1, -1):
        with _clock_at(moment(village.day(7 * week), 8 * 60)) as now:
            draw_samples(now)
            _call_drawn(village, now)
            if week % WEEKS_BETWEEN_LOOKS == 0:
                _raise_flags(village)
    evening = moment(village.today, 23 * 60)
    with _clock_at(evening):
        _raise_flags(village)
        at_first = _figure(village, evening)
        _look(village, at_first, evening)
        _raise_flags(village)
        return at_first, _figure(village, evening)


@contextmanager
def _clock_at(time: datetime) -> Iterator[datetime]:
    """The market's clock stands at a moment."""
    real, clock.now = clock.now, lambda: time
    try:
        yield time
    finally:
        clock.now = real


def _raise_flags(village: Village) -> None:
    while look_through(village.commune):
        pass


def _figure(village: Village, known_at: datetime) -> Figure:
    """As the page counts it, with the sales that it shows; the ledger is told of what was put straight into tables."""
    with transaction() as writing:
        enter_ledger(writing, village.commune)
    board = board_of(reading(), village.commune, village.today, known_at=known_at)
    figure = board.figure
    return replace(figure, standings=tuple(with_proofs(reading(), board.sources, figure.window, figure.standings)))


# --- calls ------------------------------------------------------------------------------------------------------------


def _call_drawn(village: Village, now: datetime) -> None:
    """Call whom this week's sample wants called; who is not reached is tried again."""
    drawn = select(CallDraw.order_id).where(CallDraw.drawn_at == now).order_by(CallDraw.rank)
    for order in reading().scalars(drawn).all():
        _call(village, order, now)
    write(village)


def _call(village: Village, order: int, now: datetime) -> None:
    household, deal = village.deals[order]
    for tries in range(TRIES):
        outcome = _answer(village, deal, is_honest=household.scheme is None)
        village.rows.add(
            BuyerCall,
            commune_id=village.commune,
            order_id=order,
            cause=CallCause.SAMPLE,
            outcome=outcome,
            note="",
            called_by=village.officers[0].person_id,
            called_at=min(now + timedelta(days=tries), moment(village.today, 22 * 60)),
        )
        if outcome is not CallOutcome.NO_ANSWER:
            return


def _answer(village: Village, deal: Deal, *, is_honest: bool) -> CallOutcome:
    dice, buyer = village.dice, deal.buyer
    if dice.random() > buyer.reached:
        return CallOutcome.NO_ANSWER
    if buyer.answer == "no":
        return dice.choice((CallOutcome.DENIED, CallOutcome.WRONG_NUMBER))
    return CallOutcome.DENIED if is_honest and dice.random() < CONFUSED else CallOutcome.CONFIRMED


# --- flags ------------------------------------------------------------------------------------------------------------


def _look(village: Village, figure: Figure, now: datetime) -> None:
    """Decide on some of the households that wait for it, drawn at random; an officer's friends come first."""
    waiting = list(figure.in_state(State.TO_REVIEW))
    village.dice.shuffle(waiting)
    waiting.sort(key=lambda one: one.business_id not in village.vouched)
    for standing in waiting[:LOOKS]:
        _decide(village, standing, now)
    write(village)


def _decide(village: Village, standing: BusinessStanding, now: datetime) -> None:
    if standing.proof is None:
        return
    household, _ = village.deals[standing.proof.order_id]
    friend, is_right = village.vouched.get(household.business), village.dice.random() < RIGHT
    counts = friend is not None or (household.scheme is None) is is_right
    if not counts:
        village.refused.add(household.business)
    village.rows.add(
        EvidenceReview,
        order_id=standing.proof.order_id,
        verdict=Verdict.COUNTS if counts else Verdict.DOES_NOT_COUNT,
        way=ReviewWay.CALLED,
        reason="đã hỏi",
        reviewed_by=(friend or village.officers[0]).person_id,
        reviewed_at=now,
    )


def write(village: Village) -> None:
    """Enter what waits."""
    with transaction() as writing:
        village.rows.write(writing.connection())
