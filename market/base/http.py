"""The one way to call other machines: with time limits, bounded answers, and another try only where that is safe."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
from urllib3.exceptions import HTTPError

from market.base.errors import OutsideError

CONNECT_SECONDS = 3.05
READ_SECONDS = 15.0
WHOLE_SECONDS = 30.0
"""A whole body's; without it one that comes byte by byte would never be late."""
TRIES = 3
MOST_BYTES = 1024 * 1024
LONGEST_PAUSE = 5.0
TRY_AGAIN = frozenset({409, 429, 500, 502, 503, 504})
"""Answers after which the same call may succeed: busy, locked by its own first try, or a fault on the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `is_idempotent`: sent twice it does what it does once, so that it may be tried again."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_idempotent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, object]:
        """The object in the body; OutsideError where there is none."""
        try:
            read: object = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise OutsideError(f"answer {self.status} is no JSON", permanent=False) from error
        if not isinstance(read, dict):
            raise OutsideError(f"answer {self.status} is no JSON object", permanent=False)
        return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """A caller of other machines. `pause` waits some seconds between tries."""

    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    whole_seconds: float = WHOLE_SECONDS
    tries: int = TRIES
    pause: Callable[[float], None] = time.sleep

    def send(self, call: Call) -> Answer:
        """Send a call, again where that is safe and may help. OutsideError (not permanent) where nothing answered."""
        tries = self.tries if call.is_idempotent else 1
        for number in range(1, tries):
            try:
                answer = self._once(call)
            except OutsideError:
                self.pause(_back_off(number))
                continue
            if answer.status not in TRY_AGAIN:
                return answer
            self.pause(_asked_pause(answer) or _back_off(number))
        return self._once(call)

    def _once(self, call: Call) -> Answer:
        timeout = (self.connect_seconds, self.read_seconds)
        try:
            with requests.request(
                call.method,
                call.url,
                headers=dict(call.headers),
                data=call.body,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                auth=_as_it_is,
            ) as response:
                return Answer(status=response.status_code, headers=response.headers, body=self._bounded(response))
        except (requests.RequestException, HTTPError) as error:  # read1 raises urllib3's own
            raise OutsideError(f"no answer from {_host(call.url)}: {type(error).__name__}", permanent=False) from error

    def _bounded(self, response: requests.Response) -> bytes:
        """The body, up to a megabyte and within its time; more or later is no answer to anything asked here."""
        end, body = time.monotonic() + self.whole_seconds, b""
        while chunk := response.raw.read1(64 * 1024, decode_content=True):
            body += chunk
            if len(body) > MOST_BYTES:
                raise OutsideError(f"answer over {MOST_BYTES} bytes", permanent=True)
            if time.monotonic() > end:
                raise OutsideError(f"answer not whole after {self.whole_seconds:g} seconds", permanent=False)
        return body


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps the call's own Authorization: without this, a .netrc of the machine would replace it."""
    return request


def _back_off(number: int) -> float:
    return min(LONGEST_PAUSE, 0.25 * 2.0**number)


def _asked_pause(answer: Answer) -> float:
    """The seconds of Retry-After, within reason."""
    asked = answer.headers.get("Retry-After", "")
    return min(LONGEST_PAUSE, float(asked)) if asked.isascii() and asked.isdigit() else 0.0


def _host(url: str) -> str:
    return url.split("/", 3)[2] if "://" in url else url
