"""How much can be bought now: on hand, less what is reserved, plus what is overdue to be given back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, BindParameter, ColumnElement, ScalarSelect, bindparam, case, cast, func, select
from sqlalchemy.orm import Session

from market.base.db import UtcTime
from market.catalog.models import Product, ProductState, Reservation, Variant

Moment = datetime | BindParameter[datetime]

FEW = 5000
"""Thousandths of the unit: with so little left a seller is told."""

NOW: BindParameter[datetime] = bindparam("now", type_=UtcTime())
"""For statements that are built once: execute them with `{"now": now}`."""


def overdue_amount(now: Moment) -> ScalarSelect[int]:
    """What is still counted as reserved of a variant although its holding time is over (correlated to Variant).

    PostgreSQL's sum of whole numbers is a decimal: made whole again, so that amounts are the same on both databases.
    """
    overdue = select(cast(func.coalesce(func.sum(Reservation.amount), 0), BigInteger)).where(
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


def ran_out(session: Session, variant_ids: Collection[int], *, after: datetime, until: datetime) -> bool:
    """Whether something held of these variants ran out between two moments, and was not given back yet."""
    held = Reservation.variant_id.in_(variant_ids) & Reservation.released_at.is_(None)
    over = (Reservation.held_until > after) & (Reservation.held_until <= until)
    return session.scalar(select(Reservation.id).where(held, over).limit(1)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearlyOut:
    """A counted stock that is nearly or wholly sold; `left` in thousandths of `unit`."""

    product_id: int
    name: str
    unit: str
    left: int


def nearly_sold_out(session: Session, stall_id: int, *, now: datetime) -> Sequence[NearlyOut]:
    """A stall's public counted goods of which five units or less are left, the emptiest first."""
    left = available_amount(now)
    query = (
        select(Product.id.label("product_id"), Product.name, Variant.label, Variant.unit, left.label("left"))
        .join(Variant.product)
        .where(
            Product.stall_id == stall_id,
            Product.state == ProductState.APPROVED,
            ~Product.is_hidden,
            Variant.on_hand.is_not(None),
            Variant.removed_at.is_(None),
            left <= FEW,
        )
        .order_by(left, Product.id)
        .limit(10)
    )
    return [
        NearlyOut(product_id=row.product_id, name=f"{row.name} {row.label}".strip(), unit=row.unit, left=row.left)
        for row in session.execute(query)
    ]


def has_goods(session: Session, stall_id: int) -> bool:
    """Whether a stall has ever listed anything."""
    return bool(session.scalar(select(select(Product.id).where(Product.stall_id == stall_id).exists())))
