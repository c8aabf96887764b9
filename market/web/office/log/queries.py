"""Questions of the office that span slices: the log of who did what for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, select, union_all
from sqlalchemy.orm import Session, aliased

from market.accounts.models import Person
from market.base.audit import Event
from market.base.keyset import before
from market.sellers.models import Business
from market.values.paging import Place
from market.values.period import day_end, day_start

LINES_A_PAGE = 50
LOOKED_THROUGH = 5000
"""So many lines are looked through at once for what no index leads to: the next page goes on from there."""

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
    after: Place | None = None


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
    """The lines, and where those before them begin: None where there are none. Found or not, a page ends after so many
    lines were looked through."""

    lines: Sequence[LogLine]
    older: Place | None


def log(session: Session, commune_id: int, wanted: LogFilter) -> LogPage:
    """One page of a commune's log, the newest first."""
    scope = _scope(commune_id, wanted)
    sought = _sought(wanted)
    query = _lines().where(*scope, *sought)
    if sought:
        query = query.where(Event.id.in_(_newest(select(Event.id).where(*scope), LOOKED_THROUGH)))
    rows = session.execute(_newest(query, LINES_A_PAGE + 1)).all()
    older = _end_of(rows[LINES_A_PAGE - 1]) if len(rows) > LINES_A_PAGE else None
    if sought and older is None:
        older = _end_of_search(session, scope)
    return LogPage(lines=[_line(row) for row in rows[:LINES_A_PAGE]], older=older)


Columns = TypeVarTuple("Columns")
Lines = Select[int, datetime, str, int | None, str, str, str, str]
FoundLine = Row[int, datetime, str, int | None, str, str, str, str]


def _newest(query: Select[*Columns], most: int) -> Select[*Columns]:
    return query.order_by(Event.at.desc(), Event.id.desc()).limit(most)


def _end_of(row: FoundLine) -> Place:
    return Place(at=row.at, id=row.id)


def _end_of_search(session: Session, scope: Sequence[ColumnElement[bool]]) -> Place | None:
    """The last line that was looked through; None where there were no more."""
    query = select(Event.at, Event.id).where(*scope).order_by(Event.at.desc(), Event.id.desc())
    last = session.execute(query.offset(LOOKED_THROUGH - 1).limit(1)).first()
    return Place(at=last.at, id=last.id) if last else None


def _line(row: FoundLine) -> LogLine:
    return LogLine(
        at=row.at,
        verb=row.verb,
        person_name=row.person_name,
        behalf_name=row.behalf_name,
        business_id=row.business_id,
        business_name=row.business_name,
        fields=tuple(row.fields.split()),
    )


def _lines() -> Lines:
    columns = (
        Event.id,
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


def _scope(commune_id: int, wanted: LogFilter) -> list[ColumnElement[bool]]:
    """What an index leads to: the commune's lines by time, or those of one business."""
    scope = [Event.commune_id == commune_id, before(Event.at, Event.id, wanted.after)]
    if wanted.business_id:
        scope.append(Event.id.in_(_of_business(wanted.business_id)))
    if wanted.first_day:
        scope.append(Event.at >= day_start(wanted.first_day))
    if wanted.last_day:
        scope.append(Event.at < day_end(wanted.last_day))
    return scope


def _of_business(business_id: int) -> CompoundSelect[int]:
    """The lines about it, and those of what was done in its place: each half has an index of its own."""
    about = select(Event.id).where(Event.business_id == business_id)
    return union_all(about, select(Event.id).where(Event.on_behalf_of == business_id))


def _sought(wanted: LogFilter) -> list[ColumnElement[bool]]:
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (wanted.person_name, Person.name.contains(wanted.person_name, autoescape=True)),
        (wanted.verb, Event.verb == wanted.verb),
        (wanted.only_on_behalf, Event.on_behalf_of.is_not(None)),
    ]
    return [condition for told, condition in asked if told]
