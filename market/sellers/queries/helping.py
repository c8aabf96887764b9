"""Questions of a helper: the businesses of their hamlets, and how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.places.models import Hamlet
from market.sellers.models import Business, BusinessMember, BusinessStatus, Mandate, Stall
from market.sellers.queries.posts import is_live
from market.values.phone import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpedBusiness:
    """A business as a helper sees it. `mandate_id` and `ends_on` are of the helper's own live mandate."""

    id: int
    name: str
    owner_name: str | None
    phone: Phone | None
    hamlet_name: str
    has_account: bool
    stall_slug: str | None
    mandate_id: int | None
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a helper sees: the hamlets of their posts, and their mandates of a day."""

    commune_id: int
    hamlet_ids: Collection[int]
    helper_id: int
    today: date


def helped_businesses(session: Session, reach: Reach) -> list[HelpedBusiness]:
    """The businesses of a helper's hamlets that have not ended, and those elsewhere under a mandate of theirs."""
    found = {
        row.id: HelpedBusiness(
            id=row.id,
            name=row.name,
            owner_name=row.owner_name,
            phone=row.phone,
            hamlet_name=row.hamlet_name,
            has_account=bool(row.has_account),
            stall_slug=row.slug,
            mandate_id=row.mandate_id,
            ends_on=row.ends_on,
        )
        for row in session.execute(_reached(reach))
    }
    return list(found.values())


def helped_business(session: Session, reach: Reach, business_id: int) -> HelpedBusiness:
    """One business that a helper may see; NotFound for any other."""
    for business in helped_businesses(session, reach):
        if business.id == business_id:
            return business
    raise NotFound


def _reached(reach: Reach) -> Select[tuple[object, ...]]:
    """One row a business and live mandate; the latest mandate comes last."""
    mandate = select(Mandate).where(*is_live(reach.helper_id, reach.today)).subquery()
    in_hamlets = and_(Business.hamlet_id.in_(reach.hamlet_ids), Business.status != BusinessStatus.TERMINATED)
    columns = (
        Business.id,
        Business.name,
        Business.owner_name,
        Business.phone,
        Hamlet.name.label("hamlet_name"),
        _HAS_ACCOUNT.label("has_account"),
        Stall.slug,
        mandate.c.id.label("mandate_id"),
        mandate.c.ends_on,
    )
    return (
        select(*columns)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .outerjoin(Stall, Stall.business_id == Business.id)
        .outerjoin(mandate, mandate.c.business_id == Business.id)
        .where(Business.commune_id == reach.commune_id, or_(mandate.c.id.is_not(None), in_hamlets))
        .order_by(Business.folded, Business.id, mandate.c.id)
    )


_HAS_ACCOUNT = exists().where(
    BusinessMember.business_id == Business.id,
    BusinessMember.is_confirmed,
)
