"""PaymentIntents of the fake gateway: cards that pay, cards that are declined, cards whose bank asks their holder."""

from collections.abc import Mapping

from market.payments.card.fake.books import Books, FakeIntent, Json, new_id
from market.payments.card.fake.wire import GatewayCall, Wrong, amount_of, currency_of, inside, invalid, unknown

VISA = "pm_card_visa"
DECLINED = "pm_card_chargeDeclined"
NEEDS_ACTION = "pm_card_authenticationRequired"
DECLINES: Mapping[str, tuple[str, str]] = {
    DECLINED: ("card_declined", "generic_decline"),
    f"{DECLINED}InsufficientFunds": ("card_declined", "insufficient_funds"),
    f"{DECLINED}ExpiredCard": ("expired_card", ""),
    f"{DECLINED}IncorrectCvc": ("incorrect_cvc", ""),
    f"{DECLINED}ProcessingError": ("processing_error", ""),
}
"""The cards that are declined, and the codes that say why: the gateway's own, and the bank's where it says one."""
NOT_AUTHENTICATED = ("payment_intent_authentication_failure", "")
METHODS = frozenset({VISA, "pm_card_mastercard", NEEDS_ACTION, *DECLINES})
CHALLENGE = "xac-thuc"
"""The first step of the address at which a card's holder answers their bank."""
CREATE = frozenset({"amount", "currency", "payment_method", "confirm", "description", "return_url"})
UPDATE = frozenset({"payment_method", "description", "return_url"})
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


def challenge_at(host: str, intent_id: str) -> str:
    return f"http://{host}/{CHALLENGE}/{intent_id}"


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
    new.challenge_url = challenge_at(asked.host, new.id)
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
    intent.return_url = params.get("return_url", intent.return_url)


def confirm(books: Books, intent: FakeIntent, params: Mapping[str, str]) -> Json:
    """Let the card's bank decide; what it declines may be tried with another card."""
    _check_open(intent)
    _set_method(intent, params)
    if intent.method is None:
        raise invalid("You cannot confirm this PaymentIntent without a payment method.", "parameter_missing")
    if intent.method in DECLINES:
        raise decline(books, intent, DECLINES[intent.method])
    if intent.method == NEEDS_ACTION:
        intent.status = "requires_action"
        books.happened("payment_intent.requires_action", intent)
        return intent.as_json()
    return succeed(books, intent)


def decline(books: Books, intent: FakeIntent, why: tuple[str, str]) -> Wrong:
    """Note that a card was refused: what the call about it is answered. Another card may be tried."""
    code, decline_code = why
    wrong = Wrong(402, "card_error", "Your card was declined.", code, decline_code)
    intent.status, intent.method = "requires_payment_method", None
    intent.error = dict(wrong.error)
    books.happened("payment_intent.payment_failed", intent)
    return wrong


def succeed(books: Books, intent: FakeIntent) -> Json:
    intent.status, intent.received, intent.error = "succeeded", intent.amount, None
    books.happened("payment_intent.succeeded", intent)
    return intent.as_json()


def _cancel(books: Books, intent: FakeIntent, _params: Mapping[str, str]) -> Json:
    _check_open(intent)
    intent.status = "canceled"
    books.happened("payment_intent.canceled", intent)
    return intent.as_json()


def _check_open(intent: FakeIntent) -> None:
    if intent.status not in OPEN:
        raise invalid(f"This PaymentIntent has a status of {intent.status}.", "payment_intent_unexpected_state")
