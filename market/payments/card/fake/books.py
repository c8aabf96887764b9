"""What the fake gateway keeps: intents, sessions, refunds, disputes, the events of all and the signed calls that tell
of them."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from market.payments.card.signature import HEADER, sign

Json = dict[str, object]


@dataclass(slots=True)
class FakeIntent:
    """A PaymentIntent and what was paid and refunded of it. `owner`: the key of the account whose it is; `error`: why
    its last card was refused; `challenge_url`: where its holder answers their bank, `return_url` where they go then."""

    id: str
    amount: int
    currency: str
    metadata: dict[str, str]
    owner: str = ""
    status: str = "requires_payment_method"
    method: str | None = None
    received: int = 0
    refunded: int = 0
    error: Json | None = None
    challenge_url: str = ""
    return_url: str = ""

    @property
    def charge_id(self) -> str:
        return self.id.replace("pi_", "ch_", 1)

    def charge(self) -> Json:
        """The charge by which it was paid."""
        return {
            "id": self.charge_id,
            "object": "charge",
            "amount": self.received,
            "amount_refunded": self.refunded,
            "currency": self.currency,
            "payment_intent": self.id,
            "refunded": self.refunded == self.received,
        }

    def _next_action(self) -> Json | None:
        if self.status != "requires_action":
            return None
        redirect = {"url": self.challenge_url, "return_url": self.return_url}
        return {"type": "redirect_to_url", "redirect_to_url": redirect}

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "object": "payment_intent",
            "amount": self.amount,
            "amount_received": self.received,
            "currency": self.currency,
            "last_payment_error": self.error,
            "latest_charge": self.charge_id if self.received else None,
            "metadata": dict(self.metadata),
            "next_action": self._next_action(),
            "payment_method": self.method,
            "payment_method_types": ["card"],
            "status": self.status,
            "livemode": False,
        }


@dataclass(slots=True)
class FakeRefund:
    """What goes back of an intent."""

    id: str
    intent: FakeIntent
    amount: int
    metadata: dict[str, str]
    status: str = "succeeded"
    failure: str | None = None

    @property
    def owner(self) -> str:
        return self.intent.owner

    def as_json(self) -> Json:
        failed = {"failure_reason": self.failure} if self.failure else {}
        return failed | {
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "charge": self.intent.charge_id,
            "currency": self.intent.currency,
            "metadata": dict(self.metadata),
            "payment_intent": self.intent.id,
            "status": self.status,
        }


@dataclass(slots=True)
class FakeDispute:
    """A card holder's complaint about an intent."""

    id: str
    intent: FakeIntent
    amount: int
    due_by: int
    status: str = "needs_response"
    reason: str = "fraudulent"

    @property
    def owner(self) -> str:
        return self.intent.owner

    def as_json(self) -> Json:
        return {
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "charge": self.intent.charge_id,
            "currency": self.intent.currency,
            "evidence_details": {"due_by": self.due_by},
            "payment_intent": self.intent.id,
            "reason": self.reason,
            "status": self.status,
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


Thing = FakeIntent | FakeSession | FakeRefund | FakeDispute


@dataclass(slots=True)
class Books:
    """Everything the gateway knows. `untold`: the events nobody was called about yet, each with its account's key.
    `refunds_wait`: refunds are not through at once."""

    hook_secret: str = field(default="", repr=False)
    intents: dict[str, FakeIntent] = field(default_factory=dict)
    sessions: dict[str, FakeSession] = field(default_factory=dict)
    refunds: dict[str, FakeRefund] = field(default_factory=dict)
    disputes: dict[str, FakeDispute] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    untold: list[tuple[str, Json]] = field(default_factory=list)
    refunds_wait: bool = False

    def happened(self, kind: str, thing: Thing, *, shown: Json | None = None) -> None:
        """Enter an event about a thing, which it shows as it stands, or as `shown`."""
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "type": kind,
            "data": {"object": shown or thing.as_json()},
        }
        self.events.append(event)
        self.untold.append((thing.owner, event))

    def calls(self, at: datetime, *, twice: bool = False, backwards: bool = False) -> list[HookCall]:
        """Every event so far as a signed call, if asked each twice or the last first: both are normal in delivery."""
        events = self.events[::-1] if backwards else list(self.events)
        return [signed_call(self.hook_secret, event, at) for event in events for _ in range(2 if twice else 1)]


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"
