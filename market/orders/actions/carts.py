"""What a visitor does with a cart: puts in, changes, takes out.

What an `ProductOffer` says (price, what is left) is read before the cart is locked and only warns: nothing is sold
here, and
check-out reads it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from market.base.client_keys import SentForm, used_before
from market.base.db import Base, UtcTime, WholeNumber, insert_once
from market.base.errors import NotFound, Refused
from market.orders.models import Cart
from market.orders.queries.offers import Offer
from market.orders.rules import MOST_LINES
from market.places.rules.modes import Feature, refuse_unless
from market.values.money import LARGEST
from market.values.quantity import format_quantity, line_total


@dataclass(frozen=True, slots=True, kw_only=True)
class CartKey:
    """Whose cart: the commune and the fingerprint of the cookie's random key. `is_drawn`: of a key that was drawn for
    this request, so that no cart has it yet."""

    commune_id: int
    key_hash: str
    is_drawn: bool = False

    @property
    def columns(self) -> dict[str, object]:
        """The columns of its cart."""
        return {"commune_id": self.commune_id, "key_hash": self.key_hash}


_CART, _LINE = Base.metadata.tables["cart"], Base.metadata.tables["cart_line"]

# Built once: building a statement costs as much as running it, and every buyer waits on these. That is why a cart is
# not `locked()`: _FIND asks for the same lock (FOR NO KEY UPDATE) within the same scope, and the lines, which change
# under it alone, are read after it.
_FIND = (
    select(_CART.c.id)
    .where(_CART.c.key_hash == bindparam("key_hash"), _CART.c.commune_id == bindparam("commune_id"))
    .with_for_update(key_share=True)
)
_LINES = select(_LINE.c.variant_id, _LINE.c.amount).where(_LINE.c.cart_id == bindparam("cart"))
_ADD = insert(_LINE)
_OF_CART = _LINE.c.cart_id == bindparam("cart"), _LINE.c.variant_id == bindparam("variant")
_SET = update(_LINE).where(*_OF_CART).values(amount=bindparam("thousandths", type_=WholeNumber()))
_DROP = delete(_LINE).where(*_OF_CART)
_TOUCH = (
    update(_CART)
    .where(_CART.c.id == bindparam("cart"))
    .values(changes=_CART.c.changes + 1, updated_at=bindparam("now", type_=UtcTime()))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """How many lines the cart has then; `is_new` is False where this very form had added already."""

    lines: int
    is_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A cart's row, locked until the transaction ends, with its amounts by variant."""

    id: int
    lines: Mapping[int, int]
    is_new: bool = False


def put_in(
    session: Session, key: CartKey, offer: Offer, amount: int, *, client_key: str | None = None, now: datetime
) -> Added:
    """Add an amount (thousandths) of what is offered to what is there of it; the same `client_key` again adds nothing.

    Refused where there is not enough, the amount is no whole step or too large, the market takes no orders or the cart
    is full; SentOtherwise where the key has added something else; NotFound for another commune's.
    """
    cart = None if key.is_drawn else _found(session, key)
    cart = cart or _new_cart(session, key, now)
    told = f"{format_quantity(amount, offer.unit)} {offer.name} vào giỏ"
    sent = SentForm(key=client_key, content=("cart", offer.variant_id, amount), told=told)
    if used_before(session, f"cart:{cart.id}", sent, now=now):
        return Added(lines=len(cart.lines), is_new=False)
    total = amount + cart.lines.get(offer.variant_id, 0)
    _check(key, offer, total)
    _lay(session, cart, cart.lines, offer.variant_id, total)
    _touch(session, cart, now)
    return Added(lines=len(cart.lines.keys() | {offer.variant_id}))


def refill(session: Session, key: CartKey, wanted: Sequence[tuple[Offer, int]], *, now: datetime) -> int:
    """Have at least so much (thousandths) of each in the cart: what is there already stays. Idempotent; returns how
    many lines there are. Refused and NotFound as in `put_in`, the cart stays as it was."""
    cart = None if key.is_drawn else _found(session, key)
    cart = cart or _new_cart(session, key, now)
    held = dict(cart.lines)
    for offer, amount in wanted:
        if held.get(offer.variant_id, 0) >= amount:
            continue
        _check(key, offer, amount)
        _lay(session, cart, held, offer.variant_id, amount)
        held[offer.variant_id] = amount
    if held != cart.lines:
        _touch(session, cart, now)
    return len(held)


def _lay(session: Session, cart: _Held, held: Mapping[int, int], variant_id: int, amount: int) -> None:
    """Have so much of a variant in a cart that holds this by now. Refused where it is one line too many."""
    if variant_id in held:
        _set(session, cart, variant_id, amount)
    elif len(held) >= MOST_LINES:
        raise Refused("cart_full", f"Giỏ chứa được nhiều nhất {MOST_LINES} món. Mời đặt bớt trước.")
    else:
        session.connection().execute(_ADD, {"cart_id": cart.id, "variant_id": variant_id, "amount": amount})


def change_all(session: Session, key: CartKey, wanted: Sequence[tuple[Offer, int]], *, now: datetime) -> None:
    """Set the amounts (thousandths) of lines: all of them, or none. Refused as in `put_in`, every line stays as it was;
    NotFound where the cart has no such line."""
    if not wanted:
        return
    cart = _cart(session, key)
    for offer, amount in wanted:
        if offer.variant_id not in cart.lines:
            raise NotFound("Món này không còn trong giỏ.")
        _check(key, offer, amount)
        _set(session, cart, offer.variant_id, amount)
    _touch(session, cart, now)


def take_out(session: Session, key: CartKey, variant_id: int, *, now: datetime) -> int:
    """Take a line out; returns how many lines there are then. Taking out what is not there is no fault; NotFound where
    there is no cart."""
    cart = _cart(session, key)
    session.connection().execute(_DROP, {"cart": cart.id, "variant": variant_id})
    _touch(session, cart, now)
    return len(cart.lines.keys() - {variant_id})


def _found(session: Session, key: CartKey) -> _Held | None:
    cart_id = session.connection().execute(_FIND, key.columns).scalar_one_or_none()
    if cart_id is None:
        return None
    rows = session.connection().execute(_LINES, {"cart": cart_id})
    return _Held(id=cart_id, lines={row.variant_id: row.amount for row in rows})


def _cart(session: Session, key: CartKey) -> _Held:
    cart = _found(session, key)
    if cart is None:
        raise NotFound("Giỏ hàng trên máy này còn trống.")
    return cart


def _new_cart(session: Session, key: CartKey, now: datetime) -> _Held:
    """A new cart for a new key, or the one that another request made concurrently."""
    values = key.columns | {"updated_at": now}
    entered = session.connection().execute(insert_once(session, Cart).returning(Cart.id), values)
    cart_id = entered.scalar_one_or_none()
    return _Held(id=cart_id, lines={}, is_new=True) if cart_id else _cart(session, key)


def _set(session: Session, cart: _Held, variant_id: int, amount: int) -> None:
    line = {"cart": cart.id, "variant": variant_id, "thousandths": amount}
    session.connection().execute(_SET, line)


def _touch(session: Session, cart: _Held, now: datetime) -> None:
    """The cart is another one now: an older review page no longer buys."""
    if not cart.is_new:
        session.connection().execute(_TOUCH, {"cart": cart.id, "now": now})


def _check(key: CartKey, offer: Offer, amount: int) -> None:
    if offer.commune_id != key.commune_id:
        raise NotFound("Món này không còn trên chợ.")
    refuse_unless(offer.mode, Feature.ORDERS)
    if amount % offer.unit.step:
        step = format_quantity(offer.unit.step, offer.unit)
        raise Refused("bad_step", f"{offer.name} bán theo từng {step}. Mời sửa lại số lượng.")
    if line_total(offer.price, amount) > LARGEST:
        raise Refused("too_large", f"Số lượng {offer.name} quá lớn. Mời sửa lại.")
    problem = offer.problem(amount)
    if problem is not None:
        raise Refused("out_of_stock", f"{offer.name}: {problem[0].lower()}{problem[1:]} Giỏ vẫn như cũ.")
