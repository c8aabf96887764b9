"""What leaves an intent of the fake gateway again: refunds, never more than was paid, and disputes of card holders."""

from datetime import timedelta

from market.base import clock
from market.payments.card.fake.books import Books, FakeDispute, FakeIntent, FakeRefund, Json, new_id
from market.payments.card.fake.wire import GatewayCall, amount_of, inside, invalid, unknown

REFUND = frozenset({"payment_intent", "amount"})
FREE = ("metadata[",)
TO_ANSWER = timedelta(days=7)
OPEN = frozenset({"needs_response", "under_review"})
NOT_REFUNDED = frozenset({"failed", "canceled"})


def answer_refund(books: Books, asked: GatewayCall) -> Json:
    """What a call at `/v1/refunds…` is answered."""
    _, _, *steps = asked.steps
    if asked.method == "POST" and not steps:
        return _create(books, asked)
    return _shown(books.refunds, asked, steps)


def answer_dispute(books: Books, asked: GatewayCall) -> Json:
    """What a call at `/v1/disputes…` is answered."""
    _, _, *steps = asked.steps
    return _shown(books.disputes, asked, steps)


def _shown(known: dict[str, FakeRefund] | dict[str, FakeDispute], asked: GatewayCall, steps: list[str]) -> Json:
    if asked.method != "GET" or len(steps) > 1:
        raise unknown(asked.method, asked.path)
    if steps:
        one = known.get(steps[0])
        if one is None:
            raise invalid(f"No such {asked.steps[1].removesuffix('s')}: '{steps[0]}'", "resource_missing", 404)
        return one.as_json()
    intent = asked.asked_of("payment_intent")
    newest = [one.as_json() for one in known.values() if not intent or one.intent.id == intent][::-1]
    most = int(asked.asked_of("limit") or 10)
    return {"object": "list", "url": asked.path, "has_more": len(newest) > most, "data": newest[:most]}


def _create(books: Books, asked: GatewayCall) -> Json:
    params = asked.params(REFUND, FREE)
    intent = books.intents.get(params.get("payment_intent", ""))
    if intent is None:
        raise invalid("No such payment_intent", "resource_missing", 404)
    amount = amount_of(params) if "amount" in params else intent.received - intent.refunded
    return refund(books, intent, amount, inside(params, "metadata")).as_json()


def refund(books: Books, intent: FakeIntent, amount: int, metadata: dict[str, str] | None = None) -> FakeRefund:
    """Send a part of what was paid back, as a call or a hand at the gateway's own pages does."""
    left = intent.received - intent.refunded
    if any(one.intent is intent and one.status in OPEN for one in books.disputes.values()):
        raise invalid("Charge has been charged back; cannot issue a refund.", "charge_disputed")
    if not 0 < amount <= left:
        code = "charge_already_refunded" if not left else "amount_too_large"
        raise invalid("Refund amount is greater than unrefunded amount on charge", code)
    made = FakeRefund(id=new_id("re"), intent=intent, amount=amount, metadata=metadata or {})
    made.status = "pending" if books.refunds_wait else "succeeded"
    intent.refunded += amount
    books.refunds[made.id] = made
    books.happened("refund.created", made)
    books.happened("charge.refunded", intent, shown=intent.charge())
    return made


def end_refund(books: Books, made: FakeRefund, status: str, failure: str | None = None) -> None:
    """The card's bank took what goes back, or did not: then it is there to be refunded again."""
    made.status, made.failure = status, failure
    if status in NOT_REFUNDED:
        made.intent.refunded -= made.amount
    books.happened("refund.failed" if status == "failed" else "refund.updated", made)
    books.happened("charge.refund.updated", made)


def dispute(
    books: Books, intent: FakeIntent, *, amount: int | None = None, status: str = "needs_response"
) -> FakeDispute:
    """A card's holder complains at their bank, which takes the money back, or first asks (`warning_needs_response`)."""
    due_by = int((clock.now() + TO_ANSWER).timestamp())
    made = FakeDispute(id=new_id("du"), intent=intent, amount=amount or intent.received, due_by=due_by, status=status)
    books.disputes[made.id] = made
    books.happened("charge.dispute.created", made)
    if status == "needs_response":
        books.happened("charge.dispute.funds_withdrawn", made)
    return made


def move_dispute(books: Books, made: FakeDispute, status: str) -> None:
    """The bank looks at it, or decides: `under_review`, `won`, `lost`, `warning_closed`."""
    made.status = status
    if status == "under_review":
        books.happened("charge.dispute.updated", made)
        return
    books.happened("charge.dispute.closed", made)
    if status == "won":
        books.happened("charge.dispute.funds_reinstated", made)
