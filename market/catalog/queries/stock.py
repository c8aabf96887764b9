"""How much can be bought now: on hand, less what is reserved, plus what is overdue to be given back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, bindparam, case, func, select
from sqlalchemy.orm import Session

from market.base.db import UtcTime
from market.catalog.models import Reservation, Variant

Moment = datetime | BindParameter[datetime]

NOW: BindParameter[datetime] = bindparam("now", type_=UtcTime())
"""For statements that are built once: execute them with `{"now": now}`."""


def overdue_amount(now: Moment) -> ScalarSelect[int]:
    """What is still counted as reserved of a variant although its holding time is over (correlated to Variant)."""
    overdue = select(func.coalesce(func.sum(Reservation.amount), 0)).where(
        Reservation.variant_id == Variant.id, Reservation.released_at.is_(None), Reservation.held_until <= now
    )
    return overdue.correlate(Variant).scalar_subquery()


def available_amount(now: Moment) -> ColumnElement[int | None]:
    """The amount of a variant that can be bought, in thousandths; NULL where its stock is not counted."""
    left = Variant.on_hand - Variant.reserved + overdue_amount(now)
    return case((Variant.is_sold_out, 0), else_=left)


def available(session: Session, variant_ids: Collection[int], *, now: datetime) -> dict[int, int | None]:
    """What can be bought of each variant: thousandths of its unit, None where stock is not counted."""
    query = select(Variant.id, available_amount(now)).where(Variant.id.in_(variant_ids))
    return {variant_id: amount for variant_id, amount in session.execute(query)}
