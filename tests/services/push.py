"""A browser maker's push service, and the phones it reaches, as RFC 8030, 8291 and 8292 have them."""

import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from market.base import clock
from market.notices.senders.web_push.encryption import (
    AUTH,
    LAST_RECORD,
    POINT,
    RECORD,
    SALT,
    as_text,
    content_keys,
    derived,
    from_text,
    point_of,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LONGEST_SIGNED = timedelta(days=1)
URGENCIES = ("very-low", "low", "normal", "high")
_VAPID = re.compile(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]{87})")


class Wrong(Exception):
    """What a push service answers 400 or 403 to; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message as a phone reads it, and how it was to be carried."""

    said: bytes
    ttl: int
    topic: str
    urgency: str

    def json(self) -> dict[str, str]:
        read: dict[str, str] = json.loads(self.said)
        return read


@dataclass(slots=True, kw_only=True)
class Phone:
    """A browser that subscribed: its keys, and what has reached it."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(AUTH))
    endpoint: str = ""
    received: list[Received] = field(default_factory=list)

    @property
    def keys(self) -> tuple[str, str]:
        """`p256dh` and `auth`, as the browser hands them to a page."""
        return as_text(point_of(self.private.public_key())), as_text(self.auth)

    def opened(self, body: bytes) -> bytes:
        """What a message says; Wrong where it was not sealed for this phone."""
        salt, size, length = body[:SALT], body[SALT : SALT + 4], body[SALT + 4]
        point, sealed = body[SALT + 5 : SALT + 5 + length], body[SALT + 5 + length :]
        if length != POINT or int.from_bytes(size) != RECORD:
            raise Wrong("not one record of aes128gcm")
        sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        info = b"WebPush: info\0" + point_of(self.private.public_key()) + point
        key, nonce = content_keys(derived(self.private.exchange(ec.ECDH(), sender), self.auth, info, 32), salt)
        try:
            padded = AESGCM(key).decrypt(nonce, sealed, None)
        except InvalidTag as error:
            raise Wrong("sealed for another") from error
        if not padded.rstrip(b"\0").endswith(LAST_RECORD):
            raise Wrong("not the last record")
        return padded.rstrip(b"\0").removesuffix(LAST_RECORD)


@dataclass(slots=True)
class FakePushService:
    """A WSGI application that takes messages for its phones as RFC 8030, 8291 and 8292 say. `answers` has what the next
    calls of a phone are answered instead of 201; `refused` why others were; `url` is where it listens."""

    url: str = ""
    retry_after: str | None = "120"
    phones: dict[str, Phone] = field(default_factory=dict)
    answers: dict[str, list[int]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    now: Callable[[], datetime] = field(default=lambda: clock.now())

    def phone(self) -> Phone:
        """A phone that has just subscribed."""
        path = f"/push/{len(self.phones) + 1}"
        self.phones[path] = Phone(endpoint=f"{self.url}{path}")
        return self.phones[path]

    def answer(self, phone: Phone, *statuses: int) -> None:
        self.answers[phone.endpoint.removeprefix(self.url)] = list(statuses)

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = str(environ["PATH_INFO"])
        self.calls.append(path)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        phone, told = self.phones.get(path), self.answers.get(path)
        if told:
            return self._answered(start, told.pop(0))
        if phone is None:
            return self._answered(start, 404)
        if len(body) > RECORD:
            return self._answered(start, 413)
        try:
            self._check_signature(environ)
            phone.received.append(_received(environ, phone, body))
        except Wrong as error:
            self.refused.append(str(error))
            return self._answered(start, 400)
        return self._answered(start, 201)

    def _answered(self, start: "StartResponse", status: int) -> Iterable[bytes]:
        pause = [("Retry-After", self.retry_after)] if status in (429, 503) and self.retry_after else []
        moved = [("Location", f"{self.url}/elsewhere")] if status in (201, 307) else []
        start(f"{status} Said", [("Content-Length", "0"), *pause, *moved])
        return []

    def _check_signature(self, environ: "WSGIEnvironment") -> None:
        given = _VAPID.fullmatch(str(environ.get("HTTP_AUTHORIZATION", "")))
        if given is None:
            raise Wrong("no signature")
        head, claims, signature, key = given.groups()
        raw, said = from_text(signature), json.loads(from_text(claims))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_text(key))
        whole = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        try:
            public.verify(whole, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
        except InvalidSignature as error:
            raise Wrong("a signature that does not fit") from error
        if said["aud"] != self.url or not said["sub"].startswith(("https:", "http:", "mailto:")):
            raise Wrong("signed for another service, or by nobody")
        if not self.now().timestamp() < said["exp"] <= (self.now() + LONGEST_SIGNED).timestamp():
            raise Wrong("signed for too long, or too long ago")


def _received(environ: "WSGIEnvironment", phone: Phone, body: bytes) -> Received:
    ttl, topic = str(environ.get("HTTP_TTL", "")), str(environ.get("HTTP_TOPIC", ""))
    urgency = str(environ.get("HTTP_URGENCY", "normal"))
    if environ.get("HTTP_CONTENT_ENCODING") != "aes128gcm" or not ttl.isdigit():
        raise Wrong("no encoding, or no time to live")
    if not re.fullmatch(r"[\w-]{0,32}", topic, re.ASCII) or urgency not in URGENCIES:
        raise Wrong("a topic or an urgency that there is none of")
    return Received(said=phone.opened(body), ttl=int(ttl), topic=topic, urgency=urgency)
