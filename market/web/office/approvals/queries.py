"""What waits for the office."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from market.base.db import AnyParameter
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


_COMMUNE: AnyParameter = bindparam("commune_id")
_WAITING = (
    select(Product.id).where(Product.commune_id == _COMMUNE, Product.is_waiting),
    select(BusinessMember.id)
    .join(Business, Business.id == BusinessMember.business_id)
    .where(Business.commune_id == _COMMUNE, BusinessMember.is_waiting),
    select(BusinessProposal.id).where(BusinessProposal.commune_id == _COMMUNE, BusinessProposal.is_waiting),
    select(ChangeRequest.id)
    .join(Stall, Stall.id == ChangeRequest.stall_id)
    .where(Stall.commune_id == _COMMUNE, ChangeRequest.is_waiting),
)
_COUNTED = select(
    *(select(func.count()).select_from(part.limit(MOST_COUNTED).subquery()).scalar_subquery() for part in _WAITING)
)
"""Built once: it is asked on every page of the office, and building it took as long as all else of the question."""


def waiting_for(session: Session, commune_id: int) -> OfficeQueue:
    """What waits for an answer of a commune's office, in one statement: of each no more is counted than is told."""
    goods, claims, proposals, changes = session.execute(_COUNTED, {"commune_id": commune_id}).one()
    return OfficeQueue(goods=goods, sellers=claims + proposals, changes=changes)
