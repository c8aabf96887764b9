"""Checkout Sessions of the fake gateway: made, closed, paid or declined at its own page, over when their time is up."""

from collections.abc import Mapping

from market.base import clock
from market.payments.card.fake.books import Books, FakeIntent, FakeSession, Json, new_id
from market.payments.card.fake.intents import challenge_at, confirm, open_intent
from market.payments.card.fake.wire import GatewayCall, amount_of, currency_of, inside, invalid, unknown

PAGE = "trang"
"""The first step of the address of a session's own page."""
LINE = "line_items[0]"
PRICE = f"{LINE}[price_data]"
CREATE = frozenset(
    {
        "mode",
        "success_url",
        "cancel_url",
        "client_reference_id",
        "expires_at",
        "locale",
        "payment_method_types[0]",
        f"{LINE}[quantity]",
        f"{PRICE}[currency]",
        f"{PRICE}[unit_amount]",
        f"{PRICE}[product_data][name]",
    }
)
INTENT_METADATA = "payment_intent_data[metadata]"
FREE = ("metadata[", f"{INTENT_METADATA}[")
NEEDED = ("success_url", f"{LINE}[quantity]", f"{PRICE}[product_data][name]")
SHORTEST, LONGEST = 30 * 60, 24 * 3600


def answer_session(books: Books, asked: GatewayCall) -> Json:
    """What a call at `/v1/checkout/sessions…` is answered."""
    _, _, _, *steps = asked.steps
    if not steps:
        return _create(books, asked) if asked.method == "POST" else _list(books)
    session = session_now(books, steps[0])
    if session is None:
        raise invalid(f"No such checkout.session: {steps[0]}", "resource_missing", 404)
    if asked.method == "GET" and len(steps) == 1:
        return session.as_json()
    if asked.method == "POST" and steps[1:] == ["expire"]:
        return _expire(books, session)
    raise unknown(asked.method, asked.path)


def _create(books: Books, asked: GatewayCall) -> Json:
    params = asked.params(CREATE, FREE)
    if params.get("mode") != "payment":
        raise invalid("You must provide mode.", "parameter_missing")
    missing = [name for name in NEEDED if not params.get(name)]
    if missing:
        raise invalid(f"Missing required param: {missing[0]}.", "parameter_missing")
    session_id = new_id("cs_test")
    session = FakeSession(
        id=session_id,
        name=params[f"{PRICE}[product_data][name]"],
        amount=amount_of(params, f"{PRICE}[unit_amount]") * amount_of(params, f"{LINE}[quantity]"),
        currency=currency_of(params, f"{PRICE}[currency]"),
        reference=params.get("client_reference_id", ""),
        metadata=inside(params, INTENT_METADATA),
        success_url=params["success_url"],
        cancel_url=params.get("cancel_url", ""),
        expires_at=_end_of(params),
        url=f"http://{asked.host}/{PAGE}/{session_id}",
        owner=asked.owner,
    )
    books.sessions[session_id] = session
    return session.as_json()


def _end_of(params: Mapping[str, str]) -> int:
    """When the session ends: as asked, from half an hour to a day ahead."""
    now = int(clock.now().timestamp())
    text = params.get("expires_at", str(now + LONGEST))
    if not (text.isascii() and text.isdigit()):
        raise invalid(f"Invalid integer: {text}", "parameter_invalid_integer")
    if not SHORTEST <= int(text) - now <= LONGEST:
        raise invalid("The `expires_at` timestamp must be 30 minutes to 24 hours from Checkout Session creation.")
    return int(text)


def _list(books: Books) -> Json:
    newest = list(books.sessions.values())[::-1][:1]
    return {
        "object": "list",
        "url": "/v1/checkout/sessions",
        "has_more": len(books.sessions) > 1,
        "data": [session.as_json() for session in newest],
    }


def session_now(books: Books, session_id: str) -> FakeSession | None:
    """The session as it stands: one whose time is up is over."""
    session = books.sessions.get(session_id)
    if session and session.status == "open" and session.expires_at <= clock.now().timestamp():
        _end(books, session)
    return session


def _expire(books: Books, session: FakeSession) -> Json:
    if session.status != "open":
        raise invalid(f"Only Checkout Sessions with a status in [open] can be expired. This one is {session.status}.")
    _end(books, session)
    return session.as_json()


def _end(books: Books, session: FakeSession) -> None:
    session.status = "expired"
    books.happened("checkout.session.expired", session)


def pay(books: Books, session: FakeSession, method: str) -> None:
    """A card is typed at the session's page. Wrong where its bank says no, or the session is over; where it asks its
    holder first the session is not paid yet."""
    if session.status != "open":
        raise invalid("This session is over.")
    if session.intent is None:
        new = FakeIntent(
            id=new_id("pi"),
            amount=session.amount,
            currency=session.currency,
            metadata=session.metadata,
            owner=session.owner,
        )
        new.challenge_url, new.return_url = challenge_at(_host_of(session), new.id), session.success_url
        session.intent = open_intent(books, new)
    confirm(books, session.intent, {"payment_method": method})
    complete_paid(books, session)


def complete_paid(books: Books, session: FakeSession) -> None:
    """Close an open session whose intent is paid."""
    if session.status == "open" and session.intent is not None and session.intent.status == "succeeded":
        session.status = "complete"
        books.happened("checkout.session.completed", session)


def session_of(books: Books, intent: FakeIntent) -> FakeSession | None:
    """The session at whose page an intent is paid; None where it has none."""
    return next((one for one in books.sessions.values() if one.intent is intent), None)


def _host_of(session: FakeSession) -> str:
    return session.url.split("/")[2]
