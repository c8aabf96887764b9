"""A card's money that goes back: gateways are asked to send it, and what became of it, and of disputes."""

import logging
from datetime import datetime, timedelta

from market.base import clock
from market.base.audit import GUEST
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.jobs import Handler, Payload, PeriodicTask, enqueue_again
from market.base.logs import fault_of
from market.payments.actions import note_left_again, refuse_card_refund, sync_intent
from market.payments.actions.card_leaving import BRING_CARD_BACK
from market.payments.card.client import CardRefused
from market.payments.card.gateway import gateway_of, left_of
from market.payments.models import CardRefund
from market.payments.ports import CardGateway, LeftAgain
from market.payments.queries import card_payment, card_payments_to_look_after, refunds_to_ask

log = logging.getLogger(__name__)

KEY_REFUSED = frozenset({401, 403})
"""Our key is not taken: that says nothing of the refund, which waits until a key is."""


def look_after_cards(now: datetime) -> int:
    """Set a job for each card payment of which something is under way back, or disputed and not told of for long;
    returns how many."""
    payments = card_payments_to_look_after(reading(), now=now)
    with transaction() as session:
        for payment_id in payments:
            key = f"{BRING_CARD_BACK}:{payment_id}"
            enqueue_again(session, BRING_CARD_BACK, {"payment_id": payment_id}, dedupe_key=key)
    return len(payments)


def bring_card_back(payload: Payload) -> None:
    look_after_card(int(payload["payment_id"] or 0))


def look_after_card(payment_id: int) -> None:
    """Take over what the gateway knows of a payment's refunds, then ask it for those that it does not know yet.

    Each is asked with the key that was written down for it: a worker that died after asking, or whose answer was lost,
    asks again and nothing goes back twice. Where that was longer ago than a gateway keeps keys, the refund is found by
    its mark before anything is asked. OutsideError where the gateway does not answer: then the job comes again.
    """
    payment = card_payment(reading(), payment_id)
    if payment.intent_id is None:
        return
    gateway = gateway_of(payment.account, current_settings())
    try:
        intent = gateway.intent(payment.intent_id)
        left = left_of(gateway, intent)
    except CardRefused as error:
        _refuse_all(payment_id, error)
        return
    with transaction() as session:
        sync_intent(session, GUEST, payment_id, intent, left, clock=clock.now)
    for refund in refunds_to_ask(reading(), payment_id):
        _ask(gateway, payment.intent_id, refund)


def _ask(gateway: CardGateway, intent_id: str, refund: CardRefund) -> None:
    try:
        told = gateway.refund(intent_id, refund.amount, key=refund.key or "")
    except CardRefused as error:
        _refuse(refund, error)
        return
    with transaction() as session:
        note_left_again(session, refund.card_payment_id, LeftAgain(refunds=(told,)), clock=clock.now)


def _refuse_all(payment_id: int, error: CardRefused) -> None:
    """The account whose keys are kept now knows no such payment, or does not let us in."""
    for refund in refunds_to_ask(reading(), payment_id):
        _refuse(refund, error)
    if not error.permanent or error.status in KEY_REFUSED:
        raise error


def _refuse(refund: CardRefund, error: CardRefused) -> None:
    """Raises what may pass."""
    if not error.permanent or error.status in KEY_REFUSED:
        raise error
    log.warning("card refund refused", extra={"refund": refund.id, "fault": fault_of(error)})
    with transaction() as session:
        refuse_card_refund(session, refund.id, error.code, clock=clock.now)


LOOKING_AFTER_CARD = Handler(do=bring_card_back, limit=timedelta(minutes=2), runs_apart=True, threads=4)
LOOK_AFTER_CARDS = PeriodicTask(name="look after cards", every=timedelta(minutes=5), do=look_after_cards)
