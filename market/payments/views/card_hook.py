"""A card gateway's call at the door: genuine, read, and the intent it speaks of fetched anew before any sum counts."""

from flask import current_app

from market.base.audit import GUEST
from market.base.config import Settings
from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.actions import settle_card
from market.payments.card.client import API, StripeClient
from market.payments.card.events import read_event
from market.payments.card.signature import HEADER, is_genuine
from market.payments.models import CardAccount
from market.payments.ports import CardGateway
from market.payments.queries import card_account_by_key, card_payment_id
from market.payments.views.knock import Knock, Outcome

PROVIDER = "stripe"


def gateway_of(account: CardAccount) -> CardGateway:
    """The stall's gateway; in development the mock that the settings name."""
    settings: Settings = current_app.config["CHOSO"]
    named = None if settings.is_production else settings.stripe_mock_url
    return StripeClient(secret_key=vault().decrypt(account.secret_cipher), base_url=named or API)


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
    payment_id = card_payment_id(reading(), account.id, event.intent_id) if event else None
    if event is None or payment_id is None:
        return Outcome(status=200, note="nothing of ours", is_signed=True)
    intent = gateway_of(account).intent(event.intent_id)
    with transaction() as session:
        settle_card(session, GUEST, payment_id, intent, now=knock.at)
    return Outcome(status=200, note=f"{event.kind} {intent.status}", is_signed=True)
