"""What `market.base.db.locked()` and `locked_all()` read, without the lock: where a mutant lost it."""

from typing import cast

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.orm import Session

from market.base.db import Locked, M
from market.base.errors import NotFound


def locked(session: Session, model: type[M], *scope: ColumnElement[bool], missing: str | None = None) -> Locked[M]:
    found = locked_all(session, model, *scope)
    if len(found) != 1:
        raise NotFound(missing) if missing else NotFound()
    return found[0]


def locked_all(session: Session, model: type[M], *scope: ColumnElement[bool]) -> list[Locked[M]]:
    keys = cast(Table, model.__table__).primary_key.columns
    query = select(model).where(*scope).order_by(*keys).execution_options(populate_existing=True)
    return [Locked(row) for row in session.scalars(query)]
