"""The one way to call other machines: with time limits, bounded answers, and another try only where that is safe."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from market.base.errors import OutsideError

CONNECT_SECONDS = 3.05
READ_SECONDS = 15.0
WHOLE_SECONDS = 30.0
"""A whole body's; without it one that comes byte by byte would never be late."""
TRIES = 3
MOST_BYTES = 1024 * 1024
BACK_OFF = 0.5
LONGEST_PAUSE = 5
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


class PausingRetry(Retry):
    """Pauses before the first further try as well: a machine that starts anew, or is busy, is not done at once."""

    def get_backoff_time(self) -> float:
        return float(min(self.backoff_max, self.backoff_factor * 2.0 ** (len(self.history) - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Http:
    """A caller of other machines. `back_off`: seconds before the second try, twice as many before the third."""

    connect_seconds: float = CONNECT_SECONDS
    read_seconds: float = READ_SECONDS
    whole_seconds: float = WHOLE_SECONDS
    tries: int = TRIES
    back_off: float = BACK_OFF

    def send(self, call: Call) -> Answer:
        """Send a call, again where that is safe and no good answer began. OutsideError (not permanent) where none came,
        or where one that began broke off."""
        timeout = (self.connect_seconds, self.read_seconds)
        with requests.Session() as caller:
            for scheme in ("http://", "https://"):
                caller.mount(scheme, HTTPAdapter(max_retries=self._retry(call)))
            try:
                with caller.request(
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
                raise OutsideError(
                    f"no answer from {_host(call.url)}: {type(error).__name__}", permanent=False
                ) from error

    def _retry(self, call: Call) -> Retry:
        """The last answer is given back whatever it says. Retry-After is kept, within reason."""
        return PausingRetry(
            total=self.tries - 1 if call.is_idempotent else 0,
            allowed_methods=None,  # whether it is safe is the call's own word
            status_forcelist=TRY_AGAIN,
            raise_on_status=False,
            backoff_factor=self.back_off,
            backoff_max=LONGEST_PAUSE,
            retry_after_max=LONGEST_PAUSE,
        )

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


def _host(url: str) -> str:
    return url.split("/", 3)[2] if "://" in url else url
