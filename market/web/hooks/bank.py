"""A bank's notices at the door: genuine, read, kept raw, then matched."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from market.base import clock
from market.base.batch import Batch
from market.base.db import reading, transaction
from market.payments.actions import Delivered, NewCredit, log_delivery, match_credit, record_credit
from market.payments.banks import PROVIDERS
from market.payments.ports import Reading
from market.payments.rules.matching import BankTransaction
from market.sellers.queries import connection_by_key, credentials_of
from market.web.hooks.webhook import WebhookRequest, WebhookResult


def handle(request: WebhookRequest) -> WebhookResult:
    provider = PROVIDERS.get(request.provider)
    connection = connection_by_key(reading(), request.provider, request.key) if provider else None
    if provider is None or connection is None:
        return WebhookResult(status=404, note="unknown address")
    if not provider.is_genuine(credentials_of(connection), request.headers, request.body, now=request.at):
        return WebhookResult(status=401, note="bad signature", connection_id=connection.id)
    try:
        brought = provider.read(request.body)
    except ValueError as error:
        return WebhookResult(status=400, note=f"odd field: {error}", connection_id=connection.id, is_signed=True)
    if not brought.transactions and not brought.odd:
        return WebhookResult(status=200, note="nothing to book", connection_id=connection.id, is_signed=True)
    return _keep(request, connection.id, brought)


def _keep(request: WebhookRequest, connection_id: int, brought: Reading) -> WebhookResult:
    """Keep the raw notices first, in one transaction of their own; then match each. What a crash leaves between is
    found again by the next delivery of the same notice, or by the jobs process. Where one could not be read the others
    are kept, and the provider is asked to send the call again."""
    status, note = (400, f"odd field: {', '.join(brought.odd)}") if brought.odd else (200, "")
    with transaction() as session:
        kept_ids = _record(session, request, connection_id, brought.transactions)
        note = f"{note} credit {' '.join(map(str, kept_ids))}".strip()
        kept = Delivered(
            provider=request.provider, connection_id=connection_id, is_signed=True, status=status, note=note[:200]
        )
        log_delivery(session, kept, now=request.at)
    with Batch("match a call's notices") as batch:
        batch.each(kept_ids, _match)
    return WebhookResult(status=status, note=note, is_written=True)


def _match(credit_id: int) -> None:
    with transaction() as session:
        match_credit(session, credit_id, clock=clock.now)


def _record(
    session: Session, request: WebhookRequest, connection_id: int, notices: Sequence[BankTransaction]
) -> list[int]:
    raw = request.body.decode("utf-8", "replace")
    return [
        record_credit(session, NewCredit(connection_id=connection_id, notice=notice, raw=raw), now=request.at)
        for notice in notices
    ]
