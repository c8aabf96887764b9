"""Certificates that end soon, and whom to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.errors import Refused
from market.outreach.rules.papers import WARN_DAYS, WARN_FACT, read_warn_days
from market.places.queries import fact_on
from market.sellers.models import Business, Certificate

MOST_AT_ONCE = 5000
"""So many papers are looked at in a round: no commune has so many that end within half a year."""


def warn_days_on(session: Session, commune_id: int, day: date) -> Sequence[int]:
    """At which distances a commune has it said that a paper ends; what it wrote wrongly before does not count."""
    said = fact_on(session, commune_id, WARN_FACT, day)
    try:
        return read_warn_days(said) if said else WARN_DAYS
    except (ValueError, Refused):
        return WARN_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingPaper:
    """A paper in force that ends, with its business."""

    id: int
    kind: str
    number: str
    scope: str
    valid_to: date
    business_id: int
    business: str


def ending_papers(
    session: Session, commune_id: int, today: date, within: int, *, first: int = 0, most: int = MOST_AT_ONCE
) -> list[EndingPaper]:
    """The papers of a commune that end within so many days, today included, the first to end first."""
    columns = (
        Certificate.id,
        Certificate.kind,
        Certificate.number,
        Certificate.scope,
        Certificate.valid_to,
        Business.id.label("business_id"),
        Business.name.label("business"),
    )
    query = (
        select(*columns)
        .join(Business, Business.id == Certificate.business_id)
        .where(
            Business.commune_id == commune_id,
            Certificate.checked_at.is_not(None),
            Certificate.valid_to.between(today, today + timedelta(days=within)),
        )
        .order_by(Certificate.valid_to, Certificate.id)
    )
    return [EndingPaper(**row._mapping) for row in session.execute(query.offset(first).limit(most))]
