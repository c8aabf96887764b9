"""A card gateway's call at the door: genuine, read, and what it speaks of fetched anew before any sum counts."""

from flask import current_app

from market.base import clock
from market.base.audit import GUEST
from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.actions import heed_card, settle_card
from market.payments.card.events import CardEvent, read_event
from market.payments.card.gateway import ask, gateway_of
from market.payments.card.signature import HEADER, is_genuine
from market.payments.models import CardAccount
from market.payments.queries import card_account_by_key, card_payment_of
from market.web.hooks.knock import Knock, Outcome

PROVIDER = "stripe"


def take(knock: Knock) -> Outcome:
    account = card_account_by_key(reading(), knock.key)
    if account is None:
        return Outcome(status=404, note="unknown address")
    secret = vault().decrypt(account.hook_secret_cipher)
    if not is_genuine(secret, knock.headers.get(HEADER, ""), knock.body, now=knock.at):
        return Outcome(status=401, note="bad signature")
    try:
        event = read_event(knock.body)
    except ValueError as error:
        return Outcome(status=400, note=f"odd field: {error}", is_signed=True)
    payment_id = card_payment_of(reading(), account.id, event.about) if event else None
    if event is None or payment_id is None:
        return Outcome(status=200, note="nothing of ours", is_signed=True)
    return Outcome(status=200, note=_heed(knock, account, event, payment_id), is_signed=True)


def _heed(knock: Knock, account: CardAccount, event: CardEvent, payment_id: int) -> str:
    """Fetch what the event is about, take down what the gateway says of it now; gives a line for the log."""
    gateway = gateway_of(account, current_app.config["CHOSO"])
    if not event.is_of_session:
        intent = gateway.intent(event.about)
        with transaction() as session:
            settle_card(session, GUEST, payment_id, intent, clock=clock.now)
        return f"{event.kind} {intent.status}"
    told = ask(gateway, event.about)
    with transaction() as session:
        heed_card(session, GUEST, payment_id, told, clock=clock.now)
    return f"{event.kind} {told.checkout.status}"
