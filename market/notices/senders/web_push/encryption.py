"""The content of a push message, so that only the browser it is for can read it (RFC 8291 over RFC 8188, aes128gcm)."""

import base64
import binascii
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
"""Bytes of the one record a message has: what every push service takes (RFC 8291, 4)."""
SALT, POINT, AUTH, TAG = 16, 65, 16, 16
MOST_PLAIN = RECORD - (SALT + 4 + 1 + POINT) - TAG - 1
"""Bytes that a message may say."""
LAST_RECORD = b"\x02"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserKeys:
    """What a browser gave with its subscription: its public key on P-256, uncompressed, and its secret of 16 bytes."""

    public: bytes
    auth: bytes = field(repr=False)

    @classmethod
    def of(cls, p256dh: str, auth: str) -> "BrowserKeys":
        """From base64url, as a browser writes them; ValueError for what is none."""
        keys = cls(public=from_text(p256dh), auth=from_text(auth))
        if len(keys.auth) != AUTH or len(keys.public) != POINT:
            raise ValueError("keys of a subscription have 65 and 16 bytes")
        _point(keys.public)
        return keys


def encrypted(plain: bytes, to: BrowserKeys) -> bytes:
    """The body of a push message: a new key and a new salt for each. ValueError for more than `MOST_PLAIN`."""
    return _sealed(plain, to, ec.generate_private_key(ec.SECP256R1()), os.urandom(SALT))


def _sealed(plain: bytes, to: BrowserKeys, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    if len(plain) > MOST_PLAIN:
        raise ValueError(f"a push message says at most {MOST_PLAIN} bytes")
    point = point_of(own.public_key())
    shared = own.exchange(ec.ECDH(), _point(to.public))
    key = derived(shared, to.auth, b"WebPush: info\0" + to.public + point, 32)
    content_key, nonce = content_keys(key, salt)
    sealed = AESGCM(content_key).encrypt(nonce, plain + LAST_RECORD, None)
    return salt + RECORD.to_bytes(4) + bytes([POINT]) + point + sealed


def content_keys(key: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """The key and the nonce of the record (RFC 8188, 2.2 and 2.3)."""
    content_key = derived(key, salt, b"Content-Encoding: aes128gcm\0", 16)
    return content_key, derived(key, salt, b"Content-Encoding: nonce\0", 12)


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _point(public: bytes) -> ec.EllipticCurvePublicKey:
    """ValueError for what is no point of the curve."""
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)


def as_text(raw: bytes) -> str:
    """base64url without padding, as everything about push is written."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """ValueError for what is no base64url."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("no base64url") from error
