"""A call of another machine, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from market.payments.ports import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """Who calls which address, with the raw body: signatures are over these very bytes."""

    provider: str
    key: str
    headers: Headers
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookResult:
    """The status to answer with. `is_written`: the call was written down along with what it brought, or is not to
    be."""

    status: int
    note: str
    connection_id: int | None = None
    is_signed: bool = False
    is_written: bool = False


UNREAD = WebhookResult(status=200, note="not looked at", is_signed=True, is_written=True)
"""Of a call in a market whose mode lets no machine tell of money: answered like one that is kept, so that it is not
sent again; its body is not read, its signature not checked, and nothing of it is written down."""
