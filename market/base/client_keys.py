"""Forms that add something count once: each carries a random key, which is written down with what it added."""

from datetime import datetime

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from market.base.db import Base, Id, insert_once


class ClientKey(Base):
    """A form that has done its work. `scope` names what it adds to ("stall:7", "cart:12"): keys are unique within it.

    What makes a row of its own with a code (a listing, a lot, a purchase) keeps its key in that row instead.
    """

    __tablename__ = "client_key"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    id: Mapped[Id]
    scope: Mapped[str]
    key: Mapped[str]
    used_at: Mapped[datetime] = mapped_column(index=True)


def used_before(session: Session, scope: str, key: str | None, *, now: datetime) -> datetime | None:
    """When this form did its work already; None, and the key written down, where this is the first time.

    A concurrent one with the same key waits here until the first has ended; when that was refused, its key is free
    again with all it wrote. A form without a key, from a page older than this, always counts as a first.
    """
    if key is None:
        return None
    new = insert_once(session, ClientKey).returning(ClientKey.id)
    row = {"scope": scope, "key": key, "used_at": now}
    if session.connection().execute(new, row).first():
        return None
    before = select(ClientKey.used_at).where(ClientKey.scope == scope, ClientKey.key == key)
    return session.scalars(before).one()
