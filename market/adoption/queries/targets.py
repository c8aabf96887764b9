"""The hamlets' target boards: how many households have done each step, beside what the commune wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from market.adoption.queries.steps import steps_by_hamlet
from market.adoption.rules.step_targets import TARGET_FACTS, StepTarget
from market.places.queries import number_on
from market.sellers.rules.help_visits import HelpStep


@dataclass(frozen=True, slots=True, kw_only=True)
class HamletBoard:
    """One hamlet's. `visits`: of this calendar month."""

    hamlet_id: int
    hamlet: str
    households: int
    visits: int
    steps: Sequence[StepTarget]


def hamlet_targets(
    session: Session, commune_id: int, today: date, *, hamlet_ids: Sequence[int] | None = None
) -> list[HamletBoard]:
    """Every hamlet in use, or some of them, in Vietnamese order."""
    known = {step: number_on(session, commune_id, key, today) for step, key in TARGET_FACTS.items()}
    targets = {step: number[0] for step, number in known.items() if number}
    return [
        HamletBoard(
            hamlet_id=one.hamlet_id,
            hamlet=one.hamlet,
            households=one.households,
            visits=one.visits,
            steps=[
                StepTarget(step=step, done=one.done[step], households=one.households, target=targets.get(step))
                for step in HelpStep
            ],
        )
        for one in steps_by_hamlet(session, commune_id, today, hamlet_ids=hamlet_ids)
    ]
