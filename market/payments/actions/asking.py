"""Check-out with its payment requests: every order asks for its total, at the account of that moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from market.base.audit import Actor
from market.orders.actions.inputs import Placed, PlacePurchase
from market.orders.actions.placing import place_purchase
from market.orders.models import Order
from market.payments.models import PaymentRequest
from market.sellers.models import BankAccount


def check_out(session: Session, actor: Actor, new: PlacePurchase, *, now: datetime) -> Placed:
    """Place a purchase and open the payment request of each of its orders. The same client key changes nothing."""
    placed = place_purchase(session, actor, new, now=now)
    if placed.is_new:
        open_requests(session, placed.order_ids, now=now)
    return placed


def open_requests(session: Session, order_ids: Sequence[int], *, now: datetime) -> None:
    """Ask for what these new orders cost. An order that costs nothing asks for nothing."""
    account = (
        select(BankAccount.id)
        .where(BankAccount.business_id == Order.business_id, BankAccount.closed_at.is_(None))
        .correlate(Order)
        .scalar_subquery()
    )
    query = select(Order.id, Order.stall_id, Order.total, account.label("bank_account_id"))
    rows = session.execute(query.where(Order.id.in_(order_ids), Order.total > 0).order_by(Order.id))
    session.add_all(
        PaymentRequest(
            order_id=row.id,
            stall_id=row.stall_id,
            amount=row.total,
            bank_account_id=row.bank_account_id,
            created_at=now,
        )
        for row in rows
    )
    session.flush()
