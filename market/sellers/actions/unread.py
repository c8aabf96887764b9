"""Cells of files that nobody could read: kept for the business until somebody enters what they say, or puts them
away."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from market.base.audit import Actor, Change, record
from market.base.clock import Clock
from market.base.db import Base, locked
from market.base.errors import NotFound
from market.sellers.models import Business, UnreadCell
from market.sellers.rules import UnreadText

_NOTE = insert(Base.metadata.tables["unread_cell"])
_OF_DAY = frozenset({"kind", "hamlet_id", "status"})
"""What is said anew with a day of its own: a day that could not be read is then said too."""


def note_unread(session: Session, told: Mapping[int, Sequence[UnreadText]], *, now: datetime) -> None:
    """Keep what files brought of businesses, by their ids, under the register's lock. What is kept already, put away
    too, is not kept twice; a newer text of a field takes the place of an older one."""
    brought = {at: cells for at, cells in told.items() if cells}
    if not brought:
        return
    known = session.scalars(select(UnreadCell).where(UnreadCell.business_id.in_(brought))).all()
    kept = {(one.business_id, one.field, one.text) for one in known}
    new = {(at, one.field, one.text[:500]): one.why for at, cells in brought.items() for one in cells}
    fresh = {place: why for place, why in new.items() if place not in kept}
    places = {place[:2] for place in fresh}
    for one in known:
        if one.closed_at is None and (one.business_id, one.field) in places:
            one.closed_at = now
    session.flush()
    rows = [
        {"business_id": at, "field": name, "text": text, "why": why, "noted_at": now, "closed_at": None}
        for (at, name, text), why in fresh.items()
    ]
    if rows:
        session.connection().execute(_NOTE, rows)


def close_unread(session: Session, changed: Mapping[int, Collection[str]], *, now: datetime) -> None:
    """Somebody has said these fields of these businesses, which are locked: what could not be read of them is done."""
    of = {at: {*fields, *({"valid_from"} if _OF_DAY & set(fields) else ())} for at, fields in changed.items() if fields}
    if not of:
        return
    query = select(UnreadCell).where(UnreadCell.business_id.in_(of), UnreadCell.closed_at.is_(None))
    for one in session.scalars(query):
        if one.field in of[one.business_id]:
            one.closed_at = now


def put_away_unread(
    session: Session, actor: Actor, commune_id: int, business_id: int, cell_id: int, *, clock: Clock
) -> None:
    """A person says that nothing is to be entered of a cell. Idempotent; NotFound for another commune's."""
    locked(session, Business, Business.id == business_id, Business.commune_id == commune_id)
    cell = session.scalar(select(UnreadCell).where(UnreadCell.id == cell_id, UnreadCell.business_id == business_id))
    if cell is None:
        raise NotFound
    if cell.closed_at is not None:
        return
    now = clock()
    cell.closed_at = now
    record(
        session,
        actor,
        Change(
            verb="put_away_unread",
            subject="business",
            subject_id=business_id,
            commune_id=commune_id,
            business_id=business_id,
            fields=(cell.field,),
        ),
        now=now,
    )
