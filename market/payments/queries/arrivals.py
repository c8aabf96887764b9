"""Calls of other machines: what came and was not read, what was let in by nobody, and where they may call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from market.base.db import UtcTime
from market.payments.banks import PROVIDERS
from market.payments.banks.calls import field_words
from market.payments.models import BankCredit, CardAccount, WebhookDelivery
from market.payments.queries.modes import communes_with
from market.payments.rules.calls import Unread, unread_words
from market.places.rules.modes import Feature
from market.sellers.models import BankAccount, BankConnection, Business

MOST_UNREAD = 3
"""So many of a stall's unread calls are shown; all of them are counted."""
UNREAD_SHOWN = timedelta(days=30)
"""What nobody could read for so long is kept, and read if it ever can be; nobody waits for it any more."""


def calls_unread(session: Session, *, since: datetime, kept: tuple[datetime, datetime]) -> int:
    """How many signed calls that were kept between two moments are not read, and how many were refused because they
    could not be read, and not followed by one from there that could."""
    later = aliased(WebhookDelivery)
    was_read = exists().where(
        later.connection_id == WebhookDelivery.connection_id, later.id > WebhookDelivery.id, later.status == 200
    )
    is_kept = and_(WebhookDelivery.unread.is_not(None), WebhookDelivery.at.between(*kept))
    is_refused = and_(WebhookDelivery.is_signed, WebhookDelivery.status >= 400, WebhookDelivery.at > since, ~was_read)
    return session.scalar(select(func.count()).where(or_(is_kept, is_refused))) or 0


def deliveries_to_read(
    session: Session, readings: Mapping[str, int], *, before: datetime, limit: int = 200
) -> Sequence[int]:
    """The calls that nobody has read since before a moment, and those that a way of reading of before stumbled over;
    oldest first, where bank money is matched. `readings`: each provider's way of reading by now."""
    stumbled = (
        and_(WebhookDelivery.provider == name, WebhookDelivery.reading != number) for name, number in readings.items()
    )
    is_new = and_(WebhookDelivery.unread == Unread.NOT_YET, WebhookDelivery.at < before)
    query = (
        select(WebhookDelivery.id)
        .join(BankConnection, BankConnection.id == WebhookDelivery.connection_id)
        .join(BankConnection.bank_account)
        .join(Business, Business.id == BankAccount.business_id)
        .where(Business.commune_id.in_(communes_with(Feature.BANK_MATCHING)))
        .where(WebhookDelivery.unread.is_not(None), WebhookDelivery.provider.in_(readings), or_(is_new, *stumbled))
    )
    return session.scalars(query.order_by(WebhookDelivery.id).limit(limit)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCall:
    """A call about a business's money that is kept and not in the books. `why`: the rest of the sentence “Có báo nhưng
    chưa đọc được, vì ...”, with what to do."""

    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCalls:
    """All of them, and the newest few."""

    total: int
    newest: Sequence[UnreadCall]


_FEEDS = (
    select(BankConnection.id)
    .join(BankAccount, BankAccount.id == BankConnection.bank_account_id)
    .where(BankAccount.business_id == bindparam("business", type_=BigInteger()))
)
_UNREAD = (
    select(
        WebhookDelivery.provider,
        WebhookDelivery.at,
        WebhookDelivery.unread,
        WebhookDelivery.odd,
        func.count().over().label("total"),
    )
    .where(
        WebhookDelivery.connection_id.in_(_FEEDS),
        WebhookDelivery.unread.is_not(None),
        WebhookDelivery.at > bindparam("since", type_=UtcTime()),
    )
    .order_by(WebhookDelivery.id.desc())
    .limit(MOST_UNREAD)
)


def unread_calls(session: Session, business_id: int, *, now: datetime) -> UnreadCalls:
    """What came for a business in the last month, over whichever of its feeds, and is not read yet."""
    rows = session.connection().execute(_UNREAD, {"business": business_id, "since": now - UNREAD_SHOWN}).all()
    newest = [UnreadCall(at=row.at, why=_why(row.provider, row.unread, row.odd)) for row in rows]
    return UnreadCalls(total=rows[0].total if rows else 0, newest=newest)


def _why(name: str, unread: Unread, odd: str | None) -> str:
    provider = PROVIDERS.get(name)
    words = field_words(provider, odd or "") if provider else ""
    return unread_words(unread, provider.label if provider else name, words)


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
