"""Who did what, when, for whom: one append-only row per change of state, holding ids and field names only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import BigInteger, ForeignKey, Index, Insert, bindparam, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base.db import Base, Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. A helper acts `on_behalf_of` a business under a mandate; nobody in particular is a guest or a job."""

    person_id: int | None = None
    on_behalf_of: int | None = None
    mandate_id: int | None = None
    request_id: str | None = None


GUEST = Actor()


class Event(Base):
    """One change: `verb` on a subject (table name and id), and the names of the fields it touched."""

    __tablename__ = "event"
    __table_args__ = (
        Index(None, "subject", "subject_id"),
        Index(None, "on_behalf_of", "at"),
        Index(None, "commune_id", "at"),
    )

    id: Mapped[Id]
    at: Mapped[datetime]
    verb: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[int]
    commune_id: Mapped[int | None] = mapped_column(ForeignKey("commune.id"))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    fields: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    on_behalf_of: Mapped[int | None] = mapped_column(ForeignKey("business.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    request_id: Mapped[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to which row: `business_id` is the business whose log shows it. `commune_id` may be left out where
    that business, or else the person who acts, has one."""

    verb: str
    subject: str
    subject_id: int
    commune_id: int | None = None
    business_id: int | None = None
    fields: Sequence[str] = ()


@cache
def _appending() -> Insert:
    """An event's commune is the one that is said; else that of the business it is about, else of the person who acts:
    so the log of a commune asks one index."""
    tables = Base.metadata.tables
    business, person = tables["business"].c, tables["person"].c
    of_business = select(business.commune_id).where(business.id == bindparam("about")).scalar_subquery()
    of_person = select(person.commune_id).where(person.id == bindparam("by")).scalar_subquery()
    told = bindparam("told", type_=BigInteger())
    return insert(tables["event"]).values(commune_id=func.coalesce(told, of_business, of_person))


def record(session: Session, actor: Actor, change: Change, *, now: datetime) -> None:
    """Append the event of a change to the transaction that makes it."""
    record_all(session, actor, [change], now=now)


def record_all(session: Session, actor: Actor, changes: Sequence[Change], *, now: datetime) -> None:
    """Append the events of many changes of one person, in one statement; nothing for none."""
    events = [_event(actor, change, now) for change in changes]
    if events:
        session.connection().execute(_appending(), events)


def _event(actor: Actor, change: Change, now: datetime) -> dict[str, object]:
    return {
        "at": now,
        "verb": change.verb,
        "subject": change.subject,
        "subject_id": change.subject_id,
        "told": change.commune_id,
        "about": change.business_id,
        "by": actor.person_id,
        "business_id": change.business_id,
        "fields": " ".join(change.fields),
        "actor_id": actor.person_id,
        "on_behalf_of": actor.on_behalf_of,
        "mandate_id": actor.mandate_id,
        "request_id": actor.request_id,
    }
