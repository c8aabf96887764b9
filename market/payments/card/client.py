"""A client of the gateway's Checkout Sessions, PaymentIntents and refunds. VND has no minor unit: 150.000 đồng is sent
as 150000."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from market.base.errors import OutsideError
from market.base.http import TRY_AGAIN, Answer, Call, Http
from market.payments.card.form import Params, encode
from market.payments.ports import OPEN, SUCCEEDED, CardDisputed, Checkout, Intent, NewCheckout, Refunded
from market.values.money import Dong

API = "https://api.stripe.com"
CURRENCY = "vnd"
MOST_KEY = 255
SESSIONS = "/v1/checkout/sessions"
MARK = "refund"
"""The name under which a refund's mark stands in its metadata."""
MOST_LISTED = 100
MOST_SECONDS = 253_402_300_799
"""The last second of the year 9999."""


class CardRefused(OutsideError):
    """The gateway said no. `code` and `kind` are its own words; `is_declined`: the card's bank refused the payment, for
    the `reason` that it gave, else the code's."""

    def __init__(self, message: str, *, status: int, kind: str, code: str, reason: str | None = None) -> None:
        super().__init__(message, permanent=status not in TRY_AGAIN)
        self.status = status
        self.kind = kind
        self.code = code
        self.reason = reason or code

    @property
    def is_declined(self) -> bool:
        return self.kind == "card_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeClient:
    """The gateway as `ports.CardGateway` wants it, for one stall's own key.

    Each change carries an idempotency key of the caller's: tried again after a time-out, it happens once.
    """

    secret_key: str = field(repr=False)
    base_url: str = API
    http: Http = field(default_factory=Http)

    def try_key(self) -> None:
        """Ask for the account's sessions: what the key must be allowed in any case. CardRefused where it is not."""
        self._get(f"{SESSIONS}?limit=1")

    def create_checkout(self, new: NewCheckout, *, key: str) -> Checkout:
        """A page of the gateway's own to pay at, cards only. OutsideError where it returns no address."""
        price: Params = {
            "currency": CURRENCY,
            "unit_amount": int(new.amount),
            "product_data": {"name": f"Đơn {new.order_code}"},
        }
        params: Params = {
            "mode": "payment",
            "payment_method_types": ["card"],
            "line_items": [{"price_data": price, "quantity": 1}],
            "client_reference_id": new.order_code,
            "payment_intent_data": {"metadata": {"order": new.order_code}},
            "success_url": new.success_url,
            "cancel_url": new.cancel_url,
            "expires_at": int(new.expires_at.timestamp()),
            "locale": "vi",
        }
        made = _checkout(self._post(SESSIONS, params, key))
        if made.url is None:
            raise OutsideError("the gateway's answer has no address to pay at", permanent=True)
        return made

    def checkout(self, checkout_id: str) -> Checkout:
        """The session as it stands."""
        return _checkout(self._get(f"{SESSIONS}/{checkout_id}"))

    def expire_checkout(self, checkout_id: str, *, key: str) -> Checkout:
        """Close an open session, so that nobody pays it any more. CardRefused where it is over already."""
        return _checkout(self._post(f"{SESSIONS}/{checkout_id}/expire", {}, key))

    def create_intent(self, amount: Dong, order_code: str, *, key: str) -> Intent:
        params: Params = {
            "amount": int(amount),
            "currency": CURRENCY,
            "payment_method_types": ["card"],
            "metadata": {"order": order_code},
        }
        return _intent(self._post("/v1/payment_intents", params, key))

    def set_method(self, intent_id: str, method: str, *, key: str) -> Intent:
        return _intent(self._post(f"/v1/payment_intents/{intent_id}", {"payment_method": method}, key))

    def confirm_intent(self, intent_id: str, *, key: str) -> Intent:
        return _intent(self._post(f"/v1/payment_intents/{intent_id}/confirm", {}, key))

    def cancel_intent(self, intent_id: str, *, key: str) -> Intent:
        return _intent(self._post(f"/v1/payment_intents/{intent_id}/cancel", {}, key))

    def intent(self, intent_id: str) -> Intent:
        """The intent as it stands: asked for whenever the order of events matters."""
        return _intent(self._get(f"/v1/payment_intents/{intent_id}"))

    def refund(self, intent_id: str, amount: Dong, *, key: str) -> Refunded:
        """The key is the refund's mark too: where its answer was lost for longer than keys are kept, it is found by
        that. CardRefused where there is less to refund."""
        params: Params = {"payment_intent": intent_id, "amount": int(amount), "metadata": {MARK: key}}
        return _refunded(self._post("/v1/refunds", params, key))

    def refunds(self, intent_id: str) -> Sequence[Refunded]:
        """All refunds of an intent, made here or at the gateway: the newest hundred."""
        return [_refunded(one) for one in self._list(f"/v1/refunds?payment_intent={intent_id}&limit={MOST_LISTED}")]

    def disputes(self, intent_id: str) -> Sequence[CardDisputed]:
        """All disputes of an intent."""
        return [_disputed(one) for one in self._list(f"/v1/disputes?payment_intent={intent_id}&limit={MOST_LISTED}")]

    def _list(self, path: str) -> list[Mapping[str, object]]:
        rows = self._get(path).get("data")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise OutsideError("the gateway's answer is no list", permanent=True)
        return rows

    def _url(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret_key}", "Accept": "application/json"}

    def _get(self, path: str) -> Mapping[str, object]:
        return self._send(Call(method="GET", url=self._url(path), headers=self._headers(), is_idempotent=True))

    def _post(self, path: str, params: Params, key: str) -> Mapping[str, object]:
        if not 0 < len(key) <= MOST_KEY:
            raise ValueError("an idempotency key has 1 to 255 characters")
        headers = self._headers() | {
            "Content-Type": "application/x-www-form-urlencoded",  # said even of an empty body: without it 400
            "Idempotency-Key": key,
        }
        call = Call(method="POST", url=self._url(path), headers=headers, body=encode(params), is_idempotent=True)
        return self._send(call)

    def _send(self, call: Call) -> Mapping[str, object]:
        answer = self.http.send(call)
        if answer.is_good:
            return answer.json()
        raise _refusal(answer)


def _refusal(answer: Answer) -> CardRefused:
    """The gateway's error, shaped `{"error": {"type", "code", "message"}}`; anything else is a fault of its own."""
    try:
        error = answer.json().get("error")
    except OutsideError:
        error = None
    known = error if isinstance(error, dict) else {}
    return CardRefused(
        str(known.get("message") or f"the gateway answered {answer.status}"),
        status=answer.status,
        kind=str(known.get("type") or "api_error"),
        code=str(known.get("code") or ""),
        reason=_declined(known),
    )


def _intent(read: Mapping[str, object]) -> Intent:
    """What matters of an intent; fields nobody asked for are passed over.

    A gateway of the older shape leaves `amount_received` out: there, what succeeded was taken whole.
    """
    amount, status = _whole(read, "amount"), _text(read, "status")
    received = amount if status == SUCCEEDED else Dong(0)
    if read.get("amount_received") is not None:
        received = _whole(read, "amount_received")
    return Intent(
        id=_text(read, "id"),
        status=status,
        amount=amount,
        received=received,
        currency=_text(read, "currency"),
        declined=_declined(read.get("last_payment_error")),
    )


def _declined(error: object) -> str | None:
    """Why the last card was refused: the bank's own reason, else the gateway's, where it names any."""
    if not isinstance(error, dict):
        return None
    named = [error.get("decline_code"), error.get("code")]
    reasons = [one for one in named if isinstance(one, str) and one]
    return next((one for one in reasons if one != "generic_decline"), reasons[0] if reasons else None)


def _refunded(read: Mapping[str, object]) -> Refunded:
    """A refund of the older shape has no status of its own: there, what was made was through."""
    metadata, failure = read.get("metadata"), read.get("failure_reason")
    mark = metadata.get(MARK) if isinstance(metadata, dict) else None
    return Refunded(
        id=_text(read, "id"),
        amount=_whole(read, "amount"),
        status=SUCCEEDED if read.get("status") is None else _text(read, "status"),
        mark=mark if isinstance(mark, str) and mark else None,
        failure=failure if isinstance(failure, str) and failure else None,
    )


def _disputed(read: Mapping[str, object]) -> CardDisputed:
    details, reason = read.get("evidence_details"), read.get("reason")
    due = details.get("due_by") if isinstance(details, dict) else None
    return CardDisputed(
        id=_text(read, "id"),
        amount=_whole(read, "amount"),
        status=_text(read, "status"),
        reason=reason if isinstance(reason, str) else "",
        due_at=datetime.fromtimestamp(due, UTC) if isinstance(due, int) and 0 < due < MOST_SECONDS else None,
    )


def _checkout(read: Mapping[str, object]) -> Checkout:
    """What matters of a session; its intent may come as an id or, where somebody asked for more, as a whole.

    A gateway of the older shape leaves `status` out: such a session is open until its money says otherwise.
    """
    intent = read.get("payment_intent")
    intent_id = intent.get("id") if isinstance(intent, dict) else intent
    return Checkout(
        id=_text(read, "id"),
        status=OPEN if read.get("status") is None else _text(read, "status"),
        is_paid=read.get("payment_status") == "paid",
        url=_address(read.get("url")),
        intent_id=intent_id if isinstance(intent_id, str) and intent_id else None,
    )


def _address(url: object) -> str | None:
    """An address to send a buyer to; nothing else may come of what the gateway said."""
    return url if isinstance(url, str) and url.startswith(("https://", "http://")) else None


def _text(read: Mapping[str, object], name: str) -> str:
    value = read.get(name)
    if not isinstance(value, str) or not value:
        raise OutsideError(f"the gateway's answer has no {name}", permanent=True)
    return value


def _whole(read: Mapping[str, object], name: str) -> Dong:
    value = read.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise OutsideError(f"the gateway's answer has no {name}", permanent=True)
    return Dong(value)
