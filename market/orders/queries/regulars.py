"""Who ordered from a stall before, as that stall alone may be reminded of them: of its own orders, and no longer than
their names are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.orders.models import LINE_STANDS, Contact, Order, OrderLine, Purchase
from market.orders.rules import OrderStatus
from market.values.paging import CountedPage, ListPage
from market.values.phone import Phone
from market.values.quantity import format_quantity, unit
from market.values.text import fold

PAGE = 20
LOOKED_AT = 400
"""So many of a stall's newest orders are looked through: a regular is among them."""
MOST_NAMED = 3
_UNDONE = (OrderStatus.DECLINED, OrderStatus.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Regular:
    """Somebody who ordered here, by the name and the phone of their newest order; `goods`: what that was, in words."""

    name: str
    phone: Phone | None
    code: str
    goods: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    order_id: int
    code: str
    name: str
    phone: Phone | None

    @property
    def key(self) -> str:
        return str(self.phone) if self.phone else fold(self.name)


def regulars_of(session: Session, stall_id: int, *, called: str, page: int) -> CountedPage[Regular]:
    """One page of them, who ordered last first; `called`: of those whose name or number says this."""
    query = (
        select(Order.id, Order.code, Contact.name, Contact.phone)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(Contact, Contact.id == Purchase.contact_id)
        .where(Order.stall_id == stall_id, Contact.erased_at.is_(None), Order.status.not_in(_UNDONE))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(LOOKED_AT)
    )
    newest: dict[str, _Found] = {}
    for order_id, code, name, phone in session.execute(query):
        one = _Found(order_id=order_id, code=code, name=name, phone=phone)
        if _is_called(one, called):
            newest.setdefault(one.key, one)
    shown = ListPage(total=len(newest), size=PAGE, asked=page)
    rows = list(newest.values())[shown.first : shown.first + PAGE]
    goods = _goods_of(session, [one.order_id for one in rows])
    return shown.with_rows(
        [
            Regular(name=one.name, phone=one.phone, code=one.code, goods=", ".join(goods.get(one.order_id, ())))
            for one in rows
        ]
    )


def _is_called(one: _Found, called: str) -> bool:
    digits = "".join(letter for letter in called if letter.isdecimal())
    by_number = len(digits) > 2 and one.phone is not None and digits in one.phone.digits
    return by_number or fold(called) in fold(one.name)


def _goods_of(session: Session, order_ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(OrderLine.order_id, OrderLine.product_name, OrderLine.amount, OrderLine.unit)
        .where(OrderLine.order_id.in_(order_ids), LINE_STANDS)
        .order_by(OrderLine.id)
    )
    found: dict[int, list[str]] = {}
    for order_id, name, amount, unit_code in session.execute(query):
        goods = found.setdefault(order_id, [])
        if len(goods) < MOST_NAMED:
            goods.append(f"{name} {format_quantity(amount, unit(unit_code))}")
    return found
