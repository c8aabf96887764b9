"""Secrets and bank data at rest: encryption with named keys, keyed hashes for look-ups, random keys."""

import base64
import hashlib
import hmac
import secrets as random_source
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken


class Vault:
    """Encrypts with the first key, decrypts with any, hashes for look-ups.

    `keys` maps a key's name to its secret text; a ciphertext begins with the name of its key, so keys rotate by putting
    a new pair first and keeping the old ones.
    """

    def __init__(self, keys: dict[str, str], lookup_secret: str) -> None:
        self._boxes = {name: Fernet(_fernet_key(secret)) for name, secret in keys.items()}
        self._current = next(iter(keys))
        self._lookup = lookup_secret.encode()

    def encrypt(self, plain: str) -> str:
        return f"{self._current}:{self._boxes[self._current].encrypt(plain.encode()).decode()}"

    def decrypt(self, cipher: str) -> str:
        """The plain text; ValueError where no key of this installation fits."""
        name, _, token = cipher.partition(":")
        if name not in self._boxes:
            raise ValueError(f"no data key named {name!r}")
        try:
            return self._boxes[name].decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise ValueError(f"the data key {name!r} does not open this value") from error

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash to look a value up by: the same text has another hash under another purpose."""
        return hmac.new(self._lookup, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


_VAULTS: list[Vault] = []


def configure(data_keys: str, secret: str) -> None:
    """Set the installation's keys: `data_keys` as `id:key,id:key`, else one key derived from `secret`."""
    pairs = (pair.partition(":") for pair in data_keys.split(",") if pair.strip())
    keys = {name.strip(): key.strip() for name, _, key in pairs} or {"dev": secret}
    _VAULTS[:] = [Vault(keys, lookup_secret=next(reversed(keys.values())))]


def vault() -> Vault:
    return _VAULTS[0]


_PASSWORDS = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_NOBODY = _PASSWORDS.hash("nobody's password")


def hash_password(password: str) -> str:
    """An argon2id hash: about 30 ms on a small server, so it is made outside transactions. Some keyboards type marks
    apart from their letters: that is the same password."""
    return _PASSWORDS.hash(unicodedata.normalize("NFC", password))


def is_password(password: str, known: str | None) -> bool:
    """Whether the password fits the hash; takes as long where there is no hash to fit."""
    try:
        return _PASSWORDS.verify(known or _NOBODY, unicodedata.normalize("NFC", password)) and known is not None
    except (VerificationError, InvalidHashError):
        return False


def random_key() -> str:
    """A 256-bit random key, URL-safe: cookies, links, storage keys."""
    return random_source.token_urlsafe(32)


def random_digits(count: int) -> str:
    """A short numeric code to be read out: only with a short life and few tries."""
    return "".join(random_source.choice("0123456789") for _ in range(count))


def fingerprint(text: str) -> str:
    """The hash under which a random key is stored: a leaked row opens nothing."""
    return hashlib.sha256(text.encode()).hexdigest()


def sign(purpose: str, text: str) -> str:
    """A 100-bit signature of `text` for one purpose, for addresses that open without a sign-in."""
    return base64.b32encode(bytes.fromhex(vault().digest(purpose, text)))[:20].decode()


def is_signed(purpose: str, text: str, signature: str) -> bool:
    return hmac.compare_digest(sign(purpose, text).encode(), signature.upper().encode())


def _fernet_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
