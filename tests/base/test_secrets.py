"""Bank data at rest opens only with the installation's keys; links open only with their own signature."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.base import secrets
from market.base.config import DEVELOPMENT_SECRET
from market.base.secrets import (
    KeyMissing,
    Vault,
    fingerprint,
    hash_password,
    is_password,
    is_signed,
    random_digits,
    random_key,
    sign,
    vault,
)
from tests.conftest import MARKETS_HASHER

OLD, NEW = "k1:" + "a" * 32, "k2:" + "b" * 32


@pytest.fixture(autouse=True)
def keys() -> None:
    secrets.configure(OLD, "x")


@given(st.text(max_size=200))
def test_what_is_sealed_opens_again(plain: str) -> None:
    one = Vault({"k": "a" * 32})
    assert one.decrypt(one.encrypt(plain)) == plain


def test_the_same_text_is_never_sealed_alike() -> None:
    assert vault().encrypt("0071000888888") != vault().encrypt("0071000888888")
    assert "0071000888888" not in vault().encrypt("0071000888888")


def test_what_development_s_secret_sealed_opens_under_one_s_own() -> None:
    """The README's way to try the market with a phone of the house: every stall with a bank account was a 500."""
    secrets.configure("", DEVELOPMENT_SECRET)
    sealed, digest, link = (
        vault().encrypt("số cũ"),
        vault().digest("bank-account", "số cũ"),
        sign("answer", "DS7K2M9PM"),
    )
    secrets.configure("", "s" * 40)
    assert vault().decrypt(sealed) == "số cũ"
    assert vault().is_digest("bank-account", "số cũ", digest)
    assert not is_signed("answer", "DS7K2M9PM", link), "anybody could have signed it"
    fresh = vault().encrypt("số mới")
    secrets.configure("", DEVELOPMENT_SECRET)
    with pytest.raises(KeyMissing):
        vault().decrypt(fresh)


def test_keys_rotate_and_the_old_ones_still_open() -> None:
    sealed, digest = vault().encrypt("số cũ"), vault().digest("bank-account", "số cũ")
    link = sign("answer", "DS7K2M9PM")
    secrets.configure(f"{NEW},{OLD}", "x")
    assert vault().decrypt(sealed) == "số cũ"
    assert vault().encrypt("số mới").startswith("k2:")
    assert digest.startswith("k1:")
    assert vault().digest("bank-account", "số cũ").startswith("k2:")
    assert digest in vault().digests("bank-account", "số cũ")
    assert vault().is_digest("bank-account", "số cũ", digest)
    assert not vault().is_digest("bank-account", "số khác", digest)
    assert sign("answer", "DS7K2M9PM") != link
    assert is_signed("answer", "DS7K2M9PM", link)


def test_what_was_hashed_and_signed_before_keys_were_kept_apart_is_recognised() -> None:
    before = hmac.new(b"a" * 32, b"answer|DS7K2M9PM", hashlib.sha256)
    secrets.configure(f"{NEW},{OLD}", "x")
    assert vault().is_digest("answer", "DS7K2M9PM", before.hexdigest())
    assert not vault().is_current(before.hexdigest())
    assert is_signed("answer", "DS7K2M9PM", base64.b32encode(before.digest())[:20].decode())


def test_what_encrypts_hashes_and_signs_is_never_one_key() -> None:
    """A signature is shown to the person who holds the link: it is no part of a kept hash of the same text."""
    shown = sign("answer", "DS7K2M9PM").encode()
    hashed = bytes.fromhex(vault().digest("answer", "DS7K2M9PM").partition(":")[2])
    assert not base64.b32encode(hashed).startswith(shown)


@pytest.mark.parametrize("wrong", [NEW, "k1:" + "c" * 32])
def test_a_wrong_key_opens_nothing(wrong: str) -> None:
    sealed = vault().encrypt("số")
    secrets.configure(wrong, "x")
    with pytest.raises(ValueError, match="data key"):
        vault().decrypt(sealed)


@pytest.mark.parametrize("torn", ["", "k1", "k1:", "k1:abc", ":"])
def test_a_torn_ciphertext_is_refused(torn: str) -> None:
    with pytest.raises(ValueError, match="data key"):
        vault().decrypt(torn)


def test_a_look_up_hash_serves_one_purpose() -> None:
    assert vault().digest("phone", "x") == vault().digest("phone", "x")
    assert vault().digest("phone", "x") != vault().digest("account", "x")


def test_a_signed_link_opens_one_thing_for_one_purpose() -> None:
    key = sign("answer", "DS7K2M9PM")
    assert is_signed("answer", "DS7K2M9PM", key)
    assert is_signed("answer", "DS7K2M9PM", key.lower())
    assert not is_signed("hand-over", "DS7K2M9PM", key)
    assert not is_signed("answer", "DS7K2M9PN", key)
    assert not is_signed("answer", "DS7K2M9PM", "")
    assert not is_signed("answer", "DS7K2M9PM", "ký tên")
    assert len(key) == 20


def test_passwords_are_checked_and_nobody_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_PASSWORDS", MARKETS_HASHER)
    hashed = hash_password("lua-chin-vang")
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_password("lua-chin-vang", hashed)
    assert not is_password("lua-chin-vàng", hashed)
    assert not is_password("nobody's password", None)
    assert not is_password("x", "not a hash")


def test_random_keys_are_long_and_codes_are_digits() -> None:
    assert len({random_key() for _ in range(100)}) == 100
    assert len(random_key()) == 43
    assert all(len(code) == 6 and code.isdigit() for code in (random_digits(6) for _ in range(50)))
    assert fingerprint("a") != fingerprint("b")
