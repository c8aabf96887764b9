"""What a visitor does with a cart: puts in, changes, takes out. Each gives how many lines there are then."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
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
    cart = _found(session, key) or _new_cart(session, key, now)
    lines = {} if cart.is_new else _lines(session, cart)
    line = lines.get(offer.variant_id)
    total = amount + (line.amount if line else 0)
    _check(key, offer, total)
    if line is not None:
        line.amount = total
    elif len(lines) >= MOST_LINES:
        raise Refused(f"Giỏ chứa được nhiều nhất {MOST_LINES} món. Mời đặt bớt trước.")
    else:
        session.add(CartLine(cart_id=cart.id, variant_id=offer.variant_id, amount=total))
    _touch(session, cart, now)
    return len(lines) + (line is None)


def change(session: Session, key: CartKey, offer: Offer, amount: int, *, now: datetime) -> int:
    """Set the amount of a line. Refused where there is not enough, the line stays as it was."""
    cart = _cart(session, key)
    lines = _lines(session, cart)
    if offer.variant_id not in lines:
        raise NotFound("Món này không còn trong giỏ.")
    _check(key, offer, amount)
    lines[offer.variant_id].amount = amount
    _touch(session, cart, now)
    return len(lines)


def take_out(session: Session, key: CartKey, variant_id: int, *, now: datetime) -> int:
    """Take a line out; taking out what is not there is no fault."""
    cart = _cart(session, key)
    lines = _lines(session, cart)
    session.execute(delete(CartLine).where(CartLine.cart_id == cart.id, CartLine.variant_id == variant_id))
    _touch(session, cart, now)
    return len(lines.keys() - {variant_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A cart's row, locked until the transaction ends."""

    id: int
    is_new: bool = False


def _found(session: Session, key: CartKey) -> _Held | None:
    query = select(Cart.id).where(Cart.key_hash == key.key_hash, Cart.commune_id == key.commune_id)
    cart_id = session.scalar(query.with_for_update())
    return _Held(id=cart_id) if cart_id else None


def _cart(session: Session, key: CartKey) -> _Held:
    cart = _found(session, key)
    if cart is None:
        raise NotFound("Giỏ hàng trên máy này còn trống.")
    return cart


def _new_cart(session: Session, key: CartKey, now: datetime) -> _Held:
    """A new cart for a new key; the one that another request made in this very moment."""
    values = {"commune_id": key.commune_id, "key_hash": key.key_hash, "changes": 0, "updated_at": now}
    cart_id = session.scalar(insert_once(session, Cart).values(values).returning(Cart.id))
    return _Held(id=cart_id, is_new=True) if cart_id else _cart(session, key)


def _touch(session: Session, cart: _Held, now: datetime) -> None:
    """The cart is another one now: a review page of before no longer buys."""
    if not cart.is_new:
        session.execute(update(Cart).where(Cart.id == cart.id).values(changes=Cart.changes + 1, updated_at=now))


def _lines(session: Session, cart: _Held) -> dict[int, CartLine]:
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
