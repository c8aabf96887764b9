"""A Stripe-compatible gateway in memory: intents that move, keys that replay, refunds with a cap, signed calls.

A WSGI application for tests and development; it behaves where the published mocks do not (they keep no state, no keys,
and let more be refunded than was paid).
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING

from market.payments.card.form import decode
from market.payments.card.signature import HEADER, sign

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Json = dict[str, object]
Reply = tuple[int, Json]

DECLINED = "pm_card_chargeDeclined"
NEEDS_ACTION = "pm_card_authenticationRequired"
METHODS = frozenset({"pm_card_visa", "pm_card_mastercard", DECLINED, NEEDS_ACTION})
CREATE = frozenset({"amount", "currency", "payment_method", "confirm", "description"})
UPDATE = frozenset({"payment_method", "description"})
REFUND = frozenset({"payment_intent", "amount"})
FREE = ("metadata[", "payment_method_types[")
OPEN = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


class Wrong(Exception):
    """An answer of the gateway's that is an error, in its own shape."""

    def __init__(self, status: int, kind: str, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"error": {"type": kind, "message": message, **({"code": code} if code else {})}}


def invalid(message: str, code: str = "", status: int = 400) -> Wrong:
    return Wrong(status, "invalid_request_error", message, code)


@dataclass(slots=True)
class FakeIntent:
    """A PaymentIntent and what was paid and refunded of it."""

    id: str
    amount: int
    currency: str
    metadata: dict[str, str]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a key was used for, and what it was answered."""

    asked: tuple[str, bytes]
    reply: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCall:
    """A signed call as it goes over the wire to the shop."""

    body: bytes
    headers: dict[str, str]


@dataclass(slots=True)
class FakeStripe:
    """The gateway. `lost` answers come after the work was done: the caller sees a fault, the intent is there."""

    hook_secret: str
    lost: int = 0
    intents: dict[str, FakeIntent] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    _kept: dict[str, Kept] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    # --- over the wire ----------------------------------------------------------------------------------------------

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self._lock:
            status, body, replayed = self._answer(environ)
            if self.lost:
                self.lost -= 1
                status, body = 503, {"error": {"type": "api_error", "message": "answer lost"}}
        headers = [("Content-Type", "application/json"), *([("Idempotent-Replayed", "true")] if replayed else [])]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [json.dumps(body).encode()]

    def _answer(self, environ: "WSGIEnvironment") -> tuple[int, Json, bool]:
        try:
            asked = _read(environ)
            known = self._replay(environ, asked)
            if known is not None:
                return (*known, True)
            reply = self._route(environ["REQUEST_METHOD"], *asked)
        except Wrong as error:
            reply = error.status, error.body
            if error.status in (400, 401, 404):  # what was never begun is not kept under its key
                return (*reply, False)
        self._keep(environ, asked, reply)
        return (*reply, False)

    def _replay(self, environ: "WSGIEnvironment", asked: tuple[str, bytes]) -> Reply | None:
        kept = self._kept.get(environ.get("HTTP_IDEMPOTENCY_KEY", ""))
        if kept is not None and kept.asked != asked:
            message = "Keys for idempotent requests can only be used with the same parameters."
            raise Wrong(400, "idempotency_error", message)
        return kept.reply if kept else None

    def _keep(self, environ: "WSGIEnvironment", asked: tuple[str, bytes], reply: Reply) -> None:
        key = environ.get("HTTP_IDEMPOTENCY_KEY", "")
        if key and environ["REQUEST_METHOD"] == "POST":
            self._kept[key] = Kept(asked=asked, reply=reply)

    def _route(self, method: str, path: str, body: bytes) -> Reply:
        steps = path.strip("/").split("/")
        if steps[:2] == ["v1", "payment_intents"] and len(steps) <= 4:
            return 200, self._intent(method, steps[2:], body)
        if steps == ["v1", "refunds"] and method == "POST":
            return 200, self._refund(_params(body, REFUND))
        raise _unknown(method, path)

    def _intent(self, method: str, steps: list[str], body: bytes) -> Json:
        if method == "POST" and not steps:
            return self._create(_params(body, CREATE))
        intent = self.intents.get(steps[0]) if steps else None
        if intent is None:
            raise invalid("No such payment_intent", "resource_missing", 404)
        verb = steps[1] if len(steps) > 1 else ""
        if method == "GET" and not verb:
            return intent.as_json()
        acts = {"": self._update, "confirm": self._confirm, "cancel": self._cancel}
        if method != "POST" or verb not in acts:
            raise _unknown(method, verb)
        return acts[verb](intent, _params(body, UPDATE))

    # --- what happens -----------------------------------------------------------------------------------------------

    def _create(self, params: Mapping[str, str]) -> Json:
        amount, currency = _amount(params), params.get("currency", "")
        if len(currency) != 3:
            raise invalid("Missing required param: currency.", "parameter_missing")
        metadata = {name[9:-1]: value for name, value in params.items() if name.startswith("metadata[")}
        intent = FakeIntent(
            id=f"pi_{secrets.token_hex(12)}", amount=amount, currency=currency.lower(), metadata=metadata
        )
        self.intents[intent.id] = intent
        self._happened("payment_intent.created", intent)
        self._set_method(intent, params)
        return self._confirm(intent, {}) if params.get("confirm") == "true" else intent.as_json()

    def _update(self, intent: FakeIntent, params: Mapping[str, str]) -> Json:
        _check_open(intent)
        self._set_method(intent, params)
        return intent.as_json()

    def _set_method(self, intent: FakeIntent, params: Mapping[str, str]) -> None:
        method = params.get("payment_method")
        if method is None:
            return
        if method not in METHODS:
            raise invalid(f"No such PaymentMethod: '{method}'", "resource_missing")
        intent.method, intent.status = method, "requires_confirmation"

    def _confirm(self, intent: FakeIntent, params: Mapping[str, str]) -> Json:
        _check_open(intent)
        self._set_method(intent, params)
        if intent.method is None:
            raise invalid("You cannot confirm this PaymentIntent without a payment method.", "parameter_missing")
        if intent.method == DECLINED:
            intent.status, intent.method = "requires_payment_method", None
            self._happened("payment_intent.payment_failed", intent)
            raise Wrong(402, "card_error", "Your card was declined.", "card_declined")
        if intent.method == NEEDS_ACTION and intent.status != "requires_action":
            intent.status = "requires_action"
            return intent.as_json()
        return self._succeed(intent)

    def complete_action(self, intent_id: str) -> None:
        """The card's holder did what their bank asked for."""
        with self._lock:
            self._succeed(self.intents[intent_id])

    def _succeed(self, intent: FakeIntent) -> Json:
        intent.status, intent.received = "succeeded", intent.amount
        self._happened("payment_intent.succeeded", intent)
        return intent.as_json()

    def _cancel(self, intent: FakeIntent, _params: Mapping[str, str]) -> Json:
        _check_open(intent)
        intent.status = "canceled"
        self._happened("payment_intent.canceled", intent)
        return intent.as_json()

    def _refund(self, params: Mapping[str, str]) -> Json:
        intent = self.intents.get(params.get("payment_intent", ""))
        if intent is None:
            raise invalid("No such payment_intent", "resource_missing", 404)
        left = intent.received - intent.refunded
        amount = _amount(params) if "amount" in params else left
        if not 0 < amount <= left:
            code = "charge_already_refunded" if not left else "amount_too_large"
            raise invalid("Refund amount is greater than unrefunded amount on charge", code)
        intent.refunded += amount
        self._happened("charge.refunded", intent)
        return {
            "id": f"re_{secrets.token_hex(12)}",
            "object": "refund",
            "amount": amount,
            "currency": intent.currency,
            "payment_intent": intent.id,
            "status": "succeeded",
        }

    def _happened(self, kind: str, intent: FakeIntent) -> None:
        self.events.append(
            {
                "id": f"evt_{secrets.token_hex(12)}",
                "object": "event",
                "type": kind,
                "data": {"object": intent.as_json()},
            }
        )

    # --- its calls to the shop --------------------------------------------------------------------------------------

    def calls(self, at: datetime, *, twice: bool = False, backwards: bool = False) -> list[HookCall]:
        """Every event so far as a signed call, if asked each twice or the last first: both are normal in delivery."""
        events = self.events[::-1] if backwards else list(self.events)
        return [self._call(event, at) for event in events for _ in range(2 if twice else 1)]

    def _call(self, event: Json, at: datetime) -> HookCall:
        body = json.dumps(event, indent=2).encode()
        headers = {"Content-Type": "application/json", HEADER: sign(self.hook_secret, body, at)}
        return HookCall(body=body, headers=headers)


# --- reading a call -------------------------------------------------------------------------------------------------


def _unknown(method: str, path: str) -> Wrong:
    return invalid(f"Unrecognized request URL ({method}: {path}).", status=404)


def _read(environ: "WSGIEnvironment") -> tuple[str, bytes]:
    """The path and the body of a call that says who it is and, with a body or not, that it is a form."""
    if not environ.get("HTTP_AUTHORIZATION", "").startswith("Bearer sk_test_"):
        raise Wrong(401, "invalid_request_error", "You did not provide an API key.")
    if environ["REQUEST_METHOD"] == "POST" and environ.get("CONTENT_TYPE") != "application/x-www-form-urlencoded":
        raise invalid("Content-Type must be application/x-www-form-urlencoded.")
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return environ["PATH_INFO"], environ["wsgi.input"].read(length) if length else b""


def _params(body: bytes, allowed: frozenset[str]) -> Mapping[str, str]:
    params = decode(body)
    strange = [name for name in params if name not in allowed and not name.startswith(FREE)]
    if strange:
        raise invalid(f"Received unknown parameter: {strange[0]}", "parameter_unknown")
    return params


def _amount(params: Mapping[str, str]) -> int:
    text = params.get("amount", "")
    if not (text.isascii() and text.isdigit()) or not 0 < int(text) <= 99_999_999:
        raise invalid(f"Invalid integer: {text}", "parameter_invalid_integer")
    return int(text)


def _check_open(intent: FakeIntent) -> None:
    if intent.status not in OPEN:
        raise invalid(f"This PaymentIntent has a status of {intent.status}.", "payment_intent_unexpected_state")
