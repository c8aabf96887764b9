"""What buyers say of a stall's goods: pages of it, and what it comes to where enough have spoken."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from market.base.errors import NotFound
from market.orders.models import Order, Rating

FEWEST = 3
"""Fewer say nothing of a stall: of them no average is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsInAll:
    """How many count, how many an officer hid, how many wait for the stall's answer; `tenths` is the average in tenths
    of a star, where enough have spoken."""

    count: int
    hidden: int
    waiting: int
    tenths: int | None

    @property
    def average(self) -> str:
        """`4,3`; nothing where too few have spoken."""
        return f"{self.tenths // 10},{self.tenths % 10}" if self.tenths is not None else ""


def ratings_in_all(session: Session, stall_id: int) -> RatingsInAll:
    shown = Rating.hidden_at.is_(None)
    query = select(
        func.count(case((shown, 1))),
        func.count(Rating.hidden_at),
        func.count(case((shown & Rating.answer.is_(None), 1))),
        func.sum(case((shown, Rating.stars), else_=0)),
    ).where(Rating.stall_id == stall_id)
    count, hidden, waiting, stars = session.execute(query).one()
    tenths = (int(stars) * 20 + count) // (2 * count) if count >= FEWEST else None
    return RatingsInAll(count=count, hidden=hidden, waiting=waiting, tenths=tenths)


def ratings_of_stall(session: Session, stall_id: int, first: int, most: int) -> Sequence[Rating]:
    """The newest first, hidden ones too: their place says that one was hidden."""
    return _ratings(session, Rating.stall_id == stall_id, first=first, most=most)


def ratings_of_commune(session: Session, commune_id: int, first: int, most: int) -> Sequence[tuple[Rating, Order]]:
    """The newest first, each with its order, for the office."""
    rows = _ratings(session, Rating.commune_id == commune_id, first=first, most=most)
    query = select(Order).options(joinedload(Order.stall)).where(Order.id.in_([one.order_id for one in rows]))
    orders = {order.id: order for order in session.scalars(query)}
    return [(one, orders[one.order_id]) for one in rows]


def rating_of_stall(session: Session, stall_id: int, rating_id: int) -> Rating:
    """NotFound for another stall's."""
    return _found(session, Rating.stall_id == stall_id, rating_id)


def rating_of_commune(session: Session, commune_id: int, rating_id: int) -> Rating:
    """NotFound for another commune's."""
    return _found(session, Rating.commune_id == commune_id, rating_id)


def _found(session: Session, scope: ColumnElement[bool], rating_id: int) -> Rating:
    found = session.scalar(select(Rating).where(Rating.id == rating_id, scope))
    if found is None:
        raise NotFound
    return found


def _ratings(session: Session, scope: ColumnElement[bool], *, first: int, most: int) -> Sequence[Rating]:
    query = select(Rating).options(joinedload(Rating.line)).where(scope).order_by(Rating.id.desc())
    return session.scalars(query.offset(first).limit(most)).all()


def ratings_of_order(session: Session, order_id: int) -> dict[int, Rating]:
    """What the buyer of an order said of its lines, by the line's id."""
    return {one.line_id: one for one in session.scalars(select(Rating).where(Rating.order_id == order_id))}
