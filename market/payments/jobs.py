"""What comes round for orders and money: orders past their clock, notices kept but not matched yet, card sessions that
must not be paid any more."""

import logging
from datetime import datetime, timedelta

from flask import current_app

from market.base import clock
from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.errors import OutsideError
from market.base.jobs import Upkeep
from market.orders.queries.orders import overdue_orders, paid_and_unanswered
from market.payments.actions import ask_to_answer, end_overdue_order, heed_card, match_credit
from market.payments.card.gateway import end, gateway_of
from market.payments.models import CardPayment
from market.payments.queries import card_payments_to_end, credits_unread

log = logging.getLogger(__name__)

LEFT_ALONE = timedelta(seconds=30)


def end_overdue(now: datetime) -> int:
    """Write the end of every order past its clock; returns how many. Pages do not wait for it.

    What has no clock because it is paid is not ended: its stall is asked for an answer, once a day.
    """
    ended = 0
    for order_id in overdue_orders(reading(), now):
        with transaction() as session:
            ended += end_overdue_order(session, order_id, clock=clock.now)
    for order_id in paid_and_unanswered(reading(), now):
        with transaction() as session:
            ask_to_answer(session, order_id, clock=clock.now)
    return ended


def match_left_over(now: datetime) -> int:
    """Match every notice that has waited unread for half a minute; gives how many."""
    left = credits_unread(reading(), before=now - LEFT_ALONE)
    for credit_id in left:
        with transaction() as session:
            match_credit(session, credit_id, clock=clock.now)
    return len(left)


def end_card_sessions(now: datetime) -> int:
    """Close the card sessions whose time is up or which nobody should pay any more, and take down what was paid in
    them: so money is found even where the gateway's own call never came. Gives how many were looked at.

    A gateway that does not answer is left alone for this round.
    """
    away: set[int] = set()
    waiting = card_payments_to_end(reading(), now=now)
    for payment in waiting:
        if payment.card_account_id not in away and not _end(payment):
            away.add(payment.card_account_id)
    return len(waiting)


def _end(payment: CardPayment) -> bool:
    """Close one session; False where its gateway does not answer as it should."""
    try:
        gateway = gateway_of(payment.account, current_app.config["CHOSO"])
        told = end(gateway, payment.session_id) if payment.session_id else None
        with transaction() as session:
            heed_card(session, GUEST, payment.id, told, clock=clock.now)
    except OutsideError as error:
        log.warning("card session not closed", extra={"payment": payment.id, "fault": type(error).__name__})
        return False
    return True


UPKEEP = (
    Upkeep(name="end overdue orders", every=timedelta(seconds=30), do=end_overdue),
    Upkeep(name="match bank notices", every=timedelta(minutes=1), do=match_left_over),
    Upkeep(name="end card sessions", every=timedelta(minutes=1), do=end_card_sessions),
)
