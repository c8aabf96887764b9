"""What requests carry: taken whole before anything is made of it, and only so much waited for at once."""

import io
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, ServiceUnavailable
from werkzeug.wsgi import get_content_length

from market.base.config import MEGABYTE
from market.base.patience import SLOW_BODIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import WriteableBuffer
    from _typeshed.wsgi import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

MOST_UNSAID = 16 * MEGABYTE
"""Of a body that does not say how long it is; the application refuses a longer one that says so without reading it."""
AT_ONCE = 64 * 1024
AGAIN_SECONDS = 30
places = BoundedSemaphore(SLOW_BODIES)


class WholeBodies:
    """A WSGI layer: the application reads a body only once all of it is there, and from memory or a file of its own.

    The server has no time limit for a body, so that each that comes slowly, or never, holds a thread. So many may;
    for more the reading raises TooManyBodies. What reads no body is answered by the threads that are left.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        body = environ["wsgi.input"] = _Body(environ["wsgi.input"], get_content_length(environ))
        try:
            return self._application(environ, start_response)
        finally:
            body.close()


class TooManyBodies(ServiceUnavailable):
    """As many requests as may wait for their bodies do so; this one's was not read."""


class _Body(io.RawIOBase):
    """Taken from the sender at the first read, after the application has refused what is too long for it."""

    def __init__(self, sent: "InputStream", length: int | None) -> None:
        self._sent, self._length = sent, length
        self._taken: SpooledTemporaryFile[bytes] | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if self._taken is None:
            self._taken = self._take_in_its_place()
        return self._taken.readinto(buffer)

    def close(self) -> None:
        if self._taken is not None:
            self._taken.close()
        super().close()

    def _take_in_its_place(self) -> "SpooledTemporaryFile[bytes]":
        if not places.acquire(blocking=False):
            raise TooManyBodies
        try:
            return _whole(self._sent, self._length)
        finally:
            places.release()


def _whole(sent: "InputStream", length: int | None) -> "SpooledTemporaryFile[bytes]":
    """All of a body. ClientDisconnected where it ends before its length: half a form is none."""
    with ExitStack() as unless_whole:
        taken = unless_whole.enter_context(SpooledTemporaryFile[bytes](max_size=MEGABYTE))
        most, count = MOST_UNSAID + 1 if length is None else length, 0
        while count < most and (some := sent.read(min(AT_ONCE, most - count))):
            count += taken.write(some)
        if length is None and count == most:
            raise RequestEntityTooLarge
        if length is not None and count < length:
            raise ClientDisconnected
        unless_whole.pop_all()
    taken.seek(0)
    return taken
