"""Questions of the office that span slices: the log of who did what for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from market.accounts.models import Person
from market.base.audit import Event
from market.sellers.models import Business
from market.values.paging import pages_of
from market.values.period import day_end, day_start

LINES_A_PAGE = 50

_ABOUT = aliased(Business)
_BEHALF = aliased(Business)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """What the log page asks for; empty means all. Days are Vietnam's, both included."""

    business_id: int | None = None
    person_name: str = ""
    verb: str = ""
    first_day: date | None = None
    last_day: date | None = None
    only_on_behalf: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One change: who, perhaps on whose behalf, did what to which business. Names are today's; None is a guest."""

    at: datetime
    verb: str
    person_name: str | None
    behalf_name: str | None
    business_id: int | None
    business_name: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    lines: Sequence[LogLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return pages_of(self.total, LINES_A_PAGE)


def log(session: Session, commune_id: int, wanted: LogFilter) -> LogPage:
    """One page of a commune's log, the newest first."""
    query = _lines().where(_in_commune(commune_id), *_conditions(wanted))
    total = session.scalar(query.with_only_columns(func.count(Event.id))) or 0
    page = query.order_by(Event.at.desc(), Event.id.desc()).limit(LINES_A_PAGE).offset((wanted.page - 1) * LINES_A_PAGE)
    lines = [
        LogLine(
            at=row.at,
            verb=row.verb,
            person_name=row.person_name,
            behalf_name=row.behalf_name,
            business_id=row.business_id,
            business_name=row.business_name,
            fields=tuple(row.fields.split()),
        )
        for row in session.execute(page)
    ]
    return LogPage(lines=lines, total=total, page=wanted.page)


def _lines() -> Select[datetime, str, int | None, str, str, str, str]:
    columns = (
        Event.at,
        Event.verb,
        Event.business_id,
        Event.fields,
        Person.name.label("person_name"),
        _BEHALF.name.label("behalf_name"),
        _ABOUT.name.label("business_name"),
    )
    return (
        select(*columns)
        .select_from(Event)
        .outerjoin(Person, Person.id == Event.actor_id)
        .outerjoin(_BEHALF, _BEHALF.id == Event.on_behalf_of)
        .outerjoin(_ABOUT, _ABOUT.id == Event.business_id)
    )


def _in_commune(commune_id: int) -> ColumnElement[bool]:
    """Of this commune, by the event itself, else by the business or the person it is about."""
    untold = (Event.commune_id.is_(None)) & or_(_ABOUT.commune_id == commune_id, Person.commune_id == commune_id)
    return or_(Event.commune_id == commune_id, untold)


def _conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.business_id, or_(Event.business_id == wanted.business_id, Event.on_behalf_of == wanted.business_id)),
        (wanted.person_name, Person.name.contains(wanted.person_name, autoescape=True)),
        (wanted.verb, Event.verb == wanted.verb),
        (wanted.only_on_behalf, Event.on_behalf_of.is_not(None)),
    ]
    conditions = [condition for told, condition in asked if told]
    if wanted.first_day:
        conditions.append(Event.at >= day_start(wanted.first_day))
    if wanted.last_day:
        conditions.append(Event.at < day_end(wanted.last_day))
    return conditions
