"""What a visitor does with a cart: puts in, changes, takes out. Each gives how many lines there are then."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from market.base.db import insert_once
from market.base.errors import NotFound, Refused
from market.orders.models import Cart, CartLine
from market.orders.queries.offers import Offer
from market.values.money import LARGEST
from market.values.quantity import format_quantity, line_total

MOST_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CartKey:
    """Whose cart: the commune and the fingerprint of the cookie's random key."""

    commune_id: int
    key_hash: str


def put_in(session: Session, key: CartKey, offer: Offer, amount: int, *, now: datetime) -> int:
    """Add an amount (thousandths) of what is offered to what is there of it. Refused where there is not enough."""
    cart = _cart(session, key, now)
    lines = _lines(session, cart)
    line = lines.get(offer.variant_id)
    total = amount + (line.amount if line else 0)
    _check(key, offer, total)
    if line is not None:
        line.amount = total
    elif len(lines) >= MOST_LINES:
        raise Refused(f"Giỏ chứa được nhiều nhất {MOST_LINES} món. Mời đặt bớt trước.")
    else:
        session.add(CartLine(cart_id=cart.id, variant_id=offer.variant_id, amount=total))
    cart.updated_at = now
    return len(lines) + (line is None)


def change(session: Session, key: CartKey, offer: Offer, amount: int, *, now: datetime) -> int:
    """Set the amount of a line. Refused where there is not enough, the line stays as it was."""
    cart = _cart(session, key, now)
    lines = _lines(session, cart)
    if offer.variant_id not in lines:
        raise NotFound("Món này không còn trong giỏ.")
    _check(key, offer, amount)
    lines[offer.variant_id].amount = amount
    cart.updated_at = now
    return len(lines)


def take_out(session: Session, key: CartKey, variant_id: int, *, now: datetime) -> int:
    """Take a line out; taking out what is not there is no fault."""
    cart = _cart(session, key, now)
    lines = _lines(session, cart)
    session.execute(delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id == variant_id))
    cart.updated_at = now
    return len(lines.keys() - {variant_id})


def _cart(session: Session, key: CartKey, now: datetime) -> Cart:
    """The cart, locked; a new one for a new key."""
    query = select(Cart).where(Cart.key_hash == key.key_hash, Cart.commune_id == key.commune_id).with_for_update()
    cart = session.scalar(query)
    if cart is not None:
        return cart
    values = {"commune_id": key.commune_id, "key_hash": key.key_hash, "updated_at": now}
    session.execute(insert_once(session, Cart).values(values))
    return session.scalars(query).one()


def _lines(session: Session, cart: Cart) -> dict[int, CartLine]:
    """The lines of a cart by variant."""
    found = session.scalars(select(CartLine).where(CartLine.cart_id == cart.id))
    return {line.variant_id: line for line in found}


def _check(key: CartKey, offer: Offer, amount: int) -> None:
    if offer.commune_id != key.commune_id:
        raise NotFound("Món này không còn trên chợ.")
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
