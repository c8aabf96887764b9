"""A bank's notices at the door: genuine, kept raw, then read and matched."""

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.payments.actions import NewDelivery, match_credit, match_debit, note_refused, take_call
from market.payments.banks import PROVIDERS
from market.payments.banks.calls import refusal_of
from market.payments.queries.modes import mode_at
from market.payments.rules.calls import CallRefusal
from market.places.rules.modes import Feature, allows
from market.sellers.queries import connection_by_key, credentials_of
from market.web.hooks.webhook import UNREAD, WebhookRequest, WebhookResult


def is_unread(provider: str, key: str) -> bool:
    """Whether calls to this address are answered and not looked at: the market there matches no bank money."""
    mode = mode_at(reading(), provider, key)
    return mode is not None and not allows(mode, Feature.BANK_MATCHING)


def handle(request: WebhookRequest) -> WebhookResult:
    """What comes of a call. Once its signature holds it is kept, whatever a reading makes of it; what could not be read
    or matched, what a crash leaves half done, is taken up again later (`payments/jobs`)."""
    provider = PROVIDERS.get(request.provider)
    connection = connection_by_key(reading(), request.provider, request.key) if provider else None
    if provider is None or connection is None:
        return WebhookResult(status=404, note="unknown address")
    credentials = credentials_of(connection)
    if not provider.is_genuine(credentials, request.headers, request.body, now=request.at):
        why = refusal_of(provider, credentials, request.headers, request.body, now=request.at)
        return WebhookResult(status=401, note=why, connection_id=connection.id)
    new = NewDelivery(
        provider=request.provider,
        connection_id=connection.id,
        raw=request.body,
        after_refused=connection.refused_at is not None,
    )
    with transaction() as session:
        kept = take_call(session, new, now=request.at)
    if kept is None:
        return UNREAD
    with Batch("match a call's notices") as batch:
        batch.each(kept.credits, _match)
        batch.each(kept.debits, _match_refund)
    return WebhookResult(status=200, note="kept", connection_id=connection.id, is_signed=True, is_written=True)


def _match(credit_id: int) -> None:
    with transaction() as session:
        match_credit(session, credit_id, clock=clock.now)


def _match_refund(debit_id: int) -> None:
    with transaction() as session:
        match_debit(session, debit_id, clock=clock.now)


def remember_refused(refused: WebhookResult) -> None:
    """Let the seller see that somebody called at her address, and why nobody was let in."""
    if refused.connection_id is not None:
        with transaction() as session:
            note_refused(session, refused.connection_id, CallRefusal(refused.note), now=clock.now())
