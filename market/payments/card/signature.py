"""The signature of the gateway's calls: `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

HEADER = "Stripe-Signature"
DRIFT = timedelta(seconds=300)
_SECONDS = re.compile(r"[0-9]{1,12}")


def sign(secret: str, body: bytes, at: datetime) -> str:
    """The header of a call sent at a moment."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def _digest(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, header: str, body: bytes, *, now: datetime) -> bool:
    """Whether any v1 of the header is this body's, sent within five minutes of now.

    Before or after: the gateway's own SDKs let a moment in the future pass, which would keep a replay good for ever.
    """
    pairs = [pair.strip().partition("=") for pair in header.split(",")]
    moments = [value for name, _, value in pairs if name == "t"]
    if len(moments) != 1 or not _SECONDS.fullmatch(moments[0]):
        return False
    expected = _digest(secret, moments[0], body).encode()
    given = [value for name, _, value in pairs if name == "v1"]
    matches = [hmac.compare_digest(expected, value.encode()) for value in given]
    return any(matches) and abs(now.timestamp() - int(moments[0])) <= DRIFT.total_seconds()
