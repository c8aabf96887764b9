"""What the page of one business lists, which several slices know: how long each list is."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from market.adoption.models import PlatformAccount
from market.base.db import Base
from market.sellers.models import (
    BusinessHistory,
    BusinessMember,
    BusinessMerge,
    Certificate,
    Mandate,
    RegisterJoin,
    UnreadCell,
    Verification,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How many rows of a kind a business has. `unread`: cells that wait; `ended`: verifications that are no more."""

    unread: int
    joins: int
    merges: int
    history: int
    members: int
    ended: int
    accounts: int
    certificates: int
    mandates: int


def lengths_of(session: Session, business_id: int) -> Lengths:
    """In one statement."""
    counts = {
        "unread": _count(UnreadCell).where(UnreadCell.business_id == business_id, UnreadCell.closed_at.is_(None)),
        "joins": _count(RegisterJoin).where(RegisterJoin.business_id == business_id),
        "merges": _count(BusinessMerge).where(BusinessMerge.into_id == business_id),
        "history": _count(BusinessHistory).where(BusinessHistory.business_id == business_id),
        "members": _count(BusinessMember).where(BusinessMember.business_id == business_id, BusinessMember.is_confirmed),
        "ended": _count(Verification).where(
            Verification.business_id == business_id, Verification.ended_at.is_not(None)
        ),
        "accounts": _count(PlatformAccount).where(PlatformAccount.business_id == business_id),
        "certificates": _count(Certificate).where(Certificate.business_id == business_id),
        "mandates": _count(Mandate).where(Mandate.business_id == business_id),
    }
    asked = (count.scalar_subquery().label(name) for name, count in counts.items())
    return Lengths(**session.execute(select(*asked)).mappings().one())


def _count(model: type[Base]) -> Select[int]:
    return select(func.count()).select_from(model)
