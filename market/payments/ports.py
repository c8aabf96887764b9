"""What the outside must be able to do for payments: bring a bank's notices, take a card."""

from datetime import datetime
from typing import Protocol

from market.payments.rules.matching import Notice


class Headers(Protocol):
    """A call's headers, by name in any case."""

    def get(self, key: str, default: str, /) -> str: ...


class BankFeed(Protocol):
    """A provider of bank notices, each under its own name in the webhook's address."""

    @property
    def name(self) -> str: ...

    def is_genuine(self, secret: str, headers: Headers, body: bytes, *, now: datetime) -> bool:
        """Whether the provider signed these very bytes, just now, with the secret of this connection."""

    def read(self, body: bytes) -> Notice | None:
        """The notice; None where there is nothing to book (money that left, a trial call). ValueError: odd fields."""
