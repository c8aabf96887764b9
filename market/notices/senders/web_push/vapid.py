"""Who sends a push message, signed for its push service (RFC 8292): a key pair of the installation's own."""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from market.notices.senders.web_push.encryption import as_text, from_text, point_of

KEY_BYTES = 32
KEY_TEXT = 43
"""Characters of the private key as it is entered."""
SIGNED_FOR = timedelta(hours=12)
"""At most a day (RFC 8292, 2); half of one leaves room for a clock that is wrong."""


def new_key() -> str:
    """A new private key on P-256, as it is entered."""
    return as_text(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(KEY_BYTES))


@lru_cache(maxsize=2)
def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """ValueError for what is no key on P-256."""
    raw = from_text(text)
    if len(raw) != KEY_BYTES:
        raise ValueError("a private key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(raw), ec.SECP256R1())


@lru_cache(maxsize=2)
def public_key(text: str) -> str:
    """What a browser is given of a private key: `applicationServerKey`. ValueError for what is none."""
    return as_text(point_of(private_key(text).public_key()))


def authorization(endpoint: str, key: str, contact: str, now: datetime) -> str:
    """The header that lets a message be sent to this endpoint. `contact`: an address whose holder a push service may
    ask, `https:` or `mailto:`."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + SIGNED_FOR).timestamp()), "sub": contact}
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(private_key(key).sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"vapid t={signed}.{as_text(r.to_bytes(KEY_BYTES) + s.to_bytes(KEY_BYTES))}, k={public_key(key)}"


def _json(said: dict[str, object] | dict[str, str]) -> str:
    return as_text(json.dumps(said, separators=(",", ":")).encode())
