"""Who was helped, until when, and who sells alone since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from market.adoption.rules.independence import HelpGiven
from market.base.audit import Event
from market.orders.models import COMPLETED, Order
from market.places.models import Hamlet
from market.sellers.models import Business, HelpVisit, Mandate
from market.sellers.queries.help_visits import STANDS
from market.sellers.rules.help_visits import VisitConsent
from market.values.period import local_day

_HELPED = STANDS, HelpVisit.consent != VisitConsent.NONE


def help_given(session: Session, commune_id: int, today: date) -> list[HelpGiven]:
    """Every business of a commune that ever gave a mandate or was helped in a visit, by name."""
    mandates, visits = _mandates(session, commune_id, today), _first_visits(session, commune_id)
    sold = select(func.max(Order.completed_on)).where(Order.business_id == Business.id, COMPLETED)
    acted = select(func.max(Event.at)).where(Event.on_behalf_of == Business.id)
    query = select(
        Business.id,
        sold.correlate(Business).scalar_subquery().label("sold_on"),
        acted.correlate(Business).scalar_subquery().label("acted_at"),
    ).where(Business.commune_id == commune_id, _was_helped(today))
    given = list[HelpGiven]()
    for row in session.execute(query.order_by(Business.folded, Business.id)):
        under = mandates.get(row.id, _NO_MANDATE)
        given.append(
            HelpGiven(
                business_id=row.id,
                since=min(under.since, visits.get(row.id, date.max)),
                lasts_until=under.lasts_until,
                ended_on=under.ended_on,
                acted_on=local_day(row.acted_at) if row.acted_at else None,
                sold_on=row.sold_on,
            )
        )
    return given


def _was_helped(today: date) -> ColumnElement[bool]:
    under = exists().where(Mandate.business_id == Business.id, Mandate.starts_on <= today).correlate(Business)
    return or_(under, exists().where(HelpVisit.business_id == Business.id, *_HELPED).correlate(Business))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mandates:
    """Of one business: the first day of the first, the last day of the live one, the last day of the last that
    ended."""

    since: date
    lasts_until: date | None
    ended_on: date | None


_NO_MANDATE = _Mandates(since=date.max, lasts_until=None, ended_on=None)


def _mandates(session: Session, commune_id: int, today: date) -> dict[int, _Mandates]:
    query = (
        select(Mandate.business_id, Mandate.starts_on, Mandate.ends_on, Mandate.revoked_at)
        .join(Business, Business.id == Mandate.business_id)
        .where(Business.commune_id == commune_id, Mandate.starts_on <= today)
    )
    found: dict[int, _Mandates] = {}
    for business_id, starts_on, ends_on, revoked_at in session.execute(query):
        last = min(ends_on, local_day(revoked_at)) if revoked_at else ends_on
        lives = revoked_at is None and ends_on >= today
        before = found.get(business_id, _NO_MANDATE)
        found[business_id] = _Mandates(
            since=min(starts_on, before.since),
            lasts_until=_later(before.lasts_until, last if lives else None),
            ended_on=_later(before.ended_on, None if lives else last),
        )
    return found


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _first_visits(session: Session, commune_id: int) -> dict[int, date]:
    query = select(HelpVisit.business_id, func.min(HelpVisit.visited_on))
    query = query.where(HelpVisit.commune_id == commune_id, *_HELPED).group_by(HelpVisit.business_id)
    return {business_id: first for business_id, first in session.execute(query)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpedName:
    """A business as the list of who was helped names it."""

    id: int
    name: str
    hamlet: str


def names_of_helped(session: Session, ids: Collection[int]) -> dict[int, HelpedName]:
    query = select(Business.id, Business.name, Hamlet.name.label("hamlet")).join(
        Hamlet, Hamlet.id == Business.hamlet_id
    )
    rows = session.execute(query.where(Business.id.in_(ids)))
    return {row.id: HelpedName(id=row.id, name=row.name, hamlet=row.hamlet) for row in rows}
