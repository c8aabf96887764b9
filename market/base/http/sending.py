"""How a call is sent: over requests, with one deadline for all tries and every byte of their answers."""

import io
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from market.base.errors import OutsideError
from market.base.http.calls import MOST_BYTES, TRY_AGAIN, Answer, Call, Limits

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_RECEIVED = 2 * MOST_BYTES
"""Of one answer as it comes, its head too, also where it is only thrown away before another try."""
LONGEST_PAUSE = 5


def sent(by: Limits, call: Call) -> Answer:
    """The answer to a call. OutsideError (not permanent) where none came, or one that began broke off."""
    timeout = (by.connect_seconds, by.read_seconds)
    with requests.Session() as caller:
        adapter = DeadlineAdapter(Deadline.after(by.whole_seconds), _retry(by, call))
        for scheme in ("http://", "https://"):
            caller.mount(scheme, adapter)
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
                return Answer(status=response.status_code, headers=response.headers, body=_bounded(response))
        except (requests.RequestException, HTTPError) as error:  # read1 raises urllib3's own
            raise OutsideError(f"no answer from {_host(call.url)}: {type(error).__name__}", permanent=False) from error


def _retry(by: Limits, call: Call) -> Retry:
    """The last answer is given back whatever it says. Retry-After is kept, within reason."""
    return PausingRetry(
        total=by.tries - 1 if call.is_idempotent else 0,
        allowed_methods=None,  # whether it is safe is the call's own word
        status_forcelist=TRY_AGAIN,
        raise_on_status=False,
        backoff_factor=by.back_off,
        backoff_max=LONGEST_PAUSE,
        retry_after_max=LONGEST_PAUSE,
    )


class PausingRetry(Retry):
    """Pauses before the first further try as well: a machine that starts anew, or is busy, is not done at once."""

    def get_backoff_time(self) -> float:
        return float(min(self.backoff_max, self.backoff_factor * 2.0 ** (len(self.history) - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The moment, by the monotonic clock, after which nothing more of an answer is waited for."""

    seconds: float
    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(seconds=seconds, at=time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds; OutsideError where there are none."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise OutsideError(f"answer not whole after {self.seconds:g} seconds", permanent=False)
        return left


class DeadlineReader(io.RawIOBase):
    """What a socket receives, each read within the socket's own limit and what is left of the deadline.

    `http.client` reads heads and bodies through it; urllib3 throws away through it the answers that it does not keep.
    """

    def __init__(self, received: socket.socket, deadline: Deadline) -> None:
        self._socket, self._deadline = received, deadline
        self._limit = received.gettimeout() or deadline.seconds
        self._raw = received.makefile("rb", buffering=0)
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        self._socket.settimeout(min(self._limit, self._deadline.left()))
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError:
            self._deadline.left()
            raise
        self._count += count or 0
        if self._count > MOST_RECEIVED:
            raise OutsideError(f"answer over {MOST_RECEIVED} bytes", permanent=True)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class DeadlineAdapter(HTTPAdapter):
    """Sends over connections that keep one deadline, however many of them a call takes."""

    def __init__(self, deadline: Deadline, retry: Retry) -> None:
        super().__init__(max_retries=retry)
        self._deadline = deadline

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = partial(_connection, self._deadline, type(pool).ConnectionCls)
        return pool


def _connection(deadline: Deadline, make: Callable[..., Any], **named: Any) -> Any:
    """A connection whose answers keep the deadline; none begins after it."""
    deadline.left()
    connection = make(**named)
    connection.response_class = partial(_response, deadline)
    return connection


def _response(deadline: Deadline, received: socket.socket, **named: Any) -> HTTPResponse:
    response = HTTPResponse(received, **named)
    response.fp.close()
    response.fp = io.BufferedReader(DeadlineReader(received, deadline))
    return response


def _bounded(response: requests.Response) -> bytes:
    """The body, up to a megabyte; more is no answer to anything asked here."""
    body = b""
    while chunk := response.raw.read1(64 * 1024, decode_content=True):
        body += chunk
        if len(body) > MOST_BYTES:
            raise OutsideError(f"answer over {MOST_BYTES} bytes", permanent=True)
    return body


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps the call's own Authorization: without this, a .netrc of the machine would replace it."""
    return request


def _host(url: str) -> str:
    return url.split("/", 3)[2] if "://" in url else url
