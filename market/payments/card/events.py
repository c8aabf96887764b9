"""What the gateway's calls say: the kind of event, and which session or intent it is about."""

import json
from dataclasses import dataclass

ABOUT = {"checkout.session.": "cs_", "payment_intent.": "pi_"}
"""The beginnings of the kinds that matter here, and how the ids of what they are about begin."""
OF_INTENT = ("charge.refund", "charge.dispute.", "refund.")
"""The beginnings of the kinds about money that left an intent again; what each is about names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvent:
    """An event about a session or an intent. What it says of sums is not believed: both are fetched anew."""

    kind: str
    about: str

    @property
    def is_of_session(self) -> bool:
        return self.about.startswith("cs_")


def read_event(body: bytes) -> CardEvent | None:
    """The event; None for one about something else. ValueError where the body is no event."""
    try:
        read: object = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(read, dict) or not isinstance(read.get("type"), str):
        raise ValueError("type")
    kind: str = read["type"]
    begins = next((begins for known, begins in ABOUT.items() if kind.startswith(known)), None)
    if begins is None and not kind.startswith(OF_INTENT):
        return None
    inner = read.get("data")
    thing = inner.get("object") if isinstance(inner, dict) else None
    if begins is None:
        return _of_intent(kind, thing)
    about = thing.get("id") if isinstance(thing, dict) else None
    if not isinstance(about, str) or not about.isascii() or not about.startswith(begins):
        raise ValueError("data.object.id")
    return CardEvent(kind=kind, about=about)


def _of_intent(kind: str, thing: object) -> CardEvent | None:
    """The event as one about the intent; None where there is none, as of charges made without."""
    if not isinstance(thing, dict):
        raise ValueError("data.object")
    intent = thing.get("payment_intent")
    about = intent.get("id") if isinstance(intent, dict) else intent
    is_one = isinstance(about, str) and about.isascii() and about.startswith("pi_")
    return CardEvent(kind=kind, about=about) if is_one and isinstance(about, str) else None
