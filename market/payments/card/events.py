"""What the gateway's calls say: the kind of event and which intent it is about."""

import json
from dataclasses import dataclass

ABOUT_INTENTS = "payment_intent."


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvent:
    """An event about an intent. What it says of sums is not believed: the intent is fetched anew."""

    kind: str
    intent_id: str


def read_event(body: bytes) -> CardEvent | None:
    """The event; None for one about something else. ValueError where the body is no event."""
    try:
        read: object = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(read, dict) or not isinstance(read.get("type"), str):
        raise ValueError("type")
    kind: str = read["type"]
    if not kind.startswith(ABOUT_INTENTS):
        return None
    inner = read.get("data")
    about = inner.get("object") if isinstance(inner, dict) else None
    intent_id = about.get("id") if isinstance(about, dict) else None
    if not isinstance(intent_id, str) or not intent_id.isascii() or not intent_id.startswith("pi_"):
        raise ValueError("data.object.id")
    return CardEvent(kind=kind, intent_id=intent_id)
