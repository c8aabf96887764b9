"""What an office says of its pickup points: where they are, who keeps them, when they are open, that one is no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.db import Locked, lock_names, locked
from market.base.errors import Conflict, NotFound
from market.base.seen import check_seen
from market.places.actions.hamlets import hamlet_here
from market.places.models import Commune, Hamlet, PickupPoint, PointWindow
from market.places.queries import point_facts
from market.places.queries.hours import PICKUP
from market.places.rules.hours import OpenWindow
from market.values.phone import Phone
from market.values.text import fold

FIELDS = ("hamlet_id", "name", "address", "keeper_name", "keeper_phone", "opening_hours", "capacity")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointSaid:
    """A pickup point as an office says it: its hours in its own words and, by weekday, as buyers choose them; how many
    orders each of these takes (None: as many as come)."""

    commune_id: int
    hamlet_id: int
    name: str
    address: str | None
    keeper_name: str
    keeper_phone: Phone
    opening_hours: str
    windows: tuple[OpenWindow, ...] = ()
    capacity: int | None = None


def add_point(session: Session, actor: Actor, said: PointSaid, *, now: datetime) -> int:
    """Enter a pickup point; returns its id. The same twice is one.

    Conflict where the hamlet has one of this name otherwise, NotFound for another commune's hamlet.
    """
    commune = locked(session, Commune, Commune.id == said.commune_id)
    same = _named(session, commune, said)
    if same is not None and not _changed(same, said):
        return same.id
    _refuse_taken(same)
    point = PickupPoint()
    _set(session, commune, point, said)
    session.add(point)
    session.flush()
    _record(session, actor, "add_pickup_point", point, commune, now=now)
    return point.id


def edit_point(session: Session, actor: Actor, point_id: int, said: PointSaid, *, seen: str, now: datetime) -> bool:
    """Bring a pickup point to what is said of it; whether anything changed. Orders that go there go there still, in the
    slots that were chosen.

    `seen`: `seen_of()` of what the page showed (`point_facts`); ChangedSince where it is no longer that. Conflict where
    the hamlet has another of this name, NotFound for another commune's.
    """
    lock_names(session, [(PICKUP, point_id)])
    commune = locked(session, Commune, Commune.id == said.commune_id)
    point = _point_here(session, commune, point_id)
    changed = _changed(point, said)
    if not changed:
        return False
    check_seen(seen, point_facts(point))
    same = _named(session, commune, said)
    _refuse_taken(None if same is point else same)
    _set(session, commune, point, said)
    session.flush()
    _record(session, actor, "edit_pickup_point", point, commune, *changed, now=now)
    return True


def use_point(
    session: Session, actor: Actor, commune_id: int, point_id: int, *, is_active: bool, now: datetime
) -> None:
    """Let buyers choose a pickup point no longer, or again. Orders that go there go there still. Idempotent.

    Conflict where it may not be chosen again because its hamlet is not in use, NotFound for another commune's.
    """
    commune = locked(session, Commune, Commune.id == commune_id)
    point = _point_here(session, commune, point_id)
    if point.is_active is is_active:
        return
    if is_active and not point.hamlet.is_active:
        raise Conflict(
            "hamlet_ended", f"{point.hamlet.name} không còn dùng. Mời sửa điểm nhận này sang thôn khác trước."
        )
    if is_active:
        _refuse_taken(_named(session, commune, point))
    point.is_active = is_active
    session.flush()
    verb = "reopen_pickup_point" if is_active else "close_pickup_point"
    _record(session, actor, verb, point, commune, "is_active", now=now)


def _point_here(session: Session, commune: Locked[Commune], point_id: int) -> PickupPoint:
    here = select(PickupPoint).join(Hamlet, Hamlet.id == PickupPoint.hamlet_id)
    which = here.where(Hamlet.commune_id == commune.row.id, PickupPoint.id == point_id)
    point = session.scalar(which.execution_options(populate_existing=True))
    if point is None:
        raise NotFound
    return point


def _named(session: Session, commune: Locked[Commune], said: PointSaid | PickupPoint) -> PickupPoint | None:
    """The point in use of a hamlet that bears this name, however it is written."""
    here = PickupPoint.hamlet_id == said.hamlet_id, Hamlet.commune_id == commune.row.id, PickupPoint.is_active
    found = session.scalars(select(PickupPoint).join(Hamlet, Hamlet.id == PickupPoint.hamlet_id).where(*here))
    return next((one for one in found if fold(one.name) == fold(said.name)), None)


def _refuse_taken(same: PickupPoint | None) -> None:
    if same is not None:
        raise Conflict("taken", f"Thôn này đã có điểm nhận tên {same.name}. Mời sửa điểm ấy, hoặc đặt tên khác.")


def _changed(point: PickupPoint, said: PointSaid) -> list[str]:
    changed = [field for field in FIELDS if getattr(point, field) != getattr(said, field)]
    return [*changed, "windows"] if _windows(point) != sorted(said.windows) else changed


def _windows(point: PickupPoint) -> list[OpenWindow]:
    return sorted(one.value for one in point.windows)


def _set(session: Session, commune: Locked[Commune], point: PickupPoint, said: PointSaid) -> None:
    hamlet_here(session, commune, said.hamlet_id)
    for field in FIELDS:
        setattr(point, field, getattr(said, field))
    if _windows(point) != sorted(said.windows):
        set_windows(session, point, said.windows)


def set_windows(session: Session, point: PickupPoint, windows: Sequence[OpenWindow]) -> None:
    """Give a point, whose hours' name (PICKUP) is locked, other hours by weekday."""
    point.windows.clear()
    session.flush()  # the same weekday may begin at the same hour again
    point.windows = [PointWindow(weekday=one.weekday, begins=one.begins, ends=one.ends) for one in windows]


def _record(
    session: Session, actor: Actor, verb: str, point: PickupPoint, commune: Locked[Commune], *fields: str, now: datetime
) -> None:
    change = Change(
        verb=verb, subject="pickup_point", subject_id=point.id, commune_id=commune.row.id, fields=list(fields)
    )
    record(session, actor, change, now=now)
