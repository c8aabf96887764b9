"""One message, carried to one browser's push service (RFC 8030)."""

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from market.base.errors import OutsideError
from market.base.http import Answer, Call, Http
from market.base.secrets import vault
from market.notices.models import PushSubscription
from market.notices.senders.web_push.encryption import BrowserKeys, encrypted
from market.notices.senders.web_push.hosts import is_push_service
from market.notices.senders.web_push.vapid import authorization

GONE = frozenset({404, 410})
"""The browser is not told there any more, and never will be (RFC 8030, 7.3)."""
BUSY = 429
LONGEST_PAUSE = timedelta(hours=6)
"""How long a push service may have a message wait: after that it is of no use."""


class Outcome(enum.Enum):
    """What became of a message to one browser: its push service took it, knows the browser no more, will not have it,
    surely did not take it for now, or nobody can tell."""

    CARRIED = enum.auto()
    GONE = enum.auto()
    REFUSED = enum.auto()
    LATER = enum.auto()
    UNSURE = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A browser, opened from its row before the database is left."""

    id: int
    server_key: str
    endpoint: str = field(repr=False)
    keys: BrowserKeys = field(repr=False)

    @classmethod
    def of(cls, row: PushSubscription) -> "Target":
        """ValueError where no data key opens it any more."""
        keys = BrowserKeys.of(vault().decrypt(row.p256dh_cipher), vault().decrypt(row.auth_cipher))
        endpoint = vault().decrypt(row.endpoint_cipher)
        return cls(id=row.id, server_key=row.server_key, endpoint=endpoint, keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMessage:
    """What is carried. `topic`: of several that wait for a phone the last stays. `contact`: whom to ask."""

    payload: bytes = field(repr=False)
    topic: str
    ttl: timedelta
    contact: str


@dataclass(frozen=True, slots=True)
class Carried:
    """`after`: not before so long is it to be tried again."""

    outcome: Outcome
    after: timedelta | None = None


def carry(message: PushMessage, to: Target, key: str, http: Http, *, now: datetime) -> Carried:
    """Carry it there, by one call. Nothing is called but a browser maker's push service, whatever a row says."""
    if not is_push_service(to.endpoint):
        return Carried(Outcome.GONE)
    headers = {
        "Authorization": authorization(to.endpoint, key, message.contact, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(message.ttl.total_seconds())),
        "Topic": message.topic,
        "Urgency": "high",
    }
    body = encrypted(message.payload, to.keys)
    try:
        answer = http.send(Call(method="POST", url=to.endpoint, headers=headers, body=body, is_idempotent=False))
    except OutsideError:
        return Carried(Outcome.UNSURE)
    return _told(answer)


def _told(answer: Answer) -> Carried:
    if answer.is_good:
        return Carried(Outcome.CARRIED)
    if answer.status in GONE:
        return Carried(Outcome.GONE)
    if answer.status == BUSY or (answer.status >= 500 and "Retry-After" in answer.headers):
        return Carried(Outcome.LATER, _pause(answer.headers.get("Retry-After", "")))
    return Carried(Outcome.UNSURE if answer.status >= 500 else Outcome.REFUSED)


def _pause(text: str) -> timedelta | None:
    """Seconds, as push services write it; a date is not waited for."""
    is_number = text.isascii() and text.isdigit()
    return min(timedelta(seconds=min(int(text[:9]), 10**6)), LONGEST_PAUSE) if is_number else None
