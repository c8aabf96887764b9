"""What the fake gateway keeps: intents, sessions, the events of both and the signed calls that tell of them."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from market.payments.card.signature import HEADER, sign

Json = dict[str, object]


@dataclass(slots=True)
class FakeIntent:
    """A PaymentIntent and what was paid and refunded of it. `owner`: the key of the account whose it is."""

    id: str
    amount: int
    currency: str
    metadata: dict[str, str]
    owner: str = ""
    status: str = "requires_payment_method"
    method: str | None = None
    received: int = 0
    refunded: int = 0

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_received": self.received,
            "currency": self.currency,
            "metadata": dict(self.metadata),
            "payment_method": self.method,
            "payment_method_types": ["card"],
            "status": self.status,
            "livemode": False,
        }


@dataclass(slots=True)
class FakeSession:
    """A Checkout Session of one line. Its intent is made when a card is first typed."""

    id: str
    name: str
    amount: int
    currency: str
    reference: str
    metadata: dict[str, str]
    success_url: str
    cancel_url: str
    expires_at: int
    url: str
    owner: str = ""
    status: str = "open"
    intent: FakeIntent | None = None

    def as_json(self) -> Json:
        is_paid = self.intent is not None and self.intent.status == "succeeded"
        return {
            "id": self.id,
            "object": "checkout.session",
            "amount_total": self.amount,
            "cancel_url": self.cancel_url,
            "client_reference_id": self.reference,
            "currency": self.currency,
            "expires_at": self.expires_at,
            "livemode": False,
            "mode": "payment",
            "payment_intent": self.intent.id if self.intent else None,
            "payment_method_types": ["card"],
            "payment_status": "paid" if is_paid else "unpaid",
            "status": self.status,
            "success_url": self.success_url,
            "url": self.url if self.status == "open" else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """A signed call as it goes over the wire to the shop."""

    body: bytes
    headers: dict[str, str]


def signed_call(secret: str, event: Json, at: datetime) -> HookCall:
    body = json.dumps(event, indent=2).encode()
    return HookCall(body=body, headers={"Content-Type": "application/json", HEADER: sign(secret, body, at)})


@dataclass(slots=True)
class Books:
    """Everything the gateway knows. `untold`: the events nobody was called about yet, each with its account's key."""

    hook_secret: str = field(default="", repr=False)
    intents: dict[str, FakeIntent] = field(default_factory=dict)
    sessions: dict[str, FakeSession] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    untold: list[tuple[str, Json]] = field(default_factory=list)

    def happened(self, kind: str, thing: FakeIntent | FakeSession) -> None:
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "type": kind,
            "data": {"object": thing.as_json()},
        }
        self.events.append(event)
        self.untold.append((thing.owner, event))

    def calls(self, at: datetime, *, twice: bool = False, backwards: bool = False) -> list[HookCall]:
        """Every event so far as a signed call, if asked each twice or the last first: both are normal in delivery."""
        events = self.events[::-1] if backwards else list(self.events)
        return [signed_call(self.hook_secret, event, at) for event in events for _ in range(2 if twice else 1)]


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"
