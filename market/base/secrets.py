"""Secrets and bank data at rest: encryption with named keys, keyed hashes for look-ups, random keys."""

import base64
import hashlib
import hmac
import secrets as random_source
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from market.base.config import DEVELOPMENT_SECRET

BRING_BACK = "Đưa khóa đã dùng trước đây trở lại CHOSO_DATA_KEYS (khóa mới đứng đầu, khóa cũ đứng sau)."
"""What an operator does where something is sealed under a key that is not there."""


class KeyMissing(ValueError):
    """A value is sealed under a data key that this installation does not have."""


class Vault:
    """Encrypts and hashes with the first key, decrypts and recognises with any.

    `keys` maps a key's name to its secret text. A ciphertext and a stored digest begin with the name of their key, so
    keys rotate by putting a new pair first and keeping the old ones until `flask rekey` says that nothing needs them.
    What encrypts, what hashes and what signs is derived from the secret apart (RFC 5869): none tells of another.
    """

    def __init__(self, keys: dict[str, str], *, before: str | None = None) -> None:
        """`before`: the secret of the first key, under the same name, until it was changed. It signs nothing."""
        secrets_of = {name: [secret] for name, secret in keys.items()}
        next(iter(secrets_of.values())).extend([before] if before else [])
        self._boxes = {name: MultiFernet([*map(_box, known)]) for name, known in secrets_of.items()}
        self._hashes = {name: [_derived(one, b"digest") for one in known] for name, known in secrets_of.items()}
        self._signs = [_derived(secret, b"sign") for secret in keys.values()]
        self._current = next(iter(keys))
        self._before = next(reversed(keys.values())).encode()

    def encrypt(self, plain: str) -> str:
        return f"{self._current}:{self._boxes[self._current].encrypt(plain.encode()).decode()}"

    def decrypt(self, cipher: str) -> str:
        """The plain text; KeyMissing where no key of this installation fits."""
        name, _, token = cipher.partition(":")
        if name not in self._boxes:
            raise KeyMissing(f"no data key named {name!r}")
        try:
            return self._boxes[name].decrypt(token.encode()).decode()
        except InvalidToken as error:
            raise KeyMissing(f"the data key {name!r} does not open this value") from error

    @property
    def name(self) -> str:
        """Of the key in use."""
        return self._current

    @property
    def names(self) -> list[str]:
        """Of every key that is here."""
        return list(self._boxes)

    @property
    def prefix(self) -> str:
        """What a ciphertext or a digest of the key in use begins with."""
        return f"{self._current}:"

    def is_current(self, kept: str) -> bool:
        """Whether a ciphertext or a digest is of the key in use."""
        return kept.startswith(self.prefix)

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash to keep: the same text has another hash under another purpose. Looked up by `digests()`."""
        return f"{self._current}:{_hashed(self._hashes[self._current][0], purpose, text)}"

    def digests(self, purpose: str, text: str) -> list[str]:
        """Every hash under which the text may have been kept: of each key, and as they were before they named one."""
        named = [f"{name}:{_hashed(key, purpose, text)}" for name, known in self._hashes.items() for key in known]
        return [*named, _hashed(self._before, purpose, text)]

    def is_digest(self, purpose: str, text: str, kept: str) -> bool:
        """Whether a kept hash is of this text."""
        known = kept.encode()
        return any([hmac.compare_digest(one.encode(), known) for one in self.digests(purpose, text)])

    def signatures(self, purpose: str, text: str) -> list[str]:
        """The signature that goes out now, then those that older keys made, and that were made before."""
        made = [_hashed(key, purpose, text) for key in (*self._signs, self._before)]
        return [base64.b32encode(bytes.fromhex(one))[:20].decode() for one in made]


_VAULTS: list[Vault] = []


def configure(data_keys: str, secret: str) -> None:
    """Set the installation's keys: `data_keys` as `id:key,id:key`, else one key derived from `secret`. That may have
    been development's until somebody gave the market one of its own: what it sealed opens still."""
    pairs = (pair.partition(":") for pair in data_keys.split(",") if pair.strip())
    keys = {name.strip(): key.strip() for name, _, key in pairs}
    _VAULTS[:] = [Vault(keys) if keys else Vault({"dev": secret}, before=DEVELOPMENT_SECRET)]


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
    return vault().signatures(purpose, text)[0]


def is_signed(purpose: str, text: str, signature: str) -> bool:
    """Whether this installation signed the text for this purpose, with the key it uses now or an older one."""
    given = signature.upper().encode()
    return any([hmac.compare_digest(one.encode(), given) for one in vault().signatures(purpose, text)])


def _hashed(key: bytes, purpose: str, text: str) -> str:
    return hmac.new(key, f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


def _derived(secret: str, use: bytes) -> bytes:
    """A key for one use: HKDF with SHA-256 (RFC 5869), of a secret that is random itself and needs no salt."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"choso " + use).derive(secret.encode())


def _box(secret: str) -> Fernet:
    return Fernet(_fernet_key(secret))


def _fernet_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
