"""Questions of a helper: the businesses of their hamlets, and how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
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


Helped = Select[int, str, str | None, Phone | None, str, bool, str, int, date]
"""Its columns, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a helper sees: the hamlets of their posts, and their mandates of a day."""

    commune_id: int
    hamlet_ids: Collection[int]
    helper_id: int
    today: date


def helped_businesses(
    session: Session, reach: Reach, *, first: int = 0, most: int | None = None
) -> list[HelpedBusiness]:
    """The businesses of a helper's hamlets that have not ended, and those elsewhere under a mandate of theirs, by name:
    from the `first` on, at most so many."""
    page = helped_ids(reach).order_by(Business.folded, Business.id).offset(first).limit(most).subquery()
    rows = session.execute(_helped(reach, select(page.c.id))).mappings()
    return [HelpedBusiness(**row) for row in rows]


def helped_business(session: Session, reach: Reach, business_id: int) -> HelpedBusiness:
    """One business that a helper may see; NotFound for any other."""
    one = helped_ids(reach).where(Business.id == business_id)
    row = session.execute(_helped(reach, one)).mappings().one_or_none()
    if row is None:
        raise NotFound
    return HelpedBusiness(**row)


def helped_among(session: Session, reach: Reach, business_ids: Collection[int]) -> dict[int, HelpedBusiness]:
    """Those of these businesses that a helper may see, by id."""
    rows = session.execute(_helped(reach, helped_ids(reach).where(Business.id.in_(business_ids)))).mappings()
    return {row["id"]: HelpedBusiness(**row) for row in rows}


def helped_ids(reach: Reach) -> Select[int]:
    """The ids of all businesses that a helper may see."""
    return select(Business.id).where(is_helped(reach))


def is_helped(reach: Reach) -> ColumnElement[bool]:
    """Whether a helper may see a business, of any query over `business`."""
    mandated = select(Mandate.business_id).where(*is_live(reach.helper_id, reach.today))
    in_hamlets = and_(Business.hamlet_id.in_(reach.hamlet_ids), Business.status != BusinessStatus.TERMINATED)
    return and_(Business.commune_id == reach.commune_id, or_(Business.id.in_(mandated), in_hamlets))


def mandated_ids(reach: Reach) -> Select[int]:
    """The ids of the businesses that have given a helper a mandate which lives today."""
    mandated = select(Mandate.business_id).where(*is_live(reach.helper_id, reach.today))
    return select(Business.id).where(Business.commune_id == reach.commune_id, Business.id.in_(mandated))


def _helped(reach: Reach, ids: Select[int]) -> Helped:
    """The columns of `HelpedBusiness` of these; of several live mandates the latest."""
    latest = select(func.max(Mandate.id)).where(
        *is_live(reach.helper_id, reach.today), Mandate.business_id == Business.id
    )
    columns = (
        Business.id,
        Business.name,
        Business.owner_name,
        Business.phone,
        Hamlet.name.label("hamlet_name"),
        _HAS_ACCOUNT.label("has_account"),
        Stall.slug.label("stall_slug"),
        Mandate.id.label("mandate_id"),
        Mandate.ends_on,
    )
    return (
        select(*columns)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .outerjoin(Stall, Stall.business_id == Business.id)
        .outerjoin(Mandate, Mandate.id == latest.correlate(Business).scalar_subquery())
        .where(Business.id.in_(ids))
        .order_by(Business.folded, Business.id)
    )


_HAS_ACCOUNT = exists().where(
    BusinessMember.business_id == Business.id,
    BusinessMember.is_confirmed,
)
