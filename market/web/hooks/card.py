"""A card gateway's call at the door: genuine, read, and what it speaks of fetched anew before any sum counts."""

from market.base import clock
from market.base.audit import GUEST
from market.base.config import current_settings
from market.base.db import reading, transaction
from market.base.secrets import vault
from market.payments.actions import sync_checkout, sync_intent
from market.payments.card.events import CardEvent, read_event
from market.payments.card.gateway import fetch, gateway_of, left_of
from market.payments.card.signature import HEADER, is_genuine
from market.payments.models import CardAccount
from market.payments.queries import card_account_by_key, card_payment_of
from market.payments.queries.modes import mode_now_of, of_card_account
from market.places.rules.modes import Feature, allows
from market.web.hooks.webhook import WebhookRequest, WebhookResult


def is_unread(key: str) -> bool:
    """Whether calls to this address are answered and not looked at: the market there takes no cards."""
    account = card_account_by_key(reading(), key)
    return account is not None and not allows(mode_now_of(reading(), of_card_account(account)), Feature.CARD)


def handle(request: WebhookRequest) -> WebhookResult:
    account = card_account_by_key(reading(), request.key)
    if account is None:
        return WebhookResult(status=404, note="unknown address")
    secret = vault().decrypt(account.hook_secret_cipher)
    if not is_genuine(secret, request.headers.get(HEADER, ""), request.body, now=request.at):
        return WebhookResult(status=401, note="bad signature")
    try:
        event = read_event(request.body)
    except ValueError as error:
        return WebhookResult(status=400, note=f"odd field: {error}", is_signed=True)
    payment_id = card_payment_of(reading(), account.id, event.about) if event else None
    if event is None or payment_id is None:
        return WebhookResult(status=200, note="nothing of ours", is_signed=True)
    return WebhookResult(status=200, note=_handle_event(account, event, payment_id), is_signed=True)


def _handle_event(account: CardAccount, event: CardEvent, payment_id: int) -> str:
    """Fetch what the event is about, write down what the gateway says of it now; returns a line for the log."""
    gateway = gateway_of(account, current_settings())
    if not event.is_of_session:
        intent = gateway.intent(event.about)
        left = left_of(gateway, intent)
        with transaction() as session:
            sync_intent(session, GUEST, payment_id, intent, left, clock=clock.now)
        return f"{event.kind} {intent.status}"
    snapshot = fetch(gateway, event.about)
    with transaction() as session:
        sync_checkout(session, GUEST, payment_id, snapshot, clock=clock.now)
    return f"{event.kind} {snapshot.checkout.status}"
