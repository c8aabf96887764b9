"""Questions about stalls: by address, a person's own, and by what right a person acts for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Date, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from market.sellers.models import Business, BusinessMember, Mandate, OldStallSlug, Stall
from market.sellers.queries.posts import is_live
from market.sellers.queries.visits import VISIT_ROWS, Visit, read_visits

_BY_SLUG = (
    select(Stall)
    .where(Stall.commune_id == bindparam("commune", type_=BigInteger()), Stall.slug == bindparam("slug"))
    .options(joinedload(Stall.business).joinedload(Business.hamlet))
)


def stall_by_slug(session: Session, commune_id: int, slug: str) -> Stall | None:
    return session.scalar(_BY_SLUG, {"commune": commune_id, "slug": slug})


_WITH_VISITS = _BY_SLUG.add_columns(VISIT_ROWS)


def stall_with_visits(session: Session, commune_id: int, slug: str) -> tuple[Stall, tuple[Visit, ...]] | None:
    """The stall at an address, and where it comes: asked in one statement."""
    row = session.execute(_WITH_VISITS, {"commune": commune_id, "slug": slug}).one_or_none()
    return (row[0], read_visits(row[1])) if row else None


def stall_of(session: Session, stall_id: int) -> Stall:
    return session.get_one(Stall, stall_id)


def stall_of_business(session: Session, business_id: int) -> Stall | None:
    return session.scalar(select(Stall).where(Stall.business_id == business_id))


def slug_now(session: Session, commune_id: int, old_slug: str) -> str | None:
    """The present slug of a stall that once had this one."""
    query = (
        select(Stall.slug)
        .join(OldStallSlug, OldStallSlug.stall_id == Stall.id)
        .where(OldStallSlug.commune_id == commune_id, OldStallSlug.slug == old_slug)
    )
    return session.scalar(query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """On what grounds a person acts for a business: as its member, or under a helper's mandate."""

    mandate_id: int | None


def _confirmed(person_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    return and_(BusinessMember.person_id == person_id, BusinessMember.is_confirmed)


def _grounds(
    business_id: ColumnElement[int] | InstrumentedAttribute[int],
) -> tuple[ColumnElement[bool], ColumnElement[int | None]]:
    """Of a `person` who acts for a business: whether they are its member; and by which mandate they may act `today`, of
    several by the one given last."""
    person = bindparam("person", type_=BigInteger())
    member = select(BusinessMember.id).where(_confirmed(person), BusinessMember.business_id == business_id)
    mandate = select(func.max(Mandate.id)).where(
        *is_live(person, bindparam("today", type_=Date())), Mandate.business_id == business_id
    )
    return member.exists().label("is_member"), mandate.scalar_subquery().label("mandate_id")


def _right(is_member: bool, mandate_id: int | None) -> Right | None:
    if is_member:
        return Right(mandate_id=None)
    return Right(mandate_id=mandate_id) if mandate_id else None


_RIGHT = select(*_grounds(bindparam("business", type_=BigInteger())))


def right_to(session: Session, business_id: int, person_id: int, today: date) -> Right | None:
    """The person's right to act for the business today; None where there is none."""
    asked = {"person": person_id, "business": business_id, "today": today}
    return _right(*session.execute(_RIGHT, asked).one())


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStall:
    """A stall that a person has a right to run today; by a helper's mandate where one is named."""

    stall_id: int
    business_id: int
    commune_id: int
    slug: str
    name: str
    mandate_id: int | None


_RUN = select(
    Stall.id, Stall.business_id, Stall.commune_id, Stall.slug, Stall.name, *_grounds(Stall.business_id)
).where(Stall.commune_id == bindparam("commune", type_=BigInteger()), Stall.slug == bindparam("slug"))


def stall_run_by(session: Session, person_id: int, commune_id: int, slug: str, today: date) -> RunStall | None:
    """The stall at this address, where the person has a `right_to` its business today: asked in one statement, and of
    its present address alone."""
    asked = {"person": person_id, "commune": commune_id, "slug": slug, "today": today}
    row = session.execute(_RUN, asked).one_or_none()
    right = _right(row.is_member, row.mandate_id) if row else None
    if row is None or right is None:
        return None
    return RunStall(
        stall_id=row.id,
        business_id=row.business_id,
        commune_id=row.commune_id,
        slug=row.slug,
        name=row.name,
        mandate_id=right.mandate_id,
    )


def stalls_of_person(session: Session, commune_id: int, person_id: int) -> Sequence[Stall]:
    """The stalls whose business a person is a confirmed member of."""
    query = (
        select(Stall)
        .join(BusinessMember, BusinessMember.business_id == Stall.business_id)
        .where(Stall.commune_id == commune_id, _confirmed(person_id))
        .order_by(Stall.id)
    )
    return session.scalars(query).all()
