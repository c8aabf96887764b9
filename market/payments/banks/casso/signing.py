"""What Casso signs: the moment and the call's JSON, written anew with its keys in order, as JavaScript writes it.

Source: Casso's own samples for webhook v2. The JavaScript one writes letters as they are, the PHP one escapes them and
the stroke, so that either form may be what was signed.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator

HEADER = "X-Casso-Signature"
_HEADER = re.compile(r"t=([0-9]{1,16})((?:,v1=[0-9a-fA-F]{128}){1,4})")
WHOLE_BELOW = 1e21
"""From there on JavaScript writes a power of ten."""


def signed_at(header: str) -> int | None:
    """The moment that a header names, in milliseconds; None where it is no such header."""
    found = _HEADER.fullmatch(header.replace(" ", ""))
    return int(found[1]) if found else None


def is_signed(key: str, header: str, read: dict[str, object]) -> bool:
    """Whether one of a header's signatures is of what was read."""
    found = _HEADER.fullmatch(header.replace(" ", ""))
    if found is None:
        return False
    given = [one.lower() for one in found[2].split(",v1=")[1:]]
    made = [signature(key, found[1], text) for text in _written(read)]
    return any(hmac.compare_digest(one, other) for one in given for other in made)


def signature(key: str, moment: str, text: str) -> str:
    """The hex HMAC-SHA512 of `{moment}.{text}`."""
    return hmac.new(key.encode(), f"{moment}.{text}".encode(), hashlib.sha512).hexdigest()


def in_order(read: dict[str, object]) -> str:
    """A call's JSON with its keys in order, without blanks, letters as they are."""
    return json.dumps(_numbers(read), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _written(read: dict[str, object]) -> Iterator[str]:
    yield in_order(read)
    yield json.dumps(_numbers(read), sort_keys=True, separators=(",", ":")).replace("/", "\\/")


def _numbers(value: object) -> object:
    """JavaScript has one kind of number: 150000.0 is written 150000."""
    if isinstance(value, dict):
        return {name: _numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < WHOLE_BELOW
    return int(value) if is_whole else value  # type: ignore[call-overload]
