"""The OCOP products of a year: every certificate of the kind that an officer has looked at and that held in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.places.models import Hamlet
from market.sellers.models import Business, Certificate

MOST = 500
"""More than a commune has: the file of so many takes some seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopProduct:
    """`scope` is what the certificate is for, `kind` names its stars."""

    scope: str
    kind: str
    business: str
    hamlet: str
    number: str
    issuer: str
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def ocop_of_year(session: Session, commune_id: int, year: int) -> Sequence[OcopProduct]:
    """By hamlet and name."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = (
        select(Certificate, Business.name, Hamlet.name)
        .join(Business, Business.id == Certificate.business_id)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .where(
            Business.commune_id == commune_id,
            Certificate.kind.startswith("OCOP"),
            Certificate.checked_at.is_not(None),
            Certificate.valid_from <= last,
            Certificate.valid_to.is_(None) | (Certificate.valid_to >= first),
        )
        .order_by(Hamlet.sort_key, Business.folded, Certificate.id)
        .limit(MOST)
    )
    return [
        OcopProduct(
            scope=paper.scope,
            kind=paper.kind,
            business=business,
            hamlet=hamlet,
            number=paper.number,
            issuer=paper.issuer,
            valid_from=paper.valid_from,
            valid_to=paper.valid_to,
        )
        for paper, business, hamlet in session.execute(query)
    ]
