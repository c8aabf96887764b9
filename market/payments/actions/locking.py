"""An order with its money, as every decision about it reads them: locked first, then read, then the time taken.

Locks are taken in one order everywhere, see docs/locks.md: the bank's notice or the card payment, the order, what it
asks for, what is held for it, the goods.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from market.base.clock import Clock
from market.base.db import Locked, locked, locked_all
from market.base.errors import NotFound
from market.orders.models import Order
from market.orders.rules import ACCEPTED, NO_ORDER, OPEN, OrderStatus, status_at
from market.payments.models import PaymentRequest
from market.payments.rules.status import binds_buyer, due_now, keeps_order
from market.values.money import Dong


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMoney:
    """An order and what it asks for (None: nothing), both locked, and the time after that."""

    order: Locked[Order]
    request: Locked[PaymentRequest] | None
    now: datetime

    @property
    def asked(self) -> PaymentRequest:
        """What the order asks for; NotFound where it asks for nothing."""
        if self.request is None:
            raise NotFound("Đơn này không phải trả tiền.")
        return self.request.row

    @property
    def is_paid(self) -> bool:
        """Whether enough is in that no clock ends the order."""
        request, deposit = self.request, self.order.row.deposit
        return request is not None and keeps_order(request.row.amount, request.row.received, deposit=deposit)

    @property
    def binds_buyer(self) -> bool:
        """Whether so much is in that the buyer cannot call the order off alone."""
        request, deposit = self.request, self.order.row.deposit
        return request is not None and binds_buyer(request.row.amount, request.row.received, deposit=deposit)

    @property
    def due(self) -> Dong:
        """What is to be paid next of what it asks for; NotFound where it asks for nothing."""
        return due_now(self.asked.amount, self.asked.received, self.order.row.deposit_awaited)

    @property
    def status(self) -> OrderStatus:
        """Where the order stands by time."""
        return status_at(self.order.row.status, self.order.row.due_at, self.now)

    @property
    def has_ended(self) -> bool:
        """Whether the order is over without a sale: money does not bring it back."""
        return self.status not in OPEN and self.status is not OrderStatus.DELIVERED

    @property
    def is_accepted(self) -> bool:
        """Whether the stall took the order, and no clock has ended it since."""
        return self.status in ACCEPTED

    @property
    def is_declined(self) -> bool:
        """Whether the stall has said that it cannot deliver. Once an order is ready, the stall alone calls it off."""
        row = self.order.row
        called_off = self.status is OrderStatus.CANCELLED and row.ready_at is not None and row.no_show_at is None
        return called_off or self.status is OrderStatus.DECLINED

    @property
    def is_cancelled(self) -> bool:
        """Whether the buyer has called it off."""
        return self.status is OrderStatus.CANCELLED and self.order.row.ready_at is None

    @property
    def is_ready(self) -> bool:
        """Whether the stall has packed it, and nobody has called it off since."""
        return self.is_accepted and self.order.row.ready_at is not None

    @property
    def is_waiting(self) -> bool:
        """Whether the order still waits to be handed over, so that a bank's notice may pay it by itself."""
        return self.status in OPEN


def lock_order(session: Session, *scope: ColumnElement[bool], clock: Clock) -> OrderMoney:
    """The one order of this scope with its request; NotFound for none."""
    order = locked(session, Order, *scope, missing=NO_ORDER)
    request = _request_of(session, order)
    return OrderMoney(order=order, request=request, now=clock())


def lock_order_of_stall(session: Session, stall_id: int, order_id: int, *, clock: Clock) -> OrderMoney:
    """A stall's own order with its request; NotFound where it is another's."""
    return lock_order(session, Order.id == order_id, Order.stall_id == stall_id, clock=clock)


def lock_orders(session: Session, *scope: ColumnElement[bool], clock: Clock) -> list[OrderMoney]:
    """Every order of this scope with its request, by id."""
    orders = locked_all(session, Order, *scope)
    requests = [_request_of(session, order) for order in orders]
    now = clock()
    return [OrderMoney(order=order, request=request, now=now) for order, request in zip(orders, requests, strict=True)]


def _request_of(session: Session, order: Locked[Order]) -> Locked[PaymentRequest] | None:
    found = locked_all(session, PaymentRequest, PaymentRequest.order_id == order.row.id)
    return found[0] if found else None
