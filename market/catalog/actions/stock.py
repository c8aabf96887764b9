"""Goods held for orders: reserved, held longer, given back, sold. Guarded in the database, in the order of ids.

`variant.reserved` counts the reservations not yet ended. Whoever reserves first gives back the overdue ones of that
variant, so that no job has to run before goods can be sold again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.errors import Refused
from market.catalog.models import MoveReason, Product, Reservation, ReservationEnd, StockMove, Variant
from market.values.quantity import format_quantity, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An amount (thousandths of the unit) of a variant for one order, held until a moment (None: until it ends)."""

    order_id: int
    variant_id: int
    amount: int
    held_until: datetime | None


class SoldOut(Refused):
    """There is not enough of something; the sentence names it and what is left."""


def reserve(session: Session, wanted: Sequence[Wanted], *, now: datetime) -> None:
    """Hold goods for orders, all or nothing. SoldOut where one line cannot be had."""
    in_order = sorted(wanted, key=lambda one: (one.variant_id, one.order_id))
    for one in in_order:
        give_back_overdue(session, one.variant_id, now)
        _take(session, one)
    session.execute(insert(Reservation), [asdict(one) for one in in_order])


def give_back_overdue(session: Session, variant_id: int, now: datetime) -> None:
    """Give back what is held of a variant beyond its time. To be called before the variant itself is locked."""
    overdue = (
        update(Reservation)
        .where(Reservation.variant_id == variant_id, Reservation.released_at.is_(None), Reservation.held_until <= now)
        .values(released_at=now, outcome=ReservationEnd.QUA_HAN)
        .returning(Reservation.amount)
        .execution_options(synchronize_session=False)
    )
    _uncount(session, variant_id, session.scalars(overdue).all())


def _uncount(session: Session, variant_id: int, amounts: Iterable[int]) -> None:
    total = sum(amounts)
    if total:
        session.execute(
            update(Variant)
            .where(Variant.id == variant_id)
            .values(reserved=Variant.reserved - total)
            .execution_options(synchronize_session=False)
        )


def _take(session: Session, one: Wanted) -> None:
    """The guard: one conditional UPDATE, so that two buyers of the last piece cannot both have it."""
    enough = or_(Variant.on_hand.is_(None), Variant.on_hand - Variant.reserved >= one.amount)
    taken = session.execute(
        update(Variant)
        .where(Variant.id == one.variant_id, ~Variant.is_sold_out, enough)
        .values(reserved=Variant.reserved + one.amount)
        .returning(Variant.id)
        .execution_options(synchronize_session=False)
    ).first()
    if taken is None:
        raise SoldOut(_what_is_left(session, one.variant_id))


def _what_is_left(session: Session, variant_id: int) -> str:
    row = session.execute(
        select(Product.name, Variant.label, Variant.unit, Variant.on_hand, Variant.reserved, Variant.is_sold_out)
        .join(Variant.product)
        .where(Variant.id == variant_id)
    ).one()
    name = f"{row.name} {row.label}".strip()
    left = 0 if row.is_sold_out or row.on_hand is None else row.on_hand - row.reserved
    if left:
        return f"Hết hàng: {name} chỉ còn {format_quantity(left, unit(row.unit))}. Giỏ vẫn giữ, mời sửa số lượng."
    return f"Hết hàng: {name} vừa bán hết. Giỏ vẫn giữ món này, các món khác chưa bị đặt."


def hold(session: Session, order_id: int, *, until: datetime | None) -> int:
    """Hold an order's goods until another moment (None: until it ends). Gives how many lines are still held."""
    held = _live(session, order_id)
    _change(session, [row.id for row in held], held_until=until)
    return len(held)


def release(session: Session, order_id: int, outcome: ReservationEnd, *, now: datetime) -> None:
    """Give back what is still held for an order. Twice gives back once."""
    for variant_id, amount in _end(session, order_id, outcome, now):
        _uncount(session, variant_id, [amount])


def sell(session: Session, actor: Actor, order_id: int, *, now: datetime) -> int:
    """What is held for an order leaves the stock: counted goods by a move. Gives how many lines were sold."""
    sold = _end(session, order_id, ReservationEnd.BAN, now)
    for variant_id, amount in sold:
        on_hand = session.scalars(
            update(Variant)
            .where(Variant.id == variant_id)
            .values(reserved=Variant.reserved - amount, on_hand=Variant.on_hand - amount)
            .returning(Variant.on_hand)
            .execution_options(synchronize_session=False)
        ).one()
        if on_hand is not None:
            move = StockMove(variant_id=variant_id, delta=-amount, reason=MoveReason.BAN, order_id=order_id, at=now)
            move.actor_id = actor.person_id
            session.add(move)
    return len(sold)


def _end(session: Session, order_id: int, outcome: ReservationEnd, now: datetime) -> list[tuple[int, int]]:
    """End the live reservations of an order; their variants and amounts, in the order of ids."""
    live = _live(session, order_id)
    _change(session, [row.id for row in live], released_at=now, outcome=outcome)
    return [(row.variant_id, row.amount) for row in live]


def _live(session: Session, order_id: int) -> Sequence[Row[int, int, int]]:
    """An order's reservations that have not ended, locked in the order of their variants."""
    query = select(Reservation.id, Reservation.variant_id, Reservation.amount).where(
        Reservation.order_id == order_id, Reservation.released_at.is_(None)
    )
    return session.execute(query.order_by(Reservation.variant_id, Reservation.id).with_for_update()).all()


def _change(session: Session, reservation_ids: Sequence[int], **values: object) -> None:
    session.execute(
        update(Reservation)
        .where(Reservation.id.in_(reservation_ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
