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
    """The status to answer with. `is_written`: the call was written down along with what it brought."""

    status: int
    note: str
    connection_id: int | None = None
    is_signed: bool = False
    is_written: bool = False
