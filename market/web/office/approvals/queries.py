"""What waits for the office."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from market.catalog.models import Product
from market.sellers.models import Business, BusinessMember, BusinessProposal, ChangeRequest, Stall

MOST_COUNTED = 200
"""What waits is counted so far: the number stands on every page of the office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeQueue:
    """How many things wait for the office: goods to approve, sellers' claims and proposals, changes."""

    goods: int
    sellers: int
    changes: int

    @property
    def all(self) -> int:
        return self.goods + self.sellers + self.changes


def told(number: int) -> str:
    """`200+` where more may wait than was counted."""
    return f"{MOST_COUNTED}+" if number >= MOST_COUNTED else str(number)


def waiting_for(session: Session, commune_id: int) -> OfficeQueue:
    """What waits for an answer of a commune's office, in one statement: of each no more is counted than is told."""
    goods = select(Product.id).where(Product.commune_id == commune_id, Product.is_waiting)
    claims = (
        select(BusinessMember.id)
        .join(BusinessMember.business)
        .where(
            Business.commune_id == commune_id,
            BusinessMember.is_waiting,
        )
    )
    proposals = select(BusinessProposal.id).where(
        BusinessProposal.commune_id == commune_id, BusinessProposal.is_waiting
    )
    changes = (
        select(ChangeRequest.id)
        .join(ChangeRequest.stall)
        .where(Stall.commune_id == commune_id, ChangeRequest.is_waiting)
    )
    parts = [
        select(func.count()).select_from(part.limit(MOST_COUNTED).subquery()).scalar_subquery()
        for part in (goods, claims, proposals, changes)
    ]
    found = session.execute(select(*parts)).one()
    return OfficeQueue(goods=found[0], sellers=found[1] + found[2], changes=found[3])
