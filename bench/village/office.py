"""The office's ordinary work: it looks at some of what is doubted, and is right about most of it."""

from sqlalchemy.orm import Session

from bench.village.commune import Village
from bench.village.rows import moment
from market.adoption.models import EvidenceReview
from market.adoption.queries import board_of
from market.adoption.rules import BusinessStanding, Figure, State, Verdict

LOOKS = 40
"""Of what is doubted, so much is looked at before the cut-off: two officers, an afternoon a week for a month."""
RIGHT = 0.98


def figure_of(session: Session, village: Village) -> Figure:
    """The market's own figure at the end of the day of the cut-off."""
    known_at = moment(village.today, 24 * 60 - 1)
    return board_of(session, village.commune, village.today, known_at=known_at).figure


def look(village: Village, figure: Figure) -> None:
    """Decide on some of the households that wait for it, drawn at random."""
    waiting = list(figure.in_state(State.TO_REVIEW))
    village.dice.shuffle(waiting)
    for standing in waiting[:LOOKS]:
        _decide(village, standing)


def _decide(village: Village, standing: BusinessStanding) -> None:
    if standing.proof is None:
        return
    household, _ = village.deals[standing.proof.order_id]
    counts = (household.scheme is None) is (village.dice.random() < RIGHT)
    if not counts:
        village.refused.add(household.business)
    village.rows.add(
        EvidenceReview,
        order_id=standing.proof.order_id,
        verdict=Verdict.COUNTS if counts else Verdict.DOES_NOT_COUNT,
        reason="đã hỏi",
        reviewed_by=village.officers[0].person_id,
        reviewed_at=moment(village.today, 12 * 60),
    )
