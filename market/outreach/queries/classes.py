"""Classes of a commune, who is on their lists, what came of them, and how many of a year count."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select, union
from sqlalchemy.orm import Session

from market.base.errors import NotFound
from market.catalog.models import Product
from market.outreach.models import ClassAttendee, TrainingClass
from market.outreach.rules.classes import LEAST_PEOPLE, LISTING_DAYS, ClassHolder, ClassLimits, ClassOutcome
from market.places.queries import number_on
from market.sellers.models import Business, BusinessMember, Stall
from market.values.phone import Phone

A_PAGE = 20
TARGET = "kpi.target.classes"


def limits_on(session: Session, commune_id: int, day: date) -> ClassLimits:
    """What the commune says of its classes on a day."""

    def number(key: str) -> int | None:
        found = number_on(session, commune_id, key, day)
        return found[0] if found else None

    return ClassLimits(
        least_people=number("class.least_people") or LEAST_PEOPLE,
        listing_days=number("class.listing_days") or LISTING_DAYS,
        target=number(TARGET),
    )


def class_of(session: Session, commune_id: int, class_id: int) -> TrainingClass:
    """NotFound for another commune's."""
    held = session.get(TrainingClass, class_id)
    if held is None or held.commune_id != commune_id:
        raise NotFound
    return held


def class_in_hamlets(session: Session, commune_id: int, class_id: int, hamlet_ids: Collection[int]) -> TrainingClass:
    """A class of one of some hamlets, held by the community group there; NotFound for any other."""
    held = class_of(session, commune_id, class_id)
    if held.hamlet_id not in hamlet_ids or held.holder is not ClassHolder.GROUP:
        raise NotFound
    return held


def class_by_key(session: Session, commune_id: int, key: str) -> TrainingClass:
    """The class whose code says this; NotFound for none of this commune."""
    query = select(TrainingClass).where(TrainingClass.key == key, TrainingClass.commune_id == commune_id)
    held = session.scalar(query)
    if held is None:
        raise NotFound("Mã này không phải mã của lớp nào ở đây. Mời quét lại mã treo ở lớp.")
    return held


def business_of_account(session: Session, commune_id: int, person_id: int) -> int | None:
    """The one business that is a person's; None where they have none, or several."""
    query = (
        select(BusinessMember.business_id)
        .join(Business, Business.id == BusinessMember.business_id)
        .where(BusinessMember.person_id == person_id, BusinessMember.is_confirmed, Business.commune_id == commune_id)
    )
    return _only(session.scalars(query.limit(2)).all())


def business_of_phone(session: Session, commune_id: int, phone: Phone) -> int | None:
    """The one business on the register that has this phone; None where there is none, or several."""
    query = select(Business.id).where(Business.commune_id == commune_id, Business.phone == phone)
    return _only(session.scalars(query.limit(2)).all())


def _only(found: Sequence[int]) -> int | None:
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """A class of the list with how many came, how many of these say of themselves that they are elderly or
    vulnerable, and how many listed goods in time."""

    held: TrainingClass
    people: int
    elderly: int
    vulnerable: int
    listed: int


def classes_of(session: Session, commune_id: int, limits: ClassLimits, *, first: int, most: int) -> list[ClassLine]:
    """A page of a commune's classes, the newest first."""
    query = select(TrainingClass).where(TrainingClass.commune_id == commune_id)
    return _lines(session, _page_of(session, query, first, most), limits)


def classes_of_hamlets(
    session: Session, commune_id: int, hamlet_ids: Collection[int], limits: ClassLimits, *, first: int, most: int
) -> list[ClassLine]:
    """Those that the community group held in some hamlets."""
    query = select(TrainingClass).where(
        TrainingClass.commune_id == commune_id,
        TrainingClass.hamlet_id.in_(hamlet_ids),
        TrainingClass.holder == ClassHolder.GROUP,
    )
    return _lines(session, _page_of(session, query, first, most), limits)


def _page_of(session: Session, query: Select[TrainingClass], first: int, most: int) -> Sequence[TrainingClass]:
    newest = query.order_by(TrainingClass.held_on.desc(), TrainingClass.id.desc())
    return session.scalars(newest.offset(first).limit(most)).all()


def _lines(session: Session, held: Sequence[TrainingClass], limits: ClassLimits) -> list[ClassLine]:
    ids = [one.id for one in held]
    on_list = ClassAttendee.class_id.in_(ids), ClassAttendee.struck_at.is_(None)
    counted = (
        select(
            ClassAttendee.class_id,
            func.count(),
            func.sum(case((ClassAttendee.is_elderly, 1), else_=0)),
            func.sum(case((ClassAttendee.is_vulnerable, 1), else_=0)),
        )
        .where(*on_list)
        .group_by(ClassAttendee.class_id)
    )
    found = {key: (people, old, weak) for key, people, old, weak in session.execute(counted)} if ids else {}
    outcomes = outcomes_of(session, ids)
    listed = {one.id: _in_time(outcomes.get(one.id, {}), one.held_on, limits) for one in held}
    none = (0, 0, 0)
    return [
        ClassLine(
            held=one,
            people=found.get(one.id, none)[0],
            elderly=found.get(one.id, none)[1],
            vulnerable=found.get(one.id, none)[2],
            listed=listed[one.id],
        )
        for one in held
    ]


def _in_time(outcomes: Mapping[int, ClassOutcome], held_on: date, limits: ClassLimits) -> int:
    return sum(one.is_in_time(held_on, limits.listing_days) for one in outcomes.values())


def outcomes_of(session: Session, class_ids: Collection[int]) -> dict[int, dict[int, ClassOutcome]]:
    """By class and attendee what their businesses did. Attendees without a business that has goods are left out."""
    query = select(ClassAttendee.class_id, ClassAttendee.id)
    on_list = query.where(ClassAttendee.class_id.in_(class_ids), ClassAttendee.struck_at.is_(None))
    class_of_attendee = {at: class_id for class_id, at in session.execute(on_list)} if class_ids else {}
    found: dict[int, dict[int, ClassOutcome]] = {}
    for attendee_id, outcome in _outcomes(session, class_of_attendee).items():
        found.setdefault(class_of_attendee[attendee_id], {})[attendee_id] = outcome
    return found


def _outcomes(session: Session, attendee_ids: Collection[int]) -> dict[int, ClassOutcome]:
    """Of some attendees what their businesses did: those named on the list, and those that are theirs by now. Only
    approved goods count, of whichever day they were approved."""
    if not attendee_ids:
        return {}
    among = ClassAttendee.id.in_(attendee_ids)
    named = select(ClassAttendee.id.label("attendee"), ClassAttendee.business_id.label("business")).where(
        among, ClassAttendee.business_id.is_not(None)
    )
    theirs = (
        select(ClassAttendee.id, BusinessMember.business_id)
        .join(BusinessMember, BusinessMember.person_id == ClassAttendee.person_id)
        .where(among, BusinessMember.is_confirmed)
    )
    pairs = union(named, theirs).subquery()
    after = Product.created_at >= TrainingClass.starts_at
    query = (
        select(ClassAttendee.id, func.min(case((after, Product.created_at))), func.max(case((~after, 1), else_=0)))
        .select_from(pairs)
        .join(ClassAttendee, ClassAttendee.id == pairs.c.attendee)
        .join(TrainingClass, TrainingClass.id == ClassAttendee.class_id)
        .join(Stall, Stall.business_id == pairs.c.business)
        .join(Product, and_(Product.stall_id == Stall.id, Product.is_approved))
        .group_by(ClassAttendee.id)
    )
    return {
        key: ClassOutcome(listed_at=listed_at, sold_before=bool(before))
        for key, listed_at, before in session.execute(query)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendeeLine:
    """Somebody on the list with their business's name, if any, and what came of it."""

    attendee: ClassAttendee
    business_name: str | None
    outcome: ClassOutcome | None


def attendees_of(
    session: Session, class_id: int, *, first: int = 0, most: int, with_outcomes: bool = True
) -> list[AttendeeLine]:
    """Who is on the list of a class, in the order in which they came; what came of it where it is asked for."""
    query = (
        select(ClassAttendee, Business.name)
        .outerjoin(Business, Business.id == ClassAttendee.business_id)
        .where(ClassAttendee.class_id == class_id, ClassAttendee.struck_at.is_(None))
        .order_by(ClassAttendee.id)
    )
    rows = session.execute(query.offset(first).limit(most)).all()
    outcomes = _outcomes(session, [one.id for one, _ in rows]) if with_outcomes else {}
    return [AttendeeLine(attendee=one, business_name=name, outcome=outcomes.get(one.id)) for one, name in rows]


def people_in(session: Session, class_id: int) -> int:
    """How many are on the list."""
    query = select(func.count(ClassAttendee.id))
    return session.scalars(query.where(ClassAttendee.class_id == class_id, ClassAttendee.struck_at.is_(None))).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassYear:
    """A year's classes that were held: how many in all, how many count, of the community group's and of others, with
    how many people."""

    year: int
    held: int
    counted: int
    by_group: int
    by_others: int
    people: int


def class_year(session: Session, commune_id: int, today: date, limits: ClassLimits) -> ClassYear:
    """The classes of a day's year up to that day. One counts with enough people on its list."""
    days = TrainingClass.held_on.between(date(today.year, 1, 1), today)
    people = (
        select(func.count(ClassAttendee.id))
        .where(ClassAttendee.class_id == TrainingClass.id, ClassAttendee.struck_at.is_(None))
        .correlate(TrainingClass)
        .scalar_subquery()
    )
    query = select(TrainingClass.holder, people).where(TrainingClass.commune_id == commune_id, days, _took_place())
    rows = [(holder, count or 0) for holder, count in session.execute(query)]
    counted = [holder for holder, count in rows if count >= limits.least_people]
    return ClassYear(
        year=today.year,
        held=len(rows),
        counted=len(counted),
        by_group=counted.count(ClassHolder.GROUP),
        by_others=len(counted) - counted.count(ClassHolder.GROUP),
        people=sum(count for _, count in rows),
    )


def _took_place() -> ColumnElement[bool]:
    return TrainingClass.cancelled_at.is_(None)
