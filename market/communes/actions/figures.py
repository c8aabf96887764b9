"""A commune's figures of a day are kept for the city, counted by the same definitions everywhere."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.adoption.queries import board_of
from market.adoption.rules import DEFINITIONS
from market.base.db import lock_name, upsert
from market.communes.models import CommuneFigure
from market.communes.queries.rollout import OF_THE_COUNTRY, rollout_of
from market.values.period import local_day

Numbers = dict[str, object]


def reckon(session: Session, commune_id: int, *, now: datetime) -> Numbers:
    """What a commune's figures are today, as known now: shares and counts, nothing of one person. A hamlet is active by
    the country's rule, whatever the commune set for itself. Read outside any transaction: it takes its time."""
    today = local_day(now)
    board = board_of(session, commune_id, today, known_at=now)
    figure = board.figure
    rollout = rollout_of(session, commune_id, today, rule_of=OF_THE_COUNTRY)
    return {
        "as_of": today,
        "reckoned_at": now,
        "definition": DEFINITIONS[0].version,
        "base": figure.base,
        "counted": figure.counted,
        "with_account": figure.with_account,
        "annex_part": figure.annex.part,
        "annex_whole": figure.annex.whole,
        "farms_part": figure.farms.part,
        "farms_whole": figure.farms.whole,
        "target": board.targets.plan,
        "hamlets": len(rollout.hamlets),
        "hamlets_on": rollout.on,
        "hamlets_active": rollout.active,
        "stalls": rollout.stalls,
    }


def keep_figures(session: Session, commune_id: int, numbers: Numbers) -> bool:
    """Keep a commune's figures of a day; whether they are newer than what was kept of that day. What was counted before
    never takes the place of what was counted after it."""
    lock_name(session, "commune_figure", commune_id)
    mine = CommuneFigure.commune_id == commune_id, CommuneFigure.as_of == numbers["as_of"]
    kept = session.scalar(select(CommuneFigure.reckoned_at).where(*mine))
    reckoned_at = numbers["reckoned_at"]
    if kept is not None and isinstance(reckoned_at, datetime) and kept >= reckoned_at:
        return False
    row = {"commune_id": commune_id, **numbers}
    session.execute(
        upsert(session, CommuneFigure)
        .values(row)
        .on_conflict_do_update(index_elements=["commune_id", "as_of"], set_=dict(numbers))
    )
    return True
