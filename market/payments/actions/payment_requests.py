"""Check-out with its payment requests: every order asks for its total, at the account of that moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, literal, select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.base.clock import Clock
from market.base.db import UtcTime
from market.catalog.actions.stock import SoldOut
from market.catalog.queries.stock import ran_out
from market.orders.actions.inputs import Placed, PlacePurchase
from market.orders.actions.phone_orders import PhoneOrder, write_phone_order
from market.orders.actions.placing import place_purchase
from market.orders.models import Order
from market.payments.models import PaymentRequest
from market.sellers.models import BankAccount


def check_out(session: Session, actor: Actor, new: PlacePurchase, *, clock: Clock) -> Placed:
    """Place a purchase and open the payment request of each of its orders. The same client key changes nothing.

    Refused as `place_purchase`. Goods whose hold ran out while this one waited for them are to be had: it is tried once
    more by the time that it is then, with nothing locked before.
    """
    now = clock()
    try:
        with session.begin_nested():
            placed = place_purchase(session, actor, new, now=now)
    except SoldOut:
        before, now = now, clock()
        if not ran_out(session, [line.variant_id for line in new.lines], after=before, until=now):
            raise
        placed = place_purchase(session, actor, new, now=now)
    if placed.is_new:
        open_requests(session, placed.order_ids, now=now)
    return placed


def order_by_phone(session: Session, actor: Actor, new: PhoneOrder, *, clock: Clock) -> Placed:
    """Enter an order that a stall was told by phone, and open its payment request. The same client key changes nothing.
    Refused as `write_phone_order`."""
    now = clock()
    placed = write_phone_order(session, actor, new, now=now)
    if placed.is_new:
        open_requests(session, placed.order_ids, now=now)
    return placed


_ACCOUNT = (
    select(BankAccount.id)
    .where(BankAccount.business_id == Order.business_id, BankAccount.closed_at.is_(None))
    .correlate(Order)
    .scalar_subquery()
)
_AT = bindparam("now", type_=UtcTime())
_NOTHING_YET = (literal(0), literal(0), literal(0))
_ASKED = select(Order.commune_id, Order.id, Order.stall_id, Order.total, *_NOTHING_YET, _ACCOUNT, _AT).where(
    Order.id.in_(bindparam("order_ids", expanding=True)), Order.total > 0
)
_SUMS = ("amount", "received", "refunded", "owed_back")
_COLUMNS = ("commune_id", "order_id", "stall_id", *_SUMS, "bank_account_id", "created_at")
_OPEN = insert(PaymentRequest).from_select(_COLUMNS, _ASKED)


def open_requests(session: Session, order_ids: Sequence[int], *, now: datetime) -> None:
    """Ask for what these new orders cost. An order that costs nothing asks for nothing."""
    session.connection().execute(_OPEN, {"order_ids": list(order_ids), "now": now})
