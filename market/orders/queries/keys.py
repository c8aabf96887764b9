"""The signed keys of an order: with one its stall answers without a sign-in, one the buyer shows at hand-over."""

from datetime import datetime, timedelta

from market.base.secrets import is_signed, sign, vault
from market.values.codes import squash

SHORT = 4


_ANSWER = "order-answer-by-stall"
_OLD_ANSWER = "order-answer"
"""Keys of this purpose were given to buyers: they answer nothing any more."""


def answer_key(code: str) -> str:
    """Ends the address by which a stall may answer this order without signing in. Shown to the stall's own people
    alone: who has it may accept the order."""
    return sign(_ANSWER, code)


def is_answer_key(code: str, key: str) -> bool:
    return is_signed(_ANSWER, code, key)


def is_old_answer_key(code: str, key: str) -> bool:
    """Whether this is a key as buyers were given it once."""
    return is_signed(_OLD_ANSWER, code, key)


def hand_over_key(code: str) -> str:
    """What the buyer's QR ends with; its last 4 characters can be read out instead. The stall is never shown it."""
    return squash(sign("order-hand-over", code))


def is_hand_over_key(code: str, shown: str) -> bool:
    """Whether this is the order's hand-over key, whole or its last 4 characters, however typed; an older data key may
    have made it: its buyer wrote it down."""
    keys, typed = [squash(one) for one in vault().signatures("order-hand-over", code)], squash(shown)
    return any(typed in (key, key[-SHORT:]) for key in keys)


_FOLLOW = "order-follow"


def follow_key(code: str) -> str:
    """Ends the address by which who rang up sees the order that a stall wrote down for them, on a browser of theirs.
    The stall sends it on, so it proves nothing of who holds it."""
    return sign(_FOLLOW, code)


def is_follow_key(code: str, key: str) -> bool:
    return is_signed(_FOLLOW, code, key)


_ATTACH = "purchase-attach"
ATTACH_WITHIN = timedelta(minutes=30)
"""How long somebody has to sign in, who wants to take into their account what this browser ordered."""


def attach_key(purchase_id: int, device: str, *, now: datetime) -> str:
    """Carries through a sign-in that this browser opened the purchase before it: `1764500000-K7…`. Of no use on
    another browser, or later."""
    until = int((now + ATTACH_WITHIN).timestamp())
    return f"{until}-{sign(_ATTACH, f'{purchase_id}|{device}|{until}')}"


def is_attach_key(purchase_id: int, device: str, key: str, *, now: datetime) -> bool:
    until, _, signature = key.partition("-")
    is_made = until.isascii() and until.isdigit() and is_signed(_ATTACH, f"{purchase_id}|{device}|{until}", signature)
    return is_made and now.timestamp() < int(until)
