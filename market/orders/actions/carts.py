"""What a visitor does with a cart: puts in, changes, takes out. Each gives how many lines there are then."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from market.base.db import insert_once
from market.base.errors import NotFound, Refused
from market.orders.models import Cart, CartLine
from market.orders.queries.offers import Offer, offers_of
from market.values.money import LARGEST
from market.values.quantity import format_quantity, line_total

MOST_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CartKey:
    """Whose cart: the commune and the fingerprint of the cookie's random key."""

    commune_id: int
    key_hash: str


def put_in(session: Session, key: CartKey, variant_id: int, amount: int, *, now: datetime) -> int:
    """Add an amount (thousandths) of a variant, to what is there of it. Refused where there is not enough."""
    cart = _cart(session, key, now)
    line = _line(session, cart.id, variant_id)
    total = amount + (line.amount if line else 0)
    _check(_offer(session, key, variant_id, now), total)
    if line is not None:
        line.amount = total
    else:
        session.add(CartLine(cart_id=cart.id, variant_id=variant_id, amount=total))
    return _touched(session, cart, now)


def change(session: Session, key: CartKey, variant_id: int, amount: int, *, now: datetime) -> int:
    """Set the amount of a line. Refused where there is not enough, the line stays as it was."""
    cart = _cart(session, key, now)
    line = _line(session, cart.id, variant_id)
    if line is None:
        raise NotFound("Món này không còn trong giỏ.")
    _check(_offer(session, key, variant_id, now), amount)
    line.amount = amount
    return _touched(session, cart, now)


def take_out(session: Session, key: CartKey, variant_id: int, *, now: datetime) -> int:
    """Take a line out; taking out what is not there is no fault."""
    cart = _cart(session, key, now)
    session.execute(delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id == variant_id))
    return _touched(session, cart, now)


def _cart(session: Session, key: CartKey, now: datetime) -> Cart:
    """The cart, locked; a new one for a new key."""
    query = select(Cart).where(Cart.key_hash == key.key_hash, Cart.commune_id == key.commune_id).with_for_update()
    cart = session.scalar(query)
    if cart is not None:
        return cart
    values = {"commune_id": key.commune_id, "key_hash": key.key_hash, "updated_at": now}
    session.execute(insert_once(session, Cart).values(values))
    return session.scalars(query).one()


def _line(session: Session, cart_id: int, variant_id: int) -> CartLine | None:
    return session.scalar(select(CartLine).where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id))


def _offer(session: Session, key: CartKey, variant_id: int, now: datetime) -> Offer:
    offer = offers_of(session, [variant_id], now=now).get(variant_id)
    if offer is None or offer.commune_id != key.commune_id:
        raise NotFound("Món này không còn trên chợ.")
    return offer


def _check(offer: Offer, amount: int) -> None:
    if not offer.takes_orders:
        raise Refused("Chợ này chỉ giới thiệu hàng. Mời gọi người bán để mua.")
    if amount % offer.unit.step:
        step = format_quantity(offer.unit.step, offer.unit)
        raise Refused(f"{offer.name} bán theo từng {step}. Mời sửa lại số lượng.")
    if line_total(offer.price, amount) > LARGEST:
        raise Refused(f"Số lượng {offer.name} quá lớn. Mời sửa lại.")
    problem = offer.problem(amount)
    if problem is not None:
        raise Refused(f"{offer.name}: {problem[0].lower()}{problem[1:]} Giỏ vẫn như cũ.")


def _touched(session: Session, cart: Cart, now: datetime) -> int:
    cart.updated_at = now
    session.flush()
    lines = session.scalar(select(func.count()).where(CartLine.cart_id == cart.id)) or 0
    if lines > MOST_LINES:
        raise Refused(f"Giỏ chứa được nhiều nhất {MOST_LINES} món. Mời đặt bớt trước.")
    return lines
