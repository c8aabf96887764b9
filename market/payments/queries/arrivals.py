"""What the doctor asks of calls of other machines: what came and was not read, and where they may call."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from market.payments.models import BankCredit, CardAccount, WebhookDelivery
from market.sellers.models import BankConnection


def calls_unread(session: Session, *, since: datetime) -> int:
    """How many signed calls could not be read, and were not followed by one from there that could."""
    later = aliased(WebhookDelivery)
    was_read = exists().where(
        later.connection_id == WebhookDelivery.connection_id, later.id > WebhookDelivery.id, later.status == 200
    )
    refused = (WebhookDelivery.is_signed, WebhookDelivery.status >= 400, WebhookDelivery.at > since)
    return session.scalar(select(func.count()).where(*refused, ~was_read)) or 0


def count_unmatched(session: Session, *, before: datetime) -> int:
    """How many notices have waited for a person since before a moment."""
    waits = (BankCredit.unmatched_reason.is_not(None), BankCredit.received_at < before)
    return session.scalar(select(func.count()).where(*waits)) or 0


def live_hooks(session: Session, *, card_gateway: str) -> Iterator[tuple[str, str]]:
    """The provider and the key of every address that is called now."""
    feeds = select(BankConnection.provider, BankConnection.key).where(BankConnection.ended_at.is_(None))
    for provider, key in session.execute(feeds):
        yield provider, key
    for key in session.scalars(select(CardAccount.key)):
        yield card_gateway, key
