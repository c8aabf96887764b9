"""A client of the gateway's PaymentIntents and refunds. VND has no minor unit: 150.000 đồng is sent as 150000."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from market.base.errors import OutsideError
from market.base.http import TRY_AGAIN, Answer, Call, Http
from market.payments.card.form import Params, encode
from market.payments.ports import SUCCEEDED, Intent, Refunded
from market.values.money import Dong

API = "https://api.stripe.com"
CURRENCY = "vnd"
MOST_KEY = 255


class CardRefused(OutsideError):
    """The gateway said no. `code` and `kind` are its own words; `is_declined`: the card's bank refused the payment."""

    def __init__(self, message: str, *, status: int, kind: str, code: str) -> None:
        super().__init__(message, permanent=status not in TRY_AGAIN)
        self.status = status
        self.kind = kind
        self.code = code

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
        call = Call(
            method="GET", url=self._url(f"/v1/payment_intents/{intent_id}"), headers=self._headers(), is_idempotent=True
        )
        return _intent(self._send(call))

    def refund(self, intent_id: str, amount: Dong, *, key: str) -> Refunded:
        read = self._post("/v1/refunds", {"payment_intent": intent_id, "amount": int(amount)}, key)
        return Refunded(id=_text(read, "id"), amount=_whole(read, "amount"), status=_text(read, "status"))

    def _url(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret_key}", "Accept": "application/json"}

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
        id=_text(read, "id"), status=status, amount=amount, received=received, currency=_text(read, "currency")
    )


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
