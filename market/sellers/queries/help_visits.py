"""Questions about helpers' visits: of a household, of a helper's month, and which steps were done in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from market.accounts.models import Person
from market.base.errors import NotFound
from market.sellers.models import STEP_COLUMNS, Business, HelpVisit, Mandate, Post, PostRole
from market.sellers.rules.help_visits import HelpStep, VisitOutcome, VisitPlace
from market.values.period import Period

SHOWN = 10
STANDS: ColumnElement[bool] = HelpVisit.withdrawn_at.is_(None)
"""That a visit was not taken back."""
IS_DONE: ColumnElement[bool] = HelpVisit.outcome.in_([one for one in VisitOutcome if one.is_done])


def was_done(step: HelpStep) -> ColumnElement[bool]:
    """Whether a helper has done a step with a business, of any query over `business`."""
    did: ColumnElement[bool] = getattr(HelpVisit, STEP_COLUMNS[step])
    return exists().where(HelpVisit.business_id == Business.id, STANDS, IS_DONE, did).correlate(Business)


def visits_to(session: Session, business_id: int, *, most: int = SHOWN) -> Sequence[HelpVisit]:
    """The visits to a business with their helpers, newest first."""
    query = select(HelpVisit).where(HelpVisit.business_id == business_id, STANDS).options(joinedload(HelpVisit.helper))
    return session.scalars(query.order_by(HelpVisit.visited_on.desc(), HelpVisit.id.desc()).limit(most)).all()


def last_place(session: Session, helper_id: int) -> VisitPlace | None:
    """Where a helper's newest visit was."""
    query = select(HelpVisit.place).where(HelpVisit.helper_id == helper_id)
    return session.scalar(query.order_by(HelpVisit.id.desc()).limit(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfVisits:
    """A helper's month in counts; `done` of each step: how many visits finished it."""

    visits: int
    households: int
    done: dict[HelpStep, int]


def month_counts(session: Session, commune_id: int, helper_id: int, days: Period) -> MonthOfVisits:
    of_step = [
        func.count().filter(IS_DONE, getattr(HelpVisit, column)).label(step.name)
        for step, column in STEP_COLUMNS.items()
    ]
    query = select(func.count().label("visits"), func.count(HelpVisit.business_id.distinct()), *of_step)
    visits, households, *done = session.execute(query.where(*_of_month(commune_id, helper_id, days))).one()
    return MonthOfVisits(visits=visits, households=households, done=dict(zip(STEP_COLUMNS, done, strict=True)))


def visits_of_month(
    session: Session, commune_id: int, helper_id: int, days: Period, *, first: int, most: int
) -> Sequence[HelpVisit]:
    """A helper's visits of some days with their businesses, oldest first."""
    query = select(HelpVisit).where(*_of_month(commune_id, helper_id, days))
    query = query.options(joinedload(HelpVisit.business).joinedload(Business.hamlet))
    return session.scalars(query.order_by(HelpVisit.visited_on, HelpVisit.id).offset(first).limit(most)).all()


def _of_month(commune_id: int, helper_id: int, days: Period) -> tuple[ColumnElement[bool], ...]:
    return (
        HelpVisit.helper_id == helper_id,
        HelpVisit.commune_id == commune_id,
        HelpVisit.visited_on.between(days.start, days.end),
        STANDS,
    )


def helper_named(session: Session, commune_id: int, person_id: int) -> Person:
    """Somebody who is or was a helper in a commune; NotFound for anybody else."""
    was = exists().where(Post.person_id == Person.id, Post.commune_id == commune_id, Post.role == PostRole.HELPER)
    person = session.scalar(select(Person).where(Person.id == person_id, was))
    if person is None:
        raise NotFound
    return person


def is_mandated(today: date) -> ColumnElement[bool]:
    """Whether a mandate of a business lives on a day, of any query over `business`."""
    lives = Mandate.revoked_at.is_(None), Mandate.starts_on <= today, Mandate.ends_on >= today
    return exists().where(Mandate.business_id == Business.id, *lives).correlate(Business)
