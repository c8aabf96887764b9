"""Questions about stories: whom the market knows something good of, what is shown, what the year has."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from market.base.db import said
from market.base.errors import NotFound
from market.base.seen import Facts
from market.catalog.queries.public import is_open
from market.feedback.models import Story, StoryConsent
from market.feedback.rules.stories import (
    LEADS_OF_A_KIND,
    LEAST_ALONE,
    LEAST_IN_SEASON,
    LOOKED_BACK,
    NO_STORY,
    SEASON,
    StoryGround,
    told,
)
from market.orders.models import Order
from market.orders.rules import OrderStatus
from market.places.models import Hamlet
from market.places.queries import number_on
from market.sellers.models import Business, BusinessStatus, Certificate, Mandate, Stall
from market.values.period import day_start, local_day

MOST_OF_ONE = 50
A_YEAR = "story.year"
"""The dated fact that says how many stories a commune tells in a year."""


def is_agreed() -> ColumnElement[bool]:
    """Of stories: whether a consent to the very text holds. Said so that PostgreSQL looks at it for each story, and
    does not make a table of all consents."""
    holds = StoryConsent.story_id == Story.id, StoryConsent.digest == Story.digest, StoryConsent.withdrawn_at.is_(None)
    one = select(StoryConsent.id).where(*holds).limit(1)
    return one.correlate(Story).scalar_subquery().is_not(None)


def is_shown() -> ColumnElement[bool]:
    """Of stories: whether everybody may read one."""
    return and_(Story.published_at.is_not(None), is_agreed())


def shown_stories(session: Session, commune_id: int, first: int, most: int) -> Sequence[Story]:
    """What everybody may read, the newest first: from the `first` on, at most so many."""
    query = select(Story).where(Story.commune_id == commune_id, is_shown())
    return session.scalars(query.order_by(Story.published_at.desc(), Story.id.desc()).offset(first).limit(most)).all()


def shown_story(session: Session, commune_id: int, slug: str) -> Story:
    """A story that everybody may read, with its business; NotFound for one that nobody may."""
    query = select(Story).where(Story.commune_id == commune_id, Story.slug == slug, is_shown())
    return _found(session.scalar(query.options(joinedload(Story.business).joinedload(Business.hamlet))))


def story_with_id(session: Session, commune_id: int, story_id: int) -> Story:
    """A story as the office sees it, with its business; NotFound for another commune's."""
    query = select(Story).where(Story.id == story_id, Story.commune_id == commune_id)
    return _found(session.scalar(query.options(joinedload(Story.business))))


def story_of_business(session: Session, business_id: int, story_id: int) -> Story:
    """A story as its own people see it; NotFound for another's."""
    return _found(session.scalar(select(Story).where(Story.id == story_id, Story.business_id == business_id)))


def stories_of_business(session: Session, business_id: int) -> Sequence[Story]:
    """The newest stories of a business, as its own people see them."""
    query = select(Story).where(Story.business_id == business_id).order_by(Story.id.desc()).limit(MOST_OF_ONE)
    return session.scalars(query).all()


def open_stall_of(session: Session, business_id: int) -> str | None:
    """The address of a business's stall that everybody may visit; None where there is none."""
    query = select(Stall.slug).where(Stall.business_id == business_id, is_open())
    return session.scalar(query)


def _found(story: Story | None) -> Story:
    if story is None:
        raise NotFound(NO_STORY)
    return story


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story in the office's list."""

    story: Story
    is_agreed: bool

    @property
    def words(self) -> str:
        if not self.is_agreed:
            return "chờ người trong chuyện đồng ý"
        return "đang đăng" if self.story.published_at else "đã đồng ý, chưa đăng"


def stories_of(session: Session, commune_id: int, first: int, most: int) -> list[StoryLine]:
    """A commune's stories, the newest first."""
    query = select(Story, is_agreed()).where(Story.commune_id == commune_id).options(joinedload(Story.business))
    rows = session.execute(query.order_by(Story.id.desc()).offset(first).limit(most))
    return [StoryLine(story=story, is_agreed=bool(agreed)) for story, agreed in rows]


def holding_consent(session: Session, story_id: int) -> StoryConsent | None:
    """The consent to a story that nobody has withdrawn, to whichever text."""
    query = select(StoryConsent).where(StoryConsent.story_id == story_id, StoryConsent.withdrawn_at.is_(None))
    return session.scalar(query)


def facts_of_story(session: Session, story: Story) -> Facts:
    """What is decided on: which text, whether its people agree, whether it is up."""
    consent = holding_consent(session, story.id)
    agreed = consent is not None and consent.digest == story.digest
    return {
        "bài viết": story.digest,
        "người trong chuyện": "đã đồng ý" if agreed else "chưa đồng ý",
        "trên chợ": "đang đăng" if story.published_at else "chưa đăng",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryYear:
    """How many stories that were put up in a year are shown, and how many it should be (None: nobody has said)."""

    year: int
    shown: int
    target: int | None


def story_year(session: Session, commune_id: int, now: datetime) -> StoryYear:
    """Of the year of this moment; what was taken back counts no more."""
    today = local_day(now)
    of_year = Story.published_at >= day_start(date(today.year, 1, 1)), Story.commune_id == commune_id
    shown = session.scalar(select(func.count(Story.id)).where(*of_year, is_agreed())) or 0
    target = number_on(session, commune_id, A_YEAR, today)
    return StoryYear(year=today.year, shown=shown, target=target[0] if target else None)


# --- whom to tell of --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLead:
    """Somebody whom the market knows something good of: never what they earned."""

    business_id: int
    name: str
    hamlet_name: str
    ground: StoryGround
    told: str


Leads = Select[int, str, str, date | None, int]


def story_leads(session: Session, commune_id: int, now: datetime) -> list[StoryLead]:
    """The shortlist: at most ten on each ground, the latest or the steadiest first; who has a story of this year
    already is not in it."""
    today = local_day(now)
    told_of = select(Story.business_id).where(Story.written_at >= day_start(date(today.year, 1, 1)))
    here = (
        Business.commune_id == commune_id,
        Business.status == BusinessStatus.ACTIVE,
        Business.id.not_in(told_of.where(Story.commune_id == commune_id)),
    )
    return [
        StoryLead(business_id=key, name=name, hamlet_name=hamlet, ground=ground, told=told(ground, day, count))
        for ground, query in _leads(commune_id, today)
        for key, name, hamlet, day, count in session.execute(query.where(*here).limit(LEADS_OF_A_KIND))
        if day is not None
    ]


def _leads(commune_id: int, today: date) -> Iterator[tuple[StoryGround, Leads]]:
    yield StoryGround.FIRST_SALE, _first_sales(today)
    yield StoryGround.ALONE_NOW, _alone(commune_id, today)
    yield StoryGround.GOOD_SEASON, _seasons(commune_id, today)
    yield StoryGround.CERTIFIED, _certified(today)


_NAMES = Business.id, Business.name, Hamlet.name
_DELIVERED = Order.status == said(OrderStatus.DELIVERED)


def _first_sales(today: date) -> Leads:
    """Whose first order ever was handed over after they had given a mandate, within a year."""
    sold = Order.business_id == Business.id, _DELIVERED
    first = select(func.min(Order.completed_on)).where(*sold).correlate(Business).scalar_subquery()
    helped = select(func.min(Mandate.starts_on)).where(Mandate.business_id == Business.id).correlate(Business)
    query = select(*_NAMES, first, literal(1)).join(Hamlet, Hamlet.id == Business.hamlet_id)
    of_late = first >= helped.scalar_subquery(), first > today - LOOKED_BACK
    return query.where(_was_helped(), *of_late).order_by(first.desc(), Business.id)


def _was_helped() -> ColumnElement[bool]:
    return exists().where(Mandate.business_id == Business.id).correlate(Business)


def _alone(commune_id: int, today: date) -> Leads:
    """Who gave mandates, has none that lives any more, and has handed over orders since the last one ended."""
    lives = Mandate.business_id == Business.id, Mandate.revoked_at.is_(None), Mandate.ends_on >= today
    not_over = or_(Mandate.revoked_at.is_(None), Mandate.revoked_at >= Order.completed_at)
    helped = exists().where(Mandate.business_id == Order.business_id, Mandate.ends_on >= Order.completed_on, not_over)
    since = ~exists().where(*lives).correlate(Business), _was_helped(), ~helped.correlate(Order)
    return _counted(commune_id, today - LOOKED_BACK, *since, least=LEAST_ALONE)


def _seasons(commune_id: int, today: date) -> Leads:
    """Who handed over many orders in a season."""
    return _counted(commune_id, today - SEASON, least=LEAST_IN_SEASON)


def _counted(commune_id: int, after: date, *which: ColumnElement[bool], least: int) -> Leads:
    """Whose orders of these were handed over so often, the steadiest first: with the day of the first."""
    number = func.count(Order.id)
    query = select(*_NAMES, func.min(Order.completed_on), number).join(Hamlet, Hamlet.id == Business.hamlet_id)
    sold = query.join(Order, Order.business_id == Business.id).where(
        Order.commune_id == commune_id, Order.completed_on > after, _DELIVERED, *which
    )
    return sold.group_by(*_NAMES).having(number >= least).order_by(number.desc(), Business.id)


def _certified(today: date) -> Leads:
    """Whose OCOP certificate is of the last year and in force."""
    newest = func.max(Certificate.valid_from)
    in_force = or_(Certificate.valid_to.is_(None), Certificate.valid_to >= today)
    query = select(*_NAMES, newest, literal(1)).join(Hamlet, Hamlet.id == Business.hamlet_id)
    of_late = Certificate.kind.startswith("OCOP"), Certificate.valid_from > today - LOOKED_BACK, in_force
    papers = query.join(Certificate, Certificate.business_id == Business.id).where(*of_late)
    return papers.group_by(*_NAMES).order_by(newest.desc(), Business.id)
