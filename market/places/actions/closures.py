"""What an office says of the days on which a pickup point is closed though it would be open."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import Locked, lock_names, locked
from market.base.errors import NotFound, Refused
from market.places.models import Commune, Hamlet, PickupPoint, PointClosure
from market.places.queries.hours import PICKUP
from market.values.period import local_day

FURTHEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A point of a commune, a day on which it is closed, and why: buyers and sellers read it."""

    commune_id: int
    point_id: int
    day: date
    reason: str


def write_closed_day(session: Session, actor: Actor, closed: ClosedDay, *, now: datetime) -> None:
    """Close a point on a day; the caller has its hours' name (PICKUP) locked, and tells whose orders are for that day.
    Idempotent: another reason replaces the first. Refused for a day that is over, or further off than a year; NotFound
    for another commune's point."""
    today = local_day(now)
    if not 0 <= (closed.day - today).days <= FURTHEST_DAYS:
        raise Refused("bad_day", "Ngày nghỉ phải từ hôm nay và trong một năm tới.")
    _point_of(session, closed.commune_id, closed.point_id)
    which = PointClosure.pickup_point_id == closed.point_id, PointClosure.closed_on == closed.day
    row = session.scalar(select(PointClosure).where(*which))
    if row is not None and row.reason == closed.reason:
        return
    if row is None:
        row = PointClosure(pickup_point_id=closed.point_id, closed_on=closed.day)
        session.add(row)
    row.reason = closed.reason
    session.flush()
    _record(session, actor, "close_point_day", closed.commune_id, closed.point_id, now)


def reopen_day(session: Session, actor: Actor, commune_id: int, point_id: int, day: date, *, now: datetime) -> None:
    """Have a point open on a day again; what was told of its orders stands. Idempotent. NotFound for another commune's
    point."""
    lock_names(session, [(PICKUP, point_id)])
    _point_of(session, commune_id, point_id)
    which = PointClosure.pickup_point_id == point_id, PointClosure.closed_on == day
    row = session.scalar(select(PointClosure).where(*which))
    if row is not None:
        session.delete(row)
        session.flush()
        _record(session, actor, "reopen_point_day", commune_id, point_id, now)


def _point_of(session: Session, commune_id: int, point_id: int) -> Locked[Commune]:
    """The commune, locked; NotFound where the point is none of its own."""
    commune = locked(session, Commune, Commune.id == commune_id)
    here = select(PickupPoint.id).join(Hamlet, Hamlet.id == PickupPoint.hamlet_id)
    if session.scalar(here.where(Hamlet.commune_id == commune_id, PickupPoint.id == point_id)) is None:
        raise NotFound
    return commune


def _record(session: Session, actor: Actor, verb: str, commune_id: int, point_id: int, now: datetime) -> None:
    change = Change(verb=verb, subject="pickup_point", subject_id=point_id, commune_id=commune_id)
    record(session, actor, change, now=now)
