"""What is pushed reads as RFC 8291's own example says, and is signed as RFC 8292 asks."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from market.notices.senders.web_push import encryption, vapid
from market.notices.senders.web_push.encryption import MOST_PLAIN, RECORD, BrowserKeys, encrypted, from_text
from tests.services.push import Phone

SAID = b"When I grow up, I want to be a watermelon"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
RECEIVERS_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SENDERS_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
"""RFC 8291, appendix A."""


def test_a_message_is_sealed_as_the_example_of_rfc_8291() -> None:
    own = vapid.private_key(SENDERS_PRIVATE)
    assert encryption._sealed(SAID, BrowserKeys.of(RECEIVER, AUTH), own, from_text(SALT)) == from_text(BODY)


def test_the_fake_opens_the_example_of_rfc_8291() -> None:
    phone = Phone(private=vapid.private_key(RECEIVERS_PRIVATE), auth=from_text(AUTH))
    assert phone.keys == (RECEIVER, AUTH)
    assert phone.opened(from_text(BODY)) == SAID


@given(said=st.binary(max_size=MOST_PLAIN))
def test_what_is_sealed_for_a_browser_opens_there_and_fits_one_record(said: bytes) -> None:
    phone = Phone()
    body = encrypted(said, BrowserKeys.of(*phone.keys))
    assert phone.opened(body) == said
    assert len(body) <= RECORD


def test_two_messages_that_say_the_same_look_different() -> None:
    to = BrowserKeys.of(RECEIVER, AUTH)
    assert encrypted(SAID, to)[:86] != encrypted(SAID, to)[:86]


def test_more_than_a_record_is_refused() -> None:
    with pytest.raises(ValueError, match=str(MOST_PLAIN)):
        encrypted(b"x" * (MOST_PLAIN + 1), BrowserKeys.of(RECEIVER, AUTH))


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        (RECEIVER, AUTH[:-2]),
        (RECEIVER[:-2], AUTH),
        ("B" + "A" * 86, AUTH),
        (RECEIVER.replace("B", "é", 1), AUTH),
        (f"{RECEIVER}****", AUTH),
    ],
)
def test_keys_that_no_browser_gives_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError, match="."):
        BrowserKeys.of(p256dh, auth)


def test_a_message_is_signed_for_its_push_service_alone() -> None:
    key, now = vapid.new_key(), datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
    said = vapid.authorization("https://web.push.apple.com/abc?d=1", key, "https://cho.daison.vn", now)
    token, _, shown = said.removeprefix("vapid t=").partition(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(from_text(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(from_text(claims)) == {
        "aud": "https://web.push.apple.com",
        "exp": int(now.timestamp()) + 12 * 3600,
        "sub": "https://cho.daison.vn",
    }
    assert shown == vapid.public_key(key)
    raw = from_text(signature)
    whole = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_text(shown))
    public.verify(whole, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))


@pytest.mark.parametrize("text", ["", "A" * 43, "x" * 42, "_" * 43, "không phải khóa"])
def test_what_is_no_key_of_the_curve_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="."):
        vapid.public_key(text)
