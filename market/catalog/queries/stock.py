"""How much can be bought now: on hand, less what is reserved, plus what is overdue to be given back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from market.base.db import Moment
from market.catalog.models import Product, Reservation, Variant

_UNRESERVED = Variant.on_hand - Variant.reserved


def overdue_amount(now: Moment) -> ScalarSelect[int]:
    """What is still counted as reserved of a variant although its holding time is over (correlated to Variant).

    PostgreSQL's sum of whole numbers is a decimal: made whole again, so that amounts are the same on both databases.
    """
    overdue = select(cast(func.coalesce(func.sum(Reservation.amount), 0), BigInteger)).where(
        Reservation.variant_id == Variant.id, Reservation.released_at.is_(None), Reservation.held_until <= now
    )
    return overdue.correlate(Variant).scalar_subquery()


def is_stopped(now: Moment) -> ColumnElement[bool]:
    """Whether none of a variant may be sold, however much there is: all its lots are recalled or past their date. Never
    NULL."""
    return and_(Variant.for_sale_until.is_not(None), Variant.for_sale_until <= now)


def available_amount(now: Moment) -> ColumnElement[int | None]:
    """The amount of a variant that can be bought, in thousandths; NULL where its stock is not counted."""
    return case((or_(Variant.is_sold_out, is_stopped(now)), 0), else_=_UNRESERVED + overdue_amount(now))


def has_some_left(now: Moment) -> ColumnElement[bool]:
    """Whether a variant's `available_amount` is NULL or more than 0: what is overdue is summed up only where it
    decides."""
    some = or_(Variant.on_hand.is_(None), _UNRESERVED > 0, _UNRESERVED + overdue_amount(now) > 0)
    not_stopped = or_(Variant.for_sale_until.is_(None), Variant.for_sale_until > now)
    return and_(Variant.is_sold_out.is_(False), not_stopped, some)


def available(session: Session, variant_ids: Collection[int], *, now: datetime) -> dict[int, int | None]:
    """What can be bought of each variant: thousandths of its unit, None where stock is not counted."""
    query = select(Variant.id, available_amount(now)).where(Variant.id.in_(variant_ids))
    return {variant_id: amount for variant_id, amount in session.execute(query)}


def stopped_goods(session: Session, variant_ids: Collection[int], *, now: datetime) -> list[str]:
    """The names of those of these variants that may not be sold (`is_stopped`), in the order of their ids."""
    query = select(Product.name, Variant.label).join(Variant.product).order_by(Variant.id)
    found = session.execute(query.where(Variant.id.in_(variant_ids), is_stopped(now)))
    return [f"{name} {label}".strip() for name, label in found]


def stopped_for(session: Session, order_id: int, variant_ids: Collection[int]) -> list[str]:
    """The names of the goods that an order's stall reported sold out when it declined it, and of which nothing was said
    since (`Variant.sold_out_for`)."""
    query = select(Product.name, Variant.label).join(Variant.product).order_by(Variant.id)
    found = session.execute(query.where(Variant.id.in_(variant_ids), Variant.sold_out_for == order_id))
    return [f"{name} {label}".strip() for name, label in found]


def ran_out(session: Session, variant_ids: Collection[int], *, after: datetime, until: datetime) -> bool:
    """Whether something held of these variants ran out between two moments, and was not given back yet."""
    held = Reservation.variant_id.in_(variant_ids) & Reservation.released_at.is_(None)
    over = (Reservation.held_until > after) & (Reservation.held_until <= until)
    return session.scalar(select(Reservation.id).where(held, over).limit(1)) is not None


_ANY_GOODS = select(Product.id).where(Product.stall_id == bindparam("stall", type_=BigInteger())).limit(1)


def has_goods(session: Session, stall_id: int) -> bool:
    """Whether a stall has ever listed anything."""
    return session.connection().scalar(_ANY_GOODS, {"stall": stall_id}) is not None
