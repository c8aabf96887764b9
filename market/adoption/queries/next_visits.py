"""Whom to visit this week: what the market knows of a hamlet's households, and a helper's list as it was drawn up."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from market.adoption.queries.calling import week_of
from market.adoption.queries.steps import (
    GOODS_WAIT,
    HAS_ACCOUNT,
    HAS_GOODS,
    HAS_PICTURE,
    HAS_SOLD,
    HAS_STALL,
    SOLD_WITHIN,
)
from market.adoption.rules import BASE_KINDS
from market.adoption.rules.next_visits import LOOKED_BACK, UNANSWERED_DAYS, EarlierVisit, HouseholdFacts
from market.base.db import said
from market.base.row_query import NamedRow
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.places.models import Hamlet
from market.places.queries import number_on
from market.sellers.models import (
    Business,
    BusinessMember,
    BusinessStatus,
    HelpVisit,
    Mandate,
    Post,
    PostRole,
    Stall,
    VisitPlan,
)
from market.sellers.queries import Reach
from market.sellers.queries.help_visits import STANDS
from market.sellers.queries.helping import is_helped
from market.sellers.rules.help_visits import VisitReason
from market.values.period import day_start, local_day
from market.values.phone import Phone

VISITS_A_WEEK = 8
"""So many a helper's list has where the commune says nothing (`help.visits_per_week`)."""
A_NIGHT = timedelta(hours=12)


def visits_a_week(session: Session, commune_id: int, day: date) -> int:
    known = number_on(session, commune_id, "help.visits_per_week", day)
    return known[0] if known else VISITS_A_WEEK


def household_facts(session: Session, hamlet_id: int, *, now: datetime) -> list[HouseholdFacts]:
    """What the market knows of every household of a hamlet that trades, in two statements."""
    today = local_day(now)
    visits = _visits_since(session, hamlet_id, today - LOOKED_BACK)
    flags = {
        "has_account": HAS_ACCOUNT,
        "is_waiting": or_(_claim_waits(), GOODS_WAIT & ~HAS_GOODS),
        "has_stall": HAS_STALL,
        "has_goods": or_(HAS_GOODS, GOODS_WAIT),
        "has_picture": or_(HAS_PICTURE, GOODS_WAIT & ~HAS_GOODS),  # of what waits the office speaks first
        "has_sold": HAS_SOLD,
    }
    columns = [flag.label(name) for name, flag in flags.items()]
    unanswered = _unanswered(now).label("unanswered")
    query = select(Business.id, Business.kind, unanswered, *columns).where(
        Business.hamlet_id == hamlet_id, Business.status == BusinessStatus.ACTIVE
    )
    rows = session.execute(query, {"sold_from": today - SOLD_WITHIN}).mappings()
    return [_facts(dict(row), visits[row["id"]]) for row in rows]


def _facts(row: NamedRow, visits: Sequence[EarlierVisit]) -> HouseholdFacts:
    return HouseholdFacts(
        business_id=row["id"],
        is_counted_kind=row["kind"].value in BASE_KINDS,
        has_account=row["has_account"],
        is_waiting=row["is_waiting"],
        has_stall=row["has_stall"],
        has_goods=row["has_goods"],
        has_picture=row["has_picture"],
        has_sold=row["has_sold"],
        unanswered=row["unanswered"],
        visits=visits,
    )


def _claim_waits() -> ColumnElement[bool]:
    waits = BusinessMember.business_id == Business.id, BusinessMember.is_waiting
    return exists().where(*waits).correlate(Business)


def _unanswered(now: datetime) -> ColumnElement[int]:
    """How many orders of late nobody answered in time, or has not for longer than a night."""
    ended = (Order.status == said(OrderStatus.EXPIRED)) & Order.accepted_at.is_(None)
    waits = (Order.status == said(OrderStatus.PLACED)) & (Order.placed_at <= now - A_NIGHT)
    of_late = Order.placed_at >= day_start(local_day(now) - UNANSWERED_DAYS)
    query = select(func.count()).select_from(Order).join(Stall, Stall.id == Order.stall_id)
    asked = query.where(Stall.business_id == Business.id, of_late, or_(ended, waits))
    return asked.correlate(Business).scalar_subquery()


def _visits_since(session: Session, hamlet_id: int, since: date) -> dict[int, list[EarlierVisit]]:
    query = (
        select(HelpVisit.business_id, HelpVisit.visited_on, HelpVisit.outcome, HelpVisit.next_on)
        .join(Business, Business.id == HelpVisit.business_id)
        .where(Business.hamlet_id == hamlet_id, HelpVisit.visited_on >= since, STANDS)
        .order_by(HelpVisit.visited_on, HelpVisit.id)
    )
    found: dict[int, list[EarlierVisit]] = defaultdict(list)
    for business_id, on, outcome, next_on in session.execute(query):
        found[business_id].append(EarlierVisit(on=on, outcome=outcome, next_on=next_on))
    return found


def helpers_of(session: Session, hamlet_id: int, today: date) -> list[int]:
    """Who helps in a hamlet today, the longest first."""
    held = Post.starts_on <= today, or_(Post.ends_on.is_(None), Post.ends_on >= today)
    query = select(Post.person_id).where(Post.hamlet_id == hamlet_id, Post.role == PostRole.HELPER, *held)
    return list(dict.fromkeys(session.scalars(query.order_by(Post.id))))


def mandates_among(session: Session, business_ids: Collection[int], today: date) -> dict[int, set[int]]:
    """By business who has a mandate of it that lives today."""
    lives = Mandate.revoked_at.is_(None), Mandate.starts_on <= today, Mandate.ends_on >= today
    query = select(Mandate.business_id, Mandate.helper_id).where(Mandate.business_id.in_(business_ids), *lives)
    found: dict[int, set[int]] = defaultdict(set)
    for business_id, helper_id in session.execute(query):
        found[business_id].add(helper_id)
    return found


def is_planned(session: Session, hamlet_id: int, week: date) -> bool:
    return bool(session.scalar(select(exists().where(VisitPlan.hamlet_id == hamlet_id, VisitPlan.week == week))))


def hamlets_to_plan(session: Session, commune_id: int, *, now: datetime) -> Sequence[int]:
    """The hamlets in use that have a helper and no list of this week."""
    today = local_day(now)
    held = Post.starts_on <= today, or_(Post.ends_on.is_(None), Post.ends_on >= today)
    has_helper = exists().where(Post.hamlet_id == Hamlet.id, Post.role == PostRole.HELPER, *held)
    has_list = exists().where(VisitPlan.hamlet_id == Hamlet.id, VisitPlan.week == week_of(now))
    query = select(Hamlet.id).where(Hamlet.commune_id == commune_id, Hamlet.is_active, has_helper, ~has_list)
    return session.scalars(query.order_by(Hamlet.id)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToVisit:
    """A household on a helper's list. `last_on`: when somebody was there last, within half a year."""

    id: int
    name: str
    owner_name: str | None
    phone: Phone | None
    hamlet_name: str
    reason: VisitReason
    last_on: date | None


def to_visit(session: Session, reach: Reach, *, first: int = 0, most: int) -> list[ToVisit]:
    """A helper's list of this week without who was visited in it: from the `first` on, at most so many."""
    last = (
        select(func.max(HelpVisit.visited_on))
        .where(HelpVisit.business_id == Business.id, STANDS, HelpVisit.visited_on >= reach.today - LOOKED_BACK)
        .correlate(Business)
        .scalar_subquery()
    )
    query = (
        select(
            Business.id,
            Business.name,
            Business.owner_name,
            Business.phone,
            Hamlet.name.label("hamlet_name"),
            VisitPlan.reason,
            last.label("last_on"),
        )
        .join(VisitPlan, VisitPlan.business_id == Business.id)
        .join(Hamlet, Hamlet.id == Business.hamlet_id)
        .where(*_mine(reach), ~_was_visited(reach.today), is_helped(reach))
        .order_by(VisitPlan.rank, VisitPlan.id)
    )
    return [ToVisit(**row) for row in session.execute(query.offset(first).limit(most)).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekDone:
    """How many households of a helper's list of this week there are, and to how many of them somebody has been."""

    planned: int
    visited: int


def week_done(session: Session, reach: Reach) -> WeekDone:
    visited = func.count().filter(_was_visited(reach.today))
    query: Select[int, int] = select(func.count(), visited).select_from(VisitPlan)
    row = session.execute(query.join(Business, Business.id == VisitPlan.business_id).where(*_mine(reach))).one()
    return WeekDone(planned=row[0], visited=row[1])


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _mine(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    mine = VisitPlan.helper_id == reach.helper_id, VisitPlan.commune_id == reach.commune_id
    return (*mine, VisitPlan.week == _monday(reach.today))


def _was_visited(today: date) -> ColumnElement[bool]:
    """Whether anybody was there this week, also where nobody was met."""
    this_week = HelpVisit.business_id == Business.id, HelpVisit.visited_on >= _monday(today), STANDS
    return exists().where(*this_week).correlate(Business)
