"""What an order still asks of its buyer, and how it may be paid now: what the pages of paying share."""

from market.base import clock
from market.base.db import reading
from market.base.errors import NotFound
from market.orders.models import Order
from market.orders.queries.orders import life_of
from market.orders.rules import OrderSource
from market.payments.queries import Payment, payment_of
from market.payments.rules.status import ASKS_FOR_MONEY, Stage, stage_of
from market.web.base.commune import current_commune

GAVE_UP = "thoi"
"""How the card gateway's page says, in the address, that its buyer turned back without paying."""


def payment_here(order: Order) -> Payment:
    """What the order has been paid; NotFound where it asks for nothing."""
    payment = payment_of(reading(), order.id, now=clock.now())
    if payment is None:
        raise NotFound("Đơn này không phải trả tiền.")
    return payment


def stage_now(order: Order, payment: Payment) -> Stage:
    life = life_of(order, now=clock.now())
    is_unknown = life.is_asked or (life.waits_for_scale and not payment.awaits_deposit)
    return stage_of(life.status, payment.status, has_account=payment.to is not None, is_unknown=is_unknown)


def takes_card(order: Order, payment: Payment) -> bool:
    """Whether the buyer may pay by card now."""
    if order.source is OrderSource.PHONE:
        return False
    can_pay = stage_now(order, payment) in ASKS_FOR_MONEY and not order.to_weigh
    return current_commune().takes_cards and order.stall.accepts_card and can_pay
