"""What the outside must be able to do for payments: bring a bank's notices, take a card."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from market.payments.rules.matching import Notice
from market.values.money import Dong

SUCCEEDED = "succeeded"
"""The one state of a PaymentIntent in which money has come."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A gateway's PaymentIntent as it stands: `received` is what the card's bank has let go of, in `currency`."""

    id: str
    status: str
    amount: Dong
    received: Dong
    currency: str

    @property
    def is_paid(self) -> bool:
        return self.status == SUCCEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """Money that goes back to a card."""

    id: str
    amount: Dong
    status: str


class CardGateway(Protocol):
    """A gateway for one stall's own account. `key`: the same key again does nothing new."""

    def create_intent(self, amount: Dong, order_code: str, *, key: str) -> Intent: ...

    def set_method(self, intent_id: str, method: str, *, key: str) -> Intent: ...

    def confirm_intent(self, intent_id: str, *, key: str) -> Intent: ...

    def cancel_intent(self, intent_id: str, *, key: str) -> Intent: ...

    def intent(self, intent_id: str) -> Intent: ...

    def refund(self, intent_id: str, amount: Dong, *, key: str) -> Refunded: ...
