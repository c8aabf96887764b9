"""Businesses of the register that may be one, as nobody has said yet that they are two."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from market.sellers.models import Business, BusinessStatus
from market.sellers.queries.answers import answers_of
from market.sellers.queries.imports import known_businesses
from market.sellers.rules.twins import likely_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinPair:
    """Two businesses by id and name."""

    one_id: int
    one: str
    other_id: int
    other: str


def twin_pairs(session: Session, commune_id: int) -> list[TwinPair]:
    """Of a commune's active businesses."""
    known = known_businesses(session, commune_id, Business.status == BusinessStatus.ACTIVE)
    apart = answers_of(session, commune_id).apart
    return [
        TwinPair(one_id=one.id, one=one.said.name, other_id=other.id, other=other.said.name)
        for one, other in likely_pairs(known, apart)
    ]
