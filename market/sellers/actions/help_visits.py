"""A helper writes down that they went to see a household, or takes that back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.client_keys import SentForm, used_before
from market.base.clock import Clock
from market.base.db import locked
from market.base.errors import NotFound, Refused
from market.sellers import queries
from market.sellers.actions.register import log_business
from market.sellers.models import STEP_COLUMNS, Business, HelpVisit, PostRole
from market.sellers.queries import HelpedBusiness, Reach
from market.sellers.rules.help_visits import (
    TAKEN_BACK_WITHIN,
    HelpStep,
    VisitConsent,
    VisitOutcome,
    VisitPlace,
    check_days,
    return_day,
)
from market.values.period import format_date, local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHelpVisit:
    """A visit as its helper tells it. `has_agreed`: the household let itself be helped, by word of mouth; a mandate
    that lives today says so too. `client_key`: of the form, also of one that was kept while there was no network."""

    commune_id: int
    business_id: int
    visited_on: date
    place: VisitPlace
    steps: Collection[HelpStep]
    outcome: VisitOutcome
    has_agreed: bool
    client_key: str
    next_on: date | None = None


def record_visit(session: Session, actor: Actor, new: NewHelpVisit, *, clock: Clock) -> int:
    """Write a visit down; returns its id, also to the same form again.

    NotFound for who is no helper of the household's hamlet and has no mandate of it; SentOtherwise where the form has
    written another one. Refused without a step or the household's consent where it was helped, and for a day that
    cannot be.
    """
    if actor.person_id is None:
        raise NotFound
    business = locked(session, Business, Business.id == new.business_id, Business.commune_id == new.commune_id).row
    today = local_day(now := clock())
    seen = _as_helper(session, new.commune_id, actor.person_id, new.business_id, today)
    if known := _sent_before(session, actor.person_id, new, clock):
        return known
    check_days(new.visited_on, new.next_on, today)
    visit = HelpVisit(
        commune_id=new.commune_id,
        business_id=new.business_id,
        hamlet_id=business.hamlet_id,
        helper_id=actor.person_id,
        visited_on=new.visited_on,
        place=new.place,
        outcome=new.outcome,
        consent=_consent(new, seen),
        next_on=return_day(new.outcome, new.visited_on, new.next_on),
        recorded_at=now,
        client_key=new.client_key,
    )
    for step in _steps(new):
        setattr(visit, STEP_COLUMNS[step], True)
    session.add(visit)
    session.flush()
    log_business(session, actor, "record_visit", business, new.outcome.value, now=now)
    return visit.id


def _as_helper(session: Session, commune_id: int, helper_id: int, business_id: int, today: date) -> HelpedBusiness:
    posts = queries.posts_of(session, commune_id, helper_id, today)
    hamlets = queries.hamlets_served(posts, PostRole.HELPER)
    if not hamlets:
        raise NotFound
    reach = Reach(commune_id=commune_id, hamlet_ids=hamlets, helper_id=helper_id, today=today)
    return queries.helped_business(session, reach, business_id)


def _sent_before(session: Session, helper_id: int, new: NewHelpVisit, clock: Clock) -> int | None:
    content = ("help visit", new.business_id, new.visited_on, new.place, sorted(new.steps), new.outcome, new.next_on)
    sent = SentForm(key=new.client_key, content=content, told=f"lượt ghé ngày {format_date(new.visited_on)}")
    used_before(session, f"helper:{helper_id}", sent, now=clock())
    which = HelpVisit.helper_id == helper_id, HelpVisit.client_key == new.client_key
    return session.scalar(select(HelpVisit.id).where(*which))


def _consent(new: NewHelpVisit, seen: HelpedBusiness) -> VisitConsent:
    if not new.outcome.has_consent:
        return VisitConsent.NONE
    if seen.mandate_id is not None:
        return VisitConsent.MANDATE
    if not new.has_agreed:
        raise Refused("no_consent", "Mời hỏi chủ hộ có đồng ý để bạn giúp không, rồi đánh dấu.")
    return VisitConsent.SPOKEN


def _steps(new: NewHelpVisit) -> Collection[HelpStep]:
    """Of a visit in which nobody was helped: none, whatever was ticked."""
    if not new.outcome.has_consent:
        return ()
    if not new.steps:
        raise Refused("no_step", "Mời chọn hôm nay làm việc gì.")
    return new.steps


def withdraw_visit(session: Session, actor: Actor, commune_id: int, visit_id: int, *, clock: Clock) -> int:
    """Take back a visit that was written down by mistake; returns whose it was. Idempotent. NotFound for another
    helper's, Refused once a week has passed."""
    visit = session.get(HelpVisit, visit_id)
    if visit is None or visit.helper_id != actor.person_id or visit.commune_id != commune_id:
        raise NotFound
    business = locked(session, Business, Business.id == visit.business_id).row
    session.refresh(visit)
    now = clock()
    if visit.withdrawn_at is not None:
        return visit.business_id
    if now - visit.recorded_at > TAKEN_BACK_WITHIN:
        raise Refused("too_late", "Lượt này ghi đã quá 7 ngày nên không rút được nữa.")
    visit.withdrawn_at = now
    log_business(session, actor, "withdraw_visit", business, now=now)
    return visit.business_id
