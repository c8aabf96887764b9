"""PaymentIntents of the fake gateway and what is refunded of them."""

from collections.abc import Mapping

from market.payments.card.fake.books import Books, FakeIntent, Json, new_id
from market.payments.card.fake.wire import GatewayCall, Wrong, amount_of, currency_of, inside, invalid, unknown

VISA = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
NEEDS_ACTION = "pm_card_authenticationRequired"
METHODS = frozenset({VISA, "pm_card_mastercard", DECLINED, NEEDS_ACTION})
CREATE = frozenset({"amount", "currency", "payment_method", "confirm", "description"})
UPDATE = frozenset({"payment_method", "description"})
REFUND = frozenset({"payment_intent", "amount"})
FREE = ("metadata[", "payment_method_types[")
OPEN = frozenset({"requires_payment_method", "requires_confirmation", "requires_action"})


def answer_intent(books: Books, asked: GatewayCall) -> Json:
    """What a call at `/v1/payment_intents…` is answered."""
    _, _, *steps = asked.steps
    if asked.method == "POST" and not steps:
        return _create(books, asked)
    intent = books.intents.get(steps[0]) if steps else None
    if intent is None:
        raise invalid("No such payment_intent", "resource_missing", 404)
    verb = steps[1] if len(steps) > 1 else ""
    if asked.method == "GET" and not verb:
        return intent.as_json()
    acts = {"": _update, "confirm": confirm, "cancel": _cancel}
    if asked.method != "POST" or verb not in acts:
        raise unknown(asked.method, asked.path)
    return acts[verb](books, intent, asked.params(UPDATE, FREE))


def open_intent(books: Books, intent: FakeIntent) -> FakeIntent:
    """Enter a new intent."""
    books.intents[intent.id] = intent
    books.happened("payment_intent.created", intent)
    return intent


def _create(books: Books, asked: GatewayCall) -> Json:
    params = asked.params(CREATE, FREE)
    amount, currency = amount_of(params), currency_of(params)
    metadata = inside(params, "metadata")
    new = FakeIntent(id=new_id("pi"), amount=amount, currency=currency, metadata=metadata, owner=asked.owner)
    intent = open_intent(books, new)
    _set_method(intent, params)
    return confirm(books, intent, {}) if params.get("confirm") == "true" else intent.as_json()


def _update(books: Books, intent: FakeIntent, params: Mapping[str, str]) -> Json:
    _check_open(intent)
    _set_method(intent, params)
    return intent.as_json()


def _set_method(intent: FakeIntent, params: Mapping[str, str]) -> None:
    method = params.get("payment_method")
    if method is None:
        return
    if method not in METHODS:
        raise invalid(f"No such PaymentMethod: '{method}'", "resource_missing")
    intent.method, intent.status = method, "requires_confirmation"


def confirm(books: Books, intent: FakeIntent, params: Mapping[str, str]) -> Json:
    """Let the card's bank decide; what it declines may be tried with another card."""
    _check_open(intent)
    _set_method(intent, params)
    if intent.method is None:
        raise invalid("You cannot confirm this PaymentIntent without a payment method.", "parameter_missing")
    if intent.method == DECLINED:
        intent.status, intent.method = "requires_payment_method", None
        books.happened("payment_intent.payment_failed", intent)
        raise Wrong(402, "card_error", "Your card was declined.", "card_declined")
    if intent.method == NEEDS_ACTION and intent.status != "requires_action":
        intent.status = "requires_action"
        return intent.as_json()
    return succeed(books, intent)


def succeed(books: Books, intent: FakeIntent) -> Json:
    intent.status, intent.received = "succeeded", intent.amount
    books.happened("payment_intent.succeeded", intent)
    return intent.as_json()


def _cancel(books: Books, intent: FakeIntent, _params: Mapping[str, str]) -> Json:
    _check_open(intent)
    intent.status = "canceled"
    books.happened("payment_intent.canceled", intent)
    return intent.as_json()


def refund(books: Books, asked: GatewayCall) -> Json:
    """What a call at `/v1/refunds` is answered: never more than was paid."""
    params = asked.params(REFUND)
    intent = books.intents.get(params.get("payment_intent", ""))
    if intent is None:
        raise invalid("No such payment_intent", "resource_missing", 404)
    left = intent.received - intent.refunded
    amount = amount_of(params) if "amount" in params else left
    if not 0 < amount <= left:
        code = "charge_already_refunded" if not left else "amount_too_large"
        raise invalid("Refund amount is greater than unrefunded amount on charge", code)
    intent.refunded += amount
    books.happened("charge.refunded", intent)
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "currency": intent.currency,
        "payment_intent": intent.id,
        "status": "succeeded",
    }


def _check_open(intent: FakeIntent) -> None:
    if intent.status not in OPEN:
        raise invalid(f"This PaymentIntent has a status of {intent.status}.", "payment_intent_unexpected_state")
